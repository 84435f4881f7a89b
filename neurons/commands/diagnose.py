"""python -m neurons diagnose FILE: is the backpropagation in a program right, and if not, which line is wrong?"""

DESCRIPTION = """\
Read any program that trains a network by hand, and check its backpropagation:
a script, a class, functions, the cells of a notebook. It runs in a sandbox, one
training step at a time, with numbers of ours; nothing in it has to be changed.

Says how the network was read, what is right, what is not, which line is wrong
and what it does, and tries a repair."""

EPILOG = """\
The exit code is 0 if the program is right, 1 if it is wrong, 3 if its training
step was not reached, 2 if something is wrong with the command."""


def add_options(command):
    """The options, explained for a student."""
    command.add_argument("files", metavar="FILE", nargs="+", help="the program, and files of its own that it imports")
    command.add_argument("--make", metavar="CALL", default="", help='how its network is made: "Net([2, 4, 3])"')
    command.add_argument(
        "--train", metavar="CALL", default="", help='how the network net is trained on x and y: "net.learn(x, y)"'
    )
    command.add_argument("--json", action="store_true", help="print the answer as JSON")


def run(options):
    """Diagnose and print; return the exit code."""
    import json

    from neurons.classroom.programs.diagnose import diagnose_program

    found = diagnose_program(options.files, make=options.make, train=options.train)
    print(json.dumps(found.as_json(), indent=2) if options.json else found)
    return found.exit_code
