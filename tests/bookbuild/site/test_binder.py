"""What Binder makes of `.binder`, so far as it shows without Docker: repo2docker's dry run, where JupyterLab opens."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import tomllib
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from packaging.specifiers import SpecifierSet

ROOT = Path(__file__).parents[3]
BINDER = ROOT / ".binder"
START_SECONDS = 180


@pytest.fixture(scope="module")
def recipe(tmp_path_factory) -> str:
    """The Dockerfile that repo2docker would build from this repository, and what it says while it makes it."""
    folder = tmp_path_factory.mktemp("checkout") / "book"
    shutil.copytree(BINDER, folder / ".binder")
    for name in ("requirements.txt", "pyproject.toml", "setup.py"):
        shutil.copy(ROOT / name, folder)
    command = [sys.executable, "-m", "repo2docker", "--no-build", "--debug", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout + done.stderr


def test_the_python_of_the_image_is_one_that_the_package_admits(recipe: str):
    (version,) = set(re.findall(r"environment for python=([\d.]+)", recipe))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert SpecifierSet(project["requires-python"]).contains(version)


def test_the_parts_of_the_image_come_in_an_order_that_works(recipe: str):
    parts = [
        "COPY --chown=0:0 src/ ${REPO_DIR}/",  # .binder/requirements.txt reads the file above it
        'pip install --no-cache-dir -r ".binder/requirements.txt"',
        "RUN ./.binder/postBuild",
        'ENV R2D_ENTRYPOINT="${REPO_DIR}/.binder/start"',
    ]
    assert [recipe.count(part) for part in parts] == [1, 1, 1, 1]
    places = [recipe.index(part) for part in parts]
    assert places == sorted(places)


def test_it_installs_the_tested_set_with_torch_for_the_cpu():
    lines = (BINDER / "requirements.txt").read_text("utf-8").splitlines()
    (other,) = [line.split()[1] for line in lines if line.startswith("-r ")]
    assert (BINDER / other).resolve() == ROOT / "requirements.txt"
    assert "--extra-index-url https://download.pytorch.org/whl/cpu" in lines


@pytest.mark.parametrize("name", ["postBuild", "start"])
def test_the_scripts_are_sound_and_can_be_executed(name: str):
    script = BINDER / name
    assert os.access(script, os.X_OK)
    done = subprocess.run(["bash", "-n", str(script)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_start_runs_what_it_is_given_on_one_thread():
    command = [str(BINDER / "start"), "bash", "-c", 'echo "$OMP_NUM_THREADS" "$0" "$1"', "a b", "c"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout == "1 a b c\n"


@pytest.fixture(scope="module")
def settings(tmp_path_factory) -> Path:
    """What postBuild leaves in a Python's folder: it is run, with a `python` that only notes what pip is asked."""
    folder = tmp_path_factory.mktemp("image")
    python = folder / "bin" / "python"
    python.parent.mkdir()
    python.write_text(
        f'#!/bin/sh\nif [ "$1" = -c ]; then echo "{folder}"; else echo "$@" >> "{folder}/asked"; fi\n'
    )
    python.chmod(0o755)
    path = f"{python.parent}{os.pathsep}{os.environ['PATH']}"
    subprocess.run([".binder/postBuild"], cwd=ROOT, env={**os.environ, "PATH": path}, check=True)
    assert (folder / "asked").read_text().split() == [
        *("-m", "pip", "install", "--no-cache-dir", "--no-deps", "--editable", "."),
    ]
    return folder / "etc" / "jupyter"


def test_what_opens_is_a_notebook_that_exists(settings: Path):
    for application in json.loads((settings / "jupyter_config.json").read_text("utf-8")).values():
        address = application["default_url"]
        assert address.startswith("/lab/tree/")
        assert (ROOT / address.removeprefix("/lab/tree/")).is_file()


class Stay(urllib.request.HTTPRedirectHandler):
    """Follow no redirect."""

    def redirect_request(self, *_arguments):
        return None


@pytest.mark.live
@pytest.mark.slow
@pytest.mark.weekly(".binder/**", "bookbuild/site/**")
@pytest.mark.parametrize("application", ["lab", "notebook"])  # Binder's image starts the second
def test_jupyter_opens_at_the_first_chapter(settings: Path, tmp_path: Path, application: str):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [str(Path(sys.executable).with_name("jupyter")), application, "--no-browser"]
    command += ["--allow-root", "--ip=127.0.0.1", f"--port={port}", "--ServerApp.port_retries=0"]
    command += ["--IdentityProvider.token=", f"--ServerApp.root_dir={tmp_path}"]
    environment = {name: str(tmp_path) for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR")}
    environment = {**os.environ, **environment, "JUPYTER_CONFIG_PATH": str(settings)}
    log = (tmp_path / "log").open("w")
    server = subprocess.Popen(command, env=environment, stdout=log, stderr=subprocess.STDOUT)
    try:
        assert where_it_leads(port, server, tmp_path / "log") == (
            "/lab/tree/chapters/01-perceptron.ipynb"
        )
    finally:
        server.terminate()
        server.wait(30)
        log.close()


def where_it_leads(port: int, server: subprocess.Popen, log: Path) -> str:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), Stay())
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        assert server.poll() is None, log.read_text()
        try:
            opener.open(f"http://127.0.0.1:{port}/", timeout=10)
        except urllib.error.HTTPError as answer:
            return str(answer.headers["Location"]).partition("?")[0]
        except OSError:
            time.sleep(0.5)
    return pytest.fail(f"no answer in {START_SECONDS} s:\n{log.read_text()}")
