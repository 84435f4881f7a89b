"""The child's program: contain this process, load one student's file, answer the parent's questions about it.

The parent starts it as `python -I -S -B __main__.py SETTINGS`, in an empty folder. A question is one JSON line on the
first pipe, an answer one JSON line on the second; both are moved away from where `print` writes. Nothing of `neurons`
is imported here: the installed package is the answer to most exercises. The files beside this one are imported by
their own names, and then forgotten: the student's file finds none of them.
"""

import json
import os
import sys

sys.path.insert(0, os.path.dirname(__file__))
from channel import Channel, load  # type: ignore[import-not-found]  # noqa: E402
from environment import prepare_imports, replace_functions, set_environment  # type: ignore[import-not-found]  # noqa: E402
from refused import watch_events  # type: ignore[import-not-found]  # noqa: E402
from system import lock_in  # type: ignore[import-not-found]  # noqa: E402

del sys.path[0], sys.modules["channel"], sys.modules["environment"], sys.modules["refused"], sys.modules["system"]


def contain(settings, answers):
    """Set the limits and the containment that the parent asks for."""
    own_folder = os.path.realpath(os.getcwd())
    set_environment(own_folder)
    for path in map(os.path.realpath, sys.path):  # of the standard library, which may be a zip, and need not be there
        settings["listable" if os.path.isdir(path) else "readable"].append(path)
    lock_in(settings, own_folder)
    if settings["hook"]:
        watch_events(settings, own_folder, answers)


def main():
    settings = json.loads(sys.argv[1])
    sys.argv = ["student.py"]
    requests, answers = os.fdopen(os.dup(0), "rb"), os.dup(1)
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 0)
    os.dup2(2, 1)  # prints go where errors go: the parent counts them
    os.close(null)
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    channel = Channel(requests, answers, settings["file"])
    with open(settings["file"], "rb") as file:
        prepare_imports(file.read())
    replace_functions()
    if settings["numpy"]:
        sys.path.append(settings["numpy"])
        try:
            import numpy  # noqa: F401
        except ImportError:
            channel.send({"raised": "ImportError", "message": "NumPy cannot be loaded", "line": 0})
            os._exit(0)
        sys.path.remove(settings["numpy"])
    contain(settings, answers)
    channel.send({"ready": 1})
    module = load(settings["file"], channel)
    if module is not None:
        channel.send({"loaded": 1})
        channel.serve(module)
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
