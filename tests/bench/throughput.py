"""How many submissions a minute two workers grade, beside nbgrader and the Python script, two of them at a time."""

import json
import subprocess
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import cpu
import environment

HERE = Path(__file__).resolve().parent
NBGRADER = ["nbgrader==0.9.6", "ipykernel==7.1.0", "deltalake==1.6.6", "duckdb==2.0.0", "pyarrow==26.0.1"]
# As many as this, half of them the reference.
SUBMISSIONS = 16
# nbgrader takes seconds for one.
NBGRADER_RUNS, NBGRADER_SUBMISSIONS = 3, 8


def bench(sandbar, lab, runs, script):
    wrong = sorted((lab / "wrong").glob("*.sql"))[:SUBMISSIONS // 2]
    files = [*wrong, *[lab / "reference/solution.sql"] * (SUBMISSIONS - len(wrong))]
    ours = per_minute(len(files), lambda: grade(sandbar, files))
    plain = per_minute(SUBMISSIONS, lambda: two_at_a_time([*script, "1"], SUBMISSIONS))
    one = [cpu.of_command([sandbar, "grade", "delta", files[-1]]) for _ in range(min(runs, 5))]
    peer = nbgrader()
    print(f"{'submissions a minute, 2 workers':<34}{ours:>9.0f}      ({len(files)} submissions, half of them right)")
    print(f"{'  the Python script, 2 at a time':<34}{plain:>9.0f}      ratio {ours / plain:.2f}")
    if peer:
        print(f"{'  nbgrader, 2 at a time':<34}{peer['per_minute']:>9.1f}      ratio {ours / peer['per_minute']:.0f}")
        mine, theirs = sorted(one)[len(one) // 2], sorted(peer["cpu"])[len(peer["cpu"]) // 2]
        print(f"{'one submission, processor time':<34}{mine:>9.1f} ms   nbgrader {theirs:.0f} ms, ratio {mine / theirs:.3f}")


def per_minute(submissions, action):
    start = time.perf_counter()
    action()
    return submissions / (time.perf_counter() - start) * 60


def grade(sandbar, files):
    run = subprocess.run([sandbar, "grade", "delta", *files, "--jobs", "2", "--format", "json"], capture_output=True, text=True)
    scores = [graded["report"]["score"] for graded in json.loads(run.stdout)]
    if len(scores) != len(files) or 100 not in scores or min(scores) == 100:
        raise SystemExit(f"the submissions were not graded as expected: {scores}\n{run.stderr}")


def two_at_a_time(command, times):
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _: subprocess.run(command, capture_output=True, check=True), range(times)))


def nbgrader():
    """What nbgrader takes for the same; `None`, with the reason printed, where it cannot be installed."""
    try:
        python = environment.python("nbgrader-venv", NBGRADER)
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"nbgrader was left out: its packages cannot be installed ({error})")
        return None
    with tempfile.TemporaryDirectory() as folder:
        command = [python, HERE / "peer_nbgrader.py", folder, str(NBGRADER_RUNS), str(NBGRADER_SUBMISSIONS)]
        run = subprocess.run(command, capture_output=True, text=True)
        if run.returncode:
            raise SystemExit(f"nbgrader failed: {run.stderr}")
        return json.loads(run.stdout)
