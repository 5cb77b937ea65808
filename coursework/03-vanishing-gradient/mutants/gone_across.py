# loses: gone-median
# The median over the lags.
# %% gone
def gone(profiles, threshold):
    for lag, middle in enumerate(np.median(profiles, axis=1)):
        if middle < np.log10(threshold):
            return lag
    return None
