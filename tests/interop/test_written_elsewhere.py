"""Tables that others wrote, opened by `sandbar sql`: read and written correctly."""

import datetime
import decimal
import unittest

import pyarrow as pa
from deltalake import CommitProperties, DeltaTable, Field, Schema, write_deltalake
from deltalake.schema import PrimitiveType

from cases import WithDuckDb
from plain import in_order
from readers import deltalake_history, deltalake_rows

UTC = datetime.timezone.utc

class WrittenElsewhere(WithDuckDb):
    def setUp(self):
        super().setUp()
        self.workspace.run("SELECT 1")
        self.path = self.workspace.path("t")

    def check_every_version(self):
        """What `sandbar sql` reads of every version, and its history, is what deltalake reads."""
        history = self.workspace.run("SELECT version, operation FROM (DESCRIBE HISTORY t) ORDER BY version").rows
        self.assertEqual([tuple(entry) for entry in history], deltalake_history(self.path))
        for version in range(DeltaTable(self.path).version() + 1):
            rows = self.workspace.run(f"SELECT * FROM t VERSION AS OF {version}").rows
            self.assertEqual(in_order(rows), deltalake_rows(self.path, version), f"version {version}")

    def check_goes_on(self, sql):
        """Statements of Sandbar on the others' table leave one that both others read as Sandbar does."""
        self.workspace.run(sql)
        rows = in_order(self.workspace.run("SELECT * FROM t").rows)
        version = DeltaTable(self.path).version()
        self.assertEqual(rows, deltalake_rows(self.path, version))
        self.assertEqual(rows, self.duckdb.rows(self.path, version))

    def test_a_plain_table_of_every_type(self):
        write_deltalake(self.path, pa.table({
            "a": pa.array([-1, None], pa.int8()), "b": pa.array([1, None], pa.int64()), "c": pa.array([0.5, None], pa.float32()),
            "d": pa.array([decimal.Decimal("1.10"), None], pa.decimal128(10, 2)), "e": pa.array(["ü", None]),
            "f": pa.array([b"\x00\xff", None]), "g": pa.array([datetime.date(1969, 12, 31), None]),
            "h": pa.array([datetime.datetime(2024, 2, 29, 1, 2, 3, 4, UTC), None], pa.timestamp("us", "UTC")),
            "i": pa.array([[1, None], None], pa.list_(pa.int32())),
            "j": pa.array([{"x": 1}, None], pa.struct([("x", pa.int64())])), "k": pa.array([True, None]),
        }))
        self.check_every_version()
        self.check_goes_on("UPDATE t SET b = 2 WHERE b = 1; DELETE FROM t WHERE b IS NULL; INSERT INTO t (e) VALUES ('more')")

    def test_a_timestamp_without_time_zone_is_a_table_feature_that_is_known(self):
        write_deltalake(self.path, pa.table({"n": pa.array([datetime.datetime(2024, 2, 29, 1, 2, 3)], pa.timestamp("us"))}))
        self.assertIn("timestampNtz", DeltaTable(self.path).protocol().reader_features)
        self.check_every_version()
        self.check_goes_on("INSERT INTO t VALUES (TIMESTAMP_NTZ'2024-03-01 00:00:00')")

    def test_a_partitioned_table_with_odd_values(self):
        rows = pa.table({"id": [1, 2, 3, 4], "day": pa.array([datetime.date(2024, 2, 29), None, None, None], pa.date32()),
                         "kind": ["a b/c=d", "100%", "ä?#", None]})
        write_deltalake(self.path, rows, partition_by=["kind", "day"])
        write_deltalake(self.path, rows.slice(0, 2), mode="append")
        self.check_every_version()
        found = self.workspace.run("SELECT id FROM t WHERE kind = 'a b/c=d' AND day = DATE'2024-02-29'").rows
        self.assertEqual(found, [[1], [1]])
        self.check_goes_on("UPDATE t SET kind = 'moved' WHERE kind IS NULL; DELETE FROM t WHERE kind = '100%'")

    def test_many_commits_behind_a_checkpoint(self):
        for n in range(25):
            write_deltalake(self.path, pa.table({"id": [n], "v": [f"v{n}"]}), mode="append")
        DeltaTable(self.path).create_checkpoint()
        DeltaTable(self.path).delete("id < 3")
        self.check_every_version()
        self.assertEqual(self.workspace.run("SELECT count(*), min(id) FROM t").rows, [[22, 3]])
        self.check_goes_on("INSERT INTO t VALUES (99, 'x')")

    def test_a_log_whose_first_commits_are_gone(self):
        for n in range(12):
            write_deltalake(self.path, pa.table({"id": [n]}), mode="append")
        DeltaTable(self.path).create_checkpoint()
        log = self.workspace.folder / "default/t/_delta_log"
        for n in range(11):
            (log / f"{n:020}.json").unlink()
        self.assertEqual(self.workspace.run("SELECT count(*) FROM t").rows, [[12]])
        self.workspace.refused("SELECT * FROM t VERSION AS OF 3")
        self.check_goes_on("DELETE FROM t WHERE id = 0")

    def test_schema_evolution(self):
        write_deltalake(self.path, pa.table({"id": [1]}))
        write_deltalake(self.path, pa.table({"id": [2], "more": ["x"]}), mode="append", schema_mode="merge")
        write_deltalake(self.path, pa.table({"other": [1.5]}), mode="overwrite", schema_mode="overwrite")
        self.check_every_version()
        self.check_goes_on("INSERT INTO t VALUES (2.5)")

    def test_every_change_that_deltalake_knows(self):
        write_deltalake(self.path, pa.table({"id": [1, 2, 3], "v": [1, 2, 3]}))
        DeltaTable(self.path).update(predicate="id = 1", updates={"v": "v * 10"})
        (DeltaTable(self.path).merge(pa.table({"id": [3, 4], "v": [30, 40]}), "t.id = s.id", "s", "t")
         .when_matched_update_all().when_not_matched_insert_all().execute())
        DeltaTable(self.path).delete("id = 2")
        DeltaTable(self.path).optimize.compact()
        DeltaTable(self.path).alter.add_constraint({"positive": "v > 0"})
        DeltaTable(self.path).restore(0)
        self.check_every_version()

    def test_a_constraint_of_others_is_obeyed(self):
        write_deltalake(self.path, pa.table({"id": [1]}))
        DeltaTable(self.path).alter.add_constraint({"positive": "id > 0"})
        self.assertEqual(self.workspace.refused("INSERT INTO t VALUES (-1)")["class"].split(".")[0],
                         "DELTA_VIOLATE_CONSTRAINT_WITH_VALUES")
        self.check_goes_on("INSERT INTO t VALUES (5)")

    def test_a_column_that_others_declared_not_null_is_obeyed(self):
        schema = Schema([Field("id", PrimitiveType("long"), nullable=False)])
        DeltaTable.create(self.path, schema)
        self.assertIn("NOT_NULL", self.workspace.refused("INSERT INTO t VALUES (NULL)")["class"])
        self.check_goes_on("INSERT INTO t VALUES (5)")

    def test_user_metadata_of_others_is_in_the_history(self):
        write_deltalake(self.path, pa.table({"id": [1]}), commit_properties=CommitProperties({"userMetadata": "by hand"}))
        self.assertEqual(self.workspace.run("SELECT userMetadata FROM (DESCRIBE HISTORY t)").rows, [["by hand"]])

    def test_a_change_data_feed_of_others_is_kept_up_or_refused(self):
        write_deltalake(self.path, pa.table({"id": [1, 2]}), configuration={"delta.enableChangeDataFeed": "true"})
        DeltaTable(self.path).update(predicate="id = 1", updates={"id": "10"})
        self.check_every_version()
        answer = self.workspace.answers("UPDATE t SET id = 20 WHERE id = 2")[-1]
        if answer.error:
            self.assertIn(answer.error_class.split(".")[0],
                          {"DELTA_UNSUPPORTED_FEATURES_FOR_WRITE", "UNSUPPORTED_FEATURE"}, answer.error)
            return
        changes = pa.table(DeltaTable(self.path).load_cdf(starting_version=2).read_all())
        seen = sorted(zip(changes["_change_type"].to_pylist(), changes["id"].to_pylist()))
        self.assertEqual(seen, [("update_postimage", 20), ("update_preimage", 2)])


if __name__ == "__main__":
    unittest.main()
