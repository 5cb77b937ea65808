"""What a screen reader is told: controls with names and units, the finding of every figure, every formula."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from visits import page_names

from bookbuild.unpacked import unpack
from lstm_lab.chapters import explorers

pytestmark = pytest.mark.browser

WIDGETS = {"slider", "radio", "checkbox", "combobox", "button"}
# What a finding does: a line of labels and numbers says nothing.
VERBS = re.compile(
    r"\b(is|are|was|were|be|been|has|have|had|makes?|made|gives?|gets?|goes|go|come|came|says?|sees?|knows?|learn(?:s|ed|t)?|costs?"
    r"|solved?|stopped|succeed|overtakes|agrees?|reached|rests?|feeds?|adds?|carry|collapse|multiplies|differs?|plays"
    r"|stands?|needs?|read|loses?|lost|find|found|lies|enters|leaves|reads|becomes?|falls?|keeps?|bring|shows?)\b"
)
COMPARES = re.compile(
    r"\b(more|most|less|fewer|largest|than|as|both|all|none|no|nothing|not|every|each|only|same|one|two|three|four)\b"
)
NUMBER = re.compile(r"(?<![\w.,])[+−-]?\d+(?:,\d{3})*(?:\.\d+)?(?:\s×\s10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)?")
YEAR = re.compile(r"(19|20)\d\d")  # of a cell's name


def controls_on(record):
    """The controls of the named explorers of a page, with the explorer's name."""
    for figure in record["figures"]:
        if figure["name"] in explorers.EXPLORERS:
            for control in explorers.show(figure["name"]).controls.values():
                yield figure["name"], control


@pytest.mark.devices("desktop")
def test_every_control_has_a_name(record):
    nodes = {(role, name) for role, name in record["spoken"]}
    assert [role for role, name in nodes if role in WIDGETS and not name] == []
    for explorer, control in controls_on(record):
        if control.only:
            continue  # hidden until it applies
        named = {
            "range": [("slider", control.label)],
            "switch": [("checkbox", control.label)],
            "choice": [("radio", text) for text in control.texts],
        }[control.kind]
        assert set(named) <= nodes or ("combobox", control.label) in nodes, (explorer, control.name)


@pytest.mark.devices("desktop")
def test_every_slider_says_its_value_in_words(record):
    told = {(explorer, name): text for explorer, name, text in record["values"]}
    for explorer, control in controls_on(record):
        if control.kind == "range":
            assert told[explorer, control.name] == control.texts[control.initial]
    if ("gradient-flow", "sequence_length") in told:
        assert told["gradient-flow", "sequence_length"].endswith(" steps")


