"""One student's sheet: the numbers that are given, all right answers, and how far an answer may be off."""

import re
from functools import cache
from typing import NamedTuple

import numpy as np

from neurons.classroom.diagnosis.cases import Case
from neurons.classroom.worksheets.formulas import SheetFormulas, function_of
from neurons.classroom.worksheets.questions import given_places

NUDGE = 1e-6  # downwards: an a of exactly 0 is that of a ReLU which is off, and stays off


class Sheet(NamedTuple):
    """A name, the numbers drawn for it, and how many decimals are asked for."""

    number: int  # 1, 2, ...: what stands on the paper and in answers.csv
    name: str
    formulas: SheetFormulas
    given: tuple[float, ...]  # the first numbers of v
    decimals: int  # that each answer has

    @property
    def rounding(self) -> float:
        """One unit of the last decimal."""
        return 10.0**-self.decimals


@cache
def names_in(text: str) -> tuple[int, ...]:
    """The places of v that a formula uses."""
    return tuple(dict.fromkeys(map(int, re.findall(r"v\[(\d+)\]", text))))


def right_answers(formulas: SheetFormulas, given: tuple[float, ...]) -> list[float]:
    """v with the right answers."""
    v = list(given)
    for text in formulas.right:
        v.append(function_of(text)(v))
    return v


def slack_of(text: str, v: list[float], slack: list[float], unit: float) -> float:
    """How far the right answer to a question may be off.

    Half a unit for the rounding of the answer, another half for those who cut instead of rounding, and what the
    rounding of the numbers that it was made of can do to it.
    """
    compute = function_of(text)
    value, nudged, carried = compute(v), v[:], 0.0
    for place in names_in(text):
        if slack[place]:
            nudged[place] = v[place] - NUDGE
            carried += abs(compute(nudged) - value) / NUDGE * (slack[place] - 0.5 * unit)
            nudged[place] = v[place]
    return unit + carried


def tolerances(formulas: SheetFormulas, v: list[float], unit: float) -> list[float]:
    """How far each number of v may be off: those that are given, not at all."""
    slack = [0.0] * formulas.first
    for text in formulas.right:
        slack.append(slack_of(text, v, slack, unit))
    return slack


def case_of(sheet: Sheet) -> Case:
    """The numbers of a sheet as a case of the diagnosis."""
    v, places = np.array(sheet.given), given_places(sheet.formulas.network)
    parameters = tuple((v[np.array(W)], v[np.array(b)]) for W, b in zip(places.weights, places.biases, strict=True))
    return Case(
        sheet.formulas.network, parameters, v[[places.inputs]], v[[places.labels]], float(v[places.learning_rate])
    )
