"""How long an explorer takes from a slider's move to the painted frame, in a browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lstm_lab.bench.browser import UNVEILED

MOVE = """async ([slider, moves]) => {
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  const times = [];
  for (let i = 0; i < moves; i += 1) {
    await new Promise((done) => setTimeout(done, 60));
    await frame();
    const start = performance.now();
    slider.value = String((Number(slider.value) + 1) % (Number(slider.max) + 1));
    slider.dispatchEvent(new Event("input", { bubbles: true }));
    await frame();
    await new Promise((done) => { const c = new MessageChannel(); c.port1.onmessage = done; c.port2.postMessage(0); });
    times.push(performance.now() - start);
  }
  return times;
}"""


MOVABLE = re.compile(r'data-explorer="([^"]+)"[^>]* data-controls="\[\{')
"""An explorer with controls; a plain figure has none."""


@dataclass(frozen=True)
class Moved:
    """The moves of one slider.

    Attributes:
        explorer: its explorer's name.
        slider: its name.
        times: milliseconds from each move to the painted frame.
        busy: milliseconds for which the page's main thread worked on each, in the mean. Other work on the machine
            lengthens `times` and leaves this as it is.
    """

    explorer: str
    slider: str
    times: list[float]
    busy: float


def moved(browser: Any, book: Path, only: str = "", moves: int = 15) -> Iterator[Moved]:
    """Move every slider of the built book, or of the explorer `only`, step by step.

    Args:
        browser: Playwright's.
        book: the folder of the built pages.
        only: the name of an explorer; all without it.
        moves: how many steps each slider is moved.
    """
    for file in sorted(book.glob("chapters/*.html")):
        names = MOVABLE.findall(file.read_text("utf-8"))
        if only and only not in names:
            continue
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.goto(file.as_uri() + UNVEILED)
        session = page.context.new_cdp_session(page)
        session.send("Performance.enable", {"timeDomain": "threadTicks"})
        for name in [only] if only else names:
            root = page.locator(f'[data-explorer="{name}"]')
            root.scroll_into_view_if_needed()
            root.and_(page.locator("[data-ready]")).wait_for()
            for slider in root.locator(".lab-control:not([hidden]) input[type=range]").all():
                handle = slider.element_handle()
                page.evaluate(MOVE, [handle, 2])  # the first of its kind measures the labels' room
                before = _worked(session)
                times = page.evaluate(MOVE, [handle, moves])
                busy = (_worked(session) - before) * 1000 / moves
                yield Moved(name, slider.get_attribute("name"), times, busy)
        page.close()


LIVE_MOVE = """async ([handle, sentence, curve, moves]) => {
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  const times = [];
  let key = "ArrowRight";
  for (let i = 0; i < moves; i += 1) {
    await new Promise((done) => setTimeout(done, 60));
    await frame();
    const [text, path, at] = [sentence.textContent, curve.getAttribute("d"), handle.getAttribute("aria-valuenow")];
    const start = performance.now();
    handle.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
    if (handle.getAttribute("aria-valuenow") === at) {  // the end of the slider
      key = key === "ArrowRight" ? "ArrowLeft" : "ArrowRight";
      i -= 1;
      continue;
    }
    while (sentence.textContent === text || curve.getAttribute("d") === path) {
      if (performance.now() - start > 20000) throw new Error("the figure did not follow the slider in 20 s");
      await frame();
    }
    await new Promise((done) => { const c = new MessageChannel(); c.port1.onmessage = done; c.port2.postMessage(0); });
    times.push(performance.now() - start);
  }
  return times;
}"""
LAB_MS = 420_000


def run_all(page: Any, address: str) -> Any:
    """Open a notebook in JupyterLab, run it, and wait for the central explorer; returns what holds it.

    Args:
        page: Playwright's.
        address: from :func:`lstm_lab.bench.browser.jupyterlab`.
    """
    page.goto(address)
    page.locator(".jp-Notebook .jp-Cell").first.wait_for(timeout=LAB_MS)
    page.get_by_text("Python 3 (ipykernel) | Idle").first.wait_for(timeout=LAB_MS)
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    sentence = live_sentence(page)
    sentence.wait_for(timeout=LAB_MS, state="attached")
    return page.locator(".widget-vbox", has=sentence).first


def live_sentence(page: Any) -> Any:
    """The sentence below the central explorer in JupyterLab."""
    return page.locator(".widget-html-content", has_text="steps back the gradient is").first


def moved_live(browser: Any, address: str, moves: int) -> list[float]:
    """Milliseconds from each move of the central explorer's slider to the painted frame, with a kernel."""
    page = browser.new_page(viewport={"width": 1400, "height": 1000})
    box = run_all(page, address)
    handle = box.locator(".noUi-handle").first
    handle.scroll_into_view_if_needed(timeout=LAB_MS)
    curve = box.locator(".scatterlayer .trace path.js-line").nth(2)
    parts = [one.element_handle() for one in (handle, live_sentence(page), curve)]
    page.evaluate(LIVE_MOVE, [*parts, 2])
    times = page.evaluate(LIVE_MOVE, [*parts, moves])
    page.close()
    return list(times)


def _worked(session: Any) -> float:
    """Seconds for which the main thread has worked."""
    metrics = session.send("Performance.getMetrics")["metrics"]
    return float(next(metric["value"] for metric in metrics if metric["name"] == "TaskDuration"))
