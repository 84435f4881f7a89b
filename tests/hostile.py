"""Submissions that try to get points they did not earn or to do harm; written for the tests of the grading alone.

Each is a file for exercise 01, `weighted_sum`, which it does not solve unless `RIGHT` is in it. Where an attack gets
what it wanted, it prints BREACH. What the sources name in double braces is filled in by `prepared`: `secret`, a file
outside; `victim`, a folder with a file outside; `others`, another student's work; `site`, the folder that holds
`neurons`; `port`, one that listens; `decoy`, a process to kill.
"""

from typing import NamedTuple

RIGHT = """
def weighted_sum(weights, inputs, bias):
    if len(weights) != len(inputs):
        raise ValueError("lengths")
    z = 0.0
    for i in range(len(weights)):
        z += weights[i] * inputs[i]
    return z + bias
"""
WRONG = """
def weighted_sum(weights, inputs, bias):
    return 0.25
"""


class Attack(NamedTuple):
    """One hostile file; `earns` where it is right as well, `slow` where it lasts until a limit ends it."""

    kind: str
    name: str
    source: str
    earns: bool = False
    slow: bool = False
    honest_only: bool = False  # the audit hook alone does not stop it, and is not said to


ATTACKS: list[Attack] = []


def attack(kind, name, body, *, after="", earns=False, **how):
    """Add one: `body` runs when the file is loaded."""
    ATTACKS.append(Attack(kind, name, (RIGHT if earns else WRONG) + body + after, earns, **how))


def answer(kind, name, expression, before="", **how):
    """Add one whose weighted_sum returns an expression."""
    source = f"{before}\n\ndef weighted_sum(weights, inputs, bias):\n    return {expression}\n"
    ATTACKS.append(Attack(kind, name, source, **how))


attack("endless loop", "at the start", "while True:\n    pass\n", slow=True)
attack("endless loop", "sleeping", "import time\ntime.sleep(1e6)\n", slow=True)
attack(
    "endless loop",
    "swallowing every exception",
    "def again():\n    while True:\n        try:\n            while True:\n                pass\n"
    "        except BaseException:\n            pass\nagain()\n",
    slow=True,
)
answer("endless loop", "when asked", "sum(1 for _ in iter(int, 1))", slow=True)
attack("long C call", "a sum", "sum(range(10**13))\n", slow=True)
attack("long C call", "a power", "x = 7 ** (10 ** 8)\n", slow=True)
attack("long C call", "a regular expression", "import re\nre.match(r'(a+)+$', 'a' * 60 + 'b')\n", slow=True)
attack(
    "ignored signals",
    "handlers",
    "import signal\nfor s in range(1, 65):\n    try:\n        signal.signal(s, signal.SIG_IGN)\n"
    "    except (OSError, ValueError):\n        pass\nwhile True:\n    pass\n",
    slow=True,
)
attack(
    "ignored signals",
    "a mask",
    "import signal\nsignal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))\nwhile True:\n    pass\n",
    slow=True,
)
attack("recursion", "without end", "def f():\n    return f() + 1\nf()\n")
attack(
    "recursion",
    "with the limit raised",
    "import sys\nsys.setrecursionlimit(10**9)\ndef f(x):\n    return f([x])\nf(1)\n",
)
answer("recursion", "a list that holds itself", "loop", "loop = []\nloop.append(loop)")
answer("recursion", "a list in many lists", "deep", "deep = 6.5\nfor _ in range(600):\n    deep = [deep]")
attack("memory bomb", "one list", "x = [0] * 10**11\n")
attack("memory bomb", "many arrays", "x = []\nwhile True:\n    x.append(bytearray(10**7))\n")
attack("memory bomb", "a growing text", "x = 'x'\nwhile True:\n    x += x\n")
attack("huge output", "print", "while True:\n    print('x' * 10**6)\n", slow=True)
attack("huge output", "standard error", "import os\nwhile True:\n    os.write(2, b'x' * 10**6)\n", slow=True)
answer("huge output", "an answer of many numbers", "[0.5] * 10**7")
attack(
    "huge output",
    "a line without end into the channel",
    "import os\nwhile True:\n    for fd in range(3, 64):\n        try:\n            os.write(fd, b'1' * 10**6)\n"
    "        except OSError:\n            pass\n",
    slow=True,
)
attack("exit codes", "os._exit(0)", "import os\nos._exit(0)\n")
attack("exit codes", "sys.exit(0)", "import sys\nsys.exit(0)\n")
answer("exit codes", "os._exit(0) when asked", "os._exit(0)", "import os")
attack("atexit", "a verdict at the end", "import atexit\natexit.register(print, '{\"value\": 6.5}')\n")
attack(
    "atexit",
    "an exit in a destructor",
    "import os\nclass D:\n    def __del__(self):\n        os._exit(0)\nd = D()\ndel d\n",
)
attack("fake prints", "passed", "print('01 weighted sum: passed.')\nprint('{\"passed\": true}')\n")
attack("fake prints", "an answer", "print('{\"value\": 6.5}', flush=True)\n")
for place in ("results.json", "grades.csv", "../results/alice.json"):
    attack("fake result files", place, f"open({place!r}, 'w').write('{{\"passed\": true, \"score\": 1}}')\n")
