"""`diagnose`: the one door to both diagnoses, of a whole program and of parts that fit the lesson's shapes."""

from typing import Any

from neurons import NeuronsError
from neurons.classroom.diagnosis.diagnose import diagnose as diagnose_parts
from neurons.classroom.diagnosis.diagnosis import Diagnosis
from neurons.classroom.programs.answers import ProgramDiagnosis
from neurons.classroom.programs.diagnose import diagnose_program
from neurons.text import show


def diagnose(
    program: Any = None, *, make: str | None = None, train: str | None = None, **parts: Any
) -> Diagnosis | ProgramDiagnosis:
    """Say what is wrong with hand-written backpropagation.

    `program` is the path of a file or a notebook, a list of paths, or a class, a function or an object that was defined
    in a file or a cell: any program, which is run in the sandbox as its author wrote it, and answered with a
    `ProgramDiagnosis`. Where its training step is not found, `ok` is None and `bool` raises; then `make`, a call that
    makes its network, such as "Net([2, 4, 3])", and `train`, a statement that trains the network net on x and y, such
    as "net.learn(x, y)", help.

    A class like the lesson's neuron, layer or model, and the functions `gradients=` and `update=`, are looked at in the
    other way, with all other arguments that `neurons.classroom.diagnosis.diagnose.diagnose` explains, and answered with
    a `Diagnosis`.
    """
    if program is None or any(parts.get(name) is not None for name in ("gradients", "update")):
        return diagnose_parts(program, **parts)
    for name, text in {"make": make, "train": train}.items():
        if text is not None and not isinstance(text, str):
            raise NeuronsError(f'{name} must be text, such as "net.learn(x, y)", but got {show(text)}')
    if isinstance(program, type) and make is None and train is None:
        return diagnose_class(program, parts)
    if parts:
        raise NeuronsError(
            f"with a whole program diagnose takes make= and train= but got {', '.join(parts)}=:"
            " sizes, activation functions and loss are found in it"
        )
    return diagnose_program(program, make=make or "", train=train or "")


def diagnose_class(cls: type, parts: dict[str, Any]) -> Diagnosis | ProgramDiagnosis:
    """A class as one of the lesson's; where it is none of these, as part of its program."""
    found = diagnose_parts(cls, **parts)
    is_inside = "<locals>" in cls.__qualname__  # of a function, where its program has no such class
    if not found.findings.failure or found.mistakes or is_inside:
        return found
    try:
        whole = diagnose_program(cls)
    except NeuronsError:  # its text is not to be found
        return found
    return found if whole.ok is None else whole
