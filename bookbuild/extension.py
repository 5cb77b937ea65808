"""The Sphinx extension of the book: static explorers, plain figures, mathematics, and assets of its own.

What the extension is for, part by part:

- While the book is built the kernel's explorers show their static form (the environment variable `LSTM_LAB_STATIC`);
  their output, and that of plain Plotly figures, becomes an :class:`explorer_node`, written as HTML with a file of
  packed states beside it.
- Mathematics is turned into MathML while the book is built, so that it is there before any script runs, is read by
  screen readers, and asks no other host for anything. LaTeX that cannot be turned into MathML is a warning.
- Plotly, the fonts and the scripts are copied from installed packages into the book's static files.
- What was computed by other code than the package's present one is computed again.
"""

from __future__ import annotations

import html
import json
import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number

from bookbuild import (
    cards,
    chapter_links,
    classroom,
    numbering,
    predict,
    python,
    stale_notebooks,
    teachers_table,
    term_notes,
)
from bookbuild.explorer_html import page_html, payload_key, payload_script
from bookbuild.lighter_pages import lighten
from bookbuild.mathml import LatexError, mathml
from bookbuild.python.pinned_files import SupplyError, cache_folder, supply
from bookbuild.python.trainings import training_node
from bookbuild.site import ebook, sphinx_hooks, unfinished_builds
from lstm_lab.interact import MIME, STATIC_VARIABLE
from lstm_lab.interact.static import decoded, figure_page
from lstm_lab.interact.training import MIME as TRAINING_MIME
from lstm_lab.results import write_whole

PLOTLY_MIME = "application/vnd.plotly.v1+json"
HERE = Path(__file__).parent
SCRIPTS = (
    "menus.js",
    "progress.js",
    "explore-decode.js",
    "explore-words.js",
    "explore-draw.js",
    "explore-handles.js",
    "explore.js",
)
"""In the order in which a page runs them."""

LONG = 40  # letters of LaTeX
FONT = "STIXTwoMath.woff2"
logger = logging.getLogger(__name__)


# --- Explorers and figures -------------------------------------------------------------------------------------------


class explorer_node(nodes.General, nodes.Element):  # noqa: N801 (docutils names its nodes so)
    """An explorer or a figure; `page` is what :mod:`lstm_lab.interact.static` made of it."""


class MimeRenderer:
    """MyST-NB's hook for output types: turns ours and Plotly's into an :class:`explorer_node`."""

    mime_priority_overrides: ClassVar[Sequence[tuple[str, str, int | None]]] = [
        ("*", MIME, 1),
        ("*", PLOTLY_MIME, 2),
        ("*", TRAINING_MIME, 3),
    ]

    @staticmethod
    def handle_mime(renderer: Any, data: Any, inline: bool) -> list[nodes.Element] | None:
        """An explorer or a figure as a node; None leaves other output to MyST-NB."""
        if inline or data.mime_type not in (MIME, PLOTLY_MIME, TRAINING_MIME):
            return None
        content = json.loads(data.content) if isinstance(data.content, str) else data.content
        if data.mime_type == TRAINING_MIME:
            return [training_node(page=content)]
        if data.mime_type == PLOTLY_MIME:
            import plotly.graph_objects as go

            figure = go.Figure(data=decoded(content["data"]), layout=content["layout"])
            meta = figure.layout.meta or {}
            content = figure_page(figure, meta.get("name", "figure"))
            content["drawing"] = bool(meta.get("drawing"))
        return [explorer_node(page=content)]


def visit_explorer_html(translator: Any, node: explorer_node) -> None:
    """Write the explorer, and its packed states beside the other static files."""
    page = node["page"]
    if translator.builder.name == "epub":
        translator.body.append(ebook.still(page))
        raise nodes.SkipNode
    out = Path(translator.builder.outdir, "_static", "explorers", f"{payload_key(page)}.js")
    if not out.exists():
        write_whole(out, payload_script(page).encode())
    depth = translator.builder.current_docname.count("/")
    translator.body.append(page_html(page, "../" * depth + "_static"))
    raise nodes.SkipNode


def visit_explorer_text(translator: Any, node: explorer_node) -> None:
    """Write the sentence."""
    translator.add_text(node["page"]["summary"])
    raise nodes.SkipNode


def visit_explorer_latex(translator: Any, node: explorer_node) -> None:
    """Write the sentence."""
    translator.body.append(translator.encode(node["page"]["summary"]))
    raise nodes.SkipNode


# --- Mathematics -----------------------------------------------------------------------------------------------------


def _mathml(translator: Any, node: nodes.Element, display: str) -> str:
    try:
        return mathml(node.astext(), display)
    except LatexError as error:
        logger.warning("%s", error, location=node)
        return f"<code>{html.escape(node.astext())}</code>"


def visit_math(translator: Any, node: nodes.math) -> None:
    """Write a formula in a line."""
    before, after = (html.escape(node.get(side, "")) for side in ("before", "after"))
    formula = _mathml(translator, node, "inline")
    translator.body.append(f'<span class="math">{before}{formula}{after}</span>')
    raise nodes.SkipNode


def visit_math_block(translator: Any, node: nodes.math_block) -> None:
    """Write a formula of its own, with its number."""
    ids = "".join(f' id="{identity}"' for identity in node["ids"][:1])
    body = _mathml(translator, node, "block")
    number = ""
    if node["number"]:
        number = f'<span class="eqno">({get_node_equation_number(translator, node)})</span>'
    translator.body.append(
        f'<div class="math"{ids}>{number}<div class="lab-wide">{body}</div></div>'
    )
    raise nodes.SkipNode


