"""Reading what was handed in: zips, folders and single files, none of which is trusted.

Nothing is unpacked onto the disk, no link is followed, and no more is read than a file of an exercise may have.
"""

import os
import re
import stat
import zipfile
from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

from neurons import FileError
from neurons.classroom.sandbox.source import LARGEST_FILE, printable

MOST_FILES = 10_000  # in one submission
LARGEST_ZIP = 64 * 2**20  # bytes
SKIPPED = {"__macosx", "__pycache__", ".git", ".ds_store", ".ipynb_checkpoints", "thumbs.db"}


class Submission(NamedTuple):
    """What one student handed in."""

    student: str
    files: dict[str, bytes]  # exercise -> source
    problems: dict[str, str]  # exercise -> why its file was not taken
    remarks: list[str]  # on the submission as a whole


def read_submissions(folder: str, names: list[str], out: str | None = None) -> Iterator[Submission]:
    """One `Submission` for each entry of the folder but `out`; `names` are those of the exercises."""
    if not os.path.isdir(folder):
        raise FileError(f"{folder} is not a folder: name the one that holds a zip, folder or file per student")
    place, entry_of_out = os.path.split(os.path.realpath(out)) if out is not None else ("", "")
    here = place == os.path.realpath(folder)
    entries = sorted(e for e in os.listdir(folder) if not (is_skipped(e) or here and e == entry_of_out))
    if not entries:
        raise FileError(f"{folder} is empty: it should hold a zip, folder or file per student")
    for entry, student in zip(entries, students_of(entries, names), strict=True):
        yield read_submission(os.path.join(folder, entry), student, names)


def is_skipped(name: str) -> bool:
    """What operating systems and editors leave behind."""
    return name.lower() in SKIPPED or name.startswith("._")


def students_of(entries: list[str], names: list[str]) -> list[str]:
    """A name for each entry that no other has, in whatever case: else one would get the grades of another."""
    students = [printable(student_of(entry, names), 100) or "?" for entry in entries]
    count = Counter(student.lower() for student in students)
    taken: set[str] = set()
    for place, entry in enumerate(entries):
        if count[students[place].lower()] > 1:
            students[place] = printable(entry, 100) or "?"  # alice.zip and alice/: each keeps its whole name
        student, number = students[place], 1
        while students[place].lower() in taken:
            number += 1
            students[place] = f"{student} ({number})"
        taken.add(students[place].lower())
    return students


def student_of(entry: str, names: list[str]) -> str:
    """The student's name: the entry's name without its ending, and without the exercise's in a single file."""
    base, ending = os.path.splitext(entry)
    if ending.lower() not in (".zip", ".py"):
        return entry
    for name in names:
        if base.lower().endswith(name):
            return base[: -len(name)].rstrip(" _-.") or entry
    return base


def read_submission(path: str, student: str, names: list[str]) -> Submission:
    """One submission; whatever is odd about it is said, and the rest is taken."""
    submission = Submission(student, {}, {}, [])
    try:
        kind = os.lstat(path).st_mode
        if stat.S_ISLNK(kind):
            submission.remarks.append("it is a symbolic link, which is not followed: hand in the files themselves")
        elif stat.S_ISDIR(kind):
            read_folder(path, submission, names)
        elif not stat.S_ISREG(kind):
            submission.remarks.append("it is neither a file nor a folder")
        elif zipfile.is_zipfile(path) or path.lower().endswith(".zip"):
            read_zip(path, submission, names)
        elif path.lower().endswith(".py"):
            read_single(path, submission, names)
        else:
            submission.remarks.append(
                "it is not a zip, a folder or a .py file: hand in the zip that `course submit` makes"
            )
    except OSError as error:
        submission.remarks.append(f"it cannot be read: {error.strerror or error}")
    except RecursionError:
        submission.remarks.append("it holds folders in folders, deeper than can be read")
    if not submission.files and not submission.problems and not submission.remarks:
        submission.remarks.append(f"there is no file with the name of an exercise, such as {names[0]}.py")
    return submission


def exercise_of(name: str, names: list[str]) -> str | None:
    """The exercise that a file belongs to, by its name: 06_weight_gradients.py, or `06_weight_gradients (1).py`."""
    base, ending = os.path.splitext(name.lower())
    base = re.sub(r"( ?\(\d+\)| copy)$", "", base)
    return base if ending == ".py" and base in names else None


