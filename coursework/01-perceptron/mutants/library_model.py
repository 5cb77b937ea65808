# loses: predict-sign predict-tie
# Lets the library do it.
# %% predict
from lstm_lab.models import Perceptron
def predict(w, X):
    model = Perceptron(len(w) - 1)
    return model.predict(X)
