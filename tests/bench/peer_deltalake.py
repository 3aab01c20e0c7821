"""The Delta lab done with Python deltalake and DuckDB: the peer that `make bench` compares with.

Usage: peer_deltalake.py REPEATS. Prints one JSON object: milliseconds for each statement and for the whole lab, there
also of processor time, one figure a repeat. The first repeat includes nothing of the interpreter's start; the caller times
the process for that.
"""

import json
import shutil
import sys
import tempfile
import time
from pathlib import Path

import duckdb
import pyarrow as pa
from deltalake import DeltaTable, write_deltalake

SCHEMA = pa.schema([
    ("sku", pa.string()), ("product_name", pa.string()), ("category", pa.string()),
    ("quantity", pa.int32()), ("unit_price", pa.float64()),
])
START = [
    ("E-100", "Desk lamp", "Lighting", 12, 24.9), ("E-101", "Floor lamp", "Lighting", 4, 89.0),
    ("E-102", "Light strip", "Lighting", 40, 15.5), ("F-200", "Oak shelf", "Furniture", 7, 120.0),
    ("F-201", "Stool", "Furniture", 18, 35.0), ("F-202", "Side table", "Furniture", 9, 64.0),
]
MORE = [("K-300", "Kettle", "Kitchen", 11, 42.0), ("K-301", "Pan", "Kitchen", 6, 58.0)]
UPDATES = [("E-100", "Desk lamp", "Lighting", 20, 22.0), ("K-302", "Grater", "Kitchen", 25, 9.5)]


def table(rows):
    return pa.Table.from_pylist([dict(zip(SCHEMA.names, row)) for row in rows], schema=SCHEMA)


def lab(path, times):
    def timed(name, action):
        start = time.perf_counter()
        result = action()
        times.setdefault(name, []).append((time.perf_counter() - start) * 1000)
        return result

    timed("CREATE", lambda: write_deltalake(path, table(START)))
    timed("INSERT", lambda: write_deltalake(path, table(MORE), mode="append"))
    timed("UPDATE", lambda: DeltaTable(path).update(
        predicate="category = 'Lighting'", updates={"unit_price": "unit_price * 1.05"}))
    timed("MERGE", lambda: DeltaTable(path).merge(
        source=table(UPDATES), predicate="t.sku = s.sku", source_alias="s", target_alias="t")
        .when_matched_update({"quantity": "s.quantity", "unit_price": "s.unit_price"})
        .when_not_matched_insert_all().execute())
    timed("SELECT", lambda: duckdb.arrow(DeltaTable(path).to_pyarrow_table()).order("sku").fetchall())
    timed("VERSION AS OF", lambda: duckdb.arrow(DeltaTable(path, version=0).to_pyarrow_table()).fetchall())
    timed("HISTORY", lambda: DeltaTable(path).history())
    now = duckdb.arrow(DeltaTable(path).to_pyarrow_table())
    base = duckdb.arrow(DeltaTable(path, version=0).to_pyarrow_table())
    changed = duckdb.sql("SELECT now.sku, now.unit_price - base.unit_price FROM now JOIN base USING (sku) "
                         "WHERE now.unit_price <> base.unit_price").fetchall()
    assert len(changed) == 3, changed


def main():
    repeats = int(sys.argv[1])
    times = {}
    for _ in range(repeats):
        folder = Path(tempfile.mkdtemp(prefix="sandbar-peer-"))
        try:
            start, used = time.perf_counter(), time.process_time()
            lab(str(folder / "lab_inventory"), times)
            times.setdefault("LAB", []).append((time.perf_counter() - start) * 1000)
            times.setdefault("LAB CPU", []).append((time.process_time() - used) * 1000)
        finally:
            shutil.rmtree(folder)
    print(json.dumps(times))


if __name__ == "__main__":
    main()
