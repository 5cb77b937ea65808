"""What `lstm-lab bench` measures: ratios within one run where it can be done, one number a figure.

A timing depends on the machine and on what else it does, so these are no tests: they are looked at, and compared with
the run before.

No page of another book is measured beside ours. Looked for in the registries: npm's distill-template holds a
demonstration of its layout without an explorer; of Jupyter Book's own packages no source with a book was to be had.
"""

from __future__ import annotations

import gzip
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from importlib import metadata
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from lstm_lab._validate import one_of

ROOT = Path(__file__).parents[1]
BOOK = ROOT / "_build" / "html"
CHAPTERS = ROOT / "chapters"
BROWSER_NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
BROWSER_ARGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")

PEAK = """
import sys
from pathlib import Path

status = Path("/proc/self/status")
if status.is_file():  # Linux, where ru_maxrss counts what the parent had needed, too
    (line,) = [line for line in status.read_text().splitlines() if line.startswith("VmHWM:")]
    print(int(line.split()[1]) * 1024)
else:
    import resource

    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024))
"""
"""A program that prints how many bytes its own process needed at most."""

NUMBERS = [f"{number:02}" for number in range(1, 11)]

MEANING = {
    "import_s": "seconds to import lstm_lab in a fresh process, median of 7",
    "gradient_vs_autograd": "times as fast as torch autograd: Jacobian products of an LSTM, T = 200, 32 units",
    "gradient_time_exponent": "how the time for all lags grows with T: 1 is linear",
    "engine_us_per_step": "µs a time step: the 1997 engine on the net of experiment 4, eight trials at once",
    "engine_vs_torch_lstm": "times as fast as torch.nn.LSTM, forward, backward and update, batch 1",
    "engine_vs_autograd_loop": "times as fast as an autograd loop of the 1997 cell",
    "engine_vs_numpy": "times as fast as the readable NumPy",
    "engine_cells_exponent": "how the time of a step grows from 4 to 16 cells: 2 is as the number of weights",
    "engine_length_exponent": "how the time of a step grows from T = 50 to 1000: 0 is not at all",
    "engine_peak_mb": "MB at the peak of a process that runs eight trials of experiment 4 at T = 1000",
    "engine_state_mb": "MB of these that belong to the trials: sequences, weights, derivatives",
    "slider_p95_ms": "ms from a slider's move to the painted frame, 95th percentile",
    "slider_median_ms": "the same, median",
    "slider_worst_p95_ms": "the same of the slowest explorer",
    "slider_explorers_over_50_ms": "explorers of which it is over 50 ms",
    "slider_busy_median_ms": "ms that a page's main thread works for a move, waiting not counted; median slider",
    "slider_busy_max_ms": "the same, heaviest slider",
    "page_own_kb_gz_max": "kB of the heaviest page without the plot library, compressed, everything scrolled into view",
    "page_own_kb_max": "the same, not compressed",
    "page_requests_max": "requests of the page with most",
    "plot_library_kb_gz": "kB of the plot library, compressed",
    "text_before_plots": "1 if every page's text is there with the plot library out of reach",
    "build_clean_s": "seconds to build the book from nothing",
    "build_cached_s": "seconds to build it again when nothing has changed",
    "kernel_peak_mb_max": "MB at the peak of the hungriest chapter's kernel",
    "kernel_seconds_max": "seconds of the slowest chapter, run top to bottom",
    **{
        f"notebook_{n}_mb": f"MB at the peak of the kernel of chapter {n}, as on Binder"
        for n in NUMBERS
    },
    "binder_packages_mb": "MB on disk of the packages that .binder names; the image has an Ubuntu and a conda besides",
}


def run(only: Sequence[str] = ()) -> dict[str, float]:
    """Measure everything, or the groups that hold the figures named in `only`.

    Raises:
        ValueError: for a figure that is not known.
        RuntimeError: if what is measured is not there (a built book, a browser).
    """
    wanted = {one_of("only", name, MEANING) for name in only} or set(MEANING)
    figures: dict[str, float] = {}
    for group, names in GROUPS.items():
        if wanted & set(names):
            figures |= group()
    return {name: figures[name] for name in MEANING if name in wanted}


# --- The package -----------------------------------------------------------------------------------------------------


def importing() -> dict[str, float]:
    """How long the package takes to import."""
    code = "from time import perf_counter as t; a = t(); import lstm_lab; print(t() - a)"
    times = [
        float(subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout)
        for _ in range(7)
    ]
    return {"import_s": statistics.median(times)}


