# loses: forward00-peephole
# The peephole shows the output, or the state of the step before.
# %% forward00
def forward00(p, x):
    """The trace of the cells of 2000 along x."""
    n = len(p["P"])
    trace = {name: np.zeros((len(x), n)) for name in "<<order00>>ch"}
    c, h_t = np.zeros(n), np.zeros(n)
    for t in range(len(x)):
        old = c
        a = split(p["W"] @ x[t] + p["U"] @ h_t + p["b"], 2000)
<% if not now %>        a["<<peephole>>"] = a["<<peephole>>"] + p["P"] * h_t
<% endif %>        found = {"g": squash_g(a["g"]), "i": 1 / (1 + np.exp(-a["i"]))}
<% if coupled %>        c = (1 - found["i"]) * c + found["i"] * found["g"]
<% else %>        found["f"] = 1 / (1 + np.exp(-a["f"]))
        c = found["f"] * c + found["i"] * found["g"]
<% endif %><% if now %>        a["o"] = a["o"] + p["P"] * old
<% endif %>        found["o"] = 1 / (1 + np.exp(-a["o"]))
        h_t = found["o"] * squash_h(c)
        for name, value in (found | {"c": c, "h": h_t}).items():
            trace[name][t] = value
    return trace
