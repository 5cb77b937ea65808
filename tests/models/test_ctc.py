"""The recursion of CTC against all paths, PyTorch's loss and the equation of the chapter."""

from itertools import pairwise, product

import numpy as np
import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from strategies import seeds

from lstm_lab.models import ctc


def random_frames(seed, count):
    y = np.random.default_rng(seed).random((count, 3))
    return y / y.sum(axis=1, keepdims=True)


@pytest.mark.parametrize(
    ("path", "label"),
    [("aa-b", "ab"), ("-ab-", "ab"), ("a-ab", "aab"), ("aa-ab-", "aab"), ("----", ""), ("", "")],
)
def test_repeats_are_merged_before_blanks_are_dropped(path, label):
    assert ctc.collapse(path) == label


@pytest.mark.parametrize("label", ["a", "ab", "aa", "aba", "abba", "bbb"])
@pytest.mark.parametrize("count", [5, 9, 40])
def test_the_probability_is_torchs_ctc_loss(label, count):
    y = random_frames(count, count)
    loss = torch.nn.CTCLoss(blank=0, reduction="sum")(
        torch.tensor(np.log(y))[:, None],
        torch.tensor([[ctc.SYMBOLS.index(letter) for letter in label]]),
        torch.tensor([count]),
        torch.tensor([len(label)]),
    )
    assert -np.log(ctc.label_probability(y, label)) == pytest.approx(loss.item(), rel=1e-9)


@pytest.mark.parametrize("count", [1, 2, 3, 5])
def test_the_recursion_sums_the_paths_that_were_written_down(count):
    y = random_frames(count, count)
    every = ctc.every_label(y)
    chances, paths = zip(*every.values(), strict=True)
    assert sum(chances) == pytest.approx(1)
    assert list(chances) == sorted(chances, reverse=True)
    assert sum(paths) == 3**count
    for label, (chance, _) in every.items():
        if label:
            assert ctc.label_probability(y, label) == pytest.approx(chance)


def test_the_recursion_is_the_equation_of_the_chapter():
    y, label = random_frames(1, 6), "abb"
    places = "-a-b-b-"
    alpha = np.zeros((6, 7))
    alpha[0, 0], alpha[0, 1] = y[0, 0], y[0, 1]
    for t in range(1, 6):
        for s in range(7):
            bracket = s >= 2 and places[s] != "-" and places[s] != places[s - 2]
            before = [alpha[t - 1, s - k] for k in range(3) if s >= k and (k < 2 or bracket)]
            alpha[t, s] = y[t, "-ab".index(places[s])] * sum(before)
    np.testing.assert_allclose(ctc.forward_table(y, label), alpha, atol=1e-15)


@pytest.mark.parametrize("label", ["", "c", "a-b"])
def test_a_label_of_other_letters_is_refused(label):
    with pytest.raises(ValueError, match="label must be made of ab"):
        ctc.forward_table(random_frames(0, 3), label)


def test_a_label_that_is_no_text_is_refused():
    with pytest.raises(TypeError, match=r"label must be a text made of ab, got \['a'\]"):
        ctc.label_probability(random_frames(0, 3), ["a"])


# --- over generated paths, labels and probabilities

words = st.text("ab", min_size=1, max_size=4)


@given(st.text("-ab", max_size=12), st.data())
def test_a_symbol_held_longer_says_the_same_and_a_blank_divides(path, data):
    held = "".join(symbol * data.draw(st.integers(1, 3)) for symbol in path)
    assert ctc.collapse(held) == ctc.collapse(path)
    assert ctc.collapse("-".join(path)) == path.replace("-", "")
    assert ctc.collapse(path[::-1]) == ctc.collapse(path)[::-1]


@given(seeds, st.integers(1, 6), words)
@settings(max_examples=25)
def test_the_table_sums_all_paths_of_any_frames(seed, count, label):
    y = random_frames(seed, count)
    each = {
        path: np.prod([y[t, s] for t, s in enumerate(path)])
        for path in product(range(3), repeat=count)
    }
    says = {path: ctc.collapse("".join(ctc.SYMBOLS[s] for s in path)) for path in each}
    wanted = sum(chance for path, chance in each.items() if says[path] == label)
    assert ctc.label_probability(y, label) == pytest.approx(wanted, abs=1e-15)
    assert ctc.forward_table(y, label).shape == (count, 2 * len(label) + 1)
    assert ctc.label_probability(y[::-1], label[::-1]) == pytest.approx(wanted, abs=1e-15)


@given(seeds, st.integers(1, 8), words)
@settings(max_examples=25)
def test_the_shares_are_what_the_label_owes_to_each_place(seed, count, label):
    """Rows sum to 1, and gathered by symbol they are the gradient of PyTorch's loss."""
    assume(len(label) + sum(a == b for a, b in pairwise(label)) <= count)
    y = random_frames(seed, count)
    share = ctc.path_shares(y, label)
    np.testing.assert_allclose(share.sum(axis=1), 1)
    gradient = torch.tensor(np.log(y), requires_grad=True)
    torch.nn.CTCLoss(blank=0, reduction="sum")(
        gradient[:, None],
        torch.tensor([[ctc.SYMBOLS.index(letter) for letter in label]]),
        torch.tensor([count]),
        torch.tensor([len(label)]),
    ).backward()
    places = ctc.with_blanks(label)
    for column, symbol in enumerate(ctc.SYMBOLS):
        through = share[:, [s for s, letter in enumerate(places) if letter == symbol]].sum(axis=1)
        np.testing.assert_allclose(through, (y - gradient.grad.numpy())[:, column], atol=1e-9)
