"""The book on paper: one document of all built pages, for Chromium to print (`tools/print_pdf.py`).

One rule for what is folded on the screen. What answers a question (*What you saw*, the steps of help, solutions) moves
to the end of its chapter, and the page it went to stands in its place; code that the page keeps folded behind a figure
is left out; every other fold is open. A figure that moves is its first state, with the address of that state, written
and as a code to scan, where it is known where the book is published.

Names of places are unique in a page, so in the document they begin with the page's: `06-vanishing-gradient.sources`.
"""

from __future__ import annotations

import html
import json
import posixpath
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

from bs4 import BeautifulSoup, Tag

SIZES = {"a4": "210mm 297mm", "letter": "8.5in 11in"}
MARGIN_MM = 20
HERE = Path(__file__).parent
FONTS = {  # those that Matplotlib brings, so that the same book has the same lines on every machine
    ("Book Serif", "normal", "400"): "STIXGeneral.ttf",
    ("Book Serif", "normal", "700"): "STIXGeneralBol.ttf",
    ("Book Serif", "italic", "400"): "STIXGeneralItalic.ttf",
    ("Book Serif", "italic", "700"): "STIXGeneralBolIta.ttf",
    ("Book Sans", "normal", "400"): "DejaVuSans.ttf",
    ("Book Sans", "normal", "700"): "DejaVuSans-Bold.ttf",
    ("Book Sans", "italic", "400"): "DejaVuSans-Oblique.ttf",
    ("Book Mono", "normal", "400"): "DejaVuSansMono.ttf",
    ("Book Mono", "normal", "700"): "DejaVuSansMono-Bold.ttf",
    ("Book Mono", "italic", "400"): "DejaVuSansMono-Oblique.ttf",
}
SHEETS = ("pygments.css", "pages.css", "explore.css")
ANSWERS = ("What you saw", "Hint", "Half of the way")
ANSWER = "details.sd-dropdown, .solution"
FOR_THE_SCREEN = (
    "script, style, noscript, button, textarea, select, .headerlink, .lab-controls, .lab-fields, .lab-label, "
    ".lab-live, .lab-buttons, .lab-asks, .lab-verdict, .lab-status, .lab-not-here, .lab-output:empty, .lab-ways, "
    ".lab-cards, .lab-numbers, .lab-tick, #lab-notes, .sd-summary-state-marker, details.hide.above-input, "
    "details.hide.below-input"
)
REFERS = ("for", "aria-labelledby", "aria-describedby", "headers")
STATE = "explorer="


@dataclass(frozen=True)
class Page:
    """A page of the built book: where it stands below the book's folder, its title, and the part it belongs to."""

    path: str
    title: str
    part: str

    @property
    def name(self) -> str:
        """What the names of its places begin with."""
        return self.path.removesuffix(".html").removeprefix("chapters/").replace("/", "-")


def contents(index: str) -> list[Page]:
    """The pages of the book in their order, as the sidebar of the first page lists them; the first page itself leads.

    Args:
        index: HTML of the first page.

    Raises:
        ValueError: if it has no such list.
    """
    soup = BeautifulSoup(index, "html.parser")
    found = [Page("index.html", "About this book", "")]
    part = ""
    for entry in soup.select("nav.bd-links .caption-text, nav.bd-links li.toctree-l1 > a"):
        if entry.name != "a":
            part = entry.get_text(" ", strip=True)
        elif str(entry["href"]).partition("#")[0]:
            found.append(Page(str(entry["href"]), entry.get_text(" ", strip=True), part))
    if len(found) == 1:
        raise ValueError("index.html must list the pages of the book in its sidebar, found none")
    return found


