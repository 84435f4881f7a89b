"""Checking an exercise each time its file is saved."""

import os
import time
import warnings
from typing import Any, NamedTuple

from neurons import NeuronsError
from neurons.classroom.course.course import Course
from neurons.classroom.course.screen import Screen
from neurons.classroom.exercises.exercise import Exercise

POLL = 0.2  # seconds between two looks at the files
SETTLED, PATIENCE = 0.15, 1.0  # seconds without a change: of a whole file; of one that is half written, or gone
KEYS = "[n] next   [h] hint   [r] read the lesson   [l] list   [q] quit"

Mark = tuple[int, int] | None  # the time and the size of a file; None where it is not there


class Change(NamedTuple):
    """A file that is being changed: how it looked last, and since when it has looked so."""

    mark: Mark
    since: float


class Watch:
    """Checks the current exercise whenever its file changes, and listens to keys.

    `keys` is a function that waits for at most so many seconds and returns a key, or "".
    """

    def __init__(self, course: Course, keys: Any, screen: Screen) -> None:
        self.course = course
        self.keys = keys
        self.screen = screen
        self.exercise = course.current()
        self.seen: dict[str, Mark] = {exercise.name: self.mark(exercise) for exercise in course.exercises}
        self.changing: dict[str, Change] = {}

    def mark(self, exercise: Exercise) -> Mark:
        """How the exercise's file looks now; the size counts, too: a file is often emptied and written at once."""
        try:
            status = os.stat(self.course.path(exercise))
        except OSError:
            return None
        return status.st_mtime_ns, status.st_size

    def is_whole(self, exercise: Exercise) -> bool:
        """False for a file that is gone, empty, or no Python: an editor may still be writing it."""
        try:
            with open(self.course.path(exercise), "rb") as file:
                source = file.read()
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # what Python thinks of the student's style
                compile(source, exercise.name, "exec", dont_inherit=True)
        except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
            return False
        return bool(source.strip())

    def saved(self) -> Exercise | None:
        """An exercise whose file has changed, and then been left alone for a moment; of several, the first."""
        now = time.monotonic()
        for exercise in self.course.exercises:
            mark = self.mark(exercise)
            if mark == self.seen[exercise.name]:
                self.changing.pop(exercise.name, None)
                continue
            change = self.changing.get(exercise.name)
            if change is None or change.mark != mark:
                self.changing[exercise.name] = Change(mark, now)
            elif now - change.since >= (SETTLED if self.is_whole(exercise) else PATIENCE):
                self.seen[exercise.name] = mark
                del self.changing[exercise.name]
                return exercise
        return None

    def show(self, *, lesson: bool) -> None:
        """The current exercise on an empty screen: how far one is, the lesson, the check."""
        self.screen.clear()
        place = self.course.exercises.index(self.exercise) + 1
        self.screen.write(self.course.progress_line(place), "quiet")
        self.screen.write(f"{self.course.path(self.exercise)}, {time.strftime('%H:%M:%S')}\n", "quiet")
        if lesson:
            self.screen.write_lesson(self.exercise.text("lesson.md"))
            self.screen.write()
        self.show_check()

    def show_check(self) -> None:
        """Check the current exercise and say what to do next."""
        if self.exercise.takes_long:
            self.screen.write("Checking: this takes some seconds ...\n", "quiet")
        try:
            result = self.course.check(self.exercise)
        except NeuronsError as error:
            self.screen.write(str(error), "bad")
        else:
            self.screen.write_result(result._replace(next_step=""))
            if result.passed:
                self.screen.write("\n" + self.after_passing(), "good")
            elif result.mistakes or result.message:
                self.screen.write(f"\n{self.what_to_do()}")
        self.show_keys()

    def after_passing(self) -> str:
        """Where to go from here."""
        if self.exercise is self.course.exercises[-1]:
            return "This is the last exercise. Press l to see what is left."
        return "Press n for the next exercise."

    def what_to_do(self) -> str:
        """What helps with an exercise that is not passed."""
        return f"Edit {self.course.path(self.exercise)} and save it. Press h for a hint."

    def show_keys(self) -> None:
        """The keys there are."""
        self.screen.write("\n" + KEYS, "quiet")

    def press(self, key: str) -> None:
        """What a key does."""
        if key == "n":
            self.exercise = self.course.after(self.exercise)
            self.show(lesson=True)
        elif key == "h":
            self.screen.write("\n" + self.course.hint(self.exercise))
        elif key == "l":
            self.screen.write("\n" + str(self.course))
        elif key == "r":
            self.screen.write()
            self.screen.write_lesson(self.exercise.text("lesson.md"))
        elif key.strip():
            self.screen.write(f"\n{key} does nothing here.", "quiet")
            self.show_keys()

    def run(self) -> None:
        """Until q is pressed."""
        self.show(lesson=True)
        while True:
            key = self.keys(POLL)
            if key == "q":
                return
            self.press(key)
            found = self.saved()
            if found is not None:
                is_other, self.exercise = found is not self.exercise, found
                self.show(lesson=is_other)
