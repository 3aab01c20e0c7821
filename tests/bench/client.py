"""A server of our own and a student in it, as `make bench` needs them: the standard library's HTTP and nothing else."""

import os
import re
import signal
import subprocess
import urllib.parse
import urllib.request
import uuid
from http.cookiejar import CookieJar

# The sample class that `sandbar serve --demo` prints.
LOGIN, PASSWORD = "ada", "student-demo-1"


class Server:
    """`sandbar serve --demo` on a free port; entered when the first page has been read, ended with SIGTERM."""

    def __init__(self, sandbar, data):
        self.command = [sandbar, "serve", "--demo", "--listen", "127.0.0.1:0", "--data", data]

    def __enter__(self):
        quiet = {**os.environ, "SANDBAR_LOG": "error"}
        self.process = subprocess.Popen(self.command, stdout=subprocess.PIPE, text=True, env=quiet)
        try:
            self.url = self._address()
            urllib.request.urlopen(self.url, timeout=10).read()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=30)
        self.process.stdout.close()

    @property
    def pid(self):
        return self.process.pid

    def _address(self):
        for line in self.process.stdout:
            if found := re.search(r"Sandbar is at (http://\S+)", line):
                return found[1]
        raise SystemExit(f"the server ended before it listened: {' '.join(map(str, self.command))}")

    def sign_in(self):
        return Student(self.url)


class Student:
    """A signed-in browser without a screen."""

    def __init__(self, url):
        self.url = url
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
        self.token = self._token("/sign-in")
        self._form("/sign-in", {"login": LOGIN, "password": PASSWORD, "next": "/"})
        # A new session has a new token.
        self.token = self._token("/labs/delta")

    def run_cell(self, sql):
        """Runs a cell of the Delta lab and gives the fragment that the page would show."""
        html = self._form("/labs/delta/cells/bench/run", {"source": sql, "language": "sql"})
        if 'data-state="succeeded"' not in html:
            raise SystemExit(f"a benchmark's statement failed: {sql}\n{html}")
        return html

    def import_notebook(self, path):
        boundary = uuid.uuid4().hex
        parts = [
            f'--{boundary}\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{self.token}\r\n',
            f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{path.name}"\r\n\r\n',
            path.read_text(), f"\r\n--{boundary}--\r\n",
        ]
        self._post("/labs/delta/import", "".join(parts).encode(), f"multipart/form-data; boundary={boundary}")

    def replay(self):
        """Run from scratch: the whole notebook in a fresh workspace."""
        html = self._form("/labs/delta/replay", {})
        if "All" not in html or "cells ran" not in html:
            raise SystemExit(f"the reference did not run from scratch:\n{html}")

    def check(self):
        """The whole grading of what is in the notebook: replay, probes and report."""
        html = self._form("/labs/delta/check", {})
        if "100" not in html:
            raise SystemExit(f"the reference did not reach all points:\n{html}")

    def _token(self, path):
        with self.opener.open(self.url + path, timeout=30) as page:
            html = page.read().decode()
        return re.search(r'<meta name="csrf-token" content="([^"]+)"', html)[1]

    def _form(self, path, fields):
        return self._post(path, urllib.parse.urlencode({**fields, "csrf_token": self.token}).encode(),
                          "application/x-www-form-urlencoded")

    def _post(self, path, body, kind):
        headers = {"Content-Type": kind, "X-CSRF-Token": self.token}
        with self.opener.open(urllib.request.Request(self.url + path, body, headers), timeout=60) as answer:
            return answer.read().decode()
