"""A student's course: a folder with one file per exercise, and a text file that says how far they are."""

import os
import re
import zipfile

from neurons import FileError, NeuronsError
from neurons.classroom.exercises.check import check
from neurons.classroom.exercises.exercise import BUILT_IN, Exercise, exercises
from neurons.classroom.exercises.result import Result

PROGRESS = "progress.txt"
OWN_EXERCISES = "exercises"  # a folder in the course's folder with exercises of the teacher's own
SUBMISSION = "submission.zip"

HEAD = """\
# The progress of your course: written by `python -m neurons course`, one line per exercise.
"""


def all_exercises(folder: str | None = None) -> tuple[Exercise, ...]:
    """The seventeen of the course, and those in `folder`."""
    own = exercises(os.path.abspath(folder)) if folder and os.path.isdir(folder) else ()
    return tuple(sorted(exercises(BUILT_IN) + own, key=lambda exercise: exercise.name))


def is_course(folder: str) -> bool:
    """True if `Course.start` has laid a course out here."""
    return os.path.isfile(os.path.join(folder, PROGRESS))


def starts_with_head(path: str) -> bool:
    """True if a file begins as a course's progress does: others may have this name, too."""
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read(len(HEAD)) == HEAD


def course_above(folder: str) -> str:
    """The course in whose folder this one lies; empty where there is none."""
    place = os.path.dirname(os.path.abspath(folder))
    while not is_course(place):
        if place == os.path.dirname(place):
            return ""
        place = os.path.dirname(place)
    return place


def ladder_step(hints: list[str], place: int) -> str:
    """One hint of the ladder."""
    return f"Hint {place + 1} of {len(hints)}: {hints[place]}"


