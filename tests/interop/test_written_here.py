"""Tables that Sandbar wrote, opened by Python deltalake and by DuckDB: the same rows, versions and history."""

import unittest

from deltalake import DeltaTable

from cases import WithDuckDb
from plain import in_order
from readers import deltalake_history, deltalake_rows

# Each case is one table `t` and what was done to it.
CASES = {
    "plain": """
        CREATE TABLE t (id BIGINT, name STRING, price DECIMAL(10,2)) COMMENT 'stock';
        INSERT INTO t VALUES (1, 'lamp', 24.90), (2, NULL, 0.05), (3, 'it''s', NULL);
        UPDATE t SET price = price * 2 WHERE id <= 2;
        DELETE FROM t WHERE id = 3;
        INSERT OVERWRITE t VALUES (7, 'new', 1.00);
        INSERT INTO t (name, id) VALUES ('no price', 8);
        TRUNCATE TABLE t""",
    "every type": """
        CREATE TABLE t (a TINYINT, b SMALLINT, c INT, d BIGINT, e FLOAT, f DOUBLE, g DECIMAL(38,18), h STRING, i BINARY,
          j BOOLEAN, k DATE, l TIMESTAMP, m ARRAY<INT>, n STRUCT<x: INT, y: STRING>);
        INSERT INTO t VALUES (-128, -32768, -2147483648, -9223372036854775808, 0.5, 1e300, 0.000000000000000001, '', X'00FF',
          true, DATE'1969-12-31', TIMESTAMP'1969-12-31 23:59:59.000001', array(1, NULL), named_struct('x', 1, 'y', 'ü'));
        INSERT INTO t (a) VALUES (NULL)""",
    "map": """
        CREATE TABLE t (id INT, m MAP<STRING, INT>);
        INSERT INTO t VALUES (1, map('a', 1, 'b', NULL)), (2, NULL)""",
    "partitions": """
        CREATE TABLE t (id INT, day DATE, kind STRING) PARTITIONED BY (day, kind);
        INSERT INTO t VALUES (1, DATE'2024-02-29', 'a b/c=d'), (2, DATE'2024-03-01', NULL), (3, NULL, 'ä%20');
        INSERT INTO t REPLACE WHERE kind = 'a b/c=d' VALUES (4, DATE'2024-03-02', 'a b/c=d');
        UPDATE t SET kind = 'moved' WHERE id = 2;
        DELETE FROM t WHERE day IS NULL""",
    "merge": """
        CREATE TABLE t AS SELECT id, id * 10 AS v FROM range(10);
        MERGE INTO t USING (SELECT id + 5 AS id, 1 AS v FROM range(10)) s ON t.id = s.id
          WHEN MATCHED AND s.id = 5 THEN DELETE WHEN MATCHED THEN UPDATE SET v = s.v
          WHEN NOT MATCHED THEN INSERT * WHEN NOT MATCHED BY SOURCE AND t.id = 0 THEN DELETE;
        MERGE WITH SCHEMA EVOLUTION INTO t USING (SELECT 20 AS id, 2 AS v, 'x' AS more) s ON t.id = s.id
          WHEN NOT MATCHED THEN INSERT *""",
    "columns and rules": """
        CREATE TABLE t (id INT, v INT);
        INSERT INTO t VALUES (1, 1);
        ALTER TABLE t ADD COLUMNS (w STRING COMMENT 'late' FIRST);
        INSERT INTO t VALUES ('here', 2, 2);
        ALTER TABLE t ALTER COLUMN id SET NOT NULL;
        ALTER TABLE t ADD CONSTRAINT positive CHECK (v > 0);
        ALTER TABLE t SET TBLPROPERTIES ('delta.appendOnly' = 'true', 'owner' = 'me');
        COMMENT ON TABLE t IS 'said later';
        INSERT INTO t VALUES (NULL, 3, 3);
        ALTER TABLE t UNSET TBLPROPERTIES ('delta.appendOnly');
        ALTER TABLE t DROP CONSTRAINT positive""",
    "upkeep": """
        CREATE TABLE t (id INT, p INT) PARTITIONED BY (p);
        INSERT INTO t VALUES (3, 1); INSERT INTO t VALUES (1, 1); INSERT INTO t VALUES (2, 2);
        OPTIMIZE t ZORDER BY (id);
        DELETE FROM t WHERE p = 2;
        VACUUM t;
        RESTORE TABLE t TO VERSION AS OF 3""",
    "replaced": """
        CREATE TABLE t (id INT);
        INSERT INTO t VALUES (1);
        CREATE OR REPLACE TABLE t (name STRING) COMMENT 'another';
        INSERT INTO t VALUES ('x');
        CREATE OR REPLACE TABLE t AS SELECT 1.5 AS n""",
    "checkpoints": "CREATE TABLE t (id INT, v STRING);"
        + "".join(f"INSERT INTO t VALUES ({n}, 'v{n}');" for n in range(24)) + "DELETE FROM t WHERE id % 3 = 0",
}


class WrittenHere(WithDuckDb):
    def test_every_version_has_the_same_rows_everywhere(self):
        for name, sql in CASES.items():
            with self.subTest(name):
                self.drop()
                self.workspace.run(sql)
                path = self.workspace.path("t")
                history = self.workspace.run("SELECT version, operation FROM (DESCRIBE HISTORY t) ORDER BY version").rows
                self.assertEqual([tuple(entry) for entry in history], deltalake_history(path))
                versions = [version for version, _ in history]
                self.assertEqual(versions, list(range(DeltaTable(path).version() + 1)))
                here = self.workspace.answers(";".join(f"SELECT * FROM t VERSION AS OF {v}" for v in versions))
                for version, answer in zip(versions, here, strict=True):
                    self.assertIsNone(answer.error, answer.sql)
                    rows = in_order(answer.rows)
                    self.assertEqual(rows, deltalake_rows(path, version), f"deltalake, version {version}")
                    self.assertEqual(rows, self.duckdb.rows(path, version), f"DuckDB, version {version}")

    def test_checkpoints_are_written_and_others_start_from_them(self):
        self.workspace.run(CASES["checkpoints"])
        log = self.workspace.folder / "default/t/_delta_log"
        self.assertTrue(list(log.glob("*.checkpoint.parquet")), "25 commits without a checkpoint")
        for commit in range(10):
            (log / f"{commit:020}.json").unlink()
        self.assertEqual(len(deltalake_rows(self.workspace.path("t"), 25)), 16)

    def test_others_see_the_schema_the_comments_and_the_rules(self):
        self.workspace.run("CREATE TABLE t (id INT NOT NULL COMMENT 'key', v INT) COMMENT 'all'; "
                           "ALTER TABLE t ADD CONSTRAINT positive CHECK (v > 0)")
        table = DeltaTable(self.workspace.path("t"))
        key = table.schema().fields[0]
        self.assertEqual((key.name, key.type.type, key.nullable, key.metadata["comment"]), ("id", "integer", False, "key"))
        self.assertEqual(table.metadata().description, "all")
        self.assertIn("delta.constraints.positive", table.metadata().configuration)

    def drop(self):
        self.workspace.run("DROP TABLE IF EXISTS t")


if __name__ == "__main__":
    unittest.main()
