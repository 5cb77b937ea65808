import re

import pytest

from lstm_lab.mathml import LatexError, mathml


@pytest.mark.parametrize("display", ["inline", "block"])
def test_a_formula_becomes_mathml(display):
    made = mathml(r"\frac{\partial L}{\partial h_t}", display)
    assert made.startswith("<math")
    assert f'display="{display}"' in made
    assert "<mfrac>" in made


def test_norm_bars_are_fences():
    assert mathml(r"\lVert A \rVert_2", "inline") == mathml(
        r"\left\lVert A \right\rVert_2", "inline"
    )


def test_aligned_equations_are_a_table_without_leftovers():
    made = mathml(r"\begin{aligned} a &= b \\ c &= d \end{aligned}", "block")
    assert made.count("<mtr>") == 2
    assert "<mi>&" not in made


def test_limits_stand_below_an_operator_in_a_block():
    assert '<munder><mo movablelimits="true">max</mo>' in mathml(r"\max_a f(a)", "block")


@pytest.mark.parametrize(
    "latex", [r"\unknowncommand{x}", r"a & b", r"\begin{nonsense} x \end{nonsense}", r"\frac{a}"]
)
def test_what_cannot_be_turned_is_an_error_that_shows_it(latex):
    with pytest.raises(LatexError, match=re.escape(repr(latex))):
        mathml(latex, "inline")