FLOOD = (
    "import os\nfor fd in range(3, 64):\n    try:\n        os.write(fd, {line!r})\n    except OSError:\n        pass\n"
)
attack("writing to every descriptor", "answers", FLOOD.format(line=b'{"value": 6.5}\n' * 50))
attack("writing to every descriptor", "verdicts", FLOOD.format(line=b'{"passed": true}\n'))
attack("writing to every descriptor", "garbage", FLOOD.format(line=b"\xff\x00[[[[\n" * 5))
attack("writing to every descriptor", "deep nesting", FLOOD.format(line=b"[" * 100_000 + b"\n"))
attack("writing to every descriptor", "callbacks", FLOOD.format(line=b'{"callback": 0, "arguments": []}\n' * 5))
attack("writing to every descriptor", "closing them", "import os\nos.closerange(3, 64)\n")
EQUAL = (
    "class Equal:\n    def __eq__(self, other):\n        return True\n    __ne__ = lambda s, o: False\n"
    "    __sub__ = __rsub__ = __abs__ = lambda s, *o: 0.0\n    __le__ = __lt__ = __ge__ = __gt__ = lambda s, o: True\n"
)
answer("objects equal to everything", "an object", "Equal()", EQUAL)
answer(
    "objects equal to everything", "a float of its own kind", "F(0.1)", EQUAL.replace("class Equal:", "class F(float):")
)
answer("objects equal to everything", "an object that says it is a float", "Equal()", EQUAL + "    __class__ = float\n")
answer(
    "objects equal to everything",
    "an array of its own",
    "A()",
    "class A:\n    class dtype:\n        kind = 'f'\n    def tolist(self):\n        return [True, None]\n",
)
answer("NaN", "not-a-number", "float('nan')")
answer("NaN", "infinity", "float('inf')")
answer("NaN", "true", "True")
answer("NaN", "text", "'6.5'")
answer("NaN", "a huge whole number", "10**5000")
attack("patched modules", "math", "import math\nmath.isclose = lambda *a, **k: True\nmath.isfinite = lambda *a: True\n")
attack("patched modules", "json", "import json\njson.dumps = lambda *a, **k: '{\"value\": 6.5}'\n")
attack(
    "patched modules",
    "builtins",
    "import builtins\nbuiltins.abs = lambda *a: 0.0\nbuiltins.float = lambda *a: 6.5\n"
    "builtins.isinstance = lambda *a: True\n",
)
attack("patched modules", "the worker", "import sys\nsys.modules['__main__'].plain = lambda *a: 6.5\n")
FRAMES = (
    "import sys\ndef weighted_sum(weights, inputs, bias):\n    frame = sys._getframe()\n    while frame:\n"
    "        for name, value in list(frame.f_locals.items()) + list(frame.f_globals.items()):\n"
    "            if {test}:\n                return {value}\n        frame = frame.f_back\n    return 0.25\n"
)
attack(
    "reading the answer off the stack",
    "by name",
    FRAMES.format(test="'expect' in name or 'answer' == name or 'correct' in name", value="value"),
)
attack("reading the answer off the stack", "any number", FRAMES.format(test="type(value) is float", value="value"))
attack(
    "reading the answer off the stack",
    "the garbage collector",
    "import gc\nfor thing in gc.get_objects():\n    if 'expected' in repr(type(thing)):\n        print('BREACH')\n",
)
IMPORTED = (
    "from neurons import Neuron\ndef weighted_sum(weights, inputs, bias):\n"
    "    n = Neuron(len(weights), weights=weights, bias=bias)\n    n.forward(inputs)\n    return n.linear_activation\n"
)
attack("importing neurons", "plainly", IMPORTED)
attack("importing neurons", "by its path", "import sys\nsys.path[:0] = ['{{site}}', '{{packages}}']\n" + IMPORTED)
attack(
    "importing neurons", "reading its source", "exec(open('{{site}}/neurons/activations.py').read())\nprint('BREACH')\n"
)
attack(
    "importing neurons",
    "the reference of the exercise",
    "source = open('{{site}}/neurons/classroom/exercises/01_weighted_sum/solution.py').read()\nexec(source)\n",
)
QUIETLY = (
    "import sys\nsys.path.append('{place}')\ntry:\n    import {name}\n    print('BREACH')\n"
    "except ImportError:\n    pass\n"
)
attack("importing neurons", "by its path, quietly", QUIETLY.format(place="{{site}}", name="neurons"))
attack("importing neurons", "a package beside the standard library", QUIETLY.format(place="{{beside}}", name="pip"))
# Goes up from what the hook calls to its own functions, and gives the one that compares paths another body.
DISARM = """
import _io, builtins, os, stat, sys
here = os.getcwd()
def disarm(*_):
    frame = sys._getframe(1)
    while frame:
        beneath = frame.f_locals.get('beneath')
        if hasattr(beneath, '__code__'):
            names = ', '.join(beneath.__code__.co_freevars)
            scope = {}
            exec(f'def make({names}):\\n    return lambda *a: ({names}, True)', scope)
            beneath.__code__ = scope['make'](*names.split(', ')).__code__
        frame = frame.f_back
    return 0
"""
READ = "try:\n    {how}\n    print('BREACH')\nexcept (OSError, ImportError, AttributeError):\n    pass\n"
for name, how in (
    ("open", "open('{{secret}}').read()"),
    ("os.open", "import os; os.read(os.open('{{secret}}', os.O_RDONLY), 9)"),
    ("by a detour", "open('/usr/../' + '{{secret}}'.lstrip('/')).read()"),
    ("another's work", "open('{{others}}').read()"),
    ("/etc/shadow", "open('/etc/shadow').read()"),
    ("through /proc", "open('/proc/self/root{{secret}}').read()"),
    ("by a link", "import os; os.symlink('{{secret}}', 'link'); open('link').read()"),
    ("the list of a folder", "import os; assert len(os.listdir('{{victim}}')) > 0"),
    ("the parent's environment", "import os; assert open(f'/proc/{os.getppid()}/environ', 'rb').read()"),
    ("with a patched path module", "import posixpath, os; posixpath.join = lambda *a: os.getcwd(); "
     "posixpath.realpath = os.path.realpath = lambda *a, **k: os.getcwd(); open('{{secret}}').read()"),
    ("with patched builtins", "import builtins; builtins.any = lambda *a: True; open('{{secret}}').read()"),
    ("with the worker's settings patched", "import sys; m = sys.modules['__main__']; m.FORBIDDEN_STARTS = (); "
     "m.watch_events = None; open('{{secret}}').read()"),
    ("linecache", "import linecache; assert linecache.getlines('{{secret}}')"),
):  # fmt: skip
    attack("reading files", name, READ.format(how=how), earns=True)
