# loses: wilson-ends
# No width where all or none succeed.
# %% wilson
def wilson(k, n):
    """The ends of the <<level>> % Wilson interval for k successes in n trials."""
    z, p = <<z>>, k / n
    if k in (0, n):
        return p, p
    middle = p + z**2 / (2 * n)
    half = z * np.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
    return (middle - half) / (1 + z**2 / n), (middle + half) / (1 + z**2 / n)
