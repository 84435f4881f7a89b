"""One file out of many: the modules of a page as one script, and the page with all that it needs inside."""

import html
import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).with_name("browser")
COMMENTS = ("//", "/*", "*")
MODULES = "modules.txt"  # the names of the modules, each after those it imports


def joined(folder: Path, names: list[str]) -> str:
    """ES modules as one script: they share their names, so imports go, and `export` is left out.

    Comments and indentation, a third of the text, stay behind: each comment has lines of its own, and no text in quotes
    has several.
    """
    lines = []
    for name in names:
        for line in (folder / name).read_text(encoding="utf-8").splitlines():
            if line.strip() and not line.startswith("import ") and not line.strip().startswith(COMMENTS):
                lines.append(line.strip().removeprefix("export "))
    return "\n".join(lines) + "\n"


def assembled(title: str, data: dict[str, Any], engine: str) -> str:
    """The page: page.html with its style, its script (the `engine` before the modules) and its data.

    Whatever name stands in the data or the title, it is text: no "<" of it is left as it is.
    """
    names = (FOLDER / MODULES).read_text(encoding="utf-8").split()
    parts = {
        "TITLE": html.escape(title),
        "STYLE": (FOLDER / "page.css").read_text(encoding="utf-8"),
        "DATA": json.dumps(data, separators=(",", ":"), ensure_ascii=False).replace("<", "\\u003c"),
        "SCRIPT": '"use strict";\n{\n' + engine + joined(FOLDER, names) + "}",
    }
    page = (FOLDER / "page.html").read_text(encoding="utf-8")
    for name, text in parts.items():  # the data last but one, since only the script could hold a [[NAME]] of its own
        page = page.replace(f"[[{name}]]", text, 1)
    return page
