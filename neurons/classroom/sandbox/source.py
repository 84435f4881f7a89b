"""What students hand in: is it Python text of a reasonable size? Their words, safe to print; their folders, removed."""

import os
import re
from contextlib import suppress
from typing import Any

from neurons.classroom.sandbox.errors import StudentError

LARGEST_FILE = 2**20  # bytes: no exercise needs a longer file


def printable(text: Any, most: int = 300) -> str:
    """Foreign text on one line, without control characters."""
    return "".join(letter if letter.isprintable() else " " for letter in str(text))[:most].strip()


def shown_path(path: str) -> str:
    """A path that any terminal can show: its name may hold bytes that are not letters."""
    return path.encode("utf-8", "replace").decode("utf-8")


def file_name(name: str) -> str:
    """A file's name without letters that some system or terminal does not like."""
    return "".join(c for c in name if c.isascii() and (c.isalnum() or c in "_-.")).lstrip(".") or "file.py"


def checked_source(source: bytes) -> bytes:
    """The bytes of a file if they may be Python text; `StudentError` says what they are instead."""
    if len(source) > LARGEST_FILE:
        raise StudentError("the file is longer than 1 MB: no exercise needs that much")
    if not source.strip():
        raise StudentError("the file is empty")
    if source.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise StudentError("the file is saved as UTF-16: save it as UTF-8")
    if b"\0" in source:
        raise StudentError("the file is not Python text: it holds zero bytes, as programs, pictures and archives do")
    if not re.search(rb"coding[:=]", b"\n".join(source.split(b"\n", 2)[:2])):  # else Python looks for itself
        try:
            source.decode("utf-8")
        except UnicodeDecodeError as error:
            line = source[: error.start].count(b"\n") + 1
            raise StudentError(
                f"line {line} of the file has bytes that are not UTF-8: save it as UTF-8", line
            ) from None
    return source


def remove_folder(folder: str) -> None:
    """Remove a folder, however deep the folders in it are: what lies two levels down is moved up first."""
    moved = 0
    while subfolders := _without_files(folder):
        for subfolder in subfolders:
            for inner in _without_files(subfolder):
                moved += 1
                with suppress(OSError):
                    os.rename(inner, os.path.join(folder, f"moved {moved}"))
            try:
                os.rmdir(subfolder)
            except OSError:  # it cannot be emptied: so be it
                return
    with suppress(OSError):
        os.rmdir(folder)


def _without_files(folder: str) -> list[str]:
    """Remove the files in a folder; return its folders."""
    folders = []
    with suppress(OSError):
        for entry in list(os.scandir(folder)):
            if entry.is_dir(follow_symlinks=False):
                folders.append(entry.path)
            else:
                with suppress(OSError):
                    os.unlink(entry.path)
    return folders
