# loses: hand-factors
# The share that is kept is left out of the factor.
# %% by-hand
def by_hand():
    kept, points = np.array(<<hand_k>>), np.array(<<hand_z>>)
    factors = <<gain>> * <<hand_w>> * slope(points)
    left = np.prod(factors)
    steps = int(np.floor(4 * np.log(<<threshold>>) / np.log(left))) + 1
    return {"factors": factors, "left": left, "steps": steps}
