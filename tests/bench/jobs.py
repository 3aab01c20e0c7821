"""Jobs of 10, 100 and 1,000 empty tasks: what validating, laying out and running them takes, from the start of the process.

An empty task is a condition of two constants: the engine that runs jobs decides it by itself, so the time is that of the
graph, not of any statement. Each task waits for two of the layer before it. There is no peer: no package of PyPI runs a
Databricks job on a virtual clock. The growth from 100 to 1,000 tasks is shown instead.
"""

import json
import subprocess
import tempfile
from pathlib import Path

WIDTH = 10
SIZES = (10, 100, 1000)
VERBS = (["validate"], ["graph", "--format", "json"], ["run", "--format", "json"])
CONDITION = {"op": "EQUAL_TO", "left": "1", "right": "1"}


def job_of(tasks):
    """A job in layers of ten tasks; each waits for the task above it and for that one's neighbour."""
    def task(number):
        layer, place = divmod(number, WIDTH)
        above = [(layer - 1) * WIDTH + (place + step) % WIDTH for step in (0, 1)] if layer else []
        return {"task_key": f"t{number:04}", "depends_on": [{"task_key": f"t{one:04}", "outcome": "true"} for one in above],
                "condition_task": CONDITION}
    return {"name": f"layers_{tasks}", "tasks": [task(number) for number in range(tasks)]}


def times(sandbar, runs, measure):
    """Milliseconds of validating, laying out and running, and of the three together, by the number of tasks."""
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        for size in SIZES:
            path = Path(folder) / f"job_{size}.json"
            path.write_text(json.dumps(job_of(size)))
            commands = [[sandbar, "job", *verb, str(path)] for verb in VERBS]
            each = [[measure(lambda: subprocess.run(one, capture_output=True, check=True)) for _ in range(runs)]
                    for one in commands]
            found[size] = dict(zip(("validate", "lay out", "run"), each))
            found[size]["together"] = [sum(parts) for parts in zip(*each)]
    return found
