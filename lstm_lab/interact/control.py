"""Controls: what a reader may move, and the values it takes.

An explorer's arguments are described by the abbreviations of `ipywidgets.interact`, by real ipywidgets, or by
:func:`control`, which adds a label, a unit and a condition. All three become the same :class:`Control`, from which the
static page draws a native form control and the live notebook an ipywidget.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

KINDS = ("range", "choice", "switch")
MAX_VALUES = 1000
FEW = 3  # so many numbers in a list are radio buttons, more are a slider


@dataclass(frozen=True)
class Control:
    """One argument of an explorer and the finite list of values that a reader can give it.

    Attributes:
        name: the function's argument.
        values: what the function is called with, in order.
        texts: what the reader sees for each value, unit included: ``"50 steps"``.
        initial: index of the first value shown.
        kind: ``"range"`` (a slider), ``"choice"`` (radio buttons or a list) or ``"switch"`` (a check box).
        label: what the reader sees for the argument.
        only: other arguments and the values of theirs for which this control applies; where it does not, it is
            hidden, the function is called without it, and it costs no states.
    """

    name: str
    values: tuple[Any, ...]
    texts: tuple[str, ...]
    initial: int
    kind: str
    label: str
    only: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)

    def applies(self, settings: Mapping[str, Any]) -> bool:
        """Whether the control has a meaning beside these values of the others."""
        return all(settings.get(other) in allowed for other, allowed in self.only.items())


@dataclass(frozen=True)
class ControlSpec:
    """An abbreviation with a label, a unit, a first value and a condition (see :func:`control`)."""

    values: Any
    label: str | None
    unit: str
    initial: Any
    only: Mapping[str, Any]


def control(
    values: Any, *, label: str | None = None, unit: str = "", initial: Any = None, **only: Any
) -> ControlSpec:
    """Describe a control more closely than an abbreviation can.

    Args:
        values: an abbreviation: a list, a dict ``{text: value}``, a tuple ``(first, last[, step])`` or a bool.
        label: the reader's name for the argument; by default the argument's name with spaces.
        unit: follows each value: ``unit="steps"`` gives "50 steps".
        initial: the value shown first; by default the first one (for a tuple, the middle one, as in ipywidgets).
        **only: other arguments with the value or values for which this control applies:
            ``cell="LSTM 2000"``.
    """
    return ControlSpec(values, label, unit, initial, only)


def number_text(value: float) -> str:
    """A number as a reader writes it: 0.5, 200, 1e-06."""
    return f"{value:g}" if isinstance(value, float) else str(value)


def make_control(name: str, spec: Any) -> Control:
    """Turn an abbreviation, a :class:`ControlSpec` or an ipywidget into a :class:`Control`.

    Raises:
        TypeError: if ``spec`` is none of them.
        ValueError: if it has no values, too many, one of them twice, or an initial value that is not among them.
    """
    if isinstance(spec, ControlSpec):
        made = make_control(name, spec.values)
        texts = tuple(f"{text} {spec.unit}".strip() for text in made.texts)
        only = {other: _as_tuple(allowed) for other, allowed in spec.only.items()}
        made = replace(made, texts=texts, label=spec.label or made.label, only=only)
        if spec.initial is None:
            return made
        return replace(made, initial=_index_of(name, made.values, spec.initial))
    if _is_widget(spec):
        return _from_widget(name, spec)
    if isinstance(spec, bool):
        return _make(name, (False, True), ("off", "on"), int(spec), "switch")
    if isinstance(spec, tuple):
        values = _steps(name, spec)
        return _make(name, values, map(number_text, values), (len(values) - 1) // 2, "range")
    if isinstance(spec, Mapping):
        return _make(name, spec.values(), map(str, spec), 0, "choice")
    if isinstance(spec, Sequence) and not isinstance(spec, str):
        values = tuple(spec)
        numeric = len(values) > FEW and all(
            isinstance(v, int | float) and not isinstance(v, bool) for v in values
        )
        shown = [number_text(v) if isinstance(v, int | float) else str(v) for v in values]
        return _make(name, values, shown, 0, "range" if numeric else "choice")
    raise TypeError(
        f"{name} must be a tuple (first, last[, step]), a list, a dict, a bool, control(...) or an ipywidget, "
        f"got {type(spec).__name__} {spec!r}"
    )


def _as_tuple(allowed: Any) -> tuple[Any, ...]:
    return tuple(allowed) if isinstance(allowed, list | tuple | set) else (allowed,)


def _make(name: str, values: Any, texts: Any, initial: int, kind: str) -> Control:
    values, texts = tuple(values), tuple(texts)
    if not values:
        raise ValueError(f"{name} must have at least one value, got none")
    if len(values) > MAX_VALUES:
        raise ValueError(
            f"{name} must have at most {MAX_VALUES} values, got {len(values)}: use a larger step"
        )
    for what, found in (("value", values), ("text", texts)):
        twice = next((one for place, one in enumerate(found) if one in found[:place]), None)
        if twice is not None:
            raise ValueError(f"{name} must have each {what} once, got {twice!r} twice")
    return Control(name, values, texts, initial, kind, name.replace("_", " "))


def _steps(name: str, bounds: tuple[Any, ...]) -> tuple[float, ...]:
    numbers = all(
        isinstance(b, int | float) and not isinstance(b, bool) and math.isfinite(b) for b in bounds
    )
    if len(bounds) not in (2, 3) or not numbers:
        raise ValueError(
            f"{name} must be (first, last) or (first, last, step) of finite numbers, got {bounds!r}"
        )
    first, last = bounds[:2]
    whole = all(isinstance(b, int) for b in bounds)
    step = bounds[2] if len(bounds) == 3 else (1 if whole else (last - first) / 10)
    if not (last > first and step > 0):
        raise ValueError(f"{name} must have first < last and step > 0, got {bounds!r}")
    count = int((last - first) / step + 1e-9) + 1
    _check_count(name, count)
    return tuple(first + i * step if whole else round(first + i * step, 12) for i in range(count))


def _check_count(name: str, count: int) -> None:
    if count > MAX_VALUES:
        raise ValueError(
            f"{name} must have at most {MAX_VALUES} values, got {count}: use a larger step"
        )


def _index_of(name: str, values: tuple[Any, ...], value: Any) -> int:
    if value not in values:
        raise ValueError(f"{name} must start at one of {list(values)}, got {value!r}")
    return values.index(value)


def _is_widget(spec: Any) -> bool:
    return hasattr(spec, "comm") and hasattr(spec, "value") and hasattr(spec, "description")


def _from_widget(name: str, widget: Any) -> Control:
    if hasattr(widget, "options"):
        texts = tuple(str(text) for text in widget._options_labels)
        values = tuple(widget._options_values)
        kind = "range" if type(widget).__name__ == "SelectionSlider" else "choice"
    elif hasattr(widget, "min") and hasattr(widget, "step"):
        whole = isinstance(widget.value, int)
        values = _steps(
            name, (widget.min, widget.max, widget.step if whole else float(widget.step))
        )
        texts, kind = tuple(map(number_text, values)), "range"
    elif isinstance(widget.value, bool):
        values, texts, kind = (False, True), ("off", "on"), "switch"
    else:
        raise TypeError(
            f"{name} must be a widget with options, with min, max and step, or a check box, "
            f"got {type(widget).__name__}, whose values cannot be listed"
        )
    made = replace(
        _make(name, values, texts, 0, kind), initial=_index_of(name, values, widget.value)
    )
    return replace(made, label=widget.description) if widget.description else made
