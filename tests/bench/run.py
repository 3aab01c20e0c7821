#!/usr/bin/env python3
"""`make bench`: what a student and an instructor wait for, in medians, beside a peer measured in the same run.

Everything is measured from outside, as a person or a script would meet it: processes are started, pages are fetched over
HTTP from 127.0.0.1, memory and processor time are read from /proc. The peers are the same lab in Python with deltalake and
DuckDB (peer_deltalake.py), and nbgrader grading a notebook with such cells (peer_nbgrader.py), each installed from PyPI into
a virtual environment of its own; jobs have no peer there (jobs.py). Shared machines are noisy: read the ratios.
"""

import argparse
import json
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

import cpu
import environment
import jobs
import throughput
import worker
from client import Server

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
REFERENCE = ROOT / "content/lakehouse-week3/labs/delta/reference/solution.sql"
PEER_PACKAGES = ["deltalake==1.6.6", "duckdb==2.0.0", "pyarrow==26.0.1"]

PREPARE = """DROP TABLE IF EXISTS lab_inventory;
CREATE TABLE lab_inventory (sku STRING, product_name STRING, category STRING, quantity INT, unit_price DOUBLE);
INSERT INTO lab_inventory VALUES ('E-100','Desk lamp','Lighting',12,24.9),('E-101','Floor lamp','Lighting',4,89.0),
('E-102','Light strip','Lighting',40,15.5),('F-200','Oak shelf','Furniture',7,120.0),('F-201','Stool','Furniture',18,35.0),
('F-202','Side table','Furniture',9,64.0),('K-300','Kettle','Kitchen',11,42.0),('K-301','Pan','Kitchen',6,58.0),
('K-303','Whisk','Kitchen',30,7.5),('K-304','Ladle','Kitchen',22,8.0);
CREATE OR REPLACE TEMP VIEW inventory_updates AS SELECT * FROM VALUES ('E-100','Desk lamp','Lighting',20,22.0),
('K-302','Grater','Kitchen',25,9.5) AS t(sku, product_name, category, quantity, unit_price)"""
STATEMENTS = {
    "SELECT": "SELECT * FROM lab_inventory ORDER BY sku",
    "VERSION AS OF": "SELECT * FROM lab_inventory VERSION AS OF 1 ORDER BY sku",
    "HISTORY": "DESCRIBE HISTORY lab_inventory",
    "INSERT": "INSERT INTO lab_inventory VALUES ('Z-900','Ladder','Tools',3,75.0)",
    "UPDATE": "UPDATE lab_inventory SET unit_price = unit_price * 1.05 WHERE category = 'Lighting'",
    "MERGE": "MERGE INTO lab_inventory t USING inventory_updates s ON t.sku = s.sku "
             "WHEN MATCHED THEN UPDATE SET t.quantity = s.quantity, t.unit_price = s.unit_price "
             "WHEN NOT MATCHED THEN INSERT (sku, product_name, category, quantity, unit_price) "
             "VALUES (s.sku, s.product_name, s.category, s.quantity, s.unit_price)",
}


def milliseconds(action):
    start = time.perf_counter()
    action()
    return (time.perf_counter() - start) * 1000


def row(label, values, peer=None):
    """One line of the table: median, range, and the ratio to the peer's median."""
    median = statistics.median(values)
    line = f"{label:<34}{median:>9.1f} ms   ({min(values):.1f} to {max(values):.1f}, n={len(values)})"
    if peer:
        theirs = statistics.median(peer)
        line += f"   peer {theirs:.1f} ms, ratio {median / theirs:.2f}"
    print(line, flush=True)


def bench_cold_start(sandbar, runs):
    times = []
    for _ in range(runs):
        with tempfile.TemporaryDirectory() as data:
            start = time.perf_counter()
            with Server(sandbar, data):
                times.append((time.perf_counter() - start) * 1000)
    row("cold start to the first page", times)


def bench_cells(server, runs, peer):
    """Every statement on a lab table made anew, as the peer's; the first of each is a warm-up on both sides."""
    student = server.sign_in()
    for name, sql in STATEMENTS.items():
        times = []
        for _ in range(runs + 1):
            student.run_cell(PREPARE)
            times.append(milliseconds(lambda: student.run_cell(sql)))
        row(f"cell round trip, {name}", times[1:], peer[name][1:])