def document(
    folder: Path, paper: str = "a4", site: str = "", edition: str = "", author: str = ""
) -> str:
    """The whole book as one HTML document; page numbers are left open in elements with `data-page-of`.

    Args:
        folder: of the built book.
        paper: `a4` or `letter`.
        site: where the book is published, with a slash at the end; empty where that is not known.
        edition: what the cover says of it, "0.1.0, 28 November 2026".
        author: whom the cover names.

    Raises:
        FileNotFoundError: if a page of the book is missing.
        ValueError: for a paper that is not known.
    """
    if paper not in SIZES:
        raise ValueError(f"paper must be one of {', '.join(SIZES)}, got {paper!r}")
    index = (folder / "index.html").read_text("utf-8")
    soup = BeautifulSoup(index, "html.parser")
    for link in soup.select(".headerlink"):
        link.decompose()
    heading = soup.select_one("article.bd-article h1")
    title = text_of(heading) if heading else "The book"
    pages = contents(index)
    articles = {page: printed(folder, page, pages, site) for page in pages}
    known = {str(one["id"]) for article in articles.values() for one in article.select("[id]")}
    for page, article in articles.items():
        lead_home(article, page, known)
    rules = "\n".join(head_rule(page) for page in pages)
    logo = folder / "_static" / "logo.svg"
    mark = logo.read_text("utf-8") if logo.is_file() else ""
    sheets = "\n".join(sheet(folder / "_static", name) for name in SHEETS)
    style = (HERE / "assets" / "paper.css").read_text("utf-8")
    size = f"@page {{ size: {SIZES[paper]}; margin: {MARGIN_MM}mm; }}"
    return (
        f'<!doctype html>\n<html lang="en" data-theme="light"><head><meta charset="utf-8">'
        f"<title>{html.escape(title)}</title>\n<style>{sheets}\n{font_rules()}\n{style}\n{size}\n{rules}</style></head>\n"
        f"<body>\n{cover(title, author, mark, edition, site)}\n{contents_html(articles)}\n"
        + "\n".join(str(article) for article in articles.values())
        + "\n</body></html>\n"
    )


def sheet(static: Path, name: str) -> str:
    """A style sheet of the book, for a document that stands elsewhere."""
    file = static / name
    style = file.read_text("utf-8") if file.is_file() else ""
    return re.sub(
        r'url\("?(?!data:)([^")]+)"?\)',
        lambda found: f'url("{(static / found[1]).as_uri()}")',
        style,
    )


def font_rules() -> str:
    """The fonts of the paper."""
    from importlib.util import find_spec

    package = find_spec("matplotlib")
    if package is None or package.origin is None:
        raise RuntimeError("the package matplotlib, which carries the fonts, is not installed")
    fonts = Path(package.origin).parent / "mpl-data" / "fonts" / "ttf"
    return "\n".join(
        f'@font-face {{ font-family: "{family}"; font-style: {style}; font-weight: {weight}; '
        f'src: url("{(fonts / file).as_uri()}"); }}'
        for (family, style, weight), file in FONTS.items()
    )


def head_rule(page: Page) -> str:
    """What stands at the head of the paper pages of a page: its title."""
    words = page.title.replace("\\", "").replace('"', "'")
    name = f"p-{re.sub(r'[^a-zA-Z0-9]+', '-', page.name)}"
    return (
        f'[id="{page.name}"] {{ page: {name}; }}\n'
        f'@page {name}:left {{ @top-left {{ content: "{words}"; }} }}\n'
        f'@page {name}:right {{ @top-right {{ content: "{words}"; }} }}'
    )


def cover(title: str, author: str, logo: str, edition: str, site: str) -> str:
    """The first sheet: the cover, and on its back how to read the book on paper."""
    where = (
        f'<p>Published at <a href="{html.escape(site)}">{html.escape(site)}</a></p>' if site else ""
    )
    scan = (
        "Under a figure that moves stands the address of the very state that is printed, to type, and to scan."
        if site
        else "A figure that moves is printed in its first state."
    )
    return (
        f'<section class="cover"><div>{logo}</div><h1>{html.escape(title)}</h1>'
        f"<p>{html.escape(author)}</p><p>{html.escape(edition)}</p></section>\n"
        f'<section class="colophon"><p>This book was made to be moved: on the screen every figure has its '
        f"controls, and every exercise runs. {scan} What answers a question stands at the end of its chapter.</p>"
        f"{where}"
        f"<p>Text and figures: CC BY 4.0. Code: MIT.</p></section>"
    )


def contents_html(articles: Mapping[Page, Tag]) -> str:
    """The table of contents, with room for page numbers."""
    lines = ['<nav class="contents" id="contents" aria-label="Contents"><h1>Contents</h1>']
    part = ""
    for page, article in articles.items():
        if page.part != part:
            part = page.part
            lines.append(f'<p class="part">{html.escape(part)}</p>')
        lines.append(contents_line("chapter", page.name, page.title))
        for section in article.select("section[id]:has(> h2)"):
            heading = section.find("h2", recursive=False)
            if isinstance(heading, Tag):
                lines.append(contents_line("part-of-chapter", str(section["id"]), text_of(heading)))
    return "\n".join([*lines, "</nav>"])


