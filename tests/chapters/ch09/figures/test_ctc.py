from itertools import product

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import seeds

from lstm_lab.chapters.ch09.figures import ctc


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
    every = ctc.every_label(count)
    assert sum(chance for chance, _ in every.values()) == pytest.approx(1)
    assert sum(paths for _, paths in every.values()) == 3**count
    for label, (chance, _) in every.items():
        if label:
            assert ctc.label_probability(ctc.frames(count), label) == pytest.approx(chance)


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


def test_a_label_of_other_letters_is_refused():
    for label in ("", "c", "a-b"):
        with pytest.raises(ValueError, match="label must be made of ab"):
            ctc.forward_table(ctc.frames(3), label)


@pytest.mark.parametrize(("label", "count"), [("ab", 6), ("aba", 8), ("aa", 3)])
def test_every_path_of_the_lattice_passes_each_frame_once(label, count):
    nodes = next(
        trace for trace in ctc.ctc_lattice(label, count).data if trace.name == "share of the paths"
    )
    share = np.array(nodes.customdata).reshape(count, -1)
    np.testing.assert_allclose(share.sum(axis=1), 1)
    gradient = torch.tensor(np.log(ctc.frames(count)), requires_grad=True)
    torch.nn.CTCLoss(blank=0, reduction="sum")(
        gradient[:, None],
        torch.tensor([[ctc.SYMBOLS.index(letter) for letter in label]]),
        torch.tensor([count]),
        torch.tensor([len(label)]),
    ).backward()
    letters = "-" + "-".join(label) + "-"
    for place, symbol in enumerate(ctc.SYMBOLS):
        through = share[:, [s for s, letter in enumerate(letters) if letter == symbol]].sum(axis=1)
        wanted = ctc.frames(count)[:, place] - gradient.grad.numpy()[:, place]
        np.testing.assert_allclose(through, wanted, atol=1e-9)


def test_what_cannot_be_said_is_said_to_be_so():
    figure = ctc.ctc_lattice("aa", 2)
    assert "No path of 2 frames" in figure.layout.meta["summary"]
    assert "3 frames at least" in figure.layout.meta["summary"]
    assert "70 of them" in ctc.ctc_lattice("ab", 6).layout.meta["summary"]


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


@given(st.integers(1, 7))
def test_the_labels_of_any_frames_share_out_all_paths(count):
    y, every = ctc.frames(count), ctc.every_label(count)
    np.testing.assert_allclose(y.sum(axis=1), 1)
    assert (y > 0).all()
    chances, paths = zip(*every.values(), strict=True)
    assert sum(chances) == pytest.approx(1)
    assert sum(paths) == 3**count
    assert list(chances) == sorted(chances, reverse=True)
    for label, (chance, _) in every.items():
        if label:
            assert ctc.label_probability(y, label) == pytest.approx(chance)


@given(words, st.integers(1, 7))
@settings(max_examples=20)
def test_every_lattice_has_its_traces_and_says_how_many_paths_there_are(label, count):
    shown, again = ctc.ctc_lattice(label, count), ctc.ctc_lattice(label, count)
    assert shown.to_json() == again.to_json()
    assert len(shown.data) == 3
    chance, paths = ctc.every_label(count).get(label, (0.0, 0))
    summary = shown.layout.meta["summary"]
    assert f"{paths} of them" in summary if paths else f"No path of {count} frames" in summary
    share = shown.data[1].customdata.reshape(count, -1)
    assert np.isfinite(share).all()
    assert share.sum(axis=1) == pytest.approx(float(paths > 0))
    assert (paths > 0) == (chance > 0)
