"""A chapter in JupyterLab with a real kernel: run all cells, move a slider, and the figure follows."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.live, pytest.mark.slow]

ROOT = Path(__file__).parents[2]
START_SECONDS = 120
RUN_MS = 420_000


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def jupyterlab(tmp_path):
    """JupyterLab on a copy of the notebook, stopped afterwards with everything it started."""
    notebook = "06-vanishing-gradient.ipynb"
    shutil.copy(ROOT / "chapters" / notebook, tmp_path / notebook)
    port, token = free_port(), secrets.token_hex(16)
    settings = {
        name: str(tmp_path / name) for name in ("JUPYTER_CONFIG_DIR", "JUPYTERLAB_SETTINGS_DIR")
    }
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ip=127.0.0.1"]
    command += [f"--port={port}", "--ServerApp.port_retries=0", f"--IdentityProvider.token={token}"]
    command += [
        "--LabApp.news_url=",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    ]
    environment = {**os.environ, **settings, "JUPYTER_RUNTIME_DIR": str(tmp_path / "runtime")}
    environment.pop("LSTM_LAB_STATIC", None)
    log = (tmp_path / "log").open("w")
    server = subprocess.Popen(
        [*command, f"--ServerApp.root_dir={tmp_path}"],
        env=environment,
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        wait_until_up(address, token, server, tmp_path / "log")
        yield f"{address}/lab/tree/{notebook}?token={token}&reset"
    finally:
        os.killpg(server.pid, 15)
        try:
            server.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, 9)
            server.wait()
        log.close()


def wait_until_up(address, token, server, log):
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        assert server.poll() is None, log.read_text()
        try:
            with urllib.request.urlopen(f"{address}/api/status?token={token}", timeout=5) as answer:
                assert "kernels" in json.load(answer)
                return
        except OSError:
            time.sleep(0.5)
    pytest.fail(f"JupyterLab did not answer in {START_SECONDS} s:\n{log.read_text()}")


def test_the_slider_moves_the_figure(browser, jupyterlab):
    page = browser.new_page(viewport={"width": 1400, "height": 1000})
    page.goto(jupyterlab)
    page.locator(".jp-Notebook .jp-Cell").first.wait_for(timeout=RUN_MS)
    page.get_by_text("Python 3 (ipykernel) | Idle").first.wait_for(timeout=RUN_MS)
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()

    sentence = page.locator(".widget-html-content", has_text="steps back the gradient is")
    sentence.first.wait_for(timeout=RUN_MS, state="attached")
    box = page.locator(".widget-vbox", has=sentence).first
    slider = box.locator(".noUi-handle").first
    slider.scroll_into_view_if_needed(timeout=RUN_MS)
    assert (
        page.locator(
            ".jp-OutputArea-output[data-mime-type='application/vnd.jupyter.stderr']"
        ).count()
        == 0
    )
    before, curve = sentence.first.text_content(), drawn_path(box)
    assert "50 steps back" in before
    slider.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function(
        "([sentence, before]) => sentence.textContent !== before",
        arg=[sentence.first.element_handle(), before],
        timeout=RUN_MS,
    )
    assert "75 steps back" in sentence.first.text_content()
    page.wait_for_function(
        "([path, before]) => path.getAttribute('d') !== before",
        arg=[box.locator(".scatterlayer .trace path.js-line").nth(2).element_handle(), curve],
        timeout=RUN_MS,
    )
    failed = ".jp-OutputArea-output[data-mime-type='application/vnd.jupyter.error']"
    assert page.locator(failed).count() == 0
    page.close()


def drawn_path(box):
    return box.locator(".scatterlayer .trace path.js-line").nth(2).get_attribute("d")
