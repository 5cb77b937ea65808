"""Print the built book as one PDF, with Chromium: cover, contents with page numbers, every page, answers, references.

Usage: ``python tools/print_pdf.py [--paper a4|letter] [--book _build/html] [--out FILE.pdf]``; without
``--out`` it is ``_build/pdf/from-perceptron-to-lstm.pdf``.

It is printed twice: the first time to see on which page each place comes to stand, the second time with the numbers.
What is wider than the paper is set smaller. `tools/check_pdf.py` looks through what comes out.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from check_pdf import pages_of, problems

from bookbuild import paper
from bookbuild.site import site_of
from bookbuild.site.tags_and_sitemap import last_changes
from lstm_lab.results import write_whole

if TYPE_CHECKING:
    from playwright.sync_api import Page

ROOT = Path(__file__).resolve().parents[1]
NAME = "from-perceptron-to-lstm"
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
INCH_MM, INCH_PX = 25.4, 96
WIDTHS_MM = {"a4": 210.0, "letter": 8.5 * INCH_MM}
PATIENCE_MS = 600_000
SMALLEST = 0.45  # below that nobody reads it

FIT = """async (smallest) => {
  await document.fonts.ready;
  const width = document.body.clientWidth;
  const wrong = [];
  const tell = (what, thing) => wrong.push(`${what}: ${thing.outerHTML.slice(0, 200)}`);
  const fit = (thing, room, needs) => {
    for (let round = 0; round < 4 && needs() > room() + 0.5; round += 1) {
      thing.style.zoom = (Number(thing.style.zoom) || 1) * (room() / needs()) * 0.99;
    }
    if (Number(thing.style.zoom || 1) < smallest) tell("too small to read", thing);
  };
  const wide = (thing) => thing.getBoundingClientRect().width;
  for (const box of document.querySelectorAll(".lab-wide")) {
    const formula = box.querySelector("math");
    if (formula) fit(formula, () => box.clientWidth, () => box.scrollWidth);
  }
  for (const table of document.querySelectorAll("table")) {
    fit(table, () => wide(table.parentElement), () => wide(table));
  }
  for (const one of document.querySelectorAll("body *:not(.lab-unseen, svg *, math *)")) {
    const { left, right } = one.getBoundingClientRect();
    const drawn = left + one.scrollWidth * one.currentCSSZoom; // and what flows over
    if (left < -1 || Math.max(right, drawn) > width + 1) tell("beyond the paper", one);
  }
  return wrong;
}"""
"""Set smaller what is wider than the paper; what can't be helped is told."""

FILL = """([numbers, late]) => {
  for (const place of document.querySelectorAll("[data-page-of]")) place.textContent = numbers[place.dataset.pageOf];
  for (const name of late) {
    const blank = Object.assign(document.createElement("div"), { className: "blank" });
    blank.setAttribute("aria-hidden", "true");
    document.getElementById(name).before(blank);
  }
}"""


def edition(root: Path) -> str:
    """The version of the book, and the day of its last change."""
    version = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    day = max(last_changes(root).values(), default="")
    return f"Edition {version}" + (f", {day}" if day else "")


def chromium() -> str:
    """Where Chromium is: ``LSTM_LAB_CHROMIUM``, or the first of its usual names on the path."""
    chosen = os.environ.get("LSTM_LAB_CHROMIUM")
    path = next(filter(None, map(shutil.which, (chosen,) if chosen else CHROMIUM)), None)
    if path is None:
        raise FileNotFoundError("no Chromium: install it, or set LSTM_LAB_CHROMIUM to its path")
    return path


def print_twice(page: Page, document: Path, sheet: str) -> bytes:
    """The PDF of a document, with the numbers of its pages in their places.

    Args:
        page: of a browser.
        document: made by :func:`bookbuild.paper.document`.
        sheet: `a4` or `letter`.

    Raises:
        ValueError: if a formula or a table would have to be too small, or the numbers move the pages.
    """
    inside = (WIDTHS_MM[sheet] - 2 * paper.MARGIN_MM) / INCH_MM * INCH_PX
    page.set_default_timeout(PATIENCE_MS)
    page.set_viewport_size({"width": int(inside), "height": 1000})
    page.emulate_media(media="print")
    page.goto(document.as_uri(), timeout=PATIENCE_MS)
    wrong: list[str] = page.evaluate(FIT, SMALLEST)
    if wrong:
        raise ValueError(f"does not fit the paper: {wrong}")
    options: dict[str, Any] = {
        "prefer_css_page_size": True,
        "print_background": True,
        "tagged": True,
        "outline": True,
    }
    first = pages_of(page.pdf(**options))
    starts = page.eval_on_selector_all(".page", "all => all.map((one) => one.id)")
    numbers, late = on_right_pages(first, starts)
    page.evaluate(FILL, [numbers, late])
    made = page.pdf(**options)
    if pages_of(made) != numbers:
        raise ValueError("the numbers in the contents have moved the pages")
    return made


def on_right_pages(
    numbers: dict[str, int], starts: Sequence[str]
) -> tuple[dict[str, int], list[str]]:
    """The page of each place when every start stands on a right page, and the starts that an empty page has to precede.

    Chromium takes `break-before: right` for a break like any other.

    Args:
        numbers: the page of each place, as it would be.
        starts: places that begin a page, in their order.
    """
    late: list[str] = []
    for name in starts:
        if (numbers[name] + len(late)) % 2 == 0:
            late.append(name)
    before = [numbers[name] for name in late]
    return {
        name: number + sum(start <= number for start in before) for name, number in numbers.items()
    }, late


def main(arguments: Sequence[str] | None = None) -> int:
    """Print, check, and say where."""
    parser = argparse.ArgumentParser(description=str(__doc__).partition("\n")[0])
    parser.add_argument("--paper", choices=list(paper.SIZES), default="a4")
    parser.add_argument("--book", type=Path, default=ROOT / "_build" / "html")
    parser.add_argument("--out", type=Path, default=None)
    options = parser.parse_args(arguments)
    suffix = "" if options.paper == "a4" else f"-{options.paper}"
    out: Path = (options.out or ROOT / "_build" / "pdf" / f"{NAME}{suffix}.pdf").resolve()
    from playwright.sync_api import sync_playwright

    try:
        author = yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))["author"]
        site = site_of(ROOT, os.environ)
        text = paper.document(options.book.resolve(), options.paper, site, edition(ROOT), author)
        document = out.with_suffix(".html")
        write_whole(document, text.encode())
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=chromium(), args=["--no-sandbox", "--disable-gpu"]
            )
            made = print_twice(browser.new_page(), document, options.paper)
            browser.close()
        write_whole(out, made)
    except (OSError, ValueError) as error:
        print(f"print_pdf: {error}", file=sys.stderr)
        return 1
    found = list(problems(out, options.paper))
    for problem in found:
        print(problem, file=sys.stderr)
    print(f"{out}: {out.stat().st_size / 1e6:.1f} MB")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
