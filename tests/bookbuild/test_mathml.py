import re
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookbuild.mathml import CHILDREN, LatexError, mathml


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


def tree(latex):
    """A formula with the tags of its parts free of their namespace."""
    made = ElementTree.fromstring(mathml(latex, "block"))
    for one in made.iter():
        one.tag = one.tag.rpartition("}")[2]
    return made


def operators(latex, sign):
    return [one for one in tree(latex).iter("mo") if one.text == sign]


@pytest.mark.parametrize(
    ("latex", "tag", "limits"),
    [
        (r"\max_a f(a)", "munder", ["a"]),
        (r"\max_{x_i} y", "munder", ["xi"]),
        (r"\min^{y_{a_b}} y", "mover", ["yab"]),
        (r"\lim_{x_{\max_{a_i} b}}^{c_d} y", "munderover", ["xmaxaib", "cd"]),
        (r"\frac{\inf_{x_1} a}{b_2}", "munder", ["x1"]),
        (r"\left( \max_{x_i} \sup_{y_j} z_k \right)^{k_l}", "munder", ["xi"]),
    ],
)
def test_limits_stand_below_and_above_whatever_they_hold(latex, tag, limits):
    found = next(tree(latex).iter(tag))
    operator, *rest = found
    assert operator.get("movablelimits") == "true"
    assert ["".join(one.itertext()) for one in rest] == limits


def test_an_index_of_what_has_no_limits_stays_beside_it():
    made = tree(r"\ln_a x + \sum_{\max} y_{\min}")
    assert [one.tag for one in made.iter() if one.tag.startswith("munder")] == [
        "munder"
    ]  # the sum's
    assert len(list(made.iter("msub"))) == 2


@pytest.mark.parametrize(
    ("latex", "signs"),
    [
        ("[-2, -x]", ["prefix", "prefix"]),
        ("a - b", [None]),
        ("a = -b - c", ["prefix", None]),
        (r"(a) - |b| - c! - f' - \lVert x \rVert - 1", [None] * 5),
        (r"\begin{aligned} a &= -b \\ c &= d - e \end{aligned}", ["prefix", None]),
        (r"e^{-x}, \frac{-1}{2}", ["prefix", "prefix"]),
        (r"2 \cdot -a \qquad -b", ["prefix", None]),
        (r"\text{where } -1", ["prefix"]),
    ],
)
def test_a_minus_is_told_from_a_subtraction(latex, signs):
    assert [one.get("form") for one in operators(latex, "−")] == signs


@pytest.mark.parametrize(
    ("latex", "forms"),
    [
        ("|w|", ["prefix", "postfix"]),
        ("f(|a| - |b|)", ["prefix", "postfix"] * 2),
        ("P(a | b)", [None]),
        ("|f(a | b)|", ["prefix", None, "postfix"]),
        (r"\left|w\right|", ["prefix", "postfix"]),
    ],
)
def test_bars_around_a_value_are_its_fences(latex, forms):
    assert [one.get("form") for one in operators(latex, "|")] == forms


def test_fences_back_to_back_do_not_touch():
    for latex in (r"|a||b|", r"\left|a\right| \left|b\right|"):
        assert [one.get("lspace") for one in operators(latex, "|")] == [None, None, "0.17em", None]


@pytest.mark.parametrize(
    ("latex", "below"), [("f'", []), ("f_k'", ["k"]), ("f'_{k_l}", ["kl"]), ("f''", [])]
)
def test_a_prime_stands_beside_its_letter_in_full_size(latex, below):
    made = tree(latex)
    assert not list(made.iter("msup")) + list(made.iter("msubsup"))
    (prime,) = [one for one in made.iter("mo") if one.text in "′″"]
    assert (prime.get("form"), prime.get("lspace"), prime.get("rspace")) == ("postfix", "0", "0")
    assert ["".join(one[1].itertext()) for one in made.iter("msub")][: len(below)] == below


def test_a_circle_is_no_larger_than_its_letters_and_a_thousand_is_one_number():
    assert operators(r"a \odot b \otimes c", "⊙")[0].get("largeop") == "false"
    assert operators(r"a \odot b \otimes c", "⊗")[0].get("largeop") == "false"
    assert [one.get("rspace") for one in operators("10{,}000, 1", ",")] == ["0", None]


def test_signs_of_xml_in_words_are_words():
    assert "".join(tree(r"\text{a < b} \le c < d").itertext()).replace("\xa0", " ") == "a < b≤c<d"


def test_what_no_xml_can_hold_is_an_error_that_shows_the_formula():
    with pytest.raises(LatexError, match=r"^no MathML for 'a.*not well-formed"):
        mathml("a \\text{\x01}", "inline")


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
        inner.map(lambda one: rf"-{{{one}}}"),
        inner.map(lambda one: rf"|{one}|"),
        inner.map(lambda one: rf"{{{one}}}'"),
        inner.map(lambda one: rf"\left( {one} \right)"),
        st.tuples(st.sampled_from(["max", "min", "lim", "sum", "prod"]), inner, inner).map(
            lambda parts: rf"\{parts[0]}_{{{parts[1]}}} {{{parts[2]}}}"
        ),
        st.tuples(inner, inner).map(
            lambda pair: rf"\begin{{aligned}} {pair[0]} &= {pair[1]} \\ &= 1 \end{{aligned}}"
        ),
    ),
    max_leaves=8,
)


@given(formulas, st.sampled_from(["inline", "block"]))
def test_every_letter_and_bar_of_a_formula_is_there_in_its_order(latex, display):
    made = ElementTree.fromstring(mathml(latex, display))
    assert made.attrib["display"] == display
    letters = re.findall(r"[a-zA-Z]", re.sub(r"\\[a-zA-Z]+(\{aligned\})?", "", latex))
    named = [element for element in made.iter() if element.tag.endswith("}mi") and element.text]
    assert [element.text for element in named] == letters
    kinds = [element.tag.rpartition("}")[2] for element in made.iter()]
    assert kinds.count("mfrac") == latex.count(r"\frac")
    assert kinds.count("msqrt") == latex.count(r"\sqrt")
    assert "".join(made.itertext()).count("\u2016") == 2 * latex.count(r"\lVert")


pieces = st.lists(
    st.sampled_from(
        [*"ab1+-=|'<>&_^{}(),. ", r"\frac", r"\max", r"\lim", r"\left(", r"\right)", r"\left|", r"\right.",
         r"\sqrt", r"\text{a < b}", r"\prime", r"\odot", r"\\", r"\begin{aligned}", r"\end{aligned}", r"\lVert",
         r"\rVert", r"\limits", r"\binom", r"\operatorname{d}", "é", "\x00", "%", "#", "~"]
    ),
    max_size=12,
).map(" ".join)  # fmt: skip


@given(pieces, st.sampled_from(["inline", "block"]))
def test_whatever_is_given_what_comes_is_well_formed_or_an_error_that_names_it(latex, display):
    made, said = "<math/>", repr(latex)
    try:
        made = mathml(latex, display)
    except LatexError as error:
        said = str(error)
    assert repr(latex) in said
    for element in ElementTree.fromstring(made).iter():
        name = element.tag.rpartition("}")[2]
        assert len(element) == CHILDREN.get(name, len(element))


@given(formulas, st.text("abcdefghijklm", min_size=4, max_size=8))
def test_a_command_that_is_not_known_is_refused_wherever_it_stands(latex, name):
    with pytest.raises(LatexError, match=r"^no MathML for "):
        mathml(rf"{latex} + \zz{name} + {latex}", "inline")
