"""Runs the cells of a page; this module is Python's side of the page, and is itself run by Pyodide in the worker.

One namespace a page, as in a notebook. What a cell prints and shows is sent on as it comes, as plain data; how much
of it is limited, so that a cell that prints for ever does not take the page with it.
"""

from __future__ import annotations

import ast
import builtins
import importlib.abc
import json
import linecache
import sys
import time
import traceback
import types
from collections.abc import Callable, Iterator, Mapping
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

MOST_LETTERS = 20_000
"""Printed by one run; the rest is counted and not shown."""
AT_ONCE = 4_000
EVERY_SECONDS = 0.1
MOST_SHOWN = 30
MOST_FRAMES = 8
RECORD = "application/papermill.record/text/plain"
WHY_NOT = {
    "llvmlite": "compiles to machine code, which a page cannot run",
    "numba": "compiles to machine code, which a page cannot run",
    "torch": "is a package of some hundred megabytes that does not run in a page",
    "sklearn": "is not loaded by this page",
    "statsmodels": "is not loaded by this page",
    "matplotlib": "is not loaded by this page",
}

Send = Callable[[dict[str, Any]], None]


class Runner:
    """The cells' namespace, and the way back to the page.

    Args:
        send: takes an output as a dictionary: a `kind`, "text", "html", "figure", "progress", "file", "check" or
            "error", and its content.
    """

    def __init__(self, send: Send) -> None:
        self.send = send
        self.space: dict[str, Any] = {"__name__": "__main__", "__builtins__": builtins}
        self.lacking: dict[str, str] = {}
        self.out = Printed(send)
        self.shown = 0
        vars(builtins)["input"] = _no_input
        sys.modules["IPython"] = types.ModuleType("IPython")
        shows = types.ModuleType("IPython.display")
        shows.display = self.display  # type: ignore[attr-defined]
        sys.modules["IPython.display"] = shows
        self.space["display"] = self.display

    def run(self, code: str, name: str, quiet: bool = False) -> bool:
        """Run a cell and show the value of its last line; whether it came to its end.

        Args:
            code: the cell.
            name: what the cell is called in a traceback.
            quiet: for what is run first because another cell needs it: nothing is shown but an error, and of
                statements that import each is tried on its own.
        """
        file = f"<{name}>"
        linecache.cache[file] = (len(code), None, code.splitlines(keepends=True), file)
        self.out.begin(quiet)
        self.shown = MOST_SHOWN if quiet else 0
        with redirect_stdout(self.out), redirect_stderr(self.out):
            return self._run(code, file, quiet)

    def _run(self, code: str, file: str, quiet: bool) -> bool:
        try:
            tree = ast.parse(code, file)
            if quiet:
                self._run_what_runs(tree, file)
            else:
                self._run_and_show(tree, file, silent=code.rstrip().endswith(";"))
        except BaseException as error:
            self.out.flush()
            said = explained(error, file)
            why = self.lacking.get(error.name or "") if isinstance(error, NameError) else None
            if why:
                said["text"] += f" ({why})"
            self.send({"kind": "error", **said})
            return False
        self.out.flush()
        return True

    def _run_and_show(self, tree: ast.Module, file: str, silent: bool) -> None:
        """All of a cell, and the value of its last line, if it has one."""
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, file, "exec"), self.space)
        if isinstance(last, ast.Expr):
            value = eval(compile(ast.Expression(last.value), file, "eval"), self.space)
            if value is not None and not silent:
                self.space["_"] = value
                self.display(value)

    def _run_what_runs(self, tree: ast.Module, file: str) -> None:
        """Each statement by itself: an import that fails is passed over, and so is what then lacks its name."""
        for statement in _alone(tree):
            try:
                exec(compile(ast.Module([statement], []), file, "exec"), self.space)
            except ImportError as error:
                if not isinstance(statement, ast.Import | ast.ImportFrom):
                    raise
                said = explained(error, file)["text"]
                self.lacking |= {alias.asname or alias.name: said for alias in statement.names}
            except NameError as error:
                why = self.lacking.get(error.name or "")
                if why is None:
                    raise
                self.lacking |= dict.fromkeys(_assigned(statement), why)

    def display(self, *things: Any, raw: bool = False, metadata: Any = None, **_: Any) -> None:
        """Show things below the cell, as IPython's function of that name."""
        self.out.flush()
        for thing in things:
            if hasattr(thing, "share") and hasattr(
                thing, "figure"
            ):  # it takes the place of the one before
                self.send({**shown(thing.figure), "kind": "progress", "share": thing.share})
                continue
            self.shown += 1
            if self.shown == MOST_SHOWN + 1 and not self.out.quiet:
                self.send({"kind": "text", "text": "… more was shown than this page shows."})
            if self.shown <= MOST_SHOWN:
                self.send(_recorded(thing, metadata) if raw else shown(thing))


class Printed:
    """The standard output: sent on in pieces, and no more than the page can show."""

    encoding = "utf-8"

    def __init__(self, send: Send) -> None:
        self.send = send
        self.begin(False)

    def begin(self, quiet: bool) -> None:
        """A new run."""
        self.quiet = quiet
        self.waiting: list[str] = []
        self.letters, self.left, self.full = 0, MOST_LETTERS, False
        self.sent = time.monotonic()

    def write(self, text: str) -> int:
        """Take a text."""
        taken = str(text)[: self.left]
        self.left -= len(taken)
        if taken and not self.quiet:
            self.waiting.append(taken)
            self.letters += len(taken)
            if self.letters >= AT_ONCE or time.monotonic() - self.sent > EVERY_SECONDS:
                self.flush()
        if len(taken) < len(text) and not self.quiet and not self.full:
            self.full = True
            self.flush()
            said = f"… more is printed; this page shows the first {MOST_LETTERS:,} letters."
            self.send({"kind": "text", "text": said})
        return len(text)

    def flush(self) -> None:
        """Send what waits."""
        if self.waiting:
            self.send({"kind": "print", "text": "".join(self.waiting)})
        self.waiting, self.letters, self.sent = [], 0, time.monotonic()

    def isatty(self) -> bool:
        """No terminal."""
        return False


