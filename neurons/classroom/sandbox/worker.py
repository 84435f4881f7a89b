"""Runs in the child: loads one student's file, answers questions with plain numbers, and knows no answer itself.

The parent starts it as `python -I -S -B worker.py SETTINGS`, in an empty folder. A question is one JSON line on the
first pipe, an answer one JSON line on the second; both are moved away from where `print` writes. Nothing of `neurons`
is imported here: the installed package is the answer to most exercises.
"""

import json
import os
import sys

MOST_NUMBERS = 1_000_000  # in one answer
MOST_TEXT = 300  # characters of a student's error message
MOST_WRITES = 64  # files opened for writing, made, moved and removed, and folders


def plain(value, objects, room):
    """`value` as numbers and lists of numbers; anything else as {"object": its number} for later questions."""
    if isinstance(value, bool) or value is None or isinstance(value, (str, bytes, complex)):
        return {"not_numeric": "None" if value is None else f"the {type(value).__name__} {value!r}"[:60]}
    if isinstance(value, (int, float)):
        number = float(value)
        return number if number - number == 0.0 else {"not_numeric": f"the number {number}"}
    if hasattr(value, "tolist") and hasattr(value, "dtype"):
        if value.dtype.kind not in "iuf":
            return {"not_numeric": f"an array of {value.dtype}"}
        return plain(value.tolist(), objects, room)
    if isinstance(value, (list, tuple)):
        room[0] -= len(value) + 1
        if room[0] < 0:
            return {"not_numeric": "more than a million numbers"}
        return [plain(item, objects, room) for item in value]
    objects.append(value)
    return {"object": len(objects) - 1, "type": type(value).__name__[:60]}


def described_error(error, file):
    """A student's exception: its type, its message, and the last line of the student's file that it went through.

    "called_in" is the line outside of all functions that led there, where the file itself calls them.
    """
    line, called_in, trace = 0, 0, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == file:
            line = trace.tb_lineno
            if trace.tb_frame.f_code.co_name == "<module>":
                called_in = line
        trace = trace.tb_next
    answer = {"raised": type(error).__name__[:60], "message": "", "line": line}
    if called_in not in (0, line):
        answer["called_in"] = called_in
    try:
        answer["message"] = str(error)[:MOST_TEXT]
    except Exception:  # the student's own message
        answer["message"] = "(its message cannot be printed)"
    return answer


class Channel:
    """The two pipes, and those of the student's objects that the parent has asked for."""

    def __init__(self, requests, answers, file):
        self.requests = requests
        self.answers = answers
        self.file = file
        self.objects = []

    def send(self, answer):
        line = json.dumps(answer).encode("ascii") + b"\n"
        while line:
            line = line[os.write(self.answers, line) :]

    def read(self):
        line = self.requests.readline()
        if not line:  # the parent has finished
            os._exit(0)
        return json.loads(line)

    def value(self, argument):
        """What the parent sent: numbers and lists as they are, objects by number, arrays, functions to call."""
        if isinstance(argument, list):
            return [self.value(item) for item in argument]
        if not isinstance(argument, dict):
            return argument
        if "object" in argument:
            return self.objects[argument["object"]]
        if "lent" in argument:
            return self.value(argument["lent"])
        if "array" in argument:
            import numpy as np

            if "bytes" in argument:
                from base64 import b64decode

                array = np.frombuffer(b64decode(argument["bytes"]), np.uint8).reshape(argument["array"])
                return array / np.float32(argument["divisor"])
            return np.array(argument["array"], dtype=float)
        number = argument["callback"]

        def ask(*arguments):
            self.send({"callback": number, "arguments": plain(arguments, self.objects, [MOST_NUMBERS])})
            return self.value(self.read()["value"])

        return ask

    def answer(self, question, module):
        """Do what the question says; return the answer."""
        owner = module if question["of"] is None else self.objects[question["of"]]
        name = question["name"]
        if question["do"] == "set":
            setattr(owner, name, self.value(question["value"]))
            return {"value": 0.0}
        missing = object()
        if name is None:
            found = owner
        else:
            found = getattr(owner, name, missing)
            if found is missing:
                return {"missing": name, "in": "" if owner is module else type(owner).__name__[:60]}
        if question["do"] == "delete":
            delattr(owner, name)
            return {"value": 0.0}
        if question["do"] == "get":
            if callable(found):
                return {"function": name}
            return {"value": plain(found, self.objects, [MOST_NUMBERS])}
        arguments = [self.value(argument) for argument in question["arguments"]]
        answer = {"value": plain(found(*arguments), self.objects, [MOST_NUMBERS])}
        for encoded, argument in zip(question["arguments"], arguments, strict=True):
            if isinstance(encoded, dict) and "lent" in encoded:
                answer.setdefault("lent", []).append(plain(argument, self.objects, [MOST_NUMBERS]))
                if encoded["reused"]:  # its owner writes other numbers into it
                    argument[:] = [0.0] * len(argument)
        return answer

    def serve(self, module):
        """Answer questions until the parent has finished."""
        while True:
            question = self.read()
            try:
                self.send(self.answer(question, module))
            except BaseException as error:  # SystemExit too: the student's code does not decide when to stop
                self.send(described_error(error, self.file))


