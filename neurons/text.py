"""Values put into words, for error messages and for `repr`: short, and never raising."""

import re
import shutil
import textwrap
from collections.abc import Callable
from functools import wraps
from typing import Any

COLUMN = re.compile(r"(?<=\S)  +")  # what parts two columns


def show(value):
    """`value` in at most 60 characters, with its type if that helps."""
    try:
        text = repr(value) if isinstance(value, (int, float, type(None))) else f"{type(value).__name__} {value!r}"
    except Exception:  # a foreign object's repr, or an int with too many digits to print
        text = f"an object of type {type(value).__name__}"
    text = " ".join(text.split())
    return text if len(text) <= 60 else text[:57] + "..."


def wrapped(text, width=80):
    """`text` in lines of at most `width` characters, broken between words: a notebook breaks long lines anywhere."""
    return textwrap.fill(text, width, break_long_words=False, break_on_hyphens=False)


def width_of(stream):
    """How many characters a line of this terminal has; 0 for a file, a pipe or a notebook."""
    return shutil.get_terminal_size().columns if stream.isatty() else 0


def fitted(text, width):
    """`text` with each line that is wider than `width` broken between words; what follows stands below its column."""
    lines: list[str] = []
    for line in text.split("\n"):
        indent = len(line) - len(line.lstrip())
        column = max([indent, *[gap.end() for gap in COLUMN.finditer(line) if gap.end() < width / 2]])
        wrapper = textwrap.TextWrapper(width, break_long_words=False, break_on_hyphens=False)
        wrapper.subsequent_indent = " " * column
        lines += wrapper.wrap(line) if len(line) > width else [line]
    return "\n".join(lines)


def one_line(text):
    """`text` on one line of fewer than 120 characters, cut where it is longer."""
    text = " ".join(text.split())
    return text if len(text) < 120 else text[:116] + "..."


def for_debuggers(make_text: Callable[[Any], str]) -> Callable[[Any], str]:
    """Make a `__repr__` of a function of the object that gives the text: on one short line, and never raising.

    A debugger asks for it at any moment, even before `__init__` has finished.
    """

    @wraps(make_text)
    def never_raising(self: Any) -> str:
        try:
            return one_line(make_text(self))
        except Exception:
            return f"{type(self).__name__}, not yet built"

    return never_raising


def short(value):
    """A number in four digits, a list cut after two of them, anything else cut after 24 characters."""
    if isinstance(value, float):
        return f"{value:.4g}"
    if hasattr(value, "tolist"):  # an array: only its first two numbers become Python's
        value = [*value[:2].tolist(), *[None] * (len(value) - 2)] if getattr(value, "shape", ()) else value.tolist()
    if isinstance(value, (list, tuple)):
        items = ["[...]" if isinstance(item, (list, tuple)) else short(item) for item in value[:2]]
        more = f", ... {len(value)}" if len(value) > 2 else ""
        return "[" + ", ".join(items) + more + "]"
    return str(value)[:24]


def summary(owner, names):
    """`name: w=[0.1, 0.2] b=0.3 ...`, from the attributes that `names` lists as {word: attribute}.

    It writes ? for a number that is missing or cannot be shown: debuggers call it, so it must never raise.
    """
    parts = []
    for word, attribute in names.items():
        try:
            parts.append(f"{word}={short(getattr(owner, attribute))}")
        except Exception:
            parts.append(f"{word}=?")
    try:
        name = str(owner.name or type(owner).__name__.lower())[:24]
    except Exception:
        name = type(owner).__name__.lower()
    return one_line(f"{name}: {' '.join(parts)}")


def describe_neuron(neuron):
    """`hidden[0]: w=[0.1, 0.2] b=0.3 z=0.35 a=0.5866 error=-0.02`: one short line about a neuron, or a view of one."""
    return summary(neuron, {"w": "weights", "b": "bias", "z": "linear_activation", "a": "activation", "error": "error"})


def layer_name(layer_idx, num_layers):
    """hidden and output; with several hidden layers hidden1, hidden2, ... and output."""
    if layer_idx == num_layers - 1:
        return "output"
    return "hidden" if num_layers == 2 else f"hidden{layer_idx + 1}"


def listed(names):
    """a; a and b; a, b and c; a, b, c and 5 more."""
    if len(names) > 4:
        names = names[:3] + [f"{len(names) - 3} more"]
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
