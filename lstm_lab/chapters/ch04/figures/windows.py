"""Networks that read a sentence through a window, drawn (chapter 04).

The measured curves come from `results/windows.json`, which `lstm-lab measure windows` writes.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import plotly.graph_objects as go

from lstm_lab.chapters import experiments
from lstm_lab.chapters.ch04.experiments import windows
from lstm_lab.interact import theme
from lstm_lab.interact.plots import band, upright

CHANCE = 50
LONGEST = 20
"""Words before "bank" in the longest sentence drawn."""


def window_and_cue(window: int = 8, distance: int = 6, cue: str = "boat") -> go.Figure:
    """A sentence from the grammar with its window, beside what networks with that window get right by distance.

    Left: the words before "bank", the first on top. Right, on the same vertical axis: the share of right answers over
    networks trained on cues at every distance from 4 to 16.
    """
    words = _example(distance, cue)
    high = np.arange(len(words), 0, -1)
    is_cue = [word == cue for word in words]
    right = 100 * np.array([trial["right"] for trial in trials("grid", window=window)])
    low, median, top = right.min(axis=0), np.median(right, axis=0), right.max(axis=0)
    distances = np.arange(windows.NEAREST, windows.NEAREST + right.shape[1])
    here = distance - windows.NEAREST
    seen = distance <= window
    visible = " ".join(words[-window:]) if window < len(words) else " ".join(words)
    traces = [
        go.Scatter(
            x=[0, 1, 1, 0, 0],
            y=[0.5, 0.5, window + 0.5, window + 0.5, 0.5],
            mode="lines",
            fill="toself",
            fillcolor=theme.faint(theme.BLUE, 0.15),
            line={"color": theme.BLUE, "width": 1.5, "dash": "dash"},
            name="the window",
            hoverinfo="skip",
        ),
        go.Scatter(
            x=[0.5] * LONGEST,
            y=[*high, *[None] * (LONGEST - len(high))],
            text=["" if mark else word for word, mark in zip(words, is_cue, strict=True)]
            + [""] * (LONGEST - len(words)),
            mode="text",
            showlegend=False,
            hoverinfo="skip",
        ),
        go.Scatter(
            x=[0.5, 0.5],
            y=[distance, 0],
            text=[f"<b>► {cue} ◄</b>", "<b>bank</b>"],
            mode="text",
            showlegend=False,
            hoverinfo="skip",
        ),
        go.Scatter(
            x=[*low, *top[::-1]],
            y=[*distances, *distances[::-1]],
            mode="lines",
            fill="toself",
            fillcolor=theme.faint(theme.VERMILION),
            line={"width": 0, "color": theme.VERMILION},
            xaxis="x2",
            yaxis="y2",
            showlegend=False,
            hoverinfo="skip",
        ),
        go.Scatter(
            x=median,
            y=distances,
            mode="lines+markers",
            line={"color": theme.VERMILION, "width": 2.5},
            marker={"color": theme.VERMILION, "symbol": "circle", "size": 6},
            name="right answers, median",
            xaxis="x2",
            yaxis="y2",
        ),
        go.Scatter(
            x=[median[here]],
            y=[distance],
            mode="markers",
            marker={
                "color": theme.PURPLE,
                "symbol": "diamond-open",
                "size": 16,
                "line": {"width": 2.5},
            },
            name="this distance",
            xaxis="x2",
            yaxis="y2",
        ),
        go.Scatter(
            x=[0, 100],
            y=[window + 0.5, window + 0.5],
            mode="lines",
            line={"color": theme.BLUE, "width": 1.5, "dash": "dash"},
            xaxis="x2",
            yaxis="y2",
            showlegend=False,
            hoverinfo="skip",
        ),
    ]
    axis = {"range": [-0.8, LONGEST + 0.9], "tickvals": [0, 4, 8, 12, 16, 20]}
    return theme.figure(
        traces,
        f"“{cue}” stands {distance} words before “bank”; a window of {window} "
        f"{'sees it' if seen else 'does not see it'} (it sees “{visible}”). At this distance {len(right)} networks "
        f"with that window are right in {median[here]:.0f} % of {windows.WindowSettings().test_sentences} fresh "
        f"sentences (median; {low[here]:.0f} to {top[here]:.0f} %).",
        xaxis={"range": [-0.08, 1.08], "domain": [0, 0.42], "showgrid": False, "visible": False},
        yaxis={**axis, "title": "words before “bank”", "showgrid": False},
        xaxis2={
            "title": "right answers, %",
            "range": [28, 104],
            "tickvals": [50, 75, 100],
            "domain": [0.5, 1],
            "anchor": "y2",
        },
        yaxis2={**axis, "anchor": "x2", "showticklabels": False},
        shapes=[upright(CHANCE, "x2", "y2")],
        height=580,
    )


@lru_cache(maxsize=64)
def _example(distance: int, cue: str) -> list[str]:
    """The sentence drawn for a distance: the same for every cue and window but for the cue itself."""
    words = windows.sentence(np.random.default_rng(distance), distance, "river")
    words[-distance] = cue
    return words


def absolute_position(taught: int = 8) -> go.Figure:
    """Right answers by distance for networks that met cues only up to `taught` words away, though they see farther."""
    distances = np.arange(windows.NEAREST, windows.WindowSettings().farthest + 1)
    beyond = distances > taught
    traces, medians = [], {}
    for kind, colour, dash, symbol, name in (
        ("window", theme.VERMILION, "solid", "circle", "window of 16 words"),
        ("sum", theme.GREEN, "dash", "square", "running sum of all words"),
    ):
        right = 100 * np.array(
            [trial["right"] for trial in trials("shift", kind=kind, taught=taught)]
        )
        medians[kind] = np.median(right, axis=0)
        traces += [
            *band(distances, right.min(axis=0), right.max(axis=0), colour),
            go.Scatter(
                x=distances,
                y=medians[kind],
                name=name,
                mode="lines+markers",
                line={"color": colour, "dash": dash, "width": 2.5},
                marker={"symbol": symbol, "size": 7},
            ),
        ]
    traces.append(
        go.Scatter(
            x=[taught + 0.5] * 2,
            y=[0, 110],
            mode="lines",
            name="taught up to here",
            line={"color": theme.GREY, "dash": "dot", "width": 2},
        )
    )
    places = f"{windows.NEAREST} to {taught}" if taught > windows.NEAREST else f"{taught}"
    if beyond.any():
        outcome = (
            f"Farther away, still in view, the window of 16 is right in {medians['window'][beyond].mean():.0f} % and "
            f"the running sum in {medians['sum'][beyond].mean():.0f} %"
        )
    else:
        outcome = (
            f"Over all of them the window of 16 is right in {medians['window'].mean():.0f} % and the running sum in "
            f"{medians['sum'].mean():.0f} %"
        )
    return theme.figure(
        traces,
        f"Taught with cues {places} words before “bank”. {outcome} "
        f"(medians of {len(trials('shift', kind='sum', taught=taught))} networks, averaged over the distances).",
        xaxis={
            "title": "distance of the cue, words",
            "range": [3.5, 16.5],
            "tickvals": [4, 6, 8, 10, 12, 14, 16],
        },
        yaxis={"title": "right answers, %", "range": [20, 104], "tickvals": [25, 50, 75, 100]},
        shapes=[theme.across(CHANCE)],
    )


def cost() -> go.Figure:
    """What a wider window costs: weights, and the different sentences needed to be right in 95 % of fresh ones."""
    widths = list(windows.WindowSettings().cost_windows)
    style = {
        "window": (theme.VERMILION, "solid", "circle", "window of w words"),
        "sum": (theme.GREEN, "dash", "square", "running sum, same sentences"),
    }
    traces = []
    for kind, (colour, dash, symbol, name) in style.items():
        for panel, values in (
            ("", [sentences_needed(kind, w) for w in widths]),
            ("2", [_parameters(kind, w) for w in widths]),
        ):
            traces.append(
                go.Scatter(
                    x=np.log2(widths),
                    y=[None if value is None else np.log10(value) for value in values],
                    name=name,
                    mode="lines+markers",
                    line={"color": colour, "dash": dash, "width": 2.5},
                    marker={"symbol": symbol, "size": 8},
                    xaxis=f"x{panel}",
                    yaxis=f"y{panel}",
                    showlegend=panel == "",
                )
            )
    narrow, wide = widths[0], widths[-1]
    window = {w: sentences_needed("window", w) for w in widths}
    axis = {
        "tickvals": np.log2(widths).tolist(),
        "ticktext": [str(w) for w in widths],
        "range": [1.8, 5.2],
    }
    return theme.figure(
        traces,
        f"A window of {narrow} words, where the cue has one place, needs {_or_more(window[narrow])} sentences and "
        f"{_parameters('window', narrow)} parameters; one of {wide} words, with the cue anywhere in it, "
        f"{_or_more(window[wide])} sentences and {_parameters('window', wide)} parameters. The running sum needs "
        f"{_or_more(sentences_needed('sum', narrow))} and {_or_more(sentences_needed('sum', wide))} sentences and "
        f"{_parameters('sum', wide)} parameters for both.",
        xaxis={**axis, "anchor": "y"},
        xaxis2={**axis, "anchor": "y2", "title": "window w, words"},
        yaxis={
            "title": "sentences needed",
            "domain": [0.56, 1],
            "range": [0.8, 3.7],
            **_counts([10, 100, 1000]),
        },
        yaxis2={
            "title": "parameters",
            "domain": [0, 0.44],
            "anchor": "x2",
            "range": [2.4, 4.4],
            **_counts([300, 1000, 3000, 10000]),
        },
        height=560,
    )


def sentences_needed(kind: str, window: int) -> int | None:
    """The least number of sentences that brings the median network to 95 % right; None if none was enough."""
    settings = windows.WindowSettings()
    for count in settings.cost_sentences:
        right = [t["right"] for t in trials("cost", kind=kind, window=window, sentences=count)]
        if np.median(right) >= settings.cost_right:
            return count
    return None


def _parameters(kind: str, window: int) -> int:
    return int(trials("cost", kind=kind, window=window)[0]["parameters"])


def _or_more(count: int | None) -> str:
    most = max(windows.WindowSettings().cost_sentences)
    return f"more than {most}" if count is None else str(count)


def learnt_weights(reader: windows.Reader) -> go.Figure:
    """How much each cue word at each place of the window speaks for the river, along the hidden units: V W.

    A linear reading of a network that is not linear: for each word and place, the sum over the hidden units of output
    weight times input weight.
    """
    words = [word for sense in windows.CUES.values() for word in sense]
    width = reader.window or 1
    first = reader.net.parameters["weights_1"].reshape(-1, width, len(windows.WORDS))
    effect = np.tensordot(reader.net.parameters["weights_2"][0], first, axes=1)
    shown = np.array([effect[:, windows.INDEX[word]] for word in words])
    largest = float(np.abs(shown).max())
    places = np.arange(1, width + 1)
    sign = np.array([1.0] * 4 + [-1.0] * 4)[:, None]
    told = (sign * shown).mean(axis=0)
    clear = [int(p) for p in places if told[p - 1] > 0.25 * told.max()]
    return theme.figure(
        [
            go.Heatmap(
                z=shown,
                x=places,
                y=words,
                zmin=-largest,
                zmax=largest,
                colorscale="Cividis",
                colorbar={
                    "orientation": "h",
                    "y": 1.02,
                    "yanchor": "bottom",
                    "title": {"text": "speaks for", "side": "top"},
                    "thickness": 12,
                    "tickvals": [-largest, 0, largest],
                    "ticktext": ["money", "neither", "river"],
                },
            )
        ],
        f"Only at places {clear[0]} to {clear[-1]} do the weights tell the four river words from the four money words: "
        f"there they differ by {2 * told[np.array(clear) - 1].mean():.1f} on average, at the places beyond by "
        f"{2 * np.abs(told[clear[-1] :]).mean() if clear[-1] < width else 0:.1f}.",
        xaxis={
            "title": "place in the window",
            "tickvals": list(range(4, width + 1, 4)),
        },
        yaxis={"autorange": "reversed"},
        height=380,
    )


@lru_cache(maxsize=4096)
def _matching(what: str, wanted: tuple[tuple[str, Any], ...]) -> list[dict[str, Any]]:
    return [
        trial
        for trial in experiments.load("windows")["trials"]
        if trial["what"] == what and all(trial[name] == value for name, value in wanted)
    ]


def trials(what: str, **wanted: Any) -> list[dict[str, Any]]:
    """The recorded trials of one experiment with these settings."""
    return _matching(what, tuple(sorted(wanted.items())))


def _counts(values: list[int]) -> dict[str, Any]:
    return {
        "tickvals": np.log10(values).tolist(),
        "ticktext": [f"{value:,}".replace(",", " ") for value in values],
    }
