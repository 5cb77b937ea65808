# loses: forward97-first forward97-recurrent
# The output is the gate times the state.
# %% forward97
def forward97(p, x):
    """The trace of the 1997 cells along x."""
    n = len(p["b"]) // 3
    trace = {name: np.zeros((len(x), n)) for name in "gioch"}
    c, z = np.zeros(n), np.zeros(3 * n)
    for t in range(len(x)):
        a = split(p["W"] @ x[t] + p["U"] @ z + p["b"], 1997)
        g_t, i_t, o_t = squash_g(a["g"]), 1 / (1 + np.exp(-a["i"])), 1 / (1 + np.exp(-a["o"]))
        c = c + i_t * g_t
        h_t = o_t * c
        z = join({"g": h_t, "i": i_t, "o": o_t}, 1997)
        for name, value in zip("gioch", (g_t, i_t, o_t, c, h_t)):
            trace[name][t] = value
    return trace