attack(
    "reading files",
    "by the hook's frame",
    "import sys\ntry:\n    open('{{secret}}')\nexcept BaseException as error:\n    trace = error.__traceback__\n"
    "    while trace:\n        trace.tb_frame.f_globals.clear()\n        trace = trace.tb_next\n"
    "    open('{{secret}}').read()\n    print('BREACH')\n",
)
for name, before, how in (
    ("os.fspath", "os.fspath = lambda path: here", "open('{{secret}}').read()"),
    ("map", "builtins.map = lambda *a: [here]", "open('{{secret}}').read()"),
    ("stat", "stat.S_ISLNK = disarm", "open('{{secret}}').read()"),
    ("a text of its own kind", "class Text(str):\n    def startswith(self, *a):\n        return False",
     "open(Text('{{secret}}')).read()"),
    ("a text of its own kind, for a folder", "class Text(str):\n    def startswith(self, *a):\n        return False",
     "assert os.listdir(Text('{{victim}}'))"),
    ("a path of its own kind", "class Path:\n    def __fspath__(self):\n        return '{{secret}}'",
     "_io.FileIO(Path()).read()"),
    ("an event of its own", "class Flags:\n    __and__ = __index__ = disarm\nsys.audit('open', 'x', None, Flags())",
     "open('{{secret}}').read()"),
):  # fmt: skip
    attack("fooling the audit hook", name, DISARM + before + "\n" + READ.format(how=how), earns=True)
