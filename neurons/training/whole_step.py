"""Ctrl-C waits for the end of a step, so that no model is left half-way through one."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class WholeStep:
    """`with whole_step:` around a step: a Ctrl-C that comes meanwhile is raised after it, a second one at once."""

    def __init__(self) -> None:
        self.inside = self.interrupted = False

    def __enter__(self) -> None:
        self.inside = True

    def __exit__(self, *error: object) -> None:
        self.inside = False
        if self.interrupted:
            self.interrupted = False
            raise KeyboardInterrupt

    @contextmanager
    def guarded(self) -> Iterator[None]:
        """Let Ctrl-C wait for the end of a step, as long as this context lasts; other threads never see a Ctrl-C."""
        before = signal.getsignal(signal.SIGINT)
        if threading.current_thread() is not threading.main_thread() or not callable(before):
            yield
            return

        def wait(number, frame):
            if self.inside and not self.interrupted:
                self.interrupted = True
            else:
                before(number, frame)

        signal.signal(signal.SIGINT, wait)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, before)
