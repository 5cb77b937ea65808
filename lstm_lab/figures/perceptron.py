"""The perceptron, drawn and measured: the line that moves, the bound, cards and digits (chapter 01).

Every perceptron here is :class:`lstm_lab.models.Perceptron`; this module brings data to it and draws what it did.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import plotly.graph_objects as go

from lstm_lab.figures import theme
from lstm_lab.models import Learning, Perceptron

Array = np.ndarray

START = np.array([-3.0, 1.0, 0.5])
"""Weights and bias of the "not zero" start of :func:`line`."""

CENTRE = np.array([1.2, 1.0])
"""Middle of the points of :func:`line`."""

PASSES = 200
GAPS = (0.02, 0.05, 0.1, 0.2, 0.4)
RETINA = 20
"""Width of the retina in points: that of the Mark I (20 by 20 photocells)."""

MARK = 4
PAIRS = ("0 and 1", "1 and 7", "4 and 9", "3 and 5", "3 and 8", "1 and 8")


# --- What is measured ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Gap:
    """The plane through the origin that leaves the widest gap.

    `direction` is its unit normal u, `gap` is min y (u . x), or 0 if no plane separates the examples, and `radius` is
    max |x|.
    """

    direction: Array
    gap: float
    radius: float

    def bound(self, learning_rate: float = 1.0, start: Array | None = None) -> float:
        """How many mistakes a perceptron can make on these examples.

        The largest M with u . w0 + M rate gap <= sqrt(|w0|^2 + M rate^2 radius^2). For the start w0 = 0 this is
        Novikoff's (radius / gap)^2 at any rate. Infinite without a gap.
        """
        if self.gap <= 0:
            return np.inf
        start = np.zeros(len(self.direction)) if start is None else start
        along, length = float(self.direction @ start), float(np.linalg.norm(start))
        stride = learning_rate * self.gap
        half = (learning_rate * self.radius) ** 2 / 2 - along * stride
        rest = stride**2 * max(0.0, length**2 - along**2)
        return float((half + np.sqrt(half**2 + rest)) / stride**2)


def with_one(x: Array) -> Array:
    """The examples with a constant 1 appended, so that the bias is one more weight: (examples, input_size + 1)."""
    return np.column_stack([x, np.ones(len(x))])


def widest_gap(x: Array, labels: Array, *, tolerance: float = 1e-9) -> Gap:
    """The widest gap that a plane through the origin can leave between two classes.

    The largest gap is the length of the shortest vector in the convex hull of the points y x, and that vector is the
    normal of the plane. Found by P. Wolfe's algorithm ("Finding the nearest point in a polytope", Mathematical
    Programming 11:128-149, 1976). For a plane with a bias, give it `with_one(x)`.

    Args:
        x: the examples, (examples, input_size).
        labels: +1 or -1 for each, (examples,).
        tolerance: relative to the largest |x|^2.
    """
    points = labels[:, np.newaxis] * x
    squares = (points**2).sum(axis=1)
    allowed = tolerance * float(squares.max())
    corral, shares = [int(squares.argmin())], np.ones(1)
    for _ in range(100 * len(points)):
        nearest = shares @ points[corral]
        reach = points @ nearest
        new = int(reach.argmin())
        if reach[new] > nearest @ nearest - allowed or new in corral:
            break
        corral, shares = [*corral, new], np.append(shares, 0.0)
        while True:
            wanted = _affine(points[corral])
            if (wanted > 1e-12).all():
                shares = wanted
                break
            falling = wanted <= 1e-12
            step = float(np.min(shares[falling] / (shares[falling] - wanted[falling])))
            shares = shares + min(1.0, step) * (wanted - shares)
            stay = shares > 1e-12
            corral = [index for index, kept in zip(corral, stay, strict=True) if kept]
            shares = shares[stay] / shares[stay].sum()
    nearest = shares @ points[corral]
    length = float(np.linalg.norm(nearest))
    radius = float(np.sqrt(squares.max()))
    direction = nearest / length if length else np.zeros(x.shape[1])
    return Gap(direction, max(0.0, float((points @ direction).min())), radius)


def _affine(points: Array) -> Array:
    """The shares, summing to 1, of the shortest vector in the flat through some points."""
    count = len(points)
    system = np.ones((count + 1, count + 1))
    system[0, 0] = 0.0
    system[1:, 1:] = points @ points.T
    wanted = np.zeros(count + 1)
    wanted[0] = 1.0
    return np.linalg.lstsq(system, wanted, rcond=None)[0][1:]


def cloud(
    gap: float, rng: np.random.Generator, *, input_size: int = 2, examples: int = 60
) -> tuple[Array, Array]:
    """Points within distance 1 of the origin, on both sides of a plane, none closer to it than `gap`.

    The plane goes through the origin and its normal is drawn at random. The nearest point of each class is moved
    along the normal until it stands exactly at the distance `gap`, so that the gap is known.

    Returns:
        The examples, (examples, input_size), and their labels, +1 or -1, half of each, in random order.
    """
    normal = rng.standard_normal(input_size)
    normal /= np.linalg.norm(normal)
    labels = rng.permutation(np.resize([1.0, -1.0], examples))
    x = rng.standard_normal((examples, input_size))
    x *= rng.uniform(0, 1, (examples, 1)) ** (1 / input_size) / np.linalg.norm(
        x, axis=1, keepdims=True
    )
    height = x @ normal
    flat = x - np.outer(height, normal)
    height = gap + (1 - gap) * np.abs(height)
    for label in (1.0, -1.0):
        mine = np.flatnonzero(labels == label)
        height[mine[height[mine].argmin()]] = gap
    room = np.sqrt(np.maximum(0.0, 1 - height**2))
    width = np.linalg.norm(flat, axis=1)
    flat *= (np.minimum(width, room) / np.where(width > 0, width, 1.0))[:, np.newaxis]
    return flat + np.outer(labels * height, normal), labels


def shifted_cloud(gap: float) -> tuple[Array, Array]:
    """The forty points of :func:`line`: a flat cloud around `CENTRE`, so that the line needs a bias.

    The seed was picked from the first fourteen, so that every state of the explorer rests within twelve passes.
    """
    x, labels = cloud(gap, np.random.default_rng(1), examples=40)
    return x + CENTRE, labels


@lru_cache(maxsize=256)
def line_course(learning_rate: float, gap: float, start: str) -> tuple[Learning, Gap, float]:
    """The whole learning behind :func:`line`: its record, the widest gap, and the bound from that start."""
    x, labels = shifted_cloud(gap)
    best = widest_gap(with_one(x), labels)
    model = Perceptron(2, learning_rate=learning_rate)
    first = START if start == "not zero" else np.zeros(3)
    model.parameters["weights"][...] = first[:2]
    model.parameters["bias"][...] = first[2]
    learning = model.fit(x, labels, max_epochs=2000)
    return learning, best, best.bound(learning_rate, first)


def cards(count: int, rng: np.random.Generator) -> tuple[Array, Array]:
    """Cards with one square mark in the left half (-1) or in the right half (+1), as a retina sees them.

    Returns:
        The cards, (count, RETINA * RETINA) of 0 and 1, and their labels.
    """
    labels = rng.choice([-1.0, 1.0], count)
    left = rng.integers(0, RETINA // 2 - MARK + 1, count)
    row, column = (
        rng.integers(0, RETINA - MARK + 1, count),
        left + np.where(labels > 0, RETINA // 2, 0),
    )
    seen = np.zeros((count, RETINA, RETINA))
    for place in range(count):
        seen[place, row[place] : row[place] + MARK, column[place] : column[place] + MARK] = 1.0
    return seen.reshape(count, -1), labels


@lru_cache(maxsize=8)
def card_course(attempts: int = 200, seeds: int = 50) -> tuple[Array, Array, Array]:
    """What perceptrons learn from cards, each card shown once.

    Returns:
        The attempts after which the perceptron was tested; the share right on 500 fresh cards, (seeds, tests); the
        weights of the first perceptron after fifty attempts, (RETINA, RETINA).
    """
    tests = np.unique(np.concatenate([np.arange(0, 21, 2), np.arange(20, attempts + 1, 10)]))
    right = np.empty((seeds, len(tests)))
    weights = np.zeros((RETINA, RETINA))
    for seed in range(seeds):
        rng = np.random.default_rng(seed)
        shown, labels = cards(attempts, rng)
        fresh, wanted = cards(500, rng)
        model = Perceptron(RETINA * RETINA)
        for attempt in range(attempts + 1):
            if attempt in tests:
                at = int(np.searchsorted(tests, attempt))
                right[seed, at] = (model.predict(fresh) == wanted).mean()
            if seed == 0 and attempt == 50:
                weights = model.weights.reshape(RETINA, RETINA).copy()
            if attempt < attempts:
                model.correct(shown[attempt], labels[attempt])
    return tests, right, weights


@lru_cache(maxsize=1)
def _digits() -> tuple[Array, Array]:
    from sklearn.datasets import load_digits

    data = load_digits()
    return data.data / 16.0, data.target


@dataclass(frozen=True, eq=False)
class Reading:
    """A perceptron that learned to tell two digits apart: what it learned from, its course, and fresh examples."""

    x: Array
    labels: Array
    fresh: Array
    wanted: Array
    learning: Learning

    def bound(self) -> float:
        """Novikoff's bound for these examples."""
        return widest_gap(with_one(self.x), self.labels).bound()

    def share_right(self, correction: int = -1) -> float:
        """The share right on the fresh examples, with the weights after so many corrections."""
        model = Perceptron(self.x.shape[1])
        model.parameters["weights"][...] = self.learning.weights[correction]
        model.parameters["bias"][...] = self.learning.bias[correction]
        return float((model.predict(self.fresh) == self.wanted).mean())