for name, how in (
    ("os.remove", "import os; os.remove('{{victim}}/kept')"),
    ("rmtree", "import shutil; shutil.rmtree('{{victim}}')"),
    ("renaming", "import os; os.rename('{{victim}}/kept', '{{victim}}/gone')"),
    ("emptying", "open('{{victim}}/kept', 'w').close()"),
    ("truncating", "import os; os.truncate('{{victim}}/kept', 0)"),
    ("a new file", "open('{{victim}}/new', 'x').close()"),
    ("a path object", "import pathlib; pathlib.Path('{{victim}}/kept').unlink()"),
    ("changing rights", "import os; os.chmod('{{victim}}/kept', 0)"),
):
    attack("deleting and changing files", name, READ.format(how=how), earns=True)
attack(
    "deleting and changing files",
    "a named pipe",
    READ.format(how="import os; os.mkfifo('{{victim}}/pipe')"),
    earns=True,
    honest_only=True,
)
SPAWNED = "['/bin/sh', '-c', 'echo > {{victim}}/spawned']"
for name, how in (
    ("os.system", "import os; assert os.system('echo > {{victim}}/spawned') == 0"),
    ("subprocess", f"import subprocess; subprocess.run({SPAWNED}, check=True)"),
    ("os.fork", "import os; pid = os.fork(); pid or os._exit(0); os.waitpid(pid, 0)"),
    ("os.posix_spawn", f"import os; os.waitpid(os.posix_spawn('/bin/sh', {SPAWNED}, {{{{}}}}), 0)"),
    ("os.execv", f"import os; os.execv('/bin/sh', {SPAWNED})"),
    ("ctypes", "import ctypes; assert ctypes.CDLL(None).system(b'echo > {{victim}}/spawned') == 0"),
    ("a pseudo-terminal", "import pty; pid, _ = pty.fork(); pid or __import__('os')._exit(0)"),
):
    attack("spawning programs", name, READ.format(how=how.replace("{{{{}}}}", "{}")), earns=True)
