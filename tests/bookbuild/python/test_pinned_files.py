import hashlib
import io
import subprocess
import tarfile
import zipfile
from pathlib import Path

import pytest

from bookbuild.python import pinned_files as supplying
from bookbuild.python.pinned_files import SupplyError, supply

GOOD = b"print(1)"


@pytest.fixture
def pins(tmp_path):
    """Pins of one file, which two sources have."""
    file = tmp_path / "pins.toml"
    file.write_text(
        f"""version = "1"
[sources.near]
[sources.far]
[[files]]
name = "core.js"
sha256 = "{hashlib.sha256(GOOD).hexdigest()}"
sources = ["near", "far"]
"""
    )
    return file


def gives(content, asked=None):
    def fetch(settings, names):
        if asked is not None:
            asked.extend(names)
        return dict.fromkeys(names, content)

    return fetch


def fails(error):
    def fetch(settings, names):
        raise error

    return fetch


def test_a_file_that_is_there_is_not_fetched_again(tmp_path, pins):
    asked = []
    fetchers = {"near": gives(GOOD, asked), "far": gives(GOOD, asked)}
    first = supply(tmp_path / "kept", pins, fetchers)
    assert first["core.js"].read_bytes() == GOOD
    assert supply(tmp_path / "kept", pins, fetchers) == first
    assert asked == ["core.js"]


def test_a_file_that_was_damaged_on_disk_is_fetched_again(tmp_path, pins):
    (tmp_path / "core.js").write_bytes(b"print(2)")
    found = supply(tmp_path, pins, {"near": gives(GOOD), "far": gives(b"")})
    assert found["core.js"].read_bytes() == GOOD


def test_the_second_source_helps_where_the_first_is_out_of_reach_or_has_another_file(
    tmp_path, pins
):
    for place, first in enumerate([fails(OSError("no route")), gives(b"another"), gives(b"")]):
        found = supply(tmp_path / str(place), pins, {"near": first, "far": gives(GOOD)})
        assert found["core.js"].read_bytes() == GOOD


def test_what_no_source_has_is_an_error_that_says_why(tmp_path, pins):
    nothing = {"near": fails(OSError("no route to host")), "far": lambda settings, names: {}}
    with pytest.raises(
        SupplyError, match=r"core\.js could not be had \(near: no route to host; "
    ) as raised:
        supply(tmp_path, pins, nothing)
    assert not raised.value.refused


def test_a_file_with_another_hash_is_refused_and_not_kept(tmp_path, pins):
    with pytest.raises(
        SupplyError, match=r"near: core\.js refused, expected sha256 \w+, got"
    ) as raised:
        supply(tmp_path / "kept", pins, {"near": gives(b"bad"), "far": fails(OSError("off"))})
    assert raised.value.refused
    assert not (tmp_path / "kept").exists()


def test_every_pinned_file_has_two_sources_and_the_hash_of_its_own(tmp_path):
    wanted, sources = supplying.pins()
    assert {source for pin in wanted for source in pin.sources} == set(sources)
    assert all(len(pin.sources) >= 2 and len(pin.sha256) == 64 for pin in wanted)
    assert len({pin.sha256 for pin in wanted}) == len(wanted)
    assert set(supplying.FETCHERS) == set(sources)


def tarball(folder: Path) -> Path:
    file = folder / "pyodide-1.tgz"
    with tarfile.open(file, "w:gz") as packed:
        member = tarfile.TarInfo("package/core.js")
        member.size = len(GOOD)
        packed.addfile(member, io.BytesIO(GOOD))
    return file


NPM = {"package": "pyodide", "version": "1", "folder": "package/"}


def test_npm_packs_what_its_own_settings_lead_to(monkeypatch):
    asked = []

    def run(command):
        asked.append(command)
        tarball(Path(command[-1]))

    monkeypatch.setattr(supplying.shutil, "which", lambda name: f"/bin/{name}")
    monkeypatch.setattr(supplying, "_run", run)
    assert supplying.from_npm(NPM, ["core.js", "other.js"]) == {"core.js": GOOD}
    assert asked[0][:3] == ["/bin/npm", "pack", "pyodide@1"]


def test_without_npm_its_registry_is_asked(monkeypatch, tmp_path):
    asked = []

    def download(address):
        asked.append(address)
        return tarball(tmp_path).read_bytes()

    monkeypatch.setattr(supplying.shutil, "which", lambda name: None)
    monkeypatch.setenv("npm_config_registry", "https://mirror.example/npm/")
    monkeypatch.setattr(supplying, "_download", download)
    assert supplying.from_npm(NPM, ["core.js"]) == {"core.js": GOOD}
    assert asked == ["https://mirror.example/npm/pyodide/-/pyodide-1.tgz"]


def test_pip_downloads_the_wheel_and_runs_nothing_of_it(monkeypatch):
    asked = []

    def run(command):
        asked.append(command)
        with zipfile.ZipFile(Path(command[-2]) / "carrier-1-py3-none-any.whl", "w") as wheel:
            wheel.writestr("carrier/core.js", GOOD)

    monkeypatch.setattr(supplying, "_run", run)
    settings = {"package": "carrier", "version": "1", "folder": "carrier/"}
    assert supplying.from_pip(settings, ["core.js", "no.js"]) == {"core.js": GOOD}
    assert {"download", "--no-deps", "--only-binary=:all:", "carrier==1"} <= set(asked[0])


def test_a_command_that_fails_is_a_reason_and_no_crash(tmp_path, pins):
    failed = subprocess.CalledProcessError(1, "pip", stderr="Looking …\nERROR: no such version\n")
    with pytest.raises(SupplyError, match="near: ERROR: no such version"):
        supply(tmp_path, pins, {"near": fails(failed), "far": fails(OSError("off"))})
