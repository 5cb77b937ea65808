"""Rebuild a student's notebook from the release: original tests, the student's answers, wherever they were written."""

from __future__ import annotations

import ast
import io
import json
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lstm_lab._student_values import HEADER

from . import text
from .strip import UnreadableError, stripped

LOOK = "look here: "  # begins a note that a teacher has to see
WORDS = 6  # comments of that many words beside a written question may be its answer
NEAR_EMPTY = 5  # an answer of fewer words is hardly one
CODE = 50_000  # characters of a cell that is parsed: the tree of a longer one would take gigabytes
OTHERWISE = 12  # words of prose elsewhere that are worth a look where an answer is missing

Release = list[dict[str, Any]]


@dataclass
class GradeCell:
    """A cell of the notebook that is graded."""

    kind: str
    name: str
    source: str
    by_student: bool = False


def read_cells(content: bytes) -> list[dict[str, Any]]:
    """The cells of a notebook file: type, source, id and grade_id. Raises UnreadableError."""
    found = json.loads(stripped(content))["cells"]
    return [
        {
            "type": cell["cell_type"],
            "source": text.runnable(cell["source"]),
            "id": cell["id"],
            "name": cell["metadata"]["nbgrader"]["grade_id"],
            "pictures": bool(cell["attachments"])
            or bool(re.search(r"!\[[^][]*\]\(|<img\b", cell["source"])),
        }
        for cell in found
    ]


def about(content: bytes) -> dict[str, str]:
    """Whose notebook a stripped notebook says it is: assignment and term, as far as it does."""
    return {
        key: text.line(value) for key, value in json.loads(content)["metadata"]["lstm_lab"].items()
    }


def share(release: Release, cells: list[dict[str, Any]]) -> float:
    """How much of the release a notebook has: of the named cells, those that are found in it."""
    named = {i for i, cell in enumerate(release) if cell["kind"] not in ("text", "plain")}
    return len(named & set(_recognise(release, cells))) / max(1, len(named))


def worked(release: Release, cells: list[dict[str, Any]]) -> bool:
    """Whether anything was written into a notebook, or it is as it was handed out."""
    for cell, place in zip(cells, _recognise(release, cells), strict=True):
        if place is None and cell["source"].strip():
            return True
        own = place is not None and release[place]["kind"] in ("answer", "written", "plain")
        if own and _squash(cell["source"]) not in ("", _squash(release[place or 0]["source"])):
            return True
    return False


def rebuild(release: Release, content: bytes) -> tuple[list[GradeCell], list[str]]:
    """Put the student's answers and extra cells into the release. `release` has kind, name, type, id and source.

    A cell is recognised by its grade_id, else by its id, else by its text, else by the function that it defines or
    by what stands before it. Doubled answers run one after the other, as in the student's notebook.
    """
    cells = read_cells(content)
    places = _recognise(release, cells)
    mine, extra, notes = _sort(release, cells, places)
    answers, looks = written_answers(release, cells, places)
    made = [GradeCell("extra", "", source, True) for source in extra.get(-1, [])]
    for place, original in enumerate(release):
        kind, stub, name = original["kind"], original["source"], original["name"]
        found = mine.get(place, [])
        written = [s for s in found if _squash(s) != _squash(stub)] or found[:1]
        if name == "install":  # is not run, unless the student wrote something else there
            made += [GradeCell("extra", "", s, True) for s in found if _squash(s) != _squash(stub)]
        elif kind == "written":
            if not found and not answers[name]:
                notes.append(f"the cell {name} is missing")
            made.append(GradeCell(kind, name, answers[name], True))
        elif kind in ("answer", "plain"):
            if kind == "answer" and not found:
                notes.append(f"the cell {name} is missing")
                continue
            made += [GradeCell(kind, name, source, True) for source in written or [stub]]
            if len(written) > 1:
                notes.append(f"the cell {name} stands {len(written)} times; all were run")
        else:
            made.append(GradeCell(kind, name, stub))
        made += [GradeCell("extra", "", source, True) for source in extra.get(place, [])]
    if not any(cell["name"] for cell in cells):
        notes.append("the metadata of the cells is lost; they were recognised by id or content")
    return made, notes + looks


