"""What a student reads in a terminal: lines that break between words, and colour where the terminal has it."""

import os
import re
import shutil
import sys

from neurons.classroom.paragraphs import in_lines, reflowed

WIDEST = 100
CLEAR = "\x1b[H\x1b[2J"
STYLES = {"good": "32;1", "bad": "31;1", "number": "33;1", "quiet": "2", "bold": "1"}
MARK = re.compile(r"<- [a-z ]+$")


class Screen:
    """A place to write to: a terminal, which can be cleared and may have colours, or a file, which has neither."""

    def __init__(self, stream=None) -> None:
        self.stream = stream or sys.stdout
        self.is_terminal = bool(self.stream.isatty()) and os.environ.get("TERM") != "dumb"
        self.has_colour = self.is_terminal and not os.environ.get("NO_COLOR")
        self.num_lines = 0  # written since it was cleared
        if self.is_terminal and sys.platform == "win32":
            os.system("")  # lets the console of Windows understand what follows

    @property
    def size(self) -> tuple[int, int]:
        """The letters of a line, and the lines, that the window has now, whatever the environment says of it."""
        try:
            columns, lines = os.get_terminal_size(self.stream.fileno())
        except (OSError, ValueError, AttributeError):  # no terminal
            columns = lines = 0
        if not (columns and lines):
            columns, lines = shutil.get_terminal_size()
        return columns, lines

    @property
    def width(self) -> int:
        """How many letters a line may have."""
        return min(WIDEST, self.size[0] - 1)

    def has_room(self, lines: int) -> bool:
        """True if so many lines more can be written before what was written first leaves the window."""
        return not self.is_terminal or self.num_lines + lines < self.size[1]

    def clear(self) -> None:
        """Begin anew; without a terminal, a line parts what follows from what was before."""
        self.num_lines = 0
        self.stream.write(CLEAR if self.is_terminal else "\n" + "-" * self.width + "\n")

    def write(self, text: str = "", style: str = "") -> None:
        """A text, wrapped."""
        for line in in_lines(text, self.width).split("\n"):
            mark = MARK.search(line)
            self.stream.write(self.styled(line, style or ("number" if mark else "")) + "\n")
            self.num_lines += 1
        self.stream.flush()

    def styled(self, text: str, style: str) -> str:
        """The text in a style, where there are colours."""
        return f"\x1b[{STYLES[style]}m{text}\x1b[0m" if style and self.has_colour and text else text

    def write_lesson(self, lesson: str) -> None:
        """A lesson, its heading in bold."""
        heading, _, rest = reflowed(lesson, self.width).partition("\n")
        self.write(heading.lstrip("# "), "bold")
        self.write(rest)

    def write_result(self, result) -> None:
        """A result: its verdict in colour."""
        verdict, _, rest = str(result).partition("\n")
        self.write(verdict, "good" if result.passed else "bad")
        if rest:
            self.write(rest)
