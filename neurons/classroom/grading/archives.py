"""Zips of unknown origin: how many files are in one, before anything in it is read."""

import os
import struct
import zipfile
from typing import IO

MOST_FILES = 10_000  # in one submission
LARGEST_ZIP = 64 * 2**20  # bytes
LARGEST_LIST = 300 * MOST_FILES  # bytes of a zip's list of files: names of 250 letters

END, END_SIZE = b"PK\5\6", 22  # the record at a zip's end, which says how long the list is; then a comment
LOCATOR, LOCATOR_SIZE = b"PK\6\7", 20  # before it in a zip of 64 bits: where the larger record is
LARGE_END, LARGE_END_SIZE = b"PK\6\6", 56
LONGEST_COMMENT = 2**16


class TooMuch(Exception):
    """Why a zip is not read, in words for its owner."""


def opened_zip(file: IO[bytes]) -> zipfile.ZipFile:
    """The zip, its list of files read; `TooMuch` where that list is too long, which costs nothing to find out."""
    count, size = announced(file)
    if count > MOST_FILES or size > LARGEST_LIST:
        raise TooMuch(f"the zip holds more than {MOST_FILES:,} files")
    archive = zipfile.ZipFile(file)
    if len(archive.filelist) > MOST_FILES:  # more than it says
        raise TooMuch(f"the zip holds more than {MOST_FILES:,} files")
    return archive


def announced(file: IO[bytes]) -> tuple[int, int]:
    """How many files a zip says that it holds, and how many bytes their list takes; (0, 0) if it does not say."""
    length = file.seek(0, os.SEEK_END)
    start = max(0, length - END_SIZE - LONGEST_COMMENT - LOCATOR_SIZE - LARGE_END_SIZE)
    file.seek(start)
    tail = file.read(length - start)
    place = len(tail) - END_SIZE  # as `zipfile` looks for it: at the very end, else the last one
    if place < 0 or tail[place : place + 4] != END or tail[-2:] != b"\0\0":
        place = tail.rfind(END)
    if place < 0 or len(tail) - place < END_SIZE:
        return 0, 0
    count, size = struct.unpack("<HL", tail[place + 10 : place + 16])
    large = place - LOCATOR_SIZE - LARGE_END_SIZE
    if large >= 0 and tail[place - LOCATOR_SIZE :].startswith(LOCATOR) and tail[large:].startswith(LARGE_END):
        more, larger = struct.unpack("<QQ", tail[large + 32 : large + 48])
        count, size = max(count, more), max(size, larger)
    return count, size
