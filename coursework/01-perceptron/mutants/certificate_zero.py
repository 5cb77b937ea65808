# loses: certificate-proof
# The sum is zero, but so are the numbers.
# %% certificate
def certificate():
    return np.zeros(4)
