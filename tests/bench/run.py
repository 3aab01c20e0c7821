#!/usr/bin/env python3
"""`make bench`: what a student and an instructor wait for, in medians, beside a peer measured in the same run.

Everything is measured from outside, as a person or a script would meet it: processes are started, pages are fetched over
HTTP from 127.0.0.1, memory is read from /proc. The peer is the same lab in Python with deltalake and DuckDB
(peer_deltalake.py), installed from PyPI into its own virtual environment. Shared machines are noisy: read the ratios.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import worker
from client import Server

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
REFERENCE = ROOT / "content/lakehouse-week3/labs/delta/reference/solution.sql"
PEER_ENVIRONMENT = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "sandbar/bench-venv"
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


def peer_python():
    python = PEER_ENVIRONMENT / "bin/python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", PEER_ENVIRONMENT], check=True)
    have = subprocess.run([python, "-m", "pip", "freeze"], capture_output=True, text=True, check=True).stdout.split()
    if not set(PEER_PACKAGES) <= set(have):
        subprocess.run([python, "-m", "pip", "install", "--quiet", *PEER_PACKAGES], check=True)
    return python


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


def bench_grading(sandbar, server, runs, peer, peer_start):
    command = [sandbar, "grade", "delta", REFERENCE, "--format", "json"]
    times = [milliseconds(lambda: subprocess.run(command, capture_output=True, check=True)) for _ in range(runs)]
    row("grade the reference, from start", times, peer_start)
    student = server.sign_in()
    student.import_notebook(REFERENCE)
    student.check()
    row("grade the reference, warm in server", [milliseconds(student.check) for _ in range(runs)], peer["LAB"][1:])
    row("run it from scratch, warm in server", [milliseconds(student.replay) for _ in range(runs)], peer["LAB"][1:])


def resident_mib(pid):
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return 0.0


def bench_memory(server):
    time.sleep(1)
    children = subprocess.run(["pgrep", "-P", str(server.pid)], capture_output=True, text=True).stdout.split()
    print(f"{'resident, server':<34}{resident_mib(server.pid):>9.1f} MiB")
    workers = [resident_mib(pid) for pid in children]
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

    python = peer_python()
    peer_script = [python, HERE / "peer_deltalake.py"]
    peer_start = [milliseconds(lambda: subprocess.run([*peer_script, "1"], capture_output=True, check=True))
                  for _ in range(runs)]
    peer = json.loads(subprocess.run([*peer_script, str(runs + 1)], capture_output=True, check=True, text=True).stdout)

    print(f"peer: Python deltalake + DuckDB, {', '.join(PEER_PACKAGES)}; medians of {runs}")
    bench_cold_start(arguments.sandbar, runs)
    bench_worker(arguments.sandbar, max(9, runs), python)
    with tempfile.TemporaryDirectory() as data, Server(arguments.sandbar, data) as server:
        bench_memory(server)
        bench_cells(server, runs, peer)
        bench_grading(arguments.sandbar, server, runs, peer, peer_start)
        print("after the load:")
        bench_memory(server)
    print_build(arguments.sandbar)


if __name__ == "__main__":
    main()
