"""What the pages cost a reader: bytes, requests, the time to the text and from a slider's move to the frame."""

from __future__ import annotations

import gzip
import subprocess
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np

from lstm_lab.bench.books import ROOT, jupyter_book
from lstm_lab.bench.browser import UNVEILED, browser, jupyterlab, served
from lstm_lab.bench.sliders import moved, moved_live

BOOK = ROOT / "_build" / "html"
PHONE = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 200_000,
    "uploadThroughput": 90_000,
}
"""A line of 1.6 Mbit/s with 150 ms to the server, as the browser's developer tools emulate it."""


SLOW = {
    "offline": False,
    "latency": 400,
    "downloadThroughput": 50_000,
    "uploadThroughput": 50_000,
}
"""A line of 400 kbit/s, as slow as the browser's developer tools have one by the name of 3G."""
SLOWER = 4  # times as long for the processor


def slider() -> dict[str, float]:
    """From a slider's move to the painted frame: the central explorer with each of its cells, and all others."""
    times: list[float] = []
    every: dict[str, list[float]] = {}
    busy: list[float] = []
    with browser() as chromium:
        for one in moved(chromium, built()):
            every.setdefault(one.explorer, []).extend(one.times)
            busy.append(one.busy)
        for one in moved(chromium, built(), only="gradient-flow", moves=120):
            times += one.times if one.slider == "sequence_length" else []
    late = {name: float(np.percentile(each, 95)) for name, each in every.items()}
    return {
        "slider_p95_ms": float(np.percentile(times, 95)),
        "slider_median_ms": float(np.median(times)),
        "slider_worst_p95_ms": max(late.values()),
        "slider_explorers_over_50_ms": float(sum(p95 > 50 for p95 in late.values())),
        "slider_busy_median_ms": float(np.median(busy)),
        "slider_busy_max_ms": max(busy),
    }


def weight() -> dict[str, float]:
    """Bytes and requests of every page, served from disk, everything scrolled into view."""
    own, own_gz, requests, library, readable = [], [], [], 0.0, True
    with browser() as chromium, served(built()) as address:
        for file in sorted(built().glob("**/*.html")):
            if "_static" in file.parts:
                continue
            page = chromium.new_page()
            bodies: dict[str, bytes] = {}
            page.on("response", lambda r, b=bodies: b.update({r.url: r}))
            url = f"{address}/{file.relative_to(built())}{UNVEILED}"
            page.goto(url)
            for explorer in page.locator(".lab-explorer").all():
                explorer.scroll_into_view_if_needed()
                explorer.and_(page.locator("[data-ready]")).wait_for()
            page.wait_for_load_state("networkidle")
            data = {name: response.body() for name, response in bodies.items()}  # type: ignore[attr-defined]
            plot = {name: body for name, body in data.items() if "plotly.min.js" in name}
            mine = [body for name, body in data.items() if name not in plot]
            library = max([library, *(len(gzip.compress(body)) for body in plot.values())])
            own.append(sum(map(len, mine)))
            own_gz.append(sum(len(gzip.compress(body)) for body in mine))
            requests.append(len(data))
            page.close()
            page = chromium.new_page()
            page.route("**/plotly.min.js", lambda route: route.abort())
            page.goto(url)
            readable &= len(page.inner_text("main")) > 20
            page.close()
    return {
        "page_own_kb_gz_max": max(own_gz) / 1000,
        "page_own_kb_max": max(own) / 1000,
        "page_requests_max": float(max(requests)),
        "plot_library_kb_gz": library / 1000,
        "text_before_plots": float(readable),
    }


def built() -> Path:
    """The built book.

    Raises:
        RuntimeError: if it is not built.
    """
    if not (BOOK / "index.html").is_file():
        raise RuntimeError(f"{BOOK} is not built: run `make book` first")
    return BOOK


