"""Write the logo for the README, `docs/logo.svg`. The pages draw theirs with the same function while they are built.

Usage: ``python tools/draw_logo.py [--check]``; with ``--check`` nothing is written, and the exit code is 1 when the
file is not what the code draws.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from bookbuild.site.logo import logo_svg

FILE = Path(__file__).resolve().parents[1] / "docs" / "logo.svg"


def main(arguments: list[str] | None = None) -> int:
    """Write the file or, with ``--check``, return 1 if it differs."""
    parser = argparse.ArgumentParser(description=str(__doc__).partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing, fail on a difference")
    if not parser.parse_args(arguments).check:
        FILE.write_text(logo_svg(), "utf-8")
    return int(not FILE.is_file() or FILE.read_text("utf-8") != logo_svg())


if __name__ == "__main__":
    sys.exit(main())
