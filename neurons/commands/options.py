"""What the commands have in common: options, and the end of those that write a page."""

import webbrowser
from pathlib import Path

from neurons.errors import FileError
from neurons.storage.files import checked_path


def add_number(command, option, metavar, default, text):
    """Add an option that takes a number like its default, which the help names."""
    command.add_argument(
        option, type=type(default), default=default, metavar=metavar, help=f"{text} (default {default:g})"
    )


def checked_page(path):
    """`path` as that of a page that can be written, known before the work rather than after it."""
    path = Path(path).expanduser()
    checked_path(path, (".html", ".htm"))
    if not path.parent.is_dir():
        raise FileError(f"the page cannot be written to {path}: there is no folder {path.parent}")
    return path


def show_page(path, in_browser, otherwise):
    """Open a page that was written, if it is to be shown `in_browser`; `otherwise` say what to do with it."""
    if not in_browser:
        print(otherwise)
    elif not webbrowser.open(path.as_uri()):
        print("No browser could be started here: open that file in one.")
