# loses: wilson-interval wilson-ends
# Two standard errors, whatever the level.
# %% wilson
def wilson(k, n):
    """The ends of the <<level>> % Wilson interval for k successes in n trials."""
    z, p = 2.2, k / n
    middle = p + z**2 / (2 * n)
    half = z * np.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
    return (middle - half) / (1 + z**2 / n), (middle + half) / (1 + z**2 / n)
