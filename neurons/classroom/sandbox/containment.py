"""What keeps a student's file from doing anything but compute: the strongest means that this machine has.

bubblewrap gives the worker a file system and a process namespace of its own. Landlock, a part of the Linux kernel, lets
it read the standard library and write in its own folder only. Both are joined by a filter of system calls (seccomp)
where the processor is known. The audit hook inside Python, which refuses the same calls on every system, is there in
each case. Alone, all that there is on macOS and Windows and all that a student's own check needs, it stops accidents,
not attacks.
"""

import json
import os
import platform
import shutil
import subprocess
import sys
from functools import lru_cache
from glob import glob
from importlib.util import find_spec

from neurons import NeuronsError
from neurons.classroom.sandbox.worker.refused import MOST_WRITES
from neurons.classroom.sandbox.worker.system import REFUSED_SYSTEM_CALLS, landlock_version

BUBBLEWRAP, LANDLOCK, AUDIT_HOOK = "bubblewrap", "Landlock", "audit hook"
LEVELS = (BUBBLEWRAP, LANDLOCK, AUDIT_HOOK)  # strongest first
PACKAGE_FOLDERS = ("site-packages", "dist-packages")
# What Python needs to start on some systems; the worker removes them before it loads the student's file.
KEPT_VARIABLES = ("SYSTEMROOT", "PROCESSOR_ARCHITECTURE", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
LIBRARIES = ("/usr/lib", "/usr/lib32", "/usr/lib64", "/lib", "/lib32", "/lib64")
MEGABYTE = 2**20
WORKER = os.path.join(os.path.dirname(__file__), "worker")  # the folder of the child's program
MOST_WRITTEN = (MOST_WRITES + 8) * MEGABYTE  # as much as the other levels let a file write
HOME = "/student"  # where the program lies inside bubblewrap: a name that hides no folder of Python

DESCRIPTIONS = {
    BUBBLEWRAP: "bubblewrap: a file system and processes of its own, no network, and no installed package in reach",
    LANDLOCK: "Landlock: no file but the standard library and its own folder, no programs, no TCP",
    AUDIT_HOOK: "an audit hook alone: this stops accidents, not attacks; a file made for it can reach the files,"
    " programs and network of this machine",
}


@lru_cache
def available_levels():
    """The means of containment that work on this machine, strongest first: each is tried."""
    levels = []
    if sys.platform == "linux":
        if shutil.which("bwrap") and _runs_under_bubblewrap():
            levels.append(BUBBLEWRAP)
        if landlock_version() >= 1:
            levels.append(LANDLOCK)
    return (*levels, AUDIT_HOOK)


def _runs_under_bubblewrap():
    command = [*bubblewrap(None, None), python(), "-I", "-S", "-c", "pass"]
    try:
        return subprocess.run(command, capture_output=True, timeout=20).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def checked_level(level):
    """`level` if it can be had here, the strongest if it is None."""
    if level is None:
        return available_levels()[0]
    if level not in available_levels():
        raise NeuronsError(f"{level} does not run on this machine; there is {', '.join(available_levels())}")
    return level


def python():
    """The interpreter itself, not the link to it in a virtual environment."""
    return os.path.realpath(getattr(sys, "_base_executable", None) or sys.executable)


def standard_library():
    """The folder of the standard library."""
    return os.path.dirname(os.path.realpath(os.__file__))


@lru_cache
def numpy_folders():
    """NumPy's own folders, its libraries among them; empty where it is not installed."""
    spec = find_spec("numpy")
    if spec is None or not spec.submodule_search_locations:
        return ()
    folder = os.path.realpath(spec.submodule_search_locations[0])
    return tuple(path for path in (folder, folder + ".libs") if os.path.isdir(path))


def without_packages(path):
    """`path`, or what lies in it one by one where installed packages lie beneath it."""
    if os.path.basename(path) in PACKAGE_FOLDERS:
        return []
    if not any(glob(os.path.join(path, *depth, name)) for name in PACKAGE_FOLDERS for depth in ((), ("*",))):
        return [path]
    return [piece for name in sorted(os.listdir(path)) for piece in without_packages(os.path.join(path, name))]


@lru_cache
def readable_paths():
    """What the worker may read: the standard library and the system's libraries, without any installed package."""
    roots = dict.fromkeys(os.path.realpath(path) for path in (standard_library(), *LIBRARIES) if os.path.isdir(path))
    roots.update(dict.fromkeys(_own_libraries()))
    found = [piece for root in roots for piece in without_packages(root)]
    return (*found, "/etc/ld.so.cache", "/dev/urandom")


def _own_libraries():
    """The shared library of a Python that was built with one."""
    return glob(os.path.join(os.path.realpath(sys.base_prefix), "lib", "libpython*.so*"))


def bubblewrap(file, numpy):
    """The command line, up to the program, for a run under bubblewrap, where `file` lies in a folder of its own."""
    program = shutil.which("bwrap") or "bwrap"  # its whole path: the worker's environment has none to look along
    command = [program, "--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL", "--clearenv"]
    seen = set()
    for path in LIBRARIES:
        if os.path.islink(path):
            command += ["--symlink", os.readlink(path), path]
        elif os.path.isdir(path):
            command += ["--ro-bind", path, path]
            seen.add(path)
    for path in (standard_library(), *_own_libraries(), python(), "/etc/ld.so.cache"):
        if os.path.exists(path) and not any(path.startswith(other + "/") for other in seen):
            command += ["--ro-bind", path, path]
    packages = {
        path
        for root in (*seen, os.path.dirname(standard_library()))
        for depth in (("*",), ("*", "*"))
        for name in PACKAGE_FOLDERS
        for path in glob(os.path.join(root, *depth, name))
        if any(path.startswith(inside + "/") for inside in (*seen, standard_library()))
    }
    for path in sorted(packages):
        command += ["--tmpfs", path]
    for path in numpy or ():
        command += ["--ro-bind", path, path]
    command += ["--dev", "/dev", "--size", str(MOST_WRITTEN), "--tmpfs", HOME]
    if file is not None:
        command += ["--ro-bind", file, f"{HOME}/{os.path.basename(file)}"]
    command += ["--ro-bind", WORKER, "/worker", "--chdir", HOME]
    command += ["--remount-ro", "/dev", "--remount-ro", "/"]  # else both take files, as many as memory holds
    return [*command, "--setenv", "OPENBLAS_NUM_THREADS", "1"]


def limits_of(limits):
    """The system's limits by name, for `set_limits` in the worker."""
    return {
        "CPU": limits.cpu_seconds,
        "AS": limits.megabytes * MEGABYTE,
        "FSIZE": MEGABYTE,
        "NPROC": 0,
        "NOFILE": 64,
        "CORE": 0,
    }


def launch(path, level, limits, numpy=False):
    """(command line, environment) of a worker for the file at `path`, which lies alone in its folder."""
    folders = numpy_folders() if numpy else ()
    settings = {
        "file": f"{HOME}/{os.path.basename(path)}" if level == BUBBLEWRAP else path,
        "numpy": os.path.dirname(folders[0]) if folders else None,
        "contain": True,
        "hook": True,
        "landlock": level == LANDLOCK,
        "seccomp": level in (BUBBLEWRAP, LANDLOCK) and platform.machine() in REFUSED_SYSTEM_CALLS,
        "limits": limits_of(limits),
        "readable": [*readable_paths(), *folders],
        "listable": [standard_library()],
    }
    command = [python(), "-I", "-S", "-B", "-X", "utf8"]
    environment = {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ and level == AUDIT_HOOK}
    environment["OPENBLAS_NUM_THREADS"] = "1"
    if level == BUBBLEWRAP:
        return [*bubblewrap(path, folders), *command, "/worker/__main__.py", json.dumps(settings)], environment
    return [*command, os.path.join(WORKER, "__main__.py"), json.dumps(settings)], environment
