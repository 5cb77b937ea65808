"""Messages between the tests and the box: JSON lines. The values in them are made by `lstm_lab._student_values`.

This file is also mounted in the box, so it imports nothing of the grader.
"""

from __future__ import annotations

import json
from typing import Any

from lstm_lab._student_values import MESSAGE_BYTES, NotPlainError, answer, closed, decode, encode

__all__ = ["MESSAGE_BYTES", "NotPlainError", "answer", "closed", "decode", "dump", "encode", "load"]


def dump(message: dict[str, Any]) -> bytes:
    """One message as a line."""
    return json.dumps(message, separators=(",", ":")).encode("ascii") + b"\n"


def load(line: bytes) -> dict[str, Any]:
    """A line as a message; ValueError if it is not one."""
    try:
        message = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise ValueError("not JSON") from error
    if not isinstance(message, dict):
        raise ValueError("not a message")
    return message
