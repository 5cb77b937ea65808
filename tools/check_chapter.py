"""List everything that a chapter lacks, each with the mend: ``python tools/check_chapter.py 12-echo-states``.

Without a name, all chapters. The exit code is 1 if something is missing. What is looked at is the form: whether it is
true and well told is for readers and tests.
"""

from __future__ import annotations

import argparse
import ast
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pair_notebooks

from bookbuild import cards, predict, teachers_table

ROOT = Path(__file__).resolve().parents[1]
CELL = re.compile(r"^```\{code-cell\} python\n(.*?)^```", re.M | re.S)
OPTIONS = re.compile(r"\A(?::[^\n]*\n)+")
SECTIONS = ["Exercises", "What you learnt", "Sources"]


class Chapter(NamedTuple):
    """A chapter's text and its place."""

    root: Path
    name: str
    text: str

    @property
    def number(self) -> str:
        """Its two digits."""
        return self.name[:2]

    @property
    def package(self) -> Path:
        """Its folder in the package."""
        return self.root / "lstm_lab" / "chapters" / f"ch{self.number}"

    @property
    def cells(self) -> list[str]:
        """The code of its cells."""
        return [OPTIONS.sub("", cell) for cell in CELL.findall(self.text)]


def head(chapter: Chapter) -> Iterator[str]:
    """What stands at the top."""
    if not pair_notebooks.is_chapter(chapter.text):
        yield "it has no jupytext header: copy that of docs/chapter-template/chapters/NN-name.md"
    if len(re.findall(r"^# \S", CELL.sub("", chapter.text), re.M)) != 1:
        yield "it must have one title, a line that begins with '# '"
    for words in ("**You will be able to**", "**You need**", "**Reading time** about N minutes"):
        pattern = re.escape(words).replace("N", r"\d+", words.count("N minutes"))
        if not re.search(pattern, chapter.text.partition("\n## ")[0]):
            yield f"its head lacks {words}: put it into the box 'Before you start'"
    teaching = teachers_table.front_matter(chapter.text).get("teaching") or {}
    for key in teachers_table.TEACHING:
        if not teaching.get(key):
            yield f"its front matter lacks teaching: {key}, for the table of the teachers' page"
    card = teachers_table.front_matter(chapter.text).get("card") or {}
    for key in cards.CARD:
        if not card.get(key):
            yield f"its front matter lacks card: {key}, for its card on the first page"
    if card.get("explorer") and f'explorers.show("{card["explorer"]}")' not in chapter.text:
        yield f"it does not show the explorer of its card, {card['explorer']!r}"


def form(chapter: Chapter) -> Iterator[str]:
    """Prediction before an explorer, and the three sections at the end."""
    shown, asked = chapter.text.rfind("explorers.show("), chapter.text.find(":::{predict} ")
    if shown >= 0 and not 0 <= asked < shown:
        yield "no box {predict} stands before its last explorer: let the reader commit to an answer"
    tests = chapter.root / "tests" / "chapters" / f"ch{chapter.number}"
    held = "".join(file.read_text("utf-8") for file in sorted(tests.glob("test_predictions*.py")))
    for box in predict.boxes(chapter.text):
        if box.choices and f'"{box.name}"' not in held:
            call = f'assert_computed("{chapter.number}", "{box.name}", ...)'
            where = f"{tests.relative_to(chapter.root)}/test_predictions.py"
            yield f"no test computes the choices of {box.name}: write {call} in {where}"
    sections = re.findall(r"^## (.*)$", chapter.text, re.M)
    if sections[-3:] != SECTIONS:
        yield f"its last sections must be {', '.join(SECTIONS)}, got {', '.join(sections[-3:])}"


def names(chapter: Chapter) -> Iterator[str]:
    """Labels and glued names are shared by the whole book, so they begin with the chapter."""
    number = chapter.number
    glued = set(re.findall(r"\{glue:text\}`(\w+)", chapter.text))
    kinds = {
        f"ch{number}_": glued,
        f"eq-{number}-": set(re.findall(r"^\$\$ \((\S+)\)$", chapter.text, re.M)),
        f"ex-{number}-": set(re.findall(r"^:label: (ex\S+)$", chapter.text, re.M)),
    }
    for start, found in kinds.items():
        for name in sorted(found):
            if not name.startswith(start):
                yield f"{name} must begin with {start}: names are shared by the whole book"
    made = {
        keyword.arg
        for cell in chapter.cells
        for node in ast.walk(ast.parse(cell))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "glue"
        for keyword in node.keywords
    }
    if None not in made:  # glue(**values): only running tells
        for name in sorted(glued - made):
            yield f"{{glue:text}}`{name}` is made by no cell: glue({name}=...)"


