"""From Perceptron to LSTM: the code of the course."""
