"""An answer that is a whole program: the layer and the line where it goes wrong, and a question, but no repair."""

import os
from typing import Any

from neurons.classroom.exercises.exercise import Exercise


def where_it_goes_wrong(exercise: Exercise, path: str | os.PathLike[str], **place: Any) -> str:
    """What can be said of a wrong answer whose mistake has no name; empty where that is nothing.

    `PROGRAM` in the exercise's probes says how its network is made and trained; `place` where it runs.
    """
    program = getattr(exercise.module, "PROGRAM", None)
    if program is None:
        return ""
    try:
        from neurons.classroom.programs.diagnose import diagnose_program
    except ImportError:  # no NumPy
        return ""
    make, train = program
    found = diagnose_program(path, make=make, train=train, repairing=False, **place)
    return "\n".join(found.levels[:2]) if found.ok is False else ""
