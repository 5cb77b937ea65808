"""Check an e-book: a sound container, well-formed pages, links that lead somewhere, a picture and a sentence a figure.

Usage: ``python tools/check_ebook.py FILE.epub``. It is no epubcheck, which needs Java; it finds what our own code can
get wrong.
"""

from __future__ import annotations

import argparse
import posixpath
import sys
import xml.etree.ElementTree as ET
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

XHTML = "{http://www.w3.org/1999/xhtml}"
SVG = "{http://www.w3.org/2000/svg}"
DC = "{http://purl.org/dc/elements/1.1/}"
NCX = "{http://www.daisy.org/z3986/2005/ncx/}"
OPF = "{http://www.idpf.org/2007/opf}"
FEWEST_LETTERS = 20  # of a sentence


def problems(file: Path) -> Iterator[str]:
    """Everything that is wrong with an e-book."""
    with zipfile.ZipFile(file) as book:
        entries = book.infolist()
        if entries[0].filename != "mimetype" or entries[0].compress_type != zipfile.ZIP_STORED:
            yield "mimetype is not the first entry, uncompressed"
        texts = {name: book.read(name) for name in book.namelist()}
    if texts.get("mimetype") != b"application/epub+zip":
        yield "mimetype is not that of an e-book"
    pages: dict[str, ET.Element] = {}
    for name, text in texts.items():
        if name.endswith((".xhtml", ".opf", ".ncx", ".xml", ".svg")):
            try:
                pages[name] = ET.fromstring(text)
            except ET.ParseError as error:
                yield f"{name} is not well-formed: {error}"
    package = pages.get("content.opf")
    listed = set()
    for item in package.iter(f"{OPF}item") if package is not None else ():
        listed.add(item.get("href", ""))
        if item.get("href") not in texts:
            yield f"content.opf lists {item.get('href')}, which is not there"
    yield from identifier_problems(package, pages.get("toc.ncx"))
    xhtml = {name: page for name, page in pages.items() if name.endswith(".xhtml")}
    ids = {
        name: [str(e.get("id")) for e in page.iter() if e.get("id")] for name, page in xhtml.items()
    }
    for name, page in xhtml.items():
        if name not in listed:
            yield f"{name} is not listed in content.opf"
        yield from (
            f"{name}: the id {one} stands twice" for one, n in Counter(ids[name]).items() if n > 1
        )
        yield from page_problems(name, page)
        yield from link_problems(name, page, set(texts), ids)


def identifier_problems(package: ET.Element | None, contents: ET.Element | None) -> Iterator[str]:
    """Whether the list of contents belongs to this e-book."""
    if package is None or contents is None:
        yield "content.opf or toc.ncx is missing"
        return
    name = package.findtext(f".//{DC}identifier")
    uid = contents.find(f".//{NCX}meta[@name='dtb:uid']")
    if uid is None or uid.get("content") != name:
        yield f"toc.ncx is not of the e-book {name}"


def page_problems(name: str, page: ET.Element) -> Iterator[str]:
    """What is wrong within a page."""
    for tag in ("script", "form", "input", "button", "iframe"):
        if page.find(f".//{XHTML}{tag}") is not None:
            yield f"{name} holds a <{tag}>"
    if page.find(f".//{XHTML}svg") is not None:
        yield f"{name} holds an <svg> that is none in XML"
    if page.find(f".//{XHTML}summary//{XHTML}p") is not None:
        yield f"{name} holds a <p> in a <summary>"
    for figure in page.iter(f"{XHTML}figure"):
        if figure.get("class") != "lab-explorer":
            continue
        if figure.find(f".//{SVG}svg") is None:
            yield f"{name}: {figure.get('id')} has no picture"
        spans = (span for span in figure.iter(f"{XHTML}span") if span.get("class") == "lab-summary")
        if all(len("".join(span.itertext())) < FEWEST_LETTERS for span in spans):
            yield f"{name}: {figure.get('id')} has no sentence"


def link_problems(
    name: str, page: ET.Element, files: set[str], ids: dict[str, list[str]]
) -> Iterator[str]:
    """Links and pictures of a page that lead nowhere, and what it would fetch from elsewhere."""
    for element in page.iter():
        for attribute in ("href", "src"):
            target = element.get(attribute, "")
            if not target or target.startswith(("mailto:", "data:")):
                continue
            if "://" in target:
                if attribute == "src" or element.tag == f"{XHTML}link":
                    yield f"{name} fetches {target}"
                continue
            path, _, anchor = unquote(target).partition("#")
            file = (
                posixpath.normpath(posixpath.join(posixpath.dirname(name), path)) if path else name
            )
            if file not in files:
                yield f"{name}: {target} leads nowhere"
            elif anchor and file in ids and anchor not in ids[file]:
                yield f"{name}: {target} has no such place"


def main(arguments: list[str] | None = None) -> int:
    """Print every problem; return 1 if there is one."""
    parser = argparse.ArgumentParser(description=str(__doc__).partition("\n")[0])
    parser.add_argument("file", type=Path)
    found = list(problems(parser.parse_args(arguments).file))
    for problem in found:
        print(problem)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
