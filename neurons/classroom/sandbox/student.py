"""A student's functions and classes, to be called as if they were here."""

import os
import sys
from typing import Any

from neurons.classroom.sandbox.containment import AUDIT_HOOK
from neurons.classroom.sandbox.local import LocalTransport
from neurons.classroom.sandbox.process import ProcessTransport
from neurons.classroom.sandbox.source import LARGEST_FILE, checked_source
from neurons.classroom.sandbox.transport import USUAL, Limits, Transport

__all__ = ["Limits", "Student", "usual_transport"]


def usual_transport() -> Any:
    """A process of its own; without processes, as in a browser, this interpreter."""
    return LocalTransport if sys.platform == "emscripten" else ProcessTransport


class Student:
    """A student's file, loaded: it looks like a module with the student's names. Use it in a `with`.

    It works in a folder of its own, made in the folder `within` (None: where temporary files belong). `transport` is
    the kind that runs it (None: the usual one). Raises `StudentError`, with a sentence, for whatever the file does
    other than compute.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        level: str = AUDIT_HOOK,
        limits: Limits = USUAL,
        within: str | None = None,
        transport: Any = None,
    ) -> None:
        with open(path, "rb") as file:
            source = checked_source(file.read(LARGEST_FILE + 1))
        self.source = source
        if b"numpy" in source and limits.megabytes < 1024:
            limits = limits._replace(megabytes=1024)
        kind = transport or usual_transport()
        self.transport: Transport = kind(source, os.path.basename(path), limits=limits, level=level, within=within)
        try:
            self.transport.load()
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> "Student":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the program and whatever it started, and remove its folder."""
        self.transport.close()

    @property
    def printed(self) -> str:
        """What the program printed, cut."""
        return self.transport.printed

    @property
    def num_printed(self) -> int:
        """How many bytes it printed."""
        return self.transport.num_printed

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name in ("transport", "source"):
            raise AttributeError(name)
        return self.transport.get(None, name)
