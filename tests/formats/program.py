"""The program, the course's solutions and the files that it prints, for the tests beside this file."""

import atexit
import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import yaml
from jsonschema import Draft202012Validator

ROOT = Path(__file__).resolve().parents[2]
LABS = ROOT / "content" / "lakehouse-week3" / "labs"


def sandbar(*arguments, status=(0, 1)):
    """Runs the program and gives what it printed; its exit status must be one of those."""
    command = [os.environ["SANDBAR"], *map(str, arguments)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    if run.returncode not in status:
        raise AssertionError(f"{command} ended with {run.returncode}: {run.stderr}")
    return run.stdout


def graded(lab, *solutions, form):
    """The report of solutions, each a path below the lab's folder."""
    return sandbar("grade", lab, *(submission(lab, path) for path in solutions), "--format", form)


def submission(lab, path):
    """A whole submission: a file as it is, and a folder's files in place of those of the reference."""
    solution = LABS / lab / path
    if solution.is_file():
        return solution
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder)
    whole = folder / solution.name
    for part in [LABS / lab / "reference", solution]:
        shutil.copytree(part, whole, dirs_exist_ok=True)
    return whole


def validator(name):
    """Of the schema that the program prints, which must be a schema itself."""
    schema = json.loads(sandbar("schema", name))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


class Loader(yaml.SafeLoader):
    """YAML as Sandbar and editors read it: instants, yes, no, on and off are text."""


def only_core(first, resolver):
    tag, pattern = resolver
    return tag != "tag:yaml.org,2002:timestamp" and not (tag == "tag:yaml.org,2002:bool" and first not in "tTfF")


Loader.yaml_implicit_resolvers = {
    first: [resolver for resolver in resolvers if only_core(first, resolver)]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def read_yaml(path):
    return yaml.load(Path(path).read_text(encoding="utf-8"), Loader)