def keep_marks_beside_formulas(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Give a formula in a line the brackets and stops that touch it: not every browser keeps them in its line."""
    if app.builder.format != "html":
        return
    for node in doctree.findall(nodes.math):
        if len(node.astext()) > LONG:
            continue  # it may fill a line of a phone by itself
        place = node.parent.index(node)
        for side, other, marks in (
            ("before", place - 1, r"[(\[“‘]+$"),
            ("after", place + 1, r"^[^\w\s(\[“‘]+"),
        ):
            text = node.parent[other] if 0 <= other < len(node.parent) else None
            if isinstance(text, nodes.Text) and (found := re.search(marks, text)):
                node[side] = found[0]
                node.parent[other] = nodes.Text(re.sub(marks, "", text))


# --- Assets and settings ---------------------------------------------------------------------------------------------


def configure(app: Sphinx, config: Config) -> None:
    """Keep what was computed beside the pages; its names say on what it rests."""
    kept = Path(app.outdir).parent / ".lab"
    config.nb_execution_cache_path = str(kept / "notebooks")
    config.nb_ipywidgets_js = {}
    os.environ[STATIC_VARIABLE] = str(kept / "explorers")
    # Small matrices: threads cost more than they give.
    os.environ.setdefault("OMP_NUM_THREADS", "1")


def read_what_is_listed(app: Sphinx, config: Config) -> None:
    """Make the table of contents the list of what is read, and so of what is executed, wherever else notebooks lie."""
    listed = getattr(config, "external_site_map", None)
    if listed is not None:
        config.include_patterns = [
            f"{docname}{suffix}" for docname in listed for suffix in config.source_suffix
        ]


def provide_assets(app: Sphinx) -> None:
    """Put what every page needs among the static files."""
    if not sphinx_hooks.is_site(app):
        return
    folder = Path(app.outdir).parent / ".lab" / "static"
    folder.mkdir(parents=True, exist_ok=True)
    for source in (*SCRIPTS, cards.SCRIPT, term_notes.SCRIPT, "explore.css", "pages.css"):
        (folder / source).write_bytes((HERE / "assets" / source).read_bytes())
    (folder / "explore-themes.js").write_text(_themes_script())
    (folder / "plotly.min.js").write_bytes(_plotly_script())
    app.config.html_static_path.append(str(folder))


def _themes_script() -> str:
    from lstm_lab.interact.theme import template

    themes = {mode: template(mode).to_plotly_json() for mode in ("light", "dark")}
    return f"lstmLab.themes = {json.dumps(themes, sort_keys=True)};\n"


def _plotly_script() -> bytes:
    """What draws the figures: Plotly's bundle of `plotly.toml`, or, where it cannot be had, all of Plotly."""
    try:
        (file,) = supply(cache_folder().with_name("plotly"), HERE / "plotly.toml").values()
        return file.read_bytes()
    except SupplyError as error:
        tell = logger.warning if error.refused else logger.info
        tell("the pages carry all of Plotly, three times as heavy: %s", error)
    import plotly

    return Path(plotly.__file__).parent.joinpath("package_data", "plotly.min.js").read_bytes()


def _math_font() -> bytes:
    """STIX Two Math (SIL Open Font License)."""
    from importlib.util import find_spec

    package = find_spec("ziamath")
    if package is None or package.origin is None:
        raise RuntimeError("the package ziamath, which carries the font, is not installed")
    return Path(package.origin).with_name("fonts").joinpath("STIXTwoMath-Regular.ttf").read_bytes()


def lighten_pages(app: Sphinx, exception: Exception | None) -> None:
    """Take out of the written pages what none of them uses."""
    if exception is None and sphinx_hooks.is_site(app):
        import pydata_sphinx_theme

        theme = Path(pydata_sphinx_theme.__file__).parent / "theme" / "pydata_sphinx_theme"
        lighten(Path(app.outdir), theme / "static", _math_font(), FONT)


def setup(app: Sphinx) -> dict[str, Any]:
    """Tell Sphinx of all this."""
    app.add_node(
        explorer_node,
        html=(visit_explorer_html, None),
        latex=(visit_explorer_latex, None),
        text=(visit_explorer_text, None),
    )
    app.add_html_math_renderer("mathml", (visit_math, None), (visit_math_block, None))
    app.add_config_value(
        "comments_config", {}, "html"
    )  # Jupyter Book sets it, sphinx_comments is left out
    app.connect("config-inited", configure)
    app.connect(
        "config-inited", read_what_is_listed, priority=950
    )  # the contents are known by then
    app.connect("builder-inited", provide_assets)
    app.connect("doctree-resolved", keep_marks_beside_formulas)
    app.connect("build-finished", lighten_pages, priority=900)
    sphinx_hooks.setup(app)
    unfinished_builds.setup(app)
    stale_notebooks.setup(app)
    teachers_table.setup(app)
    cards.setup(app)
    chapter_links.setup(app)
    numbering.setup(app)
    term_notes.setup(app)
    predict.setup(app)
    python.setup(app)
    classroom.setup(app)
    for script in SCRIPTS:
        app.add_js_file(script, loading_method="defer")
    app.add_js_file("explore-themes.js", loading_method="defer", priority=600)
    app.add_css_file("explore.css")
    app.add_css_file("pages.css")
    return {
        "version": "1",
        "env_version": 2,
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }
