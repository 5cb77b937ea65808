"""Is it me or the book? The numbers that a chapter's cells compute, against those that the book has recorded.

The book writes down, while it is built, every number that a cell glues into the text, with the cells' code and the
versions they ran with: `_static/numbers.json`. :func:`again` runs one cell and compares; the page does it for a cell,
`lstm-lab verify` for all cells of the chapters on a reader's machine.
"""

from __future__ import annotations

import ast
import html
import json
import math
import platform
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np

from lstm_lab._validate import one_of
from lstm_lab.interact import notebook
from lstm_lab.interact.source_digest import loaded

SAME, NEAR, DIFFERENT, MISSING = "the same", "within its tolerance", "different", "not computed"
RECORD = "_static/numbers.json"
NUMBER = re.compile(
    r"[-\u2212]?\d+(?:,\d{3})*(?:\.\d+)?(?:e[-+]?\d+)?(?: × 10(?P<power>[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+))?"
)
RAISED = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
SECONDS = 60
SEEDS = ("seed", "seeds")
"""What the book calls them."""


@dataclass(frozen=True)
class Verdict:
    """What became of one number: `verdict` is `SAME`, `NEAR`, `DIFFERENT` or `MISSING`, `why` says why it may be."""

    name: str
    recorded: str
    computed: str
    verdict: str
    why: str = ""

    def __str__(self) -> str:
        came = f", here {self.computed}" if self.computed else ""
        return f"{self.name}: {self.verdict} (the book has {self.recorded}{came}){self.why and f': {self.why}'}"


class Verdicts(list[Verdict]):
    """Verdicts, shown as a table."""

    def _repr_html_(self) -> str:
        rows = "".join(
            f'<tr><th scope="row">{html.escape(one.name)}</th><td>{html.escape(one.recorded)}</td>'
            f"<td>{html.escape(one.computed)}</td><td>{one.verdict}{html.escape(one.why and f': {one.why}')}</td></tr>"
            for one in self
        )
        head = "".join(f'<th scope="col">{name}</th>' for name in ("number", "book", "here", ""))
        return f'<div class="lab-table"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'

    def __repr__(self) -> str:
        return "\n".join(map(str, self))


# --- One number ------------------------------------------------------------------------------------------------------


def compare(recorded: str, computed: str) -> str:
    """`SAME`, `NEAR` or `DIFFERENT`, for two numbers as the text prints them.

    A number that was rounded when it was printed may differ by one in its last printed place, since another processor
    or another NumPy adds in another order. A whole number, a count, may not; nor may a word.

    Raises:
        TypeError: if one of the two is no text.
    """
    for name, text in (("recorded", recorded), ("computed", computed)):
        if not isinstance(text, str):
            raise TypeError(f"{name} must be a text, got {text!r}")
    if recorded == computed:
        return SAME
    if NUMBER.sub("#", recorded) != NUMBER.sub("#", computed):
        return DIFFERENT
    for one, other in zip(NUMBER.finditer(recorded), NUMBER.finditer(computed), strict=True):
        (value, step), (came, other_step) = _read(one), _read(other)
        step = min(filter(None, (step, other_step)), default=0.0)
        if abs(value - came) > step and not (
            step and math.isclose(abs(value - came), step, rel_tol=1e-6, abs_tol=1e-12 * abs(value))
        ):
            return DIFFERENT
    return NEAR


def _read(match: re.Match[str]) -> tuple[float, float]:
    """A printed number, and one in its last place; 0 for a whole number."""
    text = match[0].replace(",", "").replace("\u2212", "-").split(" ")[0]
    mantissa, _, exponent = text.partition("e")
    power = int((match["power"] or "0").translate(RAISED)) + int(exponent or 0)
    decimals = len(mantissa.partition(".")[2]) or bool(exponent)  # 1e-05 stands for 1.0e-05
    rounded = decimals or match["power"]
    scale = 10.0**power
    return float(mantissa) * scale, scale * 10.0**-decimals if rounded else 0.0


# --- One cell --------------------------------------------------------------------------------------------------------


def again(code: str, recorded: Mapping[str, str], space: dict[str, Any]) -> Verdicts:
    """Run a cell once more and compare what it glues with what was recorded.

    Args:
        code: the cell.
        recorded: numbers of its chapter by name, as the text prints them; of these only the cell's own count.
        space: the namespace, in which what the cell needs has run.

    Raises:
        Exception: whatever the cell raises.
    """
    computed: dict[str, str] = {}
    kept = space.get("glue"), notebook.glue

    def collect(**values: Any) -> None:
        computed.update({name: str(value) for name, value in values.items()})

    space["glue"] = notebook.glue = collect  # a cell may import it itself
    try:
        exec(compile(code, "<cell>", "exec"), space)
    finally:
        space["glue"], notebook.glue = kept
        if kept[0] is None:
            space["glue"] = kept[1]
    return Verdicts(
        Verdict(name, recorded[name], value, result, "" if result == SAME else why(code))
        for name, value in computed.items()
        if name in recorded
        for result in (compare(recorded[name], value),)
    )


