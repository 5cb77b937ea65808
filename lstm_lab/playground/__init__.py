"""The playground: the reader's own text or column of numbers, learnt by a simple RNN and an LSTM side by side.

:mod:`data` reads what was pasted, :mod:`task` cuts it into windows and makes the two networks, :mod:`figure` draws how
they learn, and :mod:`take_away` writes the same as a notebook in NumPy and in PyTorch.
"""
