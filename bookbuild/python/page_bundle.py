"""What the page loads at the first press: Pyodide, NumPy, the course's package, each packed as scripts.

A page opened from disk may load a script, and nothing else. So every payload is compressed with gzip, written in
base64, and put in parts into `.js` files that are named by their content; `manifest.js` names them all. The same input
gives the same bytes. Archives are stored without compression first: together they compress better, and the page's
Python reads them faster.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bookbuild.python import importable_modules
from bookbuild.python.pinned_files import version
from lstm_lab.interact.source_digest import file_of
from lstm_lab.results import RESULTS, write_whole

HERE = Path(__file__).parent
PART = 1_000_000
"""Letters of base64 in one file, so that a reader on a slow line sees the loading go on."""
MANIFEST = "manifest.js"
NO_USE = ("f2py/", "_pyinstaller/", "tests/", "_core/include/", "_core/lib/")
"""Folders of NumPy that only development needs; what imports them says so if a cell does."""
NO_USE_ENDS = (".pyi", ".pxd", ".h", ".c", ".a")


@dataclass(frozen=True)
class Payload:
    """Packed bytes: what they are called, what a reader is told while they load, and the text of the scripts."""

    name: str
    words: str
    packed: bytes

    def scripts(self) -> dict[str, str]:
        """The scripts, by file name."""
        text = base64.b64encode(self.packed).decode()
        key = hashlib.sha256(self.packed).hexdigest()[:12]
        parts = [text[start : start + PART] for start in range(0, len(text), PART)]
        return {
            f"{self.name}-{key}-{place}.js": f'labPython.part("{self.name}",{place},"{part}");\n'
            for place, part in enumerate(parts)
        }


def pack(name: str, words: str, content: bytes) -> Payload:
    """A payload, from its content."""
    return Payload(name, words, gzip.compress(content, compresslevel=9, mtime=0))


def payloads(files: Mapping[str, Path]) -> list[Payload]:
    """All that the page loads, from the files of :func:`bookbuild.python.pinned_files.supply`.

    Args:
        files: the path of each file by its name.
    """
    numpy = next(name for name in files if name.startswith("numpy-"))
    loader = files["pyodide.js"].read_bytes() + b"\n" + files["pyodide.asm.js"].read_bytes()
    worker = (HERE / "page" / "worker.js").read_text("utf-8").replace("PYODIDE_VERSION", version())
    return [
        pack("python-script", "Python", loader + b"\n" + worker.encode()),
        pack("python-core", "Python", files["pyodide.asm.wasm"].read_bytes()),
        pack("python-library", "Python's library", stored(files["python_stdlib.zip"].read_bytes())),
        pack("numpy", "NumPy", stored(files[numpy].read_bytes(), needed_of_numpy)),
        pack("course", "the course's own package", archive(course_files())),
    ]


def write(found: list[Payload], folder: Path) -> dict[str, int]:
    """Write the scripts and the manifest into a folder, which is made, and remove what an earlier build left.

    Returns:
        the bytes of each payload's scripts.
    """
    folder.mkdir(parents=True, exist_ok=True)
    listed: list[dict[str, Any]] = []
    written = {MANIFEST}
    for payload in found:
        scripts = payload.scripts()
        for name, script in scripts.items():
            write_whole(folder / name, script.encode())
        written |= set(scripts)
        sizes = [len(script) for script in scripts.values()]
        listed.append(
            {
                "name": payload.name,
                "words": payload.words,
                "files": list(scripts),
                "sizes": sizes,
            }
        )
    manifest = f"labPython.manifest({json.dumps(listed)});\n"
    write_whole(folder / MANIFEST, manifest.encode())
    for file in folder.glob("*.js"):
        if file.name not in written:
            file.unlink()
    return {one["name"]: sum(one["sizes"]) for one in listed}


# --- Archives --------------------------------------------------------------------------------------------------------


def archive(files: Mapping[str, bytes]) -> bytes:
    """A zip of files by name, stored, in a fixed order and with a fixed date."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as packed:
        for name in sorted(files):
            packed.writestr(zipfile.ZipInfo(name), files[name])
    return out.getvalue()


def stored(packed: bytes, needed: Callable[[str], bool] = lambda name: True) -> bytes:
    """A zip once more, with what is needed of it, and stored without compression."""
    with zipfile.ZipFile(io.BytesIO(packed)) as whole:
        names = [name for name in whole.namelist() if not name.endswith("/") and needed(name)]
        return archive({name: whole.read(name) for name in names})


def needed_of_numpy(name: str) -> bool:
    """Whether a file of NumPy is of use to a cell."""
    inner = name.partition("/")[2]
    return not (inner.startswith(NO_USE) or "/tests/" in inner or inner.endswith(NO_USE_ENDS))


def course_files() -> dict[str, bytes]:
    """The course's package as the page needs it: modules that can be imported there, texts, results, stand-ins.

    The runs of 1997's experiments stay out: they are ten times as large as all others, and need Numba.
    """
    files: dict[str, bytes] = {}
    left_out: dict[str, str] = {}
    for module in importable_modules.modules():
        missing = importable_modules.missing_package(module)
        source = file_of(module)
        if missing:
            left_out[module] = missing
        elif source:
            files[source.relative_to(importable_modules.PACKAGE.parent).as_posix()] = (
                source.read_bytes()
            )
    package = importable_modules.PACKAGE
    for text in sorted([*package.rglob("*.txt"), *package.rglob("*.csv")]):
        files[text.relative_to(package.parent).as_posix()] = text.read_bytes()
    for result in sorted(RESULTS.glob("*.json")):
        files[f"{package.name}/recorded/{result.name}"] = result.read_bytes()
    files["left_out.json"] = json.dumps(left_out, sort_keys=True).encode()
    return files | stand_ins() | {"page_runner.py": (HERE / "page_runner.py").read_bytes()}


def stand_ins() -> dict[str, bytes]:
    """Stand-ins for packages that a page can do without, by the place where Python looks for them."""
    import plotly.graph_objects as go
    from plotly.colors import named_colorscales

    scales = {name: go.Heatmap(colorscale=name).colorscale for name in sorted(named_colorscales())}
    return {
        "plotly/__init__.py": b'"""A stand-in, for the page."""\n',
        "plotly/graph_objects.py": (HERE / "plotly_stand_in.py").read_bytes(),
        "plotly/scales.json": json.dumps(scales).encode(),
    }