def compiled_file(source, path):
    """The code of a student's file."""
    return compile(source, path, "exec", dont_inherit=True)


def load(path, channel, compiled=compiled_file):
    """The student's file as a module; what keeps it from being one is told."""
    try:
        with open(path, "rb") as file:
            source = file.read()
        code = compiled(source, path)
    except (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError) as error:
        line = getattr(error, "lineno", None) or 0
        message = getattr(error, "msg", None) or str(error)
        channel.send({"syntax": f"{type(error).__name__}: {message}"[:MOST_TEXT], "line": line})
        return None
    module = type(sys)("student")
    module.__file__ = path
    sys.modules["student"] = sys.modules["__main__"] = module  # the second is where `doctest` looks
    try:
        exec(code, module.__dict__)
    except BaseException as error:
        channel.send(described_error(error, path))
        return None
    return module


# What the process may do, set before the student's file is loaded.


def set_limits(limits):
    """Let the system end what takes more than its share of time, memory, files or processes, where it can."""
    try:
        import resource
    except ImportError:  # Windows
        return

    for name, most in limits.items():
        kind = getattr(resource, f"RLIMIT_{name}")
        hard = resource.getrlimit(kind)[1]
        hard = most if hard == resource.RLIM_INFINITY else min(most, hard)
        try:
            resource.setrlimit(kind, (hard, hard))
        except (OSError, ValueError):
            if sys.platform == "linux":
                raise  # other systems do not know every limit


def call_system(number, *arguments):
    """A system call that Python has no function for; raises OSError where it is refused."""
    import ctypes

    syscall = ctypes.CDLL(None, use_errno=True).syscall
    syscall.restype = ctypes.c_long
    result = syscall(ctypes.c_long(number), *arguments)
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result


# landlock_create_ruleset, on all machines; the next two numbers add a rule and restrict this process.
CREATE_RULESET = 444
NO_NEW_PRIVILEGES, DIE_WITH_PARENT, INSTALL_FILTER = 38, 1, 22  # of prctl
EXECUTE, WRITE_FILE, READ_FILE, READ_DIR = 1, 2, 4, 8
RIGHTS = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 4: (1 << 15) - 1, 5: (1 << 16) - 1}
# In its own folder: also remove folders and files, make both, move them from folder to folder, and truncate files.
OWN_RIGHTS = WRITE_FILE | READ_FILE | READ_DIR | 1 << 4 | 1 << 5 | 1 << 7 | 1 << 8 | 1 << 13 | 1 << 14


def control(*arguments):
    """prctl: settings of this process."""
    import ctypes

    whole = [ctypes.c_ulong(argument) for argument in arguments] + [ctypes.c_ulong(0)] * (5 - len(arguments))
    if ctypes.CDLL(None, use_errno=True).prctl(*whole) != 0:
        raise OSError(ctypes.get_errno(), "prctl")


def landlock_version():
    """Which version of Landlock the kernel has; 0 for none."""
    try:
        return call_system(CREATE_RULESET, None, 0, 1)
    except OSError:
        return 0


