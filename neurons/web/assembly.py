"""One self-contained page out of its files: the script's modules joined, and a policy that allows nothing else."""

import base64
import hashlib
import re
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

IMPORT = re.compile(r'^import \{[^}]*\} from "\./([\w.]+)";\n', re.MULTILINE)
PLACE = re.compile(r"\[\[([A-Z]+)\]\]")


def joined(folder: Path, entry: str) -> str:
    """The ES module `entry` and those it imports from the same folder as one module, each after what it needs.

    They then share one scope: no two of them may give the same name to something at the top level.
    """
    texts: dict[str, str] = {}

    def add(name):
        text = (folder / name).read_text(encoding="utf-8")
        for needed in IMPORT.findall(text):
            if needed not in texts:
                add(needed)
        texts[name] = re.sub(r"^export ", "", IMPORT.sub("", text), flags=re.MULTILINE)

    add(entry)
    return "\n".join(texts.values())


def policy(script: str, style: str) -> str:
    """A Content-Security-Policy under which a page runs this script, has this style, and can load nothing."""
    return (
        f"default-src 'none'; script-src {checksum(script)}; style-src {checksum(style)}; img-src data:;"
        " base-uri 'none'; form-action 'none'"
    )


def checksum(text: str) -> str:
    """What a policy calls a text that is allowed."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def filled(template: str, parts: dict[str, str]) -> str:
    """`template` with each [[NAME]] replaced by the part of that name; what stands inside a part stays as it is."""
    return PLACE.sub(lambda place: parts[place[1]], template)


def licence() -> str:
    """The text of the package's licence, which every page shows."""
    beside = Path(__file__).parents[2] / "LICENSE"  # in a checkout
    if beside.is_file():
        return beside.read_text(encoding="utf-8")
    try:
        installed = distribution("neurons-by-hand")
    except PackageNotFoundError:
        return "MIT License"
    for path in installed.files or []:
        if path.name == "LICENSE":
            return Path(str(path.locate())).read_text(encoding="utf-8")
    return "MIT License"
