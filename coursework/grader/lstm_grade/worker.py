"""The student's kernel: runs in the box, is mounted there beside wire.py, and knows nothing of tests or marks.

It reads requests, one JSON line each, and answers each with one line. Whatever the student's code does to this process
harms the student's own answers only: what counts is computed elsewhere, from plain values.
"""

from __future__ import annotations

import base64
import contextlib
import importlib.abc
import io
import json
import os
import signal
import sys
import types
from typing import Any, NoReturn

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))  # noqa: PTH100, PTH120
sys.path[1:1] = json.loads(sys.argv[1])["places"] if len(sys.argv) > 1 else []
import wire  # noqa: E402 (found by the two lines above)

TEXT = 10_000
IMAGES = 12
IMAGE_BYTES = 400_000


class TimeUp(BaseException):
    """The time of a cell or a test is over."""


class Sink(io.TextIOBase):
    """A text stream that keeps the beginning and drops the rest."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        self.parts: list[str] = []
        self.room = TEXT

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if self.room > 0:
            self.parts.append(str(text)[: self.room])
            self.room -= len(text)
        return len(text)

    def text(self) -> str:
        return "".join(self.parts) + ("\n[more was printed]" if self.room < 0 else "")


class Closed(importlib.abc.MetaPathFinder):
    """Says why a module is not there. (That it is not there is the box's work.)"""

    def __init__(self, library: list[str], closed: list[str], places: list[str]):
        self.library, self.closed = library, set(closed)

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> None:
        top, _, rest = name.partition(".")
        part = rest.partition(".")[0]
        if (
            top == "lstm_lab"
            and rest
            and part not in [*self.library, "_validate", "_student_values"]
        ):
            self.refuse(f"lstm_lab.{part}")
        if top in self.closed:
            self.refuse(top)

    def refuse(self, name: str) -> NoReturn:
        raise ModuleNotFoundError(wire.closed(name), name=name)


def make_shell(sink: Sink) -> Any:
    """An IPython without a terminal, a history or files."""
    from IPython.core.displaypub import CapturingDisplayPublisher
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    class Shell(InteractiveShell):
        def showtraceback(self, *args: Any, **kwargs: Any) -> None:
            pass

        showsyntaxerror = showtraceback

        def ask_exit(self) -> None:
            pass

        def enable_gui(self, gui: Any = None) -> None:
            pass

    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.colors = "NoColor"
    user = types.ModuleType("__main__")
    shell = Shell.instance(
        config=config, user_module=user, display_pub_class=CapturingDisplayPublisher
    )
    sys.modules["__main__"] = user
    sys.stdout = sys.stderr = sink
    return shell


def describe(error: BaseException | None) -> dict[str, Any] | None:
    """The name, the message and the line of an error, as short text."""
    if error is None:
        return None
    try:
        message = str(error)[:600]
    except BaseException:
        message = ""
    line = None
    step = error.__traceback__
    while step is not None:
        if (
            "ipykernel" in step.tb_frame.f_code.co_filename
            or "<ipython" in step.tb_frame.f_code.co_filename
        ):
            line = step.tb_lineno
        step = step.tb_next
    if isinstance(error, SyntaxError):
        line, message = error.lineno, str(error.msg)[:600]
    return {"name": str(type(error).__name__)[:80], "message": message, "line": line}


class Worker:
    """The requests: run a cell; begin a test, which forks; in the fork, call a function or run a statement."""

    def __init__(self, settings: dict[str, Any], incoming: Any, outgoing: int):
        self.incoming, self.outgoing = incoming, outgoing
        self.sink = Sink()
        self.shell = make_shell(self.sink)
        sys.meta_path.insert(0, Closed(**settings))
        signal.signal(signal.SIGALRM, self.alarm)

    def alarm(self, *_: Any) -> NoReturn:
        raise TimeUp("the time was over")

    def answer(self, message: dict[str, Any]) -> None:
        data = wire.dump(message)
        while data:
            data = data[os.write(self.outgoing, data) :]

    def serve(self, to_the_end: bool = True) -> None:
        """Answer requests. A request that none of these is was meant for a copy that is gone."""
        while line := self.incoming.readline():
            request = wire.load(line)
            if request["do"] == "cell":
                self.cell(request)
            elif request["do"] == "test":
                self.test(request)
            elif request["do"] == "branch":
                self.branch(request)
            elif request["do"] == "end" and not to_the_end:
                return

    def branch(self, request: dict[str, Any]) -> None:
        """Let a copy of this process answer until the end of the branch."""
        child = os.fork()
        if child == 0:
            try:
                self.answer({"id": request["id"]})
                self.serve(to_the_end=False)
            finally:
                os._exit(0)
        _, status = os.waitpid(child, 0)
        self.answer({"id": request["id"], "ended": os.waitstatus_to_exitcode(status)})

    def cell(self, request: dict[str, Any]) -> None:
        self.sink.clear()
        self.shell.display_pub.outputs.clear()
        result = error = None
        try:
            signal.setitimer(signal.ITIMER_REAL, request["seconds"])
            result = self.shell.run_cell(request["code"], store_history=False)
            signal.setitimer(signal.ITIMER_REAL, 0)
        except BaseException as raised:
            error = raised
        if result is not None:
            error = result.error_before_exec or result.error_in_exec
        answer = {"id": request["id"], "error": describe(error), "text": self.sink.text()}
        self.answer(answer | {"images": self.images()})

    def images(self) -> list[str]:
        found = []
        for output in self.shell.display_pub.outputs[:IMAGES]:
            image = output.get("data", {}).get("image/png")
            if isinstance(image, bytes):
                image = base64.b64encode(image).decode()
            if isinstance(image, str) and len(image) < IMAGE_BYTES:
                found.append(image.replace("\n", ""))
        return found

    def test(self, request: dict[str, Any]) -> None:
        """Serve the calls of a test from a copy of this process, and outlive it."""
        try:
            child = os.fork()
        except OSError:
            self.answer({"id": request["id"], "ended": "processes"})
            return
        if child == 0:
            try:
                os.setpgid(0, 0)
                self.answer({"id": request["id"]})
                self.calls(request["seconds"])
            finally:
                os._exit(0)

        def kill(*_: Any) -> None:
            os.kill(child, signal.SIGKILL)

        signal.signal(signal.SIGALRM, kill)
        signal.setitimer(signal.ITIMER_REAL, request["seconds"] + 1)
        _, status = os.waitpid(child, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, self.alarm)
        with contextlib.suppress(OSError):
            os.killpg(child, signal.SIGKILL)
        self.answer({"id": request["id"], "ended": os.waitstatus_to_exitcode(status)})

    def calls(self, seconds: float) -> None:
        signal.signal(signal.SIGALRM, self.alarm)
        signal.setitimer(signal.ITIMER_REAL, seconds)
        while line := self.incoming.readline():
            request = wire.load(line)
            if request["do"] == "end":
                return
            answer: dict[str, Any] = {"id": request["id"]}
            try:
                self.sink.clear()
                value = self.call(request) if request["do"] == "call" else self.run(request)
                answer["value"] = wire.answer(value)
            except BaseException as error:
                answer.pop("value", None)
                answer["error"] = describe(error)
                answer["missing"] = isinstance(error, Missing)
            self.answer(answer)

    def call(self, request: dict[str, Any]) -> Any:
        name = request["name"]
        if name not in self.shell.user_ns:
            raise Missing(name)
        args, kwargs = wire.decode(request["args"]), wire.decode(request["kwargs"])
        return self.shell.user_ns[name](*args, **kwargs)

    def run(self, request: dict[str, Any]) -> list[Any]:
        space = dict(self.shell.user_ns) | wire.decode(request["values"])
        try:
            exec(request["code"], space)
        except NameError as error:
            if error.name and error.name not in space:
                raise Missing(error.name) from error
            raise
        return [space[name] for name in request["names"]]


class Missing(Exception):  # noqa: N818
    """The notebook does not define what the test calls."""


def main() -> None:
    """Keep the grader's pipes to ourselves, then serve."""
    incoming, outgoing = os.fdopen(os.dup(0), "rb"), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nothing, stream)
    sys.stdin = open(os.devnull)  # noqa: PTH123, SIM115
    worker = Worker(json.loads(sys.argv[1]), incoming, outgoing)
    worker.answer({"id": "ready"})
    worker.serve()


if __name__ == "__main__":
    main()
