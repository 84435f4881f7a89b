"""What came of a check."""

from typing import NamedTuple

from neurons.classroom.paragraphs import in_lines

NOTEBOOK_WIDTH = 88  # letters that fit beside a notebook's margin, which breaks longer lines anywhere
NOT_WRITTEN = "not written"  # among the names of what went wrong


class Result(NamedTuple):
    """The verdict on an exercise, and the message to the student."""

    exercise: str  # 06_weight_gradients
    passed: bool
    verdict: str  # one line
    message: str = ""  # the rest, for the student
    mistakes: tuple[str, ...] = ()  # ids of slips and of the catalogue
    names: tuple[str, ...] = ()  # the mistakes by name, or what else went wrong: for counting over a class
    notes: tuple[str, ...] = ()
    printed: str = ""  # what the student's code printed, cut
    next_step: str = ""  # where to go from here, in the place where the student is

    def __bool__(self) -> bool:
        return self.passed

    def __repr__(self) -> str:  # the last line of a notebook's cell shows it
        return in_lines(str(self), NOTEBOOK_WIDTH)

    def __str__(self) -> str:
        parts = [self.verdict, self.message, *self.notes]
        if self.printed:
            parts.append("Your code printed:\n" + "\n".join("  " + line for line in self.printed.splitlines()))
        parts.append(self.next_step)
        return "\n\n".join(part for part in parts if part)