def contents_line(kind: str, place: str, words: str) -> str:
    """A line of the table of contents."""
    return (
        f'<p class="{kind}"><a href="#{html.escape(place)}"><span>{html.escape(words)}</span>'
        f'<span class="number" data-page-of="{html.escape(place)}"></span></a></p>'
    )


def text_of(element: Tag) -> str:
    """The words of an element in one line; a formula is its signs."""
    return re.sub(r"\s+", " ", element.get_text()).strip()


# --- A page ----------------------------------------------------------------------------------------------------------


def printed(folder: Path, page: Page, pages: Sequence[Page], site: str) -> Tag:
    """The text of a page as it stands on paper; its links still lead to addresses.

    Args:
        folder: of the built book.
        page: the page.
        pages: all that are in the book.
        site: where the book is published.
    """
    soup = BeautifulSoup((folder / page.path).read_text("utf-8"), "html.parser")
    article = soup.select_one("article.bd-article")
    if article is None:
        raise ValueError(f"{page.path} must have an article, found none")
    for one in article.select("figure.lab-explorer:has(.lab-controls), figure.lab-train"):
        if site:
            add_code(soup, one, f"{site}{page.path}", page.name)
    for one in article.select("details.hide:has(svg, table)"):
        one.unwrap()  # what a fold hides besides code is no code
    for one in article.select(FOR_THE_SCREEN):
        if one.parent is not None and not one.decomposed:
            one.decompose()
    for one in article.select("input"):
        one.replace_with("○" if one.get("type") == "radio" else "")
    for one in article.select("form"):
        one.name = "div"
    for one in article.select(".lab-plot[style]"):
        del one["style"]
    name_places(article, page.name)
    move_answers(soup, article, page.name)
    for one in article.select("details"):
        one["open"] = ""
    heading = article.find("h1")
    if isinstance(heading, Tag) and page.path == "index.html":
        heading.string = page.title
    article["id"] = page.name
    article["class"] = "page"
    for link in article.select("a[href]"):
        follow(link, page, pages, site)
    return article


def add_code(soup: BeautifulSoup, figure: Tag, page: str, name: str) -> None:
    """Put under a figure the address of its first state, written short and as a code to scan with every setting."""
    words = figure.get("data-explorer")
    short = f"{page}#{urlencode({'explorer': words})}" if words else f"{page}#{figure.get('id')}"
    whole = f"{page}#{urlencode(state_of(figure))}" if words else short
    box = soup.new_tag("p", attrs={"class": "lab-scan"})
    link = soup.new_tag("a", attrs={"href": whole})
    link.string = re.sub(r"^https?://", "", short)
    box.append("Move it: " if words else "Run it: ")
    box.append(link)
    code = BeautifulSoup(qr_code(whole), "html.parser")
    figure.append(box)
    box.insert(0, code)


def state_of(figure: Tag) -> dict[str, str]:
    """The words of the address of an explorer's first state: the name, and what each control says."""
    words = {"explorer": str(figure["data-explorer"])}
    for control in figure.select("[data-control]"):
        name = str(control["data-control"])
        output = control.select_one("output")
        chosen = control.select_one("option[selected], label:has(> input[checked])")
        switch = control.select_one("input[type=checkbox]")
        if output is not None:
            words[name] = text_of(output)
        elif switch is not None:
            words[name] = switch_words(figure, name, "checked" in switch.attrs)
        elif chosen is not None:
            words[name] = text_of(chosen)
    return words


def switch_words(figure: Tag, name: str, on: bool) -> str:
    """What an address calls a switch that is on or off."""
    controls = json.loads(str(figure["data-controls"]))
    (texts,) = (control["texts"] for control in controls if control["name"] == name)
    return str(texts[int(on)])


def qr_code(address: str) -> str:
    """A code to scan, as an SVG that screen readers name."""
    import segno

    code = segno.make(address, error="l", micro=False, boost_error=False)
    return code.svg_inline(
        border=2,
        omitsize=True,
        svgclass="lab-qr",
        lineclass=None,
        title="A code to scan: this figure",
    )


