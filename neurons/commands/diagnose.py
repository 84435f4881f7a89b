"""python -m neurons diagnose FILE: is the backpropagation in a program right, and if not, which line is wrong?"""

import sys

from neurons.text import fitted, width_of

DESCRIPTION = """\
Read any program that trains a network by hand, and check its backpropagation:
a script, a class, functions, the cells of a notebook. It runs in a sandbox, one
training step at a time, with our numbers. You need not change anything in it.

Says how it read the network, what is right, which line is wrong and what that
line does, and tries a repair."""

EPILOG = """\
The exit code is 0 if the program is right, 1 if it is wrong, 3 if its training
step could not be reached, 2 if something is wrong with the command."""


def add_options(command):
    """The options, explained for a student."""
    command.add_argument("files", metavar="FILE", nargs="+", help="the program, and the files of yours that it imports")
    command.add_argument("--make", metavar="CALL", default="", help='how to make its network: "Net([2, 4, 3])"')
    command.add_argument(
        "--train", metavar="CALL", default="", help='how to train the network net on x and y: "net.learn(x, y)"'
    )
    command.add_argument("--json", action="store_true", help="print the answer as JSON")


def run(options):
    """Diagnose and print; return the exit code."""
    import json

    from neurons.classroom.programs.diagnose import diagnose_program

    found = diagnose_program(options.files, make=options.make, train=options.train)
    width = width_of(sys.stdout)
    if options.json:
        print(json.dumps(found.as_json(), indent=2))
    else:
        print(fitted(str(found), width) if width else found)
    return found.exit_code
