"""Tables with features that Sandbar lacks: refused by the feature's name, with nothing written."""

import struct
import unittest

from cases import InWorkspace
from logs import features, one_file_table
from plain import in_order

# What a row of each statement would do to a table with the column `id`.
WRITES = [
    "INSERT INTO t VALUES (4)", "UPDATE t SET id = 9 WHERE id = 1", "DELETE FROM t WHERE id = 1", "TRUNCATE TABLE t",
    "INSERT OVERWRITE t VALUES (4)", "ALTER TABLE t ADD COLUMNS (more INT)",
    "MERGE INTO t USING (SELECT 1L AS id) s ON t.id = s.id WHEN MATCHED THEN DELETE",
]


class Features(InWorkspace):
    """A feature that Sandbar lacks is refused by its name, and nothing is written."""

    def setUp(self):
        super().setUp()
        self.workspace.run("SELECT 1")
        self.path = self.workspace.path("t")

    def check_refused(self, sql, name, direction):
        error = self.workspace.refused(sql)
        self.assertEqual(error["class"], f"DELTA_UNSUPPORTED_FEATURES_FOR_{direction}", f"{sql}\n{error}")
        self.assertIn(name, error["message"])
        self.assertTrue(error["hint"])

    def check_reading_is_refused(self, name):
        self.check_refused("SELECT * FROM t", name, "READ")
        self.check_writing_is_refused(name, "READ")

    def check_writing_is_refused(self, name, direction="WRITE"):
        for sql in WRITES:
            with self.subTest(sql):
                self.check_refused(sql, name, direction)
        log = self.workspace.folder / "default/t/_delta_log"
        self.assertEqual([file.name for file in log.iterdir()], ["00000000000000000000.json"])

    def check_rows_are_read(self):
        self.assertEqual(in_order(self.workspace.run("SELECT * FROM t").rows), [[1], [2], [3]])

    def test_a_reader_feature_that_nobody_knows(self):
        one_file_table(self.path, features(reader=["sandCastles"]))
        self.check_reading_is_refused("sandCastles")

    def test_a_reader_version_of_the_future(self):
        one_file_table(self.path, {"minReaderVersion": 9, "minWriterVersion": 9})
        self.workspace.refused("SELECT * FROM t")

    def test_a_writer_feature_that_nobody_knows(self):
        one_file_table(self.path, features(writer=["sandCastles"]))
        self.check_rows_are_read()
        self.check_writing_is_refused("sandCastles")

    def test_writer_features_that_would_have_to_be_kept_up(self):
        for name in ["identityColumns", "rowTracking", "icebergCompatV1"]:
            with self.subTest(name):
                self.setUp()
                one_file_table(self.path, features(writer=[name, "domainMetadata"]))
                self.check_rows_are_read()
                self.check_writing_is_refused(name)

    def test_a_deletion_vector(self):
        # The bitmap of row 1 alone (the second row), inline: magic number, one container, Z85.
        vector = {"storageType": "i", "pathOrInlineDv": inline_vector([1]), "sizeInBytes": 34, "cardinality": 1}
        one_file_table(self.path, features(reader=["deletionVectors"]), {"delta.enableDeletionVectors": "true"},
                       add={"deletionVector": vector, "stats": '{"numRecords":3}'})
        answer = self.workspace.answers("SELECT * FROM t")[-1]
        if answer.error:
            self.check_refused("SELECT * FROM t", "deletionVectors", "READ")
        else:
            self.assertEqual(in_order(answer.rows), [[1], [3]])
        self.check_refused_or_right("UPDATE t SET id = 9 WHERE id = 1", [[3], [9]])

    def check_refused_or_right(self, sql, rows):
        answer = self.workspace.answers(sql)[-1]
        if answer.error:
            self.assertIn("DELTA_UNSUPPORTED_FEATURES_FOR_WRITE", answer.error_class)
            self.assertIn("deletionVectors", answer.error["message"])
        else:
            self.assertEqual(in_order(self.workspace.run("SELECT * FROM t").rows), rows)

    def test_column_mapping(self):
        metadata = {"delta.columnMapping.id": 1, "delta.columnMapping.physicalName": "col-1"}
        for protocol in [features(reader=["columnMapping"]), {"minReaderVersion": 2, "minWriterVersion": 5}]:
            with self.subTest(protocol):
                self.setUp()
                one_file_table(self.path, protocol, {"delta.columnMapping.mode": "name", "delta.columnMapping.maxColumnId": "1"},
                               metadata)
                # The file has a column `id`, the mapping asks for `col-1`: every row is NULL to a reader that knows mappings.
                answer = self.workspace.answers("SELECT * FROM t")[-1]
                if answer.error:
                    self.check_refused("SELECT * FROM t", "columnMapping", "READ")
                else:
                    self.assertEqual(answer.rows, [[None]] * 3)
                self.check_refused("INSERT INTO t VALUES (4)", "columnMapping", "READ" if answer.error else "WRITE")

    def test_a_table_that_cannot_be_read_leaves_the_others_alone(self):
        one_file_table(self.path, features(reader=["sandCastles"]))
        answers = self.workspace.answers("CREATE TABLE u (id INT); SELECT * FROM t; SELECT * FROM u")
        self.assertEqual([answer.error_class for answer in answers], [None, "DELTA_UNSUPPORTED_FEATURES_FOR_READ", None])

    def test_generated_columns_are_computed(self):
        one_file_table(self.path, {"minReaderVersion": 1, "minWriterVersion": 4}, None,
                       {"delta.generationExpression": "CAST(1 + 1 AS BIGINT)"})
        self.check_rows_are_read()
        self.workspace.refused("INSERT INTO t VALUES (4)")
        self.workspace.run("INSERT INTO t VALUES (2)")

    def test_identity_columns_of_a_version_without_names(self):
        one_file_table(self.path, {"minReaderVersion": 1, "minWriterVersion": 6}, None,
                       {"delta.identity.start": 1, "delta.identity.step": 1, "delta.identity.allowExplicitInsert": False})
        self.check_rows_are_read()
        self.check_writing_is_refused("identityColumns")


def inline_vector(rows):
    """A Delta deletion vector of row numbers below 65536, as the protocol's inline text."""
    bitmap = struct.pack("<IIHHI", 12346, 1, 0, len(rows) - 1, 16) + struct.pack(f"<{len(rows)}H", *rows)
    data = struct.pack("<IQI", 1681511377, 1, 0) + bitmap
    return z85(data + b"\0" * (-len(data) % 4))


def z85(data):
    letters = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#"
    words = [int.from_bytes(data[at:at + 4], "big") for at in range(0, len(data), 4)]
    return "".join(letters[word // 85**power % 85] for word in words for power in (4, 3, 2, 1, 0))


if __name__ == "__main__":
    unittest.main()
