import re
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookbuild.mathml import LatexError, mathml


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


formulas = st.recursive(
    st.sampled_from("abcdefgxyzABC"),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda pair: rf"\frac{{{pair[0]}}}{{{pair[1]}}}"),
        st.tuples(inner, inner).map(lambda pair: rf"{{{pair[0]}}}_{{{pair[1]}}}"),
        st.tuples(inner, inner).map(lambda pair: rf"{{{pair[0]}}}^{{{pair[1]}}}"),
        st.tuples(inner, inner).map(lambda pair: f"{pair[0]} + {pair[1]}"),
        inner.map(lambda one: rf"\sqrt{{{one}}}"),
        inner.map(lambda one: rf"\lVert {one} \rVert"),
    ),
    max_leaves=8,
)


@given(formulas, st.sampled_from(["inline", "block"]))
def test_every_letter_and_bar_of_a_formula_is_there_in_its_order(latex, display):
    made = ElementTree.fromstring(mathml(latex, display))
    assert made.attrib["display"] == display
    letters = re.findall(r"[a-zA-Z]", re.sub(r"\\[a-zA-Z]+", "", latex))
    named = [element for element in made.iter() if element.tag.endswith("}mi")]
    assert [element.text for element in named] == letters
    kinds = [element.tag.rpartition("}")[2] for element in made.iter()]
    assert kinds.count("mfrac") == latex.count(r"\frac")
    assert kinds.count("msqrt") == latex.count(r"\sqrt")
    assert "".join(made.itertext()).count("\u2016") == 2 * latex.count(r"\lVert")


@given(formulas, st.text("abcdefghijklm", min_size=4, max_size=8))
def test_a_command_that_is_not_known_is_refused_wherever_it_stands(latex, name):
    with pytest.raises(LatexError, match=r"^no MathML for "):
        mathml(rf"{latex} + \zz{name} + {latex}", "inline")
