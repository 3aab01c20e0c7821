"""Labs' files against the printed schema, as an editor reads both."""

import copy
import re
import unittest

from program import LABS, ROOT, read_yaml, validator

AUTHORING = ROOT / "docs" / "lab-authoring.md"


def messages(check, lab):
    """Everything that the schema says, also what it says of a kind's fields."""
    def walk(error):
        yield f"{error.json_path}: {error.message}"
        for inner in error.context or []:
            yield from walk(inner)

    return [message for error in check.iter_errors(lab) for message in walk(error)]


class LabFiles(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.validator = validator("lab")
        cls.labs = {name: read_yaml(LABS / name / "lab.yml") for name in ("delta", "workflows")}

    def test_the_labs_of_the_course_fit(self):
        for name, lab in self.labs.items():
            self.assertEqual(messages(self.validator, lab), [], name)

    def test_a_field_that_no_one_reads_is_named_wherever_it_is_put(self):
        """Each map whose names are fixed gets one more name."""
        free = {"starter", "given", "datasets", "tables", "schemas", "relations", "columns", "values", "metrics_at_least",
                "parameters", "meaning", "tiles", "kinds", "notebooks"}

        def maps(node, path=()):
            if isinstance(node, dict):
                if not path or path[-1] not in free:
                    yield path
                for name, value in node.items():
                    yield from maps(value, (*path, name))
            elif isinstance(node, list):
                for index, value in enumerate(node):
                    yield from maps(value, (*path, index))

        for name, lab in self.labs.items():
            places = list(maps(lab))
            self.assertGreater(len(places), 60, name)
            for path in places:
                wrong = copy.deepcopy(lab)
                place = wrong
                for part in path:
                    place = place[part]
                place["surprise"] = "x"
                told = messages(self.validator, wrong)
                self.assertTrue(any("surprise" in message for message in told), f"{name}: {path}")

    def test_a_misspelt_field_of_a_kind_is_named(self):
        lab = copy.deepcopy(self.labs["delta"])
        check = next(check for task in lab["tasks"] for check in task["checks"] if check["kind"] == "row_count")
        check["minimun"] = check.pop("minimum")
        told = messages(self.validator, lab)
        self.assertTrue(any("'minimun' was unexpected" in message for message in told), told)

    def test_wrong_kinds_words_and_types_do_not_fit(self):
        for change in [
            lambda check: check.update(kind="row_cuont"),
            lambda check: check.update(visibility="secret"),
            lambda check: check.update(points="3"),
            lambda check: check.update(points=-1),
            lambda check: check.pop("claim"),
            lambda check: check.pop("table"),
            lambda check: check.pop("kind"),
        ]:
            lab = copy.deepcopy(self.labs["delta"])
            check = lab["tasks"][0]["checks"][0]
            self.assertEqual(check["kind"], "table_exists")
            change(check)
            self.assertFalse(self.validator.is_valid(lab), check)

    def test_a_lab_has_a_proof_or_is_the_public_part_of_one(self):
        lab = copy.deepcopy(self.labs["delta"])
        lab["public_part_of"] = 100
        self.assertFalse(self.validator.is_valid(lab))
        del lab["proof"]
        self.assertTrue(self.validator.is_valid(lab))
        del lab["public_part_of"]
        self.assertFalse(self.validator.is_valid(lab))


class Documentation(unittest.TestCase):
    def test_the_table_of_kinds_names_each_kind_with_its_fields(self):
        schema = validator("lab").schema
        common = {"id", "kind", "points", "claim", "next_step", "needs", "visibility"}
        rows = re.findall(r"^\| ((?:`[a-z_]+`(?:, )?)+) \| (.*?) \| .* \|$", AUTHORING.read_text(encoding="utf-8"), re.MULTILINE)
        told = {kind: set(re.findall(r"`([a-z_]+)", fields)) for kinds, fields in rows for kind in re.findall("[a-z_]+", kinds)}
        kinds = schema["$defs"]["check"]["properties"]["kind"]["enum"]
        self.assertEqual(sorted(told), kinds)
        for kind in kinds:
            rules = schema["$defs"][f"kind_{kind}"]
            self.assertLessEqual(told[kind], set(rules["properties"]), kind)
            self.assertLessEqual(set(rules["required"]) - common, told[kind], kind)


if __name__ == "__main__":
    unittest.main()
