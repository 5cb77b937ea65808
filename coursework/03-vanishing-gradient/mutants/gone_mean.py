# loses: gone-median
# The mean of the logarithms.
# %% gone
def gone(profiles, threshold):
    for lag, middle in enumerate(np.mean(profiles, axis=0)):
        if middle < np.log10(threshold):
            return lag
    return None
