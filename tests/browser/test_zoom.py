"""Four times as large, widely spaced, by finger and by keyboard: nothing is lost.

WCAG 2.2: reflow (1.4.10), text spacing (1.4.12), focus not obscured (2.4.11), target size (2.5.8).
"""

from __future__ import annotations

import pytest

from bookbuild.slim import pages

pytestmark = pytest.mark.browser

# A window of 1280 x 1024 at 400 %.
ZOOMED = {"width": 320, "height": 256}
SIZES = {"desktop": {"width": 1280, "height": 900}, "zoomed": ZOOMED}

SPACING = """* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }
p { margin-bottom: 2em !important; }"""

# Text of which a box that does not scroll cuts something off. A drawing is no text; its text is the sentence below it.
CUT = """() => {
  const cut = [];
  const skipped = "svg, .lab-plot, .lab-live, .visually-hidden, .sr-only, .skip-link, [hidden], .headerlink";
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  while (walker.nextNode()) {
    const text = walker.currentNode;
    const around = text.parentElement;
    if (!text.textContent.trim() || around.closest(skipped)) continue;
    if (!around.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
    range.selectNodeContents(text);
    const words = range.getBoundingClientRect();
    if (words.width === 0) continue;
    for (let box = around; box && box !== document.body; box = box.parentElement) {
      const style = getComputedStyle(box);
      if (["auto", "scroll"].includes(style.overflowX) && box.scrollWidth > box.clientWidth) break;
      const room = box.getBoundingClientRect();
      const across = style.overflowX !== "visible" && style.overflowX !== "auto" && words.right > room.right + 1;
      const formula = around.closest("math"); // the boxes of its letters are as high as the largest sign of the font
      const down = ["hidden", "clip"].includes(style.overflowY) && !formula && words.bottom > room.bottom + 3;
      if ((across || down) && style.display !== "inline") {
        cut.push(`${box.tagName}.${box.className}: ${text.textContent.trim().slice(0, 40)}`);
        break;
      }
    }
  }
  return [...new Set(cut)];
}"""

# What has the focus and cannot be seen: outside of the window, or under something that stays in place.
COVERED = """() => {
  const lost = [];
  const all = [...document.querySelectorAll("main :is(a[href], button, input, select, summary, [tabindex='0'])")]
    .filter((thing) => thing.checkVisibility({ visibilityProperty: true, opacityProperty: true }));
  for (const thing of [...all, ...all.toReversed()]) {
    thing.focus();
    if (document.activeElement !== thing) continue;
    const seen = [...thing.getClientRects()].some((box) => {
      const [left, right] = [Math.max(box.left, 0), Math.min(box.right, innerWidth)];
      const [top, bottom] = [Math.max(box.top, 0), Math.min(box.bottom, innerHeight)];
      return left < right && top < bottom && [0.1, 0.5, 0.9].some((across) => [0.1, 0.5, 0.9].some((down) => {
        const at = document.elementFromPoint(left + across * (right - left), top + down * (bottom - top));
        return at && (thing.contains(at) || at === thing.parentElement);
      }));
    });
    if (!seen) lost.push(`${thing.tagName}.${thing.className}#${thing.id} ${thing.textContent.trim().slice(0, 40)}`);
  }
  return [...new Set(lost)];
}"""

# A target is at least 24 by 24, or there is as much room around it; a link in a sentence may be smaller.
SMALL = """() => {
  const targets = [...document.querySelectorAll(".lab-explorer :is(input, select, button)")]
    .filter((thing) => thing.checkVisibility())
    .map((thing) => {
      const label = thing.closest("label") ?? thing.parentElement.querySelector(`label[for="${thing.id}"]`);
      const parts = ["radio", "checkbox"].includes(thing.type) ? [thing, label] : [thing];
      const largest = (size) => Math.max(...parts.map((part) => part.getBoundingClientRect()[size]));
      return [`${thing.name || thing.className} ${thing.value}`, largest("width"), largest("height")];
    });
  return targets.filter(([, width, height]) => width < 24 || height < 24);
}"""

PHONE = {"width": 390, "height": 844}
SAMPLED = 3  # positions of a slider, beside the first state
# Words of a drawing that its frame, or a clip around them, cuts off: in the first state of each figure, and in others
# as each control goes through its positions while the others rest.
CLIPPED = """async (sampled) => {
  const found = new Set();
  const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 0)));
  const clip = (around) => {
    const shape = document.querySelector(around.getAttribute("clip-path").match(/#[^"')]+/)[0])?.firstElementChild;
    const { a, d, e, f } = around.getScreenCTM();
    const [x, y, width, height] = ["x", "y", "width", "height"].map((side) => Number(shape?.getAttribute(side)));
    return { left: e + a * x, right: e + a * (x + width), top: f + d * y, bottom: f + d * (y + height) };
  };
  const inside = (words, room) => words.left > room.left - 1 && words.right < room.right + 1
    && words.top > room.top - 1 && words.bottom < room.bottom + 1;
  const look = async (root) => {
    await frame();
    await frame(); // what changes while a drawing is under way is drawn after the next frame
    const plot = root.querySelector(".lab-plot");
    for (const text of plot.querySelectorAll("svg text")) {
      const words = text.getBoundingClientRect();
      if (!words.width || !text.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
      const around = text.closest("[clip-path]");
      const rooms = [plot.getBoundingClientRect(), ...(around ? [clip(around)] : [])];
      if (!rooms.every((room) => inside(words, room))) found.add(`${root.dataset.explorer}: ${text.textContent}`);
    }
  };
  for (const root of document.querySelectorAll(".lab-explorer")) {
    await look(root);
    const form = root.querySelector("form");
    for (const name of new Set([...(form?.elements ?? [])].map((field) => field.name).filter(Boolean))) {
      const field = form.elements[name];
      if ((field[0] ?? field).closest("[hidden]")) continue;
      const put = (value) => {
        if (field.type === "checkbox") field.checked = value;
        else field.value = value;
        form.dispatchEvent(new Event("input"));
      };
      const was = field.type === "checkbox" ? field.checked : field.value;
      const last = field.type === "range" ? Number(field.max) : field.length - 1;
      const steps = Math.min(last, field.type === "range" ? sampled - 1 : last);
      const values = field.type === "checkbox" ? [!was]
        : Array.from({ length: steps + 1 }, (_, i) => String(Math.round((i * last) / steps)));
      for (const value of values.filter((one) => one !== was)) {
        put(value);
        await look(root);
      }
      put(was);
    }
  }
  return [...found];
}"""


