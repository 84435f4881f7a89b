"""`worksheet`: a folder with a sheet of their own for each student, the key, and a table for the answers."""

import os
from collections.abc import Sequence
from typing import Any, NamedTuple

from neurons import NeuronsError
from neurons.checks import as_int, checked_count, how_many, is_list
from neurons.classroom.diagnosis.cases import Network
from neurons.classroom.diagnosis.diagnose import checked_network
from neurons.classroom.grading.reports import made_folder
from neurons.classroom.worksheets.drawing import drawn_sheet
from neurons.classroom.worksheets.formulas import sheet_formulas
from neurons.classroom.worksheets.moodle import moodle_quiz
from neurons.classroom.worksheets.names import checked_names
from neurons.classroom.worksheets.practice import practice_page
from neurons.classroom.worksheets.printing import key_page, sheets_page
from neurons.classroom.worksheets.questions import PARTS
from neurons.classroom.worksheets.sheet import Sheet
from neurons.classroom.worksheets.store import ANSWERS, SETTINGS, write_empty_answers, write_settings
from neurons.classroom.worksheets.words import ACTIVATIONS
from neurons.storage.files import write_whole
from neurons.text import show

MOST_NEURONS = 8  # columns of the table
MOST_INPUTS = 4  # of a layer: rows
DECIMALS = range(3, 7)
LONG_NAMES = {"softmax_cross_entropy": "ce", "binary_cross_entropy": "bce"}


class Worksheets(NamedTuple):
    """What was written, and where."""

    folder: str
    files: tuple[str, ...]
    sheets: tuple[Sheet, ...]

    def __str__(self) -> str:
        questions = sum(map(self.sheets[0].formulas.asks, range(len(self.sheets[0].formulas.questions))))
        lines = [f"{how_many(len(self.sheets), 'sheet')} with {how_many(questions, 'question')} each:"]
        lines += [f"  {os.path.join(self.folder, name)}" for name in self.files if name != SETTINGS]
        lines.append(f"Fill in {ANSWERS}; then: python -m neurons worksheet check {os.path.join(self.folder, ANSWERS)}")
        return "\n".join(lines)

    def __repr__(self) -> str:
        return f"{how_many(len(self.sheets), 'worksheet')} in {self.folder}"


def worksheet(
    out: "str | os.PathLike[str]",
    students: "Sequence[str] | str | os.PathLike[str] | None" = None,
    *,
    copies: int | None = None,
    sizes: Sequence[int] = (2, 2, 1),
    hidden: Any = "sigmoid",
    output: Any = None,
    loss: str = "mse",
    questions: Sequence[str] = PARTS,
    seed: int = 0,
    decimals: int = 4,
    page: bool = False,
    moodle: bool = False,
) -> Worksheets:
    """Write worksheets on backpropagation by hand to the folder `out`: every student's numbers are their own.

    `students` are names, or the path of a .csv file with a column "name"; instead of them, `copies` sheets have a line
    for the name. The network has these `sizes`, `hidden` and `output` activations and `loss` ("mse", "bce" or "ce");
    `questions` are some of "forward", "loss", "backward" and "step": what comes before them is printed on the sheet.
    The same `seed` and name give the same numbers. `page` adds a page on which students check their own answers,
    `moodle` a quiz as Moodle imports it. Raises `NeuronsError` for arguments that fit no sheet, `FileError` where
    something cannot be read or written.
    """
    network = checked_sheet_network(sizes, hidden, output, loss)
    parts = checked_parts(questions)
    if as_int(seed) is None or seed < 0:
        raise NeuronsError(f"seed must be a whole number of at least 0 but got {show(seed)}")
    if as_int(decimals) not in DECIMALS:
        raise NeuronsError(f"decimals must be a whole number from 3 to 6 but got {show(decimals)}")
    if (students is None) == (copies is None):
        raise NeuronsError("a worksheet takes either students or a number of copies")
    names = [""] * checked_count(copies, "copies") if students is None else checked_names(students)
    formulas = sheet_formulas(network, parts)
    sheets = tuple(
        drawn_sheet(formulas, number, name, int(seed), int(decimals)) for number, name in enumerate(names, 1)
    )

    folder = made_folder(os.fspath(out))
    write_empty_answers(folder, sheets)  # first: it refuses to overwrite answers
    write_settings(folder, sheets, int(seed))
    pages = {"sheets.html": sheets_page, "key.html": key_page}
    pages |= {"page.html": practice_page} if page else {}
    pages |= {"moodle.xml": moodle_quiz} if moodle else {}
    for name, make in pages.items():
        write_whole(os.path.join(folder, name), make(sheets))
    return Worksheets(folder, (*pages, ANSWERS, SETTINGS), sheets)


def checked_sheet_network(sizes: Any, hidden: Any, output: Any, loss: Any) -> Network:
    """The network, if it fits on a sheet."""
    loss = LONG_NAMES.get(loss, loss) if isinstance(loss, str) else loss
    if output is None:
        output = "softmax" if loss in ("ce", "cross_entropy") else "sigmoid"
    network = checked_network(sizes, hidden, output, loss, True)
    for what, act in {"hidden": network.hidden, "output": network.output}.items():
        if act not in ACTIVATIONS:
            raise NeuronsError(f"on a worksheet {what} must be one of {', '.join(ACTIVATIONS)} but got {show(act)}")
    if network.output == "softmax" and network.loss != "ce":
        raise NeuronsError('a worksheet has softmax with loss="ce" only')
    if network.loss == "bce" and network.sizes[-1] > 1:
        raise NeuronsError(f'loss="bce" takes one output but sizes end in {network.sizes[-1]}')
    num_neurons = sum(network.sizes[1:])
    if num_neurons > MOST_NEURONS or max(network.sizes[:-1]) > MOST_INPUTS:
        raise NeuronsError(
            f"a worksheet has room for {MOST_NEURONS} neurons with {MOST_INPUTS} inputs each, but"
            f" sizes={list(network.sizes)} are {num_neurons} neurons with up to {max(network.sizes[:-1])} inputs"
        )
    return network


def checked_parts(questions: Any) -> tuple[str, ...]:
    """The parts that are asked, in the lesson's order."""
    if not is_list(questions) or not len(questions) or any(part not in PARTS for part in questions):
        raise NeuronsError(f"questions must be some of {', '.join(PARTS)} but got {show(questions)}")
    return tuple(part for part in PARTS if part in questions)
