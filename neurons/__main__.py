"""The command line: python -m neurons xor, mnist, step, debug, notebooks, examples, course, grade."""

import argparse
import os
import sys
from functools import partial

from neurons import NeuronsError, __version__
from neurons.commands import course, debug, grade, material, mnist, step, xor


def parser():
    """All commands, each with the options that its own file adds."""
    root = argparse.ArgumentParser(
        prog="python -m neurons", description="Neural networks to read, to step through and to teach with."
    )
    root.add_argument("--version", action="version", version=f"neurons {__version__}")
    commands = root.add_subparsers(title="commands", metavar="COMMAND", required=True)

    def add(name, text, room):
        command = commands.add_parser(
            name,
            help=text,
            description=room.DESCRIPTION,
            epilog=getattr(room, "EPILOG", None),
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        room.add_options(command)
        command.set_defaults(run=room.run)

    add("xor", "train a small network on XOR and explain one gradient", xor)
    add("mnist", "train on handwritten digits and look at what was learned", mnist)
    add("step", "write a page that goes through one training step line by line", step)
    for kind, what in (("notebooks", "the course's notebooks"), ("examples", "the example scripts")):
        command = commands.add_parser(kind, help=f"copy {what} to a folder of your own")
        material.add_options(command)
        command.set_defaults(run=partial(material.run, kind))
    add("debug", "run a script in a debugger that knows neurons", debug)
    add("course", "exercises that say what is wrong", course)
    add("grade", "grade what a class handed in", grade)
    return root


def main(arguments=None):
    """Run one command; return the exit code."""
    options = parser().parse_args(arguments)
    run = options.run
    del options.run  # what is left are the command's own options
    try:
        if getattr(options, "seed", 0) < 0:  # before anything is read, or downloaded
            raise NeuronsError(f"seed must be at least 0 but got {options.seed}")
        return run(options)
    except NeuronsError as error:
        print(f"neurons: {error}", file=sys.stderr)
        return 2
    except BrokenPipeError:  # whoever read the output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


if __name__ == "__main__":
    sys.exit(main())
