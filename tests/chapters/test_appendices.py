"""The appendices: every symbol has its name in code, every term its chapter, every result its command."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest
import yaml

from lstm_lab.chapters import experiments
from lstm_lab.paper1997.published import open_decisions, spec
from lstm_lab.paper1997.runner import baselines

ROOT = Path(__file__).parents[2]
CHAPTERS = ROOT / "chapters"
NOTATION = (CHAPTERS / "notation.md").read_text("utf-8")
GLOSSARY = (CHAPTERS / "glossary.md").read_text("utf-8")
NUMBERED = sorted(CHAPTERS.glob("[0-9][0-9]-*.md"))


# --- Notation --------------------------------------------------------------------------------------------------------


def rows(heading):
    """The rows of the table under a heading, without its header."""
    section = NOTATION.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    table = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table[2:]]


THROUGHOUT = rows("Throughout the book")
LOCAL = rows("In one chapter only")


@pytest.fixture(scope="module")
def objects():
    """What the page's own cell makes."""
    (cell,) = re.findall(r"```\{code-cell\} python\n(.*?)```", NOTATION, re.S)
    names = {}
    exec(cell, names)
    return names


@pytest.mark.parametrize("row", THROUGHOUT, ids=lambda row: row[0])
def test_a_symbol_is_in_the_code_under_that_name_and_with_that_shape(row, objects):
    _, _, chapter, shape, code = row
    assert re.fullmatch(r"\d\d", chapter)
    if code == "not kept":
        assert shape.startswith("(")
        return
    value = eval(code.strip("`"), objects)
    if shape == "function":
        assert callable(value)
    else:
        assert np.shape(value) == (() if shape == "number" else eval(shape, objects))


def test_no_symbol_stands_twice():
    symbols = [row[0] for row in THROUGHOUT]
    assert len(symbols) == len(set(symbols))
    assert len(symbols) > 30


def test_the_code_does_what_the_symbols_say(objects):
    names = {symbol: code.strip("`") for symbol, *_, code in THROUGHOUT}
    get = {symbol: eval(code, objects) for symbol, code in names.items() if code != "not kept"}
    W, U, b, V, b_y = (get[f"${s}$"] for s in ("W", "U", "b", "V", "b_y"))
    before = objects["trace"].state[objects["t"] - 1]
    h = get[r"$f(\cdot)$"](W @ get["$x_t$"] + U @ before + b)
    np.testing.assert_allclose(h, get["$h_t$"])
    np.testing.assert_allclose(V @ h + b_y, get["$a_{y,t}$"])
    c_before = objects["cell_trace"].state[objects["t"] - 1, objects["cell"].parts["cell"]]
    c = get["$f_t$"] * c_before + get["$i_t$"] * get["$g_t$"]
    np.testing.assert_allclose(c, get["$c_t$"])
    half_square = 0.5 * np.sum((get["$y_t$"] - get["$d_t$"]) ** 2)
    np.testing.assert_allclose(get[r"$\ell_t$"], half_square)


def formulas(text):
    """The mathematics of a chapter, without code."""
    text = re.sub(r"```\{code-cell\}.*?```", "", text, flags=re.S)
    text = re.sub(r"^    .*$", "", text, flags=re.M)
    blocks = re.findall(r"\$\$(.*?)\$\$", text, re.S)
    inline = re.findall(
        r"\$([^$\n]*(?:\n[^$\n]+)*)\$", re.sub(r"\$\$.*?\$\$", "", text, flags=re.S)
    )
    return [*blocks, *(one for one in inline if not re.match(r"\d", one))]


def indexed_by_t(text):
    """Letters that a text writes with the step as their index: h of h_t, and of h_{t-1}."""
    letter = r"(\\ell|\\lambda|\\alpha|\\delta|(?<![\\A-Za-z])[A-Za-z])"
    found = set()
    for formula in formulas(text):
        found |= set(
            re.findall(letter + r"(?:\^[A-Za-z{}]+)?_(?:\{(?:y,)?t|t(?![A-Za-z]))", formula)
        )
    return found


def letters(symbols):
    return {
        letter
        for symbol in symbols
        for letter in re.findall(r"(\\ell|\\lambda|\\alpha|\\delta|[A-Za-z])(?=_|\$|\()", symbol)
    }


@pytest.mark.parametrize("chapter", NUMBERED, ids=lambda path: path.stem)
def test_a_chapter_writes_no_step_by_step_value_that_the_table_does_not_know(chapter):
    known = letters(row[0] for row in THROUGHOUT)
    known |= letters(row[0] for row in LOCAL if row[2] == chapter.name[:2])
    assert indexed_by_t(chapter.read_text("utf-8")) - known == set()


FOREIGN = {
    r"W_\{?(?:hh|xh|hx|hy|ih)": "recurrent weights are U, output weights V",
    r"\\hat\{?y": "an output is y",
    r"h_\{?t\}?\^\{?\(": "a layer's number is not written",
    r"\\odot\s*U\b": "U multiplies a vector",
    r"U\s*x_": "U multiplies the hidden state, W the input",
    r"(?<!_)\bW\s*h_": "W multiplies the input, U the hidden state",
}


