"""python -m neurons notebooks DIR: copy the course's notebooks to a folder of your own."""

from neurons.commands.copying import add_options, copy_and_say
from neurons.text import wrapped

__all__ = ["DESCRIPTION", "add_options", "run"]

DESCRIPTION = "Copy the notebooks of the course to a folder of your own."


def run(options):
    """Copy them, and say how to open them."""
    copy_and_say("notebooks", options.folder)
    print(wrapped(f"Next: pip install jupyterlab, then jupyter lab {options.folder}. Begin with 01_one_neuron.ipynb."))
    return 0
