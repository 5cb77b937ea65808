"""Self-checks for exercises: what was expected, what came, and the likely cause.

A check never raises on a wrong answer and never needs more than NumPy. It knows the usual mistakes as values or
functions: an answer that agrees with one of them is told which mistake it looks like. Introduced in chapter 06.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from . import _student_values

SHOWN = 5


@dataclass(frozen=True)
class Result:
    """The outcome of a check: passed (True), not passed (False) or not answered yet (None), and why."""

    passed: bool | None
    message: str

    def __bool__(self) -> bool:
        return bool(self.passed)

    def __repr__(self) -> str:
        mark = {True: "✓", False: "✗", None: "…"}[self.passed]
        return f"{mark} {self.message}"

    def _repr_html_(self) -> str:
        return f'<pre class="lab-check">{html.escape(repr(self))}</pre>'


def value(
    answer: Any,
    expected: Any,
    *,
    tolerance: float = 1e-6,
    mistakes: Mapping[str, Any] | None = None,
) -> Result:
    """Check a number, an array or a text.

    Args:
        answer: what the student gives; None or ... means not answered yet.
        expected: the right answer.
        tolerance: the largest difference allowed, relative to the size of what is expected (or 1 if that is smaller).
        mistakes: likely causes, each with the wrong answer that it leads to.
    """
    if answer is None or answer is Ellipsis:
        return Result(None, "Not answered yet.")
    wrong = _difference(answer, expected, tolerance)
    if wrong is None:
        return Result(True, "Right.")
    for cause, mistaken in (mistakes or {}).items():
        if _difference(answer, mistaken, tolerance) is None:
            return Result(False, f"{wrong} Likely cause: {cause}")
    return Result(False, wrong)


def function(
    answer: Callable[..., Any],
    expected: Callable[..., Any],
    cases: Sequence[tuple[Any, ...]],
    *,
    tolerance: float = 1e-6,
    mistakes: Mapping[str, Callable[..., Any]] | None = None,
) -> Result:
    """Check a function against a right one on some arguments.

    Args:
        answer: the student's function; one that returns None or raises NotImplementedError is not answered yet.
        expected: a function that is right.
        cases: the arguments of each call.
        tolerance: as in :func:`value`.
        mistakes: likely causes, each with a function that makes that mistake.
    """
    given: Any = answer
    if given is None or given is Ellipsis:
        return Result(None, "Not answered yet.")
    if not callable(given):
        return Result(False, f"Expected a function, got {_show(answer)}.")
    for place, case in enumerate(cases, start=1):
        call = f"For case {place} of {len(cases)}, {_show_call(answer, case)}:"
        try:
            came = answer(*(_copy(argument) for argument in case))
        except NotImplementedError:
            return Result(None, "Not answered yet.")
        except Exception as error:
            return Result(False, f"{call} raised {type(error).__name__}: {error}")
        result = value(came, expected(*(_copy(argument) for argument in case)), tolerance=tolerance)
        if result.passed is None:
            return Result(None, "Not answered yet (the function returns None).")
        if not result:
            cause = _cause(answer, cases, tolerance, mistakes or {})
            return Result(False, f"{call} {result.message}{cause}")
    return Result(True, f"Right, in {len(cases)} cases.")


class here:  # noqa: N801
    """A notebook's own functions, as an assignment's tests reach them: ``student = here(globals())``.

    ``student.predict(w, X)`` calls the function ``predict`` with copies of the arguments. ``student.run(code, names,
    **values)`` runs statements beside what the notebook has defined and returns the values of `names`. The grader has
    an object with the same two uses, whose calls go to a process that the tests do not share with the student. What
    it refuses is refused here: answers that are not plain data, imports that the assignment does not open, and what
    was written into a locked cell, since the original is run there.

    Args:
        names: what the notebook has defined, by name.
        packages: the packages that may be imported, if the assignment says so.
        library: the parts of ``lstm_lab`` that may be imported.

    Raises:
        AttributeError: if the notebook has not defined the function that is called.
        ModuleNotFoundError: if the notebook has imported what the assignment does not open.
        TypeError: if an answer is not numbers, text, arrays or collections of them.
        ValueError: if a locked cell was changed.
    """

    def __init__(
        self,
        names: MutableMapping[str, Any],
        packages: Sequence[str] | None = None,
        library: Sequence[str] = (),
    ):
        self._names = names
        self._from = max(
            0, len(names.get("In", ())) - 1
        )  # the cell in which this is made, and those after it
        self._refuse_changes()
        if packages is not None and "get_ipython" in names:
            _student_values.Gate(names, packages, library).shut()

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name not in self._names:
            raise AttributeError(f"{name} is not defined: has the cell that defines it been run?")
        self._refuse_changes()

        def call(*args: Any, **kwargs: Any) -> Any:
            given, named = _student_values.copy(list(args)), _student_values.copy(kwargs)
            return _answer(self._names[name](*given, **named), f"{name}(...)")

        return call

    def run(self, code: str, names: Sequence[str], **values: Any) -> list[Any]:
        """Run `code` with `values` and return what stands in `names` afterwards."""
        self._refuse_changes()
        space = dict(self._names) | _student_values.copy(values)
        exec(code, space)
        found: list[Any] = _answer([space[name] for name in names], code.strip().splitlines()[-1])
        return found

    def credit(self, points: float) -> None:
        """Partial credit, which a test may give for what it has seen so far. The grader counts it."""

    def _refuse_changes(self) -> None:
        """Raise ValueError if a locked cell was changed when it was last run (Jupyter keeps what was run in `In`)."""
        run = self._names.get("In")
        name = _student_values.changed(run[self._from :]) if isinstance(run, list) else None
        if name:
            raise ValueError(
                f"the locked cell {name} was changed, and when your notebook is graded the original is used: "
                "undo the change, run the cell again, and write what you need into a cell of your own"
            )


def _answer(value: Any, what: str) -> Any:
    """An answer as the grader sees it."""
    try:
        return _student_values.decode(_student_values.answer(value))
    except _student_values.NotPlainError as error:
        raise _student_values.NotPlainError(f"{what} returned {error}") from None


def _cause(
    answer: Callable[..., Any],
    cases: Sequence[tuple[Any, ...]],
    tolerance: float,
    mistakes: Mapping[str, Callable[..., Any]],
) -> str:
    """The mistake that agrees with the answer in every case."""
    for cause, mistaken in mistakes.items():
        try:
            same = all(
                _difference(answer(*map(_copy, case)), mistaken(*map(_copy, case)), tolerance)
                is None
                for case in cases
            )
        except Exception:
            continue
        if same:
            return f" Likely cause: {cause}"
    return ""


def _difference(came: Any, expected: Any, tolerance: float) -> str | None:
    """What differs, or None."""
    if isinstance(expected, str):
        same = isinstance(came, str) and came.strip().lower() == expected.strip().lower()
        return None if same else f"Expected {expected!r}, got {_show(came)}."
    wanted = np.asarray(expected, dtype=float)
    try:
        if np.iscomplexobj(came):
            raise TypeError("a complex number is no float")
        given = np.asarray(came, dtype=float)
    except (TypeError, ValueError, OverflowError):
        kind = "a number" if wanted.ndim == 0 else f"an array of shape {wanted.shape}"
        return f"Expected {kind}, got {_show(came)}."
    if given.shape != wanted.shape:
        return f"Expected shape {wanted.shape}, got shape {given.shape}."
    finite = np.isfinite(wanted)
    allowed = tolerance * max(1.0, float(np.max(np.abs(wanted), initial=0.0, where=finite)))
    with np.errstate(invalid="ignore", over="ignore"):
        bad = ~np.where(finite, np.abs(given - wanted) <= allowed, given == wanted)
    if not bad.any():
        return None
    if wanted.ndim == 0:
        return f"Expected {wanted:.6g}, got {given:.6g}."
    place = tuple(int(index) for index in np.argwhere(bad)[0])
    where = ", ".join(map(str, place))
    first = f"at [{where}] expected {wanted[place]:.6g}, got {given[place]:.6g}"
    return f"{int(bad.sum())} of {bad.size} entries differ; {first}."


def _copy(argument: Any) -> Any:
    return argument.copy() if isinstance(argument, np.ndarray) else argument


def _show(thing: Any) -> str:
    text = repr(thing)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _show_call(answer: Callable[..., Any], case: tuple[Any, ...]) -> str:
    name = getattr(answer, "__name__", "the function")
    return f"{name}({', '.join(_argument(argument) for argument in case)})"


def _argument(argument: Any) -> str:
    if isinstance(argument, np.ndarray) and argument.size > SHOWN:
        return f"<array of shape {argument.shape}>"
    if isinstance(argument, np.ndarray):
        return np.array2string(argument, precision=3, separator=", ").replace("\n", "")
    return _show(argument)
