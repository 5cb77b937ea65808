# loses: share-gradient
# The mean over the two places.
# %% share
def spread(Q):
    return np.concatenate([Q, <<sign>> * Q<% if mirror %>[:, ::-1]<% endif %>], axis=1)


def collect(G):
    half = G.shape[1] // 2
    second = G[:, half:]<% if mirror %>[:, ::-1]<% endif %>

    return (G[:, :half] + <<sign>> * second) / 2
