"""Walkthroughs and exercises of lessons against the printed schemas, as an editor reads both."""

import copy
import unittest

from program import ROOT, read_yaml, validator

LESSONS = ROOT / "content" / "lakehouse-week3" / "lessons"


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
