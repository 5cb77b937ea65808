"""A command as it is typed: in this process, with what it says and how it ends."""

from __future__ import annotations

import contextlib
import io
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from unittest import mock

WIDE = {"COLUMNS": "300", "TERM": "dumb"}


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    said: str
    complained: str


def typed(main: Callable[[], object], argv: Sequence[str]) -> Ended:
    """Run the main function of a command. An exception that would be a traceback goes through."""
    out, err = io.StringIO(), io.StringIO()
    with (
        mock.patch.object(sys, "argv", ["command", *argv]),
        mock.patch.dict("os.environ", WIDE),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        try:
            main()
            code = 0
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else int(end.code is not None)
    return Ended(code, out.getvalue(), err.getvalue())
