"""The same statements here and in Sail, over the same tables: rows and types are compared.

What differs is listed in known.sql with the reason; an entry that no longer differs fails, so that the list stays true.
"""

import math
import re
import tempfile
import unittest
from pathlib import Path

from plain import in_order
from sail import Sail, same_type
from sandbar_sql import Workspace
from tables import statements

HERE = Path(__file__).resolve().parent
CATALOGUE = HERE.parent.parent / "docs/functions.md"


def lines(name):
    text = (HERE / name).read_text().splitlines()
    return [line for line in text if line and not line.startswith("--")]


def catalogue_examples():
    """SELECTs of the examples of the function catalogue that stand for themselves."""
    rows = re.findall(r"^\| `.*?` \| .*? \| `(.*?)` \| `.*?` \|$", CATALOGUE.read_text(), re.M)
    plain = [row.replace(r"\|", "|") for row in rows if not row.upper().startswith(("SELECT", "WITH"))]
    return [f"SELECT {row}" for row in plain]


def answer_here(answer):
    if answer.error:
        return f"{answer.error_class}: {answer.error['message']}"
    return [same_type(kind) for _, kind in answer.columns], in_order(answer.rows)


def is_same(ours, theirs):
    """Both refused, or the same types and rows; DOUBLEs may differ in their last digits."""
    if isinstance(ours, str) or isinstance(theirs, str):
        return isinstance(ours, str) and isinstance(theirs, str)
    return ours[0] == theirs[0] and is_near(ours[1], theirs[1])


def is_near(ours, theirs):
    if isinstance(ours, list) and isinstance(theirs, list):
        return len(ours) == len(theirs) and all(map(is_near, ours, theirs))
    if isinstance(ours, dict) and isinstance(theirs, dict):
        return ours.keys() == theirs.keys() and all(is_near(ours[key], theirs[key]) for key in ours)
    if isinstance(ours, float) and isinstance(theirs, float):
        return math.isclose(ours, theirs, rel_tol=1e-9, abs_tol=1e-12)
    return ours == theirs


def tell(sql, ours, theirs):
    return f"{sql}\n  here: {ours}\n  sail: {theirs}"


class AgainstSail(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="sandbar-differential-")
        cls.addClassCleanup(folder.cleanup)
        cls.workspace = Workspace(f"{folder.name}/here")
        cls.sail = Sail()
        cls.addClassCleanup(cls.sail.close)
        cls.workspace.run(";\n".join(statements()))
        for sql in statements(f"USING delta LOCATION '{folder.name}/sail/{{name}}'"):
            cls.sail.run(sql)
        cls.known = set(lines("known.sql"))

    def compare(self, queries):
        answers = self.workspace.answers(";\n".join(queries))
        self.assertEqual(len(answers), len(queries), "a line holds more or less than one statement")
        for sql, answer in zip(queries, answers, strict=True):
            ours, theirs = answer_here(answer), self.sail.query(sql)
            with self.subTest(sql):
                if sql in self.known:
                    self.assertFalse(is_same(ours, theirs), f"known.sql lists what no longer differs: {sql}")
                else:
                    self.assertTrue(is_same(ours, theirs), tell(sql, ours, theirs))

    def test_1_queries(self):
        self.compare(lines("queries.sql"))

    def test_2_examples_of_the_function_catalogue(self):
        examples = catalogue_examples()
        self.assertGreater(len(examples), 250)
        self.compare(examples)

    def test_3_changes(self):
        """Last, for it changes the tables."""
        for sql in lines("changes.sql"):
            self.sail.run(sql)
            table = re.search(r"\b(?:UPDATE|FROM|INTO|OVERWRITE) (\w+)", sql)[1]
            answers = self.workspace.answers(f"{sql}; SELECT * FROM {table}")
            self.assertIsNone(answers[0].error, sql)
            ours, theirs = answer_here(answers[1]), self.sail.query(f"SELECT * FROM {table}")
            with self.subTest(sql):
                self.assertTrue(is_same(ours, theirs), tell(sql, ours, theirs))

    def test_every_known_difference_is_a_line_of_the_comparison(self):
        self.assertEqual(self.known - {*lines("queries.sql"), *catalogue_examples()}, set())


if __name__ == "__main__":
    unittest.main()
