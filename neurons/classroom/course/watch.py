"""Checking an exercise each time its file is saved."""

import os
import time
from typing import Any

from neurons import NeuronsError
from neurons.classroom.course.course import Course
from neurons.classroom.exercises.exercise import Exercise

POLL = 0.2  # seconds


class Watch:
    """Checks the current exercise whenever its file changes, and listens to keys.

    `keys` is a function that waits for at most so many seconds and returns a key, or "".
    """

    def __init__(self, course: Course, keys: Any, write: Any = print) -> None:
        self.course = course
        self.keys = keys
        self.write = write
        self.exercise = course.current()
        self.seen: dict[str, tuple[int, int]] = {}  # exercise -> time and size of its file

    def changed(self) -> Exercise | None:
        """An exercise whose file has changed since it was last looked at."""
        found = None
        for exercise in self.course.exercises:
            try:
                status = os.stat(self.course.path(exercise))
            except OSError:  # an editor replaces files: it comes back
                continue
            now = status.st_mtime_ns, status.st_size  # the size, too: a file is often emptied and written at once
            if self.seen.get(exercise.name) != now:
                if exercise.name in self.seen:
                    found = exercise
                self.seen[exercise.name] = now
        return found

    def show_check(self) -> None:
        """Check the current exercise and say what to do next."""
        self.write("\n" + "-" * 72)
        self.write(f"{time.strftime('%H:%M:%S')}  {self.course.path(self.exercise)}\n")
        try:
            result = self.course.check(self.exercise)
        except NeuronsError as error:
            self.write(str(error))
        else:
            self.write(str(result))
        self.write("\n[n] next  [h] hint  [l] list  [q] quit")

    def run(self) -> None:
        """Until q is pressed."""
        self.changed()
        self.show_check()
        while True:
            key = self.keys(POLL)
            if key == "q":
                return
            if key == "n":
                self.exercise = self.course.after(self.exercise)
                self.show_check()
            elif key == "h":
                self.write("\n" + self.course.hint(self.exercise))
            elif key == "l":
                self.write("\n" + str(self.course))
            found = self.changed()
            if found is not None:
                self.exercise = found
                self.show_check()
