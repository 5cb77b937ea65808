# loses: wilson-interval wilson-ends
# The interval of the normal distribution.
# %% wilson
def wilson(k, n):
    """The ends of the <<level>> % Wilson interval for k successes in n trials."""
    z, p = <<z>>, k / n
    half = z * np.sqrt(p * (1 - p) / n)
    return p - half, p + half
