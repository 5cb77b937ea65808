"""A folder for each chapter: its figures, explorers, checks and experiments; found by their place, listed nowhere."""

from __future__ import annotations

from pathlib import Path


def parts(name: str) -> list[str]:
    """The chapters, `"ch01"` and so on, that have a part of this name: `explorers`, `checks` or `experiments`."""
    folder = Path(__file__).parent
    return sorted(
        chapter.name
        for chapter in folder.glob("ch[0-9][0-9]")
        if (chapter / f"{name}.py").is_file() or (chapter / name / "__init__.py").is_file()
    )
