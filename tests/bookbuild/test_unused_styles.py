"""A rule goes if no page can meet it, and not before."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookbuild import unused_styles

PAGE = """<p class="note big" id='here'><button type=button class=bare></p><details open>"""
SCRIPT = """tip.classList.add("shown", `bs-${name}-auto`); el.className = "toggle-" + state; make("dialog")"""
KNOWN = unused_styles.words([PAGE], [SCRIPT])


def kept(style):
    return unused_styles.purge(style, KNOWN)


@pytest.mark.parametrize(
    "selector",
    [
        ".note",
        "p.note.big#here",
        "BUTTON.bare:hover::after",
        "*",
        ":root",
        "::selection",
        "[data-theme=dark] .big > p ~ details[open]",
        '[class*="idle"]',
        ".note:not(.idle)",
        ":is(.idle, .note) p",
        ".shown",
        ".bs-tooltip-auto",
        ".toggle-hidden",
        "dialog::backdrop",
        "p:nth-child(2n + 1)",
        "@media print{.note{color:red}}",
        "@media (prefers-reduced-motion:reduce){*{color:red}}",
    ],
)
def test_what_a_page_or_a_script_may_hold_keeps_its_rule(selector):
    style = selector if selector.startswith("@") else selector + "{color:red}"
    assert kept(style) == style


@pytest.mark.parametrize(
    "selector", [".idle", "#idle", "table", "p.idle", ".note .idle:hover", "[open] > #idle"]
)
def test_what_nothing_holds_loses_its_rule(selector):
    assert kept(selector + "{color:red}") == ""
    assert kept(f"@media print{{{selector}{{color:red}}}}") == ""


def test_of_several_selectors_those_stay_that_may_be_met():
    assert kept(".idle,.note:hover, table td,.big{color:red}") == ".note:hover,.big{color:red}"


def test_what_is_no_rule_with_a_selector_stays():
    style = (
        '@import "a.css";@font-face{font-family:"A";src:url(a.woff2)}@keyframes spin{to{color:red}}'
    )
    assert kept(style) == style


def test_layers_and_conditions_are_gone_through():
    style = "@supports (display:grid){@media (min-width:9px){.note{a:b}.idle{a:b}}}"
    assert kept(style) == "@supports (display:grid){@media (min-width:9px){.note{a:b}}}"


def test_strings_and_addresses_are_no_selectors_and_no_ends():
    style = (
        '.note{content:"} .idle {";background:url(\'data:image/svg+xml;utf8,<svg class="x"/>\')}'
    )
    again = kept(style)
    assert '"} .idle {"' in again
    assert "data:image/svg+xml;utf8," in again
    assert kept(again) == again


def test_a_name_with_an_escape_is_read_as_a_browser_reads_it():
    known = unused_styles.words(['<p class="md:flex">'], [])
    assert unused_styles.purge(r".md\:flex{a:b}.md\:grid{a:b}", known) == r".md\:flex{a:b}"


def test_variables_that_nothing_refers_to_go_and_others_stay():
    sheets = {
        "a": ":root{--used:red;--of-script:1;--chain:var(--link);--link:2;--idle:url(a;b)}",
        "b": "p{color:var(--used);--idle-too:3}@media print{p{--used:blue}}",
    }
    lighter = unused_styles.without_idle_variables(sheets, 'style.getPropertyValue("--of-script")')
    assert lighter["a"] == ":root{--used:red;--of-script:1}"
    assert lighter["b"] == "p{color:var(--used)}@media print{p{--used:blue}}"


def test_a_variable_used_by_another_that_is_used_stays():
    sheets = {"a": ":root{--a:var(--b);--b:1}p{width:var(--a)}"}
    assert unused_styles.without_idle_variables(sheets) == sheets


# --- over generated style sheets

names = st.sampled_from([*"abcdef"])
simple = st.one_of(
    names.map(".{}".format), names.map("#{}".format), st.sampled_from(["p", "td", "*"])
)
compounds = st.lists(simple, min_size=1, max_size=3).map(" ".join)
states = st.sampled_from(["", ":hover", "::after", ":not(.z)", "[open]"])
chosen = st.lists(st.tuples(compounds, states).map("".join), min_size=1, max_size=3, unique=True)
rules = st.lists(st.tuples(chosen, st.booleans()), max_size=6)


def sheet(some):
    plain = [(f"{','.join(each)}{{color:red}}", printed) for each, printed in some]
    return "".join(f"@media print{{{rule}}}" if printed else rule for rule, printed in plain)


def may_be_met(selector, known):
    """Read off the letters of the selector, without a parser."""
    named = re.findall(r"[.#]([a-f])", selector)
    elements = re.findall(r"\b(p|td)\b", selector)
    return set(named) | set(elements) <= known


@given(rules, st.sets(st.sampled_from([*"abcdef", "p", "td"])))
def test_the_selectors_that_stay_are_those_that_may_be_met(some, held):
    page = "".join(f"<{name}>" if name in ("p", "td") else f'<i class="{name}">' for name in held)
    known = unused_styles.words([page], [])
    style = sheet(some)
    left = unused_styles.purge(style, known)
    assert unused_styles.selectors(left) == {
        one for one in unused_styles.selectors(style) if may_be_met(one, held)
    }
    assert unused_styles.selectors(style) == {one for each, _ in some for one in each}
    assert unused_styles.purge(left, known) == left


@given(st.lists(names), st.lists(names), st.booleans())
def test_words_are_those_written_and_those_spoken(classes, spoken, bare):
    marks = [f"<p class={name}>" if bare else f"<p class='x {name}'>" for name in classes]
    known = unused_styles.words(
        marks, [f'show("{name}-long", `{name}-${{at}}`)' for name in spoken]
    )
    for name in "abcdef":
        assert known.may_hold(name) == (name in classes)
        assert known.may_hold(f"{name}-long") == (name in spoken)
        assert known.may_hold(f"{name}-anything") == (name in spoken)


@given(st.dictionaries(names, st.none() | names), st.sets(names))
def test_the_variables_that_stay_are_those_reached_from_what_is_used(declared, used):
    """`declared` has a variable for each name, whose value may refer to a later one (a circle stays)."""
    declared = {name: other if other and other > name else None for name, other in declared.items()}
    values = {name: f"var(--{other})" if other else "1px" for name, other in declared.items()}
    style = "".join(f":root{{--{name}:{value}}}" for name, value in values.items())
    style += "".join(f"p{{width:var(--{name})}}" for name in sorted(used))
    reached, new = set(), set(used)
    while new:
        reached |= new
        new = {declared[name] for name in reached if declared.get(name)} - reached
    left = unused_styles.without_idle_variables({"a.css": style})["a.css"]
    assert set(re.findall(r"--(\w):", left)) == reached & declared.keys()
    assert set(re.findall(r"width:var\(--(\w)\)", left)) == used
