"""Values between the tests and the box as JSON: plain data only, no pickle, nothing that can run.

A list is a JSON list; other containers and arrays are objects with one key that names the kind. This file is also
mounted in the box, so it imports nothing of the grader.
"""

from __future__ import annotations

import base64
import json
from typing import Any

import numpy as np

DTYPES = {kind: np.dtype(kind) for kind in "?bhilqBHILQefd"}
DEPTH = 12
MESSAGE_BYTES = 20_000_000


class NotPlainError(TypeError):
    """A value that is neither a number, text, array nor a collection of them."""


def encode(value: Any, depth: int = DEPTH) -> Any:
    """Turn a value into what JSON can hold."""
    if depth < 0:
        raise NotPlainError("lists within lists, too deep")
    kind = type(value)
    if value is None or kind in (bool, int, float, str):
        return value
    if kind is list:
        return [encode(item, depth - 1) for item in value]
    if isinstance(value, tuple):
        return {"tuple": [encode(item, depth - 1) for item in value]}
    if kind is dict:
        return {"dict": [[encode(k, depth - 1), encode(v, depth - 1)] for k, v in value.items()]}
    if isinstance(value, np.ndarray | np.generic):
        return _array(np.asarray(value))
    if hasattr(value, "detach") and hasattr(value, "numpy"):
        return _array(np.asarray(value.detach().cpu().numpy()))
    if isinstance(value, int | float | str):
        base = next(base for base in (int, float, str) if isinstance(value, base))
        return base(value)
    name = f"{kind.__module__}.{kind.__qualname__}".removeprefix("builtins.")
    raise NotPlainError(f"a {name}, but a test can look only at numbers, text, lists and arrays")


def _array(array: np.ndarray) -> dict[str, Any]:
    if array.dtype.char not in DTYPES:
        raise NotPlainError(f"an array of {array.dtype}, but it must hold numbers")
    content = base64.b64encode(np.ascontiguousarray(array).tobytes()).decode()
    return {"array": [array.dtype.char, list(array.shape), content]}


def decode(message: Any, depth: int = DEPTH) -> Any:
    """Turn it back; ValueError for anything that `encode` does not make."""
    if depth < 0:
        raise ValueError("too deep")
    if message is None or isinstance(message, bool | int | float | str):
        return message
    if isinstance(message, list):
        return [decode(item, depth - 1) for item in message]
    if isinstance(message, dict) and len(message) == 1:
        ((kind, content),) = message.items()
        if kind == "tuple" and isinstance(content, list):
            return tuple(decode(item, depth - 1) for item in content)
        if kind == "dict" and isinstance(content, list):
            return _decode_dict(content, depth)
        if kind == "array" and isinstance(content, list) and len(content) == 3:
            return _decode_array(*content)
    raise ValueError("not a value")


def _decode_dict(pairs: list[Any], depth: int) -> dict[Any, Any]:
    found = {}
    for pair in pairs:
        if not isinstance(pair, list) or len(pair) != 2:
            raise ValueError("not a pair")
        key, value = decode(pair[0], depth - 1), decode(pair[1], depth - 1)
        if not isinstance(key, str | int | float | bool | tuple | None):
            raise ValueError("not a key")
        try:
            found[key] = value
        except TypeError as error:
            raise ValueError("not a key") from error
    return found


def _decode_array(code: Any, shape: Any, content: Any) -> Any:
    if code not in DTYPES or not isinstance(content, str) or not isinstance(shape, list):
        raise ValueError("not an array")
    if len(shape) > 16 or not all(type(n) is int and 0 <= n <= 10**8 for n in shape):
        raise ValueError("not a shape")
    data = np.frombuffer(base64.b64decode(content, validate=True), DTYPES[code])
    array = data.reshape(shape).copy()
    return array if shape else array[()]


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
