"""The examples of docs/ and the files of a pack: valid YAML, with flags that the program has, and commands that run."""

import os
import re
import shlex
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

from program import LABS, ROOT, read_yaml, sandbar, validator

DOCS = ROOT / "docs"
EXAMPLES = DOCS / "examples"


def commands(text):
    """Every `sandbar grade` of a text as its words; a line may go on behind a backslash."""
    joined = text.replace("\\\n", " ")
    found = re.findall(r'(?:sandbar|"\$RUNNER_TEMP/sandbar") (grade [^\n`|>]*)', joined)
    return [shlex.split(command) for command in found]


def steps(workflow):
    return [step for job in workflow["jobs"].values() for step in job["steps"]]


class Examples(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = Path(tempfile.mkdtemp())
        cls.packs = {lab: cls.folder / lab for lab in ("delta", "workflows")}
        for lab, pack in cls.packs.items():
            sandbar("pack", "--student", lab, pack, status=(0,))
        cls.workflows = [EXAMPLES / "github-workflow.yml"]
        cls.workflows += [pack / ".github" / "workflows" / "grade.yml" for pack in cls.packs.values()]

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.folder)

    def test_workflows_are_yaml_with_steps_that_grade(self):
        for path in self.workflows:
            workflow = read_yaml(path)
            self.assertEqual(set(workflow), {"name", "on", "permissions", "jobs"}, path)
            for step in steps(workflow):
                self.assertEqual(len({"uses", "run"} & set(step)), 1, step)
            runs = "".join(step.get("run", "") for step in steps(workflow))
            self.assertTrue(commands(runs), path)

    def test_the_hook_is_yaml_with_the_fields_of_pre_commit(self):
        config = read_yaml(EXAMPLES / "pre-commit-config.yaml")
        hooks = [hook for repository in config["repos"] for hook in repository["hooks"]]
        self.assertEqual(len(hooks), 1)
        self.assertLessEqual({"id", "name", "language", "entry"}, set(hooks[0]))
        self.assertIs(hooks[0]["pass_filenames"], False)
        self.assertTrue(commands(hooks[0]["entry"]))

    def test_every_flag_is_one_that_grade_has(self):
        known = set(re.findall(r"--[a-z][a-z-]*", sandbar("grade", "--help")))
        forms = set(re.findall(r"^ +- ([a-z]+):", sandbar("grade", "--help"), re.MULTILINE))
        self.assertLessEqual({"text", "json", "junit", "gradescope", "github"}, forms)
        paths = [*self.workflows, EXAMPLES / "pre-commit-config.yaml", DOCS / "grading-in-ci.md"]
        paths += [pack / "README.md" for pack in self.packs.values()]
        for path in paths:
            found = commands(path.read_text(encoding="utf-8"))
            self.assertTrue(found, path)
            for words in found:
                flags = [word for word in words if word.startswith("--")]
                self.assertLessEqual(set(flags), known, path)
                for flag, value in zip(words, words[1:]):
                    if flag == "--format":
                        self.assertIn(value, forms, path)

    def test_the_commands_run_in_a_pack(self):
        """On the reference, which has every public point."""
        pack = self.packs["delta"]
        shutil.copy(LABS / "delta" / "reference" / "solution.sql", pack / "work" / "notebook.sql")
        summary = self.folder / "summary.md"
        for path in [EXAMPLES / "github-workflow.yml", EXAMPLES / "pre-commit-config.yaml",
                     pack / ".github" / "workflows" / "grade.yml", pack / "README.md"]:
            for words in commands(path.read_text(encoding="utf-8")):
                run = subprocess.run([os.environ["SANDBAR"], *words], cwd=pack, capture_output=True, text=True, check=False,
                                     env={"GITHUB_STEP_SUMMARY": str(summary)})
                self.assertEqual((run.returncode, run.stderr), (0, ""), (path, words))
        self.assertIn("66 of 87 public points of 100", summary.read_text(encoding="utf-8"))
        self.assertTrue((pack / "report.xml").is_file())

    def test_a_packed_lab_fits_the_schema_as_a_public_part(self):
        check = validator("lab")
        for lab, pack in self.packs.items():
            packed = read_yaml(pack / "labs" / lab / "lab.yml")
            self.assertEqual([error.message for error in check.iter_errors(packed)], [], lab)
            self.assertEqual(packed["public_part_of"], 100)

    def test_a_packed_lab_says_to_other_readers_what_it_says_to_ours(self):
        """Texts of the kept checks, as PyYAML reads them here and there."""
        for lab, pack in self.packs.items():
            whole = {check["id"]: check for task in read_yaml(LABS / lab / "lab.yml")["tasks"] for check in task["checks"]}
            packed = read_yaml(pack / "labs" / lab / "lab.yml")
            for check in (check for task in packed["tasks"] for check in task["checks"]):
                kept = {name: value for name, value in check.items() if name != "needs"}
                self.assertEqual(kept, {name: whole[check["id"]][name] for name in kept})


if __name__ == "__main__":
    unittest.main()
