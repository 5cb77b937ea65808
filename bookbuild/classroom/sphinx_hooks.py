"""The hooks in Sphinx: the directive `classroom`, and what its two pages need among the static files."""

from __future__ import annotations

import html
import json
import tomllib
from pathlib import Path
from typing import Any, ClassVar

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from bookbuild.classroom.catalogue import catalogue
from bookbuild.predict import predict_node
from bookbuild.python.sphinx_hooks import book_of, is_site
from lstm_lab.results import write_whole

SCRIPTS = {
    "my-work": ("work.js", "my-work.js"),
    "class": ("work.js", "unzip.js", "senders.js", "counts.js", "class.js"),
}
"""Of each page, in the order in which it runs them."""
SESSION = "session.js"
"""Of every page with a prediction."""
STYLE = "classroom.css"
CATALOGUE = "catalogue.js"
PAGES = ("chapters/my-work", "chapters/class")
PAGE = Path(__file__).parent / "page"
WHERE = "This part works in the pages of the book, in a browser with JavaScript."


class classroom_node(nodes.General, nodes.Element):  # noqa: N801 (docutils names its nodes so)
    """The place that the scripts of a page fill; `part` is a key of `SCRIPTS`."""


class Classroom(SphinxDirective):
    """The student's page, "my-work", or the teacher's, "class"."""

    required_arguments: ClassVar[int] = 1

    def run(self) -> list[nodes.Node]:
        """The place."""
        part = self.arguments[0]
        if part not in SCRIPTS:
            raise self.error(f"part must be one of {', '.join(SCRIPTS)}, got {part!r}")
        return [classroom_node(part=part)]


def visit_html(translator: Any, node: classroom_node) -> None:
    """Write the place, with the way to the catalogue."""
    if not is_site(translator.builder.app):
        translator.body.append(f"<p>{WHERE}</p>")
        raise nodes.SkipNode
    static = "../" * translator.builder.current_docname.count("/") + "_static"
    edition = write_catalogue(translator.builder.app)
    translator.body.append(
        f'<div class="lab-class" id="lab-{node["part"]}"><p>{html.escape(WHERE)}</p></div>'
        f'<script defer src="{static}/classroom/{CATALOGUE}?v={edition}"></script>'
    )
    raise nodes.SkipNode


def visit_text(translator: Any, node: classroom_node) -> None:
    """Say where it works."""
    translator.add_text(WHERE)
    raise nodes.SkipNode


def write_catalogue(app: Sphinx) -> str:
    """Write the catalogue beside the other static files; a page from disk may load it, as a script. Its edition."""
    trees = {name: app.env.get_doctree(name) for name in sorted(app.env.found_docs)}
    project = tomllib.loads(Path(app.confdir, "pyproject.toml").read_text("utf-8"))["project"]
    told = catalogue(trees, book_of(app), project["version"])
    written = json.dumps(told, separators=(",", ":"))
    file = Path(app.outdir, "_static", "classroom", CATALOGUE)
    write_whole(file, f"window.labCatalogue={written};\n".encode())
    return str(told["edition"])


def provide(app: Sphinx) -> None:
    """Put the scripts and the style among the static files."""
    if not is_site(app):
        return
    kept = Path(app.outdir).parent / ".lab" / "classroom"
    (kept / "classroom").mkdir(parents=True, exist_ok=True)
    for name in {STYLE, SESSION, *(name for names in SCRIPTS.values() for name in names)}:
        (kept / "classroom" / name).write_bytes((PAGE / name).read_bytes())
    app.config.html_static_path.append(str(kept))


def load(app: Sphinx, _page: str, _template: str, _context: Any, tree: Any) -> None:
    """Give the two pages their scripts, and a page with a prediction that of a session."""
    if tree is None or not is_site(app):
        return
    if next(iter(tree.findall(predict_node)), None):
        app.add_js_file(f"classroom/{SESSION}", loading_method="defer", priority=700)
    found = next(iter(tree.findall(classroom_node)), None)
    if found is None:
        return
    for name in SCRIPTS[found["part"]]:
        app.add_js_file(f"classroom/{name}", loading_method="defer", priority=700)
    app.add_css_file(f"classroom/{STYLE}")


def write_again(app: Sphinx, env: Any) -> list[str]:
    """The two pages rest on all chapters, so they are written whenever one of them is."""
    return [page for page in PAGES if page in env.found_docs]


def setup(app: Sphinx) -> None:
    """Tell Sphinx of these hooks."""
    app.add_directive("classroom", Classroom)
    app.add_node(classroom_node, html=(visit_html, None), text=(visit_text, None))
    app.connect("builder-inited", provide)
    app.connect("env-updated", write_again)
    app.connect("html-page-context", load)
