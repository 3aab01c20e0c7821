"""Sail, a Spark Connect server in a Python package: the peer whose answers to Spark's SQL are compared with ours."""

import os

os.environ.setdefault("RUST_LOG", "off")

from pysail.spark import SparkConnectServer  # noqa: E402  reads RUST_LOG when it is loaded
from pyspark.sql import SparkSession  # noqa: E402

from plain import in_order  # noqa: E402


class Sail:
    """A server on a free port of 127.0.0.1, and a session on it."""

    def __init__(self):
        self.server = SparkConnectServer("127.0.0.1", 0)
        self.server.start(background=True)
        port = self.server.listening_address[1]
        self.spark = SparkSession.builder.remote(f"sc://127.0.0.1:{port}").getOrCreate()
        self.spark.conf.set("spark.sql.session.timeZone", "UTC")
        self.spark.conf.set("spark.sql.ansi.enabled", "true")

    def run(self, sql):
        self.spark.sql(sql).collect()

    def query(self, sql):
        """(types, rows) of a query, or the text of its error."""
        try:
            table = self.spark.sql(sql)
            types = [same_type(field.dataType.simpleString()) for field in table.schema.fields]
            return types, in_order([unrow(value) for value in row] for row in table.collect())
        except Exception as error:  # every failure is an answer here
            return f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}"

    def close(self):
        self.spark.stop()
        self.server.stop()


def unrow(value):
    """A struct as an object, as `sandbar sql` prints it."""
    if hasattr(value, "asDict"):
        return {key: unrow(item) for key, item in value.asDict().items()}
    return [unrow(item) for item in value] if isinstance(value, list) else value


def same_type(name):
    """A type's name, spelled as neither engine does."""
    return name.lower().replace(" ", "")
