# loses: certificate-proof
# Equal numbers, as for XOR.
# %% certificate
def certificate():
    return np.full(4, <<total>> / 4)
