"""Where the work of each student lies: in a folder an entry each, or in the one zip in which a platform hands it out.

Moodle's "Download all submissions", Canvas and Blackboard name each file after its student. Such a zip, or the folder
that it was unpacked into, is a class and not a student.
"""

import os
import zipfile
from collections.abc import Sequence
from typing import NamedTuple

from neurons import FileError
from neurons.classroom.grading.archives import TooMuch, opened_zip
from neurons.classroom.grading.names import ANSWERS, Owner, distinct, is_skipped, owner_of, student_of
from neurons.classroom.sandbox.source import printable

Member = tuple[zipfile.ZipInfo, str]  # a file in the zip of a class, and what its student called it


class Source(NamedTuple):
    """Where one student's work lies."""

    student: str
    whole_name: str  # where another has the same name
    paths: tuple[str, ...] = ()
    archive: str = ""  # the zip of a class,
    members: tuple[Member, ...] = ()  # and what of it is this student's


def sources_of(place: str, names: list[str], out: str | None = None, *, join: bool = False) -> list[Source]:
    """A source per student of a folder, without its entry `out`, or of a platform's zip; their names differ.

    `join` takes single files that begin with the same name for one student's. Raises `FileError` for other places.
    """
    if os.path.isdir(place):
        sources = folder_sources(place, entries_of(place, out), names, join)
    elif os.path.isfile(place) and zipfile.is_zipfile(place):
        try:
            sources = zip_sources(place)
        except TooMuch as error:
            raise FileError(f"{place}: {error}: unpack it, and name the folder") from None
        except Exception as error:  # nobody knows beforehand what an unknown zip does to the reader
            raise FileError(f"{place} is damaged: {printable(error, 100)}") from None
        if not sources:
            raise FileError(
                f"{place} is a zip, but not one in which a platform hands out the work of a class:"
                " unpack it, and name the folder"
            )
    else:
        raise FileError(f"{place} is not a folder: name the one that holds a zip, folder or file per student")
    students = distinct([source.student for source in sources], [source.whole_name for source in sources])
    return [source._replace(student=student) for source, student in zip(sources, students, strict=True)]


def entries_of(folder: str, out: str | None) -> list[str]:
    """What a folder holds, but for `out`."""
    place, entry_of_out = os.path.split(os.path.realpath(out)) if out is not None else ("", "")
    here = place == os.path.realpath(folder)
    entries = sorted(e for e in os.listdir(folder) if not (is_skipped(e) or here and e == entry_of_out))
    if not entries:
        raise FileError(f"{folder} is empty: it should hold a zip, folder or file per student")
    return entries


def folder_sources(folder: str, entries: Sequence[str], names: list[str], join: bool = False) -> list[Source]:
    """The sources in a folder: what is one student's together, and the students of each class that lies in it."""
    found: list[Source] = []
    place_of: dict[object, int] = {}  # what belongs together -> its place among the sources
    for entry in entries:
        path = os.path.join(folder, entry)
        owned = owner_of(entry)
        if owned is None:
            of_a_class = class_sources(path, names)
            if of_a_class:
                found += [one._replace(whole_name=f"{entry}/{one.whole_name}") for one in of_a_class]
                continue
            student, whole_name = student_of(entry, names), entry
            is_single = entry.lower().endswith(ANSWERS) and os.path.isfile(path)
            together: object = ("single", student) if join and is_single else entry
        else:
            together, what = owned
            student, whole_name = together.student, together.whole_name
        is_read = owned is None or os.path.isdir(path) or looks_like_answers(what)
        paths = (path,) if is_read else ()
        if together in place_of:
            before = found[place_of[together]]
            whole_name = before.student if owned is None else whole_name
            found[place_of[together]] = before._replace(whole_name=whole_name, paths=before.paths + paths)
        else:
            place_of[together] = len(found)
            found.append(Source(student, whole_name, paths))
    return found


def class_sources(path: str, names: list[str]) -> list[Source]:
    """The students of a class whose work a platform has handed out in this zip, or in the zip that this folder was."""
    try:
        if os.path.islink(path):
            return []
        if os.path.isdir(path):
            entries = sorted(entry for entry in os.listdir(path) if not is_skipped(entry))
            owned = [entry for entry in entries if owner_of(entry)]
            others = [entry for entry in entries if entry not in owned]
            if any(looks_like_answers(entry) or os.path.isdir(os.path.join(path, entry)) for entry in others):
                return []
            return folder_sources(path, owned, names)
        return zip_sources(path) if path.lower().endswith(".zip") and os.path.isfile(path) else []
    except Exception:  # what is odd about it is said where it is read, as one student's
        return []


def zip_sources(path: str) -> list[Source]:
    """The students of a class in a zip that a platform has made; [] if an answer in it is nobody's."""
    members: dict[Owner, list[Member]] = {}
    with open(path, "rb") as file, opened_zip(file) as archive:
        for member in archive.infolist():
            parts = member.filename.replace("\\", "/").split("/")
            if not parts[-1] or any(map(is_skipped, parts)):
                continue
            owned = owner_of_path(parts)
            if owned is not None:
                members.setdefault(owned[0], []).append((member, owned[1]))
            elif looks_like_answers(parts[-1]):
                return []
    return [Source(owner.student, owner.whole_name, (), path, tuple(members[owner])) for owner in sorted(members)]


def owner_of_path(parts: Sequence[str]) -> tuple[Owner, str] | None:
    """Whose a file in a zip is, by the outermost name that says so, and the path that it has below that."""
    for place, part in enumerate(parts):
        owned = owner_of(part)
        if owned is not None:
            return owned[0], "/".join(filter(None, [owned[1], *parts[place + 1 :]]))
    return None


def looks_like_answers(name: str) -> bool:
    """True for a file that may hold answers."""
    return name.lower().endswith((".zip", *ANSWERS))
