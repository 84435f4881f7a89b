"""Reading the submissions: zips, folders, notebooks and single files, and trusting none of them.

Nothing is unpacked onto the disk, no link is followed, and no more is read than a file of an exercise may have. A zip
may lie in a folder or in a zip, as a learning platform's download has them.
"""

import io
import os
import stat
import zipfile
from collections.abc import Iterator
from typing import IO, Any, NamedTuple

from neurons import FileError
from neurons.classroom.grading.archives import LARGEST_ZIP, MOST_FILES, TooMuch, opened_zip
from neurons.classroom.grading.names import ANSWERS, exercise_of, grouped, is_skipped, students_of, without_copy
from neurons.classroom.grading.notebook_answers import LARGEST_NOTEBOOK, answers_of
from neurons.classroom.sandbox.source import LARGEST_FILE, printable

MOST_REMARKS = 10  # on one submission
PACKED = (".zip", ".rar", ".7z", ".tar", ".gz", ".tgz", ".xz", ".bz2")


class Submission(NamedTuple):
    """What one student handed in."""

    student: str
    files: dict[str, bytes]  # exercise -> source
    problems: dict[str, str]  # exercise -> why its file was not taken
    remarks: list[str]  # on the submission as a whole: what of it could not be read

    @property
    def unread(self) -> list[str]:
        """What could not be read, in sentences."""
        return [*self.remarks, *self.problems.values()]


class Reading:
    """How far the reading of one submission has come: what it may still take."""

    def __init__(self, submission: Submission, names: list[str]) -> None:
        self.submission = submission
        self.names = names
        self.files_left = MOST_FILES
        self.bytes_left = LARGEST_ZIP  # unpacked

    def remark(self, text: str) -> None:
        """Say what could not be read, so many times and no more."""
        remarks = self.submission.remarks
        if len(remarks) < MOST_REMARKS:
            remarks.append(text)
        elif len(remarks) == MOST_REMARKS:
            remarks.append("more could not be read")


def read_submissions(
    folder: str, names: list[str], out: str | None = None, *, join: bool = False
) -> Iterator[Submission]:
    """One `Submission` for each entry of the folder but `out`; `names` are those of the exercises.

    `join` takes files that begin with the same name, such as bob_01_weighted_sum.py and bob_02_activations.py, for one
    student's.
    """
    if not os.path.isdir(folder):
        is_zip = os.path.isfile(folder) and zipfile.is_zipfile(folder)
        what = "is a zip: unpack it, and name the folder" if is_zip else "is not a folder: name the one"
        raise FileError(f"{folder} {what} that holds a zip, folder or file per student")
    place, entry_of_out = os.path.split(os.path.realpath(out)) if out is not None else ("", "")
    here = place == os.path.realpath(folder)
    entries = sorted(e for e in os.listdir(folder) if not (is_skipped(e) or here and e == entry_of_out))
    if not entries:
        raise FileError(f"{folder} is empty: it should hold a zip, folder or file per student")
    groups = grouped(folder, entries, names) if join else [[entry] for entry in entries]
    students = students_of([group[0] for group in groups], names, {g[0] for g in groups if len(g) > 1})
    for group, student in zip(groups, students, strict=True):
        yield read_submission([os.path.join(folder, entry) for entry in group], student, names)


def read_submission(paths: list[str], student: str, names: list[str]) -> Submission:
    """One submission; whatever is odd about it is said, and the rest is taken."""
    reading = Reading(Submission(student, {}, {}, []), names)
    for path in paths:
        read_entry(path, reading)
    submission = reading.submission
    if not submission.files and not submission.unread:
        reading.remark(f"there is no file with the name of an exercise, such as {names[0]}.py")
    return submission


