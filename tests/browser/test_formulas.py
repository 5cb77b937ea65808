"""Formulas in the page: a wide one scrolls, equations meet at their signs, a stop stays in the line of its formula."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from docutils import nodes

from bookbuild import extension as book

pytestmark = pytest.mark.browser

WIDE = " + ".join(rf"\frac{{\partial h_{k}}}{{\partial h_{{t-1}}}}" for k in range(12))
ALIGNED = r"\begin{aligned} \frac{\partial c_t}{\partial w^c} + a &= b \\ c &= -d \end{aligned}"
BOXES = """() => [...document.querySelectorAll("div.math")].map((whole) => {
  const [wide, number] = [whole.querySelector(".lab-wide"), whole.querySelector(".eqno")];
  const box = (one) => { const { left, right } = one.getBoundingClientRect(); return [left, right]; };
  return {
    wide: box(wide), number: box(number), needs: wide.scrollWidth, has: wide.clientWidth,
    first: box(wide.querySelector("math").firstElementChild)[0] + wide.scrollLeft,
    cells: [...wide.querySelectorAll("mtd:first-child")].map((cell) => box(cell.lastElementChild)[1]),
    signs: [...wide.querySelectorAll("mtd:nth-child(2) mo:first-of-type")].map((sign) => box(sign)[0]),
  };
})"""


def written(monkeypatch, latex):
    """The HTML of formulas of their own."""
    monkeypatch.setattr(book, "get_node_equation_number", lambda translator, node: "1.1")
    out = SimpleNamespace(body=[])
    for one in latex:
        node = nodes.math_block(one, one, number=1, ids=[])
        with pytest.raises(nodes.SkipNode):
            book.visit_math_block(out, node)
    return "".join(out.body)


@pytest.fixture
def page(browser, tmp_path):
    (tmp_path / "STIXTwoMath.woff2").write_bytes(book._math_font())
    for file in (book.HERE / "assets").glob("explore*"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    page = browser.new_page(viewport={"width": 390, "height": 800})

    def show(body):
        head = '<meta charset="utf-8"><link rel="stylesheet" href="explore.css">'
        scripts = "".join(f'<script src="{name}"></script>' for name in book.SCRIPTS)
        text = f"<!doctype html><html>{head}<body>{body}{scripts}</body></html>"
        (tmp_path / "page.html").write_text(text, "utf-8")
        page.goto((tmp_path / "page.html").as_uri())
        page.evaluate("document.fonts.ready")
        return page

    yield show
    page.close()


def test_a_wide_formula_scrolls_and_leaves_its_number_alone(page, monkeypatch):
    shown = page(written(monkeypatch, [WIDE, "a = b"]))
    wide, narrow = shown.evaluate(BOXES)
    assert wide["needs"] > wide["has"] + 100
    assert narrow["needs"] == narrow["has"]
    assert wide["first"] >= wide["wide"][0] - 1  # nothing is lost on the left
    for one in (wide, narrow):
        assert one["wide"][1] <= one["number"][0]
        assert one["number"][1] <= 390
    assert shown.evaluate("document.documentElement.scrollWidth") <= 390
    tabs = shown.locator(".lab-wide").evaluate_all("all => all.map((one) => one.tabIndex)")
    assert tabs == [0, -1]


def test_equations_above_each_other_meet_at_their_signs(page, monkeypatch):
    (boxes,) = page(written(monkeypatch, [ALIGNED])).evaluate(BOXES)
    assert abs(boxes["cells"][0] - boxes["cells"][1]) < 1
    assert abs(boxes["signs"][0] - boxes["signs"][1]) < 1
    assert boxes["signs"][0] - boxes["cells"][0] < 12


def test_a_stop_is_never_alone_in_the_next_line(page):
    out = SimpleNamespace(body=[])
    node = nodes.math("x", "x_1 + x_2 + x_3", before="(", after="),")
    with pytest.raises(nodes.SkipNode):
        book.visit_math(out, node)
    lines = "".join(
        f'<p style="width:{width}px">some words {out.body[0]} and more</p>'
        for width in range(80, 320, 3)
    )
    heights = (
        page(lines)
        .locator("span.math")
        .evaluate_all("all => all.map((one) => one.getClientRects().length)")
    )
    assert set(heights) == {1}