def restrict_files(readable, listable, own_folder):
    """Landlock: from now on this process reads `readable`, writes in `own_folder`, and has no TCP."""
    import ctypes
    import struct

    version = landlock_version()
    handled = RIGHTS[min(version, 5)]
    attributes = struct.pack("=QQQ", handled, 3 if version >= 4 else 0, 3 if version >= 6 else 0)
    size = 8 if version < 4 else 16 if version < 6 else 24
    ruleset = call_system(CREATE_RULESET, ctypes.c_char_p(attributes), ctypes.c_size_t(size), 0)
    rules = [(path, READ_FILE | READ_DIR) for path in readable] + [(path, READ_DIR) for path in listable]
    rules += [(own_folder, OWN_RIGHTS), (os.devnull, READ_FILE | WRITE_FILE)]
    for path, rights in rules:
        try:
            descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
        except OSError:
            continue
        if not os.path.isdir(path):
            rights &= READ_FILE | WRITE_FILE
        rule = struct.pack("=Qi", rights & handled, descriptor)
        call_system(CREATE_RULESET + 1, ruleset, 1, ctypes.c_char_p(rule), 0)
        os.close(descriptor)
    call_system(CREATE_RULESET + 2, ruleset, 0)
    os.close(ruleset)


# System calls that no exercise needs: new processes and programs, signals, sockets, debugging, mounts, shared memory,
# the rights, owners and times of files, the priorities and limits of other processes, flushing every disk.
# Before them, the number of fcntl, of which F_SETOWN, F_SETSIG and F_SETOWN_EX make the kernel send signals to others.
SENDING_SIGNALS = (8, 10, 15)
REFUSED = {
    "x86_64": (
        0xC000003E,
        72,
        "56 57 58 435 59 322 101 62 200 234 129 297 424 434 438 41 42 49 310 311 272 308 165 166 428 429 430 321"
        " 298 425 248 249 250 323 161 29 68 64 240 157 317"
        " 90 91 268 452 92 93 94 260 132 235 280 261 188 189 190 197 198 199"
        " 141 142 144 203 314 251 302 76 162 306",
    ),
    "aarch64": (
        0xC00000B7,
        25,
        "220 435 221 281 117 129 130 131 138 240 424 434 438 198 203 200 270 271 97 268 40 39 428 429 430 280"
        " 241 425 217 218 219 282 51 194 186 190 180 167 277 52 53 452 55 54 88 5 6 7 14 15 16"
        " 140 118 119 122 274 30 261 45 81 267",
    ),
}


def refuse_system_calls():
    """Seccomp: new processes, signals to others, sockets and the like fail with "not permitted". False if not there."""
    import ctypes
    import struct

    architecture, fcntl, numbers = REFUSED.get(os.uname().machine, (0, 0, ""))
    if not architecture or sys.maxsize < 2**32:
        return False
    refused = [int(number) for number in numbers.split()]
    allow, refuse, kill = 0x7FFF0000, 0x00050001, 0x80000000
    load, equal, at_least, give = 0x20, 0x15, 0x35, 0x06
    program = [(load, 0, 0, 4), (equal, 1, 0, architecture), (give, 0, 0, kill), (load, 0, 0, 0)]
    program += [(at_least, 0, 1, 0x40000000), (give, 0, 0, kill)]  # the x32 names of the same calls
    program += [(equal, 0, 6, fcntl), (load, 0, 0, 24)]  # its second argument decides
    program += [(equal, 3 - place, 0, command) for place, command in enumerate(SENDING_SIGNALS)]
    program += [(give, 0, 0, allow), (give, 0, 0, refuse)]
    for place, number in enumerate(refused):
        program.append((equal, len(refused) - place, 0, number))
    program += [(give, 0, 0, allow), (give, 0, 0, refuse)]
    packed = b"".join(struct.pack("=HBBI", *instruction) for instruction in program)
    holder = ctypes.create_string_buffer(packed)
    header = ctypes.create_string_buffer(struct.pack("@HP", len(program), ctypes.addressof(holder)))
    control(INSTALL_FILTER, 2, ctypes.addressof(header))
    return True


def give_up_rights():
    """A grader that runs as root has rights that pass by the limits: drop them all."""
    import ctypes
    import struct

    header = ctypes.create_string_buffer(struct.pack("=Ii", 0x20080522, 0))
    ctypes.CDLL(None, use_errno=True).capset(header, ctypes.create_string_buffer(24))


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


