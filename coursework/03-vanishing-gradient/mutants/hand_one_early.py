# loses: hand-steps
# One step too early.
# %% by-hand
def by_hand():
    kept, points = np.array(<<hand_k>>), np.array(<<hand_z>>)
    factors = kept + <<gain>> * (1 - kept) * <<hand_w>> * slope(points)
    left = np.prod(factors)
    steps = int(np.floor(4 * np.log(<<threshold>>) / np.log(left))) + 1
    return {"factors": factors, "left": left, "steps": steps - 1}