class LeftOut(importlib.abc.MetaPathFinder):
    """Says of modules of the course that are not in the page for want of which package they are not."""

    def __init__(self, left_out: Mapping[str, str]) -> None:
        self.left_out = left_out

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> None:
        """Never finds one."""
        missing = self.left_out.get(name)
        if missing:
            raise ModuleNotFoundError(f"No module named {missing!r}", name=missing)


def start(send: Callable[[str], None], folder: str) -> Runner:
    """Begin a page's Python: called once by the worker, with the folder that the course was unpacked in."""
    left_out = json.loads(Path(folder, "left_out.json").read_text())
    sys.meta_path.append(LeftOut(left_out))
    return Runner(lambda output: send(json.dumps(output)))


# --- What a value looks like -----------------------------------------------------------------------------------------


def shown(thing: Any) -> dict[str, Any]:
    """A value as an output: a figure, the message of a check, a table or other HTML, or its text."""
    from plotly.graph_objects import Figure

    if hasattr(thing, "passed") and hasattr(thing, "message"):
        passed = thing.passed if thing.passed is None else bool(thing.passed)
        return {"kind": "check", "passed": passed, "text": repr(thing)}
    if hasattr(thing, "file_name") and hasattr(thing, "content"):
        return {"kind": "file", "name": thing.file_name, "content": thing.content, "text": ""}
    if hasattr(thing, "figure") and hasattr(thing, "initial"):  # an explorer, in its first state
        thing = thing.figure(**thing.initial)
    if isinstance(thing, Figure):
        figure = thing.to_plotly_json()
        figure["layout"].pop("template", None)
        summary = (figure["layout"].get("meta") or {}).get("summary", "")
        return {"kind": "figure", "figure": figure, "text": summary}
    if hasattr(thing, "_repr_html_") and not isinstance(thing, type):
        written = thing._repr_html_()
        if written:
            return {"kind": "html", "html": str(written)[:MOST_LETTERS], "text": ""}
    return {"kind": "text", "text": _cut(repr(thing))}


def _recorded(thing: Any, metadata: Any) -> dict[str, Any]:
    """A number for the text, as `glue` records it."""
    if isinstance(thing, dict) and RECORD in thing:
        name = (metadata or {}).get("scrapbook", {}).get("name", "recorded")
        return {"kind": "text", "text": f"{name} = {ast.literal_eval(thing[RECORD])}"}
    return {"kind": "text", "text": _cut(repr(thing))}


def _cut(text: str) -> str:
    return text if len(text) <= MOST_LETTERS else f"{text[:MOST_LETTERS]} …"


# --- What went wrong -------------------------------------------------------------------------------------------------


def explained(error: BaseException, file: str) -> dict[str, str]:
    """An error in words, and its traceback from the reader's own lines on."""
    if isinstance(error, SystemExit):
        return {
            "text": "The cell asked Python to end (sys.exit). The page's Python goes on.",
            "trace": "",
        }
    text = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    missing = _missing_package(error)
    if missing:
        why = WHY_NOT.get(missing, "is not in this page's Python")
        text = f"{missing} {why}. The cell runs in the chapter's notebook."
    elif isinstance(error, MemoryError):
        text = f"{text} (the page's Python has 2 to 4 GB at most)"
    elif isinstance(error, KeyboardInterrupt):
        text = "Stopped."
    frames = traceback.format_list(_own(traceback.extract_tb(error.__traceback__), file))
    if isinstance(error, SyntaxError):
        frames = traceback.format_exception_only(error)[:-1]
    return {"text": text[:4000], "trace": "".join(frames)[:8000]}


def _missing_package(error: BaseException) -> str:
    """The package that is not there at all; an empty text for any other error."""
    if not isinstance(error, ModuleNotFoundError) or not error.name:
        return ""
    top = error.name.split(".")[0]
    return top if top in WHY_NOT or top not in sys.modules else ""


def _own(stack: traceback.StackSummary, file: str) -> list[traceback.FrameSummary]:
    """The reader's own lines, and the last one, in which it happened."""
    own = [frame for frame in stack if frame.filename == file]
    elsewhere = own and stack[-1].filename not in (file, __file__)
    last = [stack[-1]] if elsewhere else []
    return [*own[-MOST_FRAMES:], *last]


def _alone(tree: ast.Module) -> Iterator[ast.stmt]:
    """The statements of a cell, and of those that import each name as one of its own."""
    for statement in tree.body:
        if isinstance(statement, ast.ImportFrom):
            for alias in statement.names:
                one = ast.ImportFrom(statement.module, [alias], statement.level)
                yield ast.copy_location(one, statement)
        else:
            yield statement


def _assigned(statement: ast.stmt) -> Iterator[str]:
    """The names that a statement would have given a meaning."""
    for node in ast.walk(statement):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id


def _no_input(prompt: str = "") -> str:
    raise RuntimeError("input() has nobody to ask in this page: write the value into the cell")
