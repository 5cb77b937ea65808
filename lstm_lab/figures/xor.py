"""What a threshold unit cannot do, drawn: XOR, parity, order and connectedness (chapter 02)."""

from __future__ import annotations

from math import comb
from typing import Any

import numpy as np
import plotly.graph_objects as go

from lstm_lab import measurements
from lstm_lab._validate import Array, integer_in, positive_integer
from lstm_lab.figures import theme

CORNERS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
LAMP = np.array([False, True, True, False])
"""Whether the staircase lamp is on, for each of the corners: exactly one switch is up."""

LOW, HIGH = -0.5, 1.5
ORDER_STYLE = (
    (theme.VERMILION, "dash", "x"),
    (theme.PURPLE, "dot", "triangle-up"),
    (theme.BLUE, "dashdot", "square"),
    (theme.GREEN, "solid", "circle"),
)


# --- XOR -------------------------------------------------------------------------------------------------------------


def net_inputs(w1: float, w2: float, bias: float, product: float = 0.0) -> Array:
    """The net input a = w1 x1 + w2 x2 + v x1 x2 + b at the four corners, in the order of `CORNERS`."""
    x1, x2 = CORNERS.T
    return w1 * x1 + w2 * x2 + product * x1 * x2 + bias


def xor_unit(w1: float = 1.0, w2: float = 0.0, bias: float = -0.5) -> go.Figure:
    """One threshold unit over the four corners: its line, the four inequalities, and which are violated."""
    a = net_inputs(w1, w2, bias)
    right = (a > 0) == LAMP
    outer, inner = a[0] + a[3], a[1] + a[2]
    return _unit_figure(
        a,
        *_half_plane(w1, w2, bias),
        (
            "b<br>≤ 0",
            "w<sub>2</sub>+b<br>> 0",
            "w<sub>1</sub>+b<br>> 0",
            "w<sub>1</sub>+w<sub>2</sub>+b<br>≤ 0",
        ),
        f"With w₁ = {_signed(w1)}, w₂ = {_signed(w2)} and b = {_signed(bias)} the unit is right on {right.sum()} of 4 "
        f"patterns; {_violated(right)}. The two net inputs that must be positive sum to {_signed(inner)}, the two that "
        f"must not be sum to {_signed(outer)}: the same.",
        5.0,
    )


def xor_with_product(
    weight: float = 1.0, product_weight: float = 0.0, bias: float = -0.5
) -> go.Figure:
    """The same unit with a third input, the product x1 x2: the border may bend, and the two sums come apart."""
    a = net_inputs(weight, weight, bias, product_weight)
    right = (a > 0) == LAMP
    outer, inner = a[0] + a[3], a[1] + a[2]
    return _unit_figure(
        a,
        *_bent_region(weight, bias, product_weight),
        ("b<br>≤ 0", "w+b<br>> 0", "w+b<br>> 0", "2w+v+b<br>≤ 0"),
        f"With w₁ = w₂ = {_signed(weight)}, v = {_signed(product_weight)} and b = {_signed(bias)} the unit is right on "
        f"{right.sum()} of 4 patterns; {_violated(right)}. The two net inputs that must be positive sum to "
        f"{_signed(inner)}, the two that must not be sum to {_signed(outer)}: they differ by v.",
        7.0,
    )


