import ipywidgets
import pytest

from lstm_lab.explore import control, make_control


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
