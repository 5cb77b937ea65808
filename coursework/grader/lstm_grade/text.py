"""Text that came from others: made fit for a page, a table, a terminal and the name of a file."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from typing import Any

# What is drawn as nothing, or turns round what stands beside it: controls, bidirectional controls, tags, half pairs.
UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2028\u2029\u2060-\u206f"
    "\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff\U000e0000-\U000e007f]"
)
RESERVED = {
    "con",
    "nul",
    "aux",
    "prn",
    "index",
    *(f"{n}{i}" for n in ("com", "lpt") for i in range(10)),
}


def clean(text: str) -> str:
    """The text with a visible sign for each character that is not drawn. Line ends and tabs stay."""
    return UNSEEN.sub(_sign, text.replace("\r\n", "\n").replace("\r", "\n"))


def _sign(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code < 32:
        return chr(0x2400 + code)  # the picture of the control character
    return "\N{REPLACEMENT CHARACTER}"


def line(text: str) -> str:
    """The same on one line: for names, messages and terminals."""
    return " ".join(clean(text).split())


def tidy(value: Any) -> Any:
    """Plain data with every text in it cleaned."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list | tuple):
        return [tidy(each) for each in value]
    if isinstance(value, dict):
        return {clean(str(key)): tidy(each) for key, each in value.items()}
    return value


def runnable(source: str) -> str:
    """A cell as it is run: without half pairs, which no file can hold."""
    return source.replace("\r\n", "\n").encode("utf-8", "replace").decode("utf-8")


def of_file(name: str) -> str:
    """The name of a file as text, whatever bytes it has, in one of the ways to write an accent."""
    text = name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return unicodedata.normalize("NFC", line(text)) or "?"


def safe_name(student: str) -> str:
    """A name for files that cannot leave its folder; different students get different names."""
    plain = unicodedata.normalize("NFKD", student).encode("ascii", "ignore").decode()
    plain = re.sub(r"[^A-Za-z0-9_-]+", "_", plain).strip("_-")[:48]
    if plain and plain == student.lower() == student and plain not in RESERVED:
        return plain
    digest = hashlib.sha256(student.encode("utf-8", "replace")).hexdigest()
    return f"{plain or 'student'}-{digest[:8]}"


def natural(name: str) -> list[tuple[int, str]]:
    """A key by which "work-10" comes after "work-9", and "work-1" after "work"."""
    stem = re.sub(r"\.\w+$", "", name)
    return [(int(p), "") if p.isdecimal() else (-1, p) for p in re.split(r"(\d{1,4000})", stem)]
