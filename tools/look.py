"""Take screenshots of built pages, so that somebody looks at them.

    python tools/look.py chapters/06-vanishing-gradient.html --out /tmp/look

writes one picture for each of desktop and phone, light and dark.
"""

from __future__ import annotations

import argparse
import os
import shutil
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

BOOK = Path(__file__).parents[1] / "_build" / "html"
SIZES = {"desktop": (1280, 900), "phone": (390, 844)}
ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--allow-file-access-from-files",
]

TALLEST = 30_000  # a taller window Chromium does not open


def main() -> None:
    """Take the pictures that the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pages", nargs="+", help="pages below _build/html, with #hash if wanted")
    parser.add_argument("--out", type=Path, default=Path("_build/look"))
    parser.add_argument("--size", choices=SIZES, action="append")
    parser.add_argument("--mode", choices=["light", "dark"], action="append")
    parser.add_argument("--slice", type=int, default=3000, help="height of one picture, in pixels")
    parser.add_argument("--book", type=Path, default=BOOK, help="another built book")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    found = (
        os.environ.get("LSTM_LAB_CHROMIUM")
        or shutil.which("chromium")
        or shutil.which("google-chrome")
    )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=ARGS)
        for page_name in options.pages:
            for size in options.size or SIZES:
                for mode in options.mode or ["light", "dark"]:
                    width, height = SIZES[size]
                    page = browser.new_page(viewport={"width": width, "height": height})
                    page.add_init_script(
                        f"localStorage.setItem('mode', '{mode}'); localStorage.setItem('theme', '{mode}')"
                    )
                    page.on(
                        "console",
                        lambda m: print(m.type, m.text) if m.type in ("error", "warning") else None,
                    )
                    page.on("pageerror", lambda e: print("pageerror", e))
                    name, _, anchor = page_name.partition("#")
                    page.goto(
                        f"{(options.book.resolve() / name).as_uri()}{'#' + anchor if anchor else ''}"
                    )
                    page.evaluate(
                        "() => document.querySelectorAll('.lab-explorer').forEach(f => f.scrollIntoView())"
                    )
                    page.wait_for_timeout(500)
                    height = page.evaluate("document.documentElement.scrollHeight")
                    total = min(height, TALLEST)
                    if height > total:
                        print(f"{page_name}: the last {height - total} pixels are left out")
                    page.set_viewport_size({"width": width, "height": total})
                    page.wait_for_timeout(1500)
                    for part, top in enumerate(range(0, total, options.slice)):
                        clip: Any = {
                            "x": 0,
                            "y": top,
                            "width": width,
                            "height": min(options.slice, total - top),
                        }
                        file = options.out / f"{Path(name).stem}-{size}-{mode}-{part}.png"
                        page.screenshot(path=file, clip=clip)
                        print(file)
                    page.close()
        browser.close()


if __name__ == "__main__":
    main()
