"""Walkthroughs and exercises of lessons against the printed schemas, as an editor reads both."""

import copy
import unittest

import yaml

from program import ROOT, Loader, read_yaml, validator

COURSE = ROOT / "content" / "lakehouse-week3"
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
