"""Markdown as HTML. It shows HTML inside the Markdown as text, unless you ask for HTML."""

from functools import lru_cache
from typing import Any


@lru_cache
def renderer(escape: bool) -> Any:
    """Mistune, with tables."""
    import mistune

    return mistune.create_markdown(escape=escape, plugins=["table"])


def html_of(text: str, *, escape: bool = True) -> str:
    """The text as HTML; `escape=False` lets HTML in it through, for texts of our own."""
    return str(renderer(escape)(text)).strip()
