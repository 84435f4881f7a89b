"""What the commands notebooks and examples share: copying files into a folder of your own."""

import json
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from neurons.checks import how_many
from neurons.errors import FileError

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

    A file that already exists is left as it is: it may hold a student's answers.
    """
    if not folder:
        raise FileError(f"say where to put the {kind}: the name of the folder is empty")
    folder = Path(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        copied, kept = [], []
        for source in files_of(kind):
            target = folder / source.name
            if target.exists():
                kept.append(source.name)
            else:
                target.write_bytes(fresh(source))
                copied.append(source.name)
    except OSError as error:
        raise FileError(f"{kind} cannot be copied to {str(folder)[:80]}: {error.strerror}") from None
    return copied, kept


def fresh(path):
    """The file's bytes; a notebook's without outputs: who predicts a number must not see it first."""
    if path.suffix != ".ipynb":
        return path.read_bytes()
    notebook = json.loads(path.read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell.update(outputs=[], execution_count=None)
    return (json.dumps(notebook, indent=1, ensure_ascii=False) + "\n").encode()


def add_options(command):
    """The folder to copy to."""
    command.add_argument("folder", metavar="DIR", help="where to put them; existing files stay as they are")


def copy_and_say(kind, folder):
    """Copy, and say what was done."""
    copied, kept = copy(kind, folder)
    for name in copied:
        print(f"  {name}")
    print(f"{how_many(len(copied), 'file')} copied to {folder}.")
    if kept:
        print(f"Not copied, since you have them: {', '.join(kept)}. For a fresh copy, move or delete yours first.")
