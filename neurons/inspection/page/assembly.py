"""The page in one file: its modules as one script, small, and all that it needs inside."""

import base64
import json
import re
import zlib
from pathlib import Path
from typing import Any

from neurons.pages import filled, head, joined

FOLDER = Path(__file__).with_name("browser")
COMMENTS = ("//", "/*", "*")
COMMENT = re.compile(r"/\*\* @type .*?\*/ ?|(?<=[;{}),]) // .*")
TEXT = re.compile(r"(\"(?:[^\"\\]|\\.)*\"|`[^`]*`)")
SPACED = re.compile(r" ?([=(){}\[\],;:?<>&|*]+) ?")
SIGN = re.compile(r"(?<![+-]) ([+-]) (?![+-])")
BREAK = re.compile(r"(?<=[{(\[,;])\n|\n(?=[})\]])")  # between lines, where it says nothing
MODULES = "modules.txt"  # the names of the modules, each after those it imports


def compact(script: str) -> list[str]:
    """The lines of a script without comments, types and the spaces that only readers need: two thirds of the text.

    Each comment has lines of its own, or stands behind a statement; texts are in double quotes, and none has several
    lines. Where a line has a template inside another, or a slash, which may begin a pattern, its inner spaces stay.
    """
    lines = [COMMENT.sub("", line).strip() for line in script.splitlines()]
    lines = [line for line in lines if line and not line.startswith(COMMENTS)]
    return [line if has_riddles(line) else without_spaces(line) for line in lines]


def has_riddles(line: str) -> bool:
    """True for a line of a script where it is not plain what is text."""
    return "/" in TEXT.sub("", line) or line.count("`") not in (0, 2)


def without_spaces(line: str) -> str:
    """A line of a script without the spaces beside signs; texts in quotes, and templates, stay as they are."""
    parts = TEXT.split(line)  # every other one is a text
    parts[::2] = [SIGN.sub(r"\1", SPACED.sub(r"\1", part)) for part in parts[::2]]
    return "".join(parts)


def style_of(path: Path) -> str:
    """A style sheet without comments, and without the spaces that only readers need."""
    text = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    text = re.sub(r"\s+", " ", text)
    return re.sub(r" ?([{};,]) ?|(?<=[a-z-]): ", lambda found: found[1] or ":", text).replace(";}", "}").strip()


def packed(data: dict[str, Any]) -> str:
    """The data as JSON, packed by zlib and written in base64: a fifth of its size, and nothing in it is HTML."""
    text = json.dumps(data, separators=(",", ":"), ensure_ascii=False)
    return base64.b64encode(zlib.compress(text.encode(), 9)).decode()


def assembled(title: str, data: dict[str, Any], engine: str) -> str:
    """The page: page.html with its style, its data and its script, the `engine` before the modules."""
    names = (FOLDER / MODULES).read_text(encoding="utf-8").split()
    script = BREAK.sub("", "\n".join(compact(joined(FOLDER / name for name in names))))
    style = style_of(FOLDER / "page.css")
    parts = {
        "HEAD": head(title, style, "script-src 'unsafe-inline'", "style-src 'unsafe-inline'"),
        "DATA": packed(data),
        "SCRIPT": '"use strict";\n{\n' + "\n".join(compact(engine)) + f"\n{script}\n}}",
    }
    page = "\n".join(line.strip() for line in (FOLDER / "page.html").read_text(encoding="utf-8").splitlines())
    return filled(page, parts)
