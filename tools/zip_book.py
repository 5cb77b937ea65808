"""Pack the built book as one zip that opens from a disk or a memory stick, and its checksum beside it.

Usage: ``python tools/zip_book.py [--book _build/html] [--out _build/from-perceptron-to-lstm.zip]``. The same book gives
the same bytes. Unpacked, the folder holds `START HERE.html` and everything it needs; nothing is asked of a network.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import sys
import zipfile
from pathlib import Path

from lstm_lab.results import write_whole

BUILD = Path(__file__).resolve().parents[1] / "_build"
NAME = "from-perceptron-to-lstm"
EPOCH = (1980, 1, 1, 0, 0, 0)  # the first day that a zip can hold
LEFT_OUT = (
    *(".buildinfo", ".doctrees", "objects.inv", "reports"),
    *("sitemap.xml", "404.html", "service-worker.js", "manifest.webmanifest"),
)
START = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>From Perceptron to LSTM</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="0; url=book/index.html"></head>
<body><p><a href="book/index.html">Open the book</a></p></body></html>
"""


def pack(book: Path, out: Path) -> str:
    """Write the zip and `OUT.sha256`; return the checksum.

    Raises:
        FileNotFoundError: if the book is not built.
    """
    if not (book / "index.html").is_file():
        raise FileNotFoundError(f"{book / 'index.html'} is not there: run `make book`")
    files = {f"{NAME}/START HERE.html": START.encode()}
    for file in sorted(book.rglob("*")):
        inside = file.relative_to(book)
        if file.is_file() and not set(inside.parts) & set(LEFT_OUT):
            files[f"{NAME}/book/{inside.as_posix()}"] = file.read_bytes()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED)
    digest = hashlib.sha256(packed.getvalue()).hexdigest()
    checksum = out.with_name(f"{out.name}.sha256")
    checksum.unlink(missing_ok=True)  # never that of another zip
    write_whole(out, packed.getvalue())
    write_whole(checksum, f"{digest}  {out.name}\n".encode())
    return digest


def main(arguments: list[str] | None = None) -> int:
    """Pack, and say where."""
    parser = argparse.ArgumentParser(description=str(__doc__).partition("\n")[0])
    parser.add_argument("--book", type=Path, default=BUILD / "html")
    parser.add_argument("--out", type=Path, default=BUILD / f"{NAME}.zip")
    options = parser.parse_args(arguments)
    try:
        digest = pack(options.book, options.out)
    except OSError as error:
        print(f"zip_book: {error}", file=sys.stderr)
        return 1
    print(f"{options.out}: {options.out.stat().st_size / 1e6:.1f} MB, sha256 {digest}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
