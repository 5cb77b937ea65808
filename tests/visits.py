"""A visit to a page of the built book: opened once a device, it notes all that the tests of pages read.

What one device is asked, another need not be. From disk a page may load scripts alone, so the phone reads the page
from disk; the desktop reads it from a server that forbids inline code and `eval`, which is all that another server may
forbid. The weekly run also visits with the two exchanged.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from lstm_lab.bench.browser import UNVEILED  # what the veils do is in test_predict.py

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ALLOWED = ("file:", "data:", "blob:", "http://127.0.0.1")
PLOT_LIBRARY = "plotly.min.js"
PATIENCE_MS = 120_000  # on a machine with other work
LATE_MS = 300  # in which what comes after a page has come

DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
ZOOMED = {"width": 320, "height": 256}  # a window of 1280 x 1024 at 400 %
WINDOWS = {"desktop": DESKTOP, "phone": PHONE, "zoomed": ZOOMED, "still": ZOOMED}
# Colours are the desktop's, but for a few parts that are the same on all pages: looked at on these, weekly on all.
CONTRAST_ON_A_PHONE = ("index.html", "chapters/01-perceptron.html")
SAMPLED = 3  # positions of a slider, beside the first state

STRICT = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "font-src 'self' data:; script-src 'self'"
)


@dataclass(frozen=True)
class Device:
    """A window, and where it has the page from: a folder, or a strict server."""

    window: str
    source: str

    def __str__(self) -> str:
        return f"{self.window}-{self.source}"


USUAL = (
    Device("desktop", "server"),
    Device("phone", "disk"),
    Device("zoomed", "disk"),
    Device("still", "disk"),
)
EXCHANGED = (Device("desktop", "disk"), Device("phone", "server"))


class StrictHandler(SimpleHTTPRequestHandler):
    """Serves a folder, with a policy that allows neither inline scripts nor `eval` nor another host."""

    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", STRICT)
        super().end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        pass


@contextmanager
def served(folder: Path, handler: type[SimpleHTTPRequestHandler]) -> Iterator[str]:
    """The address of a local server for a folder, without a slash at the end."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(handler, directory=str(folder))) as server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:  # a server that is closed while it serves goes round for ever
            server.shutdown()
        thread.join()


def page_names(book: Path) -> list[str]:
    """The pages of a built book, those with most explorers first; an old address that leads to a page is none."""
    pages = {
        str(file.relative_to(book)): file.read_text("utf-8")
        for file in book.rglob("*.html")
        if "_static" not in file.parts
    }
    explorers = {
        name: page.count('class="lab-explorer')
        for name, page in pages.items()
        if 'http-equiv="refresh"' not in page
    }
    return sorted(explorers, key=lambda name: (-explorers[name], name))


# --- What a page is asked -------------------------------------------------------------------------------------------

# "Good" is 0.1 by the common measure of what shifts (web.dev/cls).
WATCH = """
window.shifts = [];
const named = (node) => {
  const element = node?.nodeType === 1 ? node : node?.parentElement;
  return element ? `${element.tagName}.${element.className} ${element.textContent.slice(0, 30)}` : "gone";
};
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) {
    if (!entry.hadRecentInput) window.shifts.push([entry.value, entry.sources.map((s) => named(s.node)).join(" | ")]);
  }
}).observe({ type: "layout-shift", buffered: true });
"""

# To the end in steps of half a window, each time until the figures that are near are drawn, a minute at most.
SCROLL = """async () => {
  const pause = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 10)));
  const end = performance.now() + 60_000;
  const waits = (figure) => {
    const { top, bottom } = figure.getBoundingClientRect();
    return top < innerHeight + 500 && bottom > -500;
  };
  const undrawn = () => [...document.querySelectorAll(".lab-explorer:not([data-ready])")];
  for (let y = 0; y < document.documentElement.scrollHeight; y += innerHeight / 2) {
    scrollTo({ top: y, behavior: "instant" });
    do await pause(); while (undrawn().some(waits) && performance.now() < end);
  }
  await pause();
  return undrawn().map((one) => one.dataset.explorer);
}"""