def why(code: str) -> str:
    """Why a cell's numbers may differ from machine to machine, as far as its code tells."""
    if re.search(r"perf_counter|timeit|\btime\(", code):
        return "it measures time, which differs from machine to machine"
    if re.search(r"\btrain\w*\(|\blearn\w*\(", code):
        return "a training is repeated, in which a difference in the last bit of a sum may grow"
    return (
        f"another processor or another NumPy (here {np.__version__}) rounds sums in another order"
    )


def seeds(code: str) -> list[str]:
    """Where a cell says with which seeds its random numbers are drawn, as it is written there."""
    found = []
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("default_rng"):
            found.append(ast.unparse(node))
        elif isinstance(node, ast.keyword) and node.arg in (*SEEDS, "rng"):
            if not isinstance(
                node.value, ast.Name
            ):  # else it is told where the name is given its value
                found.append(f"{node.arg}={ast.unparse(node.value)}")
        elif isinstance(node, ast.Assign):
            for target in node.targets:
                found += [f"{name} = {value}" for name, value in _given(target, node.value)]
    return sorted(set(found))


def _given(target: ast.expr, value: ast.expr) -> Iterator[tuple[str, str]]:
    """The seeds among the names that an assignment gives a value, with that value as it is written."""
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        for one, other in zip(target.elts, value.elts, strict=False):
            yield from _given(one, other)
    elif isinstance(target, ast.Name) and target.id in SEEDS:
        yield target.id, ast.unparse(value)


def reads(code: str) -> list[str]:
    """The recorded results that a cell reads, as files of the book."""
    return [f"results/{name}.json" for name in sorted(loaded(ast.parse(code)))]


def glued(code: str) -> list[str]:
    """The names that a cell glues, as patterns: a name whose end is computed ends in `.+`."""
    found: list[str] = []
    for node in ast.walk(ast.parse(code)):
        if not (isinstance(node, ast.Call) and ast.unparse(node.func) == "glue"):
            continue
        found += [word.arg for word in node.keywords if word.arg]
        for inner in ast.walk(node):
            if isinstance(inner, ast.JoinedStr):
                parts = [
                    re.escape(str(part.value)) if isinstance(part, ast.Constant) else ".+"
                    for part in inner.values
                ]
                found.append("".join(parts))
    return found


def versions() -> dict[str, str]:
    """The versions on which numbers depend, here."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        own = version("lstm-lab")
    except PackageNotFoundError:  # from a folder, or in the page
        own = "not installed"
    return {
        "Python": platform.python_version(),
        "NumPy": np.__version__,
        "lstm_lab": own,
        "machine": platform.machine(),
    }


# --- A whole chapter -------------------------------------------------------------------------------------------------


def verify(cells: Sequence[str], recorded: Mapping[str, str]) -> Iterator[Verdict]:
    """Run the cells of a chapter in order, and compare every number that they glue.

    A cell that fails, for want of a package for one, does not end it: the numbers that are then missing are told.

    Args:
        cells: their code.
        recorded: the chapter's numbers by name.
    """
    space: dict[str, Any] = {"__name__": "__main__", "display": lambda *_, **__: None}
    seen: set[str] = set()
    failed: list[str] = []
    for number, code in enumerate(cells, start=1):
        try:
            with redirect_stdout(StringIO()):
                found = again(code, recorded, space)
        except Exception as error:
            failed.append(f"cell {number} failed, {type(error).__name__}: {error}")
            continue
        seen |= {verdict.name for verdict in found}
        yield from found
    for name in recorded:
        if name not in seen:
            yield Verdict(name, recorded[name], "", MISSING, failed[0] if failed else "")


def read_record(book: str) -> dict[str, Any]:
    """What a book has recorded.

    Args:
        book: the folder of a built book, or the address at which one is published.

    Raises:
        FileNotFoundError: if there is none, with what to do.
        ValueError: if it is no record of a book.
    """
    from urllib.request import urlopen

    try:
        if re.match(r"https?://", book):
            with urlopen(f"{book.rstrip('/')}/{RECORD}", timeout=SECONDS) as answer:
                text = answer.read().decode()
        else:
            text = (Path(book) / RECORD).read_text("utf-8")
    except OSError as error:
        raise FileNotFoundError(
            f"{book} holds no {RECORD} ({error}): name the folder or the address of the book with --book, "
            "or build it with `make book`"
        ) from error
    record = json.loads(text)
    if not isinstance(record, dict) or {"versions", "chapters"} - set(record):
        raise ValueError(f"{book}/{RECORD} is no record of numbers")
    return record


def chapters_of(record: Mapping[str, Any], chapter: str | None) -> list[str]:
    """The chapters to verify: all, or the one named, by its number or its whole name.

    Raises:
        ValueError: for a name that the record does not have.
    """
    known = sorted(record["chapters"])
    if chapter is None:
        return known
    named = [name for name in known if name.split("-")[0] == chapter.zfill(2)]
    return named or [one_of("chapter", chapter, known)]
