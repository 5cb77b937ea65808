"""Write the text from which the network of chapter 10 learns: the prose of the chapters as they are now.

The text is frozen: what was measured on it would not hold for another. Run this only to begin anew, and measure anew.
"""

from __future__ import annotations

from pathlib import Path

from lstm_lab.chapters.ch10 import corpus

ROOT = Path(__file__).resolve().parents[1]


def main() -> None:
    """Write it, and say how long it is."""
    files = sorted((ROOT / "chapters").glob("[0-9][0-9]-*.md"))
    text = corpus.SEPARATOR.join(corpus.prose(file.read_text("utf-8")) for file in files)
    corpus.FILE.write_text(text, "ascii")
    print(f"{len(text):,} letters of {len(files)} chapters in {corpus.FILE.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
