"""Every state of an explorer in one compressed block: what is common once, what changes as quantised arrays.

A state is a figure as JSON. Its leaves (a number, a text, an array) are found by their path. A leaf that is the same in
all states stands in the template; one that changes has a table of its distinct values, in the order in which states
need them, and an index: per state 0 for the next value of the table, or how many values ago the state's own first came.
Tables of numeric arrays are quantised over the range that the leaf takes in all states, to 2047 levels, and the
colours of a heatmap to 255: more than a screen has pixels or an eye sees colours. A drawn value differs from the
computed one by at most ``precision``, half a step of these; whole numbers that fit into 16 bits are exact. A long
array that never changes is packed likewise, with a power of ten as its step: a reader may point at it and read values.

Layout of the block, before base64: zlib of ``uint32 length of JSON, JSON, planes``. For each array leaf in order, its
values are differences to the one ``lag`` places before (modulo 65536; to 0 where there is none), written 0, -1, 1, -2,
2 ... as 0, 1, 2, 3, 4 ..., first all low bytes, then all high bytes. A leaf's lag is what makes it smallest: 1 for the
neighbour, the length of a row or of an array for the value above or in the state before, or more than there are.
`bookbuild/assets/explore-decode.js` holds the decoder.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

MISSING = 65535
WHOLE = 65534
STEPS = 2046
COLOUR_STEPS = 254
LONG = 32
"""An array of more values than this is packed even if it never changes."""
CLEARLY = 1.05
"""Another lag than 1 must gain so much: leaves that are packed alike are often alike, which helps once more."""

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Packed:
    """A packed explorer: the block as base64 text, its compressed size in bytes, and the precision of each leaf."""

    text: str
    size: int
    precision: dict[str, float]


def pack(figures: Sequence[Mapping[str, Any]], keys: Sequence[str], steps: int = STEPS) -> Packed:
    """Pack the states of an explorer.

    Args:
        figures: one figure a state, as ``{"data": [...], "layout": {...}}``.
        keys: what each state is found by, one text a state.
        steps: how many steps the range of a curve is cut into; small panels need fewer.

    Raises:
        ValueError: if states differ in their number of traces, or an array holds an infinite value.
    """
    _check_traces(figures, keys)
    flat = [dict(_leaves(figure)) for figure in figures]
    paths = list(dict.fromkeys(path for leaves in flat for path in leaves))
    template: dict[str, Any] = {"data": [{} for _ in figures[0]["data"]], "layout": {}}
    varying, planes = [], []
    precision: dict[str, float] = {}
    for path in paths:
        table, index = _distinct([leaves.get(path) for leaves in flat])
        if len(table) == 1 and not _is_long(table[0]):
            _set(template, path, _plain(table[0]))
        elif all(isinstance(value, np.ndarray) for value in table if value is not None):
            leaf, plane, precision[_name(path)] = _quantise(
                path, table, steps, decimal=len(table) == 1
            )
            varying.append({"path": path, "index": index, **leaf})
            planes.append(plane)
        else:
            varying.append(
                {"path": path, "index": index, "values": [_plain(value) for value in table]}
            )
    text = json.dumps(
        {"keys": keys, "template": template, "leaves": varying},
        separators=(",", ":"),
        allow_nan=False,
    ).encode()
    block = zlib.compress(len(text).to_bytes(4, "little") + text + b"".join(planes), 9)
    return Packed(base64.b64encode(block).decode(), len(block), precision)


def _check_traces(figures: Sequence[Mapping[str, Any]], keys: Sequence[str]) -> None:
    counts = [len(figure["data"]) for figure in figures]
    for key, count in zip(keys, counts, strict=True):
        if count != counts[0]:
            raise ValueError(
                f"every state must have the same number of traces, got {counts[0]} in the first and {count} in "
                f"state {key}: give a trace with nothing to show visible=False"
            )


def _leaves(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """The leaves of a figure; lists of traces and of numbers are opened, other lists are leaves."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _leaves(inner, (*path, key))
    elif path == ("data",):
        for place, trace in enumerate(value):
            yield from _leaves(trace, (*path, place))
    else:
        yield path, _as_array(value)


