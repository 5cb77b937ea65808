"""Firefox and WebKit for the tests, each driven by the standard protocol it speaks by itself.

Firefox speaks WebDriver BiDi (JSON over a WebSocket), WebKit's MiniBrowser classic WebDriver (JSON over HTTP); neither
needs a driver made for one version. They give the same few things: open an address in a window of a given width, run a
function in the page, press keys, take a picture, say what errors the console had.
"""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

PATIENCE_S = 400  # one page with many controls, on a machine with other work
MINI_BROWSERS = "/usr/lib/*/webkit2gtk-4.1/MiniBrowser"
FIREFOX_NAMES = ("firefox-esr", "firefox")
INSTALL = {
    "firefox": "apt-get install firefox-esr",
    "webkit": "apt-get install webkit2gtk-driver xvfb",
}
KEYS = {"Tab": "\ue004", "Enter": "\ue007", "Escape": "\ue00c"} | {
    "ArrowLeft": "\ue012", "ArrowUp": "\ue013", "ArrowRight": "\ue014", "ArrowDown": "\ue015",
}  # fmt: skip
PREFERENCES: dict[str, bool | int | str] = {
    "security.fileuri.strict_origin_policy": True,  # BiDi makes Firefox laxer with files than a reader's is
    "datareporting.policy.dataSubmissionEnabled": False,
    "app.normandy.enabled": False,
    "browser.region.network.url": "",
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "services.settings.server": "data:,",
    "browser.shell.checkDefaultBrowser": False,
}
# A function of the page, asked until it returns something true.
AWAIT = """async (...given) => {
  for (const end = performance.now() + SECONDS * 1000; performance.now() < end;) {
    const found = await (FUNCTION)(...given);
    if (found) return found;
    await new Promise((done) => setTimeout(done, 30));
  }
  throw new Error("not within SECONDS s");
}"""


class MissingError(RuntimeError):
    """An engine is not installed; the message says by which line it is."""


class PageError(RuntimeError):
    """What was run in a page threw."""


class Window:
    """What the windows of both engines can."""

    def run(self, function: str, *values: Any) -> Any:
        """What a function of the page returns, for these arguments, as JSON has it."""
        raise NotImplementedError

    def until(self, function: str, *values: Any, seconds: float = 30) -> Any:
        """What a function of the page returns as soon as it is true.

        Raises:
            PageError: if it does not become true; the message holds the function.
        """
        asked = AWAIT.replace("SECONDS", str(seconds)).replace("FUNCTION", function)
        try:
            return self.run(asked, *values)
        except PageError as error:
            raise PageError(f"{function}: {error}") from error


# --- Firefox ---------------------------------------------------------------------------------------------------------


class Firefox(Window):
    """A window of Firefox."""

    def __init__(self, socket: Any) -> None:
        self.socket = socket
        self.sent = 0
        self.said: list[str] = []
        self.call("session.new", capabilities={})
        self.call("session.subscribe", events=["log.entryAdded"])
        self.context = self.call("browsingContext.getTree")["contexts"][0]["context"]

    def call(self, method: str, **parameters: Any) -> Any:
        """Send a command and wait for its result; what the console says meanwhile is kept."""
        self.sent += 1
        self.socket.send(json.dumps({"id": self.sent, "method": method, "params": parameters}))
        while True:
            answer = json.loads(self.socket.recv())
            if answer.get("method") == "log.entryAdded":
                if answer["params"]["level"] == "error":
                    self.said.append(str(answer["params"]["text"]))
            elif answer.get("id") == self.sent:
                if answer["type"] == "error":
                    raise PageError(f"{method}: {answer['message']}")
                return answer["result"]

    def open(self, address: str, width: int = 1280, height: int = 900) -> None:
        """Open an address in a new tab, and wait until it is loaded; the old tab is closed, whatever it was at."""
        before = self.context
        self.context = self.call("browsingContext.create", type="tab")["context"]
        self.call("browsingContext.close", context=before)
        size = {"width": width, "height": height}
        self.call("browsingContext.setViewport", context=self.context, viewport=size)
        self.call("browsingContext.navigate", context=self.context, url=address, wait="complete")

    def reload(self) -> None:
        """Load the page again, as a reader does."""
        self.call("browsingContext.reload", context=self.context, wait="complete")

    def run(self, function: str, *values: Any) -> Any:
        """What a function of the page returns, for these arguments, as JSON has it."""
        result = self.call(
            "script.callFunction",
            functionDeclaration=f"async (given) => JSON.stringify(await ({function})(...JSON.parse(given)))",
            arguments=[{"type": "string", "value": json.dumps(values)}],
            target={"context": self.context},
            awaitPromise=True,
            userActivation=True,
        )
        if result["type"] == "exception":
            raise PageError(result["exceptionDetails"]["text"])
        return json.loads(result["result"].get("value", "null"))

    def press(self, *keys: str) -> None:
        """Press keys, one after the other."""
        strokes = [
            {"type": kind, "value": KEYS.get(key, key)}
            for key in keys
            for kind in ("keyDown", "keyUp")
        ]
        keyboard = {"type": "key", "id": "keyboard", "actions": strokes}
        self.call("input.performActions", context=self.context, actions=[keyboard])

    def picture(self) -> bytes:
        """What the window shows, as PNG."""
        taken = self.call("browsingContext.captureScreenshot", context=self.context)
        return base64.b64decode(taken["data"])

    def errors(self) -> list[str]:
        """What the console called an error since the last time."""
        self.call("session.status")  # what was said before has come by then
        said, self.said = self.said, []
        return said