def gradient_flow() -> dict[str, float]:
    """The state Jacobians of `gradients` against the same by torch autograd, one thread each."""
    import torch

    from lstm_lab import gradients, twins
    from lstm_lab.models import make

    torch.set_num_threads(1)
    model = make("LSTM 2000", 1, 32, rng=np.random.default_rng(0))

    def trace_of(steps: int) -> Any:
        return model.forward(np.random.default_rng(1).standard_normal((steps, 1)))

    trace, lags = trace_of(200), set(range(0, 201, 5))
    twin, inputs = twins.twin(model), torch.tensor(trace_of(200).x)

    def by_autograd() -> list[float]:
        states, product, norms = twin(inputs).detach(), torch.eye(64, dtype=torch.float64), []
        for lag, t in enumerate(range(200, 0, -1), start=1):
            step = partial(twin.step, inputs[t - 1])
            product = product @ torch.autograd.functional.jacobian(
                step, states[t - 1], vectorize=True
            )
            if lag in lags:
                norms.append(float(torch.linalg.matrix_norm(product, 2)))
        return norms

    ours = _best(lambda: gradients.jacobian_norms(model, trace, lags=sorted(lags)))
    theirs = _best(by_autograd, repeats=2)
    same = gradients.jacobian_norms(model, trace, lags=sorted(lags - {0}))
    np.testing.assert_allclose(np.log10(by_autograd()), same, rtol=1e-6)
    sizes = [100, 200, 400, 800, 1600]
    times = [
        _best(partial(gradients.jacobian_norms, model, trace_of(size), lags=[size]))
        for size in sizes
    ]
    exponent = np.polyfit(np.log(sizes), np.log(times), 1)[0]
    return {"gradient_vs_autograd": theirs / ours, "gradient_time_exponent": float(exponent)}


def engine() -> dict[str, float]:
    """The compiled engine of the 1997 experiments against PyTorch and NumPy, one thread each."""
    from lstm_lab.paper1997.speed import speed

    measured = speed()
    return {name: measured[name] for name in GROUPS[engine]}


def engine_growth() -> dict[str, float]:
    """How the engine's time of a step grows with the cells and with the length."""
    from lstm_lab.paper1997.speed import growth

    def exponent(times: dict[int, float]) -> float:
        return float(np.polyfit(np.log(list(times)), np.log(list(times.values())), 1)[0])

    grown = growth()
    return {
        "engine_cells_exponent": exponent({n: t for n, t in grown["cells"].items() if n >= 4}),
        "engine_length_exponent": exponent(grown["length"]),
    }


def engine_memory() -> dict[str, float]:
    """The memory of a process that runs eight trials."""
    from lstm_lab.paper1997.speed import state_bytes

    code = (
        "from lstm_lab.paper1997 import choices, lockstep, spec, trial\n"
        "row = choices.decided(spec.row('4-3'), choices.Decisions())\n"
        "trials = [trial.start(row, choices.Decisions(), 0, n, 10**6) for n in range(8)]\n"
        "lockstep.advance(trials, 1.0)\n"
    )
    done = subprocess.run([sys.executable, "-c", code + PEAK], capture_output=True, check=True)
    return {
        "engine_peak_mb": int(done.stdout) / 1e6,
        "engine_state_mb": state_bytes("4-3") / 1e6,
    }


def _best(work: Callable[[], Any], repeats: int = 5) -> float:
    times = []
    for _ in range(repeats):
        start = perf_counter()
        work()
        times.append(perf_counter() - start)
    return min(times)


# --- The page --------------------------------------------------------------------------------------------------------


def slider() -> dict[str, float]:
    """From a slider's move to the painted frame: the central explorer with each of its cells, and all others."""
    from lstm_lab.explore.speed import moved

    times: list[float] = []
    every: dict[str, list[float]] = {}
    busy: list[float] = []
    with _browser() as browser:
        for one in moved(browser, _built()):
            every.setdefault(one.explorer, []).extend(one.times)
            busy.append(one.busy)
        for one in moved(browser, _built(), only="gradient-flow", moves=120):
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
    with _browser() as browser, _server() as address:
        for file in sorted(_built().glob("**/*.html")):
            if "_static" in file.parts:
                continue
            page = browser.new_page()
            bodies: dict[str, bytes] = {}
            page.on("response", lambda r, b=bodies: b.update({r.url: r}))
            url = f"{address}/{file.relative_to(_built())}"
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
            page = browser.new_page()
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


def _built() -> Path:
    if not (BOOK / "index.html").is_file():
        raise RuntimeError(f"{BOOK} is not built: run `make book` first")
    return BOOK