def equations(chapter: Chapter) -> Iterator[str]:
    """Each displayed equation has a label, and a test that holds it against the code."""
    labels = re.findall(r"^\$\$ \((\S+)\)$", chapter.text, re.M)
    fences = len(re.findall(r"^\$\$(?: \(\S+\))?$", chapter.text, re.M))
    unlabelled = fences // 2 - len(labels)
    if unlabelled:
        yield f"{unlabelled} displayed equation(s) have no label: end with $$ (eq-{chapter.number}-name)"
    tests = chapter.root / "tests" / "chapters"
    held = "".join(file.read_text("utf-8") for file in sorted(tests.rglob("test_equations*.py")))
    for label in labels:
        if f'"{label}"' not in held:
            where = f"tests/chapters/ch{chapter.number}/test_equations.py"
            yield f"{label} is held by no test: write one in {where}, or say there why it is a definition"


def exercises(chapter: Chapter) -> Iterator[str]:
    """Each exercise has a cell that ends with a check of the chapter's folder, two steps of help, and a solution."""
    labels = re.findall(r"^```\{exercise-start\}\n:label: (\S+)", chapter.text, re.M)
    if not labels:
        yield "it has no exercise: see the template"
    checks = chapter.package / "checks.py"
    code = checks.read_text("utf-8") if checks.is_file() else ""
    known = {node.name for node in ast.parse(code).body if isinstance(node, ast.FunctionDef)}
    for label in labels:
        after = chapter.text[chapter.text.index(f":label: {label}\n") :]
        body = after.partition("{solution-start}")[0]
        called = re.findall(r"^checks\.(\w+)\(", body, re.M)
        if len(called) != 1 or called[0] not in known:
            where = checks.relative_to(chapter.root)
            yield f"{label} must end with checks.NAME(answer), NAME being a function of {where}"
        for step in ("Hint", "Half of the way"):
            if f":::{{dropdown}} {step}\n" not in body:
                yield f"{label} does not open in steps: a :::{{dropdown}} {step} before its solution"
        if f"{{solution-start}} {label}\n" not in after:
            yield f"{label} has no solution: a folded {{solution-start}} {label} after it"


def sources(chapter: Chapter) -> Iterator[str]:
    """What is cited stands in the bibliography."""
    entries = (chapter.root / "references.bib").read_text("utf-8")
    known = set(re.findall(r"^@\w+\{([^,\s]+)", entries, re.M))
    cited = {
        key.strip()
        for keys in re.findall(r"\{cite(?::\w+)?\}`([^`]+)`", chapter.text)
        for key in keys.split(",")
    }
    for key in sorted(cited - known):
        yield f"{key} is cited and does not stand in references.bib"


def house(chapter: Chapter) -> Iterator[str]:
    """Its folder, its notebook and its place in the contents."""
    for file in ("__init__.py", "explorers.py", "checks.py"):
        if not (chapter.package / file).is_file():
            yield f"{(chapter.package / file).relative_to(chapter.root)} is not there: see the template"
    if f"- file: chapters/{chapter.name}\n" not in (chapter.root / "_toc.yml").read_text("utf-8"):
        yield f"_toc.yml does not list it: add '- file: chapters/{chapter.name}'"
    notebook = chapter.root / "chapters" / f"{chapter.name}.ipynb"
    if pair_notebooks.is_chapter(chapter.text):
        wanted = pair_notebooks.notebook_text(chapter.text, pair_notebooks.address_of_book())
        if not notebook.is_file() or notebook.read_text("utf-8") != wanted:
            yield f"{notebook.name} is missing or older than the chapter: make notebooks"


RULES: tuple[Callable[[Chapter], Iterator[str]], ...] = (
    head, form, names, equations, exercises, sources, house,
)  # fmt: skip


def faults(name: str, root: Path = ROOT) -> list[str]:
    """What a chapter lacks, each with the mend.

    Raises:
        ValueError: if there is no chapter of that name.
    """
    known = [path.stem for path in teachers_table.chapters(root / "chapters")]
    if name not in known:
        raise ValueError(f"name must be one of {', '.join(known)}, got {name!r}")
    chapter = Chapter(root, name, (root / "chapters" / f"{name}.md").read_text("utf-8"))
    return [fault for rule in RULES for fault in rule(chapter)]


def main(arguments: list[str] | None = None) -> int:
    """Print the faults of one chapter, or of all."""
    parser = argparse.ArgumentParser(description=str(__doc__).partition("\n")[0])
    parser.add_argument("name", nargs="?", help="12-echo-states; all chapters without it")
    parser.add_argument("--root", type=Path, default=ROOT)
    options = parser.parse_args(arguments)
    every = [path.stem for path in teachers_table.chapters(options.root / "chapters")]
    try:
        names = [options.name] if options.name else every
        found = {name: faults(name, options.root) for name in names}
    except ValueError as error:
        parser.error(str(error))
    for name, missing in found.items():
        for fault in missing:
            print(f"{name}: {fault}")
    return 1 if any(found.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
