"""The published book as an app: a manifest, and a service worker that keeps pages on the reader's device.

Both are written where it is known where the book is published; a book that is read from disk has neither. The worker
has the list of all files with their digests in itself, so a new edition is another worker, and the browser notices.
See `assets/service-worker.js` and `assets/keep.js`.
"""

from __future__ import annotations

import hashlib
import json
import posixpath
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from sphinx.application import Sphinx

SCRIPT = "keep.js"
WORKER = "service-worker.js"
MANIFEST = "manifest.webmanifest"
ASSETS = Path(__file__).parents[1] / "assets"
DIGITS = 32  # of a digest
NAMED = re.compile(
    r'(?:src|href|data-payload|data-later|data-font)="([^"#?:]+\.(?:js|css|svg|png|woff2))[?"]'
)
IN_STYLES = re.compile(r"""url\(["']?([^"')#?:]+)""")
BY_SCRIPTS = ("_static/plotly.min.js", "_static/cells/*.js")
"""What scripts load by themselves, when it is wanted."""
PYTHON = "_static/python/*.js"
LEFT_OUT = ("reports", "_static")


def needs(folder: Path, page: str, text: str) -> set[str]:
    """The files that a page loads, as paths below the book's folder; those that its style sheets load, too.

    Args:
        folder: of the built book.
        page: its path, "chapters/06-vanishing-gradient.html".
        text: its HTML.
    """
    found = set(_there(folder, page, NAMED.findall(text)))
    for sheet in [name for name in found if name.endswith(".css")]:
        style = (folder / sheet).read_text("utf-8")
        found |= set(_there(folder, sheet, IN_STYLES.findall(style)))
    for pattern in BY_SCRIPTS:
        found |= {file.relative_to(folder).as_posix() for file in folder.glob(pattern)}
    return found


def _there(folder: Path, name: str, links: Iterable[str]) -> Iterable[str]:
    for link in links:
        path = posixpath.normpath(posixpath.join(posixpath.dirname(name), unquote(link)))
        if not path.startswith("..") and (folder / path).is_file():
            yield path


def listed(folder: Path) -> dict[str, Any]:
    """What the worker knows of an edition: its digest; of each file the digest and the size; what each page needs.

    Args:
        folder: of the built book.
    """
    pages = {
        file.relative_to(folder).as_posix(): file.read_text("utf-8")
        for file in sorted(folder.rglob("*.html"))
        if file.relative_to(folder).parts[0] not in (*LEFT_OUT, "404.html")
    }
    needed = {page: sorted(needs(folder, page, text)) for page, text in pages.items()}
    python = sorted(file.relative_to(folder).as_posix() for file in folder.glob(PYTHON))
    files = {}
    for name in sorted({*pages, *python, *(one for some in needed.values() for one in some)}):
        content = (folder / name).read_bytes()
        files[name] = [hashlib.sha256(content).hexdigest()[:DIGITS], len(content)]
    edition = hashlib.sha256(json.dumps(files).encode()).hexdigest()[:DIGITS]
    return {"edition": edition, "files": files, "pages": needed, "python": python}


def worker(book: dict[str, Any]) -> str:
    """The script of the worker for an edition."""
    code = (ASSETS / WORKER).read_text("utf-8")
    return f"self.labBook = () => ({json.dumps(book, separators=(',', ':'))});\n{code}"


def manifest(title: str) -> str:
    """What a system that installs the book asks for (https://www.w3.org/TR/appmanifest/)."""
    icon = {"src": "_static/logo.svg", "sizes": "any", "type": "image/svg+xml"}
    told = {
        "name": title,
        "short_name": title,
        "start_url": "index.html",
        "scope": "./",
        "display": "minimal-ui",
        "background_color": "#ffffff",
        "theme_color": "#ffffff",
        "icons": [icon],
    }
    return json.dumps(told, indent=1) + "\n"


def install(folder: Path, title: str) -> None:
    """Write manifest and worker beside the pages of a book that is finished."""
    (folder / MANIFEST).write_text(manifest(title), "utf-8")
    (folder / WORKER).write_text(worker(listed(folder)), "utf-8")


def provide(app: Sphinx) -> None:
    """Give the pages of a published book the script that registers the worker."""
    if app.config.html_baseurl and app.builder.format == "html" and app.builder.name != "epub":
        folder = Path(app.outdir).parent / ".lab" / "installed"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / SCRIPT).write_bytes((ASSETS / SCRIPT).read_bytes())
        app.config.html_static_path.append(str(folder))
        app.add_js_file(SCRIPT, loading_method="defer", priority=900)


def finish(app: Sphinx, exception: Exception | None) -> None:
    """Write what belongs to the edition, when its pages are as they stay; take away what an earlier build left."""
    if exception is not None or app.builder.format != "html" or app.builder.name == "epub":
        return
    if app.config.html_baseurl:
        install(Path(app.outdir), app.config.html_title)
    else:
        for name in (MANIFEST, WORKER):
            Path(app.outdir, name).unlink(missing_ok=True)


def setup(app: Sphinx) -> None:
    """Tell Sphinx of these hooks."""
    app.connect("builder-inited", provide)
    app.connect("build-finished", finish, priority=950)  # the pages are lightened
