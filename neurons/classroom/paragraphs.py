"""Lines that break between words, for terminals and notebooks. Needs nothing but Python."""

import textwrap


def in_lines(text: str, width: int) -> str:
    """Each line of `text` in at most `width` letters, its indentation kept; tables stay as they are."""
    return "\n".join(part for line in text.split("\n") for part in line_in_parts(line, width))


def line_in_parts(line: str, width: int) -> list[str]:
    """One line in parts."""
    indent = line[: len(line) - len(line.lstrip())]
    if len(line) <= width or indent and "  " in line.strip():
        return [line]
    more = indent + "  " if indent else ""
    return textwrap.wrap(
        line, width, subsequent_indent=more, break_long_words=False, break_on_hyphens=False, drop_whitespace=True
    ) or [line]


def reflowed(lesson: str, width: int) -> str:
    """A lesson whose paragraphs fill the lines; headings and indented lines stay as they are."""
    parts = []
    for part in lesson.strip().split("\n\n"):
        keeps_lines = part.startswith(("#", " "))
        parts.append(part if keeps_lines else in_lines(" ".join(part.split()), width))
    return "\n\n".join(parts)
