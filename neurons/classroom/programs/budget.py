"""How long the whole diagnosis of a program may take: every part that may be slow asks here."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from neurons.classroom.sandbox.errors import StudentError

WHOLE = 16.0  # seconds until the work ends; the answer is put together after that


class OutOfTime(StudentError):
    """Raised where a program is asked for more when the time is over."""


class Budget:
    """The time of one diagnosis."""

    def __init__(self) -> None:
        self.end = time.monotonic() + WHOLE
        self.kept_back = 0.0

    @property
    def left(self) -> float:
        """The seconds that are left; 0 where there are none."""
        return max(0.0, self.end - time.monotonic())

    def keep_back(self, seconds: float) -> None:
        """Leave so much for later, half of what is left at most."""
        kept = min(seconds, self.left / 2)
        self.kept_back += kept
        self.end -= kept

    def give_back(self) -> None:
        """Make the seconds kept back free again."""
        self.end += self.kept_back
        self.kept_back = 0.0

    def until(self, seconds: float) -> float:
        """When a part ends that may take so many seconds."""
        return min(self.end, time.monotonic() + seconds)


@contextmanager
def unless_it_fails() -> Iterator[None]:
    """What a program does not do is left out; that the time is over goes on."""
    try:
        yield
    except OutOfTime:
        raise
    except StudentError:
        pass