@lru_cache(maxsize=512)
def read_digits(first: int, second: int, seed: int = 0, passes: int = PASSES) -> Reading:
    """Teach a perceptron two of the 8 by 8 digits that scikit-learn ships: label -1 for `first`, +1 for `second`.

    Two thirds of the examples, drawn at random, are learned; the others are fresh.
    """
    images, target = _digits()
    mine = np.flatnonzero((target == first) | (target == second))
    mine = np.random.default_rng(seed).permutation(mine)
    x, labels = images[mine], np.where(target[mine] == second, 1.0, -1.0)
    cut = 2 * len(x) // 3
    model = Perceptron(x.shape[1])
    learning = model.fit(x[:cut], labels[:cut], max_epochs=passes)
    return Reading(x[:cut], labels[:cut], x[cut:], labels[cut:], learning)


def iris(first: int, second: int) -> tuple[Array, Array]:
    """Two of the three kinds of iris that scikit-learn ships, four measurements in cm: -1 for `first`, +1 for `second`.

    In an order drawn once at random.
    """
    from sklearn.datasets import load_iris

    data = load_iris()
    mine = np.flatnonzero((data.target == first) | (data.target == second))
    mine = np.random.default_rng(0).permutation(mine)
    return data.data[mine], np.where(data.target[mine] == second, 1.0, -1.0)