def amount(written: str) -> tuple[float, float]:
    """A number as a sentence writes it, and by how much it may be rounded: half of its last digit."""
    mantissa, _, power = written.replace(",", "").replace("−", "-").partition(" × 10")
    scale = 10.0 ** int(power.translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")) or 0)
    digits = len(mantissa.partition(".")[2])
    return float(mantissa) * scale, 0.51 * 10**-digits * scale


def is_drawn(written: str, numbers: list[float], words: str) -> bool:
    """Whether a number of the sentence stands in the drawing, as a value, as a power of two or ten, or written out."""
    value, most = amount(written)
    if written in words:
        return True
    return any(
        abs(one - value) <= most
        or abs(100 * one - value) <= most
        or any(one < 300 and abs(base**one - value) <= most < abs(value) for base in (2, 10))
        for one in numbers
    )


def fault(figure: dict[str, Any]) -> str:
    """Why the text alternative of a figure states no finding; empty if it does."""
    spoken, bare = figure["spoken"].strip(), re.compile(r"\W+")
    if not spoken.endswith((".", ".”")) or len(spoken.split()) < 6 or not VERBS.search(spoken):
        return "no sentence"
    if bare.sub(" ", spoken).lower() in bare.sub(" ", figure["caption"]).lower():
        return "the caption once more"
    if COMPARES.search(spoken):
        return ""
    written = NUMBER.findall(spoken)
    if not any(is_drawn(one, figure["numbers"], figure["words"]) for one in written):
        return "neither compares nor says a number that is drawn"
    return ""


@pytest.mark.devices("desktop")
def test_every_figure_says_what_it_shows(record, built_book):
    spoken = [name for role, name in record["spoken"] if role in ("image", "img")]
    page = (built_book / record.page).read_text("utf-8")
    assert len(record["figures"]) == page.count('<figure class="lab-explorer"')
    for figure in record["figures"]:
        assert " ".join(figure["spoken"].split()) in spoken
    faults = [(why, figure["spoken"]) for figure in record["figures"] if (why := fault(figure))]
    assert faults == []


@pytest.mark.devices("desktop")
def test_the_numbers_that_a_figure_says_are_drawn(record):
    """Each figure with numbers in its sentence shows at least one of them."""
    strangers = [
        (figure["name"], figure["spoken"])
        for figure in record["figures"]
        if (written := [one for one in NUMBER.findall(figure["spoken"]) if not YEAR.fullmatch(one)])
        and not any(is_drawn(one, figure["numbers"], figure["words"]) for one in written)
    ]
    assert strangers == []


@pytest.mark.parametrize(
    ("spoken", "why"),
    [
        ("Gradient by lag.", "no sentence"),
        ("Accuracy: LSTM 93 %, GRU 91 %, tanh RNN 80 %.", "no sentence"),
        ("The gradient is drawn here by its lag.", "the caption once more"),
        (
            "The gradient is 77 times what it was.",
            "neither compares nor says a number that is drawn",
        ),
        ("The gradient is 0.50 times what it was.", ""),
        ("The gradient is 1.0 × 10⁻³ of what it was.", ""),
        ("The gradient is smaller than it was before.", ""),
    ],
)
def test_a_sentence_without_a_finding_would_be_found(spoken, why):
    caption = "Solid: the gradient is drawn here by its lag. Dashed: its bound."
    figure = {"spoken": spoken, "caption": caption, "numbers": [0.5, -3.0], "words": "lag"}
    assert fault(figure) == why


Told = dict[str, tuple[tuple[int, ...], str, tuple[int, ...]]]


def packed_states(book: Path) -> Iterator[tuple[str, Told]]:
    """Of each explorer, by the positions of its controls: which data is drawn, what is said of it, on which axes."""
    pages = [(book / name).read_text("utf-8") for name in page_names(book)]
    asked = {name for page in pages for name in re.findall(r'explorers/([^"/]+\.js)"', page)}
    for file in sorted(book / "_static" / "explorers" / name for name in asked):
        name, text = re.findall(r'"([^"]*)"', file.read_text("utf-8"))
        packed = unpack(text)
        said = [packed["template"]["layout"].get("meta", {}).get("summary")] * len(packed["keys"])
        drawn, axes = [], []
        for leaf in packed["leaves"]:
            if re.match(r"[xy]axis", str(leaf["path"][1])) and "ticktext" in leaf["path"]:
                axes.append(leaf["index"])
            if leaf["path"] == ["layout", "meta", "summary"]:
                said = [leaf["values"][at] for at in leaf["index"]]
            if leaf["path"][0] == "data" and leaf["path"][2] in ("x", "y", "z"):
                drawn.append(leaf["index"])
        data, ticks = (
            [tuple(index[i] for index in found) for i in range(len(said))]
            for found in (drawn, axes)
        )
        yield (
            name.rpartition("-")[0],
            dict(zip(packed["keys"], zip(data, said, ticks, strict=True), strict=True)),
        )


def alike(told: Told) -> Iterator[tuple[str, str]]:
    """Neighbours, one step of one control apart, that draw other data on the same axes and say the same of it."""
    for key, (data, said, ticks) in told.items():
        positions = key.split(",")
        for place, position in enumerate(positions):
            if not position.isdigit():
                continue
            other = ",".join([*positions[:place], str(int(position) + 1), *positions[place + 1 :]])
            if other in told and told[other][0] != data and told[other][1:] == (said, ticks):
                yield key, said


def test_what_is_said_changes_with_what_is_drawn(built_book):
    seen = Counter()
    for name, told in packed_states(built_book):
        seen[name] += len(told)
        assert list(alike(told)) == [], name
        assert all(VERBS.search(said) for _, said, _ in told.values()), name
    assert set(explorers.EXPLORERS) <= set(seen)


def test_two_states_that_sound_alike_would_be_found():
    told = {
        "0,0": ((0,), "One.", (0,)),
        "0,1": ((1,), "One.", (0,)),  # other data, the same words
        "1,0": ((0,), "One.", (0,)),  # the same data
        "1,1": ((1,), "One.", (1,)),  # the same numbers on another axis
    }
    assert list(alike(told)) == [("0,0", "One.")]


@pytest.mark.devices("desktop")
def test_every_formula_is_mathematics(record):
    formulas = [role for role, _ in record["spoken"] if role in ("math", "MathMLMath")]
    assert len(formulas) == record["formulas"]
    moves = any(figure["name"] in explorers.EXPLORERS for figure in record["figures"])
    if moves and record.page.startswith("chapters/"):
        assert formulas
