"""`sandbar sql` for tests in Python: statements in, one answer a statement out. The standard library and nothing else."""

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path


@dataclass
class Answer:
    """What one statement gave: columns as (name, type), rows as lists, or an error with its class."""

    sql: str
    columns: list
    rows: list
    error: dict | None
    elapsed_ms: float

    @property
    def error_class(self):
        return self.error and self.error["class"]


class Workspace:
    """A folder of tables that `sandbar sql` runs in; every call is a process of its own."""

    def __init__(self, folder, limits=()):
        self.folder = Path(folder)
        self.limits = [part for limit in limits for part in ("--limit", limit)]

    def path(self, table):
        return str(self.folder / "default" / table)

    def answers(self, sql):
        """Runs every statement, also behind one that failed."""
        command = [os.environ["SANDBAR"], "sql", "--workspace", self.folder, "--format", "jsonl", "--keep-going", *self.limits]
        run = subprocess.run(command, input=sql, capture_output=True, text=True, check=False)
        if not run.stdout:
            raise AssertionError(f"sandbar sql gave nothing: {run.stderr}")
        lines = [json.loads(line) for line in run.stdout.splitlines()]
        return [Answer(line["sql"], [(c["name"], c["type"]) for c in line["columns"]], line["rows"], line["error"],
                       line["elapsed_ms"]) for line in lines]

    def run(self, sql):
        """Runs statements that must succeed, and gives the last one's answer."""
        answers = self.answers(sql)
        for answer in answers:
            if answer.error:
                raise AssertionError(f"{answer.sql}\n{answer.error}")
        return answers[-1]

    def refused(self, sql):
        """Runs one statement that must fail, and gives its error."""
        answer = self.answers(sql)[-1]
        if not answer.error:
            raise AssertionError(f"this was not refused: {sql}\n{answer.rows}")
        return answer.error
