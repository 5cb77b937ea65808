from types import SimpleNamespace

import pytest
from docutils import nodes
from docutils.utils import new_document
from sphinx_exercise.nodes import exercise_node, solution_node

from bookbuild.python import sphinx_hooks
from bookbuild.python.pinned_files import SupplyError
from lstm_lab.verify import read_record


def cell(code, output=None):
    """A code cell, as MyST-NB puts it into a page."""
    block = nodes.literal_block(code, code, language="ipython3")
    parts = [nodes.container("", block, nb_element="cell_code_source")]
    if output:
        shown = nodes.literal_block(output, output)
        parts.append(nodes.container("", shown, nb_element="cell_code_output"))
    return nodes.container("", *parts, nb_element="cell_code")


@pytest.fixture
def page():
    """A page with two cells and an exercise."""
    tree = new_document("page")
    exercise = exercise_node("", nodes.section(ids=["exercise-content"]), label="ex-06-unit")
    exercises = nodes.section("", exercise, cell("f(...)", "Not answered yet."))
    exercises += [solution_node(""), cell("print(2)", "2")]
    tree += [cell("import numpy", "hello"), exercises]
    return tree


@pytest.fixture
def app(tmp_path):
    """As much of Sphinx as the hooks look at."""
    text = tmp_path / "06-x.md"
    text.write_text("# A page\n")
    return SimpleNamespace(
        builder=SimpleNamespace(format="html", name="html"),
        config=SimpleNamespace(lab_python=True, html_static_path=[], project="A Book"),
        env=SimpleNamespace(docname="chapters/06-x", doc2path=lambda name: str(text)),
        outdir=str(tmp_path / "html"),
        lab_python=True,
    )


def lived(page):
    return [node["cell"] for node in page.findall(sphinx_hooks.cell_node)]


def test_cells_become_ones_that_run_and_the_page_says_what_each_needs(app, page):
    sphinx_hooks.bring_to_life(app, page, "chapters/06-x")
    assert [one.key for one in lived(page)] == ["cell-1", "ex-06-unit", "cell-3"]
    assert [one.exercise for one in lived(page)] == ["", "ex-06-unit", ""]
    (told,) = page.findall(nodes.raw)
    assert '"chapter":"06-x"' in told.astext()
    assert '"ex-06-unit":{"needs":["cell-1"]}' in told.astext()


def test_the_recorded_answer_of_an_exercise_is_taken_out_and_no_other_output(app, page):
    sphinx_hooks.bring_to_life(app, page, "chapters/06-x")
    outputs = [node.astext() for node in page.findall() if isinstance(node, nodes.container)]
    assert not any("Not answered yet" in text for text in outputs)
    assert {"hello", "2"} <= set(outputs)


@pytest.mark.parametrize(("kind", "name"), [("html", "epub"), ("latex", "latex"), ("text", "text")])
def test_an_e_book_and_print_keep_the_cell_and_its_output(app, page, kind, name):
    app.builder = SimpleNamespace(format=kind, name=name)
    sphinx_hooks.bring_to_life(app, page, "chapters/06-x")
    assert lived(page) == []
    assert "Not answered yet" in page.astext()


def test_a_book_without_python_has_its_cells_to_read(app, page):
    app.lab_python = False
    sphinx_hooks.bring_to_life(app, page, "chapters/06-x")
    assert lived(page) == []
    assert "print(2)" in page.astext()


@pytest.fixture
def said(monkeypatch):
    """What is logged, with its level."""
    lines = []
    for level in ("info", "warning"):
        monkeypatch.setattr(
            sphinx_hooks.logger,
            level,
            lambda text, *more, level=level: lines.append((level, text % more)),
        )
    return lines


@pytest.mark.parametrize(("refused", "level"), [(False, "info"), (True, "warning")])
def test_without_the_files_the_book_is_built_and_one_line_says_so(
    app, monkeypatch, said, refused, level
):
    def fails(folder):
        raise SupplyError("core.js could not be had (npm: no route)", refused)

    monkeypatch.setattr(sphinx_hooks, "supply", fails)
    sphinx_hooks.provide(app)
    assert app.lab_python is False
    assert app.config.html_static_path == []
    line = "The book is built without Python in its pages: core.js could not be had (npm: no route)"
    assert said == [(level, line)]


def test_nothing_is_fetched_for_an_e_book_or_where_it_is_not_wanted(app, monkeypatch):
    def fails(folder):
        raise AssertionError("fetched")

    monkeypatch.setattr(sphinx_hooks, "supply", fails)
    app.config.lab_python = False
    sphinx_hooks.provide(app)
    app.config.lab_python, app.builder.name = True, "epub"
    sphinx_hooks.provide(app)
    assert app.lab_python is False


@pytest.mark.parametrize(("python", "left"), [(True, ["new.js"]), (False, [])])
def test_what_an_earlier_build_left_among_the_static_files_goes(app, tmp_path, python, left):
    written = tmp_path / "html" / "_static" / "python"
    kept = tmp_path / ".lab" / "python" / "python"
    for folder, names in ((written, ["new.js", "old.js"]), (kept, ["new.js"])):
        folder.mkdir(parents=True)
        for name in names:
            (folder / name).write_text("")
    app.lab_python = python
    sphinx_hooks.clear_away(app, None)
    assert [file.name for file in written.iterdir()] == left


def test_exercises_are_noted_for_other_pages(app, page):
    sphinx_hooks.note_exercises(app, page)
    assert sphinx_hooks.noted_cells(app.env)["chapters/06-x"] == [
        "import numpy",
        "f(...)",
        "print(2)",
    ]
    other = SimpleNamespace(lab_exercises={"chapters/07-y": ["ex-07-a"], "gone": ["x"]})
    sphinx_hooks.merge(app, app.env, {"chapters/07-y"}, other)
    assert sphinx_hooks.noted(app.env) == {
        "chapters/06-x": ["ex-06-unit"],
        "chapters/07-y": ["ex-07-a"],
    }
    sphinx_hooks.forget(app, app.env, "chapters/06-x")
    assert sphinx_hooks.noted(app.env) == {"chapters/07-y": ["ex-07-a"]}


def test_every_page_says_of_which_book_it_is(app):
    context = {"metatags": "<meta>"}
    sphinx_hooks.name_the_book(app, "index", "", context, None)
    assert context["metatags"] == '<meta>\n    <meta name="lab-book" content="a-book">'


def test_the_numbers_of_every_page_are_recorded_for_verify(app, page):
    sphinx_hooks.note_exercises(app, page)
    app.env.docname = "chapters/07-y"
    sphinx_hooks.note_exercises(app, page)
    glued = sphinx_hooks.executed(app) / "chapters" / "06-x.glue.json"
    glued.parent.mkdir(parents=True)
    glued.write_text('{"ch06_a": {"data": {"text/plain": "\'12\'"}}}')
    sphinx_hooks.record_numbers(app, None)
    chapters = read_record(app.outdir)["chapters"]
    cells = ["import numpy", "f(...)", "print(2)"]
    assert chapters == {"06-x": {"cells": cells, "numbers": {"ch06_a": "12"}}}
