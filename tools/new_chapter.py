"""Begin a chapter from the template: ``python tools/new_chapter.py 11-echo-states "2001: a reservoir"``.

Writes the chapter and the modules of its checks and explorers, and says what is left. Nothing that exists is touched.
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
EXERCISES = (
    '"""The self-checks of chapter {number}, {title}."""\n\nfrom __future__ import annotations\n'
)
EXPLORERS = '''"""The explorers of chapter {number}, {title}."""

from __future__ import annotations

from collections.abc import Callable

from lstm_lab.explore import Explorer

EXPLORERS: dict[str, Callable[[], Explorer]] = {{}}
'''
LEFT = """Written. What is left:
- name the chapter in _toc.yml;
- write it, its checks and its explorers, with tests in tests/exercises/test_chapter{number}.py and tests/figures;
- make notebooks, then make test;
- once it is published, put it into docs/addresses.toml."""


def files(name: str, title: str, root: Path) -> dict[Path, str]:
    """What a new chapter consists of.

    Raises:
        ValueError: if the name is not two digits and words with hyphens.
    """
    if not re.fullmatch(r"\d\d(-[a-z0-9]+)+", name):
        raise ValueError(f"name must be like 11-echo-states, got {name!r}")
    number = name[:2]
    template = (ROOT / "docs" / "chapter-template.md").read_text("utf-8")
    text = template.replace("YEAR: the idea in a few words", title).replace("NN", number)
    return {
        root / "chapters" / f"{name}.md": text,
        root / "lstm_lab" / "exercises" / f"chapter{number}.py": EXERCISES.format(
            number=number, title=title
        ),
        root / "lstm_lab" / "explorers" / f"chapter{number}.py": EXPLORERS.format(
            number=number, title=title
        ),
    }


def main(arguments: list[str] | None = None) -> int:
    """Write the files, or return 1 if one of them is there already."""
    parser = argparse.ArgumentParser(description=str(__doc__).partition("\n")[0])
    parser.add_argument("name", help="two digits and words: 11-echo-states")
    parser.add_argument("title")
    parser.add_argument("--root", type=Path, default=ROOT)
    options = parser.parse_args(arguments)
    try:
        new = files(options.name, options.title, options.root)
    except ValueError as error:
        parser.error(str(error))
    there = [file.name for file in new if file.exists()]
    if there:
        print(f"Nothing was written: {', '.join(there)} exists already.")
        return 1
    for file, text in new.items():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    print(LEFT.format(number=options.name[:2]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
