"""A server under measurement and a person signed in to it, over plain HTTP on 127.0.0.1."""

import http.client
import re
import signal
import socket
import subprocess
import time
import urllib.parse
import uuid
from pathlib import Path


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """`sandbar serve --demo` in a process of its own; ready when the first page has been served."""

    def __init__(self, sandbar, data):
        self.port = free_port()
        self.log = Path(data) / "serve.log"
        self.output = self.log.open("w")
        self.process = subprocess.Popen(
            [sandbar, "serve", "--demo", "--listen", f"127.0.0.1:{self.port}", "--data", str(Path(data) / "data")],
            stdout=self.output, stderr=subprocess.STDOUT)

    @property
    def pid(self):
        return self.process.pid

    def __enter__(self):
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
                connection.request("GET", "/sign-in")
                if connection.getresponse().status == 200:
                    return self
            except OSError:
                time.sleep(0.002)
            if self.process.poll() is not None:
                raise RuntimeError(f"the server stopped: {self.log.read_text()}")
        raise RuntimeError("the server did not answer within a minute")

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
        self.output.close()

    def sign_in(self, login):
        return Person(self.port, login)


class Person:
    """One connection kept alive, with a session cookie and the page's CSRF token."""

    def __init__(self, port, login):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.cookies = {}
        self.csrf = ""
        page = self.page("/sign-in")
        password = re.search(rf'name="login" value="{login}">\s*<input type="hidden" name="password" value="([^"]+)"', page)
        if not password:
            raise RuntimeError(f"the sign-in page offers no sample account {login}")
        self.form("/sign-in", {"login": login, "password": password[1], "next": "/"}, expect=303)
        self.page("/labs/delta")

    def send(self, method, path, body=None, headers=None, expect=200):
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items()), **(headers or {})}
        self.connection.request(method, path, body=body, headers=headers)
        response = self.connection.getresponse()
        text = response.read().decode()
        for name, value in response.getheaders():
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                self.cookies[key] = rest.split(";")[0]
        if response.status != expect:
            raise RuntimeError(f"{method} {path}: {response.status}, expected {expect}: {text[:400]}")
        return text

    def page(self, path):
        text = self.send("GET", path)
        token = re.search(r'name="csrf-token" content="([^"]+)"', text)
        self.csrf = token[1] if token else self.csrf
        self.cell = (re.findall(r'id="cell-([^"]+)"', text) or [""])[0]
        return text

    def form(self, path, fields, expect=200, fragment=False):
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        if fragment:
            headers |= {"X-CSRF-Token": self.csrf, "X-Fragment": "1", "Sec-Fetch-Dest": "empty"}
        return self.send("POST", path, urllib.parse.urlencode({"csrf_token": self.csrf, **fields}), headers, expect)

    def run_cell(self, sql):
        """Runs a text in the first cell of the Delta lab; fails when a statement of it fails."""
        answer = self.form(f"/labs/delta/cells/{self.cell}/run", {"source": sql}, fragment=True)
        if "SQLSTATE" in answer:
            raise RuntimeError(f"{sql}: {answer[:600]}")

    def import_notebook(self, path):
        boundary = uuid.uuid4().hex
        parts = [f'--{boundary}\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{self.csrf}\r\n',
                 f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{path.name}"\r\n'
                 f"Content-Type: text/plain\r\n\r\n{path.read_text()}\r\n--{boundary}--\r\n"]
        self.send("POST", "/labs/delta/import", "".join(parts).encode(),
                  {"Content-Type": f"multipart/form-data; boundary={boundary}"}, expect=303)

    def replay(self):
        return self.form("/labs/delta/replay", {}, fragment=True)
