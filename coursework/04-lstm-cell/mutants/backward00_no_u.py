# loses: backward00-recurrent
# Nothing comes back through U.
# %% backward00
def backward00(p, x, trace, d_h):
    """The gradient of sum(d_h * h) by W, U, b and P."""
    squashed = squash_h(trace["c"])
    before = np.vstack([np.zeros_like(trace["c"][:1]), trace["c"][:-1]])
    heard = np.vstack([np.zeros_like(trace["h"][:1]), trace["h"][:-1]])
    grad = {name: np.zeros_like(p[name]) for name in ("W", "U", "b", "P")}
    d_c, d_back = np.zeros_like(before[0]), np.zeros_like(before[0])
    for t in reversed(range(len(x))):
        g_t, i_t, o_t = trace["g"][t], trace["i"][t], trace["o"][t]
        d_out = d_h[t] + d_back
        d_a = {"o": d_out * squashed[t] * o_t * (1 - o_t)}
        d_c = d_c + d_out * o_t * slope_h(squashed[t])
<% if now %>        d_c = d_c + d_a["o"] * p["P"]
        grad["P"] += d_a["o"] * trace["c"][t]
<% endif %>        d_a["g"] = d_c * i_t * slope_g(g_t)
<% if coupled %>        d_a["i"] = d_c * (g_t - before[t]) * i_t * (1 - i_t)
        d_c = d_c * (1 - i_t)
<% else %>        d_a["i"] = d_c * g_t * i_t * (1 - i_t)
        f_t = trace["f"][t]
        d_a["f"] = d_c * before[t] * f_t * (1 - f_t)
        d_c = d_c * f_t
<% endif %><% if not now %>        d_c = d_c + d_a["<<peephole>>"] * p["P"]
        grad["P"] += d_a["<<peephole>>"] * before[t]
<% endif %>        rows = join(d_a, 2000)
        grad["W"] += np.outer(rows, x[t])
        grad["U"] += np.outer(rows, heard[t])
        grad["b"] += rows
        d_back = 0 * d_back
    return grad
