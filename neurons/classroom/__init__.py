"""The classroom: what is wrong with hand-written backpropagation, in the words of the lesson; exercises, and grades.

Its rooms, each of which imports only those before it: `sandbox` runs a student's file where it can do no harm,
`diagnosis` names a mistake, `programs` finds it in a program of any shape, `exercises` checks one answer, `course`
leads a student through them, `grading` checks a class, `worksheets` are for paper. Like any user of the library, they
write `from neurons import Neuron`.

>>> from neurons.classroom import diagnose
>>> diagnose("student.py")                                   # doctest: +SKIP
>>> diagnose(gradients=my_gradients, sizes=[2, 3, 1])        # doctest: +SKIP
"""

from importlib import import_module
from typing import Any

PLACES = {  # loaded when first touched: they need NumPy
    "check": "course.notebooks",
    "diagnose": "programs.front",
    "Diagnosis": "diagnosis.diagnosis",
    "ProgramDiagnosis": "programs.answers",
    "check_worksheet": "worksheets.checking",
    "hint": "course.notebooks",
    "lesson": "course.notebooks",
    "worksheet": "worksheets.worksheet",
}

__all__ = ["Diagnosis", "ProgramDiagnosis", "check", "check_worksheet", "diagnose", "hint", "lesson", "worksheet"]


def __getattr__(name: str) -> Any:
    if name in PLACES:
        return getattr(import_module(f"neurons.classroom.{PLACES[name]}"), name)
    raise AttributeError(f"module 'neurons.classroom' has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
