"""Statements inside a worker, without HTTP and pages: `sandbar sql` says how long each took. Beside them the peer's."""

import json
import subprocess
import tempfile
from pathlib import Path

# Ten rows, made anew before every measured statement.
SMALL = ("CREATE OR REPLACE TABLE t (id INT, v DOUBLE); "
         "INSERT INTO t SELECT CAST(id AS INT), CAST(id AS DOUBLE) FROM range(10)")
STATEMENTS = {
    "SELECT": "SELECT * FROM t ORDER BY id",
    "VERSION AS OF": "SELECT * FROM t VERSION AS OF {version} ORDER BY id",
    "INSERT": "INSERT INTO t VALUES (99, 1.0)",
    "UPDATE": "UPDATE t SET v = v * 1.05 WHERE id < 3",
    "DELETE": "DELETE FROM t WHERE id = 5",
    "MERGE": "MERGE INTO t USING (SELECT 3 AS id, 9.0D AS v UNION ALL SELECT 77, 7.0D) s ON t.id = s.id "
             "WHEN MATCHED THEN UPDATE SET v = s.v WHEN NOT MATCHED THEN INSERT *",
    "HISTORY": "DESCRIBE HISTORY t",
}
MILLION, CHANGED = 1_000_000, 10_000
# Of changed rows half are in the table.
BIG_MERGE = (f"MERGE INTO big t USING (SELECT id + {MILLION - CHANGED // 2} AS id, -1 AS v FROM range({CHANGED})) s "
             "ON t.id = s.id WHEN MATCHED THEN UPDATE SET v = s.v WHEN NOT MATCHED THEN INSERT *")
# A student's limits would refuse the million rows; a benchmark may raise them.
BIG_LIMITS = {"max_rows_written": 2_500_000, "statement_wall_ms": 300_000, "memory_bytes": 4 * 1024**3,
              "workspace_bytes": 1024**3}


def answers(sandbar, folder, sql, limits):
    flags = [part for name, value in limits.items() for part in ("--limit", f"{name}={value}")]
    run = subprocess.run([sandbar, "sql", "--workspace", folder, "--format", "jsonl", *flags], input=sql,
                         capture_output=True, text=True, check=False)
    lines = [json.loads(line) for line in run.stdout.splitlines()]
    failed = [line for line in lines if line["error"]]
    if failed or run.returncode:
        raise SystemExit(f"a benchmark's statement failed: {failed or run.stderr}")
    return lines


def small(sandbar, runs):
    """Milliseconds of each statement on a ten-row table; each run is warm, in one worker."""
    times = {}
    for name, sql in STATEMENTS.items():
        with tempfile.TemporaryDirectory() as folder:
            # CREATE OR REPLACE and INSERT are two versions, and a change is one more.
            step = 2 if name in ("SELECT", "VERSION AS OF", "HISTORY") else 3
            rounds = [f"{SMALL}; {sql.format(version=step * n + 1)}" for n in range(runs + 1)]
            lines = answers(sandbar, Path(folder) / "w", "; ".join(rounds), {"max_table_versions": 10_000})
            times[name] = [line["elapsed_ms"] for line in lines[2::3]][1:]
    return times


def million(sandbar, runs):
    """Milliseconds of one MERGE of 10,000 rows into a million, on a table made anew."""
    times = []
    for _ in range(runs):
        with tempfile.TemporaryDirectory() as folder:
            sql = f"CREATE TABLE big AS SELECT id, CAST(id % 97 AS INT) AS v FROM range({MILLION}); {BIG_MERGE}; SELECT count(*) FROM big"
            lines = answers(sandbar, Path(folder) / "w", sql, BIG_LIMITS)
            assert lines[2]["rows"] == [[MILLION + CHANGED // 2]], lines[2]
            times.append(lines[1]["elapsed_ms"])
    return times
