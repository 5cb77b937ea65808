# loses: shares-rule
# The share that is new in place of the one that is kept.
# %% shares
def shares(T, n):
    K = np.zeros((T, n))
<% if kind == "leaky" %>    K[:] = <<amount>>
<% elif kind == "half" %>    K[:, n // 2 :] = <<amount>>
<% else %>    K[[t for t in range(T) if (t + 1) % <<amount>>], n // 2 :] = 1.0
<% endif %>    return 1 - K
