"""The command line: `python -m neurons xor` and its sisters, one per file of commands/."""

import argparse
import os
import sys
from functools import partial

from neurons import NeuronsError, __version__
from neurons.commands import (
    course,
    debug,
    diagnose,
    draw,
    examples,
    grade,
    mnist,
    notebooks,
    page,
    site,
    step,
    worksheet,
    xor,
)
from neurons.text import fitted, width_of


class Parser(argparse.ArgumentParser):
    """A parser that answers a wrong option with the usage of the command that was meant, in one block."""

    def __init__(self, **settings):
        super().__init__(**settings)
        self.set_defaults(command=self)  # the innermost parser that took part is the one that was meant

    def _print_message(self, message, file=None):
        """argparse itself says nothing of a full disk where the help should go."""
        if file is not None and file is sys.stdout:
            print(message, end="", flush=True)
        else:
            super()._print_message(message, file)

    def parse_args(self, args=None, namespace=None):
        options, rest = self.parse_known_args(args, namespace)
        if rest:
            getattr(options, "command", self).error(f"unrecognized arguments: {' '.join(rest)}")
        return options


class Paragraphs(argparse.RawDescriptionHelpFormatter):
    """Help with its own paragraphs, filled to the terminal's width; what is indented keeps its lines."""

    def _fill_text(self, text, width, indent):
        return "\n\n".join(filled(paragraph, width) for paragraph in text.split("\n\n"))


def filled(paragraph, width):
    return fitted(paragraph, width) if "\n  " in paragraph else fitted(" ".join(paragraph.split()), width)


def parser():
    """All commands, each with the options that its own file adds."""
    root = Parser(
        prog="python -m neurons", description="Neural networks that you can read, step through and teach with."
    )
    root.add_argument("--version", action="version", version=f"neurons {__version__}")
    root.set_defaults(run=None)
    commands = root.add_subparsers(title="commands", metavar="COMMAND")

    def add(name, text, room):
        command = commands.add_parser(
            name,
            help=text,
            description=room.DESCRIPTION,
            epilog=getattr(room, "EPILOG", None),
            formatter_class=Paragraphs,
        )
        command.set_defaults(run=room.run)
        room.add_options(command)

    add("xor", "train a small network on XOR and explain one gradient", xor)
    add("mnist", "train on handwritten digits and look at what was learned", mnist)
    add("draw", "write a page on which a network reads the digits that you draw", draw)
    add("step", "write a page that goes through one training step line by line", step)
    add("page", "write one file with Python, an editor and the exercises", page)
    add("site", "write a website: the classroom, the notebooks, a first lesson", site)
    add("notebooks", "copy the course's notebooks to a folder of your own", notebooks)
    add("examples", "copy the example scripts to a folder of your own", examples)
    add("debug", "run a script in a debugger that knows neurons", debug)
    add("diagnose", "find the mistake in any program that trains a network by hand", diagnose)
    add("course", "write it yourself: exercises that tell you what is wrong", course)
    add("grade", "grade what a class handed in", grade)
    add("worksheet", "write worksheets on backpropagation, and check the answers", worksheet)
    return root


def main(arguments=None):
    """Run one command; return the exit code."""
    try:
        options = parser().parse_args(arguments)
        command, run = options.command, options.run
        del options.command, options.run  # what is left are the command's own options
        if not os.path.isdir(os.path.dirname(__file__)):
            raise NeuronsError("neurons cannot run from inside a zip file: unpack it, or install it with pip")
        if run is None or getattr(options, "verb", "") is None:
            run = partial(print_help, command)
        if getattr(options, "seed", 0) < 0:  # before anything is read, or downloaded
            raise NeuronsError(f"seed must be at least 0 but got {options.seed}")
        code = run(options)
        if sys.stdout is not None:  # None where the output is closed, as under Windows' pythonw
            sys.stdout.flush()
        return code
    except NeuronsError as error:
        complain(str(error))
        return 2
    except BrokenPipeError:  # the reader of the output, such as `head`, has closed it
        close_standard_output()
        return 1
    except OSError as error:  # a full disk, also that of the output
        close_standard_output()
        where = f": {error.filename}" if error.filename else ""
        complain(f"{error.strerror or error}{where}")
        return 2


def complain(what):
    """Say what is wrong; in a terminal, with long lines broken between words."""
    width = width_of(sys.stderr)
    print(fitted(f"neurons: {what}", width) if width else f"neurons: {what}", file=sys.stderr)


def print_help(command, options):
    """Print the help, if no command was named."""
    print(command.format_help(), end="")
    return 0


def close_standard_output():
    """Discard what is left of the output: Python would try to write it once more as it ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    sys.exit(main())
