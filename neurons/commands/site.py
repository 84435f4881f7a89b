"""python -m neurons site DIR: everything that needs no installation, for a web server."""

from neurons import datasets
from neurons.checks import how_many
from neurons.commands.copying import files_of
from neurons.commands.digit_model import Images, for_pictures, train

DESCRIPTION = """\
Write a folder of pages for any web server: a start page, the classroom in one
file, a network that learns XOR, a page to draw digits on, the notebooks to read,
a first lesson and more for teachers, the reference, and neurons itself as a file
that pip installs. No page loads anything from another server."""

EPILOG = """\
The exit code is 0, or 2 if the folder cannot be written."""


def add_options(command):
    """The options, explained for a teacher."""
    command.add_argument("folder", metavar="DIR", help="a folder, new or empty or written by this command")
    command.add_argument("--pyodide", metavar="DIR", help="a folder with the files of Pyodide, instead of a download")
    command.add_argument(
        "--mnist", action="store_true", help="publish pictures of MNIST's digits, and a tenth of it to train on"
    )
    command.add_argument("--lab", action="store_true", help="add JupyterLite, in which the notebooks run (68 MB)")


def run(options):
    """Write the site, and say how to look at it."""
    from neurons.web.site.site import write_site

    images = Images(datasets.mnist(dtype="uint8") if options.mnist else datasets.digits())
    reader, _ = train(images, quiet=True)
    names = write_site(
        options.folder,
        notebooks=files_of("notebooks"),
        examples=files_of("examples"),
        reader=for_pictures(reader, images),
        pyodide=options.pyodide,
        mnist=options.mnist,
        lab=options.lab,
    )
    print(f"{how_many(len(names), 'file')} in {options.folder}. Look at them with")
    print(f"  python -m http.server --bind 127.0.0.1 --directory {options.folder}")
    return 0
