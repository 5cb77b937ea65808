"""What many tests need: which of them run, in which order, Hypothesis profiles, the built book, a server, a browser."""

from __future__ import annotations

import os
import secrets
import shutil
import sys
from collections import Counter
from collections.abc import Iterator
from functools import cache, partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any, NoReturn

import affected
import hypothesis
import pytest
from drawn import SEED, Drawn

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# jsonschema would load it with nbformat, and does without: a grammar of addresses that takes seconds to build.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]

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
hypothesis.settings.register_profile(
    "weekly", derandomize=False, deadline=None, max_examples=200, print_blob=True
)
hypothesis.settings.load_profile("ci" if IN_CI else "dev")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--weekly", action="store_true", help="also what is marked weekly; Hypothesis at random"
    )
    parser.addoption(
        "--reached",
        metavar="NAMES",
        help="as make check: without the built book, and of the explorers only these (name,name)",
    )


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--weekly"):
        os.environ.setdefault(SEED, str(secrets.randbelow(10_000)))  # processes of xdist inherit it
        if not config.getoption("--hypothesis-profile", None):
            hypothesis.settings.load_profile("weekly")


def pytest_report_header() -> str:
    return f"sampled states: {SEED}={os.environ[SEED]}" if SEED in os.environ else ""


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what need not run, and sort: what takes long first, what drives a browser last.

    Playwright's event loop stays on the thread until the session ends, where other tests could not
    start their own. A browser test that is in no group yet shares one with the tests of its explorer, or of its file.
    """
    left_out = {item: why for item in items if (why := reason_to_leave_out(item))}
    if left_out:
        items[:] = [item for item in items if item not in left_out]
        config.hook.pytest_deselected(items=list(left_out))
        config.stash[LEFT_OUT] = Counter(
            (item.nodeid.partition("::")[0], why) for item, why in left_out.items()
        )
    items.sort(key=lambda item: (uses_browser(item), not takes_long(item)))
    for item in items:
        draws = "drawn" in getattr(item, "fixturenames", ())
        if not (draws or uses_browser(item)) or item.get_closest_marker("xdist_group"):
            continue
        settings = item.callspec.params if hasattr(item, "callspec") else {}
        place = f"browser-{item.path.stem}" if uses_browser(item) else "drawn"
        item.add_marker(pytest.mark.xdist_group(f"{place}-{settings.get('name', 'any')}"))


LEFT_OUT: pytest.StashKey[Counter[tuple[str, str]]] = pytest.StashKey()


def reason_to_leave_out(item: pytest.Item) -> str:
    """Why a test is not run, in words; empty if it is.

    A test that is marked ``weekly("folder/**", ...)`` runs when one of these files has changed, or its own, or what
    everything rests on (see `tools/affected.py`); when it cannot be found out what has changed; with ``--weekly``; and
    when it is named.
    """
    reached = item.config.getoption("--reached")
    if reached is not None:
        settings = item.callspec.params if hasattr(item, "callspec") else {}
        if "built_book" in getattr(item, "fixturenames", ()):
            return "needs the built book"
        if settings.get("name") in all_explorers() - set(reached.split(",")):
            return "another explorer"
    weekly = list(item.iter_markers("weekly"))
    if not weekly or item.config.getoption("--weekly"):
        return ""
    named = [argument.partition("::") for argument in item.config.args if "::" in argument]
    if any(item.nodeid.partition("::")[2].startswith(rest) for _, _, rest in named):
        return ""
    patterns = [pattern for mark in weekly for pattern in mark.args]
    own = item.path.relative_to(ROOT).as_posix() if item.path.is_relative_to(ROOT) else ""
    if patterns and touched([*patterns, own, *affected.EVERYTHING]):
        return ""
    return f"weekly, and no change in {', '.join(patterns)}" if patterns else "weekly"


def touched(patterns: list[str]) -> bool:
    changed = changed_files()
    if changed is None:
        return True
    return any(affected.matches(name, pattern) for name in changed for pattern in patterns)


@cache
def changed_files() -> frozenset[str] | None:
    """The files of the change at hand; None if it cannot be found out."""
    try:
        return frozenset(affected.changed(ROOT))
    except affected.UnknownError:
        return None


@cache
def all_explorers() -> frozenset[str]:
    from lstm_lab.chapters import explorers

    return frozenset(explorers.EXPLORERS)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Tell the process that reports."""
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        left_out = session.config.stash.get(LEFT_OUT, Counter())
        output["left_out"] = [[name, why, count] for (name, why), count in left_out.items()]


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Each process of xdist has collected, and left out, the same."""
    told = getattr(node, "workeroutput", {}).get("left_out", [])
    node.config.stash[LEFT_OUT] = Counter({(name, why): count for name, why, count in told})


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Say what was left out, and why: nothing is skipped in silence."""
    left_out = config.stash.get(LEFT_OUT, Counter())
    if not left_out or config.getoption("--reached") is not None:
        return
    terminalreporter.section("left out; `make test-all` runs them")
    for (name, why), count in sorted(left_out.items()):
        terminalreporter.write_line(f"{name}: {count} {'test' if count == 1 else 'tests'}: {why}")


def takes_long(item: pytest.Item) -> bool:
    return item.get_closest_marker("slow") is not None or "tests/coursework" in item.path.as_posix()


def uses_browser(item: pytest.Item) -> bool:
    return item.get_closest_marker("browser") is not None


def missing(message: str) -> NoReturn:
    """Skip on a developer's machine; fail where everything is meant to be there."""
    if IN_CI:
        pytest.fail(message, pytrace=False)
    pytest.skip(message)


@pytest.fixture(scope="session")
def drawn(request: pytest.FixtureRequest) -> Drawn:
    """Draws an explorer in a state, or has it from an earlier drawing: ``drawn(name, settings)``."""
    return Drawn(request.config.cache.mkdir("drawn"))


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
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:  # a server that is closed while it serves goes round for ever
            server.shutdown()
        thread.join()


class QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        pass