def read_entry(path: str, reading: Reading) -> None:
    """What lies at a path: a zip, a folder, a file."""
    try:
        kind = os.lstat(path).st_mode
        if stat.S_ISLNK(kind):
            reading.remark("it is a symbolic link, which is not followed: hand in the files themselves")
        elif stat.S_ISDIR(kind):
            read_folder(path, reading)
        elif not stat.S_ISREG(kind):
            reading.remark("it is neither a file nor a folder")
        elif path.lower().endswith(ANSWERS):
            read_single(path, reading)
        elif zipfile.is_zipfile(path) or path.lower().endswith(".zip"):
            with open(path, "rb") as file:
                read_zip(file, reading, "the zip")
        else:
            reading.remark(
                "it is not a zip, a folder, a notebook or a .py file: hand in the zip that `course submit` makes"
            )
    except OSError as error:
        reading.remark(f"it cannot be read: {error.strerror or printable(error, 100)}")
    except RecursionError:
        reading.remark("it has folders in folders, too deep to read")


def is_of_interest(name: str, reading: Reading) -> bool:
    """True for a file that may hold answers; one that looks like it, and cannot be read, is said."""
    if is_skipped(name):
        return False
    if exercise_of(name, reading.names) is not None or name.lower().endswith((".ipynb", ".zip")):
        return True
    if name.lower().endswith(".py"):
        reading.remark(f"{printable(name, 100)} does not have the name of an exercise, such as {reading.names[0]}.py")
    elif name.lower().endswith(PACKED):
        reading.remark(f"{printable(name, 100)} is packed in a way that is not read: hand in a zip")
    return False


def keep_file(submission: Submission, exercise: str, where: str, source: bytes) -> None:
    """Keep the file of an exercise; a second one for the same exercise is no better than the first."""
    if exercise in submission.files and submission.files[exercise] != source:
        del submission.files[exercise]
        submission.problems[exercise] = f"two different files are answers to {exercise}: hand in one of them"
    elif exercise in submission.problems:
        pass
    elif len(source) > LARGEST_FILE:
        submission.problems[exercise] = f"{where} is longer than 1 MB: no exercise needs that much"
    else:
        submission.files[exercise] = source


def keep(reading: Reading, name: str, where: str, content: bytes) -> None:
    """Keep what a file holds: the answer to an exercise, or a notebook's answers."""
    if not name.lower().endswith(".ipynb"):
        exercise = exercise_of(name, reading.names)
        if exercise is not None:
            keep_file(reading.submission, exercise, where, content)
        return
    try:
        if len(content) > LARGEST_NOTEBOOK:
            raise ValueError(f"it is longer than {LARGEST_NOTEBOOK // 2**20} MB: clear the outputs of its cells")
        answers = answers_of(content)
        if not answers:
            raise ValueError('none of its cells checks an exercise, as check("01", weighted_sum) does')
    except ValueError as error:
        reading.remark(f"{where}: {error}")
        return
    by_number = {exercise[:2]: exercise for exercise in reading.names}
    for number, source in answers.items():
        if number in by_number:
            keep_file(reading.submission, by_number[number], where, source.encode("utf-8", "replace"))


def read_file(path: str) -> bytes:
    """At most one byte more than a file may have; never through a link, never waiting."""
    most = LARGEST_NOTEBOOK if path.lower().endswith(".ipynb") else LARGEST_FILE
    with opened_file(path) as file:
        return file.read(most + 1)


def opened_file(path: str) -> IO[bytes]:
    """An ordinary file, to be read."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    return os.fdopen(os.open(path, flags), "rb")


def read_single(path: str, reading: Reading) -> None:
    """A file of its own: its name ends in that of the exercise, after the student's; or a notebook."""
    name = os.path.basename(path)
    where = printable(name, 100)
    if name.lower().endswith(".ipynb"):
        keep(reading, name, where, read_file(path))
        return
    base = without_copy(os.path.splitext(name.lower())[0])
    for exercise in reading.names:
        if base.endswith(exercise):
            keep_file(reading.submission, exercise, where, read_file(path))
            return
    reading.remark(f"{where} does not say which exercise it is: call it NAME_{reading.names[0]}.py")


def read_folder(path: str, reading: Reading) -> None:
    """All files below a folder that have the name of an exercise, notebooks and zips."""
    for place, folders, files in os.walk(path):
        folders[:] = sorted(name for name in folders if not is_skipped(name))
        for name in sorted(files):
            reading.files_left -= 1
            if reading.files_left < 0:
                reading.remark(f"it holds more than {MOST_FILES:,} files; the rest was not looked at")
                return
            if is_of_interest(name, reading):
                read_found(os.path.join(place, name), name, reading)


