"""What search engines, messengers and readers with an old link need: tags, a sitemap, signposts."""

from __future__ import annotations

import html
import json
import posixpath
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from bookbuild.site.address import git

DESCRIPTION = 200  # letters


def first_sentences(text: str, most: int = DESCRIPTION) -> str:
    """The sentences at the beginning of a text that fit, or as many words as do, with an ellipsis.

    Args:
        text: plain text.
        most: letters that fit.
    """
    text = re.sub(r"\s+", " ", text).strip()
    if len(text) <= most:
        return text
    ends = [found.end() for found in re.finditer(r"[.!?](?= [A-Z0-9])", text[: most + 2])]
    whole = text[: ends[-1]] if ends else ""
    if len(whole) >= most // 3:
        return whole
    return text[: most - 1].rpartition(" ")[0].rstrip(",;: ") + " …"


def share_tags(
    title: str, description: str, book: str, page: str = "", picture: str = ""
) -> list[str]:
    """The tags in a page's head that describe it to others (https://ogp.me).

    Args:
        title: of the page.
        description: a sentence or two.
        book: name of the book.
        page: its address; empty where it is not published.
        picture: address of its picture; empty where there is none.
    """
    tags = [("property", "og:title", title), ("property", "og:type", "article")]
    tags += [("property", "og:site_name", book)]
    if description:
        tags += [
            ("name", "description", description),
            ("property", "og:description", description),
        ]
    if page:
        tags += [("property", "og:url", page)]
    if page and picture:
        tags += [("property", "og:image", picture), ("property", "og:image:alt", title)]
        tags += [("name", "twitter:card", "summary_large_image")]
    return [
        f'<meta {kind}="{name}" content="{html.escape(content)}">' for kind, name, content in tags
    ]


def last_changes(root: Path, pattern: str = "*.md") -> dict[str, str]:
    """The day of the last commit of each file, by its path: `{"index.md": "2026-05-31"}`.

    Empty where `root` is no checkout, or a shallow one, whose single commit says nothing about a file.
    """
    if git(root, "rev-parse", "--is-shallow-repository") != "false":
        return {}
    if Path(git(root, "rev-parse", "--show-toplevel")).resolve() != root.resolve():
        return {}
    log = git(root, "log", "--format=%x00%cs", "--name-only", "-z", "--", pattern)
    changes: dict[str, str] = {}
    day = ""
    for entry in filter(None, re.split(r"\x00|\n", log)):
        if re.fullmatch(r"\d{4}-\d\d-\d\d", entry):
            day = entry
        else:
            changes.setdefault(entry, day)
    return changes


def sitemap(site: str, pages: Mapping[str, str]) -> str:
    """The list of pages for search engines (https://www.sitemaps.org).

    Args:
        site: where the book is published, with a slash at the end.
        pages: the day of the last change of each page, empty if unknown, by its address below the site.
    """
    entries = []
    for page, day in sorted(pages.items()):
        changed = f"<lastmod>{day}</lastmod>" if day else ""
        entries.append(f"<url><loc>{html.escape(site + page)}</loc>{changed}</url>")
    head = '<?xml version="1.0" encoding="utf-8"?>\n'
    body = "\n".join(entries)
    return (
        f'{head}<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{body}\n</urlset>\n'
    )


def moved_page(old: str, new: str) -> str:
    """The page at an old address that leads on to the new one, with what stands behind # in the address.

    Args:
        old: address of the page that is gone, below the site: "chapters/06-old.html".
        new: where its content is now.
    """
    way = posixpath.relpath(new, posixpath.dirname(old) or ".")
    target, spoken = html.escape(way), json.dumps(way).replace("<", r"\u003c")
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>Moved</title>\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<noscript><meta http-equiv="refresh" content="0; url={target}"></noscript>\n'
        f'</head><body><main><p>This page has moved: <a href="{target}">go to it</a>.</p></main>\n'
        f"<script>location.replace({spoken} + location.hash);</script></body></html>\n"
    )


def missing_page(book: str, chapters: Iterable[tuple[str, str]], site: str, logo: str) -> str:
    """The page for an address that is not there. It needs nothing but itself, since it stands at any depth.

    Args:
        book: name of the book.
        chapters: address below the site and title of each page to offer.
        site: where the book is published; empty where that is not known.
        logo: an SVG.
    """
    links = "\n".join(
        f'<li><a href="{html.escape(site + page)}">{html.escape(title)}</a></li>'
        for page, title in chapters
    )
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>No such page — {html.escape(book)}</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">
<style>
:root {{ color-scheme: light dark; --link: #0b5f94; --ground: #ffffff; --ink: #1a1a1a }}
@media (prefers-color-scheme: dark) {{ :root {{ --link: #6cb8ee; --ground: #14181e; --ink: #e6e6e6 }} }}
body {{ background: var(--ground); color: var(--ink) }}
body {{ font: 1.05rem/1.6 system-ui, sans-serif; max-width: 38rem; margin: 2rem auto; padding: 0 1rem }}
svg {{ width: 5rem }}
a {{ color: var(--link) }}
</style></head>
<body><main>
{logo}
<h1>There is no page at this address</h1>
<p>The link may be mistyped, or the page may have another name now. The book has these:</p>
<ul>
{links}
</ul>
</main></body></html>
"""
