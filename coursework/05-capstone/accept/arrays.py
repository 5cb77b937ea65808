# Arrays for lists, the steps by a sort of all trials, a verdict from logarithms.
# %% wilson
def wilson(k, n):
    z2 = <<z>> ** 2
    share = np.array([-1.0, 1.0]) * np.sqrt(z2 * (4 * k * (n - k) / n + z2))
    return (2 * k + z2 + share) / (2 * (n + z2))
# %% summary
def summary(pooled):
    n = pooled["trials"]
    every = np.full(n, np.inf)
    every[: pooled["succeeded"]] = sorted(pooled["counts"])
    after = min((c for c in every if np.mean(every <= c) >= <<part>>), default=np.inf)
    ends = wilson(pooled["succeeded"], n)
    ok = np.isfinite(every)
    return dict(
        share=ok.mean(),
        low=ends[0],
        high=ends[1],
        mean=every[ok].mean() if ok.any() else None,
        after=float(after) if np.isfinite(after) else None,
        censored=int((~ok).sum()),
    )
# %% curve
def curve(pooled):
    x = np.array([0, *pooled["counts"], pooled["cap"]], dtype=float)
    y = np.array([sum(c <= at for c in pooled["counts"]) for at in x]) / pooled["trials"]
    return x, <% if solved %>y<% else %>1 - y<% endif %>

# %% verdict
def verdict(published, pooled):
    if pooled["succeeded"] == 0:
        return "not"
    share = pooled["succeeded"] / pooled["trials"]
    far = abs(np.log(np.mean(pooled["counts"]) / published["sequences"]))
    enough = round(100 * share - published["percent"] + <<slack>>, 6) >= 0
    if enough and far <= np.log(<<near>>):
        return "reproduced"
    if share < 0.5 or far > np.log(<<far>>):
        return "not"
    return "partly"
