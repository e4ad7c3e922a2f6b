"""Processes that begin at once: a parent of their own has loaded everything and forks them when asked.

A publisher that a test kills must be a real process. Starting an interpreter and Django takes a second; a fork takes
milliseconds. The parent has one thread and no connection, so nothing of it can be half-done in a child.
"""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, Self

import django

from guanhao.core import clock
from tests.support.pace import Pace

ROOT = Path(__file__).resolve().parents[2]
NEVER_ENDED = 120.0  # seconds after which a child is taken for stuck


class Forks:
    """A prepared parent. ``environment`` is its own and its children's, ``modules`` are loaded before the first fork.

    With ``pace`` the time of all of them is what that file says (see `tests.support.pace`).
    """

    def __init__(self, environment: dict[str, str], modules: list[str], pace: Path | None = None) -> None:
        self._parent = subprocess.Popen(
            [sys.executable, "-m", "tests.support.forks", *modules],
            cwd=ROOT,
            env=os.environ | environment | ({"PACE": str(pace)} if pace else {}),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._parent.__exit__(
            None, None, None
        )  # closes both pipes, at which the parent ends, and waits for it

    def start(
        self,
        function: str,
        *arguments: Any,
        says: Path,
        environment: dict[str, str] | None = None,
        settings: dict[str, str] | None = None,
    ) -> Fork:
        """Begin ``module:function(*arguments)`` in a child; what it prints goes to the end of the file ``says``."""
        asked = {
            "function": function,
            "arguments": arguments,
            "says": str(says),
            "environment": environment or {},
            "settings": settings or {},
        }
        return Fork(self.ask(start=asked), says, self)

    def ask(self, **question: Any) -> Any:
        """One question to the parent, one answer."""
        assert self._parent.stdin is not None
        assert self._parent.stdout is not None
        self._parent.stdin.write(json.dumps(question) + "\n")
        self._parent.stdin.flush()
        return json.loads(self._parent.stdout.readline())


@dataclass(frozen=True, slots=True)
class Fork:
    """A child. It stays a zombie until `wait` takes its exit code, so its number is nobody else's meanwhile."""

    pid: int
    says: Path
    parent: Forks

    def wait(self, seconds: float = NEVER_ENDED) -> int | None:
        """The exit code (negative for a signal), or None while it still runs after so many seconds."""
        code: int | None = self.parent.ask(wait=[self.pid, seconds])
        return code

    def signal(self, number: signal.Signals) -> None:
        """Send a signal, such as SIGKILL or SIGSTOP."""
        os.kill(self.pid, number)


# --- The parent's side ----------------------------------------------------------------------------------------------


def serve(modules: list[str]) -> None:
    """Answer questions until the other side closes; whatever children are left then are ended."""
    with ExitStack() as stack:
        if "PACE" in os.environ:
            stack.enter_context(clock.frozen(Pace(Path(os.environ["PACE"]))))
        django.setup()
        for module in modules:
            import_module(module)
        children: set[int] = set()
        for line in sys.stdin:
            sys.stdout.write(json.dumps(_answer(json.loads(line), children)) + "\n")
            sys.stdout.flush()
        for pid in children:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)


def _answer(question: dict[str, Any], children: set[int]) -> int | None:
    if "start" in question:
        begun = _forked(question["start"])
        children.add(begun)
        return begun
    pid, seconds = question["wait"]
    code = _waited(pid, seconds)
    if code is not None:
        children.discard(pid)
    return code


def _waited(pid: int, seconds: float) -> int | None:
    handle = os.pidfd_open(pid)
    try:
        if not select.select([handle], [], [], seconds)[0]:
            return None
    finally:
        os.close(handle)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def _forked(asked: dict[str, Any]) -> int:
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        _redirect(asked["says"])
        _child(asked)
        code = 0
    except SystemExit as left:
        code = left.code if isinstance(left.code, int) else 1
    except BaseException:  # noqa: BLE001 - the child's last frame: it must not fall back into the parent's loop.
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stderr.flush()
        os._exit(code)


def _redirect(says: str) -> None:
    nothing = os.open(os.devnull, os.O_RDONLY)
    out = os.open(says, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for wanted, given in ((0, nothing), (1, out), (2, out)):
        os.dup2(given, wanted)


def _child(asked: dict[str, Any]) -> None:
    os.environ.update(asked["environment"])
    for name, value in asked["settings"].items():
        setattr(django.conf.settings, name, value)
    module, _, function = asked["function"].partition(":")
    getattr(import_module(module), function)(*asked["arguments"])


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "guanhao.settings")
    serve(sys.argv[1:])