def name_places(article: Tag, name: str) -> None:
    """Let every name of a place begin with the page's, and each stand once."""
    seen: set[str] = set()
    for one in article.select("[id]"):
        place = f"{name}.{one['id']}"
        if place in seen:
            del one["id"]
        else:
            one["id"] = place
            seen.add(place)
    for one in article.find_all(True):
        for attribute in REFERS:
            if attribute in one.attrs:
                refers = [f"{name}.{word}" for word in str(one[attribute]).split()]
                one[attribute] = " ".join(word for word in refers if word in seen)
                if not one[attribute]:
                    del one[attribute]
        for attribute, value in one.attrs.items():
            if isinstance(value, str) and "url(#" in value:
                one[attribute] = value.replace("url(#", f"url(#{name}.")


def move_answers(soup: BeautifulSoup, article: Tag, name: str) -> None:
    """Move what answers a question to the end of the page; in its place stands where it went."""
    found = [one for one in article.select(ANSWER) if is_answer(one)]
    if not found:
        return
    end = soup.new_tag("section", attrs={"id": f"{name}.answers", "class": "answers"})
    heading = soup.new_tag("h2")
    heading.string = "Answers"
    end.append(heading)
    under = ""
    for number, one in enumerate(found, 1):
        title = one.select_one("summary, .admonition-title")
        words = text_of(title) if title else "Answer"
        question = question_of(one)
        place = f"{name}.answer-{number}"
        see = soup.new_tag("span", attrs={"class": "see"})
        link = soup.new_tag("a", attrs={"href": f"#{place}"})
        link.append(f"{'Solution' if words.startswith('Solution') else words}: page ")
        link.append(soup.new_tag("span", attrs={"class": "number", "data-page-of": place}))
        see.append(link)
        one.insert_before(see)
        one.extract()
        if question != under:
            under = question
            subject = soup.new_tag("h3")
            subject.string = question
            end.append(subject)
        if title:
            title.decompose()
        lead = soup.new_tag("p", attrs={"class": "answer-title"})
        lead.string = "Solution" if words.startswith("Solution") else words
        if one.name == "details":
            one.name = "div"
        one["class"] = "answer"
        label = one.get("id")
        if label:  # links to the solution lead here
            lead["id"] = label
        one["id"] = place
        one.insert(0, lead)
        end.append(one)
    (article.find("section") or article).append(end)


def is_answer(fold: Tag) -> bool:
    """Whether a fold answers a question of the text."""
    if "solution" in (fold.get("class") or ()):
        return True
    title = fold.find("summary")
    return isinstance(title, Tag) and text_of(title) in ANSWERS


def question_of(answer: Tag) -> str:
    """What an answer belongs to: the exercise before it, or the section that it stands in."""
    title = answer.select_one("summary, .admonition-title")
    if title is None or text_of(title) != ANSWERS[0]:
        exercise = answer.find_previous(class_="exercise")
        number = exercise.select_one(".caption-number") if isinstance(exercise, Tag) else None
        if number is not None:
            return text_of(number)
    section = answer.find_parent("section")
    heading = section.find(re.compile("^h[1-6]$")) if isinstance(section, Tag) else None
    return text_of(heading) if isinstance(heading, Tag) else "Answer"


# --- Links -----------------------------------------------------------------------------------------------------------


def follow(link: Tag, page: Page, pages: Sequence[Page], site: str) -> None:
    """Let a link lead to its place in the document, or, for what is not printed, to the site; else it is text."""
    target = str(link["href"])
    if target.startswith("#") and target[1:].startswith(f"{page.name}.answer-"):
        return
    parts = urlsplit(target)
    if parts.scheme or parts.netloc:
        return
    path = unquote(parts.path)
    way = (
        posixpath.normpath(posixpath.join(posixpath.dirname(page.path), path))
        if path
        else page.path
    )
    there = next((one for one in pages if one.path == way), None)
    fragment = unquote(parts.fragment)
    if there is None or fragment.startswith(STATE):
        if site:
            link["href"] = f"{site}{way}" + (f"#{parts.fragment}" if parts.fragment else "")
            return
        if there is None:
            link.unwrap()
            return
        fragment = f"explorer-{parse_qs(parts.fragment)['explorer'][0]}"
    link["href"] = f"#{there.name}.{fragment}" if fragment else f"#{there.name}"


def lead_home(article: Tag, page: Page, known: set[str]) -> None:
    """Let a link to a place that paper does not have lead to the page that it was on."""
    for link in article.select('a[href^="#"]'):
        place = str(link["href"])[1:]
        if place not in known:
            link["href"] = f"#{place.partition('.')[0]}"