@contextmanager
def _browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    names = (os.environ.get("LSTM_LAB_CHROMIUM"), *BROWSER_NAMES)
    path = next(filter(None, (shutil.which(name) for name in names if name)), None)
    if path is None:
        raise RuntimeError("no Chromium: install it, or set LSTM_LAB_CHROMIUM to its path")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(BROWSER_ARGS))
        yield browser
        browser.close()


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        pass


@contextmanager
def _server() -> Iterator[str]:
    handler = partial(_Quiet, directory=str(_built()))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


# --- The build and the notebooks -------------------------------------------------------------------------------------


def building() -> dict[str, float]:
    """A clean build and one with nothing to do, of a copy of what git tracks."""
    with tempfile.TemporaryDirectory() as folder:
        tracked = subprocess.run(
            ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True
        ).stdout
        for name in filter(None, tracked.split("\0")):
            copy = Path(folder, name)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, copy)
        command = [_jupyter_book(), "build", ".", "-W", "-n", "--keep-going"]
        times = []
        for _ in range(2):
            start = perf_counter()
            subprocess.run(command, cwd=folder, check=True, capture_output=True)
            times.append(perf_counter() - start)
        if not Path(folder, "_build", "html", "index.html").is_file():
            raise RuntimeError(f"{command[0]} built nothing")
    return {"build_clean_s": times[0], "build_cached_s": times[1]}


def _jupyter_book() -> str:
    """The command that stands beside the interpreter."""
    found = shutil.which("jupyter-book", path=str(Path(sys.executable).parent))
    if found is None:
        raise RuntimeError(f"no jupyter-book beside {sys.executable}: install requirements.txt")
    return found


def kernels() -> dict[str, float]:
    """Each chapter run top to bottom in a kernel of its own: peak memory and seconds."""
    import jupytext
    import nbformat
    from nbclient import NotebookClient

    peaks, seconds = {}, []
    for file in sorted(CHAPTERS.glob("*.md")):
        notebook = jupytext.read(file)
        notebook.cells.append(nbformat.v4.new_code_cell(PEAK))
        start = perf_counter()
        NotebookClient(notebook, timeout=600, kernel_name="python3").execute(cwd=str(CHAPTERS))
        seconds.append(perf_counter() - start)
        peaks[file.name[:2]] = int(notebook.cells[-1].outputs[0].text) / 1e6
    each = {f"notebook_{number}_mb": peaks[number] for number in NUMBERS}
    return {"kernel_peak_mb_max": max(peaks.values()), "kernel_seconds_max": max(seconds), **each}


def binder() -> dict[str, float]:
    """The room that the packages of `.binder/requirements.txt` take on disk, as they are installed here."""
    lines = (ROOT / "requirements.txt").read_text("utf-8").splitlines()
    pins = [line.partition("#")[0].strip() for line in lines]
    total = 0
    for name, _, version in (pin.partition("==") for pin in filter(None, pins)):
        try:
            package = metadata.distribution(name)
        except metadata.PackageNotFoundError:
            raise RuntimeError(f"{name} is not installed: install requirements.txt") from None
        if package.version.partition("+")[0] != version:
            raise RuntimeError(
                f"{name} must be {version} as in requirements.txt, is {package.version}"
            )
        files = (Path(str(file.locate())) for file in package.files or ())
        total += sum(file.stat().st_size for file in files if file.is_file())
    return {"binder_packages_mb": total / 1e6}


GROUPS: dict[Callable[[], dict[str, float]], tuple[str, ...]] = {
    importing: ("import_s",),
    gradient_flow: ("gradient_vs_autograd", "gradient_time_exponent"),
    engine: (
        "engine_us_per_step",
        "engine_vs_torch_lstm",
        "engine_vs_autograd_loop",
        "engine_vs_numpy",
    ),
    engine_growth: ("engine_cells_exponent", "engine_length_exponent"),
    engine_memory: ("engine_peak_mb", "engine_state_mb"),
    slider: (
        "slider_p95_ms",
        "slider_median_ms",
        "slider_worst_p95_ms",
        "slider_explorers_over_50_ms",
        "slider_busy_median_ms",
        "slider_busy_max_ms",
    ),
    weight: (
        "page_own_kb_gz_max",
        "page_own_kb_max",
        "page_requests_max",
        "plot_library_kb_gz",
        "text_before_plots",
    ),
    building: ("build_clean_s", "build_cached_s"),
    kernels: (
        "kernel_peak_mb_max",
        "kernel_seconds_max",
        *(f"notebook_{number}_mb" for number in NUMBERS),
    ),
    binder: ("binder_packages_mb",),
}
"""What is measured together, and the figures it gives."""
