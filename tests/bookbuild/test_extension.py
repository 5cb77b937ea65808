import base64
import json
import re
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import plotly
import plotly.graph_objects as go
import pytest
from docutils import nodes
from docutils.utils import new_document
from sphinx.project import Project

from bookbuild import extension as book
from bookbuild.explorer_html import page_html
from bookbuild.python import pinned_files
from bookbuild.site import ebook
from lstm_lab.interact import MIME, Explorer, control, static, theme
from lstm_lab.interact.diagram import drawn


def data(mime, content):
    return SimpleNamespace(mime_type=mime, content=content)


def test_a_plain_figure_takes_the_path_of_explorers():
    figure = theme.figure([go.Scatter(x=np.arange(3.0), y=np.arange(3.0) ** 2)], "A parabola.")
    content = json.loads(figure.to_json())
    assert "bdata" in content["data"][0]["y"]
    (node,) = book.MimeRenderer.handle_mime(None, data(book.PLOTLY_MIME, content), False)
    assert node["page"]["summary"] == "A parabola."
    assert node["page"]["controls"] == []


def test_plain_figures_on_one_page_have_ids_of_their_own():
    figures = [theme.figure([go.Scatter(y=[1, end])], f"Up to {end}.") for end in (2, 3)]
    pages = [page_html(static.figure_page(each, "figure"), "") for each in figures]
    names = [re.search(r'<figure [^>]*id="([^"]+)"', page)[1] for page in pages]
    assert names[0] != names[1]


def test_a_drawing_shows_its_caption_and_keeps_its_description_for_those_who_do_not_see_it():
    figure = theme.figure([go.Scatter(y=[1, 2])], "A goes to B.", meta=drawn("Two steps."))
    content = json.loads(figure.to_json())
    (node,) = book.MimeRenderer.handle_mime(None, data(book.PLOTLY_MIME, content), False)
    page = page_html(node["page"], "")
    (identity,) = re.findall(
        r'<p class="lab-summary lab-unseen" id="([^"]+)">A goes to B.</p>', page
    )
    assert f'aria-labelledby="{identity}"' in page
    assert "<figcaption>Two steps.</figcaption>" in page
    book_page = ebook.still(node["page"])
    assert 'aria-label="A goes to B."' in book_page
    assert re.sub("<[^>]*>", "", book_page.partition("<figcaption>")[2]) == "Two steps."


def test_the_sentence_of_a_plot_is_shown_beside_its_caption():
    figure = theme.figure([go.Scatter(y=[1, 2])], "It rises.", meta={"caption": "A line."})
    content = json.loads(figure.to_json())
    (node,) = book.MimeRenderer.handle_mime(None, data(book.PLOTLY_MIME, content), False)
    assert '<p class="lab-summary" id=' in page_html(node["page"], "")
    assert "It rises." in ebook.still(node["page"])


def test_matrices_in_plotly_json_keep_their_shape():
    matrix = np.arange(6.0).reshape(2, 3)
    packed = {"dtype": "f8", "bdata": base64.b64encode(matrix.tobytes()).decode(), "shape": "2, 3"}
    back = static.decoded({"z": packed, "name": "m"})
    np.testing.assert_array_equal(back["z"], matrix)
    assert back["name"] == "m"


def test_other_output_is_left_alone():
    assert book.MimeRenderer.handle_mime(None, data("text/plain", "x"), False) is None
    assert book.MimeRenderer.handle_mime(None, data(MIME, "{}"), True) is None


def test_a_figure_without_its_sentence_fails_the_build():
    content = json.loads(go.Figure([go.Scatter(y=[1, 2])]).to_json())
    with pytest.raises(ValueError, match="must say in"):
        book.MimeRenderer.handle_mime(None, data(book.PLOTLY_MIME, content), False)


def version(script):
    """Which Plotly a script is, and which of its bundles."""
    return re.search(
        rb"plotly\.js (?:\((?P<bundle>\w+)[^)]*\) )?v(?P<version>[\d.]+)", script[:300]
    )


