"""`python -m neurons debug script.py`: a script in the debugger that knows neurons."""

import os
import sys

from neurons.errors import NeuronsError

DESCRIPTION = """\
Run a script in pdb, with six more commands. It stops at the first line and waits
for a command: nn goes on to the next neuron, un NAME to the neuron of that name,
phase to the next phase; grads shows the gradients known so far, why NAME explains
one, net shows the network. All commands of pdb work, too: help lists them."""


def add_options(command):
    """What `python -m neurons debug` takes."""
    command.add_argument("script", help="the script to run, such as examples/xor.py")
    command.add_argument("arguments", nargs="...", metavar="...", help="the script's own arguments")


def run(options):
    """Debug the script as `python -m pdb` does; return the exit code."""
    import pdb

    import __main__
    from neurons.inspection.debugger.debugger import Debugger

    if not os.path.isfile(options.script):
        raise NeuronsError(f"there is no script {options.script}")
    arguments = [options.arguments]  # for the first debugger; others are those of breakpoint() in the script

    class ScriptDebugger(Debugger):
        def __init__(self, *anything, **settings):
            super().__init__(*anything, **settings)
            if arguments:  # not through pdb: that of Python 3.13.0 takes `--seed 1` for its own
                sys.argv[1:] = arguments.pop()

    names, its_own_arguments, its_own_class = vars(__main__).copy(), sys.argv, pdb.Pdb
    sys.argv = ["pdb", options.script]
    pdb.Pdb = ScriptDebugger  # type: ignore[misc]
    try:
        pdb.main()
    finally:
        pdb.Pdb, sys.argv = its_own_class, its_own_arguments  # type: ignore[misc]
        vars(__main__).clear()  # the script has been running under that name
        vars(__main__).update(names)
    print("Next: python -m neurons step --open shows such a pass, a picture for each line.")
    return 0
