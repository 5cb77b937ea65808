"""A browser, and the servers that it looks at: the built book, another book, JupyterLab."""

from __future__ import annotations

import gzip
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

BROWSER_NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
BROWSER_ARGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")
TEXTS = (".html", ".css", ".js", ".svg", ".json")
START_SECONDS = 120
UNVEILED = "?veil=off"
"""What an address ends in where no question is to stand before a figure."""


@contextmanager
def browser() -> Iterator[Any]:
    """Chromium, by Playwright.

    Raises:
        RuntimeError: if there is none.
    """
    from playwright.sync_api import sync_playwright

    names = (os.environ.get("LSTM_LAB_CHROMIUM"), *BROWSER_NAMES)
    path = next(filter(None, (shutil.which(name) for name in names if name)), None)
    if path is None:
        raise RuntimeError("no Chromium: install it, or set LSTM_LAB_CHROMIUM to its path")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=list(BROWSER_ARGS))
        yield opened
        opened.close()


class _Compressed(SimpleHTTPRequestHandler):
    """Files, compressed as a web server would send them, and no log."""

    def do_GET(self) -> None:
        file = Path(self.translate_path(self.path))
        if not file.is_file() or file.suffix not in TEXTS:
            super().do_GET()
            return
        with suppress(BrokenPipeError, ConnectionResetError):  # a page closed before it is whole
            self._send(file)

    def _send(self, file: Path) -> None:
        body = gzip.compress(file.read_bytes())
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(file))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        pass


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address at which a folder is served."""
    handler = partial(_Compressed, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:  # a server that is closed while it serves goes round for ever
            server.shutdown()


@contextmanager
def jupyterlab(notebook: Path) -> Iterator[str]:
    """The address of a notebook in a JupyterLab of its own, which ends with all that it started.

    Args:
        notebook: the file; what JupyterLab keeps is put beside it.

    Raises:
        RuntimeError: if JupyterLab ends by itself or does not answer, with what it wrote.
    """
    folder, token = notebook.parent, secrets.token_hex(16)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ip=127.0.0.1"]
    command += [f"--port={port}", "--ServerApp.port_retries=0", f"--IdentityProvider.token={token}"]
    command += ["--LabApp.news_url=", f"--ServerApp.root_dir={folder}"]
    command += ["--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"]
    own = ("JUPYTER_CONFIG_DIR", "JUPYTERLAB_SETTINGS_DIR", "JUPYTER_RUNTIME_DIR")
    environment = os.environ | {name: str(folder / name) for name in own}
    environment.pop("LSTM_LAB_STATIC", None)
    log = folder / "log"
    with log.open("w") as out:
        server = subprocess.Popen(
            command, env=environment, stdout=out, stderr=subprocess.STDOUT, start_new_session=True
        )
        try:
            address = f"http://127.0.0.1:{port}"
            _wait_until_up(f"{address}/api/status?token={token}", server, log)
            yield f"{address}/lab/tree/{notebook.name}?token={token}&reset"
        finally:
            os.killpg(server.pid, signal.SIGTERM)
            try:
                server.wait(30)
            except subprocess.TimeoutExpired:
                os.killpg(server.pid, signal.SIGKILL)
                server.wait()


def _wait_until_up(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while server.poll() is None and time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                if "kernels" in json.load(answer):
                    return
        except OSError:
            time.sleep(0.5)
    raise RuntimeError(f"JupyterLab did not answer in {START_SECONDS} s:\n{log.read_text()}")
