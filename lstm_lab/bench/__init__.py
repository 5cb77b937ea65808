"""What `lstm-lab bench` measures: ratios within one run where it can be done, one number a figure.

A timing depends on the machine and on what else it does, so these are no tests: they are looked at, and compared with
the run before.

The page of another book beside ours is that of the book which `jupyter-book create` writes: its source is public, it is
made by those who make the tool, and it is built by the same command.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from lstm_lab._validate import one_of
from lstm_lab.bench.books import NUMBERS, binder, building, kernels
from lstm_lab.bench.package import (
    ENGINE,
    engine,
    engine_growth,
    engine_memory,
    gradient_flow,
    importing,
)
from lstm_lab.bench.pages import live, peer, slider, slow, weight
from lstm_lab.bench.python import python

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
    "slow_first_explorer_s": "s from scrolling to an explorer until it moves: 400 kbit/s, a quarter of the processor",
    "page_first_text_ms": "ms to the first text of chapter 06 over a phone's line, 150 ms and 1.6 Mbit/s",
    "peer_first_text_ms": "the same for the slowest page of the book that `jupyter-book create` writes",
    "peer_page_kb_gz_max": "kB of the heaviest of its pages that its own server sends, without other hosts",
    "peer_foreign_requests_max": "requests of one of its pages to other hosts; ours make none",
    "slider_live_p95_ms": "ms from a slider's move to the painted frame in JupyterLab, with a kernel",
    "slider_live_vs_static": "how many times as long as on the page, median, same run",
    "page_python_cold_s": "seconds from Run to the first check's message on a page, nothing loaded before",
    "page_python_again_s": "the same, a second time on that page",
    "page_python_next_page_s": "the same on the next page, with what the browser keeps",
    "page_python_mb": "MB that the first press loads, compressed",
    "kernel_check_cold_s": "seconds from the start of a Jupyter kernel to the message of the same check",
    "kernel_check_again_s": "the same, a second time in that kernel",
    "page_train_s": "seconds from Train to the end of chapter 06's training as it stands, Python started",
    "kernel_train_s": "the same training in a Jupyter kernel, the second time it is run",
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


GROUPS: dict[Callable[[], dict[str, float]], tuple[str, ...]] = {
    importing: ("import_s",),
    gradient_flow: ("gradient_vs_autograd", "gradient_time_exponent"),
    engine: ENGINE,
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
    slow: ("slow_first_explorer_s",),
    python: (
        "page_python_cold_s",
        "page_python_again_s",
        "page_python_next_page_s",
        "page_python_mb",
        "kernel_check_cold_s",
        "kernel_check_again_s",
        "page_train_s",
        "kernel_train_s",
    ),
    peer: (
        "page_first_text_ms",
        "peer_first_text_ms",
        "peer_page_kb_gz_max",
        "peer_foreign_requests_max",
    ),
    live: ("slider_live_p95_ms", "slider_live_vs_static"),
    building: ("build_clean_s", "build_cached_s"),
    kernels: (
        "kernel_peak_mb_max",
        "kernel_seconds_max",
        *(f"notebook_{number}_mb" for number in NUMBERS),
    ),
    binder: ("binder_packages_mb",),
}
"""What is measured together, and the figures it gives."""