# --- Explorers -------------------------------------------------------------------------------------------------------


def line(
    epochs: int = 0, learning_rate: float = 1.0, gap: float = 0.1, start: str = "zero"
) -> go.Figure:
    """The line of a perceptron after so many passes through forty points, and its mistakes beside their bound."""
    x, labels = shifted_cloud(gap)
    learning, best, bound = line_course(learning_rate, gap, start)
    made = sum(learning.mistakes[:epochs])
    weights, bias = learning.weights[made], float(learning.bias[made])
    wrong = labels * (x @ weights + bias) <= 0
    finished = learning.converged and epochs >= len(learning.mistakes) - 1
    foot, along, normal = _drawn(weights, bias)
    goal_foot, goal_along, _ = _drawn(best.direction[:2], float(best.direction[2]))
    ends = np.array([-4.0, 4.0])[:, np.newaxis]
    place, goal = foot + ends * along, goal_foot + ends * goal_along
    tip = foot + 0.45 * normal
    most = 5.0
    traces = [
        go.Scatter(
            x=x[labels > 0, 0],
            y=x[labels > 0, 1],
            name="label +1",
            mode="markers",
            marker={"color": theme.BLUE, "symbol": "circle", "size": 8},
        ),
        go.Scatter(
            x=x[labels < 0, 0],
            y=x[labels < 0, 1],
            name="label −1",
            mode="markers",
            marker={"color": theme.VERMILION, "symbol": "square-open", "size": 8},
        ),
        go.Scatter(
            x=np.where(wrong, x[:, 0], np.nan),
            y=np.where(wrong, x[:, 1], np.nan),
            name="wrong",
            mode="markers",
            marker={"color": theme.PURPLE, "symbol": "circle-open", "size": 16},
        ),
        go.Scatter(
            x=place[:, 0],
            y=place[:, 1],
            name="line",
            mode="lines",
            line={"color": theme.GREEN, "width": 3},
        ),
        go.Scatter(
            x=np.array([foot[0], tip[0]]),
            y=np.array([foot[1], tip[1]]),
            name="w",
            mode="lines+markers",
            line={"color": theme.GREEN, "width": 2, "dash": "dot"},
            marker={"symbol": "diamond", "size": 8, "color": theme.GREEN},
        ),
        go.Scatter(
            x=goal[:, 0],
            y=goal[:, 1],
            name="widest",
            mode="lines",
            line={"color": theme.GREY, "width": 1.5, "dash": "dash"},
        ),
        _thick(np.log10(max(made, 1)), 1.7, theme.GREEN, "xaxis2", "yaxis2"),
        _thick(np.log10(bound), 0.0, theme.GREY, "xaxis2", "yaxis2"),
    ]
    if finished:
        state = f"The last mistake fell in pass {len(learning.mistakes) - 1}; the line rests."
    elif weights.any():
        state = f"{int(wrong.sum())} of {len(x)} points are on the wrong side."
    else:
        state = "With w = 0 every net input is 0: no point has an answer yet."
    angle = np.degrees(np.arctan2(*along[::-1])) % 180
    slope = f"Direction of the line: {angle:.0f}°" if weights.any() else "There is no line yet"
    started = "zero" if start == "zero" else f"w = ({START[0]:g}, {START[1]:g}), b = {START[2]:g}"
    summary = (
        f"Margin of the data {gap:g}, learning rate {learning_rate:g}, start {started}: after {epochs} "
        f"{'pass' if epochs == 1 else 'passes'} the perceptron has made {made} "
        f"{'mistake' if made == 1 else 'mistakes'}; the bound is {bound:,.0f}. {slope}, "
        f"|w| = {np.linalg.norm(weights):.3g}. {state}"
    )
    return theme.figure(
        traces,
        summary,
        height=560,
        xaxis={"range": [0.1, 2.3], "domain": [0, 1], "anchor": "y", "title": "input x₁"},
        yaxis={
            "range": [-0.1, 2.1],
            "domain": [0.36, 1],
            "scaleanchor": "x",
            "title": "input x₂",
        },
        xaxis2={
            "anchor": "y2",
            "domain": [0, 1],
            "title": "number of mistakes",
            **theme.power_axis(0, most),
        },
        yaxis2={
            "anchor": "x2",
            "domain": [0, 0.19],
            "range": [-0.5, 3.2],
            "showticklabels": False,
            "ticks": "",
            "showgrid": False,
            "zeroline": False,
        },
        annotations=[
            _label(f"mistakes so far: {made}", 1.7),
            _label(f"the bound: {bound:,.0f}", 0.0),
        ],
        margin={"l": 60, "r": 20, "t": 20, "b": 50},
    )


