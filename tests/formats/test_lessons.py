"""Walkthroughs and exercises of lessons against the printed schemas, as an editor reads both."""

import copy
import re
import unittest

import yaml

from program import ROOT, Loader, read_yaml, validator

COURSE = ROOT / "content" / "lakehouse-week3"
OTHER = ROOT / "tests" / "courses" / "bakery"
LESSONS = COURSE / "lessons"


class LessonFiles(unittest.TestCase):
    def test_the_walkthroughs_of_the_course_fit(self):
        check = validator("walkthrough")
        files = sorted(LESSONS.glob("*/walkthrough.yml"))
        self.assertEqual(len(files), 6)
        for file in files:
            self.assertEqual([error.message for error in check.iter_errors(read_yaml(file))], [], file)

    def test_a_misspelt_field_of_a_step_is_named(self):
        check = validator("walkthrough")
        whole = read_yaml(LESSONS / "time-travel" / "walkthrough.yml")
        for wrong in [{"captoin": "x"}, {"look": "lgo"}, {"seconds": 0}, {"table": "a b"}]:
            walkthrough = copy.deepcopy(whole)
            walkthrough["steps"][0].update(wrong)
            self.assertTrue(list(check.iter_errors(walkthrough)), wrong)

    def test_the_exercises_of_the_course_are_labs(self):
        check = validator("lab")
        files = sorted(LESSONS.glob("*/exercise/lab.yml"))
        self.assertEqual(len(files), 6)
        for file in files:
            self.assertEqual([error.message for error in check.iter_errors(read_yaml(file))], [], file)


class CourseFiles(unittest.TestCase):
    def fits(self, kind, value, name):
        """The schema takes the value, and not with a field more."""
        check = validator(kind)
        self.assertEqual([error.message for error in check.iter_errors(value)], [], name)
        self.assertTrue(list(check.iter_errors({**value, "surprise": 1})), name)

    def test_the_course_its_glossary_and_its_certification_map_fit(self):
        for kind in ["course", "glossary", "certification"]:
            self.fits(kind, read_yaml(COURSE / f"{kind}.yml"), kind)

    def test_the_heads_of_the_lessons_fit(self):
        files = sorted(LESSONS.glob("*.md"))
        self.assertEqual(len(files), 6)
        for file in files:
            head = file.read_text(encoding="utf-8").removeprefix("---\n").split("\n---\n")[0]
            self.fits("lesson", yaml.load(head, Loader), file)

    def test_the_questions_of_the_lessons_fit(self):
        texts = [file.read_text(encoding="utf-8") for file in LESSONS.glob("*.md")]
        questions = [fence for text in texts for fence in re.findall(r"^```question\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)]
        self.assertGreaterEqual(len(questions), 12)
        for question in questions:
            self.fits("question", yaml.load(question, Loader), question)

    def test_jobs_dashboards_and_answers_of_labs_fit(self):
        for file in COURSE.glob("labs/*/reference/job.yml"):
            self.fits("job", read_yaml(file), file)
        bundle = COURSE / "labs" / "workflows" / "right" / "bundle" / "job.yml"
        # Beside its jobs a bundle has what it likes.
        self.assertTrue(validator("job").is_valid(read_yaml(bundle)))
        self.assertFalse(validator("job").is_valid({"name": "no tasks"}))
        for file in COURSE.glob("labs/*/reference/dashboard.yml"):
            self.fits("dashboard", read_yaml(file), file)
        for file in (ROOT / "tests" / "courses" / "kinds").glob("labs/*/reference/answers.json"):
            self.fits("answers", read_yaml(file), file)

    def test_a_course_of_another_subject_fits(self):
        self.fits("course", read_yaml(OTHER / "course.yml"), OTHER)
        self.fits("quiz", read_yaml(OTHER / "quizzes" / "closing-time.yml"), OTHER)
        self.fits("dataset", read_yaml(OTHER / "labs" / "counter" / "breads.yml"), OTHER)
        self.assertTrue(validator("lab").is_valid(read_yaml(OTHER / "labs" / "counter" / "lab.yml")))

    def test_the_data_sets_and_the_quizzes_fit(self):
        datasets = {
            lab.parent / path
            for lab in [*COURSE.glob("labs/*/lab.yml"), *LESSONS.glob("*/exercise/lab.yml")]
            for path in read_yaml(lab).get("datasets", {}).values()
        }
        self.assertGreater(len(datasets), 6)
        for file in datasets:
            self.fits("dataset", read_yaml(file), file)
        for file in COURSE.glob("quizzes/*.yml"):
            self.fits("quiz", read_yaml(file), file)