def _unit_figure(
    a: Array,
    region: tuple[Array, Array],
    border: tuple[Array, Array],
    inequalities: tuple[str, ...],
    summary: str,
    height: float,
) -> go.Figure:
    right = (a > 0) == LAMP
    places, side = np.arange(4), np.where(a > 0, 1.0, -1.0)
    traces = [
        go.Scatter(
            x=region[0],
            y=region[1],
            mode="lines",
            line={"width": 0, "color": theme.BLUE},
            fill="toself",
            fillcolor=theme.faint(theme.BLUE, 0.18),
            name="unit says on",
            hoverinfo="skip",
        ),
        go.Scatter(
            x=border[0],
            y=border[1],
            mode="lines",
            line={"color": theme.BLUE, "width": 2.5},
            name="a = 0",
            hoverinfo="skip",
        ),
        go.Scatter(
            x=CORNERS[LAMP, 0],
            y=CORNERS[LAMP, 1],
            mode="markers",
            marker={"symbol": "circle", "size": 15, "color": theme.GREEN},
            name="lamp on",
        ),
        go.Scatter(
            x=CORNERS[~LAMP, 0],
            y=CORNERS[~LAMP, 1],
            mode="markers",
            marker={
                "symbol": "square-open",
                "size": 15,
                "color": theme.PURPLE,
                "line": {"width": 3},
            },
            name="lamp off",
        ),
        go.Scatter(
            x=np.where(right, np.nan, CORNERS[:, 0]),
            y=np.where(right, np.nan, CORNERS[:, 1] - 0.21),
            mode="markers",
            marker={"symbol": "x", "size": 11, "color": theme.VERMILION},
            name="wrong",
        ),
        go.Bar(
            x=places,
            y=np.where(right, a, np.nan),
            width=0.5,
            marker={"color": theme.GREY},
            xaxis="x2",
            yaxis="y2",
            showlegend=False,
            name="holds",
        ),
        go.Bar(
            x=places,
            y=np.where(right, np.nan, a),
            width=0.5,
            marker={"color": theme.VERMILION},
            xaxis="x2",
            yaxis="y2",
            showlegend=False,
            name="violated",
        ),
        go.Scatter(
            x=np.where(right, np.nan, places),
            y=-side * 0.17 * height,
            mode="markers",
            marker={"symbol": "x", "size": 11, "color": theme.VERMILION},
            xaxis="x2",
            yaxis="y2",
            showlegend=False,
            name="violated",
        ),
        go.Scatter(
            x=places,
            y=a + side * 0.14 * height,
            mode="text",
            text=[_signed(value) for value in a],
            xaxis="x2",
            yaxis="y2",
            showlegend=False,
            hoverinfo="skip",
        ),
    ]
    names = [
        f"({x1:g}, {x2:g})<br>{needed}"
        for (x1, x2), needed in zip(CORNERS, inequalities, strict=True)
    ]
    return theme.figure(
        traces,
        summary,
        height=660,
        barmode="overlay",
        margin={"l": 60, "r": 20, "t": 60, "b": 80},
        xaxis={
            "title": "switch x<sub>1</sub>",
            "range": [LOW, HIGH],
            "tickvals": [0, 1],
            "ticktext": ["0, down", "1, up"],
        },
        yaxis={
            "title": "switch x<sub>2</sub>",
            "range": [LOW, HIGH],
            "tickvals": [0, 1],
            "domain": [0.52, 1],
        },
        xaxis2={
            "anchor": "y2",
            "range": [-0.5, 3.5],
            "tickvals": [0, 1, 2, 3],
            "ticktext": names,
            "tickangle": 0,
            "tickfont": {"size": 12},
            "showgrid": False,
        },
        yaxis2={
            "title": "net input a",
            "range": [-1.2 * height, 1.2 * height],
            "domain": [0, 0.36],
            "dtick": 2,
            "zeroline": False,
        },
        shapes=[theme.across(0.0, "x2 domain", "y2")],
    )


def _half_plane(
    w1: float, w2: float, bias: float
) -> tuple[tuple[Array, Array], tuple[Array, Array]]:
    """The part of the square where a > 0, as a polygon, and the line a = 0 across it."""
    square = np.array([[LOW, LOW], [HIGH, LOW], [HIGH, HIGH], [LOW, HIGH]])
    a = square @ [w1, w2] + bias
    kept: list[Array] = []
    crossings: list[Array] = []
    for here in range(4):
        there = (here + 1) % 4
        if a[here] > 0:
            kept.append(square[here])
        if (a[here] > 0) != (a[there] > 0):
            part = a[here] / (a[here] - a[there])
            crossing = square[here] + part * (square[there] - square[here])
            kept.append(crossing)
            crossings.append(crossing)
    return _columns(kept), _columns(crossings)


def _columns(points: list[Array]) -> tuple[Array, Array]:
    """The coordinates of points apart; a gap if there are none."""
    both = np.array(points) if points else np.full((1, 2), np.nan)
    return both[:, 0], both[:, 1]


def _bent_region(
    weight: float, bias: float, product: float
) -> tuple[tuple[Array, Array], tuple[Array, Array]]:
    """The same for a = w (x1 + x2) + v x1 x2 + b, column by column: within one, a is linear in x2."""
    if product == 0:
        return _half_plane(weight, weight, bias)
    upright = -weight / product
    jump = [upright - 1e-9, upright + 1e-9] if LOW < upright < HIGH else []
    x1 = np.sort([*np.linspace(LOW, HIGH, 60), *jump])
    slope, start = weight + product * x1, weight * x1 + bias
    with np.errstate(divide="ignore", invalid="ignore"):
        root = np.clip(-start / slope, LOW, HIGH)
    root = np.where(slope == 0, LOW, root)
    low = np.where(slope > 0, root, LOW)
    high = np.where(slope < 0, root, HIGH)
    never = (slope == 0) & (start <= 0)
    high = np.where(never, low, high)
    border = np.where(slope > 0, low, high)
    inside = (border > LOW) & (border < HIGH) & (slope != 0)
    around = (np.concatenate([x1, x1[::-1]]), np.concatenate([low, high[::-1]]))
    line = np.where(inside, border, np.nan)
    if jump and weight * upright + bias == 0:  # the hyperbola is a cross of two lines
        x1 = np.concatenate([x1, [np.nan, upright, upright]])
        line = np.concatenate([line, [np.nan, LOW, HIGH]])
    return around, (x1, line)


