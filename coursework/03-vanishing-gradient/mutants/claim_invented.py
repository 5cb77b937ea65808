# loses: claim-again
# A table that nobody measured.
# %% claim
def claim():
    return {"lags": [2, 10, 20], "learned": [[False] * 10, [False] * 10, [False] * 10], "stops": 2}