def _sort(
    release: Release, cells: list[dict[str, Any]], places: list[int | None]
) -> tuple[dict[int, list[str]], dict[int, list[str]], list[str]]:
    """The student's sources by the place of the release they belong to, those added after it, and what was noticed."""
    mine: dict[int, list[str]] = {}
    extra: dict[int, list[str]] = {}
    last, changed, notes = -1, [], []
    for cell, place in zip(cells, places, strict=True):
        if place is None:
            if cell["type"] == "code" and cell["source"].strip():
                extra.setdefault(last, []).append(cell["source"])
            continue
        last = place
        original = release[place]
        kind, source = original["kind"], cell["source"]
        if kind == "written" or (kind in ("answer", "plain") and cell["type"] == "code"):
            mine.setdefault(place, []).append(source)
        elif kind == "answer" and _is_code(source):
            mine.setdefault(place, []).append(source)
            notes.append(f"the cell {original['name']} had become text; it was run as code")
        elif kind in ("test", "shared") and _locked(source) != _locked(original["source"]):
            changed.append(f"{original['name']}{_added(original['source'], source)}")
    if changed:
        some = "; ".join(changed[:6]) + (" ..." if len(changed) > 6 else "")
        said = f"{len(changed)} locked cells were changed; the original ones were used: {some}"
        notes.append(f"{LOOK}{said}" if "(without its" in some else said)
    return mine, extra, notes


def _added(original: str, source: str) -> str:
    """An import or definition that stands in a changed cell and not in the original: others may rest on it."""
    old = set(original.splitlines())
    new = [line.strip() for line in source.splitlines() if line not in old]
    kept = [line for line in new if re.match(r"(import|from|def|class)\s", line)]
    return f" (without its {kept[0][:60]!r})" if kept else ""


def written_answers(
    release: Release, cells: list[dict[str, Any]], places: list[int | None]
) -> tuple[dict[str, str], list[str]]:
    """The answer to each written question, from its cell and whatever text stands beside it, and what to look at."""
    near = {i: q for q in _questions(release) for i in _beside(release, places, q)}
    answers: dict[str, list[str]] = {release[q]["name"]: [] for q in _questions(release)}
    looks: list[str] = []
    elsewhere: list[str] = []
    for i, (cell, place) in enumerate(zip(cells, places, strict=True)):
        question = place if place in _questions(release) else near.get(i)
        said = _said(release, cell, place, question is not None)
        if question is None:
            elsewhere += [said] if said else []
            continue
        name = release[question]["name"]
        if said:
            answers[name].append(said)
        if cell["pictures"] and (place is None or release[place]["kind"] == "written"):
            looks.append(f"{LOOK}the answer to {name} holds a picture, which is not shown here")
    found = {name: "\n\n".join(parts) for name, parts in answers.items()}
    loose = max(elsewhere, key=lambda said: len(said.split()), default="")
    for name, answer in found.items():
        if len(answer.split()) < NEAR_EMPTY and len(loose.split()) >= OTHERWISE:
            begins = text.line(loose)[:80]
            looks.append(
                f"{LOOK}{name} has hardly an answer in its place, but elsewhere stands: {begins!r}"
            )
    return found, looks


def _questions(release: Release) -> list[int]:
    return [i for i, cell in enumerate(release) if cell["kind"] == "written"]


def _beside(release: Release, places: list[int | None], question: int) -> Iterator[int]:
    """The student's cells beside a question: its text, and what was added before the next cell of the release."""
    first = question
    while first > 0 and release[first - 1]["kind"] == "text":
        first -= 1
    last: int | None = None
    for i, place in enumerate(places):
        if place is None:
            if last is not None and first <= last <= question:
                yield i
        else:
            last = place
            if first <= place < question:
                yield i


def _said(release: Release, cell: dict[str, Any], place: int | None, near: bool) -> str:
    """What the student says in a cell: its text, or what was added to a text, or the comments of code."""
    source = cell["source"]
    if place is None:
        if cell["type"] != "code":
            return str(source).strip()
        words = prose(source)
        return words if len(words.split()) >= (WORDS if near else OTHERWISE) else ""
    original = release[place]
    if _squash(source) == _squash(original["source"]):
        return ""
    if original["kind"] == "written":
        return str(source).strip()
    old = {_squash(line) for line in original["source"].splitlines()}
    new = "\n".join(line for line in source.splitlines() if _squash(line) not in old).strip()
    if original["kind"] == "text":
        return new
    return prose(new) if original["kind"] in ("test", "shared") else ""


