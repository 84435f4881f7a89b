"""A folder of worksheets: worksheet.json, which knows every sheet's numbers, and answers.csv, which is filled in."""

import csv
import io
import json
import os
from collections.abc import Sequence
from typing import Any

from neurons import FileError, NeuronsError
from neurons.classroom.diagnosis.cases import Network
from neurons.classroom.grading.reports import spreadsheet_text
from neurons.classroom.worksheets.formulas import sheet_formulas
from neurons.classroom.worksheets.names import cell, read_table
from neurons.classroom.worksheets.questions import PARTS, num_given
from neurons.classroom.worksheets.sheet import Sheet
from neurons.storage.files import write_whole

SETTINGS = "worksheet.json"
ANSWERS = "answers.csv"
VERSION = 1


def asked_questions(sheet: Sheet) -> list[int]:
    """The questions that a student fills in."""
    return [k for k in range(len(sheet.formulas.questions)) if sheet.formulas.asks(k)]


def write_settings(folder: str, sheets: Sequence[Sheet], seed: int) -> None:
    """Keep what a check needs: the network, what is asked, and the numbers of each sheet."""
    formulas = sheets[0].formulas
    content = {
        "version": VERSION,
        "network": formulas.network._asdict(),
        "questions": formulas.parts,
        "decimals": sheets[0].decimals,
        "seed": seed,
        "sheets": [{"number": s.number, "name": s.name, "given": s.given} for s in sheets],
    }
    write_whole(os.path.join(folder, SETTINGS), json.dumps(content, indent=1).encode("ascii"))


def read_sheets(folder: str) -> list[Sheet]:
    """The sheets of a folder; `FileError` where worksheet.json is missing or is not one of ours."""
    path = os.path.join(folder, SETTINGS)
    try:
        with open(path, encoding="utf-8") as file:
            content = json.load(file)
    except OSError as error:
        raise FileError(f"{path} cannot be read: {error.strerror}. It belongs beside {ANSWERS}") from None
    except ValueError:
        raise FileError(f"{path} is damaged: it is not JSON") from None
    try:
        return sheets_of(content)
    except (KeyError, TypeError, ValueError, AttributeError):
        raise FileError(f"{path} is damaged, or is not from `python -m neurons worksheet`") from None


def sheets_of(content: dict[str, Any]) -> list[Sheet]:
    """The sheets that worksheet.json describes."""
    if content["version"] != VERSION:
        raise ValueError
    network = Network(**{**content["network"], "sizes": tuple(map(int, content["network"]["sizes"]))})
    formulas = sheet_formulas(network, tuple(part for part in PARTS if part in content["questions"]))
    decimals = int(content["decimals"])
    sheets = []
    for entry in content["sheets"]:
        given = tuple(map(float, entry["given"]))
        if len(given) != num_given(network):
            raise ValueError
        sheets.append(Sheet(int(entry["number"]), str(entry["name"]), formulas, given, decimals))
    if not sheets:
        raise ValueError
    return sheets


def write_empty_answers(folder: str, sheets: Sequence[Sheet]) -> None:
    """answers.csv: a row per student, a column per question, to be filled in."""
    path = os.path.join(folder, ANSWERS)
    if os.path.exists(path) and any(any(map(str.strip, row[2:])) for row in read_table(path)[1:]):
        raise NeuronsError(f"{path} holds answers already: write the new sheets to another folder")
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    asked = asked_questions(sheets[0])
    table.writerow(["sheet", "name", *(sheets[0].formulas.label(k) for k in asked)])
    for sheet in sheets:
        table.writerow([sheet.number, spreadsheet_text(sheet.name), *[""] * len(asked)])
    write_whole(path, text.getvalue().encode("utf-8-sig", "replace"))  # the mark tells Excel that it is UTF-8


def read_answers(path: str, sheets: Sequence[Sheet]) -> dict[int, list[str]]:
    """{the number of a sheet: a text per question}; a column belongs to the question whose number it begins with."""
    rows = read_table(path)
    if not rows:
        raise FileError(f"{path} is empty")
    head = rows[0]
    num_questions = len(sheets[0].formulas.questions)
    column_of: dict[int, int] = {}
    for column, title in enumerate(head[1:], 1):
        number = title.strip().split(".")[0].strip()
        if number.isdecimal() and 1 <= int(number) <= num_questions:
            column_of[int(number) - 1] = column
    if not column_of:
        raise FileError(f"{path}: no column begins with the number of a question, such as '1. z of hidden[0]'")
    known = {sheet.number for sheet in sheets}
    found: dict[int, list[str]] = {}
    for line, row in enumerate(rows[1:], 2):
        if len(row) > len(head):
            raise FileError(
                f"{path}, row {line} has {len(row)} cells under {len(head)} titles: if numbers have decimal commas,"
                " separate the cells by semicolons or put the numbers in quotes"
            )
        number = row[0].strip()
        if not number.isdecimal() or int(number) not in known:
            raise FileError(f"{path}, row {line} begins with {number!r}, which is not the number of a sheet")
        if int(number) in found:
            raise FileError(f"{path}, row {line}: sheet {number} has a row already")
        found[int(number)] = [cell(row, column_of[k]) if k in column_of else "" for k in range(num_questions)]
    return found
