import itertools

import numpy as np
import pytest

from lstm_lab.interact import theme


def luminance(colour):
    parts = np.array([int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)])
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def contrast(one, other):
    low, high = sorted([luminance(one), luminance(other)])
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("colour", theme.COLOURS)
def test_lines_stand_out_from_both_papers(colour, mode):
    assert contrast(colour, theme.PAPER[mode]) >= 3


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_text_can_be_read_on_both_papers(mode):
    assert contrast(theme.INK[mode], theme.PAPER[mode]) >= 7


# Machado, Oliveira & Fernandes 2009, full severity, on linear RGB.
BLINDNESS = {
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
}


@pytest.mark.parametrize("kind", BLINDNESS)
def test_hues_differ_for_a_colour_blind_reader(kind):
    hues = [colour for colour in theme.COLOURS if colour != theme.GREY]
    rgb = np.array([[int(c[at : at + 2], 16) / 255 for at in (1, 3, 5)] for c in hues])
    seen = np.clip(rgb**2.2 @ np.array(BLINDNESS[kind]).T, 0, 1) ** (1 / 2.2)
    for one, other in itertools.combinations(seen, 2):
        assert np.abs(one - other).max() > 0.1


def test_a_figure_says_what_it_shows():
    assert theme.figure([], "A sentence.", meta={"name": "x"}).layout.meta == {
        "name": "x",
        "summary": "A sentence.",
    }


@pytest.mark.parametrize(
    ("log10", "text"),
    [
        (0.0, "1"),
        (-1.5, "0.032"),
        (1.0, "10"),
        (2.2, "160"),
        (3.9, "7900"),
        (-12.0, "1.0 × 10⁻¹²"),
        (-240.3, "5.0 × 10⁻²⁴¹"),
        (700.99999, "1.0 × 10⁷⁰¹"),
        (float("-inf"), "0"),
    ],
)
def test_powers_of_ten_in_words(log10, text):
    assert theme.power_text(log10) == text


@pytest.mark.parametrize(("low", "high"), [(-45, 15), (-3, 3), (0, 1), (-700, 10), (-7.5, -2.5)])
def test_ticks_lie_on_whole_powers_within_the_axis(low, high):
    axis = theme.power_axis(low, high)
    assert 1 <= len(axis["tickvals"]) <= 8
    assert all(low <= value <= high and value == int(value) for value in axis["tickvals"])
    assert len(axis["ticktext"]) == len(axis["tickvals"])
    assert axis["range"] == [low, high]


def test_a_faint_colour_is_the_same_hue():
    assert theme.faint("#0f7fc4", 0.5) == "rgba(15,127,196,0.5)"