def prose(source: str) -> str:
    """The comments, texts that stand alone and printed texts of a cell; all of it, if it is no code."""
    if len(source) > CODE:
        return ""
    if not _is_code(source):
        return source.strip()
    found, source = [], _plain(source)
    for token in tokenize.generate_tokens(io.StringIO(source + "\n").readline):
        if token.type == tokenize.COMMENT:
            found.append((token.start[0], token.string.lstrip("# ")))
    for node in ast.walk(ast.parse(source)):
        calls = [node.value] if isinstance(node, ast.Expr) else []
        if calls and isinstance(calls[0], ast.Call) and getattr(calls[0].func, "id", "") == "print":
            calls = calls[0].args
        found += [
            (each.lineno, each.value.strip())
            for each in calls
            if isinstance(each, ast.Constant) and isinstance(each.value, str)
        ]
    return "\n".join(said for _, said in sorted(found))


def _is_code(source: str) -> bool:
    """Whether a text is Python, magic commands aside, and does something. A very long one counts as Python."""
    if len(source) > CODE:
        return True
    plain = _plain(source)
    try:
        list(tokenize.generate_tokens(io.StringIO(plain + "\n").readline))
        return bool(ast.parse(plain).body) or "#" in plain
    except (SyntaxError, ValueError, RecursionError, MemoryError, tokenize.TokenError):
        return False


def _is_header(line: str) -> bool:
    return HEADER.fullmatch(line.strip()) is not None


def _plain(source: str) -> str:
    """A cell without its magic commands."""
    return re.sub(r"^[ \t]*[%!].*$", "", source, flags=re.M)


def _squash(source: str) -> str:
    return re.sub(r"\s+", "", source)


def _locked(source: str) -> str:
    """A locked cell without what the release itself writes into it, which an earlier release may not have had."""
    lines = [line for line in source.splitlines() if not _is_header(line)]
    return _squash(re.sub(r"here\(globals\(\)[^()]*\)", "here(globals())", "\n".join(lines)))


def _recognise(release: Release, cells: list[dict[str, Any]]) -> list[int | None]:
    """The place in the release of each cell of the student, or None for one that was added."""
    by_name = {c["name"]: i for i, c in enumerate(release) if c["kind"] not in ("text", "plain")}
    by_id = {cell["id"]: i for i, cell in enumerate(release)}
    by_text = {_squash(cell["source"]): i for i, cell in enumerate(release)}
    places: list[int | None] = []
    for cell in cells:
        keys = ((by_name, cell["name"]), (by_id, cell["id"]), (by_text, _squash(cell["source"])))
        places.append(next((index[key] for index, key in keys if key and key in index), None))
    _free_copies(release, cells, places)
    for place, original in enumerate(release):
        if place in places or original["kind"] not in ("answer", "written", "text"):
            continue
        for i, cell in enumerate(cells):
            if places[i] is None and _stands_for(original, cell, i and places[i - 1] == place - 1):
                places[i] = place
    return places


def _free_copies(release: Release, cells: list[dict[str, Any]], places: list[int | None]) -> None:
    """A copied test or text in which something else was written is a cell of the student's own."""
    for i, place in enumerate(places):
        if place is None or release[place]["kind"] in ("answer", "written", "plain"):
            continue
        if places.count(place) > 1 and _locked(cells[i]["source"]) != _locked(
            release[place]["source"]
        ):
            places[i] = None


def _stands_for(original: dict[str, Any], cell: dict[str, Any], follows: Any) -> bool:
    """Whether a cell that nothing names is the answer that is missing."""
    if original["kind"] == "written":
        return bool(follows) and cell["type"] == "markdown"
    if original["kind"] == "text":
        begins = original["source"].partition("\n")[0].strip()
        return (
            len(begins) > 8 and cell["type"] != "code" and cell["source"].strip().startswith(begins)
        )
    defines = re.compile(r"^(?:def|class)\s+(\w+)", re.M)
    same = set(defines.findall(original["source"])) & set(defines.findall(cell["source"]))
    return cell["type"] == "code" and bool(same)


__all__ = [
    "LOOK", "GradeCell", "UnreadableError", "about", "read_cells", "rebuild", "share", "stripped", "worked",
]  # fmt: skip
