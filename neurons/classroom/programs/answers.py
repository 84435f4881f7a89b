"""The answer: what was found out about a program, as facts; `words` puts them into sentences."""

from dataclasses import dataclass, field
from typing import Any

from neurons import NeuronsError
from neurons.text import wrapped

WIDTH = 96  # of a line of the message
RIGHT, WRONG, NOT_REACHED = "right", "wrong", "not reached"
EXIT_CODES = {RIGHT: 0, WRONG: 1, NOT_REACHED: 3}


@dataclass(frozen=True)
class Repair:
    """A change of one line after which the program was run again."""

    file: str
    line: int
    old: str
    new: str  # "" where the line is left out; "moved below line n", "above it: ...": see `edits`

    def as_json(self) -> dict[str, Any]:
        """In the form of --json."""
        return {"line": self.line, "old": self.old, "new": self.new}


@dataclass
class ProgramDiagnosis:
    """What is wrong with a whole program. `print` shows `message`; `ok` is None where it was not reached."""

    outcome: str
    message: str
    mistakes: list[str] = field(default_factory=list)
    conventions: list[str] = field(default_factory=list)
    network: dict[str, Any] | None = None
    groups: dict[str, float | str] = field(default_factory=dict)
    first_wrong: str | None = None
    line: int | None = None
    repairs: list[Repair] = field(default_factory=list)
    levels: list[str] = field(default_factory=list)  # the layer; the line and a question; the repair
    is_of_batch: bool = False  # whether each example alone is right, and a batch is wrong or not understood

    @property
    def ok(self) -> bool | None:
        """True for a right program, False for a wrong one, None where it was not reached."""
        return {RIGHT: True, WRONG: False}.get(self.outcome)

    def __bool__(self) -> bool:
        if self.ok is None:
            raise NeuronsError("the program was not reached, so it is neither right nor wrong: look at .message")
        return self.ok

    @property
    def exit_code(self) -> int:
        """0 for right, 1 for wrong, 3 for not reached."""
        return EXIT_CODES[self.outcome]

    def as_json(self) -> dict[str, Any]:
        """All of it, as `--json` prints it."""
        return {
            "outcome": self.outcome,
            "mistakes": self.mistakes,
            "conventions": self.conventions,
            "network": self.network,
            "groups": self.groups,
            "first_wrong": self.first_wrong,
            "line": self.line,
            "repairs": [repair.as_json() for repair in self.repairs],
            "message": self.message,
        }

    def __str__(self) -> str:
        return "\n".join(wrapped(line, WIDTH) for line in self.message.splitlines())

    def __repr__(self) -> str:
        return f"ProgramDiagnosis {self.outcome}: {self.message.splitlines()[0] if self.message else ''}"
