"""Which chapters are to be run again: those whose cells rest on code or results that changed.

A chapter's digest covers what its cells import, the explorers and trainings that they show, and the results that they
load. It becomes part of the kernel's description, by which jupyter-cache tells notebooks apart, so that a cell that
reads the same but computes otherwise is run again; and a chapter whose digest is another than at the last build is read
again. What turns chapters into pages is no part of it.
"""

from __future__ import annotations

import ast
import hashlib
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.environment import BuildEnvironment

import lstm_lab
from lstm_lab.interact.source_digest import content, fingerprint, loaded, names
from lstm_lab.results import RESULTS

KERNEL = re.compile(r"^(kernelspec:\n(?:  .*\n)+)", re.M)
CELL = re.compile(r"^```\{code-cell\}[^\n]*\n(.*?)^```", re.M | re.S)
PARTS = (".py", ".js", ".css", ".toml")
SHOWN = ("explorers", "trainings")
"""What a cell shows by name; each is defined in a dictionary of that name, in a module of that name."""
OPTIONS = re.compile(r"\A(?::[^\n]*\n)+")


def setup(app: Sphinx) -> None:
    """Tell Sphinx."""
    app.add_config_value("lab_pages_made_by", "", "env", str)
    app.connect("config-inited", sign)
    app.connect("env-get-outdated", changed)
    app.connect("source-read", mark)


def sign(app: Sphinx, config: Config) -> None:
    """Make what turns chapters into pages a setting: when it changes, all pages are made anew, and none is run."""
    config.lab_pages_made_by = made_by(Path(__file__).parent)


def made_by(folder: Path) -> str:
    """A digest of the code, scripts and style sheets of a folder; comments in Python do not count."""
    found = hashlib.sha256()
    for file in sorted(folder.rglob("*")):
        if file.suffix in PARTS:
            found.update(file.relative_to(folder).as_posix().encode() + b"\0" + content(file))
    return found.hexdigest()[:16]


def mark(app: Sphinx, docname: str, content: list[str]) -> None:
    """Put the digest among what is said of the kernel."""
    if KERNEL.search(content[0]):
        found = digest(content[0])
        app.env.metadata[docname]["rests_on"] = found
        content[0] = KERNEL.sub(rf"\g<1>  rests_on: '{found}'\n", content[0], count=1)


def changed(
    app: Sphinx, env: BuildEnvironment, added: set[str], changed: set[str], removed: set[str]
) -> list[str]:
    """The chapters that rest on something else than when they were last read."""
    return [
        docname
        for docname, known in env.metadata.items()
        if "rests_on" in known
        and docname not in added | changed | removed
        and digest(Path(env.doc2path(docname)).read_text("utf-8")) != known["rests_on"]
    ]


def digest(text: str) -> str:
    """A digest of all that the cells of a chapter rest on."""
    tree = ast.parse("\n".join(OPTIONS.sub("", cell) for cell in CELL.findall(text)))
    modules = {name for name in names(tree, "") if name.partition(".")[0] == "lstm_lab"}
    modules |= {where for name in _shown(tree) if (where := _defined().get(name))}
    results = loaded(tree)
    if any(isinstance(node, ast.Name) and node.id == "RESULTS" for node in ast.walk(tree)):
        results |= {file.stem for file in RESULTS.glob("*.json")}
    return fingerprint("lstm_lab", *sorted(modules), results=results)


def _shown(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """The kind and the name in ``explorers.show("NAME")`` and ``trainings.show("NAME")``."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            kind, _, called = ast.unparse(node.func).partition(".")
            if called == "show" and kind in SHOWN:
                yield from (
                    (kind, str(one.value)) for one in node.args if isinstance(one, ast.Constant)
                )


@cache
def _defined() -> dict[tuple[str, str], str]:
    """The module that defines each explorer and each training, read without running it."""
    root = Path(lstm_lab.__file__).parent
    found: dict[tuple[str, str], str] = {}
    for kind in SHOWN:
        for file in root.rglob(f"{kind}.py"):
            module = ".".join(["lstm_lab", *file.relative_to(root).with_suffix("").parts])
            for node in ast.parse(file.read_text("utf-8")).body:
                value: Any = getattr(node, "value", None)
                target = ast.unparse(node).partition("=")[0]
                if isinstance(value, ast.Dict) and target.startswith(kind.upper()):
                    found |= {(kind, ast.literal_eval(key)): module for key in value.keys if key}
    return found
