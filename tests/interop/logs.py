"""Delta logs made by hand, for what Python deltalake cannot write: features, mappings and deletion vectors."""

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq


def one_file_table(path, protocol, configuration=None, field_metadata=None, add=None):
    """A table of one column `id` with the rows 1, 2, 3 in one file, under the protocol that is given."""
    folder = Path(path)
    (folder / "_delta_log").mkdir(parents=True)
    pq.write_table(pa.table({"id": pa.array([1, 2, 3], pa.int64())}), folder / "part-0.parquet")
    schema = {"type": "struct", "fields": [
        {"name": "id", "type": "long", "nullable": True, "metadata": field_metadata or {}}]}
    actions = [
        {"protocol": protocol},
        {"metaData": {"id": "5fba94ed-9794-4965-ba6e-6ee3c0d22af9", "format": {"provider": "parquet", "options": {}},
                      "schemaString": json.dumps(schema), "partitionColumns": [], "configuration": configuration or {},
                      "createdTime": 1700000000000}},
        {"add": {"path": "part-0.parquet", "partitionValues": {}, "size": (folder / "part-0.parquet").stat().st_size,
                 "modificationTime": 1700000000000, "dataChange": True, **(add or {})}},
        {"commitInfo": {"timestamp": 1700000000000, "operation": "WRITE", "operationParameters": {}}},
    ]
    lines = "".join(json.dumps(action) + "\n" for action in actions)
    (folder / "_delta_log/00000000000000000000.json").write_text(lines)


def features(reader=(), writer=()):
    """The protocol of a table with these features; what readers must know, writers must know too."""
    if reader:
        return {"minReaderVersion": 3, "minWriterVersion": 7, "readerFeatures": list(reader),
                "writerFeatures": [*reader, *writer]}
    return {"minReaderVersion": 1, "minWriterVersion": 7, "writerFeatures": list(writer)}
