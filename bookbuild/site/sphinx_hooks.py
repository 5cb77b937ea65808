"""The hooks of this part in the Sphinx extension: each page gets its links, tags and dates, the book its signposts."""

from __future__ import annotations

import os
import shutil
import tomllib
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config

from bookbuild.site import ebook, installed
from bookbuild.site.address import address_of, launch_links, site_of
from bookbuild.site.logo import logo_svg
from bookbuild.site.preview_card import card
from bookbuild.site.tags_and_sitemap import (
    first_sentences,
    last_changes,
    missing_page,
    moved_page,
    share_tags,
    sitemap,
)

ICONS = {
    "Binder": "_static/images/logo_binder.svg",
    "Colab": "_static/images/logo_colab.png",
}


def configure(app: Sphinx, config: Config) -> None:
    """Find out once where the repository is, where the book is published, and when its pages changed."""
    root = Path(app.confdir)
    app.lab_address = address_of(root)  # type: ignore[attr-defined]
    app.lab_changes = last_changes(root)  # type: ignore[attr-defined]
    config.html_baseurl = config.html_baseurl or site_of(root, os.environ)
    options = dict(config.html_theme_options or {})
    options.setdefault(
        "logo",
        {
            "image_light": "_static/logo.svg",
            "image_dark": "_static/logo.svg",
            "text": config.html_title,
        },
    )
    options.setdefault("navbar_persistent", [])  # the sidebar has the search already
    options.setdefault("back_to_top_button", False)  # it floats over figures
    config.html_theme_options = options


def provide_logo(app: Sphinx) -> None:
    """Put the logo among the static files."""
    if is_site(app):
        folder = Path(app.outdir).parent / ".lab" / "logo"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "logo.svg").write_text(logo_svg(), "utf-8")
        app.config.html_static_path.append(str(folder))


def is_site(app: Sphinx) -> bool:
    """Whether pages for a browser are written, rather than an e-book or text."""
    return app.builder.format == "html" and not ebook.is_ebook(app)


def offer_notebook(
    app: Sphinx, pagename: str, _template: str, context: dict[str, Any], _tree: Any
) -> None:
    """Let a reader download the notebook of a chapter, as it stands in the repository, without outputs."""
    notebook = Path(app.srcdir, f"{pagename}.ipynb")
    if is_site(app) and notebook.is_file():
        copy = Path(app.outdir, "_sources", f"{pagename}.ipynb")
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(notebook, copy)
        context["ipynb_source"] = f"{pagename}.ipynb"


def describe(
    app: Sphinx, pagename: str, _template: str, context: dict[str, Any], tree: nodes.document | None
) -> None:
    """Add to a page its tags, the day of its last change and its launch links."""
    if not is_site(app):
        return
    root = context["pathto"]("_static/logo.svg", resource=True)
    tags = [f'<link rel="icon" type="image/svg+xml" href="{root}">']
    if tree is not None:
        site = app.config.html_baseurl
        text = first_sentences(opening(tree))
        title = app.env.titles[pagename].astext()
        page = f"{site}{app.builder.get_target_uri(pagename)}" if site else ""
        picture = f"{site}{card_path(pagename)}" if site else ""
        tags += share_tags(title, text, app.config.html_title, page, picture)
        context["last_updated"] = app.lab_changes.get(f"{pagename}.md")  # type: ignore[attr-defined]
    context["metatags"] = context.get("metatags", "") + "\n    ".join(["", *tags])
    buttons = launch_buttons(app, pagename)
    if buttons and "header_buttons" in context:
        group = {
            "type": "group",
            "tooltip": "Run this chapter",
            "icon": "fas fa-rocket",
            "buttons": buttons,
            "label": "launch-buttons",
        }
        context["header_buttons"].insert(0, group)


def launch_buttons(app: Sphinx, pagename: str) -> list[dict[str, str]]:
    """The theme's buttons for the places where the notebook of this page runs; none without a notebook."""
    if not Path(app.srcdir, f"{pagename}.ipynb").is_file():
        return []
    links = launch_links(app.lab_address, pagename)  # type: ignore[attr-defined]
    return [
        {
            "type": "link",
            "text": place,
            "tooltip": f"Run this chapter: {place}",
            "icon": ICONS[place],
            "url": url,
        }
        for place, url in links.items()
    ]


def opening(tree: nodes.document) -> str:
    """The first paragraph of the text itself: not of a box, a table or a note at its side."""
    for paragraph in tree.findall(nodes.paragraph):
        parents, node = [], paragraph.parent
        while node is not None:
            parents.append(node)
            node = node.parent
        if all(isinstance(parent, nodes.section | nodes.document) for parent in parents):
            return paragraph.astext()
    return ""


def card_path(pagename: str) -> str:
    """Where the picture of a page stands, below the site."""
    return f"_static/cards/{pagename.replace('/', '-')}.png"


def signposts(app: Sphinx, exception: Exception | None) -> None:
    """Write the page for wrong addresses and those for old ones; with a known site, the sitemap and the cards."""
    if exception is not None or not is_site(app):
        return
    out, config = Path(app.outdir), app.config
    titles = {name: title.astext() for name, title in app.env.titles.items()}
    pages = {name: app.builder.get_target_uri(name) for name in sorted(titles)}
    contents = [config.root_doc, *(name for name in toc(app) if name != config.root_doc)]
    offered = [(pages[name], titles[name]) for name in contents if name in pages]
    missing = missing_page(config.html_title, offered, config.html_baseurl, logo_svg())
    (out / "404.html").write_text(missing, "utf-8")
    for old, new in moved(Path(app.confdir)).items():
        file = out / f"{old}.html"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(moved_page(f"{old}.html", pages[new]), "utf-8")
    if not config.html_baseurl:
        return
    changes = app.lab_changes  # type: ignore[attr-defined]
    dated = {page: changes.get(f"{name}.md", "") for name, page in pages.items()}
    (out / "sitemap.xml").write_text(sitemap(config.html_baseurl, dated), "utf-8")
    for name, title in titles.items():
        picture = out / card_path(name)
        picture.parent.mkdir(parents=True, exist_ok=True)
        picture.write_bytes(card(title, config.html_title))


def toc(app: Sphinx) -> list[str]:
    """The pages in the order of the table of contents."""
    includes = app.env.toctree_includes
    found: list[str] = []
    left = [app.config.root_doc]
    while left:
        name = left.pop(0)
        if name not in found:
            found.append(name)
            left = [*includes.get(name, []), *left]
    return found


def moved(root: Path) -> dict[str, str]:
    """Old names of pages and where their content is now, from `docs/addresses.toml`."""
    file = root / "docs" / "addresses.toml"
    return dict(tomllib.loads(file.read_text("utf-8"))["moved"]) if file.is_file() else {}


def setup(app: Sphinx) -> None:
    """Tell Sphinx of these hooks."""
    app.connect("config-inited", configure)
    app.connect("config-inited", ebook.configure)
    app.connect("builder-inited", provide_logo)
    app.connect("html-page-context", offer_notebook, priority=400)  # before the theme's buttons
    app.connect("html-page-context", describe, priority=700)  # after them
    app.connect("build-finished", ebook.finish)
    app.connect("build-finished", signposts, priority=800)  # before the pages are lightened
    installed.setup(app)