def test_the_bundle_of_plotly_is_of_the_version_of_its_package():
    whole = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
    pinned = pinned_files.version(book.HERE / "plotly.toml").encode()
    assert version(whole.read_bytes())["version"] == pinned


def test_where_the_bundle_cannot_be_had_all_of_plotly_is_taken(monkeypatch):
    def nothing(*_):
        raise pinned_files.SupplyError("no network")

    monkeypatch.setattr(book, "supply", nothing)
    script = book._plotly_script()
    assert version(script)
    assert len(script) > 3_000_000


def resolved(*parts, builder="html"):
    """A paragraph after formulas took what touches them: its text, and what each formula got."""
    document = new_document("page")
    document += nodes.paragraph(
        "", "", *(nodes.math(p[1:], p[1:]) if p[0] == "$" else nodes.Text(p) for p in parts)
    )
    app = SimpleNamespace(builder=SimpleNamespace(format=builder))
    book.keep_marks_beside_formulas(app, document, "page")
    taken = [(one.get("before", ""), one.get("after", "")) for one in document.findall(nodes.math)]
    return [str(one) for one in document[0] if isinstance(one, nodes.Text)], taken


@pytest.mark.parametrize(
    ("parts", "left", "taken"),
    [
        (("so ", "$x", ". And"), ["so ", " And"], [("", ".")]),
        (("so (", "$x", "), and"), ["so ", " and"], [("(", "),")]),
        (
            ("the ", "$n", "-th of ", "$m", " (", "$k", ")"),
            ["the ", "th of ", " ", ""],
            [("", "-"), ("", ""), ("(", ")")],
        ),
        (("$x", " (see"), [" (see"], [("", "")]),
        (("$x",), [], [("", "")]),
    ],
)
def test_what_touches_a_formula_goes_with_it_and_nothing_is_lost(parts, left, taken):
    assert resolved(*parts) == (left, taken)


def test_other_builders_keep_their_words():
    assert resolved("$x", ".", builder="text") == (["."], [("", "")])


def test_marks_around_a_formula_are_escaped():
    out = SimpleNamespace(body=[])
    with pytest.raises(nodes.SkipNode):
        book.visit_math(out, nodes.math("x", "x", before="“(", after="&<"))
    assert re.fullmatch(r'<span class="math">“\(<math .*</math>&amp;&lt;</span>', out.body[0])


@pytest.mark.parametrize("folder", ["copy", "copy/.ipynb_checkpoints", "a [1]", ".hidden/deep", ""])
def test_only_what_the_contents_list_is_read_wherever_notebooks_lie(tmp_path, folder):
    for name in ("index.md", "chapters/one.md", f"{folder}/stray.ipynb", f"{folder}/stray.md"):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("")
    config = SimpleNamespace(
        external_site_map={"index": None, "chapters/one": None},
        source_suffix={".md": "myst-nb", ".ipynb": "myst-nb"},
    )
    book.read_what_is_listed(SimpleNamespace(), config)
    project = Project(tmp_path, config.source_suffix)
    assert project.discover(exclude_paths=[], include_paths=config.include_patterns) == {
        "index",
        "chapters/one",
    }


def test_controls_of_one_label_count_as_one_and_stand_under_the_figure():
    """A reading for each row, one of which applies, is one control to the reader."""

    def figure(row="a", reading_a="1", reading_b="2", last=False):
        return theme.figure([go.Scatter(x=[1], y=[1])], "One.")

    explorer = Explorer(
        figure,
        "rows",
        row=["a", "b"],
        reading_a=control(["1"], label="reading", row="a"),
        reading_b=control(["2", "3"], label="reading", row="b"),
        last=False,
    )
    near, _, far = page_html(static.explorer_page(explorer), "").partition("lab-more")
    assert re.findall(r'data-control="(\w+)"', near) == ["row", "reading_a", "reading_b"]
    assert re.findall(r'data-control="(\w+)"', far) == ["last"]
