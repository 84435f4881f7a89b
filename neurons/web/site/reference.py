"""The reference: what `neurons` offers, with signatures and docstrings, on one page."""

import html
import inspect
import re
from importlib import import_module
from typing import Any

ROOMS = {  # what they are called on the page
    "neurons": "The lesson",
    "neurons.datasets": "Datasets",
    "neurons.plots": "Pictures",
    "neurons.health": "Health",
    "neurons.classroom": "The classroom",
}


def reference() -> str:
    """The body of the page."""
    parts, index = [], []
    for room, title in ROOMS.items():
        names = public_names(import_module(room))
        links = "".join(f'<li><a href="#{room}.{name}">{name}</a></li>' for name in names)
        index.append(f"<h2>{title}</h2><ul>{links}</ul>")
        parts.append(f"<h2>{title}</h2><p><code>from {room} import ...</code></p>")
        for name in names:
            parts.append(f'<div class="api" id="{room}.{name}">{entry(name, getattr(import_module(room), name))}</div>')
    return f'<h1>Reference</h1><nav class="index" aria-label="Names">{"".join(index)}</nav>' + "".join(parts)


def public_names(module: Any) -> list[str]:
    """What a room offers: what its door names, or else `check`, its front."""
    names = getattr(module, "__all__", ["check"])
    return [name for name in sorted(names, key=str.lower) if not inspect.ismodule(getattr(module, name))]


def entry(name: str, thing: Any) -> str:
    """A class with its methods, a function, or a constant."""
    if not callable(thing):
        return f"<h3>{name}</h3>{doc(type(thing))}"
    text = f"<h3>{html.escape(name + signature(thing))}</h3>{doc(thing)}"
    if inspect.isclass(thing) and not issubclass(thing, BaseException):
        for method, value in vars(thing).items():
            function = getattr(value, "__func__", value)  # of a class method
            if not method.startswith("_") and inspect.isfunction(function) and function.__doc__:
                heading = html.escape(method + signature(getattr(thing, method)))
                text += f"<section><h4>{heading}</h4>{doc(function)}</section>"
            elif not method.startswith("_") and isinstance(value, property) and value.__doc__:
                text += f"<section><h4>{method}</h4>{doc(value)}</section>"
    return text


def signature(thing: Any) -> str:
    """(inputs, labels, *, epochs): without types, which the text names."""
    try:
        found = inspect.signature(thing)
    except (TypeError, ValueError):
        return "()"
    plain = [
        parameter.replace(annotation=parameter.empty)
        for parameter in found.parameters.values()
        if parameter.name != "self"
    ]
    text = str(found.replace(parameters=plain, return_annotation=found.empty))
    return re.sub(r"<[\w.]*?(\w+) object at 0x[0-9a-f]+>|<(?:function|class) '?([\w.]+)[^>]*>", r"\1\2", text)


def doc(thing: Any) -> str:
    """The docstring: paragraphs, and what is indented or typed in as it stands; what is in backquotes as code."""
    parts = []
    for paragraph in (inspect.getdoc(thing) or "").split("\n\n"):
        text = html.escape(paragraph)
        if paragraph.startswith((" ", ">>>")):
            parts.append(f'<pre tabindex="0">{text}</pre>')
        elif text:
            marked = re.sub(r"`([^`]+)`", r"<code>\1</code>", text)
            parts.append(f"<p>{marked}</p>")
    return "".join(parts)
