"""One HTML page out of many files: its head, scripts, data, other files as text, and the licences of all of them."""

import base64
import gzip
import hashlib
import html
import io
import json
import re
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

PACKED = (".zip", ".whl", ".npz", ".png")  # gzip would gain nothing
IMPORT = re.compile(r"^import [^;]*;\n", re.MULTILINE)
EXPORT = re.compile(r"^export (?=(?:async )?(?:function|class|const|let) )", re.MULTILINE)
EXPORT_LIST = re.compile(r"export\s*\{([^}]*)\};?\s*$")


def head(title: str, style: str, *sources: str) -> str:
    """What stands in the head of a page that can load nothing but what it carries; `sources` say what that is."""
    policy = "; ".join(["default-src 'none'", *sources, "base-uri 'none'", "form-action 'none'"])
    return (
        '<meta charset="utf-8">\n<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        f"<title>{html.escape(title)}</title>\n<style>{style}</style>"
    )


def document(title: str, style: str, body: str) -> bytes:
    """A page without scripts."""
    text = f"""<!doctype html>
<html lang="en">
<head>
{head(title, style, "style-src 'unsafe-inline'")}
</head>
<body>
{body}
</body>
</html>
"""
    return text.encode("utf-8", "replace")


def source_hash(text: str) -> str:
    """What a page's policy calls a script or a style that is allowed."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode('utf-8', 'replace')).digest()).decode('ascii')}'"


def joined(paths: Iterable[Path]) -> str:
    """ES modules as one, in the order of their needs: their imports of each other are dropped."""
    return "\n".join(EXPORT.sub("", IMPORT.sub("", path.read_text(encoding="utf-8"))) for path in paths)


def bundled(path: Path) -> str:
    """A minified ES module as text that can stand before others: each export becomes a constant."""
    text = path.read_text(encoding="utf-8").strip()
    exports = EXPORT_LIST.search(text)
    if exports is None:
        return text
    names = [name.strip().split(" as ") for name in exports[1].split(",")]
    outer = ", ".join(name[-1] for name in names)
    inner = ", ".join(f"{name[-1]}: {name[0]}" for name in names)
    return f"const {{ {outer} }} = (() => {{\n{text[: exports.start()]}\nreturn {{ {inner} }};\n}})();"


def script(text: str) -> str:
    """JavaScript that may stand inside a script element: nothing in it ends the element."""
    return re.sub(r"<(?=/script|!--)", r"\\x3c", text, flags=re.IGNORECASE)


def data(value: Any) -> str:
    """JSON that may stand inside a script element."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).replace("<", "\\u003c")


def file_blocks(files: Mapping[str, bytes]) -> str:
    """Each file as an inert script element with its name, in base64, gzipped where that helps."""
    blocks = []
    for name, content in files.items():
        is_packed = name.endswith(PACKED)
        text = base64.b64encode(content if is_packed else gzip.compress(content, 9, mtime=0)).decode("ascii")
        kind = "" if is_packed else " data-gzip"
        blocks.append(f'<script type="application/octet-stream" data-name="{html.escape(name)}"{kind}>{text}</script>')
    return "\n".join(blocks)


def zipped(files: Mapping[str, bytes]) -> bytes:
    """A zip of these files. The same files make the same bytes."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name in sorted(files):
            archive.writestr(zipfile.ZipInfo(name), files[name], zipfile.ZIP_DEFLATED, 9)
    return target.getvalue()


def filled(template: str, parts: Mapping[str, str]) -> str:
    """The template with each [[NAME]] replaced, once; what is put in is not looked at again."""
    return re.sub(r"\[\[([A-Z]+)\]\]", lambda found: parts[found[1]], template)


def licence_list(licences: Mapping[str, str]) -> str:
    """Licences as HTML, folded: {what it is for: its text}."""
    return "\n".join(
        f"<details><summary>{html.escape(name)}</summary><pre>{html.escape(text.strip())}</pre></details>"
        for name, text in licences.items()
    )
