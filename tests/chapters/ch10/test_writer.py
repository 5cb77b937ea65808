import math
from itertools import islice

import numpy as np
import pytest
import torch

from lstm_lab.chapters.ch10 import writer as writers
from lstm_lab.chapters.ch10.experiments.writing import WritingSettings, learn, pieces
from lstm_lab.sequences.letters import Alphabet
from lstm_lab.twins import twin

ALPHABET = Alphabet("ab (\n")
CELLS = tuple(writers.CELLS)


def small(cell, seed=0, size=6):
    return writers.fresh(cell, size, ALPHABET, np.random.default_rng(seed))


def text(rng, length):
    return ALPHABET.text(rng.integers(0, len(ALPHABET), length))


def torch_loss(made, numbers, state):
    """The mean cross entropy of a window, by PyTorch, and the states of the twin."""
    layer = twin(made.network.model)
    x = torch.tensor(ALPHABET.vectors(numbers[:-1]))
    states = layer(x, None if state is None else torch.tensor(state))
    hidden = states[1:][..., writers.output_part(made.network.model)]
    named = made.network.readout.parameters
    weights = {name: torch.tensor(value, requires_grad=True) for name, value in named.items()}
    net = hidden @ weights["weights"].T + weights["bias"]
    loss = torch.nn.functional.cross_entropy(
        net.reshape(-1, len(ALPHABET)), torch.tensor(numbers[1:]).reshape(-1)
    )
    loss.backward()
    return loss, weights, states


@pytest.mark.parametrize("cell", CELLS)
def test_a_window_is_what_pytorch_finds_with_a_carried_state(cell):
    made, rng = small(cell), np.random.default_rng(5)
    numbers = rng.integers(0, len(ALPHABET), (9, 3))
    _, _, state = made.learn_from(numbers, None)
    loss, gradients, after = made.learn_from(numbers, state)
    expected, weights, states = torch_loss(made, numbers, state)
    assert loss == pytest.approx(expected.item(), abs=1e-12)
    np.testing.assert_allclose(after, states[-1].detach().numpy(), atol=1e-9)
    for name, value in weights.items():
        np.testing.assert_allclose(gradients[f"readout.{name}"], value.grad.numpy(), atol=1e-9)


@pytest.mark.parametrize("cell", CELLS)
def test_the_gradient_of_a_window_is_its_slope(cell):
    made, rng = small(cell), np.random.default_rng(6)
    numbers = rng.integers(0, len(ALPHABET), (7, 2))
    _, _, state = made.learn_from(numbers, None)
    _, gradients, _ = made.learn_from(numbers, state)
    for name, weights in made.network.parameters.items():
        place = tuple(int(rng.integers(size)) for size in weights.shape)
        kept, losses = weights[place], []
        for shift in (-1e-6, 1e-6):
            weights[place] = kept + shift
            losses.append(made.learn_from(numbers, state)[0])
        weights[place] = kept
        slope = (losses[1] - losses[0]) / 2e-6
        assert gradients[name][place] == pytest.approx(slope, abs=1e-8), name


@pytest.mark.parametrize("cell", CELLS)
def test_windows_with_a_carried_state_see_the_whole_text(cell):
    made, rng = small(cell), np.random.default_rng(7)
    numbers = rng.integers(0, len(ALPHABET), (13, 2))
    state, losses = None, []
    for at in range(0, 12, 4):
        loss, _, state = made.learn_from(numbers[at : at + 5], state)
        losses.append(loss)
    whole, _, after = made.learn_from(numbers, None)
    assert np.mean(losses) == pytest.approx(whole)
    np.testing.assert_allclose(state, after)


@pytest.mark.parametrize("cell", CELLS)
def test_bits_are_the_loss_over_ln_2(cell):
    made, rng = small(cell), np.random.default_rng(8)
    words = text(rng, 30)
    loss, _, _ = made.learn_from(ALPHABET.numbers(words)[:, np.newaxis], None)
    assert made.bits(words).mean() == pytest.approx(loss / math.log(2))


