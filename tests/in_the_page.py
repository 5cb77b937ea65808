"""For tests: a page of the built book whose cells run, in a browser that reaches nothing else."""

from __future__ import annotations

import re
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from visits import UNVEILED

ALLOWED = ("file:", "data:", "blob:", "http://127.0.0.1")
WAIT_MS = 180_000
STRICT = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; "
    "script-src 'self'"
)
"""A policy under which the book's pages work, but for Python."""
STRICT_WITH_PYTHON = f"{STRICT} 'wasm-unsafe-eval'; worker-src blob:"


def chapters(book: Path) -> list[Path]:
    """The pages with exercises that can be answered, in their order."""
    pages = sorted((book / "chapters").glob("*.html"))
    return [page for page in pages if 'data-exercise="' in page.read_text("utf-8")]


def unveiled(address: str) -> str:
    """The address of a page whose figures no question veils."""
    page, hash_sign, state = address.partition("#")
    return page + UNVEILED + hash_sign + state


def sixth(found: list[Path]) -> Path:
    """Of pages the one of chapter 06, if it is there; a failure, if the book was built without Python in its pages."""
    if not found:
        pytest.fail("the book was built without Python in its pages", pytrace=False)
    return next((one for one in found if one.name.startswith("06")), found[0])


@contextmanager
def opened(browser, address, **options):
    """A page with its errors and what it asked for: `page.errors`, `page.asked`."""
    context = browser.new_context(**options)
    page = context.new_page()
    page.errors, page.asked = [], []
    page.on("request", lambda request: page.asked.append(request.url))
    page.on("console", lambda said: page.errors.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: page.errors.append(str(error)))
    page.route(lambda url: not url.startswith(ALLOWED), lambda route: route.abort())
    page.goto(unveiled(address))
    yield page
    strangers = [url for url in page.asked if not url.startswith(ALLOWED)]
    context.close()
    assert strangers == []


@contextmanager
def served(book: Path, policy: str = ""):
    """The address of a server for the book, with a Content-Security-Policy."""

    class Handler(SimpleHTTPRequestHandler):
        def end_headers(self):
            if policy:
                self.send_header("Content-Security-Policy", policy)
            super().end_headers()

        def log_message(self, format, *args):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(book))) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:  # a server that is closed while it serves goes round for ever
            server.shutdown()


def exercises(page):
    """The cells of a page's exercises."""
    return page.locator(".lab-cell[data-exercise]").all()


def cell(page, key):
    """The cell of that name."""
    return page.locator(f'.lab-cell[data-cell="{key}"]')


def answer(one, code=None):
    """Type a code into a cell, or leave what stands there, and run it to its end; returns the state."""
    if code is not None:
        one.locator("textarea").fill(code)
    one.locator("button[name=run]").click()
    return ended(one)


def ended(one):
    """Wait until a cell has run."""
    state = one.and_(one.page.locator('[data-state="done"], [data-state="failed"]'))
    state.wait_for(timeout=WAIT_MS)
    return one.get_attribute("data-state")


def verdict(one):
    """What a check says below a cell: "true", "false" or "null", and the message."""
    check = one.locator(".lab-output .lab-check")
    return check.get_attribute("data-passed"), check.inner_text()


def solution(page, label):
    """The published solution of an exercise: its code, as it stands on the page."""
    numbers = page.locator(".solution").evaluate_all(
        """(solutions, label) => solutions
          .filter((one) => one.querySelector(`a[href$="#${label}"]`))
          .map((one) => [...one.querySelectorAll("pre")].map((pre) => pre.textContent).join("\\n"))""",
        label,
    )
    assert len(numbers) == 1, f"{label} has {len(numbers)} solutions"
    return numbers[0]


def answered_with(stub, code):
    """A cell in which an answer stands before the call of the check, which is the stub's last line."""
    before, check = stub.rstrip().rsplit("\n", 1)
    return f"{before}\n\n{code}\n\n{check}"


def wrong(stub):
    """A cell with an answer that no exercise takes: a text, a table of texts, or a function that returns one."""
    check = stub.rstrip().rsplit("\n", 1)[1]
    names = re.fullmatch(r"\w+\.\w+\((.*)\)", check)[1].split(", ")
    lines = [
        f'{name} = (lambda *_: "wrong") if callable({name}) else '
        f'dict.fromkeys({name}, "wrong") if isinstance({name}, dict) else "wrong"'
        for name in names
    ]
    return answered_with(stub, "\n".join(lines))
