import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from lstm_lab.chapters.ch09.figures import ctc
from lstm_lab.models.ctc import SYMBOLS, every_label


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
        torch.tensor([[SYMBOLS.index(letter) for letter in label]]),
        torch.tensor([count]),
        torch.tensor([len(label)]),
    ).backward()
    letters = "-" + "-".join(label) + "-"
    for place, symbol in enumerate(SYMBOLS):
        through = share[:, [s for s, letter in enumerate(letters) if letter == symbol]].sum(axis=1)
        wanted = ctc.frames(count)[:, place] - gradient.grad.numpy()[:, place]
        np.testing.assert_allclose(through, wanted, atol=1e-9)


def test_what_cannot_be_said_is_said_to_be_so():
    figure = ctc.ctc_lattice("aa", 2)
    assert "No path of 2 frames" in figure.layout.meta["summary"]
    assert "3 frames at least" in figure.layout.meta["summary"]
    assert "70 of them" in ctc.ctc_lattice("ab", 6).layout.meta["summary"]


words = st.text("ab", min_size=1, max_size=4)


@given(st.integers(1, 20))
def test_the_frames_are_probabilities(count):
    y = ctc.frames(count)
    assert y.shape == (count, len(SYMBOLS))
    np.testing.assert_allclose(y.sum(axis=1), 1)
    assert (y > 0).all()


@given(words, st.integers(1, 7))
@settings(max_examples=20)
def test_every_lattice_has_its_traces_and_says_how_many_paths_there_are(label, count):
    shown, again = ctc.ctc_lattice(label, count), ctc.ctc_lattice(label, count)
    assert shown.to_json() == again.to_json()
    assert len(shown.data) == 3
    chance, paths = every_label(ctc.frames(count)).get(label, (0.0, 0))
    summary = shown.layout.meta["summary"]
    assert f"{paths} of them" in summary if paths else f"No path of {count} frames" in summary
    share = shown.data[1].customdata.reshape(count, -1)
    assert np.isfinite(share).all()
    assert share.sum(axis=1) == pytest.approx(float(paths > 0))
    assert (paths > 0) == (chance > 0)
