"""What a student's file finds around it: variables, and harmless functions in the place of some that are not."""

import os
import sys

CLEARING = {"", "cls", "clear", "reset", "color", "title", "chcp", "pause"}  # of a terminal that is not there


def quiet_system(system=os.system):
    """`os.system` that knows the commands for a terminal: they have no effect here, and cost no marks."""

    def quietly(command):
        words = [part.split() for part in str(command).lower().replace("&", "|").replace(";", "|").split("|")]
        if all((word or [""])[0] in CLEARING for word in words):
            return 0
        return system(command)

    return quietly


def no_thread(*_, **__):
    """In the place of what starts a thread: older Pythons tell no audit hook of it."""
    sys.audit("_thread.start_new_thread")
    raise RuntimeError("can't start new thread")


STARTING = ("start_new", "start_new_thread", "start_joinable_thread")  # a thread: names of the module _thread


EXITS = ("exit", "quit")  # Python has them where it reads its site module: a worker does not


def replace_functions():
    """Put functions of ours in the place of those that start programs and threads, and `exit` where all know it."""
    import _thread
    import builtins

    for name in EXITS:
        setattr(builtins, name, sys.exit)
    os.system = quiet_system()
    for name in STARTING:
        if hasattr(_thread, name):
            setattr(_thread, name, no_thread)


def prepare_imports(source):
    """Import what asks the system for something when the student's file first uses it."""
    if b"ctypes" in source:
        import ctypes  # noqa: F401
    if b"platform" in source:
        import platform

        platform.platform()
        platform.uname().processor  # noqa: B018


def set_environment(own_folder):
    """The same variables everywhere: a home and a place for temporary files, which are the file's own folder."""
    kept = {name: os.environ[name] for name in ("SYSTEMROOT", "PROCESSOR_ARCHITECTURE") if name in os.environ}
    os.environ.clear()
    homes = dict.fromkeys(("HOME", "USERPROFILE", "TMPDIR", "TEMP", "TMP"), own_folder)
    os.environ.update(kept, **homes, USER="student", USERNAME="student", OPENBLAS_NUM_THREADS="1")
    os.supports_dir_fd.clear()  # else `shutil` and `tempfile` remove by descriptors, whose folders are not known
