"""A program in the sandbox, and what can be asked of it: our end of `inside/runs.py`.

The files in `inside` go along with the program's text as one file, compiled: every program needs the same. Only numbers
come back: text is packed into them.
"""

import json
import marshal
import time
from functools import lru_cache
from importlib.resources import files
from typing import Any

from neurons.classroom.programs.budget import Budget, OutOfTime
from neurons.classroom.programs.text.written_sizes import table_sizes
from neurons.classroom.sandbox.containment import AUDIT_HOOK
from neurons.classroom.sandbox.errors import StudentError
from neurons.classroom.sandbox.student import usual_transport
from neurons.classroom.sandbox.transport import Limits, Transport
from neurons.classroom.sandbox.values import NotNumeric

# Each imports only those before it.
PARTS = (
    "watching",
    "state",
    "stepping",
    "easing",
    "precision",
    "unfolding",
    "stand_ins",
    "tables",
    "made_up",
    "loading",
    "examples",
    "turns",
    "trials",
    "changes",
    "runs",
)
SECONDS = 14  # of waiting for its answers
LONGEST = 1.5  # that one answer takes, as a rule
PACE = 1.0  # times as long as on a usual machine everything takes
LIMITS = Limits(cpu_seconds=SECONDS + 4, seconds=float(SECONDS), megabytes=1024)

START = """\
import marshal, sys, types
def _part(name, code):
    module = types.ModuleType("inside." + name)
    module.__package__ = "inside"
    sys.modules["inside." + name] = module
    exec(marshal.loads(code), module.__dict__)
    return module
sys.modules["inside"] = types.ModuleType("inside")
sys.modules["inside"].__path__ = []
"""


@lru_cache
def ours() -> str:
    """The text that runs before the program: all parts. The worker is the same Python, and can read their code."""
    folder = files("neurons.classroom.programs") / "inside"
    lines = [START]
    for part in PARTS:
        text = (folder / f"{part}.py").read_text(encoding="utf-8")
        code = compile(text, f"{part}.py", "exec", dont_inherit=True)
        lines.append(f"_{part} = _part({part!r}, {marshal.dumps(code)!r})\n")
    return "".join(lines)


class Session:
    """A program in the sandbox. Use it in a `with`; `StudentError` says what keeps it from running.

    With `is_eased` its optimiser takes plain steps: see `inside/easing.py`. Data that are not there are made up, in the
    `order` 0 or 1: see `inside/made_up.py`.
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
        order: int = 0,
    ) -> None:
        self.texts, self.main, self.is_eased = texts, main, is_eased
        self.budget = budget or Budget()
        self.made_up: list[list[Any]] = []  # [line, what] of the data that are not here
        self.steps: list[Any] = []  # what its turns do on the cases, once it is reached
        self.place: Any = None  # the loop and the variables in which they were seen
        self.call = ""  # the statement of ours that runs them, or ""
        self.probes = 0  # directions in which parameters are moved; 0: as many as the time allows
        self.waited = 0.0  # seconds for its answers, of which the transport gives SECONDS
        sizes = table_sizes(texts)
        lines = [ours(), f"_watching.PACE = {PACE}\n"]
        lines.append(
            "also_run, candidates, observe, places = _runs.also_run, _runs.candidates, _runs.observe, _runs.places\n"
        )
        lines.append("try_changes, keep_change, count_on = _runs.try_changes, _runs.keep_change, _runs.count_on\n")
        lines.append("made_up, keep_types = _runs.made_up, _runs.keep_types\n")
        lines.append("follow, nudged, let_chance = _runs.follow, _runs.nudged, _runs.let_chance\n")
        given = f"{texts!r}, {main!r}, {is_eased}, {sizes}, {order}"
        lines.append(f"def begin(seconds): return _runs.begin({given}, seconds)\n")
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
        if not self.budget.left or self.waited > SECONDS - LONGEST:
            raise OutOfTime("it takes too long here")
        begun = time.monotonic()
        answer = self.transport.call(None, name, arguments)
        self.waited += time.monotonic() - begun
        return answer

    def places(self) -> Any:
        """Where numbers are seen; the answer needs it when the time is over, too."""
        return self.transport.call(None, "places", ())

    def made_up_data(self) -> Any:
        """[line, what] of the data that are not here; the answer needs it when the time is over, too."""
        return unpacked(self.transport.call(None, "made_up", ()))

    def ask_text(self, name: str, *arguments: Any) -> Any:
        """The same, where numbers hold text."""
        return unpacked(self.ask(name, *arguments))


def unpacked(numbers: Any) -> Any:
    """What was packed into numbers, read as JSON."""
    if isinstance(numbers, NotNumeric):
        raise StudentError("it has too many numbers")
    size, *parts = map(int, numbers)
    return json.loads(b"".join(part.to_bytes(min(6, size - 6 * place), "big") for place, part in enumerate(parts)))
