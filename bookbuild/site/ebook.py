"""The book as an e-book (EPUB 3): every explorer is its first picture and its sentence."""

from __future__ import annotations

import html
import posixpath
import re
import zipfile
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.config import Config

from bookbuild.lighter_pages import REPEATED
from lstm_lab.interact.still_picture import image

EPOCH = (1980, 1, 1, 0, 0, 0)  # the first day that a zip can hold
NAME = "from-perceptron-to-lstm"
STATE = re.compile(r'href="(?:([\w./-]+)\.html)?#explorer=([\w.-]+)[^"]*"')
TOGGLE = re.compile(r'<p class="((?:collapsed|expanded) admonition-title)">(.*?)</p>', re.S)
FIGURE = re.compile(r'<figure class="lab-explorer" id="explorer-([\w.-]+)">.*?</figure>', re.S)
ICON = re.compile(r"<svg(?![^>]*xmlns=)[^>]*>.*?</svg>", re.S)
STYLE = re.compile(r'[ \t]*<link rel="stylesheet"[^>]*href="([^"]+)"[^>]*/>\n?')


def is_ebook(app: Sphinx) -> bool:
    """Whether an e-book is written."""
    return bool(app.builder.name == "epub")


def configure(app: Sphinx, config: Config) -> None:
    """What an e-book says of itself."""
    config.project = config.html_title
    config.version = config.version or "0"
    config.epub_title = config.html_title
    config.epub_basename = NAME
    config.epub_description = (
        "How neural networks learnt to remember, 1958 to 2000, with runnable code."
    )
    config.epub_author = config.epub_publisher = config.epub_contributor = config.author
    config.epub_uid = "book"
    config.epub_identifier = config.html_baseurl or f"urn:{NAME}"
    config.epub_show_urls = "no"
    config.epub_use_index = False
    config.epub_css_files = []


def still(page: Mapping[str, Any]) -> str:
    """An explorer in an e-book: its first picture, its sentence, its caption, as well-formed XML.

    The sentence of a drawing describes it to those who do not see it, and is not shown.

    Args:
        page: from :func:`lstm_lab.interact.static.explorer_page`.
    """
    caption = f"<br/>{html.escape(page['caption'])}" if page["caption"] else ""
    summary, name = html.escape(page["summary"]), f"{page['name']}-summary"
    if page.get("drawing"):
        still = image(page["picture"], f'aria-label="{summary}"')
        words = html.escape(page["caption"])
        return (
            f'<figure class="lab-explorer" id="explorer-{page["name"]}">{still}'
            f"<figcaption>{words}</figcaption></figure>"
        )
    still = image(page["picture"], f'aria-labelledby="{name}"')
    return (
        f'<figure class="lab-explorer" id="explorer-{page["name"]}">{still}'
        f'<figcaption><span class="lab-summary" id="{name}">{summary}</span>{caption}</figcaption></figure>'
    )


def seal(folder: Path, file: Path, day: str) -> None:
    """Write the e-book again so that readers know what its pages hold and the same sources give the same bytes.

    Args:
        folder: what Sphinx wrote.
        file: the e-book.
        day: of the last change, "2026-05-31"; empty where it is not known.
    """
    with zipfile.ZipFile(file) as written:
        names = written.namelist()
    for name in names:
        if name.endswith(".xhtml"):
            text = (folder / name).read_text("utf-8")
            (folder / name).write_text(
                as_xhtml(without_lost_styles(text, name, set(names))), "utf-8"
            )
    package = folder / "content.opf"
    package.write_text(described(package.read_text("utf-8"), folder, day), "utf-8")
    contents = folder / "toc.ncx"
    (known_as,) = re.findall(r"<dc:identifier[^>]*>(.*?)<", package.read_text("utf-8"))
    named = f'"dtb:uid" content="{known_as}"'
    text = re.sub(r'"dtb:uid" content="[^"]*"', lambda _: named, contents.read_text("utf-8"))
    contents.write_text(text, "utf-8")
    names = ["mimetype", *sorted(set(names) - {"mimetype"})]
    with zipfile.ZipFile(file, "w") as sealed:
        for name in names:
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.external_attr = 0o644 << 16
            kind = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            sealed.writestr(entry, (folder / name).read_bytes(), kind)


def without_lost_styles(page: str, name: str, names: set[str]) -> str:
    """A page without links to style sheets that Sphinx did not put into the e-book."""

    def kept(link: re.Match[str]) -> str:
        sheet = posixpath.normpath(posixpath.join(posixpath.dirname(name), link[1]))
        return link[0] if sheet in names else ""

    return STYLE.sub(kept, page)


def as_xhtml(page: str) -> str:
    """A page without what a browser forgives and an e-book reader does not.

    A link to a state of an explorer leads to the explorer, here its first state. An ampersand that begins no
    entity is written as one; a line above folded code is no paragraph; icons that are no XML are left out.
    """

    def still_of(link: re.Match[str]) -> str:
        return f'href="{link[1] + ".xhtml" if link[1] else ""}#explorer-{link[2]}"'

    page = STATE.sub(still_of, page)
    page = re.sub(r"&(?!#?\w+;)", "&amp;", page)
    page = TOGGLE.sub(r'<span class="\1">\2</span>', page)
    return with_figures_numbered(REPEATED.sub("", ICON.sub("", page)))


def with_figures_numbered(page: str) -> str:
    """A page whose figures have names of their own: the second without a name is `figure-2`."""
    seen: Counter[str] = Counter()

    def numbered(figure: re.Match[str]) -> str:
        name = figure[1]
        seen[name] += 1
        if seen[name] == 1:
            return figure[0]
        new = f"{name}-{seen[name]}"
        text = figure[0].replace(f'"explorer-{name}"', f'"explorer-{new}"', 1)
        return text.replace(f'"{name}-summary"', f'"{new}-summary"')

    return FIGURE.sub(numbered, page)


def described(package: str, folder: Path, day: str) -> str:
    """The list of contents with what each page holds (SVG, MathML), as EPUB 3 wants it, and with the date."""

    def properties(found: re.Match[str]) -> str:
        text = (folder / found[1]).read_text("utf-8")
        held = [kind for kind, tag in (("mathml", "<math"), ("svg", "<svg")) if tag in text]
        return f'{found[0]} properties="{" ".join(held)}"' if held else found[0]

    package = re.sub(
        r'href="([^"]+)" media-type="application/xhtml\+xml"(?! prop)', properties, package
    )
    if day:
        package = re.sub(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", f"{day}T00:00:00Z", package)
    return package


def finish(app: Sphinx, exception: Exception | None) -> None:
    """Seal the e-book."""
    if exception is None and is_ebook(app):
        days = app.lab_changes.values()  # type: ignore[attr-defined]
        file = Path(app.outdir) / f"{app.config.epub_basename}.epub"
        seal(Path(app.outdir), file, max(days, default=""))