def read_found(path: str, name: str, reading: Reading) -> None:
    """A file in a folder."""
    exercise, where = exercise_of(name, reading.names), printable(name, 100)

    def problem(what: str) -> None:
        if exercise is None:
            reading.remark(f"{where} {what}")
        else:
            reading.submission.problems[exercise] = f"{where} {what}"

    try:
        kind = os.lstat(path).st_mode
        if stat.S_ISLNK(kind):
            problem("is a symbolic link, which is not followed")
        elif not stat.S_ISREG(kind):
            problem("is not an ordinary file")
        elif name.lower().endswith(".zip"):
            with opened_file(path) as file:
                read_zip(file, reading, where)
        else:
            keep(reading, name, where, read_file(path))
    except OSError as error:
        problem(f"cannot be read: {error.strerror}")


def read_zip(file: IO[bytes], reading: Reading, where: str, depth: int = 0) -> None:
    """All files in a zip that have the name of an exercise, notebooks, and zips in it, read from within it."""
    if file.seek(0, os.SEEK_END) > LARGEST_ZIP:
        reading.remark(f"{where} is larger than 64 MB")
        return
    try:
        with opened_zip(file) as archive:
            reading.files_left -= len(archive.filelist)
            if reading.files_left < 0:
                raise TooMuch(f"it holds more than {MOST_FILES:,} files; the rest was not looked at")
            for member in archive.infolist():
                reading.bytes_left -= read_member(archive, member, reading, depth)
                if reading.bytes_left < 0:  # the same file again and again
                    raise TooMuch(f"{where} unpacks to more than 64 MB; the rest was not looked at")
    except TooMuch as error:
        reading.remark(str(error))
    except Exception as error:  # nobody knows beforehand what an unknown zip does to the reader
        reading.remark(f"{where} is damaged: {printable(error, 100)}")


def read_member(archive: zipfile.ZipFile, member: Any, reading: Reading, depth: int) -> int:
    """One file of a zip; returns how many bytes were unpacked, at most."""
    parts = member.filename.replace("\\", "/").split("/")
    name = parts[-1]
    if any(is_skipped(part) for part in parts) or not name or not is_of_interest(name, reading):
        return 0
    exercise, where = exercise_of(name, reading.names), printable(member.filename, 100)
    is_zip = name.lower().endswith(".zip")
    most = LARGEST_ZIP if is_zip else LARGEST_NOTEBOOK if exercise is None else LARGEST_FILE
    what = why_not_unpacked(member, parts, where, most)
    if not what and is_zip and depth > 0:
        what = f"{where} is a zip in a zip in a zip, which is not read"
    unpacked = 0
    if not what:
        unpacked = member.file_size  # of a damaged one too: its sum is compared at the end
        try:
            with archive.open(member) as file:
                content = file.read(min(most, max(reading.bytes_left, 0)) + 1)
            if is_zip:
                reading.bytes_left -= len(content)
                read_zip(io.BytesIO(content), reading, where, depth + 1)
                unpacked = 0
            else:
                keep(reading, name, where, content)
        except Exception as error:  # as above
            what = f"{where} cannot be unpacked: {printable(error, 100)}"
    if what and exercise is not None:
        reading.submission.problems[exercise] = what
    elif what:
        reading.remark(what)
    return unpacked


def why_not_unpacked(member: Any, parts: list[str], where: str, most: int) -> str:
    """What is odd about a file in a zip; "" if nothing is."""
    if ".." in parts or parts[0] == "" or ":" in parts[0]:
        return f"its path in the zip leads out of the zip: {where}"
    if stat.S_ISLNK(member.external_attr >> 16):
        return f"{where} is a symbolic link, which is not followed"
    if member.flag_bits & 1:
        return f"{where} is encrypted: hand in a zip without a password"
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):  # LZMA may ask for any memory
        return f"{where} is packed in an unusual way: hand in an ordinary zip"
    if member.file_size > most:
        return f"{where} is longer than {most // 2**20} MB: no exercise needs that much"
    return ""
