"""One test in a process of its own: with a clock and a limit on memory, whatever a student's answers make of its code.

What a test says of its hidden part holds nothing that could tell the student its inputs.
"""

from __future__ import annotations

import base64
import builtins
import ctypes
import json
import os
import re
import resource
import signal
import sys
import time
import traceback
import warnings
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from . import packages, text, wire
from .box import LIBRARY, Box, BoxError, Limits

CALLS = 5000
OWN_SECONDS = 10.0  # of a test, beyond the time of the calls
OWN_MEMORY = 2 * 2**30
CUT = "[not shown: it holds inputs of a hidden test]"
REGION = re.compile(r"^\s*#+ BEGIN HIDDEN TESTS.*?^\s*#+ END HIDDEN TESTS", re.M | re.S)


@dataclass
class Outcome:
    """What came of a test. `inputs` are signs of what its hidden part gave to the student's code."""

    right: bool = False
    message: str = ""
    credit: float = 0.0
    inputs: list[str] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)


class StudentError(Exception):
    """The student's code failed under a test. `cut` is the message without what the student's code made up."""

    def __init__(self, message: str, cut: str | None = None):
        super().__init__(message)
        self.cut = message if cut is None else cut


class Student:
    """The student's work as a test sees it: calls that go to the box and come back as plain values."""

    def __init__(self, box: Box, seconds: float, failed: dict[str, str], where: Hidden):
        self._box, self._failed, self._where = box, failed, where
        self._until = time.monotonic() + seconds
        self._calls = 0
        self._credit = 0.0

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)

        def call(*args: Any, **kwargs: Any) -> Any:
            self._where.note([args, kwargs])
            values = {"args": wire.encode(list(args)), "kwargs": wire.encode(kwargs)}
            return self._ask({"do": "call", "name": name, **values}, f"{name}(...)")

        return call

    def run(self, code: str, names: list[str], **values: Any) -> list[Any]:
        """Run statements in a copy of the student's namespace; the values of `names` afterwards."""
        self._where.note(values)
        request = {"do": "run", "code": code, "names": list(names), "values": wire.encode(values)}
        found = self._ask(request, code.strip().splitlines()[-1])
        if not isinstance(found, list) or len(found) != len(names):
            raise StudentError(f"{code.strip()} gave nothing that can be used")
        return found

    def credit(self, points: float) -> None:
        """Partial credit: what remains if a later assertion fails."""
        self._credit = float(points)

    def _ask(self, request: dict[str, Any], what: str) -> Any:
        if not self._box.test:
            raise StudentError("the process of the test has ended")
        self._calls += 1
        left = self._until - time.monotonic()
        if left <= 0 or self._calls > CALLS:
            raise StudentError(f"{what} took too long")
        answer = self._box.ask(request, left)
        if "ended" in answer:
            raise StudentError(ending(answer["ended"], what))
        error = answer.get("error")
        if isinstance(error, dict):
            raise self._explain(error, bool(answer.get("missing")), what)
        try:
            return wire.decode(answer.get("value"))
        except (ValueError, TypeError, RecursionError, OverflowError) as problem:
            raise StudentError(f"{what} gave an answer that is not plain data") from problem

    def _explain(self, error: dict[str, Any], missing: bool, what: str) -> StudentError:
        name, message = str(error.get("name"))[:80], str(error.get("message"))[:600]
        if missing:
            why = "; ".join(self._failed.values())
            why = f": {why}" if why else ""
            return StudentError(
                f"{message[:80]} is not defined{why}",
                f"{what} needs something that is not defined{why}",
            )
        if name == "TimeUp":
            return StudentError(f"{what} ran too long: is there a loop that does not end?")
        if name == "NotPlainError":
            return StudentError(
                f"{what} returned {message}", f"{what} returned something that is not plain data"
            )
        if name == "NotImplementedError":
            return StudentError(
                message or f"{what} is not written yet", f"{what} is not written yet"
            )
        module = message.partition(" ")[0]
        if name == "ModuleNotFoundError" and message == wire.closed(module) and self._is(module):
            return StudentError(f"{what} stopped with {name}: {message}")
        kind = name if isinstance(getattr(builtins, name, None), type) else "an error of its own"
        return StudentError(
            f"{what} stopped with {name}: {message}", f"{what} stopped with {kind} in a hidden test"
        )

    def _is(self, module: str) -> bool:
        """Whether there is such a module, which the box does not show; a name made up may hold a test's inputs."""
        top, _, part = module.partition(".")
        if top == "lstm_lab":
            there = (LIBRARY / part).is_dir() or (LIBRARY / f"{part}.py").is_file()
            return part.isidentifier() and there
        return module in packages.closed_modules(self._box.limits.packages)


def ending(code: Any, what: str) -> str:
    """How a process ended, in words."""
    if code == "processes":
        return "your code left so many processes running that no test could be started"
    if code == -9:
        return f"{what} ran too long, or took too much memory, and was ended"
    if isinstance(code, int) and code < 0:
        return f"{what} crashed the Python process (signal {-code})"
    return f"{what} ended the Python process"


