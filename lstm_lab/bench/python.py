"""What Python in the page costs a reader: from the press of Run to the message of a check, beside a kernel."""

from __future__ import annotations

import time
from typing import Any

from lstm_lab.bench.browser import browser, served
from lstm_lab.bench.pages import built

FIRST, NEXT = "06-vanishing-gradient", "07-constant-error-carousel"
WAIT_MS = 180_000
IMPORT = "from lstm_lab.chapters import trainings"
TRAIN = 'trainings.show("latch").last()'


def python() -> dict[str, float]:
    """The first exercise of two chapters, checked as it stands: on their pages, and by a kernel started for it."""
    loaded: list[float] = []
    with browser() as chromium, served(built()) as address:
        context = chromium.new_context()
        page = context.new_page()
        session = context.new_cdp_session(page)
        session.send("Network.enable")
        page.goto(f"{address}/chapters/{FIRST}.html")
        page.wait_for_load_state("networkidle")
        session.on(
            "Network.loadingFinished", lambda event: loaded.append(event["encodedDataLength"])
        )
        cold = _checked(page)
        megabytes = sum(loaded) / 1e6
        again = _checked(page)
        cells = [field.input_value() for field in page.locator(".lab-cell textarea").all()]
        exercise = page.locator(".lab-cell[data-exercise] textarea").first.input_value()
        page.goto(f"{address}/chapters/{NEXT}.html")
        following = _checked(page)
        page.goto(f"{address}/chapters/{FIRST}.html")
        trained = _trained(page)
    kernel_cold, kernel_again = _by_a_kernel([cells[0], exercise])
    _, kernel_trained = _by_a_kernel([IMPORT, TRAIN])
    return {
        "page_python_cold_s": cold,
        "page_python_again_s": again,
        "page_python_next_page_s": following,
        "page_python_mb": megabytes,
        "kernel_check_cold_s": kernel_cold,
        "kernel_check_again_s": kernel_again,
        "page_train_s": trained,
        "kernel_train_s": kernel_trained,
    }


def _checked(page: Any) -> float:
    """Seconds from the press of Run to the message, in the first exercise of a page."""
    cell = page.locator(".lab-cell[data-exercise]").first
    cell.locator(".lab-output").evaluate("(output) => output.replaceChildren()")
    begun = time.perf_counter()
    cell.locator("button[name=run]").click()
    cell.locator(".lab-check").wait_for(timeout=WAIT_MS)
    return time.perf_counter() - begun


def _trained(page: Any) -> float:
    """Seconds from the press of Train to the end of the training as it stands, Python started before."""
    root = page.locator(".lab-train").first
    _checked(page)
    begun = time.perf_counter()
    root.locator("button[name=train]").click()
    root.and_(page.locator('[data-state="done"]')).wait_for(timeout=WAIT_MS)
    return time.perf_counter() - begun


def _by_a_kernel(cells: list[str]) -> tuple[float, float]:
    """Seconds from the start of a kernel to the result of the last cell, and to its result once more."""
    from jupyter_client.manager import start_new_kernel

    begun = time.perf_counter()
    manager, client = start_new_kernel(kernel_name="python3")
    try:
        for cell in cells:
            client.execute_interactive(cell, output_hook=lambda message: None)
        cold = time.perf_counter() - begun
        begun = time.perf_counter()
        client.execute_interactive(cells[-1], output_hook=lambda message: None)
        return cold, time.perf_counter() - begun
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
