import numpy as np
import pytest

from lstm_lab.chapters.ch06.figures import gradient
from lstm_lab.models import ElmanRNN


def line(figure, name):
    return next(trace for trace in figure.data if trace.name == name)


def test_one_unit_multiplies_weight_times_slope():
    figure = gradient.one_unit(weight=-1.5, activation="tanh", input_scale=1.0, sequence_length=12)
    rng = np.random.default_rng(1991)
    ElmanRNN(1, 1, rng=rng, activation="tanh")
    h, factors = 0.0, []
    for x in rng.standard_normal(12):
        h = np.tanh(-1.5 * h + x)
        factors.append(abs(-1.5 * (1 - h**2)))
    product = line(figure, "product of the factors so far").y
    np.testing.assert_allclose(product, np.log10(np.cumprod([1.0, *factors[::-1]])), atol=1e-12)
    bound = line(figure, "at most: (|w| × steepest slope) each step").y
    assert np.all(np.array(product) <= np.array(bound) + 1e-12)
    np.testing.assert_allclose(bound, np.arange(13) * np.log10(1.5 * 1.0), atol=1e-12)


def test_a_logistic_unit_below_weight_four_must_vanish():
    for weight in (0.5, 1.0, 3.0, 3.99):
        bound = line(
            gradient.one_unit(weight=weight), "at most: (|w| × steepest slope) each step"
        ).y
        assert bound[-1] < 0


def test_without_input_the_radius_decides_and_with_input_it_does_not():
    figure = gradient.vanish_or_explode(radii=(0.8, 1.0, 1.2), sequence_length=30)
    quiet = [trace.y[-1] for trace in figure.data if trace.xaxis != "x2"]
    driven = [trace.y[-1] for trace in figure.data if trace.xaxis == "x2"]
    assert quiet[0] < -1
    assert abs(quiet[1]) < 0.7
    assert quiet[2] > 1
    assert all(end < -1 for end in driven)
    assert driven == sorted(driven)


def test_weights_and_slopes_together_make_the_whole():
    figure = gradient.where_it_is_lost("tanh", 1.0, 0.0)
    alone, full = line(figure, "weights alone").y, line(figure, "weights and slopes").y
    np.testing.assert_allclose(alone, full, atol=1e-6)
    bars = line(figure, "slopes").y
    assert np.isclose(sum(bars), 100)
    assert bars[-1] == pytest.approx(100)


def test_strong_input_saturates_units():
    weak = line(gradient.where_it_is_lost("tanh", 0.9, 0.1), "slopes").y
    strong = line(gradient.where_it_is_lost("tanh", 0.9, 3.0), "slopes").y
    assert weak[0] < 1
    assert strong[0] > 20
