# loses: share-gradient
# The second half in the other order, on the way up and down.
# %% share
def spread(Q):
    return np.concatenate([Q, <<sign>> * Q<% if not mirror %>[:, ::-1]<% endif %>], axis=1)


def collect(G):
    half = G.shape[1] // 2
    return G[:, :half] + <<sign>> * G[:, half:]<% if not mirror %>[:, ::-1]<% endif %>