@pytest.fixture(params=SIZES)
def sized(browser, request):
    page = browser.new_page(viewport=SIZES[request.param])
    page.emulate_media(reduced_motion="reduce")
    yield page
    page.close()


def look_at_every_page(page, book, look):
    """What `look`, a function of the page, finds on each page of the book."""
    found = {}
    for file in pages(book):
        page.goto(file.as_uri())
        page.evaluate("document.fonts.ready")
        result = look(page)
        if result:
            found[file.name] = result[:6] if isinstance(result, list) else result
    return found


def assert_nothing_is_lost(page, book):
    def lost(page):
        width = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        return page.evaluate(CUT) + ([f"{width} px wider than the window"] if width > 0 else [])

    assert look_at_every_page(page, book, lost) == {}


def test_nothing_is_cut_off(sized, built_book):
    assert_nothing_is_lost(sized, built_book)


def test_nothing_is_cut_off_with_the_widest_spacing(sized, built_book):
    sized.add_init_script(
        "addEventListener('DOMContentLoaded', () => {"
        " const style = document.createElement('style');"
        f" style.textContent = `{SPACING}`; document.head.append(style); }});"
    )
    assert_nothing_is_lost(sized, built_book)


def test_what_has_the_focus_is_seen(sized, built_book):
    assert look_at_every_page(sized, built_book, lambda page: page.evaluate(COVERED)) == {}


def test_controls_can_be_hit(sized, built_book):
    assert look_at_every_page(sized, built_book, lambda page: page.evaluate(SMALL)) == {}


def clipped(page, book):
    """What of the drawings is cut off, on each page that has some."""

    def words(page):
        for explorer in page.locator(".lab-explorer").all():
            explorer.scroll_into_view_if_needed()
            explorer.and_(page.locator("[data-ready]")).wait_for()
        return page.evaluate(CLIPPED, SAMPLED)

    return look_at_every_page(page, book, words)


@pytest.mark.parametrize("size", [ZOOMED, PHONE], ids=["zoomed", "phone"])
def test_no_word_of_a_drawing_is_cut_off(browser, built_book, size):
    page = browser.new_page(viewport=size)
    assert clipped(page, built_book) == {}
    page.close()


def test_no_word_of_a_still_picture_is_cut_off(browser, built_book):
    page = browser.new_page(viewport=ZOOMED)
    page.route("**/*.js*", lambda route: route.abort())
    assert look_at_every_page(page, built_book, lambda page: page.evaluate(CLIPPED, 0)) == {}
    page.close()


def test_a_drawing_that_is_zoomed_after_it_was_drawn_keeps_its_words(browser, built_book):
    page = browser.new_page(viewport=PHONE)
    page.goto((built_book / "chapters" / "06-vanishing-gradient.html").as_uri())
    explorer = page.locator('[data-explorer="one-unit"]')
    explorer.scroll_into_view_if_needed()
    explorer.and_(page.locator("[data-ready]")).wait_for()
    page.evaluate(
        "document.querySelectorAll('.lab-explorer:not([data-ready])').forEach((e) => e.remove())"
    )
    page.set_viewport_size(ZOOMED)
    page.wait_for_timeout(500)  # in which the drawing follows the window
    assert page.evaluate(CLIPPED, SAMPLED) == []
    page.close()


def test_what_is_lost_would_be_found(browser, built_book):
    page = browser.new_page(viewport=ZOOMED)
    page.goto((built_book / "chapters" / "06-vanishing-gradient.html").as_uri())
    page.add_style_tag(
        content="""main p { white-space: nowrap; overflow: hidden; }
        .lab-controls input { height: 10px !important; min-height: 0 !important; }
        body::before { content: ""; position: fixed; inset: 0; z-index: 9999; }"""
    )
    assert page.evaluate(CUT)
    assert page.evaluate(COVERED)
    assert page.evaluate(SMALL)
    explorer = page.locator('[data-explorer="gradient-flow"]')
    explorer.scroll_into_view_if_needed()
    explorer.and_(page.locator("[data-ready]")).wait_for()
    page.add_style_tag(content="svg text { letter-spacing: 0.5em }")
    assert any("gradient-flow" in words for words in page.evaluate(CLIPPED, 0))
    page.close()
