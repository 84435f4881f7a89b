"""The calls that no exercise needs, and the audit hook that looks for them."""

import os
import sys

MOST_WRITES = 64  # files opened for writing, made, moved and removed, and folders

# What no exercise needs: the one list of refused calls, as audit events start, and what a student reads about each.
# It is the same in every worker on every system; what a grader's machine has to lock a worker in comes on top of it.
REFUSED_CALLS = {
    "start another program": "os.system os.exec os.posix_spawn os.spawn os.startfile os.fork subprocess. pty.",
    "start a thread": "_thread.start",
    "reach the network": "socket. urllib. http. ftplib. smtplib. poplib. imaplib. nntplib. telnetlib.",
    "send a signal": "os.kill signal.",
    "reach into Python itself": "ctypes. gc. code.__new__ sys._current_ cpython.run_",
    "change the system": "os. fcntl. mmap. resource. syslog. sqlite3. winreg. msvcrt. _winapi.",
}
REFUSED_IMPORTS = {
    "neurons": "import neurons, which holds the answers",
    "_multiprocessing": "use several processes, which no exercise needs",
    "_posixshmem": "use several processes, which no exercise needs",
    "webbrowser": "open a browser, which no exercise needs",
    "_tkinter": "open a window, which no exercise needs",
    "tkinter": "open a window, which no exercise needs",  # where Python comes without it
    "turtle": "open a window, which no exercise needs",
}
HARMLESS = {"os.putenv", "os.unsetenv", "os.fwalk", "os.walk", "socket.gethostname"}
# Harmless, and raised so often that looking at each would take more time than the program (`id` raises the first).
FREQUENT = {
    "builtins.id",
    "sys._getframe",
    "object.__getattr__",
    "object.__setattr__",
    "compile",
    "exec",
    "marshal.loads",
}
LISTING = {"os.listdir", "os.scandir"}
IN_OWN_FOLDER = {"os.mkdir": 1, "os.rmdir": 1, "os.remove": 1, "os.rename": 2, "os.chdir": 1}  # event -> paths in it


def private_path():
    """A path module of our own: the names that it looks up are copies, which the student's code cannot change."""
    import builtins
    from importlib.util import find_spec, module_from_spec
    from typing import Any

    spec: Any = find_spec(os.path.__name__)
    private: Any = module_from_spec(spec)
    private.__builtins__ = dict(vars(builtins))
    spec.loader.exec_module(private)
    for name, module in list(vars(private).items()):
        if type(module) is type(sys):
            copied: Any = type(sys)(name)
            copied.__dict__.update(vars(module))
            setattr(private, name, copied)
    return private


def watch_events(settings, own_folder, answers):
    """An audit hook that ends the process at the first refused call, and says which.

    It ends the process instead of raising, since an exception would carry this function's frame to the student's code.
    This and the functions below use no global or built-in names in what they leave behind, which that code could
    change, and call no method of an argument, which could be one of the student's own objects.
    """
    end, write = os._exit, os.write

    def refuse(what, line):
        what = "".join([letter if " " <= letter <= "~" and letter not in '"\\' else "?" for letter in what])
        write(answers, b'{"forbidden": "' + what.encode("ascii") + b'", "line": ' + b"%d" % line + b"}\n")
        end(3)

    look, getframe, failure = event_checker(settings, own_folder, refuse), sys._getframe, BaseException
    frequent = frozenset(FREQUENT)

    def hook(event, arguments):
        try:
            if event not in frequent:
                look(event, arguments, getframe(1))
        except failure:
            refuse("it tried something that cannot be looked at (" + event + ")", 0)

    sys.addaudithook(hook)