def replace_functions():
    """Put functions of ours in the place of those that start programs and threads."""
    import _thread

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
    This and `event_checker` use no global or built-in names in what they leave behind, which that code could change,
    and call no method of an argument, which could be one of the student's own objects.
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

    path_module = private_path()
    real, join, normal = path_module.realpath, path_module.join, path_module.normcase
    current, null, separator = os.getcwd, os.devnull, os.sep
    some, kind, is_kind, following = any, type, issubclass, next
    text, octets, number, encoding = str, bytes, int, (sys.getfilesystemencoding(), sys.getfilesystemencodeerrors())
    write_flags = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
    writes = iter(range(MOST_WRITES))
    own_file, own_folder = normal(real(settings["file"])), normal(own_folder)
    readable = [normal(path) for path in (*settings["readable"], own_folder)]
    listable = [*readable, *(normal(path) for path in settings["listable"])]
    refused = [(start, what) for what, starts in REFUSED_CALLS.items() for start in starts.split()]
    harmless, listing, in_own_folder = frozenset(HARMLESS), frozenset(LISTING), dict(IN_OWN_FOLDER)
    refused_imports, file, marks_coroutine = dict(REFUSED_IMPORTS), settings["file"], coroutine.__code__

    def beneath(path, folders):
        return some([path == folder or path.startswith(folder.rstrip(separator) + separator) for folder in folders])

    def plainly(path):
        return text.__str__(path) if is_kind(kind(path), text) else octets.decode(path, *encoding)

    def whole(path):
        return normal(real(join(current(), path)))

    def line_of(frame):
        while frame is not None:
            if kind(frame.f_code.co_filename) is text and frame.f_code.co_filename == file:
                return frame.f_lineno or 0
            frame = frame.f_back
        return 0

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
            refuse("it tried to read the file " + path[:100] + ", which is not its own", line_of(frame))

    def check_change(path, frame):
        place = whole(path)
        if place == own_file:
            refuse("it tried to change its own text", line_of(frame))
        if place == own_folder or not beneath(place, (own_folder,)):
            refuse("it tried to write, move or delete " + path[:100] + ", which is not its own", line_of(frame))
        if following(writes, None) is None:
            refuse("it changed too many files and folders", line_of(frame))

    def check_own_folder(event, arguments, frame):
        count = in_own_folder[event]
        if event != "os.chdir" and some([number.__index__(one) != -1 for one in arguments[-count:]]):
            refuse("it tried to change files by descriptors", line_of(frame))
        for path in arguments[:count]:
            path = plainly(path)
            if event != "os.chdir":
                check_change(path, frame)
            elif not beneath(whole(path), (own_folder,)):
                refuse("it tried to go to the folder " + path[:100] + ", which is not its own", line_of(frame))

    def look(event, arguments, frame):
        if event == "open":
            path, mode, flags = arguments
            check_open(path, mode, flags, frame)
        elif event in listing:
            (path,) = arguments
            path = "." if path is None or is_kind(kind(path), number) else plainly(path)
            if not beneath(whole(path), listable):
                refuse("it tried to look into the folder " + path[:100] + ", which is not its own", line_of(frame))
        elif event in in_own_folder:
            check_own_folder(event, arguments, frame)
        elif event == "import":
            what = refused_imports.get(plainly(arguments[0]).partition(".")[0])
            if what is not None:
                refuse("it tried to " + what, line_of(frame))
        elif event not in harmless:
            for start, what in refused:
                if event.startswith(start) and not (event == "code.__new__" and frame.f_code is marks_coroutine):
                    refuse("it tried to " + what + " (" + event + "), which no exercise needs", line_of(frame))

    return look


def contain(settings, answers):
    """Set the limits and the containment that the parent asks for."""
    own_folder = os.path.realpath(os.getcwd())
    set_environment(own_folder)
    for path in map(os.path.realpath, sys.path):  # of the standard library, which may be a zip, and need not be there
        settings["listable" if os.path.isdir(path) else "readable"].append(path)
    if settings["contain"]:
        if sys.platform == "linux":
            control(DIE_WITH_PARENT, 9)
        set_limits(settings["limits"])
    if settings["landlock"]:
        control(NO_NEW_PRIVILEGES, 1)
        restrict_files(settings["readable"], settings["listable"], own_folder)
    if settings["seccomp"]:
        control(NO_NEW_PRIVILEGES, 1)
        give_up_rights()
        refuse_system_calls()
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
