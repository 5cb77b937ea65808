"""The models of the course in NumPy, forward and backward beside the equations."""

from lstm_lab.models.activations import ACTIVATIONS, Activation
from lstm_lab.models.cells import CELLS, make
from lstm_lab.models.gru import GRU, GRUTrace
from lstm_lab.models.lstm import LSTM, LSTMTrace
from lstm_lab.models.lstm1997 import LSTM1997, LSTM1997Trace
from lstm_lab.models.lstm_variants import VariantLSTM
from lstm_lab.models.mlp import MLP, MLPGrads, MLPTrace
from lstm_lab.models.parameters import count_parameters, load_parameters
from lstm_lab.models.perceptron import Learning, Perceptron
from lstm_lab.models.readout import Readout, ReadoutGrads, ReadoutTrace
from lstm_lab.models.recurrent import Grads, Recurrent, Trace
from lstm_lab.models.rnn import ElmanRNN, ElmanTrace, TruncatedElmanRNN, spectral_radius

__all__ = [
    "ACTIVATIONS",
    "CELLS",
    "GRU",
    "LSTM",
    "LSTM1997",
    "MLP",
    "Activation",
    "ElmanRNN",
    "ElmanTrace",
    "GRUTrace",
    "Grads",
    "LSTM1997Trace",
    "LSTMTrace",
    "Learning",
    "MLPGrads",
    "MLPTrace",
    "Perceptron",
    "Readout",
    "ReadoutGrads",
    "ReadoutTrace",
    "Recurrent",
    "Trace",
    "TruncatedElmanRNN",
    "VariantLSTM",
    "count_parameters",
    "load_parameters",
    "make",
    "spectral_radius",
]
