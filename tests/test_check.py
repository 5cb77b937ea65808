import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import generators

from lstm_lab import check


def test_a_right_number_passes_and_a_wrong_one_says_both():
    assert check.value(2.0000001, 2.0).passed
    wrong = check.value(3.0, 2.0)
    assert wrong.passed is False
    assert wrong.message == "Expected 2, got 3."


@pytest.mark.parametrize("answer", [None, ...])
def test_no_answer_is_neither_right_nor_wrong(answer):
    assert check.value(answer, 1.0).passed is None
    assert check.function(answer, abs, [(1,)]).passed is None
    assert not check.value(answer, 1.0)


def test_a_likely_mistake_is_named():
    result = check.value(-2.0, 2.0, mistakes={"the sign is turned.": -2.0, "other.": 5.0})
    assert "Likely cause: the sign is turned." in result.message
    assert "Likely cause" not in check.value(7.0, 2.0, mistakes={"other.": 5.0}).message


def test_shapes_and_entries_of_arrays_are_named():
    assert "Expected shape (2,), got shape (3,)." in check.value([1, 2, 3], [1, 2]).message
    assert "at [1, 0] expected 3, got 9" in check.value([[1, 2], [9, 4]], [[1, 2], [3, 4]]).message


def test_nan_and_text_are_wrong_numbers():
    assert check.value(float("nan"), 1.0).passed is False
    assert "Expected a number, got 'one'." in check.value("one", 1.0).message


def test_words_are_compared_without_case():
    assert check.value(" Vanish ", "vanish").passed
    assert check.value(3, "vanish").passed is False


def test_functions_are_compared_case_by_case():
    assert check.function(lambda x: x * x, np.square, [(1.0,), (2.0,)]).passed
    wrong = check.function(
        lambda x: 2 * x,
        np.square,
        [(2.0,), (3.0,)],
        mistakes={"this doubles.": lambda x: x + x, "this adds.": lambda x: x + 1},
    )
    assert "For case 2 of 2" in wrong.message
    assert "Likely cause: this doubles." in wrong.message


def test_a_function_that_raises_or_is_unfinished():
    def broken(x):
        raise KeyError("h")

    def unfinished(x):
        raise NotImplementedError

    assert "raised KeyError" in check.function(broken, abs, [(1,)]).message
    assert check.function(unfinished, abs, [(1,)]).passed is None
    assert check.function(lambda x: None, abs, [(1,)]).passed is None
    assert "Expected a function, got 3." in check.function(3, abs, [(1,)]).message


def test_a_function_cannot_change_what_the_right_one_is_given():
    def spoils(x):
        x[:] = 0
        return x

    assert check.function(spoils, lambda x: x, [(np.ones(3),)]).passed is False


def test_the_result_is_shown_escaped():
    shown = check.value("<b>", "x")._repr_html_()
    assert "&lt;b&gt;" in shown
    assert "✗" in shown
    assert repr(check.value(1, 1)) == "✓ Right."


class TestHere:
    def test_a_function_of_the_notebook_is_called_with_copies(self):
        def spoil(x, y=0):
            x[0] = 9.0
            return x[0] + y

        x = np.zeros(2)
        assert check.here({"spoil": spoil}).spoil(x, y=1) == 10.0
        assert x.tolist() == [0.0, 0.0]

    def test_it_sees_what_is_defined_later(self):
        names = {}
        student = check.here(names)
        names["double"] = lambda x: 2 * x
        assert student.double(3) == 6

    def test_what_is_missing_is_named(self):
        with pytest.raises(AttributeError, match="predict is not defined"):
            check.here({}).predict(1)

    def test_run_gives_values_and_leaves_the_notebook_alone(self):
        names = {"w": 5}
        assert check.here(names).run("v = w + k", ["v", "k"], k=2) == [7, 2]
        assert names == {"w": 5}


# --- over generated answers

numbers = st.floats(allow_nan=False) | st.integers(-(10**6), 10**6)
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.complex_numbers() | st.text() | st.binary(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner, max_size=2),
    max_leaves=6,
)  # fmt: skip


@given(generators, st.lists(st.integers(1, 3), max_size=3), st.floats(-6, 6))
def test_the_right_answer_passes_and_one_beyond_the_tolerance_does_not(rng, shape, power):
    right = np.asarray(rng.normal(size=shape) * 10**power)
    allowed = 1e-6 * max(1.0, np.abs(right).max())
    where = tuple(rng.integers(length) for length in shape)
    for share, passed in ((0.0, True), (0.9, True), (1.1, False)):
        answer = right.copy()
        answer[where] += share * allowed
        assert check.value(answer, right).passed is passed
        assert check.value(answer.tolist(), right).passed is passed
    assert "Expected shape" in check.value(right[np.newaxis], right).message


@given(anything, st.floats(-9, 9) | st.just([1.0, 2.0]) | st.just("gate"))
@settings(max_examples=200)
def test_no_answer_makes_a_check_raise(answer, expected):
    result = check.value(answer, expected)
    assert result.passed in (True, False, None)
    assert (result.passed is None) == (answer is None)
    in_cases = check.function(lambda: answer, lambda: expected, [()])
    assert in_cases.passed is result.passed
    if result.passed and not isinstance(expected, str):
        np.testing.assert_allclose(np.asarray(answer, dtype=float), expected, atol=1e-5)


@given(numbers, st.sampled_from([np.inf, -np.inf]))
def test_infinity_is_right_where_it_is_expected_and_nowhere_else(number, infinite):
    assert check.value(infinite, infinite).passed
    assert check.value([infinite, 1.0], [infinite, 1.0]).passed
    assert not check.value([infinite, 1.1], [infinite, 1.0]).passed
    assert bool(check.value(number, infinite)) == (number == infinite)
    assert bool(check.value(infinite, number)) == (number == infinite)


def test_a_number_too_large_for_a_float_and_a_complex_one_are_wrong():
    assert check.value(10**400, 1.0).message == f"Expected a number, got 1{'0' * 56}...."
    assert not check.value(1 + 5j, 1.0)
    assert not check.value(np.array([1 + 5j]), [1.0])


@given(st.integers(-50, 50), st.integers(-50, 50), st.lists(st.integers(-9, 9), min_size=1))
def test_a_function_is_right_if_it_agrees_in_every_case(slope, other, places):
    cases = [(float(place),) for place in places]
    result = check.function(
        lambda x: other * x,
        lambda x: slope * x,
        cases,
        mistakes={"the slope is another": lambda x: other * x},
    )
    same = [slope * x == other * x for (x,) in cases]
    assert result.passed is all(same)
    if not result:
        assert f"case {same.index(False) + 1} of {len(cases)}" in result.message
        assert "the slope is another" in result.message


@given(generators, st.integers(1, 4))
def test_what_a_notebook_does_with_its_arguments_stays_there(rng, size):
    notebook = {"spoil": lambda x: x.fill(0) or x.sum(), "weights": np.ones(size)}
    student, x = check.here(notebook), rng.normal(size=size)
    before = x.copy()
    assert student.spoil(x) == 0
    assert student.run("y = x @ weights; x[:] = 0", ["y"], x=x) == [pytest.approx(before.sum())]
    np.testing.assert_array_equal(x, before)
