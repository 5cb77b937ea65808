"""The published book on the device: kept whole or not at all, of one edition, without a connection."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from playwright.sync_api import expect

from bookbuild.site import installed

pytestmark = pytest.mark.browser

ASSETS = Path(installed.__file__).parents[1] / "assets"
CHAPTER = "chapters/06-vanishing-gradient.html"
OPEN = "?veil=off"  # the figures are not behind a question
OTHER = "chapters/01-perceptron.html"
PAGES = ("index.html", CHAPTER, OTHER)
PATIENCE_MS = 60_000
ASK = """(words) => navigator.serviceWorker.ready.then(({ active }) => new Promise((done) => {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = ({ data }) => { if (!("there" in data)) done(data); };
  active.postMessage(words, [port2]);
}))"""


@dataclass
class Site:
    """A published book, a folder of its own, and what is wrong with its server."""

    folder: Path
    address: str = ""
    down: bool = False
    broken: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def publish(self, words: str) -> None:
        """A new edition: another text on the pages, another sentence in what the chapter loads."""
        for name in PAGES:
            file = self.folder / name
            text = re.sub(r"<body[^>]*data-told=\"[^\"]*\"", "<body", file.read_text("utf-8"))
            file.write_text(text.replace("<body", f'<body data-told="{words}"', 1), "utf-8")
        with (self.folder / "_static" / "explore.js").open("a") as script:
            script.write(f'\ndocument.documentElement.dataset.script = "{words}";\n')
        installed.install(self.folder, "A book")


class Handler(SimpleHTTPRequestHandler):
    def __init__(self, *arguments: Any, site: Site, **options: Any):
        self.site = site
        super().__init__(*arguments, directory=str(site.folder), **options)

    def do_GET(self) -> None:
        path = self.path.partition("?")[0].lstrip("/")
        self.site.asked.append(path)
        fault = self.site.broken.get(path)
        if self.site.down:
            self.close_connection = True
        elif fault == "500":
            self.send_error(500)
        elif fault == "half":
            content = (self.site.folder / path).read_bytes()
            self.send_response(200)
            self.send_header("Content-Type", self.guess_type(path))
            self.end_headers()
            self.wfile.write(content[: len(content) // 2])
        else:
            super().do_GET()

    def end_headers(self) -> None:
        self.send_header("Cache-Control", "no-cache")
        super().end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture
def site(built_book, tmp_path) -> Iterator[Site]:
    folder = tmp_path / "site"
    for name in (*PAGES, "searchindex.js"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(built_book / name, folder / name)
    leave = shutil.ignore_patterns("locales", "*.map")
    shutil.copytree(built_book / "_static", folder / "_static", ignore=leave)
    for name in (installed.SCRIPT, "pages.css"):
        shutil.copy(ASSETS / name, folder / "_static" / name)
    for name in PAGES:
        up = "../" * name.count("/")
        script = f'<script defer src="{up}_static/{installed.SCRIPT}"></script></head>'
        text = (folder / name).read_text("utf-8")
        (folder / name).write_text(text.replace("</head>", script, 1), "utf-8")
    made = Site(folder)
    made.publish("first")
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, site=made)) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        made.address = f"http://127.0.0.1:{server.server_port}/"
        try:
            yield made
        finally:  # a server that is closed while it serves goes round for ever
            server.shutdown()


@pytest.fixture
def context(browser):
    made = browser.new_context()
    made.set_default_timeout(PATIENCE_MS)
    yield made
    made.close()


def visited(context, site: Site, name: str = "index.html"):
    """A page after a visit that the worker has finished."""
    page = context.new_page()
    page.goto(site.address + name)
    assert page.evaluate(ASK, {"ask": "visit", "page": name}).get("failed") is None
    return page


def told(page) -> tuple[str | None, str | None]:
    """What the page says of its edition, and what its script says."""
    page.wait_for_selector("html[data-script]", state="attached")
    return page.evaluate("[document.body.dataset.told, document.documentElement.dataset.script]")


def draws(page) -> bool:
    """Whether an explorer of the page draws, by scripts, and moves."""
    explorer = page.locator(".lab-explorer:has(input[type=range])").first
    explorer.scroll_into_view_if_needed()
    explorer.locator(".js-plotly-plot, .main-svg").first.wait_for()
    before = explorer.locator(".lab-summary").inner_text()
    slider = explorer.locator("input[type=range]").first
    slider.focus()
    page.keyboard.press("End" if slider.input_value() != slider.get_attribute("max") else "Home")
    expect(explorer.locator(".lab-summary")).not_to_have_text(before, timeout=PATIENCE_MS)
    return True


def test_after_one_visit_a_page_opens_without_a_connection_and_draws(context, site):
    visited(context, site, CHAPTER).close()
    site.down = True
    page = context.new_page()
    page.goto(site.address + CHAPTER + OPEN)
    assert told(page) == ["first", "first"]
    assert draws(page)
    page.goto(site.address)
    assert told(page) == ["first", "first"]
    page.goto(site.address + OTHER)
    assert "not on this device" in page.locator("h1").inner_text()


def test_the_whole_book_is_kept_when_the_reader_says_so_and_goes_again(context, site):
    page = visited(context, site)
    line = page.locator(".lab-keep")
    book = installed.listed(site.folder)
    paths = {one for name in PAGES for one in (name, *book["pages"][name])}
    size = sum(book["files"][one][1] for one in paths)
    button = line.get_by_role("button")
    assert button.inner_text() == f"Keep this book on the device ({-(-size // 1_000_000)} MB)"
    assert not [one for one in site.asked if one.startswith("_static/python/")]
    button.click()
    page.get_by_text("This book is kept on the device.").wait_for()
    assert not [one for one in site.asked if one.startswith("_static/python/")]
    if book["python"]:
        line.get_by_role("button", name="Keep Python too").click()
        page.get_by_text("This book is kept on the device, with Python.").wait_for()
        assert set(book["python"]) <= set(site.asked)
    site.down = True
    for name in PAGES:
        page.goto(site.address + name)
        assert told(page) == ["first", "first"], name
    page.goto(site.address)
    page.get_by_role("button", name="Remove it").click()
    page.get_by_role("button", name="Keep this book").wait_for()
    assert (
        page.evaluate("caches.keys().then(([name]) => caches.open(name)).then((c) => c.keys())")
        == []
    )


def test_a_new_edition_says_so_and_comes_whole_when_it_is_wanted(context, site):
    page = visited(context, site, CHAPTER)
    site.publish("second")
    page.goto(site.address + CHAPTER + OPEN)
    assert told(page) == ["first", "first"]
    notice = page.locator(".lab-edition")
    notice.wait_for()
    assert notice.inner_text().startswith("There is a new edition of this book.")
    notice.get_by_role("button").click()
    page.wait_for_selector("body[data-told=second]")
    site.down = True
    page.reload()
    assert told(page) == ["second", "second"]
    assert draws(page)


def test_a_page_that_was_not_kept_comes_with_data_of_its_own_edition(context, site):
    visited(context, site).close()
    site.publish("second")
    site.broken[installed.WORKER] = "500"  # the new worker isn't known yet
    page = context.new_page()
    page.goto(site.address + OTHER)
    assert told(page) == ["second", "second"]
    page.goto(site.address)
    assert told(page) == ["first", "first"]


@pytest.mark.parametrize("fault", ["500", "half"])
def test_half_an_update_leaves_the_old_edition_whole(context, site, fault):
    page = visited(context, site, CHAPTER)
    site.publish("second")
    site.broken["_static/explore.js"] = fault
    page.goto(site.address + CHAPTER + OPEN)
    page.evaluate("navigator.serviceWorker.ready.then((one) => one.update()).catch(() => 0)")
    while page.evaluate(
        "navigator.serviceWorker.ready.then(({ installing }) => Boolean(installing))"
    ):
        page.wait_for_timeout(100)
    assert page.evaluate("navigator.serviceWorker.ready.then(({ waiting }) => waiting)") is None
    assert "_static/explore.js" in site.asked
    assert page.locator(".lab-edition").count() == 0
    site.down = True
    page.reload()
    assert told(page) == ["first", "first"]
    assert draws(page)


def test_what_cannot_be_fetched_whole_is_not_kept(context, site):
    page = visited(context, site)
    site.broken[OTHER] = "half"
    page.get_by_role("button", name="Keep this book").click()
    page.get_by_text("It could not be fetched whole, so nothing was kept.").wait_for()
    assert page.get_by_role("button", name="Keep this book").is_enabled()
    site.broken.clear()
    page.get_by_role("button", name="Keep this book").click()
    page.get_by_text("This book is kept on the device.").wait_for()


def test_no_room_is_said_before_anything_is_taken(context, site):
    context.add_init_script(
        "Object.defineProperty(StorageManager.prototype, 'estimate',"
        " { value: () => Promise.resolve({ quota: 1_000_000, usage: 900_000 }) })"
    )
    page = visited(context, site)
    button = page.get_by_role("button", name="Keep this book")
    button.wait_for()
    before = len(site.asked)
    button.click()
    page.get_by_text("and this browser has no such room left.").wait_for()
    assert len(site.asked) == before


def test_nothing_that_a_reader_typed_is_kept(context, site):
    page = visited(context, site, OTHER)
    page.goto(f"{site.address}{OTHER}?said=secret#said=secret")
    page.evaluate(
        "fetch('index.html?said=secret').then(() => fetch('/', {method: 'POST', body: 'secret'}))"
    )
    page.evaluate(ASK, {"ask": "visit", "page": OTHER})
    kept = page.evaluate(
        "caches.keys().then(([name]) => caches.open(name)).then((c) => c.keys())"
        ".then((all) => all.map((one) => one.url))"
    )
    named = {digest for digest, _ in installed.listed(site.folder)["files"].values()}
    contents = {url.rpartition("/")[2] for url in kept if "/kept/" in url}
    assert contents
    assert contents <= named
    assert "secret" not in json.dumps(kept)


def test_from_disk_and_in_a_frame_without_an_origin_nothing_is_registered(context, site):
    page = context.new_page()
    page.goto((site.folder / "index.html").as_uri())
    page.wait_for_load_state("load")
    assert page.locator("link[rel=manifest], .lab-keep").count() == 0
    page = context.new_page()
    page.set_content(f'<iframe sandbox="allow-scripts" src="{site.address}index.html"></iframe>')
    frame = page.frame_locator("iframe")
    frame.locator("article h1").wait_for()
    assert frame.locator("link[rel=manifest], .lab-keep").count() == 0
    assert installed.WORKER not in site.asked


def test_the_book_can_be_installed(context, site):
    page = visited(context, site)
    session = context.new_cdp_session(page)
    assert session.send("Page.getAppManifest")["errors"] == []
    errors = session.send("Page.getInstallabilityErrors")["installabilityErrors"]
    assert {one["errorId"] for one in errors} <= {"in-incognito"}  # as a context of a test is
    session.detach()
