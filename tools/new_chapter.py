"""Begin a chapter from the template: ``python tools/new_chapter.py 12-echo-states "2001: a reservoir"``.

Writes the chapter, its folder in the package and its tests, names it in the table of contents, and pairs its notebook.
What comes out passes `tools/check_chapter.py`. Nothing that exists is overwritten.
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

import pair_notebooks

ROOT = Path(__file__).resolve().parents[1]
TEMPLATE = ROOT / "docs" / "chapter-template"
LEFT = """Begun: {name}. From here:
- write chapters/{name}.md, its figures, explorers and checks in lstm_lab/chapters/ch{number}/, its tests in
  tests/chapters/ch{number}/;
- make notebooks; python tools/check_chapter.py {name} says what is missing; make check;
- once it is published, put it into docs/addresses.toml."""


def files(name: str, title: str, root: Path) -> dict[Path, str]:
    """What a new chapter consists of, from the files of the template.

    Raises:
        ValueError: if the name is not two digits and words with hyphens, or the title is empty.
    """
    if not re.fullmatch(r"\d\d(-[a-z0-9]+)+", name):
        raise ValueError(f"name must be like 12-echo-states, got {name!r}")
    if not title.strip():
        raise ValueError(f"title must have words, got {title!r}")
    number = name[:2]
    made = {}
    for file in sorted(TEMPLATE.rglob("*.*")):
        if file.suffix not in (".md", ".py"):
            continue
        place = str(file.relative_to(TEMPLATE)).replace("NN-name", name).replace("NN", number)
        text = file.read_text("utf-8").replace("YEAR: the idea in a few words", title)
        made[root / place] = text.replace("NN-name", name).replace("NN", number)
    return made


def with_chapter(contents: str, name: str) -> str:
    """The table of contents with the chapter after the last numbered one.

    Raises:
        ValueError: if it lists no numbered chapter.
    """
    entries = list(re.finditer(r"^( *- file: chapters/)\d\d-.*\n", contents, re.M))
    if not entries:
        raise ValueError("_toc.yml must list a numbered chapter, got none")
    last = entries[-1]
    return contents[: last.end()] + f"{last[1]}{name}\n" + contents[last.end() :]


def main(arguments: list[str] | None = None) -> int:
    """Write the files, or return 1 if one of them is there already."""
    parser = argparse.ArgumentParser(description=str(__doc__).partition("\n")[0])
    parser.add_argument("name", help="two digits and words: 12-echo-states")
    parser.add_argument("title")
    parser.add_argument("--root", type=Path, default=ROOT)
    options = parser.parse_args(arguments)
    contents = options.root / "_toc.yml"
    try:
        new = files(options.name, options.title, options.root)
        listed = with_chapter(contents.read_text("utf-8"), options.name)
    except (ValueError, FileNotFoundError) as error:
        parser.error(str(error))
    number = options.name[:2]
    there = [file for file in new if file.exists()]
    there += options.root.glob(f"chapters/{number}-*.md")
    if there:
        names = sorted({str(file.relative_to(options.root)) for file in there})
        print(f"Nothing was written: {', '.join(names)} exists already.")
        return 1
    for file, text in new.items():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
        if pair_notebooks.is_chapter(text):
            file.with_suffix(".ipynb").write_text(
                pair_notebooks.notebook_text(text, pair_notebooks.address_of_book()), "utf-8"
            )
    contents.write_text(listed, "utf-8")
    print(LEFT.format(name=options.name, number=number))
    return 0


if __name__ == "__main__":
    sys.exit(main())