class Course:
    """The course in `folder`, which `Course.start` has laid out."""

    def __init__(self, folder: str = ".") -> None:
        self.folder = folder
        self.exercises = all_exercises(os.path.join(folder, OWN_EXERCISES))
        self.progress_path = os.path.join(folder, PROGRESS)

    @classmethod
    def start(cls, folder: str) -> "Course":
        """Lay the course out in `folder`; files that are there already stay as they are."""
        if not folder:
            raise FileError("a course needs a folder: name a new or empty one")
        if os.path.exists(folder) and not os.path.isdir(folder):
            raise FileError(f"{folder} is a file: name a folder, new or empty, for the course")
        above = course_above(folder)
        if above and starts_with_head(os.path.join(above, PROGRESS)):
            raise FileError(
                f"{folder} would be a course inside of the course in {above}. Yours is there already: go on with"
                " `python -m neurons course watch`"
            )
        if os.path.isdir(os.path.join(folder, PROGRESS)):
            raise FileError(f"{os.path.join(folder, PROGRESS)} is a folder but must be a file: name another folder")
        try:
            os.makedirs(folder, exist_ok=True)
            course = cls(folder)
            for exercise in course.exercises:
                if not os.path.lexists(course.path(exercise)):
                    course.write_stub(exercise)
            if not os.path.exists(course.progress_path):
                course.write_progress({})
        except OSError as error:
            raise FileError(f"the course cannot be started in {folder}: {error.strerror}") from None
        except RecursionError:
            raise FileError("the course cannot be started so many folders deep: name another folder") from None
        return course

    @classmethod
    def find(cls, folder: str = ".") -> "Course":
        """The course in `folder` or in a folder above it."""
        place = os.path.abspath(folder)
        if not is_course(place):
            place = course_above(place)
        if not place:
            raise NeuronsError(
                "there is no course here: go to its folder, or start one with `python -m neurons course start DIR`"
            )
        return cls(os.path.relpath(place) if place != os.path.abspath(".") else ".")

    def path(self, exercise: Exercise) -> str:
        """The file that the student edits."""
        return os.path.normpath(os.path.join(self.folder, exercise.name + ".py"))

    def write_stub(self, exercise: Exercise) -> None:
        """The exercise's file as it was at the start."""
        with open(self.path(exercise), "w", encoding="utf-8") as file:
            file.write(exercise.text("stub.py"))

    def exercise(self, word: str | None) -> Exercise:
        """The exercise with this number or name; for None, the next one."""
        if word is None:
            return self.current()
        text = os.path.basename(str(word)).removesuffix(".py").lower()
        number = text.zfill(2) if text.isdecimal() else text
        for exercise in self.exercises:
            if number in (exercise.number, exercise.name.lower()):
                return exercise
        numbers = f"{self.exercises[0].number} to {self.exercises[-1].number}"
        raise NeuronsError(f"there is no exercise {word}: the exercises go from {numbers}")

    def read_progress(self) -> dict[str, dict[str, int]]:
        """{exercise: {"passed": 1, "hints": 2}}, of those that have a line; lines that say nothing are skipped."""
        known = {exercise.name for exercise in self.exercises}
        progress: dict[str, dict[str, int]] = {}
        try:
            with open(self.progress_path, encoding="utf-8", errors="replace") as file:
                for line in file:
                    name, _, rest = line.strip().partition(" ")
                    if name in known:
                        hints = re.search(r"hints (\d)", rest)
                        progress[name] = {"passed": int("passed" in rest), "hints": int(hints.group(1)) if hints else 0}
        except FileNotFoundError:
            pass
        return progress

    def write_progress(self, progress: dict[str, dict[str, int]]) -> None:
        """One line per exercise."""
        lines = []
        for exercise in self.exercises:
            has = progress.get(exercise.name, {})
            words = "passed" if has.get("passed") else "to do"
            hints = f", hints {has['hints']}" if has.get("hints") else ""
            lines.append(f"{exercise.name} {words}{hints}\n")
        temporary = self.progress_path + ".new"
        with open(temporary, "w", encoding="utf-8") as file:
            file.write(HEAD + "".join(lines))
        os.replace(temporary, self.progress_path)

    def record(self, exercise: Exercise, **what: int) -> None:
        """Write something down about an exercise."""
        progress = self.read_progress()
        progress.setdefault(exercise.name, {}).update(what)
        self.write_progress(progress)

    def is_passed(self, exercise: Exercise) -> bool:
        """True if its last check was passed."""
        return exercise.name in self.passed()

    def current(self) -> Exercise:
        """The first exercise that is not passed; the last one if all are."""
        left = self.left()
        return left[0] if left else self.exercises[-1]

    def passed(self) -> set[str]:
        """The names of the exercises whose last check was passed."""
        return {name for name, has in self.read_progress().items() if has.get("passed")}

    def left(self) -> list[Exercise]:
        """The exercises that are not passed."""
        passed = self.passed()
        return [exercise for exercise in self.exercises if exercise.name not in passed]

    def beside(self, exercise: Exercise, steps: int) -> Exercise:
        """The exercise so many places further on, or back; the first and the last are the ends."""
        place = self.exercises.index(exercise) + steps
        return self.exercises[max(0, min(place, len(self.exercises) - 1))]

    def check(self, exercise: Exercise) -> Result:
        """Check the student's file and record whether it is passed."""
        path = self.path(exercise)
        problem = "is missing" if not os.path.isfile(path) else "is empty" if not os.path.getsize(path) else ""
        if problem:
            raise FileError(
                f"{path} {problem}. Save it again, or go back to the file as it was at the start:"
                f" `python -m neurons course reset {exercise.number}`"
            )
        result = check(exercise, path)
        if not result.passed:
            result = result._replace(next_step=self.next_step(exercise))
        if self.is_passed(exercise) != result.passed:
            self.record(exercise, passed=int(result.passed))
        return result

    def next_step(self, exercise: Exercise) -> str:
        """What helps with an exercise that is not passed."""
        command = "python -m neurons course"
        return f"For a hint:  {command} hint {exercise.number}\nThe lesson:  {command} lesson {exercise.number}"

    def progress_line(self, place: int) -> str:
        """06 of 17, and how many of them are passed."""
        passed = self.passed()
        bar = "".join("#" if exercise.name in passed else "." for exercise in self.exercises)
        return f"{place:02} of {len(self.exercises)}   [{bar}]   {bar.count('#')} passed"

    def hints_seen(self, exercise: Exercise) -> int:
        """How many of its hints the student has asked for."""
        return self.read_progress().get(exercise.name, {}).get("hints", 0)

    def hint(self, exercise: Exercise) -> str:
        """The next hint of the ladder; after the last one, all of them."""
        hints, seen = exercise.hints, self.hints_seen(exercise)
        if seen >= len(hints):
            return "\n\n".join(ladder_step(hints, place) for place in range(len(hints)))
        self.record(exercise, hints=seen + 1)
        return ladder_step(hints, seen)

    def reset(self, exercise: Exercise) -> str | None:
        """The file as it was at the start; the old one keeps its content under another name, which is returned."""
        path = self.path(exercise)
        kept: str | None = None
        if os.path.lexists(path):
            count = 1
            while os.path.lexists(os.path.join(self.folder, f"{exercise.name}.old{count}.py")):
                count += 1
            kept = os.path.normpath(os.path.join(self.folder, f"{exercise.name}.old{count}.py"))
            os.rename(path, kept)
        self.write_stub(exercise)
        self.record(exercise, passed=0)
        return kept

    def submit(self) -> tuple[str, int, int]:
        """Pack the exercises into a zip; return its path, how many files it has, how many of them are passed."""
        path = os.path.normpath(os.path.join(self.folder, SUBMISSION))
        there = [exercise for exercise in self.exercises if os.path.isfile(self.path(exercise))]
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for exercise in there:
                archive.write(self.path(exercise), exercise.name + ".py")
        return path, len(there), sum(map(self.is_passed, there))

    def __str__(self) -> str:
        progress = self.read_progress()
        current = self.current()
        lines = []
        for exercise in self.exercises:
            has = progress.get(exercise.name, {})
            word = "passed" if has.get("passed") else "next" if exercise is current else ""
            hints = f"{has['hints']} of 3 hints seen" if has.get("hints") else ""
            lines.append(f"  {exercise.number}  {exercise.title:<18} {word:<8}{hints}".rstrip())
        passed = sum(bool(has.get("passed")) for has in progress.values())
        return "\n".join([f"{passed} of {len(self.exercises)} passed", "", *lines])
