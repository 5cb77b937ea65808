# loses: backward97-carousel backward97-recurrent
# The error of the cell is not carried back.
# %% backward97
def backward97(p, x, trace, d_h):
    """The gradient of sum(d_h * h) by W, U and b: no way back is left out."""
    g_t, i_t, o_t, c, h_t = (trace[name] for name in "gioch")
    squashed = squash_h(c)
    z = join({"g": h_t, "i": i_t, "o": o_t}, 1997)
    grad = {name: np.zeros_like(p[name]) for name in ("W", "U", "b")}
    d_c, d_z = np.zeros_like(c[0]), split(np.zeros_like(z[0]), 1997)
    for t in reversed(range(len(x))):
        d_out = d_h[t] + d_z["g"]
        d_c = d_out * o_t[t] * slope_h(squashed[t])
        d_i = d_z["i"] + d_c * g_t[t]
        d_o = d_z["o"] + d_out * squashed[t]
        d_a = {"g": d_c * i_t[t] * slope_g(g_t[t]), "i": d_i * i_t[t] * (1 - i_t[t]), "o": d_o * o_t[t] * (1 - o_t[t])}
        d_a = join(d_a, 1997)
        grad["W"] += np.outer(d_a, x[t])
        grad["b"] += d_a
        if t > 0:
            grad["U"] += np.outer(d_a, z[t - 1])
        d_z = split(d_a @ p["U"], 1997)
    return grad
