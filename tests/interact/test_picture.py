import re

import plotly.graph_objects as go
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lstm_lab.interact import theme
from lstm_lab.interact.picture import _words, first_picture, picture


def test_traces_axes_and_words_are_drawn():
    figure = theme.figure(
        [
            go.Scatter(x=[1, 2], y=[1, 2], name="curve"),
            go.Scatter(x=[1, 2], y=[2, 3], fill="tonexty", line={"width": 0}, showlegend=False),
            go.Scatter(x=[1], y=[1], name="unseen", visible=False),
            go.Bar(x=["a", "b"], y=[1, 2], xaxis="x2", yaxis="y2"),
        ],
        "A curve and two bars.",
        xaxis={"domain": [0, 0.4], "title": "steps"},
        xaxis2={"domain": [0.6, 1]},
        yaxis2={"anchor": "x2"},
    )
    svg = picture(figure)
    assert svg.startswith("<svg")
    assert "steps" in svg
    assert "curve" in svg
    assert "unseen" not in svg
    assert svg.count('id="axes_') == 2


def test_ink_is_the_colour_of_the_page_and_nothing_leaks_out():
    svg = picture(theme.figure([go.Scatter(y=[1, 2])], "Up."))
    assert "currentColor" in svg
    assert "#010203" not in svg
    assert "<style" not in svg
    assert "<metadata" not in svg


def test_no_two_figures_share_an_id_that_they_rest_on():
    figures = [theme.figure([go.Scatter(y=[1, end])], "Up.") for end in (2, 3)]
    first, second = (set(re.findall(r'(?:url\(|href=")#([^")]+)', picture(f))) for f in figures)
    assert first
    assert not first & second


def test_the_same_figure_gives_the_same_bytes():
    figure = theme.figure([go.Heatmap(z=[[1, 2], [3, 4]])], "Four cells.")
    assert picture(figure) == picture(figure)


def width_of(svg):
    return float(re.search(r'viewBox="[-\d.]+ [-\d.]+ ([\d.]+)', svg)[1])


def test_a_picture_grows_by_the_words_that_have_no_room():
    widths = [
        width_of(picture(theme.figure([go.Bar(x=[1], y=[name], orientation="h")], "One bar.")))
        for name in ("a", "ab", "a name of many words at an axis")
    ]
    assert widths[0] == widths[1] == 518.4  # 7.2 inches
    assert widths[2] > 550


@pytest.mark.parametrize(
    ("position", "anchor"),
    [("middle left", "end"), ("top center", "middle"), ("bottom right", "start")],
)
def test_words_stand_on_the_side_of_their_point_that_plotly_puts_them(position, anchor):
    words = go.Scatter(x=[1], y=[1], text=["words"], mode="text", textposition=position)
    (style,) = re.findall(
        r'<text style="([^"]*)"[^>]*>words<', picture(theme.figure([words], "W."))
    )
    assert f"text-anchor: {anchor};" in style


def test_other_traces_are_refused_by_name():
    with pytest.raises(TypeError, match="got 'pie'"):
        picture(go.Figure([go.Pie(values=[1, 2])]))


def test_the_sentence_is_escaped():
    assert "&lt;script&gt;" in first_picture(theme.figure([go.Scatter(y=[1, 2])], "<script>"))


def test_plotly_markup_becomes_words():
    assert _words("10<sup>−12</sup> <b>per</b> step<br>h<sub>1</sub>") == "10⁻¹² per step\nh₁"


def test_a_subscript_of_letters_stays_one():
    assert _words("h<sub>t−1</sub>, a<sub>t</sub>") == "hₜ₋₁, aₜ"
    assert _words("a<sub>y,t</sub>") == "a_y,t"


def test_an_axis_that_is_not_visible_leaves_no_line():
    bare = {"visible": False, "showgrid": False}
    full = picture(theme.figure([go.Scatter(x=[1, 2], y=[1, 2])], "Up."))
    none = picture(theme.figure([go.Scatter(x=[1, 2], y=[1, 2])], "Up.", xaxis=bare, yaxis=bare))
    lines = [svg.count('id="patch_') for svg in (full, none)]
    assert lines[0] - lines[1] == 2


def places_of(svg, beginning):
    """Where words with such a beginning stand, (y, x) by the words."""
    found = re.findall(rf'x="([\d.]+)" y="(-?[\d.]+)"[^>]*>({beginning}[^<]*)', svg)
    return {words: (float(y), float(x)) for x, y, words in found}


@given(st.integers(1, 9), st.integers(1, 40), st.booleans())
@settings(max_examples=12)
def test_the_names_of_curves_are_read_row_by_row_outside_of_the_axes(count, length, above):
    names = [f"{n} {'x' * length}" for n in range(count)]
    place = {"y": 1.02, "yanchor": "bottom"} if above else {"y": -0.2, "yanchor": "top"}
    figure = theme.figure(
        [go.Scatter(y=[0.1, 0.2], name=name) for name in names],
        "Flat.",
        legend={"orientation": "h", "x": 0, "xanchor": "left", **place},
        yaxis={"tickvals": [0.1, 0.2], "ticktext": ["low", "high"], "range": [0.1, 0.2]},
        showlegend=True,
    )
    svg = picture(figure)
    named = places_of(svg, r"\d x")
    ticks = places_of(svg, "low|high")
    assert sorted(named, key=named.get) == names
    if above:
        assert max(y for y, _ in named.values()) < ticks["high"][0]
    else:
        assert min(y for y, _ in named.values()) > ticks["low"][0]
    assert width_of(svg) == 518.4


def test_a_filled_area_without_a_line_has_its_name():
    area = go.Scatter(x=[0, 1, 1], y=[0, 0, 1], fill="toself", line={"width": 0}, name="here")
    assert "here" in places_of(picture(theme.figure([area], "Here.", showlegend=True)), "here")
