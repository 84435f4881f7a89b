"""python -m neurons examples DIR: copy the example scripts to a folder of your own."""

from pathlib import Path

from neurons.commands.copying import add_options, copy_and_say
from neurons.text import wrapped

__all__ = ["DESCRIPTION", "add_options", "run"]

DESCRIPTION = "Copy the example scripts to a folder of your own."


def run(options):
    """Copy them, and say how to run one."""
    copy_and_say("examples", options.folder)
    script = Path(options.folder) / "xor.py"
    print(wrapped(f"Next: python {script}, or python -m neurons debug {script} to stop inside a pass."))
    return 0