def bound(input_size: int = 2, examples: int = 60) -> go.Figure:
    """Mistakes against the bound: random clouds at every margin, and examples at right angles, the worst case."""
    xs, ys, ends = [], [], {}
    for gap in GAPS:
        made = [cloud_count(gap, seed, input_size, examples) for seed in range(20)]
        xs += [np.log10(limit) for _, limit in made]
        ys += [np.log10(count) for count, _ in made]
        ends[gap] = np.median([count for count, _ in made]), np.median([limit for _, limit in made])
    sizes = 2 ** np.arange(0, 8)
    worst = [_right_angles(int(size)) for size in sizes]
    traces = [
        go.Scatter(
            x=np.array([0.0, 5.0]),
            y=np.array([0.0, 5.0]),
            name="the bound",
            mode="lines",
            line={"color": theme.GREY, "width": 2, "dash": "dash"},
        ),
        go.Scatter(
            x=np.array(xs),
            y=np.array(ys),
            name="random clouds",
            mode="markers",
            marker={"color": theme.BLUE, "symbol": "circle", "size": 7},
        ),
        go.Scatter(
            x=np.log10([limit for _, limit in worst]),
            y=np.log10([count for count, _ in worst]),
            name="examples at right angles",
            mode="markers",
            marker={"color": theme.VERMILION, "symbol": "diamond-open", "size": 9},
        ),
    ]
    over = int(np.sum(np.array(ys) > np.array(xs) + 1e-9))
    narrow, wide = min(GAPS), max(GAPS)
    share = 10 ** np.array(ys) / 10 ** np.array(xs)
    return theme.figure(
        traces,
        f"{examples} examples with {input_size} inputs, {len(ys)} clouds: {over} of them above the bound. Median at "
        f"margin {narrow:g}: {ends[narrow][0]:.0f} mistakes, bound {ends[narrow][1]:,.0f}; at margin {wide:g}: "
        f"{ends[wide][0]:.0f}, bound {ends[wide][1]:.0f}. The cloud nearest to its bound reached "
        f"{100 * share.max():.0f} % of it; examples at right angles reach "
        f"{100 * min(count / limit for count, limit in worst):.0f} %.",
        xaxis={"title": "bound (R/γ)²", **theme.power_axis(0, 5)},
        yaxis={"title": "mistakes until the last", **theme.power_axis(-0.1, 5)},
        annotations=[
            {
                "text": "not possible",
                "x": 1.2,
                "y": 3.5,
                "xref": "x",
                "yref": "y",
                "showarrow": False,
            }
        ],
    )


