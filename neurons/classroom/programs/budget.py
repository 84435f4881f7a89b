"""How long the whole diagnosis of a program may take: every part that may be slow asks here."""

import time

from neurons.classroom.sandbox.errors import StudentError

WHOLE = 16.0  # seconds until the work ends; the answer is put together after that


class OutOfTime(StudentError):
    """Raised where a program is asked for more when the time is over."""


class Budget:
    """The time of one diagnosis."""

    def __init__(self) -> None:
        self.end = time.monotonic() + WHOLE

    @property
    def left(self) -> float:
        """The seconds that are left; 0 where there are none."""
        return max(0.0, self.end - time.monotonic())

    def until(self, seconds: float) -> float:
        """When a part ends that may take so many seconds."""
        return min(self.end, time.monotonic() + seconds)