def _violated(right: Array) -> str:
    """Which of the four inequalities do not hold, in words."""
    wrong = [f"({x1:g}, {x2:g})" for (x1, x2), good in zip(CORNERS, right, strict=True) if not good]
    if not wrong:
        return "all four inequalities hold"
    if len(wrong) == 1:
        return f"the inequality of {wrong[0]} is violated"
    return f"the inequalities of {', '.join(wrong[:-1])} and {wrong[-1]} are violated"


def _signed(value: float) -> str:
    """A number with a minus sign as it is printed."""
    return f"{value + 0.0:g}".replace("-", "\u2212")


# --- Parity and order ------------------------------------------------------------------------------------------------


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
    count = np.array([comb(bits, m) for m in ones])
    a = best_polynomial(bits, order, ones)
    right = (a > 0) == (ones % 2 == 1)
    between = np.linspace(0, bits, 20 * bits + 1)
    curve = best_polynomial(bits, order, between)
    orders = np.arange(1, bits + 1)
    best = [100 * (1 - fewest_errors(bits, int(k)) / 2**bits) for k in orders]
    learnt = _learnt(bits)
    middle, low, high = (np.array([row[place] for row in learnt]) for place in range(3))
    here = min(order, bits)
    traces: list[Any] = [
        go.Scatter(
            x=between,
            y=_bent(curve),
            mode="lines",
            line={"color": theme.BLUE, "width": 2},
            name="net input",
            showlegend=False,
            hoverinfo="skip",
        ),
        go.Scatter(
            x=ones,
            y=np.where(right, _bent(a), np.nan),
            mode="markers",
            marker={"symbol": "circle", "size": 11, "color": theme.GREEN},
            name="right",
        ),
        go.Scatter(
            x=ones,
            y=np.where(right, np.nan, _bent(a)),
            mode="markers",
            marker={"symbol": "x", "size": 11, "color": theme.VERMILION},
            name="wrong",
        ),
        go.Scatter(
            x=orders,
            y=best,
            mode="lines+markers",
            line={"color": theme.BLUE, "width": 2.5},
            marker={"symbol": "diamond", "size": 8},
            xaxis="x2",
            yaxis="y2",
            name="best possible",
        ),
        go.Scatter(
            x=orders,
            y=middle,
            mode="lines+markers",
            line={"color": theme.VERMILION, "dash": "dot", "width": 2},
            marker={"symbol": "triangle-up", "size": 9},
            error_y={
                "type": "data",
                "array": high - middle,
                "arrayminus": middle - low,
                "color": theme.VERMILION,
            },
            xaxis="x2",
            yaxis="y2",
            name="learnt",
        ),
        go.Scatter(
            x=[here],
            y=[best[here - 1]],
            mode="markers",
            marker={
                "symbol": "square-open",
                "size": 18,
                "color": theme.PURPLE,
                "line": {"width": 3},
            },
            xaxis="x2",
            yaxis="y2",
            showlegend=False,
            name="this state",
        ),
    ]
    wrong = fewest_errors(bits, order)
    much = "" if order <= bits else f" (there are only {bits} inputs, so this is order {bits})"
    got = f"The perceptron rule's best in {measurements.load('parity')['settings']['product_passes']} passes"
    outcome = (
        "right on all of them"
        if wrong == 0
        else f"at best right on {2**bits - wrong} of them, {100 - 100 * wrong / 2**bits:.1f} %"
    )
    return theme.figure(
        traces,
        f"Parity of {bits} bits has {2**bits} patterns. A unit whose features look at up to {order} of the inputs"
        f"{much} is {outcome}. {got}: {middle[here - 1]:.1f} % (median of 10 seeds).",
        height=620,
        margin={"l": 70, "r": 20, "t": 60, "b": 55},
        xaxis={
            "title": "ones m (below: patterns)",
            "range": [-0.4, bits + 0.4],
            "tickvals": ones,
            "ticktext": [f"{m}<br>{patterns}" for m, patterns in zip(ones, count, strict=True)],
        },
        yaxis={
            "title": "net input a",
            "domain": [0.54, 1],
            **_bent_axis(float(np.abs(best_polynomial(bits, bits, ones)).max())),
            "zeroline": False,
        },
        xaxis2={
            "title": "order k",
            "anchor": "y2",
            "range": [0.6, 8.4],
            "tickvals": np.arange(1, 9),
        },
        yaxis2={"title": "patterns right, %", "domain": [0, 0.33], "range": [45, 104]},
        shapes=[theme.across(0.0, "x domain", "y"), theme.across(50.0, "x2 domain", "y2")],
    )


