"""A program in the sandbox, and what can be asked of it: our end of `inside/runs.py`.

The files in `inside` go along with the program's text as one file. Only numbers come back: text is packed into them.
"""

import json
import time
from importlib.resources import files
from typing import Any

from neurons.classroom.programs.budget import Budget, OutOfTime
from neurons.classroom.sandbox.containment import AUDIT_HOOK
from neurons.classroom.sandbox.student import usual_transport
from neurons.classroom.sandbox.transport import Limits, Transport

# Each imports only those before it.
PARTS = (
    "watching",
    "state",
    "easing",
    "loading",
    "examples",
    "turns",
    "trials",
    "changes",
    "runs",
)
SECONDS = 14  # of waiting for its answers
LIMITS = Limits(cpu_seconds=SECONDS + 4, seconds=float(SECONDS), megabytes=1024)

START = """\
import sys, types
def _part(name, text):
    module = types.ModuleType("inside." + name)
    module.__package__ = "inside"
    sys.modules["inside." + name] = module
    exec(compile(text, name + ".py", "exec"), module.__dict__)
    return module
sys.modules["inside"] = types.ModuleType("inside")
sys.modules["inside"].__path__ = []
"""


class Session:
    """A program in the sandbox. Use it in a `with`; `StudentError` says what keeps it from running.

    With `is_eased` its optimiser takes plain steps: see `inside/easing.py`.
    """

    def __init__(
        self,
        texts: dict[str, str],
        main: str,
        *,
        transport: Any = None,
        level: str = AUDIT_HOOK,
        within: str | None = None,
        is_eased: bool = False,
        budget: Budget | None = None,
    ) -> None:
        self.texts, self.main, self.is_eased = texts, main, is_eased
        self.budget = budget or Budget()
        parts = files("neurons.classroom.programs") / "inside"
        lines = [START]
        for part in PARTS:
            lines.append(f"_{part} = _part({part!r}, {(parts / f'{part}.py').read_text(encoding='utf-8')!r})\n")
        lines.append(
            "also_run, candidates, observe, places = _runs.also_run, _runs.candidates, _runs.observe, _runs.places\n"
        )
        lines.append("try_changes, keep_change, count_on = _runs.try_changes, _runs.keep_change, _runs.count_on\n")
        lines.append("follow = _runs.follow\n")
        lines.append(f"def begin(seconds): return _runs.begin({texts!r}, {main!r}, {is_eased}, seconds)\n")
        source = "".join(lines).encode("utf-8")
        kind = transport or usual_transport()
        self.start = time.monotonic()
        self.transport: Transport = kind(source, "program.py", limits=LIMITS, level=level, within=within)

    def __enter__(self) -> "Session":
        return self

    def __exit__(self, *_: object) -> None:
        self.transport.close()

    @property
    def seconds(self) -> float:
        """How long it has been running."""
        return time.monotonic() - self.start

    def load(self) -> None:
        """Start it."""
        self.transport.load()

    def ask(self, name: str, *arguments: Any) -> Any:
        """What a function in the sandbox says, in numbers; `OutOfTime` where the diagnosis has no time left."""
        if not self.budget.left:
            raise OutOfTime("it takes too long here")
        return self.transport.call(None, name, arguments)

    def places(self) -> Any:
        """Where numbers are seen; the answer needs it when the time is over, too."""
        return self.transport.call(None, "places", ())

    def ask_text(self, name: str, *arguments: Any) -> Any:
        """The same, where numbers hold text."""
        return unpacked(self.ask(name, *arguments))


def unpacked(numbers: Any) -> Any:
    """What was packed into numbers, read as JSON."""
    size, whole = int(numbers[0]), b""
    for place, number in enumerate(numbers[1:]):
        whole += int(number).to_bytes(min(6, size - 6 * place), "big")
    return json.loads(whole)
