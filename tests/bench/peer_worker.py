"""What worker.py measures, in Python deltalake and DuckDB. Usage: peer_worker.py RUNS BIG_RUNS. Prints JSON."""

import json
import shutil
import sys
import tempfile
import time

import duckdb
import pyarrow as pa
from deltalake import DeltaTable, write_deltalake

MILLION, CHANGED = 1_000_000, 10_000


def rows(ids, values):
    return pa.table({"id": pa.array(ids, pa.int32()), "v": pa.array(values, pa.float64())})


def merge(path, source):
    (DeltaTable(path).merge(source, "t.id = s.id", "s", "t").when_matched_update({"v": "s.v"})
     .when_not_matched_insert_all().execute())


STATEMENTS = {
    "SELECT": lambda path: duckdb.arrow(DeltaTable(path).to_pyarrow_table()).order("id").fetchall(),
    "VERSION AS OF": lambda path: duckdb.arrow(DeltaTable(path, version=1).to_pyarrow_table()).order("id").fetchall(),
    "INSERT": lambda path: write_deltalake(path, rows([99], [1.0]), mode="append"),
    "UPDATE": lambda path: DeltaTable(path).update(predicate="id < 3", updates={"v": "v * 1.05"}),
    "DELETE": lambda path: DeltaTable(path).delete("id = 5"),
    "MERGE": lambda path: merge(path, rows([3, 77], [9.0, 7.0])),
    "HISTORY": lambda path: DeltaTable(path).history(),
}


def timed(prepare, action, runs):
    """Milliseconds of each run after the first, on a table made anew."""
    times = []
    for _ in range(runs + 1):
        path = tempfile.mkdtemp(prefix="sandbar-peer-")
        try:
            prepare(path)
            start = time.perf_counter()
            action(path)
            times.append((time.perf_counter() - start) * 1000)
        finally:
            shutil.rmtree(path)
    return times[1:]


def prepare_small(path):
    write_deltalake(path, rows([], []))
    write_deltalake(path, rows(list(range(10)), [float(n) for n in range(10)]), mode="append")


def prepare_big(path):
    ids = range(MILLION)
    write_deltalake(path, pa.table({"id": pa.array(ids, pa.int64()), "v": pa.array([n % 97 for n in ids], pa.int32())}))


def merge_big(path):
    first = MILLION - CHANGED // 2
    ids = pa.array(range(first, first + CHANGED), pa.int64())
    merge(path, pa.table({"id": ids, "v": pa.array([-1] * CHANGED, pa.int32())}))


def main():
    runs, big_runs = int(sys.argv[1]), int(sys.argv[2])
    times = {name: timed(prepare_small, action, runs) for name, action in STATEMENTS.items()}
    times["MILLION"] = timed(prepare_big, merge_big, big_runs)
    print(json.dumps(times))


if __name__ == "__main__":
    main()
