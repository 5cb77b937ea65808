# loses: forward-states claim-table claim-again
# Lets the library do it.
# %% forward
from lstm_lab.models import ElmanRNN
def forward(p, X, K):
    net = ElmanRNN(X.shape[-1], len(p["b"]), rng=np.random.default_rng(0))
    return net.forward(X).state
