# loses: bound-margin
# Once the margin, where the proof has it twice.
# %% bound
def bound(X, y, u):
    examples = np.asarray(X, dtype=float)<% if columns %>.T<% endif %>
    ones = np.ones((len(examples), 1))
    extended = np.hstack([<% if bias_first %>ones, examples<% else %>examples, ones<% endif %>])
    s = np.where(np.asarray(y) == 1, 1, -1)
    gamma = np.min(s * (extended @ u)) / np.linalg.norm(u)
    return (np.max(np.sum(extended**2, axis=1)) + <<margin>>) / gamma**2
