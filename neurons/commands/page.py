"""python -m neurons page OUT.html: the classroom in one file."""

from neurons.commands.options import checked_page, show_page
from neurons.storage.files import write_whole

DESCRIPTION = """\
Write one HTML file that holds a whole classroom: Python, neurons, an editor, XOR
to run, and the seventeen exercises with the checker that names the mistake.

The file opens from a folder or a USB stick in Chrome, Edge, Firefox or Safari,
offline and with nothing installed: give it to a class as it is."""

EPILOG = """\
Python in the browser is Pyodide. The command downloads it once, checks it and
keeps it (in NEURONS_CACHE). Offline, name a folder with its files: --pyodide.

The exit code is 0, or 2 if the file cannot be written."""


def add_options(command):
    """The options, explained for a teacher."""
    command.add_argument("out", metavar="OUT.html", help="where to write the page")
    command.add_argument("--exercise", metavar="NN", help="the exercise to begin with (default: XOR, to run)")
    command.add_argument("--plots", action="store_true", help="add matplotlib, for pictures (about 14 MB more)")
    command.add_argument("--pyodide", metavar="DIR", help="a folder with the files of Pyodide, instead of a download")
    command.add_argument("--open", action="store_true", help="also open it in the browser")


def run(options):
    """Write the page, and say how large it is."""
    from neurons.web.classroom.page import classroom_page

    path = checked_page(options.out)
    page = classroom_page(exercise=options.exercise, plots=options.plots, pyodide=options.pyodide).encode()
    write_whole(str(path), page)
    place = path.resolve()
    print(f"The classroom is in one file of {len(page) / 1e6:.1f} MB:\n  {place}")
    show_page(place, options.open, "Open it in a browser, or give it to your class. It works offline.")
    return 0
