# loses: claim-table
# The last lag that is learned, in place of the first that is not.
# %% claim
lags, learned = [3], []
while len(learned) < 3 or 2 * sum(learned[-1]) >= 5:
    learned.append([trial(seed, lags[-1]) for seed in range(5)])
    lags.append(2 * lags[-1])
lags.pop()
few = [place for place, row in enumerate(learned) if 2 * sum(row) < 5]


def claim():
    return {"lags": lags, "learned": learned, "stops": lags[few[0] - 1]}
