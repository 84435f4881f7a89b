"""Answers in a notebook: the cells before each `check("06", Neuron)` are the answer to exercise 06.

The notebook is read as text, never run or parsed as Python here.
"""

import json
import re

LARGEST_NOTEBOOK = 8 * 2**20  # bytes: its pictures are in it
CHECK = re.compile(r"""^(?!\s)(?:.*\W)?check\(\s*["'](\d{1,2})["']""")
LEFT_OUT = re.compile(r"^(?:[%!?]|from neurons\b|import neurons\b)")  # what notebooks say beside Python; the checker


def answers_of(content: bytes) -> dict[str, str]:
    """{number: source} for each exercise that the notebook checks. Raises ValueError if it is not a notebook."""
    try:
        cells = json.loads(content)["cells"]
        sources = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise ValueError("it is not a notebook, or damaged") from None
    answers: dict[str, str] = {}
    collected: list[str] = []
    last = ""
    for source in sources:
        lines, checked = without_checks(source.splitlines())
        for number in checked:
            if number != last:
                answers[number] = ""
            answers[number] += "\n".join([*collected, *lines]) + "\n"
            last = number
        if checked:
            collected = []
        else:
            collected += lines
    return answers


def without_checks(lines: list[str]) -> tuple[list[str], list[str]]:
    """The lines of a cell that are the student's answer, and the numbers of the exercises that it checks."""
    kept, checked = [], []
    open_brackets = 0  # of a check over several lines
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        found = CHECK.match(f"{line}\n{following}")  # the number may stand in the next line
        if found:
            checked.append(found.group(1).zfill(2))
        if found or open_brackets > 0:
            open_brackets += line.count("(") - line.count(")")
        elif not LEFT_OUT.match(line):
            kept.append(line)
    return kept, checked