def _learnt(bits: int) -> list[tuple[float, float, float]]:
    """Median, least and most patterns right in per cent, for each order, as the perceptron rule reached them."""
    rows = []
    for order in range(1, bits + 1):
        shares = [
            100 * trial["right"] / 2**bits
            for trial in measurements.load("parity")["trials"]
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
        "ticktext": [_signed(tick) if abs(tick) < 1e4 else _power(tick) for tick in ticks],
    }


def _power(value: float) -> str:
    """A large power of ten as an axis shows it."""
    exponent = round(float(np.log10(abs(value))))
    return f"{'−' if value < 0 else ''}10<sup>{exponent}</sup>"


def solved_share(bits: int, order: int, units: int) -> float:
    """The share of machines with random association units that came to rest with all patterns of parity right."""
    return float(
        np.mean(
            [
                trial["solved"]
                for trial in measurements.load("parity")["trials"]
                if trial["machine"] == "random units"
                and (trial["bits"], trial["order"], trial["units"]) == (bits, order, units)
            ]
        )
    )


def association_units(bits: int = 2) -> go.Figure:
    """How many machines with random association units learn n-bit parity, against the number of units."""
    settings = measurements.load("parity")["settings"]
    counts = settings["random_units"]
    places = np.arange(len(counts))
    traces, parts = [], []
    for order, (colour, dash, symbol) in enumerate(ORDER_STYLE, start=1):
        there = order <= bits
        shares = [100 * solved_share(bits, order, units) for units in counts] if there else [np.nan]
        traces.append(
            go.Scatter(
                x=places if there else [0],
                y=shares,
                name=f"each sees {order}",
                mode="lines+markers",
                line={"color": colour, "dash": dash, "width": 2.5},
                marker={"symbol": symbol, "size": 9},
                visible=there,
            )
        )
        if there:
            parts.append(f"{max(shares):.0f} % if each sees {order}")
    return theme.figure(
        traces,
        f"Parity of {bits} bits, {settings['random_seeds']} machines a point. The largest share that learnt it, over "
        f"all numbers of units: {', '.join(parts)}.",
        xaxis={
            "title": "association units",
            "tickvals": places,
            "ticktext": [str(units) for units in counts],
        },
        yaxis={"title": "machines that learn it, %", "range": [-4, 104]},
    )


# --- Diagrams --------------------------------------------------------------------------------------------------------