def _as_array(value: Any) -> Any:
    """Numbers in a list, possibly with gaps, as a float array of one or two dimensions; anything else as it is."""
    if isinstance(value, np.ndarray) and value.dtype == object:
        value = value.tolist()
    if isinstance(value, list | tuple) and value:
        flat = [
            inner
            for row in value
            for inner in (row if isinstance(row, list | tuple | np.ndarray) else [row])
        ]
        numbers = all(
            inner is None
            or (isinstance(inner, int | float | np.number) and not isinstance(inner, bool))
            for inner in flat
        )
        if not numbers:
            return value
        try:
            value = np.array(value, dtype=float)
        except (TypeError, ValueError):
            return value
    if isinstance(value, np.ndarray) and value.dtype.kind in "iuf" and value.ndim in (1, 2):
        return value.astype(float)
    return value.tolist() if isinstance(value, np.ndarray | np.generic) else value


def _distinct(values: Sequence[Any]) -> tuple[list[Any], list[int]]:
    """The values that differ, and for each value 0 if it is new, or how many new ones ago it came first."""
    table: list[Any] = []
    places: dict[Hashable, int] = {}
    index = []
    for value in values:
        key: Hashable
        if isinstance(value, np.ndarray):
            key = (value.shape, value.tobytes())
        else:
            key = json.dumps(value, sort_keys=True, default=str)
        if key in places:
            index.append(len(table) - places[key])
        else:
            index.append(0)
            places[key] = len(table)
            table.append(value)
    return table, index


def _is_long(value: Any) -> bool:
    return isinstance(value, np.ndarray) and value.size > LONG


def _quantise(
    path: Path, table: Sequence[np.ndarray | None], steps: int, decimal: bool
) -> tuple[dict[str, Any], bytes, float]:
    """A leaf without its path and index, its planes, and its precision; `decimal` asks for a power of ten as step."""
    arrays = [value for value in table if value is not None]
    numbers = np.concatenate([array.ravel() for array in arrays])
    if np.isinf(numbers).any():
        raise ValueError(
            f"{_name(path)} must hold finite numbers or gaps (NaN), got an infinite value"
        )
    there = numbers[~np.isnan(numbers)]
    low, high = (float(there.min()), float(there.max())) if there.size else (0.0, 0.0)
    whole = bool(np.all(there == np.round(there))) and high - low <= WHOLE
    step = 1.0 if whole else (high - low) / (COLOUR_STEPS if path[-1] == "z" else steps)
    if decimal and not whole and step > np.finfo(float).tiny * 10:
        step = 10.0 ** float(np.floor(np.log10(step)))
        low = step * np.floor(low / step)
    levels = np.where(
        np.isnan(numbers), MISSING, np.round((np.nan_to_num(numbers) - low) / (step or 1.0))
    )
    lag, planes = _planes(levels.astype(np.uint16), arrays)
    leaf = {
        "low": low,
        "step": step,
        "lag": lag,
        "shapes": [None if value is None else list(value.shape) for value in table],
    }
    return leaf, planes, 0.0 if whole else step / 2


def _planes(levels: np.ndarray, arrays: Sequence[np.ndarray]) -> tuple[int, bytes]:
    """The levels as differences, and the lag that these were taken over."""
    lags = {1, max(1, arrays[0].shape[-1]), max(1, arrays[0].size), levels.size + 1}
    tried = {lag: _differences(levels, lag) for lag in sorted(lags)}

    def weight(lag: int) -> float:
        return len(zlib.compress(tried[lag], 6)) * (1.0 if lag == 1 else CLEARLY)

    best = min(tried, key=weight)
    return best, tried[best]


def _differences(levels: np.ndarray, lag: int) -> bytes:
    before = np.concatenate([np.zeros(min(lag, levels.size), np.uint16), levels[:-lag]])
    steps = (levels - before).view(np.int16)
    folded = ((steps << 1) ^ (steps >> 15)).astype("<u2")
    halves = folded.view(np.uint8).reshape(-1, 2)
    return halves[:, 0].tobytes() + halves[:, 1].tobytes()


def _plain(value: Any) -> Any:
    """A leaf as JSON: arrays as lists, gaps as null."""
    if isinstance(value, np.ndarray):
        if np.isinf(value).any():
            raise ValueError(
                "an array must hold finite numbers or gaps (NaN), got an infinite value"
            )
        plain = value.astype(object)
        plain[np.isnan(value)] = None
        return plain.tolist()
    return value


def _set(figure: dict[str, Any], path: Path, value: Any) -> None:
    place: Any = figure
    for key in path[:-1]:
        place = place[key] if isinstance(key, int) else place.setdefault(key, {})
    place[path[-1]] = value


def _name(path: Path) -> str:
    return ".".join(map(str, path))
