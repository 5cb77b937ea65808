# loses: forward97-first forward97-carousel forward97-recurrent
# Lets the library do it: its 1997 cell has other ranges and rows, and is closed besides.
# %% forward97
from lstm_lab.models import LSTM1997


def forward97(p, x):
    n = len(p["b"]) // 3
    net = LSTM1997(x.shape[1], n, rng=np.random.default_rng(0))
    trace = net.forward(x)
    return {"g": trace.cell_input, "i": trace.input_gate, "o": trace.output_gate, "c": trace.state[1:, :n], "h": trace.state[1:, n : 2 * n]}