@contextmanager
def firefox(**preferences: bool | int | str) -> Iterator[Firefox]:
    """Firefox without a window on the screen, with a new profile."""
    import websocket

    program = _program(os.environ.get("LSTM_LAB_FIREFOX"), FIREFOX_NAMES, "firefox")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        lines = [
            f"user_pref({json.dumps(name)}, {json.dumps(value)});"
            for name, value in (PREFERENCES | preferences).items()
        ]
        Path(folder, "user.js").write_text("\n".join(lines), "utf-8")
        said = Path(folder, "said.txt")
        command = [program, "--headless", "--no-remote", "--profile", folder]
        with _running([*command, "--remote-debugging-port", "0"], said):
            found = _awaited(lambda: re.search(r"listening on (ws://\S+)", said.read_text("utf-8")))
            socket = websocket.create_connection(
                f"{found[1]}/session", timeout=PATIENCE_S, suppress_origin=True
            )
            yield Firefox(socket)
            socket.close()


# --- WebKit ----------------------------------------------------------------------------------------------------------


class WebKit(Window):
    """A window of WebKit's MiniBrowser. It is never narrower than 447 px: a phone is a frame in a page of 500."""

    def __init__(self, driver: str, browser: str, blank: str) -> None:
        self.blank = blank
        options = {"binary": browser, "args": ["--automation"]}
        wanted = {"alwaysMatch": {"webkitgtk:browserOptions": options}}
        session = _post(f"{driver}/session", {"capabilities": wanted})
        self.session = f"{driver}/session/{session['sessionId']}"
        patience = {"script": PATIENCE_S * 1000, "pageLoad": PATIENCE_S * 1000}
        self.call("timeouts", **patience)

    def call(self, command: str, **parameters: Any) -> Any:
        """Send a command and wait for its result."""
        return _post(f"{self.session}/{command}", parameters)

    def open(self, address: str, width: int = 1280, height: int = 900) -> None:
        """Open an address, anew even if only its fragment differs, and wait until it is loaded."""
        self.call("frame", id=None)
        self.call(
            "url", url=self.blank
        )  # about:blank would go on in the process of the page before
        self.call("window/rect", width=max(width, NARROWEST), height=height + 100)
        if width >= NARROWEST:
            self.call("url", url=address)
            return
        style = f"border:0;width:{width}px;height:{height}px"
        _awaited(lambda: self.framed(address, style))

    def framed(self, address: str, style: str) -> bool:
        """Put a page into a frame and go there; at times WebKit's driver is led to a frame that is gone."""
        self.call("frame", id=None)
        self.run(FRAMED, address, style)
        self.call("frame", id=0)
        there = "return [location.href, document.readyState]"
        return bool(self.call("execute/sync", script=there, args=[]) == [address, "complete"])

    def reload(self) -> None:
        """Load the page again, as a reader does."""
        self.call("refresh")

    def run(self, function: str, *values: Any) -> Any:
        """What a function of the page returns, for these arguments, as JSON has it."""
        script = """const [given, done] = arguments;
        Promise.resolve().then(() => (FUNCTION)(...JSON.parse(given)))
          .then((value) => done([JSON.stringify(value)]), (error) => done(`${error} ${error.stack}`));"""
        answer = self.call(
            "execute/async", script=script.replace("FUNCTION", function), args=[json.dumps(values)]
        )
        if isinstance(answer, str):
            raise PageError(answer)
        return json.loads(answer[0] or "null")

    def press(self, *keys: str) -> None:
        """Press keys, one after the other."""
        strokes = [
            {"type": kind, "value": KEYS.get(key, key)}
            for key in keys
            for kind in ("keyDown", "keyUp")
        ]
        self.call("actions", actions=[{"type": "key", "id": "keyboard", "actions": strokes}])

    def picture(self) -> bytes:
        """What the window shows, as PNG."""
        with urllib.request.urlopen(f"{self.session}/screenshot", timeout=PATIENCE_S) as answer:
            return base64.b64decode(json.load(answer)["value"])

    def errors(self) -> list[str]:
        """Nothing: no one outside is told what the console of MiniBrowser says."""
        return []


NARROWEST = 500
FRAMED = """(address, style) => new Promise((done) => {
  const frame = Object.assign(document.createElement("iframe"), { src: address, style, onload: () => done() });
  document.body.replaceChildren(frame);
})"""


