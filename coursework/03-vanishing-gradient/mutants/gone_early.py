# loses: gone-median
# The last lag at which enough is left.
# %% gone
def gone(profiles, threshold):
    for lag, middle in enumerate(np.median(profiles, axis=0)):
        if middle < np.log10(threshold):
            return lag - 1
    return None