@lru_cache(maxsize=4096)
def cloud_count(gap: float, seed: int, input_size: int, examples: int) -> tuple[int, float]:
    """Mistakes until the last, and the bound, of a perceptron without bias on one cloud."""
    rng = np.random.default_rng([seed, round(1000 * gap)])
    x, labels = cloud(gap, rng, input_size=input_size, examples=examples)
    learning = Perceptron(input_size, bias=False).fit(x, labels, max_epochs=100_000)
    assert learning.converged
    return sum(learning.mistakes), widest_gap(x, labels).bound()


@lru_cache(maxsize=16)
def _right_angles(size: int) -> tuple[int, float]:
    """Mistakes and bound for `size` examples of length 1 at right angles to each other."""
    x, labels = np.eye(size), np.resize([1.0, -1.0], size)
    learning = Perceptron(size, bias=False).fit(x, labels)
    return sum(learning.mistakes), widest_gap(x, labels).bound()


def digit_weights(epochs: int = 0, pair: str = "0 and 1") -> go.Figure:
    """The 64 weights of a perceptron that learns to tell two digits apart, and its mistakes in each pass."""
    first, second = (int(word) for word in pair.split(" and "))
    reading = read_digits(first, second)
    learning = reading.learning
    done = min(epochs, len(learning.mistakes))
    made = sum(learning.mistakes[:done])
    shown = 22
    counts = np.zeros(shown)
    counts[:done] = learning.mistakes[:done]
    weights = learning.weights[made].reshape(8, 8)
    limit = float(np.abs(learning.weights[-1]).max())
    right = reading.share_right(made)
    if learning.converged and done == len(learning.mistakes):
        state = f"Pass {done} was free of mistakes: it has stopped."
    else:
        state = "It has not stopped yet." if done else "Nothing is learned yet."
    largest = np.unravel_index(int(weights.argmax()), weights.shape)
    smallest = np.unravel_index(int(weights.argmin()), weights.shape)
    where = (
        f" Strongest evidence for {second}: row {largest[0] + 1}, column {largest[1] + 1}; for {first}: row "
        f"{smallest[0] + 1}, column {smallest[1] + 1}."
        if weights.any()
        else ""
    )
    traces = [
        go.Heatmap(
            z=weights,
            x=np.arange(1, 9),
            y=np.arange(1, 9),
            zmin=-limit,
            zmax=limit,
            colorscale="Cividis",
            showscale=False,
            name="weight",
        ),
        go.Bar(
            x=np.arange(1, shown + 1),
            y=counts,
            marker={"color": theme.VERMILION},
            width=0.8,
            name="mistakes",
            showlegend=False,
            xaxis="x2",
            yaxis="y2",
        ),
    ]
    return theme.figure(
        traces,
        f"{first} (−1) or {second} (+1), after {epochs} {'pass' if epochs == 1 else 'passes'} through {len(reading.x)} "
        f"images: {made} mistakes so far, bound {_digit_bound(pair):,.0f}. On {len(reading.fresh)} fresh images "
        f"{100 * right:.1f} % are right. {state}{where}",
        height=380,
        xaxis={"title": "column", "domain": [0, 0.44], "dtick": 1, "showgrid": False},
        yaxis={
            "title": "row",
            "range": [8.5, 0.5],
            "dtick": 1,
            "showgrid": False,
        },
        xaxis2={"title": "pass", "domain": [0.56, 1], "anchor": "y2", "range": [0.3, shown + 0.7]},
        yaxis2={"anchor": "x2", "range": [0, 50]},
        annotations=[
            theme.heading(f"light {second}, dark {first}", 0.22),
            theme.heading("mistakes", 0.78),
        ],
        margin={"l": 50, "r": 15, "t": 40, "b": 50},
        showlegend=False,
    )


