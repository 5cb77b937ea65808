from itertools import pairwise

import numpy as np
import pytest

from lstm_lab.interact import theme
from lstm_lab.interact.diagram import arrows_of, diagram, note


def test_only_the_arrows_named_have_a_head_and_it_points_along():
    drawn = arrows_of([(0, 0, 1, 0), (0, 0, 0, 2)], "up", theme.BLUE, "solid", heads=[1], size=0.5)
    points = list(zip(drawn.x, drawn.y, strict=True))
    pieces = [
        np.array(piece, dtype=float)
        for piece in pairwise(points)
        if None not in (*piece[0], *piece[1])
    ]
    assert len(pieces) == 4  # two shafts, and two strokes of one head
    for stroke in pieces[2:]:
        corner, tip = stroke
        assert tip.tolist() == [0, 2]
        assert corner[1] == pytest.approx(2 - 0.5)


def test_a_diagram_holds_its_boxes_its_words_and_its_sentence():
    made = diagram(
        [(1, 1, "h", "(n,)"), (3, 1, "y", "")],
        [arrows_of([(1.5, 1, 2.5, 1)], "V", theme.BLUE, "solid", heads=[0])],
        "From h to y.",
        (0, 4),
        (0, 2),
        [note(2, 1.3, "V")],
        height=200,
        half_width=0.5,
        caption="A step.",
    )
    assert len(made.layout.shapes) == 2
    assert [words.text for words in made.layout.annotations] == ["h<br>(n,)", "y", "V"]
    assert made.layout.meta["summary"] == "From h to y."
