"""Ctrl-C and other signals in a training: one that arrives within an update is handled at its end."""
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

NAMES = "SIGINT", "SIGTERM", "SIGALRM", "SIGHUP", "SIGUSR1", "SIGUSR2", "SIGBREAK"
SIGNALS = [getattr(signal, name) for name in NAMES if hasattr(signal, name)]
"""Those whose handlers raise, as a rule. To ask about all 64 would take longer than a small training."""


class Interrupts:
    """While its `with` block runs, signals with a Python handler wait from `begin` or `write` to `end`.

    Python runs handlers in the main thread only, between any two instructions, so in other threads there is nothing to
    hold back. A second signal does not wait for a computation, but for the writing that follows it.
    """

    def __init__(self) -> None:
        self._handlers: dict[int, Callable] = {}
        self._waiting: list[tuple[int, Any]] = []
        self._computing = self._writing = False

    def __enter__(self) -> "Interrupts":
        if threading.current_thread() is threading.main_thread():
            for number in SIGNALS:
                handler = signal.getsignal(number)
                if callable(handler):
                    self._handlers[number] = handler
                    signal.signal(number, self._arrived)
        return self

    def __exit__(self, *error) -> None:
        for number, handler in self._handlers.items():
            if signal.getsignal(number) == self._arrived:           # else somebody has set another since
                signal.signal(number, handler)

    def _arrived(self, number: int, frame) -> None:
        if self._writing or (self._computing and not self._waiting):
            self._waiting.append((number, frame))
        else:
            self._waiting.clear()
            self._handlers[number](number, frame)

    def begin(self) -> None:
        """From here on the first signal waits."""
        self._computing = True

    def write(self) -> None:
        """From here on every signal waits, until `end`."""
        self._writing = True

    def end(self) -> None:
        """Handle the signals that waited."""
        self._computing = self._writing = False
        while self._waiting:
            number, frame = self._waiting.pop()
            self._handlers[number](number, frame)

    @contextmanager
    def whole(self) -> Iterator[None]:
        """A block that no signal interrupts."""
        self.write()
        try:
            yield
        finally:
            self.end()