@lru_cache(maxsize=16)
def _digit_bound(pair: str) -> float:
    first, second = (int(word) for word in pair.split(" and "))
    return read_digits(first, second).bound()


# --- Plain figures ---------------------------------------------------------------------------------------------------


def unit() -> go.Figure:
    """The parts of a perceptron: inputs, weights, sum, threshold."""
    places = {"x₁": (0, 2), "x₂": (0, 1), "1": (0, 0)}
    weights = {"x₁": "w₁", "x₂": "w₂", "1": "b"}
    lines = [_wire(*place, 2, 1) for place in places.values()]
    lines += [_wire(2, 1, 3.6, 1), _wire(3.6, 1, 4.8, 1)]
    step = {"color": theme.VERMILION, "width": 3}
    traces = [
        go.Scatter(
            x=np.array([0, 0, 0]),
            y=np.array([2, 1, 0]),
            mode="markers",
            marker={"size": 34, "color": theme.GREY, "symbol": "circle-open"},
            showlegend=False,
        ),
        go.Scatter(
            x=np.array([2.0]),
            y=np.array([1.0]),
            mode="markers",
            marker={"size": 46, "color": theme.BLUE, "symbol": "circle-open"},
            showlegend=False,
        ),
        go.Scatter(
            x=np.array([3.25, 3.6, 3.6, 3.95]),
            y=np.array([0.8, 0.8, 1.2, 1.2]),
            mode="lines",
            line=step,
            showlegend=False,
        ),
    ]
    notes = [_note(*place, name) for name, place in places.items()]
    notes += [_note(0.9, 0.55 * place[1] + 0.7, weights[name]) for name, place in places.items()]
    notes += [
        _note(2, 1, "Σ"),
        _note(2, 0.45, "net input a"),
        _note(3.6, 1.45, "threshold f"),
        _note(4.95, 1, "ŷ"),
        _note(0, 2.5, "inputs"),
        _note(0.95, 2.5, "weights"),
        _note(4.8, 1.45, "output"),
        _note(4.8, 0.55, "+1 or −1"),
    ]
    hidden = {"visible": False, "fixedrange": True}
    return theme.figure(
        traces,
        "A perceptron. Each input is multiplied by its weight: x₁ by w₁, x₂ by w₂, and a constant 1 by the bias b. "
        "The products are added to the net input a = w₁x₁ + w₂x₂ + b. A threshold turns it into the output ŷ: +1 if a "
        "is above zero, −1 if not. What the machine learns is w₁, w₂ and b; nothing else changes.",
        height=280,
        xaxis={**hidden, "range": [-0.4, 5.4]},
        yaxis={**hidden, "range": [-0.5, 2.8]},
        shapes=lines,
        annotations=notes,
        margin={"l": 5, "r": 5, "t": 5, "b": 5},
        showlegend=False,
    )


