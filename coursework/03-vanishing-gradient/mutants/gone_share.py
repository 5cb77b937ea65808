# loses: gone-median
# Compares logarithms with a share.
# %% gone
def gone(profiles, threshold):
    for lag, middle in enumerate(np.median(profiles, axis=0)):
        if middle < threshold:
            return lag
    return None
