# The truncated gradient backward in time, the path by cumprod, the rows by fancy indices, slopes by two squashings.
# %% squash
def squash_g(a):
    return (<<low_g>> + <<high_g>>) / 2 + <<(high_g - low_g) / 2>> * np.tanh(a / 2)
def squash_h(c):
    return (<<low_h>> + <<high_h>>) / 2 + <<(high_h - low_h) / 2>> * np.tanh(c / 2)
def slope_g(y):
    s = (y - (<<low_g>>)) / <<high_g - low_g>>
    return <<high_g - low_g>> * s * (1 - s)
def slope_h(y):
    s = (y - (<<low_h>>)) / <<high_h - low_h>>
    return <<high_h - low_h>> * s * (1 - s)
# %% rows
def order(year):
    return "<<order97>>" if year == 1997 else "<<order00>>"
def places(n, name, year):
    k = order(year).index(name)
    return <% if interleaved %>k + len(order(year)) * np.arange(n)<% else %>k * n + np.arange(n)<% endif %>

def split(v, year):
    n = np.shape(v)[-1] // len(order(year))
    return {name: np.take(v, places(n, name, year), axis=-1) for name in order(year)}
def join(parts, year):
    n = np.shape(parts["g"])[-1]
    back = np.argsort(np.concatenate([places(n, name, year) for name in order(year)]))
    return np.concatenate([parts[name] for name in order(year)], axis=-1)[..., back]
# %% truncated97
def truncated97(p, x, trace, d_h):
    g_t, i_t, o_t, c, h_t = (trace[name] for name in "gioch")
    d_y = d_h * o_t * slope_h(squash_h(c))
    d_c = np.cumsum(d_y[::-1], axis=0)[::-1]
    d_a = {"g": d_c * i_t * slope_g(g_t), "i": d_c * g_t * i_t * (1 - i_t), "o": d_h * squash_h(c) * o_t * (1 - o_t)}
    d_a = join(d_a, 1997)
    z = join({"g": h_t, "i": i_t, "o": o_t}, 1997)
    return {"W": d_a.T @ x, "U": d_a[1:].T @ z[:-1], "b": d_a.sum(axis=0)}
# %% path
def cell_path(trace):
    kept = <% if coupled %>1 - trace["i"]<% else %>trace["f"]<% endif %>

    tail = np.vstack([kept[1:], np.ones_like(kept[:1])])
    return np.cumprod(tail[::-1], axis=0)[::-1].tolist()