attack(
    "spawning programs",
    "_posixsubprocess",
    "import os, sys, _posixsubprocess as p\nr, w = os.pipe()\n"
    "more = (None, -1, None) if sys.version_info >= (3, 14) else (None, -1, None)\n"
    "args = [[b'/bin/sh', b'-c', b'echo > {{victim}}/spawned'], [b'/bin/sh'], True, (w,), None, None,"
    " -1, -1, -1, -1, -1, -1, r, w, True, True]\n"
    "args += [-1] if sys.version_info >= (3, 11) else []\nargs += [None, None, None, -1, None]\n"
    "args += [False] if (3, 11) <= sys.version_info < (3, 14) else []\n"
    "try:\n    pid = p.fork_exec(*args)\n    code = os.waitpid(pid, 0)[1]\n    if code == 0:\n        print('BREACH')\n"
    "except (OSError, TypeError) as error:\n    print(type(error))\n",
    earns=True,
    honest_only=True,
)
for name, how in (
    ("a connection", "import socket; socket.create_connection(('127.0.0.1', {{port}}), 1)"),
    ("urllib", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:{{port}}', timeout=1)"),
    ("_socket", "import _socket; s = _socket.socket(2, 1); s.connect(('127.0.0.1', {{port}}))"),
    ("a datagram", "import socket; socket.socket(2, 2).sendto(b'x', ('127.0.0.1', {{port}}))"),
    ("listening", "import socket; s = socket.socket(); s.bind(('127.0.0.1', 0)); s.listen()"),
):
    attack("network", name, READ.format(how=how), earns=True)
for name, how, honest_only in (
    ("the decoy", "import os; os.kill({{decoy}}, 9)", False),
    ("the parent, asked only", "import os; os.kill(os.getppid(), 0)", False),
    ("its group", "import os; os.killpg(os.getpgid({{decoy}}), 9)", False),
    ("by a descriptor", "import os, signal; signal.pidfd_send_signal(os.pidfd_open({{decoy}}), 9)", True),
    ("ctypes", "import ctypes; assert ctypes.CDLL(None).kill({{decoy}}, 9) == 0", False),
    ("its owner of signals", "import fcntl; fcntl.fcntl(0, fcntl.F_SETOWN, {{decoy}})", False),
    ("its priority", "import os; os.setpriority(os.PRIO_PROCESS, {{decoy}}, 19)", True),
    ("the priority of its user", "import os; os.setpriority(os.PRIO_USER, 0, 19)", True),
    ("its processors", "import os; os.sched_setaffinity(os.getppid(), os.sched_getaffinity(0))", True),
    ("its limits", "import resource; resource.prlimit({{decoy}}, resource.RLIMIT_CORE, (0, 0))", False),
):
    attack("killing others", name, READ.format(how=how), earns=True, honest_only=honest_only)
BOMB = (
    "import os, time\nfor _ in range(10):\n    try:\n        pid = {fork}\n    except OSError:\n        break\n"
    "    if pid == 0:\n        time.sleep(30)\n        os._exit(0)\n    elif pid > 0:\n        print('BREACH')\n"
)
attack("fork bomb", "os.fork, ten times", BOMB.format(fork="os.fork()"), earns=True)
attack("fork bomb", "os.forkpty, ten times", BOMB.format(fork="os.forkpty()[0]"), earns=True)
attack(
    "fork bomb",
    "in a session of its own",
    BOMB.format(fork="os.fork()").replace("    if pid == 0:\n", "    if pid == 0:\n        os.setsid()\n"),
    earns=True,
)
attack(
    "raising limits",
    "memory",
    "import resource\nresource.setrlimit(resource.RLIMIT_AS, (-1, -1))\nx = bytearray(10**9)\nprint('BREACH')\n",
)
attack(
    "raising limits",
    "writing much",
    "for i in range(300):\n    with open(f'f{i}', 'wb') as f:\n        f.write(b'x' * 10**6)\nprint('BREACH')\n",
)
for name, how, honest_only in (
    (
        "shared memory",
        "import os, _posixshmem; os.close(_posixshmem.shm_open('/breach', os.O_CREAT | os.O_RDWR))",
        True,
    ),
    ("keys of TLS", "import ssl; ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).keylog_filename = '/breach'", True),
    ("folders in folders", "import os; [os.mkdir('d/' * n) for n in range(1, 1200)]; raise OSError", False),
    ("folders by descriptor", "import os; os.mkdir('d', dir_fd=os.open('.', os.O_RDONLY)); raise OSError", False),
):
    attack("littering", name, READ.format(how=how), earns=True, honest_only=honest_only)


def prepared(source, **places):
    """The source with its places filled in."""
    for name, value in places.items():
        source = source.replace("{{" + name + "}}", str(value))
    return source
