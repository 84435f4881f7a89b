"""python -m neurons notebooks DIR, and python -m neurons examples DIR: the course in a folder of one's own."""

from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from neurons.checks import how_many
from neurons.errors import FileError
from neurons.text import show

KINDS = {"notebooks": (".ipynb", ".md"), "examples": (".py",)}


def files_of(kind):
    """The notebooks or examples that came with this `neurons`, sorted by name.

    In a checkout they lie beside the package. A wheel puts them where the environment keeps its shared data; the list
    of what was installed says where that is.
    """
    beside = Path(__file__).parents[2]
    if (beside / "setup.cfg").exists() and (beside / kind).is_dir():
        return sorted(path for path in (beside / kind).iterdir() if path.suffix in KINDS[kind])
    try:
        installed = distribution("neurons-by-hand").files or []
    except PackageNotFoundError:
        installed = []
    shared = ("share", "neurons", kind)
    found = [Path(str(path.locate())).resolve() for path in installed if path.parts[-4:-1] == shared]
    if not found:
        raise FileError(f"this installation of neurons has no {kind}: install it again with pip install")
    return sorted(found)


def copy(kind, folder):
    """Copy them into `folder`, which is made if need be; return the names of (those copied, those left alone).

    A file that is there already is left as it is: it may hold a student's answers.
    """
    folder = Path(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        copied, kept = [], []
        for source in files_of(kind):
            target = folder / source.name
            if target.exists():
                kept.append(source.name)
            else:
                target.write_bytes(source.read_bytes())
                copied.append(source.name)
    except OSError as error:
        raise FileError(f"{kind} cannot be copied to {show(str(folder))}: {error.strerror}") from None
    return copied, kept


def add_options(command):
    """Where to."""
    command.add_argument("folder", metavar="DIR", help="where to put them; files that are there are left as they are")


def run(kind, options):
    """Copy, and say what was done and how to go on."""
    copied, kept = copy(kind, options.folder)
    for name in copied:
        print(f"  {name}")
    print(f"{how_many(len(copied), 'file')} copied to {options.folder}.")
    if kept:
        print(f"Left as they were: {', '.join(kept)}. To have a fresh copy, move or delete yours first.")
    start = (
        f"pip install jupyterlab && jupyter lab {options.folder}"
        if kind == "notebooks"
        else f"python {Path(options.folder) / 'xor.py'}"
    )
    print(f"Next: {start}")
    return 0
