import ipywidgets
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_lab.interact import control, make_control
from lstm_lab.interact.control import MAX_VALUES, number_text


def test_a_tuple_of_integers_is_a_slider_with_both_ends():
    made = make_control("steps", (5, 200, 5))
    assert made.kind == "range"
    assert (made.values[0], made.values[-1], len(made.values)) == (5, 200, 40)
    assert all(isinstance(value, int) for value in made.values)


def test_a_tuple_of_floats_has_no_rounding_dust():
    assert make_control("rate", (0.0, 1.0, 0.1)).values == (
        0.0,
        0.1,
        0.2,
        0.3,
        0.4,
        0.5,
        0.6,
        0.7,
        0.8,
        0.9,
        1.0,
    )


def test_many_numbers_in_a_list_are_a_slider_and_few_numbers_or_words_are_a_choice():
    assert make_control("radius", [0.5, 0.9, 1.0, 1.2]).kind == "range"
    assert make_control("noise", [0.2, 1.0]).kind == "choice"
    assert make_control("cell", ["tanh RNN", "LSTM"]).kind == "choice"


def test_a_dict_shows_its_keys_and_passes_its_values():
    made = make_control("cell", {"plain": "rnn", "gated": "lstm"})
    assert made.texts == ("plain", "gated")
    assert made.values == ("rnn", "lstm")


def test_a_bool_is_a_switch_at_its_value():
    made = make_control("trained", True)
    assert (made.kind, made.values[made.initial]) == ("switch", True)


def test_label_unit_first_value_and_condition():
    spec = control([1, 2, 3], label="forget bias", unit="steps", initial=2, cell=["a", "b"])
    made = make_control("bias", spec)
    assert made.label == "forget bias"
    assert made.texts == ("1 steps", "2 steps", "3 steps")
    assert made.values[made.initial] == 2
    assert made.applies({"cell": "b"})
    assert not made.applies({"cell": "c"})


@pytest.mark.parametrize(
    ("widget", "kind", "values"),
    [
        (lambda: ipywidgets.IntSlider(4, min=2, max=6, step=2), "range", (2, 4, 6)),
        (lambda: ipywidgets.FloatSlider(0.5, min=0, max=1, step=0.5), "range", (0.0, 0.5, 1.0)),
        (lambda: ipywidgets.Dropdown(options=["a", "b"], value="b"), "choice", ("a", "b")),
        (lambda: ipywidgets.SelectionSlider(options=[1, 10], value=10), "range", (1, 10)),
        (lambda: ipywidgets.RadioButtons(options=[("A", 1)]), "choice", (1,)),
        (lambda: ipywidgets.Checkbox(True), "switch", (False, True)),
    ],
)
def test_real_widgets(widget, kind, values):
    made_of = widget()
    made = make_control("argument", made_of)
    assert (made.kind, made.values) == (kind, values)
    assert made.values[made.initial] == made_of.value


@pytest.mark.parametrize(
    ("spec", "error", "message"),
    [
        ((1,), ValueError, r"size must be \(first, last\)"),
        ((5, 5), ValueError, "size must have first < last"),
        ((0, 1, -1), ValueError, "size must have first < last and step > 0"),
        ((0, float("nan")), ValueError, "of finite numbers"),
        ((0, 10**9), ValueError, "size must have at most 1000 values"),
        ([], ValueError, "size must have at least one value"),
        ([1, 2, 1.0], ValueError, "size must have each value once, got 1.0 twice"),
        ({"a": 1, "b": 1}, ValueError, "size must have each value once, got 1 twice"),
        ([1e-7, 1.00000001e-7], ValueError, "size must have each text once"),
        ("text", TypeError, "size must be a tuple"),
        (control([1, 2], initial=3), ValueError, r"size must start at one of \[1, 2\], got 3"),
        (None, TypeError, "got NoneType None"),
    ],
)
def test_bad_controls_are_named(spec, error, message):
    with pytest.raises(error, match=message):
        make_control("size", spec)


def test_a_widget_whose_values_cannot_be_listed_is_refused():
    with pytest.raises(TypeError, match="whose values cannot be listed"):
        make_control("name", ipywidgets.Text("hello"))


# --- over generated abbreviations


@given(st.integers(-1000, 1000), st.integers(1, 3000), st.integers(1, 50))
def test_a_slider_of_any_whole_bounds_has_even_steps_and_stays_inside(first, span, step):
    if span // step + 1 > MAX_VALUES:
        with pytest.raises(
            ValueError, match=r"^lag must have at most 1000 values, got \d+: use a larger step"
        ):
            make_control("lag", (first, first + span, step))
        return
    made = make_control("lag", (first, first + span, step))
    assert list(made.values) == list(range(first, first + span + 1, step))
    assert made.texts == tuple(map(str, made.values))
    assert made.initial == (len(made.values) - 1) // 2


@given(st.integers(-20, 20), st.integers(1, 40), st.sampled_from([0.01, 0.05, 0.1, 0.25, 0.5]))
def test_a_slider_of_fractions_ends_where_it_should(first, count, step):
    made = make_control("rate", (first * step, (first + count) * step, step))
    assert len(made.values) == count + 1
    assert made.values == tuple(pytest.approx((first + k) * step) for k in range(count + 1))
    assert len(set(made.texts)) == count + 1


@given(
    st.lists(
        st.integers(-99, 99) | st.text("abc", min_size=1), min_size=1, max_size=6, unique=True
    ),
    st.text("xyz ", min_size=1, max_size=5).filter(str.strip),
    st.data(),
)
def test_a_described_control_is_the_plain_one_with_its_words(values, unit, data):
    first = data.draw(st.sampled_from(values))
    plain = make_control("cell", values)
    made = make_control(
        "cell", control(values, label="which", unit=unit, initial=first, other=[1, 2])
    )
    assert made.values == plain.values == tuple(values)
    assert made.kind == plain.kind
    assert made.values[made.initial] == first
    assert made.label == "which"
    assert made.texts == tuple(f"{text} {unit}".strip() for text in plain.texts)
    assert [made.applies({"other": each}) for each in (1, 2, 3)] == [True, True, False]
    assert plain.applies({})


@given(st.integers() | st.floats(-1e9, 1e9))
def test_a_number_can_be_read_back_from_its_text(value):
    text = number_text(value)
    assert float(text) == pytest.approx(value, rel=1e-5)
    assert isinstance(value, float) or int(text) == value


@given(
    st.none() | st.text() | st.integers() | st.floats()
    | st.sampled_from([(), (1,), (1, 1), (2, 1), (1, 2, 0), (1, 2, -1), ("a", "b"), (0, float("nan")), [], {}])
)  # fmt: skip
def test_what_is_no_abbreviation_is_refused_by_name(spec):
    with pytest.raises((TypeError, ValueError), match=r"^gate must (have|be) "):
        make_control("gate", spec)