def keep_file(submission: Submission, exercise: str, where: str, source: bytes) -> None:
    """Keep the file of an exercise; a second one for the same exercise is no better than the first."""
    if exercise in submission.files and submission.files[exercise] != source:
        del submission.files[exercise]
        submission.problems[exercise] = f"two different files are called {exercise}.py: hand in one of them"
    elif exercise in submission.problems:
        pass
    elif len(source) > LARGEST_FILE:
        submission.problems[exercise] = f"{where} is longer than 1 MB: no exercise needs that much"
    else:
        submission.files[exercise] = source


def read_file(path: str) -> bytes:
    """At most one byte more than a file may have; never through a link, never waiting."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(path, flags), "rb") as file:
        return file.read(LARGEST_FILE + 1)


def read_single(path: str, submission: Submission, names: list[str]) -> None:
    """A file of its own: its name ends in that of the exercise, after the student's."""
    base = re.sub(r"( ?\(\d+\)| copy)$", "", os.path.splitext(os.path.basename(path))[0].lower())
    for name in names:
        if base.endswith(name):
            keep_file(submission, name, os.path.basename(path), read_file(path))
            return
    submission.remarks.append(f"the file's name does not say which exercise it is: call it NAME_{names[0]}.py")


def read_folder(path: str, submission: Submission, names: list[str]) -> None:
    """All files below a folder that have the name of an exercise."""
    count = 0
    for place, folders, files in os.walk(path):
        folders[:] = sorted(name for name in folders if not is_skipped(name))
        for name in sorted(files):
            count += 1
            if count > MOST_FILES:
                submission.remarks.append(f"it holds more than {MOST_FILES:,} files; the rest was not looked at")
                return
            exercise = None if is_skipped(name) else exercise_of(name, names)
            if exercise is None:
                continue
            whole = os.path.join(place, name)
            kind = os.lstat(whole).st_mode
            if stat.S_ISLNK(kind):
                submission.problems[exercise] = f"{printable(name)} is a symbolic link, which is not followed"
            elif not stat.S_ISREG(kind):
                submission.problems[exercise] = f"{printable(name)} is not an ordinary file"
            else:
                try:
                    keep_file(submission, exercise, printable(name), read_file(whole))
                except OSError as error:
                    submission.problems[exercise] = f"{printable(name)} cannot be read: {error.strerror}"


def read_zip(path: str, submission: Submission, names: list[str]) -> None:
    """All files in a zip that have the name of an exercise, read from within it."""
    if os.path.getsize(path) > LARGEST_ZIP:
        submission.remarks.append("the zip is larger than 64 MB")
        return
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            if len(members) > MOST_FILES:
                submission.remarks.append(f"the zip holds more than {MOST_FILES:,} files")
                return
            unpacked = 0
            for member in members:
                unpacked += read_member(archive, member, submission, names)
                if unpacked > LARGEST_ZIP:  # the same file again and again
                    submission.remarks.append("the zip unpacks to more than 64 MB; the rest was not looked at")
                    return
    except Exception as error:  # what a zip of somebody's making does to the reader is not known beforehand
        submission.remarks.append(f"the zip is damaged: {printable(error, 100)}")


def read_member(archive: zipfile.ZipFile, member: Any, submission: Submission, names: list[str]) -> int:
    """One file of a zip; returns how many bytes were unpacked, at most."""
    parts = member.filename.replace("\\", "/").split("/")
    exercise = exercise_of(parts[-1], names)
    if exercise is None or any(is_skipped(part) for part in parts):
        return 0
    member_name = printable(member.filename, 100)
    if ".." in parts or parts[0] == "" or ":" in parts[0]:
        submission.problems[exercise] = f"its path in the zip leads out of the zip: {member_name}"
    elif stat.S_ISLNK(member.external_attr >> 16):
        submission.problems[exercise] = f"{member_name} is a symbolic link, which is not followed"
    elif member.flag_bits & 1:
        submission.problems[exercise] = f"{member_name} is encrypted: hand in a zip without a password"
    elif member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):  # LZMA may ask for any memory
        submission.problems[exercise] = f"{member_name} is packed in an unusual way: hand in an ordinary zip"
    elif member.file_size > LARGEST_FILE:
        submission.problems[exercise] = f"{member_name} is longer than 1 MB: no exercise needs that much"
    else:
        try:
            with archive.open(member) as file:
                source = file.read(LARGEST_FILE + 1)
            keep_file(submission, exercise, member_name, source)
        except Exception as error:  # as above
            submission.problems[exercise] = f"{member_name} cannot be unpacked: {printable(error, 100)}"
        return member.file_size  # of a damaged one too: its sum is compared at the end
    return 0
