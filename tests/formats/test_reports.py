"""JSON reports against the printed schema, and JUnit XML and Gradescope's results by readers that are not ours."""

import json
import tempfile
import unittest
from pathlib import Path

from junitparser import Error, Failure, JUnitXml
from program import LABS, graded, sandbar, validator

REFERENCE = "reference/solution.sql"
#: Wrong in rows and on other data, stopped by an error, with an error in a statement that is asked for, without titles.
WRONG = ["wrong/no_insert_clause.sql", "wrong/syntax_error.sql", "wrong/insert_misspelt.sql", "wrong/untitled.sql"]


def reports(lab, *submissions):
    """What is printed for several submissions: objects with the name of a `submission` and its `report`."""
    return json.loads(graded(lab, *submissions, form="json"))


class JsonReports(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.validator = validator("report")
        cls.delta = reports("delta", REFERENCE, *WRONG)
        cls.workflows = reports("workflows", "reference", "wrong/five_field_cron", "wrong/parameter_in_quotes")

    def test_real_reports_fit_the_schema_alone_and_in_an_array(self):
        alone = [named["report"] for named in self.delta + self.workflows]
        for told in [self.delta, self.workflows, *alone]:
            errors = [f"{error.json_path}: {error.message}" for error in self.validator.iter_errors(told)]
            self.assertEqual(errors, [])

    def test_the_reports_have_what_can_be_absent(self):
        told = [named["report"] for named in self.delta + self.workflows]
        checks = [check for report in told for check in report["checks"]]
        for name in ["counterexample", "comparison", "place", "expected", "feedback_key"]:
            self.assertTrue(any(check.get(name) for check in checks), name)
        self.assertTrue(any(report["stopped"] for report in told))
        self.assertTrue(any(report["findings"] for report in told))
        self.assertEqual({check["status"] for check in checks}, {"passed", "failed", "error", "blocked"})

    def test_what_is_not_a_report_does_not_fit(self):
        report = self.delta[1]["report"]
        without = {name: value for name, value in report.items() if name != "replay"}
        check = {**report["checks"][0], "status": "good"}
        for wrong in [without, {**report, "other": 1}, {**report, "score": "82"}, {**report, "checks": [check]},
                      [without], [report], {"submission": "ada.sql", "report": report}, "report"]:
            self.assertFalse(self.validator.is_valid(wrong), wrong)


class JUnit(unittest.TestCase):
    def test_junitparser_reads_suites_cases_points_and_results(self):
        xml = JUnitXml.fromstring(graded("delta", REFERENCE, *WRONG, form="junit").encode())
        told = {f"delta {named['submission']}": named["report"] for named in reports("delta", REFERENCE, *WRONG)}
        self.assertEqual({suite.name for suite in xml}, set(told))
        for suite in xml:
            report = told[suite.name]
            checks = {check["id"]: check for check in report["checks"]}
            properties = {entry.name: entry.value for entry in suite.properties()}
            self.assertEqual(float(properties["score"]), report["score"])
            self.assertEqual(properties["replay"], report["replay"])
            cases = list(suite)
            self.assertEqual({case.name for case in cases}, set(checks))
            for case in cases:
                passed = checks[case.name]["status"] == "passed"
                self.assertEqual([type(result) for result in case.result], [] if passed else [Failure], case.name)
            wrong = sum(check["status"] != "passed" for check in checks.values())
            self.assertEqual((suite.tests, suite.failures, suite.errors), (len(checks), wrong, 0))

    def test_every_case_tells_its_points(self):
        xml = JUnitXml.fromstring(graded("workflows", "wrong/appends", form="junit").encode())
        cases = [case for suite in xml for case in suite]
        points = [sum(float(entry.value) for case in cases for entry in properties(case) if entry.name == name)
                  for name in ("points", "max_points")]
        self.assertEqual(points, [92, 100])
        self.assertFalse(any(isinstance(result, Error) for case in cases for result in case.result))


def properties(case):
    """A case's properties; the reader has names for those of suites only."""
    return [Property(element) for element in case._elem.iter("property")]


class Property:
    def __init__(self, element):
        self.name, self.value = element.get("name"), element.get("value")


class Gradescope(unittest.TestCase):
    """Fields and words of Gradescope's documentation of results.json."""

    FORMATS = {"text", "html", "simple_format", "md", "ansi"}
    VISIBILITIES = {"hidden", "after_due_date", "after_published", "visible"}
    TOP = {"score", "execution_time", "output", "output_format", "test_output_format", "test_name_format", "visibility",
           "stdout_visibility", "extra_data", "tests", "leaderboard"}
    TEST = {"score", "max_score", "status", "name", "name_format", "number", "output", "output_format", "tags",
            "visibility", "extra_data"}

    def test_results_have_the_documented_fields_and_no_others(self):
        for solution in [REFERENCE, *WRONG]:
            with tempfile.TemporaryDirectory() as folder:
                file = Path(folder) / "results.json"
                sandbar("grade", "delta", LABS / "delta" / solution, "--format", "gradescope", "--output", file)
                results = json.loads(file.read_text(encoding="utf-8"))
            self.assertLessEqual(set(results), self.TOP)
            self.assertLessEqual({results["output_format"], results["test_output_format"]}, self.FORMATS)
            self.assertEqual(results["score"], sum(test["score"] for test in results["tests"]))
            self.assertEqual(sum(test["max_score"] for test in results["tests"]), 100)
            for test in results["tests"]:
                self.assertLessEqual(set(test), self.TEST)
                self.assertIn(test["status"], {"passed", "failed"})
                self.assertIn(test["visibility"], self.VISIBILITIES)
                self.assertLessEqual({type(test[name]) for name in ("name", "number", "output")}, {str})


if __name__ == "__main__":
    unittest.main()
