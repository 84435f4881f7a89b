"""Checking an exercise each time its file is saved."""

import os
import time
import warnings
from typing import Any, NamedTuple

from neurons import NeuronsError
from neurons.classroom.course.course import Course, ladder_step
from neurons.classroom.course.screen import Screen
from neurons.classroom.exercises.exercise import Exercise
from neurons.classroom.exercises.result import NOT_WRITTEN, Result
from neurons.classroom.paragraphs import reflowed

POLL = 0.2  # seconds between two looks at the files
SETTLED, PATIENCE = 0.15, 1.0  # seconds without a change: of a whole file; of one that is half written, or gone
LINES_BELOW = 4  # what to do next and the keys, with an empty line before each
KEYS = "[n] next   [b] back   [h] hint   [r] read the lesson   [l] list   [q] quit"

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
        self.result: Result | None = None  # of the last check
        self.trouble = ""  # why there was none
        self.with_lesson = True
        self.note, self.below = "", ""  # what a key has shown last, above the rest or below it
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

    def show(self, *, lesson: bool, note: str = "") -> None:
        """Check the current exercise and show, on an empty screen, how far one is, the lesson, and what came of it."""
        self.with_lesson, self.note, self.below = lesson, note, ""
        if self.exercise.takes_long:
            self.show_top()
            self.screen.write("Checking: this takes some seconds ...\n", "quiet")
        self.result, self.trouble = None, ""
        try:
            self.result = self.course.check(self.exercise)._replace(next_step="")
        except NeuronsError as error:
            self.trouble = f"{error} (press q first)"
        self.draw()

    def draw(self) -> None:
        """The whole screen, from what is known."""
        self.show_top()
        if self.note:
            self.screen.write(f"{self.note}\n")
        if self.with_lesson:
            self.screen.write_lesson(self.exercise.text("lesson.md"))
            self.screen.write()
        self.show_result()
        if self.below:
            self.screen.write(f"\n{self.below}")
        self.show_keys()

    def show_top(self) -> None:
        """How far one is, and which file is looked at."""
        self.screen.clear()
        place = self.course.exercises.index(self.exercise) + 1
        line = f"{self.course.progress_line(place)}   {self.course.path(self.exercise)}"
        self.screen.write(f"{line}   {time.strftime('%H:%M:%S')}\n", "quiet")

    def show_result(self) -> None:
        """What came of the check, and what to do next; the verdict once more where it has left the window."""
        result = self.result
        if result is None:
            self.screen.write(self.trouble, "bad")
            return
        if NOT_WRITTEN in result.names:
            self.screen.write(result.verdict, "bad")
            self.screen.write(result.message)
            return
        self.screen.write_result(result)
        if result.passed:
            self.screen.write("\n" + self.after_passing(), "good")
        else:
            again = "" if self.screen.has_room(LINES_BELOW) else f"{result.verdict} "
            self.screen.write(f"\n{again}{self.what_to_do()}")

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
        if key in ("n", "b"):
            left, step = self.exercise, 1 if key == "n" else -1
            self.exercise = self.course.beside(left, step)
            is_skipped = step == 1 and left is not self.exercise and not self.course.is_passed(left)
            note = f"{left.number} is not passed yet: press b to go back to it." if is_skipped else ""
            self.show(lesson=True, note=note)
        elif key == "h":
            self.add(self.hint())
        elif key == "l":
            self.add(f"{self.course}\n\nTo go to any of them, save its file.")
        elif key == "r":
            self.add(reflowed(self.exercise.text("lesson.md"), self.screen.width).lstrip("# "))
        elif key.strip():
            self.add(f"{key} does nothing here.")

    def add(self, text: str) -> None:
        """Something more, and the keys again below it."""
        self.below = text
        self.screen.write(f"\n{text}")
        self.show_keys()

    def hint(self) -> str:
        """The next hint; after the last one, that one again: the others are in `course hint`."""
        count = len(self.exercise.hints)
        if self.course.hints_seen(self.exercise) < count:
            return self.course.hint(self.exercise)
        return f"There are no more hints.\n\n{ladder_step(self.exercise.hints, count - 1)}"

    def run(self) -> None:
        """Until q is pressed."""
        self.show(lesson=True)
        size = self.screen.size
        while True:
            key = self.keys(POLL)
            if key == "q":
                return
            self.press(key)
            if size != self.screen.size and self.screen.is_terminal:
                size = self.screen.size
                self.draw()
            found = self.saved()
            if found is not None:
                is_other, self.exercise = found is not self.exercise, found
                self.show(lesson=is_other)