def order_diagram() -> go.Figure:
    """A perceptron of limited order: features that look at few points each, one weighted sum."""
    black = [(1, 4), (1, 3), (2, 3), (3, 3), (3, 2), (3, 1), (2, 1)]
    cells = [(x, y) for x in range(5) for y in range(5)]
    looks = (((1, 4), (3, 3)), ((2, 2), (4, 3), (4, 1)), ((1, 1), (3, 0)))
    features = ((7.5, 4.0), (7.5, 2.0), (7.5, 0.0))
    unit = (11.0, 2.0)
    lines_x: list[float | None] = []
    lines_y: list[float | None] = []
    for points, (x, y) in zip(looks, features, strict=True):
        for px, py in points:
            lines_x += [px, x, None]
            lines_y += [py, y, None]
    sums_x = [value for x, _ in features for value in (x, unit[0], None)]
    sums_y = [value for _, y in features for value in (y, unit[1], None)]
    line = {"width": 1.5, "color": theme.GREY}
    traces = [
        go.Scatter(
            x=[x for x, y in cells if (x, y) not in black],
            y=[y for x, y in cells if (x, y) not in black],
            mode="markers",
            marker={"symbol": "square-open", "size": 17, "color": theme.GREY},
            name="white point, 0",
        ),
        go.Scatter(
            x=[x for x, _ in black],
            y=[y for _, y in black],
            mode="markers",
            marker={"symbol": "square", "size": 17, "color": theme.PURPLE},
            name="black point, 1",
        ),
        go.Scatter(x=lines_x, y=lines_y, mode="lines", line=line, showlegend=False),
        go.Scatter(
            x=[x for points in looks for x, _ in points],
            y=[y for points in looks for _, y in points],
            mode="markers",
            marker={
                "symbol": "circle-open",
                "size": 27,
                "color": theme.GREEN,
                "line": {"width": 2},
            },
            name="point that a feature sees",
        ),
        go.Scatter(
            x=sums_x,
            y=sums_y,
            mode="lines",
            line={"width": 2.5, "color": theme.BLUE},
            name="weight, learnt",
        ),
        go.Scatter(
            x=[x for x, _ in features],
            y=[y for _, y in features],
            mode="markers",
            marker={"symbol": "circle", "size": 16, "color": theme.GREEN},
            name="feature, fixed",
        ),
        go.Scatter(
            x=[unit[0]],
            y=[unit[1]],
            mode="markers",
            marker={"symbol": "diamond", "size": 20, "color": theme.BLUE},
            name="sum and threshold",
        ),
    ]
    hidden = {"visible": False, "showgrid": False, "fixedrange": True}
    return theme.figure(
        traces,
        f"A figure lies on a retina of points, here 5 by 5, that are 0 or 1. Each feature computes anything it "
        f"likes, but from the few points it is joined to: here {', '.join(str(len(points)) for points in looks)}. One "
        f"unit adds the features with learnt weights and compares with a threshold. The order of this machine is "
        f"{max(len(points) for points in looks)}, the most points that one of its features looks at.",
        xaxis={**hidden, "range": [-0.8, 12.2]},
        yaxis={**hidden, "range": [-1.0, 5.0]},
        annotations=[
            _word("retina", 2, 4.75),
            _word("features", 7.5, 4.75),
            _word("unit", 11, 2.6),
        ],
        margin={"l": 10, "r": 10, "t": 70, "b": 10},
        height=380,
    )


STRIP = 12


def strip(left: int, right: int) -> Array:
    """Three bars with one link at each end, as 0 and 1, (5, 12).

    Args:
        left: the link at the left end, 0 between the upper two bars, 1 between the lower two.
        right: the same at the right end.
    """
    image = np.zeros((5, STRIP))
    image[[0, 2, 4]] = 1
    image[1 + 2 * integer_in("left", left, minimum=0, maximum=1), 0] = 1
    image[1 + 2 * integer_in("right", right, minimum=0, maximum=1), -1] = 1
    return image


def parts(image: Array) -> int:
    """In how many connected pieces the black points of an image lie (neighbours share a side)."""
    left = {(int(row), int(column)) for row, column in np.argwhere(image)}
    count = 0
    while left:
        count += 1
        edge = [left.pop()]
        while edge:
            row, column = edge.pop()
            for near in (
                (row - 1, column),
                (row + 1, column),
                (row, column - 1),
                (row, column + 1),
            ):
                if near in left:
                    left.remove(near)
                    edge.append(near)
    return count


def connectedness() -> go.Figure:
    """Four figures that only their two ends tell apart; whether they are connected is the XOR of the ends."""
    x: list[float] = []
    y: list[float] = []
    notes = []
    words = []
    for place, (left, right) in enumerate(((0, 0), (0, 1), (1, 0), (1, 1))):
        across, up = 15 * (place % 2), -8 * (place // 2)
        image = strip(left, right)
        for row, column in np.argwhere(image):
            x.append(across + float(column))
            y.append(up - float(row))
        pieces = parts(image)
        text = "connected" if pieces == 1 else f"{pieces} pieces"
        words.append(f"ends {left} and {right}: {text}")
        notes.append(_word(f"ends {left}, {right}: {text}", across + (STRIP - 1) / 2, up + 1.0))
    hidden = {"visible": False, "showgrid": False, "fixedrange": True}
    return theme.figure(
        [
            go.Scatter(
                x=x,
                y=y,
                mode="markers",
                marker={"symbol": "square", "size": 9, "color": theme.BLUE},
                showlegend=False,
                name="black point",
            )
        ],
        f"Four figures of three bars, {STRIP} points long, with one link at each end: between the upper two bars (0) "
        f"or the lower two (1). {'; '.join(words).capitalize()}. They differ at their ends only.",
        xaxis={**hidden, "range": [-1, 27]},
        yaxis={**hidden, "range": [-13, 2.4]},
        annotations=notes,
        margin={"l": 5, "r": 5, "t": 10, "b": 10},
        height=300,
    )


# --- Parts of figures ------------------------------------------------------------------------------------------------


def _word(text: str, x: float, y: float) -> dict[str, Any]:
    return {"text": text, "x": x, "y": y, "showarrow": False, "yanchor": "bottom"}
