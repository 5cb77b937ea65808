"""What many tests need: Hypothesis profiles, the built book, a server for it, a browser."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any, NoReturn

import hypothesis
import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT = Path(__file__).resolve().parents[1]
IN_CI = os.environ.get("CI", "").lower() in ("1", "true")
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
CHROMIUM_OPTIONS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
)

hypothesis.settings.register_profile(
    "ci", derandomize=True, deadline=None, max_examples=50, print_blob=True
)
hypothesis.settings.register_profile("dev", deadline=None, max_examples=50)
hypothesis.settings.load_profile("ci" if IN_CI else "dev")


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run browser tests last, and those of one file, or of one device in it, in one process.

    Playwright's event loop stays on the thread until the session ends, where other tests could not
    start their own.
    """
    items.sort(key=uses_browser)
    for item in filter(uses_browser, items):
        settings = item.callspec.params if hasattr(item, "callspec") else {}
        device = settings.get("device", "any")
        item.add_marker(pytest.mark.xdist_group(f"browser-{item.path.stem}-{device}"))


def uses_browser(item: pytest.Item) -> bool:
    return item.get_closest_marker("browser") is not None


def missing(message: str) -> NoReturn:
    """Skip on a developer's machine; fail where everything is meant to be there."""
    if IN_CI:
        pytest.fail(message, pytrace=False)
    pytest.skip(message)


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """Where Chromium is: ``LSTM_LAB_CHROMIUM``, or the first of its usual names on the path."""
    chosen = os.environ.get("LSTM_LAB_CHROMIUM")
    found = map(shutil.which, (chosen,) if chosen else CHROMIUM_NAMES)
    path = next(filter(None, found), None)
    if path is None:
        searched = chosen or ", ".join(CHROMIUM_NAMES)
        missing(f"no Chromium ({searched}): install it, or set LSTM_LAB_CHROMIUM to its path")
    return path


@pytest.fixture(scope="session")
def browser(chromium_path: str) -> Iterator[Browser]:
    """Chromium without a window. Open a page with ``browser.new_page()`` and close it."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=chromium_path, args=list(CHROMIUM_OPTIONS)
        )
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def built_book() -> Path:
    """The folder of the built book, ``_build/html``."""
    folder = ROOT / "_build" / "html"
    if not (folder / "index.html").is_file():
        missing("the book is not built: run `make book`")
    return folder


@pytest.fixture(scope="session")
def book_server(built_book: Path) -> Iterator[str]:
    """The address of a local server for the built book, without a slash at the end."""
    handler = partial(QuietHandler, directory=str(built_book))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


class QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        pass
