"""The Delta lab as nbgrader grades it: a notebook whose cells a student fills in with Python deltalake and DuckDB, and whose
tests assert what they left. Run by the Python of nbgrader's own environment.

Usage: peer_nbgrader.py FOLDER RUNS SUBMISSIONS. Prints one JSON object: milliseconds of processor time for grading one
submission, one figure a run, and how many submissions a minute two processes grade that run at the same time.
"""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_notebook
from nbgrader.api import Gradebook

import cpu

NAME = "lab"
POINTS = 25

SETUP = """import tempfile

import duckdb
import pyarrow as pa
from deltalake import DeltaTable, write_deltalake

path = tempfile.mkdtemp()
schema = pa.schema([("sku", pa.string()), ("product_name", pa.string()), ("category", pa.string()),
                    ("quantity", pa.int32()), ("unit_price", pa.float64())])


def table(rows):
    return pa.Table.from_pylist([dict(zip(schema.names, row)) for row in rows], schema=schema)


def rows(version=None):
    return duckdb.arrow(DeltaTable(path, version=version).to_pyarrow_table()).order("sku").fetchall()


start = table([("E-100", "Desk lamp", "Lighting", 12, 24.9), ("E-101", "Floor lamp", "Lighting", 4, 89.0),
               ("F-200", "Oak shelf", "Furniture", 7, 120.0), ("F-201", "Stool", "Furniture", 18, 35.0)])
more = table([("K-300", "Kettle", "Kitchen", 11, 42.0)])
updates = table([("E-100", "Desk lamp", "Lighting", 20, 22.0), ("K-302", "Grater", "Kitchen", 25, 9.5)])"""

# A task: what a student writes, what a mistaken student writes, and the tests behind it.
TASKS = [
    ("write_deltalake(path, start)\nwrite_deltalake(path, more, mode='append')",
     "write_deltalake(path, start)\nwrite_deltalake(path, more, mode='overwrite')",
     "assert DeltaTable(path).version() == 1\nassert len(rows()) == 5"),
    ("DeltaTable(path).update(predicate=\"category = 'Lighting'\", updates={'unit_price': 'unit_price * 1.05'})",
     "DeltaTable(path).update(updates={'unit_price': 'unit_price * 1.05'})",
     "before = {row[0]: row for row in rows(1)}\nafter = {row[0]: row for row in rows()}\n"
     "for sku, row in before.items():\n"
     "    factor = 1.05 if row[2] == 'Lighting' else 1\n"
     "    assert abs(after[sku][4] - row[4] * factor) < 0.005\n"
     "    assert after[sku][:4] == row[:4]\nassert DeltaTable(path).history()[0]['operation'] == 'UPDATE'"),
    ("(DeltaTable(path).merge(updates, 't.sku = s.sku', 's', 't')\n"
     " .when_matched_update({'quantity': 's.quantity', 'unit_price': 's.unit_price'})\n"
     " .when_not_matched_insert_all().execute())",
     "(DeltaTable(path).merge(updates, 't.sku = s.sku', 's', 't')\n"
     " .when_matched_update({'quantity': 's.quantity', 'unit_price': 's.unit_price'}).execute())",
     "merged = {row[0]: row for row in rows()}\nassert merged['E-100'][3:] == (20, 22.0)\n"
     "assert merged['K-302'][1] == 'Grater'\nassert len(merged) == len(rows(2)) + 1\n"
     "assert DeltaTable(path).history()[0]['operation'] == 'MERGE'"),
    ("now, base = [duckdb.arrow(DeltaTable(path, version=v).to_pyarrow_table()) for v in (None, 0)]\n"
     "changed = duckdb.sql('SELECT sku, now.unit_price - base.unit_price FROM now JOIN base USING (sku) '\n"
     "                     'WHERE now.unit_price <> base.unit_price ORDER BY sku').fetchall()",
     "changed = []",
     "old = {row[0]: row[4] for row in rows(0)}\n"
     "expected = sorted((row[0], row[4] - old[row[0]]) for row in rows() if row[0] in old and row[4] != old[row[0]])\n"
     "assert [sku for sku, _ in changed] == [sku for sku, _ in expected]\nassert len(changed) == 2"),
]


def marked(cell, name, **fields):
    usual = {"grade": False, "grade_id": name, "locked": True, "schema_version": 3, "solution": False, "task": False}
    cell.metadata["nbgrader"] = {**usual, **fields}
    return cell


def notebook(wrong=None):
    """The notebook as handed in; the task of that number, from 0, is done wrongly."""
    cells = [marked(new_code_cell(SETUP), "setup")]
    for number, (right, mistaken, tests) in enumerate(TASKS):
        work = mistaken if number == wrong else right
        cells.append(marked(new_code_cell(work), f"task{number}", solution=True, locked=False))
        cells.append(marked(new_code_cell(tests), f"test{number}", grade=True, points=POINTS))
    made = new_notebook(cells=cells)
    made.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return made


def write(path, content):
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(content, path)


def nbgrader(*arguments):
    return [sys.executable, "-m", "nbgrader", *arguments, "--log-level=ERROR"]


def course(folder, submissions):
    """A course in a folder: the assignment released, and as many submissions; every other one has a mistake."""
    write(folder / "source" / NAME / "lab.ipynb", notebook())
    run = subprocess.run(nbgrader("generate_assignment", NAME), cwd=folder, capture_output=True, text=True)
    if run.returncode:
        raise SystemExit(run.stdout + run.stderr)
    for number in range(submissions):
        wrong = None if number % 2 == 0 else (number // 2) % len(TASKS)
        write(folder / "submitted" / f"student{number}" / NAME / "lab.ipynb", notebook(wrong))


def scores(folder):
    with Gradebook(f"sqlite:///{folder}/gradebook.db") as book:
        return {one.student.id: one.score for one in book.assignment_submissions(NAME)}


def one_at_a_time(folder, runs):
    course(folder, 1)
    command = nbgrader("autograde", NAME, "--student", "student0", "--force")
    times = [cpu.of_command(command, cwd=folder) for _ in range(runs)]
    assert scores(folder) == {"student0": len(TASKS) * POINTS}, scores(folder)
    return times


def per_minute(folder, submissions):
    """Two courses side by side, as nbgrader grades one submission after the other."""
    folders = [folder / "left", folder / "right"]
    for one in folders:
        course(one, submissions // 2)
    start = time.perf_counter()
    running = [subprocess.Popen(nbgrader("autograde", NAME), cwd=one, stderr=subprocess.PIPE) for one in folders]
    said = [process.communicate()[1] for process in running]
    seconds = time.perf_counter() - start
    for one, words in zip(folders, said):
        graded = scores(one)
        assert len(graded) == submissions // 2 and graded["student0"] == len(TASKS) * POINTS, (graded, words)
        assert graded.get("student1", 0) < len(TASKS) * POINTS, graded
    return 2 * (submissions // 2) / seconds * 60


def main():
    folder, runs, submissions = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    # Nothing is left behind in the home of whoever measures.
    for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR"):
        os.environ[name] = str(folder / name.lower())
    # It starts programs of its own environment by their names.
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    print(json.dumps({"cpu": one_at_a_time(folder / "one", runs), "per_minute": per_minute(folder, submissions)}))


if __name__ == "__main__":
    main()
