"""Pictures of a submission, within limits: a page that shows them stays small, in bytes and in a browser's memory."""

from __future__ import annotations

import base64
import binascii
import struct

IMAGE_BYTES = 400_000
PIXELS = 12_000_000


class Room:
    """What is left for pictures on one page."""

    def __init__(self) -> None:
        self.bytes, self.pixels = IMAGE_BYTES, PIXELS

    def fitting(self, images: object) -> list[str]:
        """Those of some pictures, as base64, that are PNGs and fit."""
        found = []
        for image in images if isinstance(images, list) else []:
            size = pixels(image) if isinstance(image, str) and len(image) <= self.bytes else None
            if size is not None and size <= self.pixels:
                self.bytes -= len(image)
                self.pixels -= size
                found.append(image)
        return found


def pixels(text: str) -> int | None:
    """How many pixels a PNG in base64 has; None for anything else."""
    try:
        content = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    if not content.startswith(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR") or len(content) < 24:
        return None
    width, height = struct.unpack(">II", content[16:24])
    return int(width * height) or None
