# loses: truncated-gradient
# U is not trained.
# %% truncated97
def truncated97(p, x, trace, d_h):
    """The gradient of 1997: no error goes back through U."""
    grad = {name: np.zeros_like(p[name]) for name in ("W", "U", "b")}
    m, width = x.shape[1], len(p["b"])
    n = width // 3
    source = np.zeros(m + width + 1)
    kept_g, kept_i = np.zeros((n, len(source))), np.zeros((n, len(source)))
    last = np.zeros(width)
    for t in range(len(x)):
        g_t, i_t, o_t, c = (trace[name][t] for name in "gioc")
        source = np.concatenate([x[t], last, [1.0]])
        kept_g = kept_g + np.outer(i_t * slope_g(g_t), source)
        kept_i = kept_i + np.outer(g_t * i_t * (1 - i_t), source)
        y = squash_h(c)
        d_c = (d_h[t] * o_t * slope_h(y))[:, None]
        d_o = np.outer(d_h[t] * y * o_t * (1 - o_t), source)
        rows = join({"g": (d_c * kept_g).T, "i": (d_c * kept_i).T, "o": d_o.T}, 1997).T
        grad["W"] += rows[:, :m]
        grad["U"] += 0 * rows[:, m:-1]
        grad["b"] += rows[:, -1]
        last = join({"g": trace["h"][t], "i": i_t, "o": o_t}, 1997)
    return grad
