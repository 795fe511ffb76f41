"""When Ctrl-C is heard: not in the midst of an import.

There it may be lost, and the command goes on: a library takes it for a module that is not installed (mpmath, which
looks for gmpy), Python clears what is raised while it asks a module whether it is loaded (huggingface_hub answers in
Python), or nothing can be raised where it is met (callbacks of weak references). And where C++ asks for a module, it
ends the process: gemmi, and torch's package for several machines.
"""

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_AGAIN = 0.02
"""Seconds after which it is seen anew whether an import still goes on."""

_PATIENCE = 1.0
"""Seconds after which Ctrl-C pressed once more ends an import too: one on a slow disk may take minutes."""


@contextmanager
def interrupts_after_imports() -> Iterator[None]:
    """Raise KeyboardInterrupt inside for Ctrl-C, but for one that meets an import, when that is done.

    Where Ctrl-C is ignored, or whoever calls has a handler of its own, nothing is changed; nor on Windows, which has
    no timer.
    """
    if signal.getsignal(signal.SIGINT) is not signal.default_int_handler or not hasattr(signal, "setitimer"):
        yield
        return
    handler = _Handler()
    handlers = {signal.SIGINT: handler.hear, signal.SIGALRM: handler.repeat}
    before = {number: signal.signal(number, function) for number, function in handlers.items()}
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        for number, earlier in before.items():
            signal.signal(number, earlier)


class _Handler:
    """What hears Ctrl-C, and the timer that repeats it: whoever handles Ctrl-C by then hears it anew."""

    def __init__(self) -> None:
        self._asked: float | None = None
        self._repeats = False

    def hear(self, number: int, frame: FrameType | None) -> None:
        now = time.monotonic()
        pressed_again = not self._repeats and self._asked is not None and now - self._asked > _PATIENCE
        if not _imports(frame) or pressed_again:
            signal.setitimer(signal.ITIMER_REAL, 0)
            raise KeyboardInterrupt
        self._asked = now if self._asked is None else self._asked
        signal.setitimer(signal.ITIMER_REAL, _AGAIN)

    def repeat(self, number: int, frame: FrameType | None) -> None:
        self._repeats = True
        try:
            signal.raise_signal(signal.SIGINT)
        finally:
            self._repeats = False


def _imports(frame: FrameType | None) -> bool:
    while frame is not None:
        if frame.f_code.co_filename.startswith("<frozen importlib"):
            return True
        frame = frame.f_back
    return False
