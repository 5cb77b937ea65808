# All net inputs in one sweep, errors first and gradients at the end by einsum, a profile by QR, the claim measured when asked.
# %% shares
def shares(T, n):
    t, unit = np.meshgrid(np.arange(1, T + 1), np.arange(n), indexing="ij")
    return <% if kind == "leaky" %>np.full_like(t, <<amount>>, dtype=float)<% elif kind == "half" %>np.where(unit >= n // 2, <<amount>>, 0.0)<% else %>(unit >= n // 2) & (t % <<amount>> > 0)<% endif %>

# %% forward
def forward(p, X, K):
    drive = np.einsum("<% if batch_first %>bt<% else %>tb<% endif %>i,ji->tbj", X, p["W"]) + p["b"]
    states = [np.zeros_like(drive[0])]
    for k, a in zip(np.asarray(K, dtype=float), drive):
        old = states[-1]
        new = <<gain>> * <% if inside %>(a + squash(old) @ p["U"].T)<% else %>squash(a + old @ p["U"].T)<% endif %>

        states.append(new + k * (old - new))
    return np.stack(states, axis=<<1 if batch_first else 0>>)
# %% backward
def backward(p, X, K, states, d_states):
    axes = "<% if batch_first %>bt<% else %>tb<% endif %>"
    X, states, d_states = (np.einsum(f"{axes}i->tbi", array) for array in (X, states, d_states))
    before, K = states[:-1], np.asarray(K, dtype=float)[:, None, :]
    slopes = slope(<% if inside %>before<% else %>X @ p["W"].T + before @ p["U"].T + p["b"]<% endif %>)
    errors, coming = [], 0.0
    for t in reversed(range(len(X))):
        here_ = d_states[t] + coming
        errors.insert(0, <<gain>> * (1 - K[t]) * here_<% if not inside %> * slopes[t]<% endif %>)
        coming = K[t] * here_ + np.einsum("bj,ji->bi", errors[0], p["U"])<% if inside %> * slopes[t]<% endif %>

    errors = np.array(errors)
    heard = <% if inside %>squash(before)<% else %>before<% endif %>

    return {"b": np.einsum("tbj->j", errors), "U": np.einsum("tbj,tbi->ji", errors, heard), "W": np.einsum("tbj,tbi->ji", errors, X)}
# %% profile
def profile(p, X, K, states):
    n = len(p["b"])
    before = states[:-1]
    slopes = slope(<% if inside %>before<% else %>X @ p["W"].T + before @ p["U"].T + p["b"]<% endif %>)
    lower, logs, found = np.eye(n), 0.0, [0.0]
    for t in reversed(range(len(X))):
        direct = <<gain>> * np.diag(1 - K[t]) @ <% if inside %>p["U"] @ np.diag(slopes[t])<% else %>np.diag(slopes[t]) @ p["U"]<% endif %>

        _, lower = np.linalg.qr(lower @ (direct + np.diag(K[t])))
        size = np.abs(lower).max()
        lower, logs = lower / size, logs + np.log10(size)
        found.append(float(logs + np.log10(np.linalg.norm(lower, 2))))
    return found
# %% gone
def gone(profiles, threshold):
    ordered = np.sort(np.asarray(profiles), axis=0)
    half = len(ordered) // 2
    middle = ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2
    below = middle < np.log10(threshold)
    return int(np.argmax(below)) if below.any() else None
# %% clipped
def clipped(g, limit):
    length = np.linalg.norm(np.concatenate([np.ravel(array) for array in g.values()]))
    return g if length <= limit else {name: limit / length * array for name, array in g.items()}