def slow() -> dict[str, float]:
    """The first explorer of chapter 06 on a slow phone: from scrolling to it until a slider can move it."""
    with browser() as chromium, served(built()) as address:
        page = chromium.new_page(viewport={"width": 390, "height": 844})
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        session.send("Network.emulateNetworkConditions", SLOW)
        session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        page.goto(f"{address}/chapters/06-vanishing-gradient.html{UNVEILED}", wait_until="load")
        waited = page.evaluate(FIRST_EXPLORER)
        page.close()
    return {"slow_first_explorer_s": waited / 1000}


FIRST_EXPLORER = """() => new Promise((done) => {
  const start = performance.now();
  const root = document.querySelector(".lab-explorer");
  new MutationObserver(() => root.dataset.ready !== undefined && done(performance.now() - start))
    .observe(root, { attributes: true });
  root.scrollIntoView({ behavior: "instant" });
})"""


# --- Another book, and a kernel --------------------------------------------------------------------------------------


def peer() -> dict[str, float]:
    """The time to the text beside a book that Jupyter Book makes by itself: `jupyter-book create`, then build.

    Both are served from this machine, compressed, over a line as slow as a phone's; no other host is reached, on which
    the other book relies for its mathematics and icons of services.
    """
    with tempfile.TemporaryDirectory() as folder:
        command = jupyter_book()
        for arguments in (("create", "peer"), ("build", "peer")):
            subprocess.run([command, *arguments], cwd=folder, check=True, capture_output=True)
        other = Path(folder, "peer", "_build", "html")
        with browser() as chromium, served(built()) as ours, served(other) as theirs:
            page = _first_text(chromium, f"{ours}/chapters/06-vanishing-gradient.html")
            weighed = [_first_text(chromium, f"{theirs}/{f.name}") for f in other.glob("*.html")]
    return {
        "page_first_text_ms": page[0],
        "peer_first_text_ms": max(time for time, _, _ in weighed),
        "peer_page_kb_gz_max": max(size for _, size, _ in weighed),
        "peer_foreign_requests_max": float(max(foreign for _, _, foreign in weighed)),
    }


def _first_text(chromium: Any, address: str) -> tuple[float, float, int]:
    """Milliseconds to the first text, median of 5; kB from the page's own server; requests to others."""
    visits = [_visit(chromium, address) for _ in range(5)]
    return float(np.median([time for time, _, _ in visits])), *visits[-1][1:]


def _visit(chromium: Any, address: str) -> tuple[float, float, int]:
    host, foreign, received = urlsplit(address).netloc, [], []
    page = chromium.new_page(viewport={"width": 390, "height": 844})
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", PHONE)
    session.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))

    def only_own(route: Any) -> None:
        if urlsplit(route.request.url).netloc == host:
            route.continue_()
        else:
            foreign.append(route.request.url)
            route.abort()

    page.route("http*://**/*", only_own)
    page.goto(address, wait_until="load")
    paint = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime"
    page.wait_for_function(paint)
    time = float(page.evaluate(paint))
    page.close()
    return time, sum(received) / 1000, len(foreign)


def live() -> dict[str, float]:
    """The central explorer's slider, moved on the page and in JupyterLab, where a kernel computes the figure."""
    import nbformat

    cell = 'from lstm_lab.chapters import explorers\n\nexplorers.show("gradient-flow")'
    with browser() as chromium, tempfile.TemporaryDirectory() as folder:
        static = [
            time
            for one in moved(chromium, built(), only="gradient-flow", moves=30)
            for time in (one.times if one.slider == "sequence_length" else [])
        ]
        notebook = Path(folder, "live.ipynb")
        made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell)])
        made.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3 (ipykernel)"}
        nbformat.write(made, notebook)
        with jupyterlab(notebook) as address:
            times = moved_live(chromium, address, moves=30)
    return {
        "slider_live_p95_ms": float(np.percentile(times, 95)),
        "slider_live_vs_static": float(np.median(times) / np.median(static)),
    }
