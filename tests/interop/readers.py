"""The two other readers of Delta: Python deltalake, and DuckDB with its own Delta extension (of delta-kernel-rs)."""

import tempfile

import duckdb
from deltalake import DeltaTable
from duckdb_extensions import import_extension

from plain import in_order


class DuckDb:
    """DuckDB with the extension from its PyPI wheel: nothing is fetched while tests run."""

    def __init__(self):
        self.extensions = tempfile.TemporaryDirectory(prefix="sandbar-duckdb-")
        self.connection = duckdb.connect(config={"extension_directory": self.extensions.name})
        import_extension("delta", con=self.connection)
        self.connection.execute("LOAD delta; SET TimeZone = 'UTC'")

    def rows(self, path, version):
        self.connection.execute(f"ATTACH '{path}' AS seen (TYPE delta, VERSION {version})")
        try:
            return in_order(self.connection.execute("SELECT * FROM seen").fetchall())
        finally:
            self.connection.execute("DETACH seen")

    def close(self):
        self.connection.close()
        self.extensions.cleanup()


def deltalake_rows(path, version):
    table = DeltaTable(path, version=version).to_pyarrow_table()
    return in_order(zip(*(column.to_pylist() for column in table.columns))) if table.num_rows else []


def deltalake_history(path):
    """(version, operation), the oldest first."""
    return sorted((entry["version"], entry["operation"]) for entry in DeltaTable(path).history())
