"""Networks that read a sentence through a window, drawn (chapter 04).

The measured curves come from `results/windows.json`, which `lstm-lab measure windows` writes.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import plotly.graph_objects as go

from lstm_lab._validate import Array
from lstm_lab.chapters import experiments
from lstm_lab.chapters.ch04.experiments import windows
from lstm_lab.interact import plots, theme

CHANCE = 50
LONGEST = 20
"""Words before "bank" in the longest sentence drawn."""

KINDS = {
    "window": (theme.VERMILION, "solid", "circle"),
    "sum": (theme.GREEN, "dash", "square"),
}
"""How the two readers of the experiments are drawn: a window of words, and a running sum of all of them."""


def window_and_cue(window: int = 8, distance: int = 6, cue: str = "boat") -> go.Figure:
    """A sentence from the grammar with its window, beside what networks with that window get right by distance.

    Left: the words before "bank", the first on top. Right, on the same vertical axis: the share of right answers over
    networks trained on cues at every distance from 4 to 16.
    """
    words = _example(distance, cue)
    right = 100 * np.array([trial["right"] for trial in trials("grid", window=window)])
    here = right[:, distance - windows.NEAREST]
    visible = " ".join(words[-window:])
    axis = {"range": [-0.8, LONGEST + 0.9], "tickvals": [0, 4, 8, 12, 16, 20]}
    sentence = plots.Panel(
        plots.no_axis(-0.08, 1.08),
        {**axis, "title": "words before “bank”", "showgrid": False},
        x=(0, 0.42),
    )
    answers = plots.Panel(
        {"title": "right answers, %", "range": [28, 104], "tickvals": [50, 75, 100]},
        {**axis, "showticklabels": False},
        x=(0.5, 1),
    )
    return theme.figure(
        [*_sentence(words, window, distance), *_right_by_distance(right, window, distance)],
        f"“{cue}” stands {distance} words before “bank”; a window of {window} "
        f"{'sees it' if distance <= window else 'does not see it'} (it sees “{visible}”). At this distance "
        f"{len(right)} networks with that window are right in {np.median(here):.0f} % of "
        f"{windows.WindowSettings().test_sentences} fresh sentences (median; {here.min():.0f} to {here.max():.0f} %).",
        **plots.panels(sentence, answers),
        shapes=[plots.upright(CHANCE, "x2", "y2")],
        height=580,
    )


def _sentence(words: list[str], window: int, distance: int) -> list[go.Scatter]:
    """The words from top to bottom, the cue and "bank" in bold, and the window as a dashed box."""
    cue, rest = words[-distance], LONGEST - len(words)
    height = [*range(len(words), 0, -1), *[None] * rest]
    others = ["" if word == cue else word for word in words] + [""] * rest
    box = {"color": theme.BLUE, "width": 1.5, "dash": "dash"}
    x, y = plots.columns([(0, 0.5), (1, 0.5), (1, window + 0.5), (0, window + 0.5), (0, 0.5)])
    return [
        plots.area(x, y, "the window", theme.BLUE, 0.15, line=box),
        plots.words([0.5] * LONGEST, height, others),
        plots.words([0.5, 0.5], [distance, 0], [f"<b>► {cue} ◄</b>", "<b>bank</b>"]),
    ]


def _right_by_distance(right: Array, window: int, distance: int) -> list[go.Scatter]:
    """Right answers against the distance, which stands on the vertical axis: band, median, this state, the window."""
    distances = np.arange(windows.NEAREST, windows.NEAREST + right.shape[1])
    low, median, top = right.min(axis=0), np.median(right, axis=0), right.max(axis=0)
    here = median[distance - windows.NEAREST]
    state: dict[str, Any] = {"border": 2.5, "panel": "2"}
    edge: dict[str, Any] = {"width": 1.5, "panel": "2", "hoverinfo": "skip"}
    return [
        plots.area([*low, *top[::-1]], [*distances, *distances[::-1]], "", theme.VERMILION, panel="2"),
        plots.line(
            median, distances, "right answers, median", theme.VERMILION, "solid", "circle",
            size=6, panel="2",
        ),
        plots.points([here], [distance], "this distance", theme.PURPLE, "diamond-open", 16, **state),
        plots.line([0, 100], [window + 0.5] * 2, "", theme.BLUE, "dash", **edge),
    ]  # fmt: skip


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
    for kind, name in (("window", "window of 16 words"), ("sum", "running sum of all words")):
        right = 100 * np.array(
            [trial["right"] for trial in trials("shift", kind=kind, taught=taught)]
        )
        low, medians[kind], high = right.min(axis=0), np.median(right, axis=0), right.max(axis=0)
        traces += plots.line_in_band(distances, low, medians[kind], high, name, *KINDS[kind])
    end = [taught + 0.5] * 2
    traces.append(plots.line(end, [0, 110], "taught up to here", theme.GREY, "dot", width=2))
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
    places = np.log2(widths)
    traces = []
    for kind, name in (("window", "window of w words"), ("sum", "running sum, same sentences")):
        needed = [sentences_needed(kind, w) for w in widths]
        needed_log = [None if count is None else np.log10(count) for count in needed]
        weights = [np.log10(_parameters(kind, w)) for w in widths]
        look: dict[str, Any] = {"size": 8}
        traces += [
            plots.line(places, needed_log, name, *KINDS[kind], **look),
            plots.line(places, weights, name, *KINDS[kind], **look, panel="2", showlegend=False),
        ]
    narrow, wide = widths[0], widths[-1]
    window = {w: sentences_needed("window", w) for w in widths}
    axis = {**plots.ticks(places, widths), "range": [1.8, 5.2]}
    above = plots.Panel(
        axis,
        {"title": "sentences needed", "range": [0.8, 3.7], **_counts([10, 100, 1000])},
        y=(0.56, 1),
    )
    below = plots.Panel(
        {**axis, "title": "window w, words"},
        {"title": "parameters", "range": [2.4, 4.4], **_counts([300, 1000, 3000, 10000])},
        y=(0, 0.44),
    )
    return theme.figure(
        traces,
        f"A window of {narrow} words, where the cue has one place, needs {_or_more(window[narrow])} sentences and "
        f"{_parameters('window', narrow)} parameters; one of {wide} words, with the cue anywhere in it, "
        f"{_or_more(window[wide])} sentences and {_parameters('window', wide)} parameters. The running sum needs "
        f"{_or_more(sentences_needed('sum', narrow))} and {_or_more(sentences_needed('sum', wide))} sentences and "
        f"{_parameters('sum', wide)} parameters for both.",
        **plots.panels(above, below),
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
    scale = {
        "orientation": "h",
        "y": 1.02,
        "yanchor": "bottom",
        "title": {"text": "speaks for", "side": "top"},
        "thickness": 12,
        **plots.ticks([-largest, 0, largest], ["money", "neither", "river"]),
    }
    return theme.figure(
        [
            plots.heatmap(
                shown, places, words, zmin=-largest, zmax=largest, showscale=True, colorbar=scale
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
    return plots.ticks(np.log10(values), [f"{value:,}".replace(",", " ") for value in values])
