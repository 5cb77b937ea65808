# 32-bit forward and backward, the profile by the eigenvalues of the squared product, a table as an array with more lags.
# %% by-hand
def by_hand():
    factors = []
    for k, z in zip(<<hand_k>>, <<hand_z>>):
        factors.append(round(float(k + <<gain>> * (1 - k) * <<hand_w>> * slope(z)), 4))
    left, steps = float(np.prod(factors)), 1
    while left ** (steps / 4) >= <<threshold>>:
        steps += 1
    return {"steps": steps, "left": round(left, 6), "factors": tuple(factors)}
# %% forward
def forward(p, X, K):
    W, U, b, X, K = (np.float32(array) for array in (p["W"], p["U"], p["b"], X, K))
    batch, T = X<<sw>>.shape[1], X<<sw>>.shape[0]
    h = np.zeros((T + 1, batch, len(b)), dtype=np.float32)
    for t in range(T):
        x = X[<% if batch_first %>:, <% endif %>t]
        a = (W @ x.T + U @ <% if inside %>squash(h[t])<% else %>h[t]<% endif %>.T).T + b
        h[t + 1] = h[t] * K[t] + <<gain>> * <% if inside %>a<% else %>squash(a)<% endif %> * (1 - K[t])
    return h<<sw>>

# %% backward
def backward(p, X, K, states, d_states):
    W, U, b = (np.float32(p[name]) for name in ("W", "U", "b"))
    X, h, d = (np.float32(array)<<sw>> for array in (X, states, d_states))
    K = np.float32(K)
    d = np.concatenate([np.zeros_like(h[:1]), d])
    d_W, d_U, d_b = np.zeros_like(W), np.zeros_like(U), np.zeros_like(b)
    for t in range(len(X))[::-1]:
        to_a = <<gain>> * d[t + 1] * (1 - K[t])
<% if inside %>        heard = squash(h[t])
        d[t] += d[t + 1] * K[t] + (to_a @ U) * slope(h[t])
<% else %>        heard = h[t]
        to_a = to_a * slope(X[t] @ W.T + heard @ U.T + b)
        d[t] += d[t + 1] * K[t] + to_a @ U
<% endif %>        d_W, d_U, d_b = d_W + to_a.T @ X[t], d_U + to_a.T @ heard, d_b + to_a.sum(0)
    return {"W": d_W, "U": d_U, "b": d_b}
# %% profile
def profile(p, X, K, states):
    square, logs, found = np.eye(len(p["b"])), 0.0, [0.0]
    for t in reversed(range(len(X))):
        h, k = states[t], K[t]
        step = <% if inside %>np.einsum("i,ij,j->ij", <<gain>> * (1 - k), p["U"], slope(h))<% else %>np.einsum("i,ij->ij", <<gain>> * (1 - k) * slope(p["W"] @ X[t] + p["U"] @ h + p["b"]), p["U"])<% endif %>

        step[np.diag_indices(len(k))] += k
        square = step.T @ square @ step
        size = np.trace(square)
        square, logs = square / size, logs + np.log10(size) / 2
        found.append(logs + np.log10(np.linalg.eigvalsh(square)[-1]) / 2)
    return np.array(found)
# %% claim
def claim():
    lags, counts = [2, 4], []
    for lag in lags:
        counts.append([trial(seed, lag) for seed in range(5)])
    while sum(counts[-1]) > 2:
        lags.append(lags[-1] * 2)
        counts.append([trial(seed, lags[-1]) for seed in range(5)])
    stops = lags[[sum(row) < 3 for row in counts].index(True)]
    return {"lags": np.array(lags), "learned": np.array(counts), "stops": np.int64(stops)}
