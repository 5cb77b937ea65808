# loses: shares-rule
# Steps counted from 0, or the slow units first, or each unit with its own share.
# %% shares
def shares(T, n):
    K = np.zeros((T, n))
<% if kind == "leaky" %>    K[:] = <<amount>> * np.arange(1, n + 1) / n
<% elif kind == "half" %>    K[:, : n // 2] = <<amount>>
<% else %>    K[[t for t in range(T) if t % <<amount>>], n // 2 :] = 1.0
<% endif %>    return K
