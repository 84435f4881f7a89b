"""What the operating system lets the process do: limits, Landlock, and a filter of system calls."""

import os
import sys


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
REFUSED_SYSTEM_CALLS = {
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

    architecture, fcntl, numbers = REFUSED_SYSTEM_CALLS.get(os.uname().machine, (0, 0, ""))
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


def lock_in(settings, own_folder):
    """Use what the parent has found to work on this machine."""
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
