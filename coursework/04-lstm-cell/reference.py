"""Both cells as the grader knows them, and their gradients by complex steps: no backward pass stands here.

The functions go as text into the secret cell of the notebook, and `variants.py` runs them too: after the values of a
term, which take the place of the example here.
"""

import numpy as np

ORDER = {1997: "gio", 2000: "gifo"}  # the rows, by year
INTERLEAVED = False  # or the rows of a gate stand together
RANGES = {"g": (-2.0, 2.0), "h": (-1.0, 1.0)}
PEEPHOLE = "o"  # the gate that has it


def ref_squash(a, name):
    low, high = RANGES.get(name, (0.0, 1.0))
    return low + (high - low) / (1 + np.exp(-a))


def ref_parts(v, year):
    order = ORDER[year]
    n = v.shape[-1] // len(order)
    if INTERLEAVED:
        return {name: v[..., k :: len(order)] for k, name in enumerate(order)}
    return {name: v[..., k * n : (k + 1) * n] for k, name in enumerate(order)}


def ref_stack(parts, year):
    order = ORDER[year]
    whole = np.stack([parts[name] for name in order], axis=-1 if INTERLEAVED else -2)
    return whole.reshape(*whole.shape[:-2], -1)


def ref_forward97(p, x, told=None):
    """The 1997 cell. With `told`, another trace, U is applied to that trace's outputs and gates."""
    found = {name: [] for name in "giochz"}
    n = len(p["b"]) // 3
    c, z = np.zeros(n), np.zeros(3 * n)
    for t in range(len(x)):
        before = z if told is None or t == 0 else told["z"][t - 1]
        part = ref_parts(p["W"] @ x[t] + p["U"] @ before + p["b"], 1997)
        g, i, o = (ref_squash(part[name], name) for name in "gio")
        c = c + i * g
        h = o * ref_squash(c, "h")
        z = ref_stack({"g": h, "i": i, "o": o}, 1997)
        for name, value in zip("giochz", (g, i, o, c, h, z), strict=True):
            found[name].append(value)
    return {name: np.array(values) for name, values in found.items()}


def ref_forward00(p, x):
    """The 2000 cell with its peephole; without rows for f, the forget gate is 1 - i."""
    order = ORDER[2000]
    found = {name: [] for name in order + "ch"}
    n = len(p["P"])
    c, h = np.zeros(n), np.zeros(n)
    for t in range(len(x)):
        part = dict(ref_parts(p["W"] @ x[t] + p["U"] @ h + p["b"], 2000))
        if PEEPHOLE != "o":
            part[PEEPHOLE] = part[PEEPHOLE] + p["P"] * c
        g, i = ref_squash(part["g"], "g"), ref_squash(part["i"], "i")
        f = ref_squash(part["f"], "f") if "f" in order else 1 - i
        c = f * c + i * g
        if PEEPHOLE == "o":
            part["o"] = part["o"] + p["P"] * c
        o = ref_squash(part["o"], "o")
        h = o * ref_squash(c, "h")
        for name, value in (("g", g), ("i", i), ("f", f), ("o", o), ("c", c), ("h", h)):
            if name in found:
                found[name].append(value)
    return {name: np.array(values) for name, values in found.items()}


def ref_gradient(forward, p, x, d_h):
    """dL/dp of L = sum(d_h * h), exact to rounding: the imaginary part at an imaginary step."""
    found = {name: np.zeros(array.shape) for name, array in p.items()}
    for name, array in p.items():
        for place in np.ndindex(array.shape):
            moved = {key: value.astype(complex) for key, value in p.items()}
            moved[name][place] += 1e-30j
            found[name][place] = np.sum(d_h * forward(moved, x)["h"]).imag / 1e-30
    return found


def ref_truncated97(p, x, d_h):
    told = ref_forward97(p, x)
    return ref_gradient(lambda moved, xs: ref_forward97(moved, xs, told), p, x, d_h)


def ref_path(trace):
    f = trace["f"] if "f" in trace else 1 - trace["i"]
    path = np.ones_like(f)
    for t in range(len(f) - 2, -1, -1):
        path[t] = path[t + 1] * f[t + 1]
    return path


def draw(rng, year, n, m, T, *, recurrent=True, peephole=True):
    """Weights, inputs and the derivatives d_h that come in from above."""
    rows = n * len(ORDER[year])
    heard = rows if year == 1997 else n
    p = {
        "W": rng.normal(size=(rows, m)),
        "U": rng.normal(size=(rows, heard)) * recurrent,
        "b": rng.normal(size=rows),
    }
    if year == 2000:
        p["P"] = rng.normal(size=n) * peephole
    return p, rng.normal(size=(T, m)), rng.normal(size=(T, n))


def bare(p):
    """The weights without those that a backward pass does not need."""
    return p | {"W": np.zeros_like(p["W"]), "b": np.zeros_like(p["b"])}


def seen(trace):
    """What stands in a trace by the task: the rows' parts, c and h."""
    return {name: values for name, values in trace.items() if name != "z"}
