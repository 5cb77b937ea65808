# loses: forward00-forget forward00-peephole forward00-recurrent
# Lets torch do it.
# %% forward00
import torch


def forward00(p, x):
    n = len(p["P"])
    cell, state, trace = torch.nn.LSTMCell(x.shape[1], n), None, {"c": [], "h": []}
    for x_t in torch.tensor(x, dtype=torch.float32):
        state = cell(x_t[None], state)
        trace["h"].append(state[0][0].detach())
        trace["c"].append(state[1][0].detach())
    return trace