@pytest.mark.parametrize("cell", CELLS)
def test_what_is_written_is_drawn_from_the_odds_and_read_back(cell):
    made = small(cell)
    said = list(islice(made.write("ab", 0.0, np.random.default_rng(0)), 12))
    read = "ab"
    for letter, state in said:
        trace = made.network.model.forward(ALPHABET.vectors(ALPHABET.numbers(read)))
        part = writers.output_part(made.network.model)
        net = made.network.readout.forward(trace.state[-1][part]).net
        assert letter == ALPHABET.letters[net.argmax()]
        read += letter
        trace = made.network.model.forward(ALPHABET.vectors(ALPHABET.numbers(read)))
        np.testing.assert_allclose(state, trace.state[-1], atol=1e-12)


@pytest.mark.parametrize("temperature", [0.5, 1.0, 3.0])
def test_letters_are_drawn_as_often_as_the_odds_say(temperature):
    net = np.array([0.3, -1.0, 2.0])
    odds = np.exp(net / temperature) / np.exp(net / temperature).sum()
    rng = np.random.default_rng(1)
    drawn = np.bincount([writers.draw(net, temperature, rng) for _ in range(4000)], minlength=3)
    spread = np.sqrt(odds * (1 - odds) / 4000)
    assert (np.abs(drawn / 4000 - odds) < 4 * spread).all()


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("letters", [5, 93])
def test_networks_of_a_size_are_the_largest_that_are_not_larger(cell, letters):
    alphabet = Alphabet("".join(map(chr, range(33, 33 + letters))))
    size = writers.size_for(cell, 20_000, letters)
    rng = np.random.default_rng(0)
    assert writers.fresh(cell, size, alphabet, rng).size <= 20_000
    assert writers.fresh(cell, size + 1, alphabet, rng).size > 20_000


@pytest.mark.parametrize("cell", CELLS)
def test_packed_weights_come_back_as_they_were_rounded(cell):
    made = small(cell)
    writers.round_weights(made)
    came = writers.unpacked(cell, 6, ALPHABET, writers.packed(made))
    for name, weights in made.network.parameters.items():
        np.testing.assert_array_equal(came.network.parameters[name], weights)


@pytest.mark.parametrize("cell", CELLS)
def test_learning_lowers_the_bits(cell):
    from lstm_lab.chapters.ch10 import corpus

    made = writers.fresh(cell, 12, corpus.alphabet(), np.random.default_rng(0))
    losses = list(learn(made, WritingSettings(updates=40, window=15, batch=8), 0.02, 0))
    assert len(losses) == 40
    assert np.mean(losses[-5:]) < np.mean(losses[:5]) - 1


def test_pieces_lie_side_by_side_and_go_round():
    from lstm_lab.chapters.ch10 import corpus

    made = writers.fresh("GRU", 2, corpus.alphabet(), np.random.default_rng(0))
    cut = pieces(made, 7, np.random.default_rng(3))
    learn_from = corpus.parts().learn
    assert cut.shape == (len(learn_from) // 7, 7)
    read = made.alphabet.text(cut.T.ravel())
    assert read[:5000] in learn_from + learn_from


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda made: made.write("", 1.0, np.random.default_rng(0)), "beginning must have"),
        (lambda made: made.write("x", 1.0, np.random.default_rng(0)), "got 'x'"),
        (lambda made: made.write("a", -1.0, np.random.default_rng(0)), "temperature must be"),
        (lambda made: made.write("a", 1.0, 3), "rng must be"),
        (lambda made: writers.fresh("LSTM 1997", 3, ALPHABET, np.random.default_rng(0)), "cell"),
        (lambda made: writers.fresh("GRU", 0, ALPHABET, np.random.default_rng(0)), "hidden_size"),
    ],
)
def test_a_wrong_argument_is_named_before_anything_is_written(call, words):
    with pytest.raises((TypeError, ValueError), match=words):
        call(small("GRU"))
