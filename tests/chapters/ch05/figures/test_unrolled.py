"""The unrolled network and its truncated gradient (chapter 05)."""

import numpy as np
import pytest

from lstm_lab.chapters.ch05.figures import unrolled
from lstm_lab.models import ElmanRNN
from lstm_lab.sequences import xor_in_time


def named(net: ElmanRNN) -> list[np.ndarray]:
    return [net.parameters[name] for name in ("input_weights", "recurrent_weights", "bias")]


def test_the_followed_gradient_ends_at_the_finite_difference():
    net = unrolled.example_network("untrained", 0.9)
    line = next(xor_in_time(np.random.default_rng(1), 4))
    target = float(line.target[-1, 0])
    full = unrolled.followed_back(net, line.x, target, unrolled.STEPS - 1)["recurrent_weights"]
    weights = net.model.parameters["recurrent_weights"]
    for place in ((0, 0), (2, 3)):
        kept, losses = weights[place], []
        for change in (1e-5, -1e-5):
            weights[place] = kept + change
            losses.append((net.outputs(line.x)[-1, 0] - target) ** 2 / 2)
        weights[place] = kept
        assert full[place] == pytest.approx((losses[0] - losses[1]) / 2e-5, rel=1e-5, abs=1e-9)


def test_the_unrolled_figure_draws_the_states_and_ends_at_the_full_gradient():
    figure = unrolled.unrolled_network("untrained", 1.5, 3, 2)
    by_name = {trace.name: trace for trace in figure.data}
    line = next(xor_in_time(np.random.default_rng(2), 4))
    W, U, b = named(unrolled.example_network("untrained", 1.5).model)
    h, states = np.zeros(unrolled.UNITS), []
    for bit in line.x:
        h = np.tanh(W @ bit + U @ h + b)
        states.append(h)
    for unit in range(unrolled.UNITS):
        np.testing.assert_allclose(by_name[f"unit {unit + 1}"].y, np.array(states)[:, unit])
    for name in ("direction", "length"):
        assert by_name[name].y[0] == pytest.approx(1)
    assert "followed 3 steps back" in figure.layout.meta["summary"]


def test_every_state_of_the_unrolled_figure_has_the_same_traces():
    shapes = {
        tuple(trace.name for trace in unrolled.unrolled_network(steps_back=back).data)
        for back in (0, 4, unrolled.STEPS - 1)
    }
    assert len(shapes) == 1


def test_what_the_text_says_of_truncation_holds_over_sequences():
    """An untrained net loses little by the cut, the trained one much."""
    angles = {}
    for network in unrolled.NETWORKS:
        net, stream, found = (
            unrolled.example_network(network),
            xor_in_time(np.random.default_rng(3), 4),
            [],
        )
        for _ in range(60):
            line = next(stream)
            cut, full = (
                np.concatenate(
                    [
                        g.ravel()
                        for g in unrolled.followed_back(
                            net, line.x, line.target[-1, 0], back
                        ).values()
                    ]
                )
                for back in (0, unrolled.STEPS - 1)
            )
            found.append(cut @ full / np.linalg.norm(cut) / np.linalg.norm(full))
        angles[network] = np.degrees(np.arccos(np.median(found)))
    assert angles["untrained"] < 25
    assert angles["trained on XOR in time"] > 2 * angles["untrained"]
