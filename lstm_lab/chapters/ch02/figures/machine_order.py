"""Parity against the order of a machine, drawn: the best that is possible and what was learnt (chapter 02)."""

from __future__ import annotations

from math import comb
from typing import Any

import numpy as np
import plotly.graph_objects as go

from lstm_lab._validate import Array, integer_in, positive_integer
from lstm_lab.chapters import experiments
from lstm_lab.interact import plots, theme
from lstm_lab.interact.plots import signed

ORDER_STYLE = (
    (theme.VERMILION, "dash", "x"),
    (theme.PURPLE, "dot", "triangle-up"),
    (theme.BLUE, "dashdot", "square"),
    (theme.GREEN, "solid", "circle"),
)


def fewest_errors(bits: int, order: int) -> int:
    """How many of the 2^n patterns of parity a threshold unit over functions of at most k inputs must get wrong.

    For n - k odd, with t = (n - k - 1) / 2,

        sum over i = 0..t of C(n, i),

    and for n - k even and above 0 twice that of n - 1 bits. Chapter 02 proves both; zero if k >= n.

    Args:
        bits: n, at least 1.
        order: k, at least 1.

    Raises:
        TypeError, ValueError: for an argument of the wrong kind or range, by its name.
    """
    n, k = positive_integer("bits", bits), integer_in("order", order, minimum=0)
    if k >= n:
        return 0
    if (n - k) % 2:
        return sum(comb(n, i) for i in range((n - k - 1) // 2 + 1))
    return 2 * fewest_errors(n - 1, k)


def best_polynomial(bits: int, order: int, ones: Any) -> Array:
    """The net input of a best machine of order k for n-bit parity, given the number m of ones in the pattern.

        a(m) = +- product over j = 1..k of (2 m - 2 r_j),

    with the roots r_j halfway between the k + 1 middle values of m, the sign such that a > 0 where these are odd. It is
    a polynomial of degree k in m = x_1 + ... + x_n, hence a sum over products of at most k inputs.

    Args:
        bits: n.
        order: k; more than n counts as n.
        ones: m, a number or an array of them.
    """
    k = min(order, bits)
    first = (bits - k) // 2
    roots = first + 0.5 + np.arange(k)
    m = np.asarray(ones, dtype=float)
    value = np.prod(2 * (m[..., None] - roots), axis=-1)
    wanted = 1.0 if first % 2 else -1.0
    return value * wanted * (-1.0) ** k


def parity_order(bits: int = 4, order: int = 1) -> go.Figure:
    """The best a threshold unit reaches on n-bit parity when each of its features looks at no more than k inputs."""
    ones = np.arange(bits + 1)
    best = [100 * (1 - fewest_errors(bits, k) / 2**bits) for k in range(1, bits + 1)]
    learnt = np.array(_learnt(bits))
    here = min(order, bits)
    wrong = fewest_errors(bits, order)
    much = "" if order <= bits else f" (there are only {bits} inputs, so this is order {bits})"
    settings = experiments.load("parity")["settings"]
    got = f"The perceptron rule's best in {settings['product_passes']} passes"
    outcome = (
        "right on all of them"
        if wrong == 0
        else f"at best right on {2**bits - wrong} of them, {100 - 100 * wrong / 2**bits:.1f} %"
    )
    patterns = [f"{m}<br>{comb(bits, m)}" for m in ones]
    above = plots.Panel(
        {
            "title": "ones m (below: patterns)",
            "range": [-0.4, bits + 0.4],
            **plots.ticks(ones, patterns),
        },
        {
            "title": "net input a",
            **_bent_axis(float(np.abs(best_polynomial(bits, bits, ones)).max())),
            "zeroline": False,
        },
        y=(0.54, 1),
    )
    below = plots.Panel(
        {"title": "order k", "range": [0.6, 8.4], "tickvals": np.arange(1, 9)},
        {"title": "patterns right, %", "range": [45, 104]},
        y=(0, 0.33),
    )
    return theme.figure(
        [*_best_net_input(bits, order), *_patterns_right(best, learnt, here)],
        f"Parity of {bits} bits has {2**bits} patterns. A unit whose features look at up to {order} of the inputs"
        f"{much} is {outcome}. {got}: {learnt[here - 1, 0]:.1f} % (median of {settings['product_seeds']} orders "
        f"of the examples).",
        height=620,
        margin={"l": 70, "r": 20, "t": 60, "b": 55},
        **plots.panels(above, below),
        shapes=[theme.across(0.0, "x domain", "y"), theme.across(50.0, "x2 domain", "y2")],
    )


def _best_net_input(bits: int, order: int) -> list[go.Scatter]:
    """The net input of a best machine against the number of ones, and where it is right and wrong."""
    ones, between = np.arange(bits + 1), np.linspace(0, bits, 20 * bits + 1)
    curve, a = (_bent(best_polynomial(bits, order, places)) for places in (between, ones))
    right = (a > 0) == (ones % 2 == 1)
    quiet: dict[str, Any] = {"showlegend": False, "hoverinfo": "skip"}
    return [
        plots.line(between, curve, "net input", theme.BLUE, width=2, **quiet),
        plots.points(ones, np.where(right, a, np.nan), "right", theme.GREEN, size=11),
        plots.points(ones, np.where(right, np.nan, a), "wrong", theme.VERMILION, "x", 11),
    ]


def _patterns_right(best: list[float], learnt: Array, here: int) -> list[go.Scatter]:
    """The share of patterns right by order, at best and learnt; `learnt` has median, least and most, (orders, 3)."""
    orders = np.arange(1, len(best) + 1)
    middle, low, high = (learnt[:, place] for place in range(3))
    spread = {
        "type": "data",
        "array": high - middle,
        "arrayminus": middle - low,
        "color": theme.VERMILION,
    }
    state: dict[str, Any] = {"border": 3, "panel": "2", "showlegend": False}
    return [
        plots.line(orders, best, "best possible", theme.BLUE, symbol="diamond", size=8, panel="2"),
        plots.line(
            orders, middle, "learnt", theme.VERMILION, "dot", "triangle-up",
            width=2, size=9, panel="2", error_y=spread,
        ),
        plots.points([here], [best[here - 1]], "this state", theme.PURPLE, "square-open", 18, **state),
    ]  # fmt: skip


def solved_share(bits: int, order: int, units: int) -> float:
    """The share of machines with random association units that came to rest with all patterns of parity right."""
    return float(
        np.mean(
            [
                trial["solved"]
                for trial in experiments.load("parity")["trials"]
                if trial["machine"] == "random units"
                and (trial["bits"], trial["order"], trial["units"]) == (bits, order, units)
            ]
        )
    )


def association_units(bits: int = 2) -> go.Figure:
    """How many machines with random association units learn n-bit parity, against the number of units."""
    settings = experiments.load("parity")["settings"]
    counts = settings["random_units"]
    places = np.arange(len(counts))
    traces, parts = [], []
    for order, style in enumerate(ORDER_STYLE, start=1):
        there = order <= bits
        shares = [100 * solved_share(bits, order, units) for units in counts] if there else [np.nan]
        at = places if there else [0]
        traces.append(plots.line(at, shares, f"each sees {order}", *style, size=9, visible=there))
        if there:
            parts.append(f"{max(shares):.0f} % if each sees {order}")
    return theme.figure(
        traces,
        f"Parity of {bits} bits, {settings['random_seeds']} machines a point. The largest share that learnt it, over "
        f"all numbers of units: {', '.join(parts)}.",
        xaxis={"title": "association units", **plots.ticks(places, counts)},
        yaxis={"title": "machines that learn it, %", "range": [-4, 104]},
    )


def _learnt(bits: int) -> list[tuple[float, float, float]]:
    """Median, least and most patterns right in per cent, for each order, as the perceptron rule reached them."""
    rows = []
    for order in range(1, bits + 1):
        shares = [
            100 * trial["right"] / 2**bits
            for trial in experiments.load("parity")["trials"]
            if trial["machine"] == "products" and (trial["bits"], trial["order"]) == (bits, order)
        ]
        rows.append((float(np.median(shares)), min(shares), max(shares)))
    return rows


def _bent(a: Array) -> Array:
    """sign(a) log10(1 + |a|): both signs and six powers of ten on one axis."""
    return np.sign(a) * np.log10(1 + np.abs(a))


def _bent_axis(largest: float) -> dict[str, Any]:
    """Range and ticks, at powers of ten of both signs, for an axis of values up to `largest` seen through `_bent`."""
    top = int(np.log10(largest)) if largest >= 10 else 1
    powers = range(top, 0, -max(1, -(-top // 3)))
    limit = 1.12 * float(_bent(np.array([max(largest, 10.0)]))[0])
    ticks = sorted([0.0, *(10.0**p for p in powers), *(-(10.0**p) for p in powers)])
    return {
        "range": [-limit, limit],
        "tickvals": _bent(np.array(ticks)),
        "ticktext": [signed(tick) if abs(tick) < 1e4 else _power(tick) for tick in ticks],
    }


def _power(value: float) -> str:
    """A large power of ten as an axis shows it."""
    exponent = round(float(np.log10(abs(value))))
    return f"{'−' if value < 0 else ''}10<sup>{exponent}</sup>"
