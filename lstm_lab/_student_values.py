"""What a test may see of a student's work: plain values, from a notebook that imports what the assignment opens.

One code for both sides. `check.here` takes a notebook's answers through it, and the grader's box sends them as what
`encode` makes: JSON with numbers, text, arrays and collections of them, no pickle, nothing that can run.
"""

from __future__ import annotations

import base64
import builtins
import hashlib
import importlib.metadata
import json
import re
import sys
from collections import deque
from collections.abc import Iterable, KeysView, Mapping, MutableMapping, Sequence, Set, ValuesView
from decimal import Decimal
from numbers import Integral, Real
from typing import Any

import numpy as np

DTYPES = {kind: np.dtype(kind) for kind in "?bhilqBHILQefd"}
DEPTH = 12
MESSAGE_BYTES = 20_000_000
ANSWER_BYTES = MESSAGE_BYTES // 2
HEADER = re.compile(
    r"# (?:Test|Given) (?P<name>[a-z][a-z0-9-]*)(?![a-z0-9-]).*: (?P<digest>[0-9a-f]{8})"
)


class NotPlainError(TypeError):
    """A value that is neither a number, text, array nor a collection of them."""


def encode(value: Any, depth: int = DEPTH) -> Any:
    """Turn a value into what JSON can hold: a list is a list, all else an object with a key that names the kind."""
    if depth < 0:
        raise NotPlainError("lists within lists, too deep")
    kind = type(value)
    if value is None or kind in (bool, int, float, str):
        return value
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, tuple):
        return {"tuple": [encode(item, depth - 1) for item in value]}
    if isinstance(value, list | deque | range | KeysView | ValuesView):
        return [encode(item, depth - 1) for item in value]
    if isinstance(value, Mapping):
        return {"dict": [[encode(k, depth - 1), encode(v, depth - 1)] for k, v in value.items()]}
    if isinstance(value, Set):
        return {"elements": [encode(item, depth - 1) for item in value]}
    if isinstance(value, np.ndarray | np.generic):
        return _array(np.asarray(value), depth)
    if hasattr(value, "detach") and hasattr(value, "numpy"):
        return _array(np.asarray(value.detach().cpu().numpy()), depth)
    if isinstance(value, Integral):
        return int(value)
    if isinstance(value, Real | Decimal):
        return float(value)
    if hasattr(kind, "__array__"):
        return _array(np.asarray(value), depth)
    name = f"{kind.__module__}.{kind.__qualname__}".removeprefix("builtins.")
    raise NotPlainError(f"a {name}, but a test can look only at numbers, text, lists and arrays")


def _array(array: np.ndarray, depth: int) -> Any:
    if array.dtype.kind in "OU":  # objects, texts: a number as a number, all else as lists
        numbers = [isinstance(each, Real | Decimal) for each in array.ravel()]
        if not numbers or not all(numbers):
            return encode(array.tolist(), depth - 1)
        array = array.astype(float)
    elif array.dtype.kind == "f" and array.dtype.itemsize > 8:
        array = array.astype(float)
    if array.dtype.char not in DTYPES or array.dtype.byteorder == ">":
        plain = array.dtype.newbyteorder("=")
        if plain.char not in DTYPES:
            raise NotPlainError(f"an array of {array.dtype}, but it must hold numbers")
        array = array.astype(plain)
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
        if kind == "elements" and isinstance(content, list):
            return {_key(decode(item, depth - 1)) for item in content}
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
        found[_key(decode(pair[0], depth - 1))] = decode(pair[1], depth - 1)
    return found


def _key(key: Any) -> Any:
    """What can be a key; a number of NumPy's is one of Python's, so that it is found."""
    if isinstance(key, np.generic):
        key = key.item()
    if not isinstance(key, str | int | float | bool | tuple | None):
        raise ValueError("not a key")
    try:
        hash(key)
    except TypeError as error:
        raise ValueError("not a key") from error
    return key


def _decode_array(code: Any, shape: Any, content: Any) -> Any:
    if code not in DTYPES or not isinstance(content, str) or not isinstance(shape, list):
        raise ValueError("not an array")
    if len(shape) > 16 or not all(type(n) is int and 0 <= n <= 10**8 for n in shape):
        raise ValueError("not a shape")
    data = np.frombuffer(base64.b64decode(content, validate=True), DTYPES[code])
    array = data.reshape(shape).copy()
    return array if shape else array[()]