def bench_worker(sandbar, runs, python):
    """What a statement takes inside its worker, and a MERGE into a million rows, beside the peer's function calls."""
    big_runs = 7
    command = [python, HERE / "peer_worker.py", str(runs), str(big_runs)]
    peer = json.loads(subprocess.run(command, capture_output=True, check=True, text=True).stdout)
    for name, times in worker.small(sandbar, runs).items():
        row(f"in the worker, {name}", times, peer[name])
    row("MERGE, 10,000 into a million", worker.million(sandbar, big_runs), peer["MILLION"])


def bench_grading(sandbar, server, runs, peer, peer_script):
    """On the wall and in processor time; that of the server is the mean of all runs, for it is counted in ticks."""
    command = [sandbar, "grade", "delta", REFERENCE, "--format", "json"]
    script = [*peer_script, "1"]
    wall = [[milliseconds(lambda: subprocess.run(one, capture_output=True, check=True)) for _ in range(runs)]
            for one in (command, script)]
    row("grade the reference, from start", *wall)
    row("  processor time", *[[cpu.of_command(one) for _ in range(runs)] for one in (command, script)])
    student = server.sign_in()
    student.import_notebook(REFERENCE)
    student.check()
    for label, action in (("grade the reference, warm in server", student.check),
                          ("run it from scratch, warm in server", student.replay)):
        before = cpu.of_server(server.pid)
        row(label, [milliseconds(action) for _ in range(runs)], peer["LAB"][1:])
        row("  processor time", [(cpu.of_server(server.pid) - before) / runs], peer["LAB CPU"][1:])


def bench_jobs(sandbar, runs):
    """A process each; what the process itself takes is in every figure, so that the smallest job shows it."""
    smaller = None
    for size, found in jobs.times(sandbar, runs, milliseconds).items():
        for step, times in found.items():
            row(f"job of {size:,} tasks, {step}", times)
        median = statistics.median(found["together"])
        if smaller:
            print(f"{'':<34}{median / smaller:>9.2f} of the time for ten times fewer tasks")
        smaller = median


def resident_mib(pid):
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return 0.0


def bench_memory(server):
    time.sleep(1)
    print(f"{'resident, server':<34}{resident_mib(server.pid):>9.1f} MiB")
    workers = [resident_mib(pid) for pid in cpu.children(server.pid)]
    if workers:
        print(f"{'resident, per worker':<34}{statistics.median(workers):>9.1f} MiB   ({len(workers)} workers, "
              f"{min(workers):.1f} to {max(workers):.1f})")


def print_build(sandbar):
    size = Path(sandbar).stat().st_size / 1024 / 1024
    print(f"{'binary size':<34}{size:>9.1f} MiB")
    record = Path(sandbar).parent.parent / "sandbar-build.tsv"
    builds = [line.split("\t") for line in record.read_text().splitlines()] if record.exists() else []
    full = [b for b in builds if int(b[2]) > 300]
    if full:
        when, seconds, crates = full[-1]
        print(f"{'build from scratch':<34}{int(seconds) / 60:>9.1f} min   ({crates} crates, on {when})")
    else:
        print("build from scratch: not measured in this target folder (it is recorded when everything is compiled)")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sandbar", required=True)
    parser.add_argument("--runs", type=int, default=9)
    arguments = parser.parse_args()
    runs = max(7, arguments.runs)

    python = environment.python("bench-venv", PEER_PACKAGES)
    peer_script = [python, HERE / "peer_deltalake.py"]
    peer = json.loads(subprocess.run([*peer_script, str(runs + 1)], capture_output=True, check=True, text=True).stdout)

    print(f"peer: Python deltalake + DuckDB, {', '.join(PEER_PACKAGES)}; medians of {runs}")
    bench_cold_start(arguments.sandbar, runs)
    bench_worker(arguments.sandbar, max(9, runs), python)
    with tempfile.TemporaryDirectory() as data, Server(arguments.sandbar, data) as server:
        bench_memory(server)
        bench_cells(server, runs, peer)
        bench_grading(arguments.sandbar, server, runs, peer, peer_script)
        print("after the load:")
        bench_memory(server)
    bench_jobs(arguments.sandbar, runs)
    throughput.bench(arguments.sandbar, REFERENCE.parent.parent, runs, peer_script)
    print_build(arguments.sandbar)


if __name__ == "__main__":
    main()
