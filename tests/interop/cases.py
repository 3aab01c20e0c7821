"""What the interoperability tests share: a workspace of its own for each test, and DuckDB where it is asked."""

import tempfile
import unittest

from readers import DuckDb
from sandbar_sql import Workspace


class InWorkspace(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="sandbar-interop-")
        self.addCleanup(folder.cleanup)
        self.workspace = Workspace(folder.name)


class WithDuckDb(InWorkspace):
    @classmethod
    def setUpClass(cls):
        cls.duckdb = DuckDb()
        cls.addClassCleanup(cls.duckdb.close)
