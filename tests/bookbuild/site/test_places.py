"""What Codespaces and CI read: the files exist, parse and name what is there."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[3]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


def test_the_dev_container_opens_a_chapter_with_the_interpreter_that_it_made():
    container = json.loads((ROOT / ".devcontainer" / "devcontainer.json").read_text("utf-8"))
    custom = container["customizations"]
    assert all((ROOT / file).is_file() for file in custom["codespaces"]["openFiles"])
    assert "make .venv/.ready" in container["postCreateCommand"]
    assert custom["vscode"]["settings"]["python.defaultInterpreterPath"].endswith(
        "/.venv/bin/python"
    )


@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda file: file.stem)
class TestWorkflows:
    def steps(self, file: Path):
        jobs = yaml.safe_load(file.read_text("utf-8"))["jobs"]
        return [step for job in jobs.values() for step in job.get("steps", [])]

    def test_actions_are_pinned_by_major_version(self, file: Path):
        used = [step["uses"] for step in self.steps(file) if "uses" in step]
        assert used
        for action in used:
            name, _, version = action.partition("@")
            assert name.startswith(("actions/", "github/")), action
            assert version.startswith("v")
            assert version[1:].isdigit(), action

    def test_scripts_are_sound_and_make_targets_exist(self, file: Path):
        targets = (ROOT / "Makefile").read_text("utf-8")
        for step in self.steps(file):
            script = step.get("run", "")
            done = subprocess.run(
                ["bash", "-n"], input=script, capture_output=True, text=True, check=False
            )
            assert done.returncode == 0, done.stderr
            for line in script.splitlines():
                words = line.split()
                if words and words[0] == "make":
                    assert f"\n{words[1]}:" in targets

    def test_permissions_and_a_time_limit_are_stated(self, file: Path):
        workflow = yaml.safe_load(file.read_text("utf-8"))
        assert "permissions" in workflow
        for job in workflow["jobs"].values():
            assert job["timeout-minutes"] <= 120


def scripts(name: str) -> str:
    jobs = yaml.safe_load((ROOT / ".github" / "workflows" / f"{name}.yml").read_text("utf-8"))
    return "\n".join(step.get("run", "") for job in jobs["jobs"].values() for step in job["steps"])


@pytest.mark.parametrize(
    ("workflow", "commands"),
    [
        (
            "ci",
            [".ci/run", "--requirement requirements.txt", "tools/run_notebooks.py", "make epub"],
        ),
        ("publish", ["make book"]),
        ("release", [".ci/run", "make zip", "make epub", "make wheel", "sha256sum", "gh release"]),
        ("weekly", ["'.[all]'", "tools/oldest_versions.sh", "tools/run_notebooks.py"]),
        (
            "weekly",
            ["make test-all", "make faults", "make links", "gh issue create", "tools/audit.sh"],
        ),
        ("audit", ["tools/audit.sh"]),
    ],
)
def test_a_workflow_does_what_the_table_of_contributing_says(workflow: str, commands: list[str]):
    assert [command for command in commands if command not in scripts(workflow)] == []
    assert f"`{workflow}.yml`" in (ROOT / "CONTRIBUTING.md").read_text("utf-8")


def test_the_audit_reads_the_pinned_versions_with_a_pinned_tool():
    (pin,) = [
        line
        for line in (ROOT / ".github/audit/requirements.txt").read_text("utf-8").splitlines()
        if not line.startswith("#")
    ]
    assert re.fullmatch(r"pip-audit==\d+(\.\d+)+", pin)
    script = (ROOT / "tools" / "audit.sh").read_text("utf-8")
    assert '--requirement "$root/requirements.txt" --no-deps --disable-pip --strict' in script
    assert os.access(ROOT / "tools" / "audit.sh", os.X_OK)
