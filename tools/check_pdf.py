"""Check the printed book: tagged, fonts within, no page empty by chance, contents whose numbers and links are true.

Usage: ``python tools/check_pdf.py FILE.pdf [--paper a4|letter]``. That nothing sticks out of the paper is seen to where
it is printed, by `tools/print_pdf.py`.
"""

from __future__ import annotations

import argparse
import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pypdf import PageObject, PdfReader

POINTS = {"a4": (595.0, 842.0), "letter": (612.0, 792.0)}
FRONT = 2  # the cover, and what stands on its back


def pages_of(file: bytes | Path) -> dict[str, int]:
    """The page, counted from 1, of each place that a link leads to."""
    reader = PdfReader(io.BytesIO(file) if isinstance(file, bytes) else file)
    found = {
        name.removeprefix("/"): reader.get_destination_page_number(place)
        for name, place in reader.named_destinations.items()
    }
    return {name: page + 1 for name, page in found.items() if page is not None}


def problems(file: Path, paper: str = "a4") -> Iterator[str]:
    """Everything that is wrong with a printed book.

    Args:
        file: the PDF.
        paper: `a4` or `letter`.
    """
    reader = PdfReader(file)
    root: Any = reader.trailer["/Root"]
    if not root.get("/MarkInfo", {}).get("/Marked") or "/StructTreeRoot" not in root:
        yield "it is not tagged for screen readers"
    if not root.get("/Lang"):
        yield "it does not say its language"
    if not (reader.metadata and reader.metadata.title):
        yield "it has no title"
    if not reader.outline:
        yield "it has no outline"
    places = pages_of(file)
    starts = {place for name, place in places.items() if "." not in name}
    for number, page in enumerate(reader.pages, 1):
        size = (float(page.mediabox.width), float(page.mediabox.height))
        if any(abs(one - other) > 1 for one, other in zip(size, POINTS[paper], strict=True)):
            yield f"page {number} is {size[0]:.0f} by {size[1]:.0f} points, which is not {paper}"
        for name in fonts_left_out(page):
            yield f"page {number}: the font {name} is not in the file"
        said = page.extract_text().strip()
        if not said and not (number % 2 == 0 and number + 1 in starts):
            yield f"page {number} is empty"
        elif said and number > FRONT and not without_head_and_foot(said):
            yield f"page {number} holds nothing but its head and its number"
    for name in sorted(places):
        if "." not in name and places[name] % 2 == 0:
            yield f"{name} begins on a left page, {places[name]}"
    listed = list(lines_of_contents(reader, min(starts, default=FRONT + 1)))
    if not listed:
        yield "it has no contents"
    whole = {target for target, words in listed if words}
    for target, words in listed:
        if not words and target in whole:
            continue  # Chromium leaves an empty link on the page before a line that begins a page
        if target not in places:
            yield f"contents: {words!r} leads nowhere"
        elif not words.endswith(f" {places[target]}"):
            yield f"contents: {words!r} is on page {places[target]}"
    for target in sorted({name for name in places if "." not in name} - dict(listed).keys()):
        yield f"contents: {target} is not listed"


def without_head_and_foot(text: str) -> str:
    """The words of a page but for the two lines that each page has, its title and its number."""
    lines = text.splitlines()
    return "".join(lines[1:] if re.fullmatch(r"\d+", lines[-1]) is None else lines[1:-1]).strip()


def fonts_left_out(page: PageObject) -> Iterator[str]:
    """The fonts of a page that a reader would have to have."""
    resources: Any = page["/Resources"]
    for font in (resources.get("/Font") or {}).values():
        font = font.get_object()
        if font["/Subtype"] == "/Type3":
            continue  # its letters are drawings
        inner = font["/DescendantFonts"][0].get_object() if "/DescendantFonts" in font else font
        if not {"/FontFile", "/FontFile2", "/FontFile3"} & set(inner.get("/FontDescriptor", {})):
            yield str(font["/BaseFont"])


def lines_of_contents(reader: PdfReader, first: int) -> Iterator[tuple[str, str]]:
    """Where each line of the contents leads, and its words, which end with a number.

    Args:
        reader: of the book.
        first: the page of the first text, before which the contents end.
    """
    for page in reader.pages[FRONT : first - 1]:
        words: list[tuple[float, float, str]] = []

        def note(
            text: str,
            above: Any,
            own: Any,
            _font: Any,
            _size: Any,
            words: list[Any] = words,
        ) -> None:
            if text.strip():
                x = own[4] * above[0] + own[5] * above[2] + above[4]
                y = own[4] * above[1] + own[5] * above[3] + above[5]
                words.append((x, y, text.strip()))

        page.extract_text(visitor_text=note)
        for link in page.get("/Annots", []):
            link = link.get_object()
            left, low, right, high = (float(one) for one in link["/Rect"])
            within = [
                text
                for x, y, text in words
                if left - 1 <= x <= right + 1 and low - 1 <= y <= high + 1
            ]
            yield str(link.get("/Dest", "")).removeprefix("/"), " ".join(within)


def main(arguments: list[str] | None = None) -> int:
    """Print every problem; return 1 if there is one."""
    parser = argparse.ArgumentParser(description=str(__doc__).partition("\n")[0])
    parser.add_argument("file", type=Path)
    parser.add_argument("--paper", choices=list(POINTS), default="a4")
    options = parser.parse_args(arguments)
    found = list(problems(options.file, options.paper))
    for problem in found:
        print(problem)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
