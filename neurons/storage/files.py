"""Files as wholes: a write leaves the old file or the new one, a read takes no more than it was told to expect."""

import os
import re
import shutil
import stat
import time
from contextlib import suppress
from secrets import token_hex

from neurons.errors import FileError
from neurons.text import show

LEFTOVER_AGE = 3600.0  # seconds; a write lasts seconds, so an older temporary file belongs to a writer that was killed


def checked_path(path, suffixes):
    """`path` as text, if it ends in one of `suffixes`, and that suffix."""
    try:
        text = os.fspath(path)
    except TypeError:
        text = None
    if not isinstance(text, str) or "\0" in text:
        raise FileError(f"a path must be text such as 'model{suffixes[0]}' but got {show(path)}")
    suffix = os.path.splitext(text)[1].lower()
    if suffix not in suffixes:
        raise FileError(f"{text}: the name must end in {' or '.join(suffixes)}, which decides the format")
    return text, suffix


def write_whole(path, data):
    """Write the bytes `data` to `path`; whatever happens meanwhile, the file there is the old one or the new one.

    The bytes go into a temporary file in the same folder and onto the disk; only then does it take the name. Raises
    `FileError`, and leaves what was there as it was, where that cannot be done.
    """
    target = os.path.realpath(path)  # a link stays a link to the file that is replaced
    folder, name = os.path.split(target)
    if os.path.isdir(target):
        raise FileError(f"{path} cannot be written: it is a folder")
    if not os.path.isdir(folder):
        raise FileError(f"{path} cannot be written: there is no folder {folder}")
    if os.path.exists(target) and not os.access(target, os.W_OK):
        raise FileError(f"{path} cannot be written: the file is read-only")
    remove_leftovers(folder, name)
    temporary = os.path.join(folder, f".{name[:50]}.{token_hex(8)}.tmp")
    try:
        with open(temporary, "xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if os.path.exists(target):
            shutil.copymode(target, temporary)
        os.replace(temporary, target)
    except BaseException as error:  # Ctrl-C too
        with suppress(OSError):
            os.unlink(temporary)
        if isinstance(error, OSError):
            raise FileError(f"{path} cannot be written: {error.strerror}; what was there is unchanged") from None
        raise
    with suppress(OSError):  # the new name onto the disk; some systems have no way to ask for it
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def remove_leftovers(folder, name):
    """Remove the temporary files that killed writers of `name` left behind, if they are old enough to be nobody's."""
    leftover = re.compile(re.escape(f".{name[:50]}.") + r"[0-9a-f]{16}\.tmp")
    with suppress(OSError):
        for entry in os.scandir(folder):
            if leftover.fullmatch(entry.name) and time.time() - entry.stat().st_mtime > LEFTOVER_AGE:
                with suppress(OSError):
                    os.unlink(entry.path)


def read_whole(path, largest):
    """The bytes of the file at `path`. Raises `FileError` if there is none, or it has more than `largest` bytes."""
    try:
        mode = os.stat(path).st_mode
        if not stat.S_ISREG(mode):  # opening a pipe would wait for its writer
            raise FileError(f"{path} cannot be read: it is {'a folder' if stat.S_ISDIR(mode) else 'not a file'}")
        with open(path, "rb") as file:
            size = os.fstat(file.fileno()).st_size  # of the opened file: a writer may have put another in its place
            if size > largest:
                raise FileError(f"{path} is too large: it has {size:,} bytes, and {largest:,} are allowed")
            return file.read(size)
    except FileNotFoundError:
        raise FileError(f"{path} cannot be read: there is no such file") from None
    except OSError as error:
        raise FileError(f"{path} cannot be read: {error.strerror}") from None
