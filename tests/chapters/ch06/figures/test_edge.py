"""The edge of chaos: the map, its line, the theory of large networks, and the picture of non-normal weights."""

from __future__ import annotations

import numpy as np
import pytest

from lstm_lab import gradients
from lstm_lab.chapters.ch06.figures import edge


def line(figure, name):
    return next(trace for trace in figure.data if trace.name == name)


def test_without_input_the_growth_is_the_radius():
    for units in edge.SIZES:
        np.testing.assert_allclose(10 ** edge.growth_map(units)[0], edge.RADII, rtol=0.01)


def test_more_input_moves_the_edge_to_a_larger_radius_and_a_driven_network_can_explode():
    for units in edge.SIZES:
        assert (np.diff(edge.edge(units)) > 0).all()
    driven = edge.growth_map(32)[edge.INPUTS.index(1.0)]
    assert driven[edge.RADII.index(1.5)] < 0 < driven[edge.RADII.index(2.5)]
    assert 1.85 < edge.edge(32)[edge.INPUTS.index(1.0)] < 2.1


def test_the_larger_the_network_the_nearer_it_is_to_the_theory_of_infinitely_many_units():
    off = [np.abs(edge.edge(units) - edge.mean_field_edge())[1:].mean() for units in edge.SIZES]
    assert off == sorted(off, reverse=True)
    assert off[-1] < 0.2


def test_on_the_edge_of_the_theory_the_growth_is_one_and_the_variance_is_its_own():
    """Against a simulation of one large network, whose units are the sample."""
    rng = np.random.default_rng(0)
    radius, scale, units = 1.5, 0.5, 600
    U = radius * rng.normal(size=(units, units)) / np.sqrt(units)
    h, logs = np.zeros(units), []
    for _ in range(200):
        h = np.tanh(U @ h + scale * rng.normal(size=units))
        logs.append(np.sqrt(radius**2 * np.mean((1 - h**2) ** 2)))
    assert edge.mean_field_growth(radius, scale) == pytest.approx(np.mean(logs[50:]), rel=0.02)
    for radius, scale in zip(edge.mean_field_edge(), edge.INPUTS, strict=True):
        if scale:
            assert edge.mean_field_growth(radius, scale) == pytest.approx(1, abs=0.005)


@pytest.mark.parametrize(("radius", "scale"), [(1.5, 1.0), (2.5, 1.0), (1.1, 0.0)])
def test_the_profile_at_the_right_falls_or_rises_as_the_map_says(radius, scale):
    figure = edge.edge_of_chaos(32, radius, scale)
    profile = [trace for trace in figure.data if trace.xaxis == "x2"][-1]
    slope = np.polyfit(np.array(profile.x)[5:], np.array(profile.y, dtype=float)[5:], 1)[0]
    grown = edge.growth_map(32)[edge.INPUTS.index(scale), edge.RADII.index(radius)]
    assert slope == pytest.approx(grown, abs=0.015)
    says = "it explodes" if grown > 0.0022 else "it vanishes"
    assert says in figure.layout.meta["summary"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"recurrent_scale": 1.3}, "recurrent_scale must be one of 0.5, .*got 1.3"),
        ({"input_scale": 0.2}, "input_scale must be one of 0, .*got 0.2"),
        ({"units": 0}, "units must be a positive integer, got 0"),
    ],
)
def test_what_was_not_measured_is_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        edge.edge_of_chaos(**arguments)


def test_weights_drawn_at_random_outgrow_their_radius_at_first_and_orthogonal_ones_never():
    figure = edge.beside_the_radius(0.9)
    drawn, turned = line(figure, "drawn at random").y, line(figure, "orthogonal").y
    bound = line(figure, "radius to the power of k").y
    assert drawn.argmax() == 2
    assert 1.5 < 10 ** drawn.max() < 2
    assert drawn[8] >= 0 > drawn[10]
    assert (drawn >= bound - 1e-9).all()
    np.testing.assert_allclose(turned, bound, atol=1e-9)


def test_a_network_at_rest_has_the_norms_of_the_picture():
    flow = gradients.gradient_flow(
        "tanh RNN", 40, 32, recurrent_scale=0.9, input_scale=0.0, seeds=20
    )
    np.testing.assert_allclose(
        flow.state.median, line(edge.beside_the_radius(0.9), "drawn at random").y, atol=1e-9
    )