@pytest.mark.parametrize("chapter", NUMBERED, ids=lambda path: path.stem)
def test_a_chapter_keeps_to_the_letters_of_the_table(chapter):
    text = "\n".join(formulas(chapter.read_text("utf-8")))
    found = {why: re.findall(pattern, text) for pattern, why in FOREIGN.items()}
    assert {why: hits for why, hits in found.items() if hits} == {}


@pytest.mark.parametrize("row", LOCAL, ids=lambda row: f"{row[2]} {row[0]}")
def test_a_local_symbol_is_used_in_its_chapter(row):
    symbols, _, number = row
    (chapter,) = [path for path in NUMBERED if path.name.startswith(number)]
    text = "\n".join(formulas(chapter.read_text("utf-8")))
    for symbol in re.findall(r"\$(.*?)\$", symbols):
        assert symbol.removesuffix("(s)") in text, symbol


# --- Glossary --------------------------------------------------------------------------------------------------------


def terms():
    block = GLOSSARY.partition("```{glossary}\n")[2].partition("```")[0]
    return [entry.strip().split("\n", 1) for entry in block.strip().split("\n\n")]


@pytest.mark.parametrize(("term", "meaning"), terms(), ids=lambda text: text[:20])
def test_a_term_is_told_in_a_sentence_or_two_and_found_in_its_chapter(term, meaning):
    told, number = re.fullmatch(r"(.*) Chapter (\d\d)\.", " ".join(meaning.split())).groups()
    assert 30 < len(told) < 260
    (chapter,) = [path for path in NUMBERED if path.name.startswith(number)]
    text = re.sub(r"[\s*]+", " ", chapter.read_text("utf-8").replace("-", "")).lower()
    stems = [
        word[: max(4, len(word) - 3)] for word in re.findall(r"\w+", term.lower().replace("-", ""))
    ]
    missing = [stem for stem in stems if stem not in text and stem not in ("of", "the")]
    assert missing == [], f"{term}: {missing}"


def test_terms_are_in_the_order_of_the_alphabet():
    names = [term.lower() for term, _ in terms()]
    assert names == sorted(names)
    assert len(set(names)) == len(names) > 45


# --- The package and the results -------------------------------------------------------------------------------------


def test_the_package_page_shows_every_part_that_the_chapters_use():
    import importlib

    text = (CHAPTERS / "api.md").read_text("utf-8")
    shown = re.findall(r"automodule:: (\S+)", text)
    parts = (
        "models",
        "sequences",
        "gradients",
        "training",
        "twins",
        "check",
        "interact",
        "results",
    )
    for name in (*parts, "chapters.experiments"):
        assert f"lstm_lab.{name}" in shown
    for name in shown:
        module = importlib.import_module(name)
        assert module.__doc__


def test_every_result_has_a_command_that_writes_it():
    kinds = set(experiments.experiments())
    chapters = {file.stem for file in (ROOT / "results").glob("*.json")}
    assert chapters
    assert chapters - kinds == set()
    for file in (ROOT / "results" / "1997").glob("*.json"):
        assert file.stem in spec.ROWS
    for file in (ROOT / "results" / "1997" / "baselines").glob("*.json"):
        assert file.stem in baselines.BASELINES
    for file in (ROOT / "results" / "1997" / "variants").glob("*.json"):
        row, *changes = file.stem.replace("_gates", " gates").split("--")
        assert row in spec.ROWS
        assert open_decisions.parse_decisions(changes)


def test_every_result_says_what_the_page_reads():
    for file in (ROOT / "results").glob("*.json"):
        record = json.loads(file.read_text())
        assert record["settings"]
        assert record["trials"]
        assert "numpy" in record["versions"]
    for file in (ROOT / "results" / "1997").rglob("*.json"):
        if file.parent.name.startswith("."):
            continue
        record = json.loads(file.read_text())
        settings = record.get("settings", record)
        assert {"seed", "cap"} <= set(settings)
        assert all(trial["seconds"] >= 0 for trial in record["trials"])


def test_the_appendices_are_a_part_of_the_table_of_contents():
    contents = yaml.safe_load((ROOT / "_toc.yml").read_text("utf-8"))
    parts = {
        part["caption"]: [one["file"] for one in part["chapters"]] for part in contents["parts"]
    }
    assert parts["Appendices"][-1] == "chapters/bibliography"
    for name in ("notation", "glossary", "api", "how-the-numbers-were-made"):
        assert f"chapters/{name}" in parts["Appendices"]
    for files in parts.values():
        for file in files:
            # An assignment is a notebook that was released; everything else has its source.
            kind = "ipynb" if "/assignments/" in file else "md"
            assert (ROOT / f"{file}.{kind}").exists()
