import numpy as np
import pytest

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
