"""The static form of an explorer: every state computed while the book is built, drawn without a kernel."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import itertools
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from lstm_lab.interact.control import Control
from lstm_lab.interact.pack import STEPS, pack
from lstm_lab.interact.source_digest import fingerprint
from lstm_lab.interact.still_picture import picture
from lstm_lab.interact.svg import StillError
from lstm_lab.results import write_whole

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from lstm_lab.interact.explorer import Explorer

STATIC_VARIABLE = "LSTM_LAB_STATIC"
"""The environment variable with the folder in which pages are kept; set while the book is built."""
MAX_STATES = 5_000
MAX_BYTES = 300_000
DEFAULT_HEIGHT = 420
STATES_PER_JOB = 20


def explorer_page(explorer: Explorer) -> dict[str, Any]:
    """All that the page needs of an explorer, as JSON: controls, packed states, first picture and sentence.

    While the book is built, the result is kept in the directory that the environment variable `LSTM_LAB_STATIC` names,
    under a key made of the package's source, the function and the controls.

    Raises:
        ValueError: if the explorer is over its budget of states or bytes, or breaks the contract of
            :class:`lstm_lab.interact.Explorer`.
    """
    folder = os.environ.get(STATIC_VARIABLE, "")
    keep = folder and explorer.function.__module__.startswith("lstm_lab.")
    kept = Path(folder) / f"{explorer.name}-{_fingerprint(explorer)}.json"
    if keep and kept.exists():
        with contextlib.suppress(ValueError):  # damaged: it is computed again
            return dict(json.loads(kept.read_text("utf-8")))
    page = _compute_page(explorer)
    if keep:
        write_whole(kept, json.dumps(page).encode())
    return page


def figure_page(figure: go.Figure, name: str) -> dict[str, Any]:
    """A plain figure as an explorer without controls."""
    states = [figure_json(figure)]
    return _page(name, figure.layout.meta or {}, [], states, [""], figure)


def figure_json(figure: go.Figure) -> dict[str, Any]:
    """A figure as plain data, without its template: the page brings the light or the dark one."""
    plain = decoded(figure.to_plotly_json())
    layout = {key: value for key, value in plain["layout"].items() if key != "template"}
    return {"data": plain["data"], "layout": layout}


def decoded(value: Any) -> Any:
    """Plotly's JSON with its base64 arrays as NumPy arrays."""
    if isinstance(value, dict) and "bdata" in value:
        raw = value["bdata"]
        raw = base64.b64decode(raw) if isinstance(raw, str) else raw
        array = np.frombuffer(raw, dtype=np.dtype(value["dtype"]))
        shape = [int(size) for size in str(value.get("shape", array.size)).split(",")]
        return array.reshape(shape)
    if isinstance(value, dict):
        return {key: decoded(inner) for key, inner in value.items()}
    return [decoded(inner) for inner in value] if isinstance(value, list | tuple) else value


def _compute_page(explorer: Explorer) -> dict[str, Any]:
    settings = []
    for state in explorer.states():
        settings.append(state)
        if len(settings) > MAX_STATES:
            _refuse(explorer, f"more than {MAX_STATES} states")
    if len(settings) > 2 * STATES_PER_JOB:
        from joblib import Parallel, delayed

        jobs = _jobs(settings)
        done = Parallel(n_jobs=-1)(
            delayed(_compute_states)(explorer.function, job) for job in reversed(jobs)
        )
        states = [state for job in reversed(done) for state in job]
    else:
        states = _compute_states(explorer.function, settings)
    keys = [_key(explorer, state) for state in settings]
    first = explorer.figure(**explorer.initial)
    controls = list(explorer.controls.values())
    page = _page(explorer.name, {"caption": explorer.caption}, controls, states, keys, first)
    if page["bytes"] > MAX_BYTES:
        _refuse(explorer, f"{page['bytes']:,} bytes compressed, over {MAX_BYTES:,}")
    return page


def _jobs(settings: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """States to be computed by one process: those of one value of the first control, so that what they share, which a
    figure function may keep, is computed once. Few states, of a control of many values, go by the dozen.
    """
    first = next(iter(settings[0]))
    together = [list(group) for _, group in itertools.groupby(settings, lambda one: one[first])]
    if len(together[0]) >= STATES_PER_JOB:
        return together
    starts = range(0, len(settings), STATES_PER_JOB)
    return [settings[start : start + STATES_PER_JOB] for start in starts]


def _compute_states(function: Any, settings: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [figure_json(function(**state)) for state in settings]


def _key(explorer: Explorer, settings: Mapping[str, Any]) -> str:
    """The position of each control, with a hyphen for one that does not apply."""
    return ",".join(
        str(control.values.index(settings[name])) if name in settings else "-"
        for name, control in explorer.controls.items()
    )


def _refuse(explorer: Explorer, what: str) -> None:
    axes = ", ".join(
        f"{control.name} ({len(control.values)})"
        for control in sorted(explorer.controls.values(), key=lambda c: -len(c.values))
    )
    raise ValueError(f"explorer {explorer.name!r} has {what}: thin its longest axis, of {axes}")


def _page(
    name: str,
    meta: Mapping[str, Any],
    controls: list[Control],
    states: list[dict[str, Any]],
    keys: list[str],
    first: go.Figure,
) -> dict[str, Any]:
    summary = (first.layout.meta or {}).get("summary")
    if not summary:
        raise ValueError(
            f"figure {name!r} must say in layout.meta['summary'] what it shows, got {summary!r}"
        )
    try:
        still = picture(first)
    except StillError as error:
        raise StillError(f"figure {name!r}: {error}") from error
    packed = pack(states, keys, (first.layout.meta or {}).get("steps", STEPS))
    return {
        "name": name,
        "caption": meta.get("caption", ""),
        "controls": [_control_json(control) for control in controls],
        "summary": summary,
        "picture": still,
        "height": first.layout.height or DEFAULT_HEIGHT,
        "payload": packed.text,
        "bytes": packed.size,
        "states": len(states),
        "precision": packed.precision,
    }


def _control_json(control: Control) -> dict[str, Any]:
    positions = {other: list(allowed) for other, allowed in control.only.items()}
    return {
        "name": control.name,
        "label": control.label,
        "kind": control.kind,
        "texts": list(control.texts),
        "initial": control.initial,
        "only": positions,
        "values": [
            value if isinstance(value, bool | int | float | str) else str(value)
            for value in control.values
        ],
    }


def _fingerprint(explorer: Explorer) -> str:
    function = explorer.function
    source = fingerprint(__name__, function.__module__)
    parts = [source, function.__qualname__, explorer.name, explorer.caption]
    controls = [
        json.dumps(_control_json(control), sort_keys=True) for control in explorer.controls.values()
    ]
    return hashlib.sha256("\n".join(parts + controls).encode()).hexdigest()[:16]
