# Single cells in loops, lists in the trace, the gradient of 1997 with all errors kept; an extra name in the trace.
# %% forward97
def forward97(p, x):
    n = len(p["b"]) // 3
    rows = split(np.arange(3 * n), 1997)
    z, c = [0.0] * (3 * n), [0.0] * n
    trace = {name: [] for name in ("h", "c", "o", "i", "g", "net")}
    for x_t in x:
        net = [float(p["W"][r] @ x_t + p["U"][r] @ np.array(z) + p["b"][r]) for r in range(3 * n)]
        now = {name: [] for name in trace}
        z = [0.0] * (3 * n)
        for j in range(n):
            g_t = float(squash_g(net[rows["g"][j]]))
            i_t, o_t = (1 / (1 + np.exp(-net[rows[name][j]])) for name in "io")
            c[j] += i_t * g_t
            h_t = o_t * float(squash_h(c[j]))
            for name, value in zip(("h", "c", "o", "i", "g"), (h_t, c[j], o_t, i_t, g_t)):
                now[name].append(float(value))
            z[rows["g"][j]], z[rows["i"][j]], z[rows["o"][j]] = h_t, i_t, o_t
        now["net"] = net
        for name in trace:
            trace[name].append(now[name])
    return trace
# %% backward97
def backward97(p, x, trace, d_h):
    T, n = np.shape(trace["c"])
    names = {name: np.asarray(trace[name]) for name in "gioch"}
    y = squash_h(names["c"])
    slope = {"g": slope_g(names["g"]), "i": names["i"] * (1 - names["i"]), "o": names["o"] * (1 - names["o"])}
    errors = np.zeros((T + 1, 3 * n))
    d_c = np.zeros(n)
    for t in range(T - 1, -1, -1):
        back = split(p["U"].T @ errors[t + 1], 1997)
        out = d_h[t] + back["g"]
        d_c = d_c + out * names["o"][t] * slope_h(y[t])
        parts = {"g": d_c * names["i"][t], "i": d_c * names["g"][t] + back["i"], "o": out * y[t] + back["o"]}
        errors[t] = join({name: parts[name] * slope[name][t] for name in "gio"}, 1997)
    z = join({"g": names["h"], "i": names["i"], "o": names["o"]}, 1997)
    return {"b": errors.sum(axis=0), "W": errors[:T].T @ x, "U": errors[1:T].T @ z[:-1]}
# %% numeric
def numeric(forward, p, x, d_h, step=1e-5):
    def loss():
        return float((np.asarray(forward(p, x)["h"]) * d_h).sum())
    found = {}
    for name in list(p):
        kept, found[name] = p[name], np.zeros(p[name].shape)
        for k in range(kept.size):
            ends = []
            for size in (-step, step):
                p[name] = kept + size * (np.arange(kept.size) == k).reshape(kept.shape)
                ends.append(loss())
            found[name].flat[k] = (ends[1] - ends[0]) / step / 2
        p[name] = kept
    return found