@contextmanager
def webkit() -> Iterator[WebKit | OfPlaywright]:
    """WebKit's MiniBrowser on a screen that nobody sees; with ``LSTM_LAB_WEBKIT=playwright`` the one of Playwright."""
    if os.environ.get("LSTM_LAB_WEBKIT") == "playwright":
        with webkit_of_playwright() as window:
            yield window
        return
    driver = _program(None, ("WebKitWebDriver",), "webkit")
    browsers = sorted(Path("/").glob(MINI_BROWSERS[1:]))
    screen = _program(None, ("Xvfb",), "webkit")
    if not browsers:
        raise MissingError(f"no {MINI_BROWSERS}: {INSTALL['webkit']}")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        said, display, blank = (
            Path(folder, name) for name in ("said.txt", "display.txt", "blank.html")
        )
        blank.write_text("<!doctype html><title>blank</title><body>", "utf-8")
        with _running([screen, "-displayfd", "1", "-screen", "0", "1700x1500x24"], display):
            number = _awaited(lambda: re.search(r"^(\d+)\n", display.read_text("utf-8")))[1]
            surroundings = {
                "DISPLAY": f":{number}",
                "HOME": folder,
                "WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS": "1",  # in a container there are no namespaces to be had
            }
            port = _free_port()
            with _running([driver, f"--port={port}"], said, **surroundings):
                address = f"http://127.0.0.1:{port}"
                _awaited(lambda: _answers(f"{address}/status"))
                yield WebKit(address, str(browsers[0]), blank.as_uri())


# --- Playwright's own builds ----------------------------------------------------------------------------------------


class OfPlaywright(Window):
    """A window of a browser that Playwright brings: WebKit on GitHub's runners, whose own is too old."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.said: list[str] = []
        page.on("console", lambda m: self.said.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda error: self.said.append(str(error)))

    def open(self, address: str, width: int = 1280, height: int = 900) -> None:
        """Open an address, anew even if only its fragment differs, and wait until it is loaded."""
        self.page.set_viewport_size({"width": width, "height": height})
        self.page.goto("about:blank")
        self.page.goto(address)

    def reload(self) -> None:
        """Load the page again, as a reader does."""
        self.page.reload()

    def run(self, function: str, *values: Any) -> Any:
        """What a function of the page returns, for these arguments, as JSON has it."""
        from playwright.sync_api import Error

        try:
            return self.page.evaluate(
                f"async (given) => (await ({function})(...given)) ?? null", values
            )
        except Error as error:
            raise PageError(str(error)) from error

    def press(self, *keys: str) -> None:
        """Press keys, one after the other."""
        for key in keys:
            self.page.keyboard.press(key)

    def picture(self) -> bytes:
        """What the window shows, as PNG."""
        return bytes(self.page.screenshot())

    def errors(self) -> list[str]:
        """What the console called an error since the last time."""
        said, self.said = self.said, []
        return said


@contextmanager
def webkit_of_playwright() -> Iterator[OfPlaywright]:
    """The WebKit that Playwright brings."""
    from playwright.sync_api import Error, sync_playwright

    with sync_playwright() as playwright:
        try:
            browser = playwright.webkit.launch()
        except Error as error:
            raise MissingError(
                f"no WebKit: playwright install --with-deps webkit ({error})"
            ) from error
        yield OfPlaywright(browser.new_page())
        browser.close()


# --- Both ------------------------------------------------------------------------------------------------------------

Engine = Firefox | WebKit | OfPlaywright


def _program(chosen: str | None, names: tuple[str, ...], engine: str) -> str:
    found = next(filter(None, map(shutil.which, (chosen,) if chosen else names)), None)
    if found is None:
        raise MissingError(f"no {chosen or ' or '.join(names)}: {INSTALL[engine]}")
    return found


@contextmanager
def _running(command: list[str], said: Path, **surroundings: str) -> Iterator[None]:
    """A program with its children, ended with them; what it says goes into a file."""
    with said.open("wb") as out:
        process = subprocess.Popen(
            command,
            stdout=out,
            stderr=subprocess.STDOUT,
            env=os.environ | surroundings,
            start_new_session=True,
        )
    try:
        yield
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _awaited(ask: Callable[[], Any]) -> Any:
    end = time.monotonic() + PATIENCE_S
    while not (found := ask()):
        if time.monotonic() > end:
            raise TimeoutError(f"an engine did not start in {PATIENCE_S} s")
        time.sleep(0.05)
    return found


def _free_port() -> int:
    import socket

    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=5):
            return True
    except OSError:
        return False


def _post(address: str, parameters: dict[str, Any]) -> Any:
    head = {"Content-Type": "application/json"}
    asked = urllib.request.Request(address, json.dumps(parameters).encode(), head)
    try:
        with urllib.request.urlopen(asked, timeout=2 * PATIENCE_S) as answer:
            return json.load(answer)["value"]
    except urllib.error.HTTPError as error:
        raise PageError(f"{address.rpartition('/')[2]}: {error.read().decode()[:500]}") from error
