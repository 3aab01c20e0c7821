"""Virtual environments for the peers, one each, below the user's cache."""

import os
import subprocess
import sys
from pathlib import Path

CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "sandbar"


def python(name, packages):
    """The Python of the environment of that name, which has these packages.

    Raises subprocess.CalledProcessError where Python makes no environments or PyPI cannot be reached.
    """
    interpreter = CACHE / name / "bin/python"
    if not interpreter.exists():
        subprocess.run([sys.executable, "-m", "venv", CACHE / name], check=True)
    freeze = subprocess.run([interpreter, "-m", "pip", "freeze"], capture_output=True, text=True, check=True)
    if not set(packages) <= set(freeze.stdout.split()):
        subprocess.run([interpreter, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *packages], check=True)
    return interpreter