def left_or_right() -> go.Figure:
    """Cards with a mark at the left or at the right: the share right on fresh cards, and what fifty cards taught."""
    tests, right, weights = card_course()
    low, middle, high = np.percentile(100 * right, [10, 50, 90], axis=0)
    at = int(np.searchsorted(tests, 50))
    end = int(tests[-1])
    edge = {"x": tests, "mode": "lines", "line": {"width": 0, "color": theme.BLUE}}
    traces = [
        go.Scatter(y=low, showlegend=False, hoverinfo="skip", **edge),
        go.Scatter(
            y=high,
            fill="tonexty",
            fillcolor=theme.faint(theme.BLUE),
            showlegend=False,
            hoverinfo="skip",
            **edge,
        ),
        go.Scatter(
            x=tests,
            y=middle,
            mode="lines",
            line={"color": theme.BLUE, "width": 2.5},
            name="median",
            showlegend=False,
        ),
        go.Heatmap(
            z=weights,
            x=np.arange(1, RETINA + 1),
            y=np.arange(1, RETINA + 1),
            colorscale="Cividis",
            showscale=False,
            xaxis="x2",
            yaxis="y2",
        ),
    ]
    halves = weights[:, : RETINA // 2], weights[:, RETINA // 2 :]
    return theme.figure(
        traces,
        f"Left: share right on fresh cards, median and 10–90 % band of {len(right)} perceptrons: {middle[0]:.0f} % "
        f"before the first card, {middle[at]:.1f} % after fifty ({low[at]:.1f} to {high[at]:.1f} %), "
        f"{middle[-1]:.1f} % after {end}. Right: the weights of one perceptron after fifty cards, light for right, "
        f"dark for left: on average {halves[0].mean():.2f} over the left half of the retina and "
        f"+{halves[1].mean():.2f} over the right.".replace("-", "−"),
        height=360,
        xaxis={"title": "cards seen", "range": [0, end], "domain": [0, 0.48]},
        yaxis={"title": "right, %", "range": [40, 101]},
        xaxis2={"title": "column", "domain": [0.64, 1], "anchor": "y2", "showgrid": False},
        yaxis2={
            "title": "row",
            "anchor": "x2",
            "range": [RETINA + 0.5, 0.5],
            "showgrid": False,
        },
        shapes=[
            {
                "type": "line",
                "xref": "x",
                "yref": "y",
                "x0": 50,
                "x1": 50,
                "y0": 40,
                "y1": 101,
                "line": {"color": theme.GREY, "width": 1, "dash": "dot"},
            }
        ],
        annotations=[
            {
                "text": "50",
                "x": 55,
                "y": 43,
                "xref": "x",
                "yref": "y",
                "xanchor": "left",
                "showarrow": False,
            },
            theme.heading("fresh cards", 0.24),
            theme.heading("weights after 50", 0.82),
        ],
        margin={"l": 60, "r": 15, "t": 40, "b": 50},
        showlegend=False,
    )


@lru_cache(maxsize=2)
def iris_course(passes: int = PASSES) -> tuple[Learning, Learning]:
    """Perceptrons on two pairs of irises: setosa and versicolor, versicolor and virginica."""
    return tuple(  # type: ignore[return-value]
        Perceptron(4).fit(*iris(*pair), max_epochs=passes) for pair in ((0, 1), (1, 2))
    )


def never_stops() -> go.Figure:
    """Mistakes in each pass, for two kinds of iris that a plane separates and for two that none does."""
    easy, hard = iris_course()
    passes = np.arange(1, len(hard.mistakes) + 1)
    late = hard.mistakes[len(passes) // 2 :]
    return theme.figure(
        [
            go.Scatter(
                x=passes,
                y=np.array(hard.mistakes),
                name="versicolor or virginica",
                mode="lines",
                line={"color": theme.VERMILION, "width": 1.5},
            ),
            go.Scatter(
                x=passes[: len(easy.mistakes)],
                y=np.array(easy.mistakes),
                name="setosa or versicolor",
                mode="lines+markers",
                line={"color": theme.BLUE, "width": 2, "dash": "dash"},
                marker={"symbol": "diamond", "size": 8},
            ),
        ],
        f"Setosa or versicolor: {sum(easy.mistakes)} mistakes, none after pass {len(easy.mistakes) - 1}. Versicolor "
        f"or virginica: still {min(late)} to {max(late)} mistakes a pass in passes {len(passes) // 2 + 1} to "
        f"{len(passes)}.",
        height=340,
        xaxis={"title": "pass through the 100 flowers", "range": [0, len(passes)]},
        yaxis={"title": "mistakes in the pass", "range": [-1, 1.1 * max(hard.mistakes)]},
    )


# --- Parts of figures ------------------------------------------------------------------------------------------------


def _drawn(weights: Array, bias: float) -> tuple[Array, Array, Array]:
    """The point of the line nearest to the middle, its direction and its normal; without weights, no numbers."""
    length = float(np.linalg.norm(weights))
    if not length:
        nothing = np.full(2, np.nan)
        return nothing, nothing, nothing
    normal = weights / length
    foot = CENTRE - (float(CENTRE @ normal) + bias / length) * normal
    return foot, np.array([-normal[1], normal[0]]), normal


def _thick(end: float, y: float, colour: str, x_axis: str, y_axis: str) -> go.Scatter:
    """A bar drawn as a thick line, from 1 to an end, on an axis of powers of ten."""
    return go.Scatter(
        x=np.array([0.0, end]),
        y=np.array([y, y]),
        mode="lines",
        line={"color": colour, "width": 12},
        showlegend=False,
        hoverinfo="skip",
        xaxis=x_axis.replace("axis", ""),
        yaxis=y_axis.replace("axis", ""),
    )


def _label(text: str, y: float) -> dict[str, Any]:
    """The words above a bar."""
    return {
        "text": text,
        "x": 0.05,
        "y": y + 0.3,
        "xref": "x2",
        "yref": "y2",
        "xanchor": "left",
        "yanchor": "bottom",
        "showarrow": False,
    }


def _note(x: float, y: float, text: str) -> dict[str, Any]:
    return {"text": text, "x": x, "y": y, "xref": "x", "yref": "y", "showarrow": False}


def _wire(x0: float, y0: float, x1: float, y1: float) -> dict[str, Any]:
    """A line between two parts, cut short at both ends."""
    start, end = np.array([x0, y0]), np.array([x1, y1])
    cut = 0.33 * (end - start) / np.linalg.norm(end - start)
    start, end = start + 0.7 * cut, end - cut
    return {
        "type": "line",
        "xref": "x",
        "yref": "y",
        "x0": start[0],
        "y0": start[1],
        "x1": end[0],
        "y1": end[1],
        "line": {"color": theme.GREY, "width": 1.5},
    }
