# loses: claim-table
# One seed.
# %% claim
lags, learned = [3], []
while len(learned) < 3 or learned[-1][0]:
    learned.append([trial(seed, lags[-1]) for seed in range(1)])
    lags.append(2 * lags[-1])
lags.pop()
few = [place for place, row in enumerate(learned) if 2 * sum(row) < 1]


def claim():
    return {"lags": lags, "learned": learned, "stops": lags[few[0]]}