def answer(value: Any) -> Any:
    """An answer as `encode` makes it. NotPlainError if it is not plain or too large."""
    made = encode(value)
    if len(json.dumps(made)) > ANSWER_BYTES:
        raise NotPlainError("too much data")
    return made


def copy(value: Any) -> Any:
    """A value as it arrives on the other side."""
    return decode(encode(value))


def closed(name: str) -> str:
    """What is said about a module that an assignment does not open."""
    return (
        f"{name} is closed while this assignment is graded: the point is to write it yourself "
        "(see the rule at the top of the assignment)"
    )


class Gate:
    """The import statement of a notebook that may import only what its assignment opens, as in the grader's box.

    Others' imports, those of the packages themselves, are as they were.
    """

    def __init__(
        self, names: MutableMapping[str, Any], packages: Sequence[str], library: Sequence[str]
    ):
        self.names, self.packages, self.library = names, tuple(packages), tuple(library)
        before = builtins.__import__
        self.before: Any = before.before if isinstance(before, Gate) else before
        self.open: set[str] | None = None

    def shut(self) -> None:
        """From now on; and what was imported before is looked at. ModuleNotFoundError if it is closed."""
        for value in list(self.names.values()):
            module = (
                value.__name__
                if isinstance(value, type(sys))
                else getattr(value, "__module__", None)
            )
            if (
                isinstance(module, str)
                and module.partition(".")[0] in sys.modules
                and module != "__main__"
            ):
                self.look(module, ())
            if module == "lstm_lab" and isinstance(value, type(sys)):
                self.look(
                    module, [part for part in vars(value) if f"lstm_lab.{part}" in sys.modules]
                )
        builtins.__import__ = self

    def __call__(
        self, name: str, globals: Any = None, locals: Any = None, fromlist: Any = (), level: int = 0
    ) -> Any:
        if globals is self.names and level == 0:
            self.look(name, fromlist or ())
        return self.before(name, globals, locals, fromlist, level)

    def look(self, name: str, fromlist: Iterable[str]) -> None:
        """Raise ModuleNotFoundError for a module that is closed."""
        top, _, rest = name.partition(".")
        if top == "lstm_lab":
            parts = [rest.partition(".")[0]] if rest else list(fromlist)
            for part in parts:
                if part not in (
                    *self.library,
                    "_validate",
                    "_student_values",
                    "*",
                ) and not part.startswith("__"):
                    raise ModuleNotFoundError(closed(f"lstm_lab.{part}"), name=name)
        elif top not in sys.stdlib_module_names and top not in (
            "IPython",
            "get_ipython",
            *self.packages,
        ):
            if self.open is None:
                self.open = opened(("IPython", *self.packages))
            if top not in self.open:
                raise ModuleNotFoundError(closed(top), name=name)


def opened(packages: Iterable[str]) -> set[str]:
    """The modules of packages and of all that these require."""
    owners = importlib.metadata.packages_distributions()
    waiting = [owner for package in packages for owner in owners.get(package, ())]
    found: set[str] = set()
    while waiting:
        name = re.sub(r"[-_.]+", "-", waiting.pop()).lower()
        if name in found:
            continue
        found.add(name)
        try:
            required = importlib.metadata.requires(name) or ()
        except importlib.metadata.PackageNotFoundError:
            continue
        waiting += [
            re.split(r"[^\w.-]", line, maxsplit=1)[0] for line in required if "extra ==" not in line
        ]
    names = {
        module: {re.sub(r"[-_.]+", "-", o).lower() for o in of} for module, of in owners.items()
    }
    return {module for module, of in names.items() if of & found}


def digest(source: str) -> str:
    """Tells a cell from a changed one, spaces aside."""
    return hashlib.sha256(re.sub(r"\s+", "", source).encode("utf-8", "replace")).hexdigest()[:8]


def header(source: str, name: str, what: str) -> str:
    """The line that stands over a locked cell."""
    return f"# {what.format(name=name)}. Leave this cell as it is: {digest(source)}\n{source}"


def changed(sources: Iterable[str]) -> str | None:
    """The first locked cell that was changed when it was last run, of the cells that were run."""
    last: dict[str, bool] = {}
    for source in sources:
        first, _, rest = source.partition("\n")
        for line in (first, *rest.splitlines()[:5]):
            match = HEADER.fullmatch(line.strip())
            if match:
                others = source.replace(line, "", 1)
                last[match["name"]] = digest(others) == match["digest"]
                break
    return next((name for name, same in last.items() if not same), None)