# Text of which a box that does not scroll cuts something off. A drawing is no text; its text is the sentence below it.
CUT = """() => {
  const cut = [];
  const unseen = ".lab-unseen, .visually-hidden, .sr-only, .skip-link, [hidden]";
  const skipped = `svg, .lab-plot, .lab-live, .headerlink, ${unseen}`;
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
WIDER = "document.documentElement.scrollWidth - innerWidth"
SPACING = """* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }
p { margin-bottom: 2em !important; }"""

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
  document.activeElement?.blur();
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
    if (!sampled) continue;
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

# The theme follows the reader's choice of light; a page without the theme has nothing to follow.
FOLLOWS = "mode => [undefined, mode].includes(document.documentElement.dataset.theme)"
VIOLATIONS = "options => axe.run(options).then(result => result.violations)"

VALUES = """() => [...document.querySelectorAll('.lab-explorer input[type="range"]')].map((slider) =>
  [slider.closest(".lab-explorer").dataset.explorer, slider.name, slider.getAttribute("aria-valuetext")])"""
SEEN = """() => [...document.querySelectorAll("math")]
  .filter((formula) => formula.checkVisibility({ visibilityProperty: true })).length"""

# What is drawn: each figure's numbers, how many there are, and its words.
DRAWN = """() => [...document.querySelectorAll(".lab-explorer")].map((root) => {
  const plot = root.querySelector(".lab-plot");
  const numbers = plot.data.filter(({ visible }) => visible !== false)
    .flatMap(({ x, y, z }) => [x, y, ...(z ?? [])].flatMap((values) => [...(values ?? [])]))
    .filter(Number.isFinite);
  const counts = plot.data.flatMap(({ x, y }) => [x?.length, y?.length]).filter(Number.isFinite);
  const words = [...plot.querySelectorAll("svg text")].map((text) => text.textContent);
  const chosen = [...root.querySelectorAll("output, option:checked, label:has(:checked)")]
    .map((one) => one.textContent);
  return {
    name: root.dataset.explorer,
    spoken: document.getElementById(plot.getAttribute("aria-labelledby")).textContent,
    caption: root.querySelector("figcaption")?.textContent ?? "",
    numbers: [...new Set([...numbers, ...counts])],
    words: [...words, ...chosen].join(" | "),
  };
})"""

# How high each explorer is, with its controls, its sentence and its caption.
HEIGHTS = """() => [...document.querySelectorAll(".lab-explorer:has(form)")].map((root) =>
  [root.dataset.explorer, root.getBoundingClientRect().height])"""

WITHOUT_STATES = """selectors => selectors.filter((selector) => {
  const plain = selector.replace(/::?[\\w-]+(\\((\\([^()]*\\)|[^()])*\\))?/g, "").trim();
  if (plain === "" || /[>+~]\\s*($|[>+~])/.test(plain)) return false;
  return document.querySelector(plain) !== null;
})"""

# A page without its scripts: what stands there to be read.
READ = """() => ({
  text: document.querySelector("main")?.innerText ?? "",
  figures: [...document.querySelectorAll(".lab-explorer")].map((root) => ({
    name: root.dataset.explorer,
    picture: root.querySelector(".lab-plot > svg")?.checkVisibility() ?? false,
    sentence: root.querySelector(".lab-summary")?.innerText ?? "",
    controls: root.querySelector(".lab-controls")?.checkVisibility() ?? false,
  })),
})"""


# --- Visits ---------------------------------------------------------------------------------------------------------


class Visits:
    """The visits of one process, each made once."""

    def __init__(self, browser: Browser, book: Path, server: str, axe: str, gone: list[str]):
        self.browser, self.book, self.server = browser, book, server
        self.axe, self.gone = axe, gone
        self.made: dict[tuple[str, Device], dict[str, Any] | Exception] = {}

    def of(self, name: str, device: Device) -> dict[str, Any]:
        """What was noted on a page; the same error again, if the visit had one."""
        if (name, device) not in self.made:
            try:
                self.made[name, device] = self.visit_again_if_chromium_crashed(name, device)
            except Exception as error:
                self.made[name, device] = error
        found = self.made[name, device]
        if isinstance(found, Exception):
            raise found
        return found

    def visit_again_if_chromium_crashed(self, name: str, device: Device) -> dict[str, Any]:
        """A visit; once more if the browser's process died, which tells nothing of a page unless it happens twice."""
        from playwright.sync_api import Error

        try:
            return self.visit(name, device)
        except Error as error:
            if "crashed" not in str(error):
                raise
            return self.visit(name, device)

    def visit(self, name: str, device: Device) -> dict[str, Any]:
        """Open a page on a device and note what it is asked there."""
        context = self.browser.new_context(viewport=WINDOWS[device.window])
        context.set_default_timeout(PATIENCE_MS)
        try:
            page = context.new_page()
            address = (self.book / name).as_uri() + UNVEILED
            if device.source == "server":
                address = f"{self.server}/{name}{UNVEILED}"
            if device.window == "still":
                return self.still(page, address)
            found: dict[str, Any] = {"errors": [], "strangers": []}
            listen(page, found)
            if device.window == "zoomed":
                return found | self.zoomed(page, address)
            found |= self.scrolled_through(page, address, device)
            if device.window == "desktop":
                return found | self.desktop(page, name)
            return found | self.phone(
                page, device.source == "server" or name in CONTRAST_ON_A_PHONE
            )
        finally:
            context.close()

    def scrolled_through(self, page: Page, address: str, device: Device) -> dict[str, Any]:
        """What a reader has who reads from top to bottom: shifts, figures drawn, weight, width."""
        page.add_init_script(WATCH)
        asked: list[str] = []
        page.on("response", lambda response: asked.append(response.url) if response.ok else None)
        page.goto(address, wait_until="load")
        wider = page.evaluate(WIDER)
        undrawn = page.evaluate(SCROLL)
        page.wait_for_timeout(LATE_MS)  # entries come after their frame
        shifts = page.evaluate("window.shifts")
        page.wait_for_load_state("networkidle")
        paths = {
            unquote(urlsplit(url).path)
            for url in asked
            if url.startswith(self.server) and PLOT_LIBRARY not in url
        }
        weights = {
            path: len(gzip.compress((self.book / path.lstrip("/")).read_bytes())) / 1000
            for path in paths
        }
        return {
            "undrawn": undrawn,
            "wider": max(wider, page.evaluate(WIDER)),
            "shifted": sum(value for value, _ in shifts),
            "shifts": [one for one in sorted(shifts, reverse=True) if one[0]][:2],
            "weights": weights,
        }

    def desktop(self, page: Page, name: str) -> dict[str, Any]:
        """What is spoken, what is lost, what axe finds, with what rules of style."""
        found = {
            "values": page.evaluate(VALUES),
            "formulas": page.evaluate(SEEN),
            "figures": page.evaluate(DRAWN),
            "spoken": spoken(page),
        }
        page.emulate_media(reduced_motion="reduce")
        found |= lost(page) | {"small": page.evaluate(SMALL), "covered": page.evaluate(COVERED)}
        found["axe"] = self.violations(page)
        page.add_style_tag(content=SPACING)
        found["spaced"] = lost(page)["cut"]
        if name.startswith("chapters/"):
            found["met"] = self.rules_met(page)
        return found

    def phone(self, page: Page, contrast: bool) -> dict[str, Any]:
        """What axe finds, and the words of drawings that are cut off."""
        page.emulate_media(reduced_motion="reduce")
        return {
            "axe": self.violations(page, contrast),
            "heights": page.evaluate(HEIGHTS),
            "clipped": page.evaluate(CLIPPED, SAMPLED),
        }

    def zoomed(self, page: Page, address: str) -> dict[str, Any]:
        """What is lost in a small window: before and after the figures are drawn, and with the widest spacing."""
        page.emulate_media(reduced_motion="reduce")
        page.goto(address)
        page.evaluate("document.fonts.ready")
        cut = lost(page)["cut"]
        found = {"small": page.evaluate(SMALL), "covered": page.evaluate(COVERED)}
        found["undrawn"] = page.evaluate(SCROLL)
        found["cut"] = sorted({*cut, *lost(page)["cut"]})
        found["clipped"] = page.evaluate(CLIPPED, SAMPLED)
        page.add_style_tag(content=SPACING)
        return found | {"spaced": lost(page)["cut"]}

    def still(self, page: Page, address: str) -> dict[str, Any]:
        """What is there without scripts: the text, each figure's picture and sentence, and words that are cut off."""
        page.route("**/*.js*", lambda route: route.abort())
        page.goto(address)
        found = {"clipped": page.evaluate(CLIPPED, 0)}
        context = self.browser.new_context(java_script_enabled=False, viewport=DESKTOP)
        bare = context.new_page()
        bare.goto(address)
        found |= bare.evaluate(READ)
        context.close()
        return found

    def violations(self, page: Page, contrast: bool = True) -> dict[str, list[str]]:
        """What axe finds in each light: the rule, and where. Contrast takes most of the time."""
        page.evaluate("scrollTo(0, 0)")
        page.evaluate(self.axe)
        options: dict[str, Any] = {"resultTypes": ["violations"], "preload": False}
        asked = {"light": options | {"rules": {"color-contrast": {"enabled": contrast}}}}
        if contrast:  # nothing else depends on the light
            asked["dark"] = options | {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
        found = {}
        for mode, what in asked.items():
            page.emulate_media(color_scheme=mode)
            page.wait_for_function(FOLLOWS, arg=mode)
            for violation in page.evaluate(VIOLATIONS, what):
                where = [node["html"][:120] for node in violation["nodes"] if not misread(node)]
                if where:
                    found[f"{mode}: {violation['id']}"] = where[:3]
        page.emulate_media(color_scheme="light")
        return found

    def rules_met(self, page: Page) -> list[str]:
        """Rules that were taken out of the style sheets and that the page meets, with an opened menu and search."""
        for button in ("button.copybtn", ".dropdown-download-buttons button"):
            if page.locator(button).count():
                page.locator(button).first.click(force=True)
        if page.locator(".dropdown-menu").count():
            page.locator(".dropdown-menu.show").wait_for()
        page.keyboard.press("Control+k")  # the search
        assert page.evaluate(WITHOUT_STATES, ["main *:hover"]) == ["main *:hover"]
        return list(page.evaluate(WITHOUT_STATES, self.gone))


def listen(page: Page, found: dict[str, Any]) -> None:
    """Note errors and what is asked of other hosts, which are out of reach."""
    strangers, errors = found["strangers"], found["errors"]
    page.on("request", lambda r: None if r.url.startswith(ALLOWED) else strangers.append(r.url))
    page.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.route(lambda url: not url.startswith(ALLOWED), lambda route: route.abort())


def lost(page: Page) -> dict[str, list[str]]:
    """Text that is cut off, and how much the page is wider than its window."""
    wider = page.evaluate(WIDER)
    too_wide = [f"{wider} px wider than the window"] if wider > 0 else []
    return {"cut": page.evaluate(CUT) + too_wide}


def spoken(page: Page) -> list[list[str]]:
    """Roles and names, as a screen reader has them."""
    session = page.context.new_cdp_session(page)
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    session.detach()

    def said(node: dict[str, Any], part: str) -> str:
        return str(node.get(part, {}).get("value", "")).strip()

    return [[said(node, "role"), said(node, "name")] for node in nodes if not node["ignored"]]


def misread(node: dict[str, str]) -> bool:
    """axe takes a table's header for empty that holds a formula: it reads no MathML, screen readers do."""
    return node["html"].startswith("<th") and "<math" in node["html"]
