import base64
import html
import json
import math
import subprocess
import sys

import numpy as np
import plotly.graph_objects as go
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from markup import Seen

from bookbuild import explorer_html
from lstm_lab.interact import (
    MIME,
    STATIC_VARIABLE,
    Explorer,
    control,
    explore,
    static,
    still_picture,
    theme,
)


def line(slope=1.0, kind="straight", bend=0.0):
    x = np.arange(5.0)
    y = slope * x + (bend * x**2 if kind == "bent" else 0)
    return theme.figure([go.Scatter(x=x, y=y)], f"A {kind} line of slope {slope:g}.")


def make():
    return explore(
        line,
        "line",
        "What to see.",
        slope=[1.0, 2.0, 3.0],
        kind=["straight", "bent"],
        bend=control([0.5, 1.0], kind="bent"),
    )


def test_a_control_that_does_not_apply_costs_no_states():
    states = list(make().states())
    assert len(states) == 3 * (1 + 2)
    assert {"slope": 1.0, "kind": "straight"} in states
    assert {"slope": 3.0, "kind": "bent", "bend": 1.0} in states


def test_the_name_comes_from_the_function():
    def two_words():
        return None

    assert explore(two_words).name == "two-words"


@pytest.mark.parametrize("name", ["Two", "a b", "a--b", "-a", '"><script>'])
def test_bad_names(name):
    with pytest.raises(ValueError, match="name must be lower-case words with hyphens"):
        explore(line, name)


def test_a_function_is_wanted():
    with pytest.raises(TypeError, match="function must be callable, got int"):
        explore(3)


def test_conditions_on_unknown_controls_and_values():
    with pytest.raises(ValueError, match="bend depends on 'kind', which must be a control"):
        explore(line, bend=control([1, 2], kind="bent"), kind=["straight", "bent"])
    with pytest.raises(ValueError, match="bend depends on kind = 'round', which kind never takes"):
        explore(line, kind=["straight", "bent"], bend=control([1, 2], kind="round"))


def test_the_static_page_holds_every_state_and_the_first_picture():
    page = static.explorer_page(make())
    assert page["states"] == 9
    assert page["summary"] == "A straight line of slope 1."
    assert page["picture"].startswith("<svg")
    assert "<style" not in page["picture"]
    assert page["bytes"] < 2000


def test_html_has_one_control_a_parameter_and_escapes_text():
    explorer = explore(line, "line", "<b>&", kind={"<i>": "straight", "bent": "bent"})
    text = explorer_html.page_html(static.explorer_page(explorer), "../_static")
    assert 'data-explorer="line"' in text
    assert text.count('name="kind"') == 2
    assert "<i>" not in text
    assert "<b>" not in text
    assert 'aria-live="polite"' in text


def test_the_widget_is_shown_live_and_the_page_while_building(monkeypatch, tmp_path):
    live = make()._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in live
    assert "A straight line of slope 1." in live["text/html"]
    monkeypatch.setenv(STATIC_VARIABLE, str(tmp_path))
    built = make()._repr_mimebundle_()
    assert set(built) == {MIME, "text/plain"}
    assert json.loads(json.dumps(built[MIME]))["states"] == 9


def test_building_creates_no_widget():
    code = (
        "import os; os.environ['LSTM_LAB_STATIC'] = '.'\n"
        "import sys, plotly.graph_objects as go\n"
        "from lstm_lab.interact import explore\n"
        "from lstm_lab.interact import theme\n"
        "def f(a=1): return theme.figure([go.Scatter(y=[a, a])], f'{a}')\n"
        "explore(f, a=[1, 2])._repr_mimebundle_()\n"
        "print('ipywidgets' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_moving_a_live_control_updates_the_figure_in_place():
    box = make().live()
    slope, kind, bend, figure, summary = box.children
    assert bend.layout.display == "none"
    trace = figure.data[0]
    slope.value = 2
    assert trace is figure.data[0]
    np.testing.assert_array_equal(figure.data[0].y, 3.0 * np.arange(5.0))
    assert summary.value == "A straight line of slope 3."
    kind.value = 1
    assert bend.layout.display is None
    bend.value = 1
    x = np.arange(5.0)
    np.testing.assert_array_equal(figure.data[0].y, 3.0 * x + x**2)


def test_over_budget_in_states(monkeypatch):
    monkeypatch.setattr(static, "MAX_STATES", 8)
    with pytest.raises(
        ValueError,
        match=r"explorer 'line' has more than 8 states: thin its longest axis, of slope \(3\)",
    ):
        static.explorer_page(make())


def test_over_budget_in_bytes(monkeypatch):
    monkeypatch.setattr(static, "MAX_BYTES", 100)
    with pytest.raises(ValueError, match="bytes compressed, over 100: thin its longest axis"):
        static.explorer_page(make())


def test_a_figure_without_its_sentence_is_refused():
    with pytest.raises(ValueError, match=r"must say in layout.meta\['summary'\]"):
        static.figure_page(go.Figure(), "bare")


def test_many_states_are_computed_in_parallel_to_the_same_result():
    explorer = explore(theme_line, "many", slope=(1, 60))
    page = static.explorer_page(explorer)
    assert page["states"] == 60
    serial = static._compute_states(theme_line, list(explorer.states()))
    from lstm_lab.interact.pack import pack

    keys = [str(place) for place in range(60)]
    assert page["payload"] == pack(serial, keys).text


def theme_line(slope=1):
    return theme.figure([go.Scatter(y=slope * np.arange(4.0))], f"Slope {slope}.")


def test_a_page_is_kept_and_found_again(monkeypatch, tmp_path):
    monkeypatch.setenv(STATIC_VARIABLE, str(tmp_path))
    calls = []

    def counted(level=1):
        calls.append(level)
        return theme.figure([go.Scatter(y=[level, level])], f"Level {level}.")

    counted.__module__ = "lstm_lab.chapters.counted"
    first = static.explorer_page(Explorer(counted, "kept", "", level=[1, 2]))
    count = len(calls)
    assert static.explorer_page(Explorer(counted, "kept", "", level=[1, 2])) == first
    assert len(calls) == count
    static.explorer_page(Explorer(counted, "kept", "", level=[1, 3]))
    assert len(calls) > count
    assert not list(tmp_path.glob("*.partial"))


def test_curves_are_packed_as_numbers_not_as_text():
    page = static.explorer_page(explore(line, "line", slope=[1.0, 2.5, 3.0]))
    assert 0 < page["precision"]["data.0.y"] < 1e-2


# --- over generated controls and words

words = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1, max_size=8
).filter(str.strip)
choices = st.one_of(
    st.lists(st.integers(-99, 99), min_size=1, max_size=4, unique=True),
    st.lists(words, min_size=1, max_size=3, unique=True),
    st.dictionaries(words, st.integers(0, 9), min_size=1, max_size=3).filter(
        lambda named: len(set(named.values())) == len(named)
    ),
    st.booleans(),
)