class Hidden:
    """The hidden part of a test: whether it is being run, and what it has given to the student's code."""

    def __init__(self, source: str, file: str):
        self.file = file
        self.lines: set[int] = set()
        for region in REGION.finditer(source):
            first = source.count("\n", 0, region.start()) + 1
            self.lines |= set(range(first, first + region[0].count("\n") + 1))
        self.inputs: set[str] = set()
        self.shown: set[str] = set()

    def note(self, values: Any) -> None:
        frame = sys._getframe(1)
        while frame is not None and frame.f_code.co_filename != self.file:
            frame = frame.f_back  # type: ignore[assignment]
        inside = frame is not None and frame.f_lineno in self.lines
        (self.inputs if inside else self.shown).update(signs(values))

    def failed(self, error: BaseException) -> bool:
        """Whether an error comes from a line of the hidden part."""
        steps = [
            s.lineno for s in traceback.extract_tb(error.__traceback__) if s.filename == self.file
        ]
        return bool(steps) and steps[0] in self.lines


def signs(values: Any, most: int = 400) -> list[str]:
    """Numbers in plain data by which one sees that a text shows them: their first digits, if they have many."""
    found: list[str] = []
    waiting = [values]
    while waiting and len(found) < most:
        value = waiting.pop()
        if isinstance(value, dict):
            waiting += [*value, *value.values()]
        elif isinstance(value, list | tuple | set):
            waiting += list(value)[:most]
        elif isinstance(value, np.ndarray):
            waiting += value.ravel()[:most].tolist()
        elif isinstance(value, float | np.floating):
            digits = repr(abs(float(value)))
            if len(digits) > 8 and "e" not in digits:
                found.append(digits[:7])
    return found


def cut(said: str, inputs: Iterable[str]) -> str:
    """A text, or in its place a word on why it is not shown: it has two or more numbers of hidden inputs."""
    return CUT if sum(sign in said for sign in inputs) > 1 else said


def judge(
    source: str, file: str, names: dict[str, Any], box: Box, limits: Limits, failed: dict[str, str]
) -> Outcome:
    """Run the code of a test here; `apart` gives it a process."""
    made, where = Outcome(), Hidden(source, file)
    student = Student(box, limits.cell_seconds, failed, where)
    try:
        code = compile(source, file, "exec")
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            exec(code, names | {"student": student})
        made.right = True
    except BoxError:
        raise
    except StudentError as error:
        made.message = error.cut if where.failed(error) else str(error)
    except AssertionError as error:
        made.message = str(error)
    except MemoryError:
        made.message = "the test took too much memory over what your code returned"
    except Exception as error:
        said = "" if where.failed(error) else f": {str(error)[:200]}"
        made.message = f"the result cannot be used ({type(error).__name__}{said})"
    made.message = cut(made.message, where.inputs - where.shown)
    made.credit, made.inputs, made.shown = (
        student._credit,
        sorted(where.inputs),
        sorted(where.shown),
    )
    return made


def apart(
    source: str, file: str, names: dict[str, Any], box: Box, limits: Limits, failed: dict[str, str]
) -> Outcome:
    """Run a test in a copy of this process, which the kernel ends when its time is over. BoxError as `judge`."""
    seconds = min(limits.cell_seconds, box.stop_at - time.monotonic()) + OWN_SECONDS
    incoming, outgoing = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore", DeprecationWarning
        )  # other threads of this process only wait
        child = os.fork()
    if child == 0:
        try:
            os.close(incoming)
            _confine(max(1.0, seconds))
            answer = _in_the_copy(source, file, names, box, limits, failed)
            with os.fdopen(outgoing, "wb") as pipe:
                pipe.write(json.dumps(answer).encode())
        finally:
            os._exit(0)
    os.close(outgoing)
    with os.fdopen(incoming, "rb") as pipe:
        said = pipe.read()
    _, status = os.waitpid(child, 0)
    try:
        answer = json.loads(said)
    except ValueError:
        box.lost_test(limits.cell_seconds)
        late = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGALRM
        why = "took too long" if late else "was stopped"
        return Outcome(message=f"the test {why} over what your code returned")
    box.test, box.buffer = answer["test"], base64.b64decode(answer["buffer"])
    if answer["dead"] is not None:
        box.end(answer["dead"])
    return Outcome(**answer["outcome"])


def _confine(seconds: float) -> None:
    """Limits of the copy: the kernel ends it after `seconds`, and with the process that made it."""
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
    now = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    if hard == resource.RLIM_INFINITY or now + OWN_MEMORY < hard:
        resource.setrlimit(resource.RLIMIT_AS, (now + OWN_MEMORY, hard))


def _in_the_copy(
    source: str, file: str, names: dict[str, Any], box: Box, limits: Limits, failed: dict[str, str]
) -> dict[str, Any]:
    outcome, dead = Outcome(), None
    try:
        outcome = judge(source, file, names, box, limits, failed)
    except BoxError as error:
        dead = str(error)
    except MemoryError:
        outcome.message = "the test took too much memory over what your code returned"
    told = {"test": box.test, "buffer": base64.b64encode(box.buffer).decode(), "dead": dead}
    return told | {"outcome": text.tidy(vars(outcome))}