def event_checker(settings, own_folder, refuse):
    """A function of an audit event, its arguments and its frame; it calls `refuse` with what is refused, and the line.

    `types.coroutine`, which asyncio calls when it is imported, is the one function that may make code.
    """
    from types import coroutine

    refuse_at = refuser(settings["file"], refuse)
    plainly, check_open, check_listing, check_own_folder = path_checks(settings, own_folder, refuse_at)
    refused = [(start, what) for what, starts in REFUSED_CALLS.items() for start in starts.split()]
    harmless, listing, in_own_folder = frozenset(HARMLESS), frozenset(LISTING), dict(IN_OWN_FOLDER)
    refused_imports, marks_coroutine = dict(REFUSED_IMPORTS), coroutine.__code__

    def look(event, arguments, frame):
        if event == "open":
            check_open(*arguments, frame)
        elif event in listing:
            check_listing(*arguments, frame)
        elif event in in_own_folder:
            check_own_folder(event, arguments, in_own_folder[event], frame)
        elif event == "import":
            what = refused_imports.get(plainly(arguments[0]).partition(".")[0])
            if what is not None:
                refuse_at("it tried to " + what, frame)
        elif event not in harmless:
            for start, what in refused:
                if event.startswith(start) and not (event == "code.__new__" and frame.f_code is marks_coroutine):
                    refuse_at("it tried to " + what + " (" + event + "), which no exercise needs", frame)

    return look


def refuser(file, refuse):
    """A function of what is refused and the frame that asked for it: it calls `refuse` with the line of the file."""
    kind, text = type, str

    def refuse_at(what, frame):
        while frame is not None:
            if kind(frame.f_code.co_filename) is text and frame.f_code.co_filename == file:
                return refuse(what, frame.f_lineno or 0)
            frame = frame.f_back
        return refuse(what, 0)

    return refuse_at


def path_functions():
    """(a path as text, a path whole and real, whether a path lies beneath one of some folders), for the hook."""
    path_module = private_path()
    real, join, normal = path_module.realpath, path_module.join, path_module.normcase
    current, separator, some, kind, is_kind = os.getcwd, os.sep, any, type, issubclass
    text, octets, encoding = str, bytes, (sys.getfilesystemencoding(), sys.getfilesystemencodeerrors())

    def plainly(path):
        return text.__str__(path) if is_kind(kind(path), text) else octets.decode(path, *encoding)

    def whole(path):
        return normal(real(join(current(), path)))

    def beneath(path, folders):
        return some([path == folder or path.startswith(folder.rstrip(separator) + separator) for folder in folders])

    return plainly, whole, beneath


def path_checks(settings, own_folder, refuse_at):
    """`plainly`, and what looks at an opened file, at a listed folder, and at changes in the program's own folder."""
    plainly, whole, beneath = path_functions()
    null, some, kind, is_kind, following = os.devnull, any, type, issubclass, next
    text, number = str, int
    write_flags = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
    writes = iter(range(MOST_WRITES))
    own_file, own_folder = whole(settings["file"]), os.path.normcase(own_folder)
    readable = [os.path.normcase(path) for path in (*settings["readable"], own_folder)]
    listable = [*readable, *(os.path.normcase(path) for path in settings["listable"])]

    def check_open(path, mode, flags, frame):
        if is_kind(kind(path), number):
            return  # a descriptor that is open already
        path, flags = plainly(path), number.__index__(flags)
        place = whole(path)
        if null in (path, place):
            return
        if flags & write_flags or (kind(mode) is text and some([letter in mode for letter in "wax+"])):
            if place != own_folder:  # what `tempfile` says that it opens, and no file
                check_change(path, frame)
        elif not beneath(place, readable):
            refuse_at("it tried to read the file " + path[:100] + ", which is not its own", frame)

    def check_change(path, frame):
        place = whole(path)
        if place == own_file:
            refuse_at("it tried to change its own text", frame)
        if place == own_folder or not beneath(place, (own_folder,)):
            refuse_at("it tried to write, move or delete " + path[:100] + ", which is not its own", frame)
        if following(writes, None) is None:
            refuse_at("it changed too many files and folders", frame)

    def check_listing(path, frame):
        path = "." if path is None or is_kind(kind(path), number) else plainly(path)
        if not beneath(whole(path), listable):
            refuse_at("it tried to look into the folder " + path[:100] + ", which is not its own", frame)

    def check_own_folder(event, arguments, num_paths, frame):
        if event != "os.chdir" and some([number.__index__(one) != -1 for one in arguments[-num_paths:]]):
            refuse_at("it tried to change files by descriptors", frame)
        for path in arguments[:num_paths]:
            path = plainly(path)
            if event != "os.chdir":
                check_change(path, frame)
            elif not beneath(whole(path), (own_folder,)):
                refuse_at("it tried to go to the folder " + path[:100] + ", which is not its own", frame)

    return plainly, check_open, check_listing, check_own_folder
