"""Pyodide, Python for the browser: its files, from a folder or downloaded once, each checked.

`pyodide.json` names the one version that the pages are built for, its files with their SHA-256 sums, and the
packages that they may carry, in the form of Pyodide's own lock file.
"""

import hashlib
import json
import os
from functools import lru_cache
from pathlib import Path
from typing import Any

from neurons.datasets.downloads import downloaded
from neurons.errors import FileError

RELEASES = ["https://cdn.jsdelivr.net/pyodide/v{version}/full/"]
LOCK = "pyodide-lock.json"


@lru_cache
def known() -> dict[str, Any]:
    """The version, the core files with their sums, and the packages."""
    facts: dict[str, Any] = json.loads(Path(__file__).with_name("pyodide.json").read_text(encoding="utf-8"))
    return facts


def lock_of(packages: list[str]) -> dict[str, Any]:
    """Pyodide's lock file for these packages and all that they depend on."""
    every, kept, todo = known()["lock"]["packages"], {}, list(packages)
    while todo:
        name = todo.pop()
        if name not in kept:
            kept[name] = every[name]
            todo += every[name]["depends"]
    return {**known()["lock"], "packages": dict(sorted(kept.items()))}


def files_of(packages: list[str], folder: str | None = None) -> dict[str, bytes]:
    """{name: content} of Pyodide's core and these packages, with a lock file that lists no others.

    They lie in `folder`, or in the one that NEURONS_PYODIDE names; if neither is given, they are downloaded into
    the cache (NEURONS_CACHE, or the user's). Raises `FileError` where a file is missing or not the released one.
    """
    lock = lock_of(packages)
    sha256 = dict(known()["core"])
    sha256.update({package["file_name"]: package["sha256"] for package in lock["packages"].values()})
    folder = folder or os.environ.get("NEURONS_PYODIDE") or None
    if folder is None:
        version = known()["version"]
        mirrors = [release.format(version=version) for release in RELEASES]
        paths = downloaded("Pyodide", sha256, mirrors, f"pyodide-{version}", advice(), os.environ.get("NEURONS_CACHE"))
    else:
        paths = {name: os.path.join(os.path.expanduser(folder), name) for name in sha256}
    files = {name: checked(path, sha256[name]) for name, path in paths.items()}
    files[LOCK] = json.dumps(lock).encode()
    return files


def advice() -> str:
    """What to do if Pyodide is missing and cannot be downloaded."""
    version = known()["version"]
    return (
        f"download pyodide-{version}.tar.bz2 from https://github.com/pyodide/pyodide/releases, unpack it, "
        "and name its folder with --pyodide DIR"
    )


def checked(path: str, sha256: str) -> bytes:
    """The content of a file that must have this sum."""
    try:
        with open(path, "rb") as file:
            content = file.read()
    except OSError as error:
        raise FileError(f"{path} cannot be read ({error.strerror}): {advice()}") from None
    if hashlib.sha256(content).hexdigest() != sha256:
        raise FileError(f"{path} is not the file of Pyodide {known()['version']}: {advice()}")
    return content
