"""What may be imported in the box: the packages of the assignment, IPython, and what these rest on."""

from __future__ import annotations

import os
import sysconfig
from functools import lru_cache
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

NEEDED = ("ipython", "matplotlib-inline", "numpy")


@lru_cache
def _installed() -> dict[str, metadata.Distribution]:
    found: dict[str, metadata.Distribution] = {}
    for each in metadata.distributions():
        if each.metadata["Name"]:
            found.setdefault(canonicalize_name(each.metadata["Name"]), each)
    return found


@lru_cache
def _tops(name: str) -> frozenset[str]:
    """The files and folders of a distribution right in site-packages."""
    record = _installed()[name].read_text("RECORD")  # much faster than .files
    lines = record.splitlines() if record else map(str, _installed()[name].files or ())
    tops = {
        line.partition(",")[0].replace("\\", "/").partition("/")[0].strip('"') for line in lines
    }
    return frozenset(top for top in tops if top not in ("", "..", "__pycache__"))


def _modules(name: str) -> set[str]:
    """The modules among them."""
    found = {
        top.partition(".")[0] for top in _tops(name) if not top.endswith((".pth", "-info", ".libs"))
    }
    return {module for module in found if module.isidentifier()}


def distributions(opened: tuple[str, ...]) -> set[str]:
    """The names of the distributions that hold the modules `opened` and of all that they require."""
    waiting = [canonicalize_name(name) for name in NEEDED]
    for module in opened:
        owners = [name for name in _installed() if module in _modules(name)]
        if not owners:
            raise ValueError(f"the assignment opens the package {module!r}, which is not installed")
        waiting += owners
    found: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in found or name not in _installed():
            continue
        found.add(name)
        for line in _installed()[name].requires or ():
            requirement = Requirement(line)
            if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
                waiting.append(canonicalize_name(requirement.name))
    return found


@lru_cache
def open_paths(opened: tuple[str, ...]) -> tuple[Path, ...]:
    """The files and folders of site-packages that are shown in the box."""
    places = (
        Path(os.path.abspath(_installed()[name].locate_file(top)))  # noqa: PTH100
        for name in distributions(opened)
        for top in _tops(name)
    )
    return tuple(sorted(path for path in set(places) if path.exists()))


@lru_cache
def closed_modules(opened: tuple[str, ...]) -> tuple[str, ...]:
    """Installed modules that the box does not show."""
    inside = distributions(opened)
    shown = {module for name in inside for module in _modules(name)}
    every = {module for name in _installed() for module in _modules(name)}
    return tuple(sorted(every - shown - {"lstm_lab"}))


def site_folders() -> list[Path]:
    """Folders in which installed packages lie: of this environment, of the Python under it, of the system."""
    variants = [sysconfig.get_path(kind) for kind in ("purelib", "platlib")]
    base = sysconfig.get_paths(vars={"base": sysconfig.get_config_var("installed_base")})
    places = [*variants, base["purelib"], base["platlib"]]
    folders = {Path(os.path.abspath(path)) for path in places}  # noqa: PTH100
    for pattern in ("lib/python3*/dist-packages", "local/lib/python3*/dist-packages"):
        folders |= set(Path("/usr").glob(pattern))
    return sorted(folder for folder in folders if folder.is_dir())
