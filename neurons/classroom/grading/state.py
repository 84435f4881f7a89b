"""What a grading keeps in its folder, so that one that was stopped goes on where it was: lock, seed, results."""

import json
import os
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from neurons import FileError, NeuronsError
from neurons.classroom.grading.reports import file_stem, made_folder
from neurons.classroom.grading.tasks import Task
from neurons.classroom.sandbox.source import remove_folder
from neurons.storage.files import write_whole

STATE, LOCK = "grading.json", "grading.lock"
RESULTS = "results"


@contextmanager
def locked(out: str) -> Iterator[None]:
    """Keep other gradings out of the folder `out`: the two would empty each other's folder for temporary files."""
    path = os.path.join(out, LOCK)
    try:
        file = open(path, "ab")
    except OSError as error:
        raise FileError(f"{path} cannot be written: {error.strerror}") from None
    with file:
        try:
            lock(file)
        except (BlockingIOError, PermissionError):
            raise NeuronsError(f"another grading is writing into {out}: wait for it, or name another folder") from None
        except OSError:
            pass  # a file system that has no locks
        yield


def lock(file):
    """Lock an open file, or raise at once. The system unlocks it when its process ends, however it ends."""
    if sys.platform == "win32":
        import msvcrt

        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def empty_folder(folder: str) -> str:
    """The folder, new and empty, whatever an earlier grading has left in it."""
    remove_folder(folder)
    return made_folder(folder)


def result_path(out: str, student: str) -> str:
    """Where a student's results are kept."""
    return os.path.join(out, RESULTS, file_stem(student) + ".json")


def read_result(out: str, task: Task) -> dict[str, Any] | None:
    """The results of the same submission from an earlier run, or None."""
    try:
        with open(result_path(out, task.student), encoding="ascii") as file:
            kept: dict[str, Any] = json.load(file)
    except (OSError, ValueError):
        return None
    return kept if isinstance(kept, dict) and kept.get("digest") == task.digest else None


def remembered_seed(out: str) -> int:
    """The seed of this grading's probes: drawn once, unknown to those who hand in, the same when it goes on."""
    path = os.path.join(out, STATE)
    try:
        with open(path, encoding="ascii") as file:
            return int(json.load(file)["seed"])
    except FileNotFoundError:
        seed = secrets.randbits(48)
        write_whole(path, json.dumps({"seed": seed}).encode("ascii"))
        return seed
    except (OSError, ValueError, KeyError, TypeError):
        raise FileError(f"{path} is damaged: remove the folder {out} and grade again") from None


def write_result(out: str, student: str, result: dict[str, Any]) -> None:
    """Keep a student's results."""
    write_whole(result_path(out, student), json.dumps(result, indent=1).encode("ascii"))