@given(st.dictionaries(st.sampled_from("abc"), choices, min_size=1), words)
@settings(max_examples=10)
def test_a_page_holds_as_many_states_as_controls_have_settings(specs, caption):
    def picture(**values):
        return theme.figure([go.Scatter(x=[0, 1], y=[0, len(values)])], f"{sorted(values)}")

    made = Explorer(picture, "any", caption, **specs)
    assert explore(picture, "any", caption, **specs).controls == made.controls
    states = list(made.states())
    sizes = [len(one.values) for one in made.controls.values()]
    assert len(states) == math.prod(sizes)
    assert len({json.dumps(state, sort_keys=True) for state in states}) == len(states)
    page = static.explorer_page(made)
    assert page["states"] == len(states)
    text = explorer_html.page_html(page, "../_static")
    seen = Seen(text)
    assert {attrs["data-control"] for _, attrs in seen.found if "data-control" in attrs} == set(
        specs
    )
    tags = {tag for tag, _ in seen.found} - {tag for tag, _ in Seen(page["picture"]).found}
    assert tags <= {
        "figure", "form", "div", "label", "input", "output", "fieldset", "legend", "select", "option", "p",
        "figcaption", "button", "span", "details", "summary", "strong",
    }  # fmt: skip
    assert caption in seen.text
    assert explorer_html.payload_key(page) in explorer_html.payload_script(page)


@given(st.lists(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=5), min_size=1, max_size=3))
def test_a_figure_as_plain_data_has_its_numbers(curves):
    figure = theme.figure([go.Scatter(y=np.array(curve)) for curve in curves], "A finding.")
    plain = static.figure_json(figure)
    assert "template" not in plain["layout"]
    for curve, trace in zip(curves, plain["data"], strict=True):
        assert np.array_equal(trace["y"], curve)
    page = static.figure_page(figure, "plain")
    assert (page["states"], page["controls"]) == (1, [])


@given(
    hnp.arrays(
        st.sampled_from([np.float64, np.float32, np.int32, np.uint8]),
        hnp.array_shapes(max_dims=2, max_side=4),
        elements={"min_value": 0, "max_value": 200},
    )
)
def test_an_array_comes_out_of_plotlys_text_as_it_went_in(array):
    text = base64.b64encode(array.tobytes()).decode()
    value = {
        "bdata": text,
        "dtype": array.dtype.str.lstrip("<|"),
        "shape": ",".join(map(str, array.shape)),
    }
    found = static.decoded({"inner": [value, "word", 3]})
    assert np.array_equal(found["inner"][0], array)
    assert found["inner"][0].dtype == array.dtype
    assert found["inner"][1:] == ["word", 3]


drawable = st.text(st.sampled_from("ab <&$_^\\{}%é−"), min_size=1, max_size=8).filter(str.strip)


@given(drawable, drawable, st.lists(st.floats(-1e3, 1e3), min_size=2, max_size=6))
@settings(max_examples=8)
def test_a_picture_is_an_image_with_its_words(x, y, values):
    titles = {"xaxis_title_text": html.escape(x), "yaxis_title_text": html.escape(y)}
    figure = theme.figure([go.Scatter(y=values)], "A <finding>.", **titles)
    drawn = still_picture.picture(figure)
    assert still_picture.picture(figure) == drawn
    seen = Seen(still_picture.first_picture(figure))
    assert seen.found[0][0] == "figure"
    assert "A <finding>." in seen.text
    for title in (x, y):
        assert "".join(title.split()) in "".join(seen.text.split())
