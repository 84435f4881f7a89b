"""One frame looked at: whose method it runs, at which statement it stands, and in which phase of a pass."""

import ast

from neurons.inspection.models import is_model
from neurons.inspection.recording.statements import plan_of
from neurons.inspection.recording.substitution import GAP, pieces_before, text_of, without_changed_numbers
from neurons.inspection.recording.values import MISSING, Names, attribute, class_attribute
from neurons.layer import Layer
from neurons.neuron import Neuron

PHASES = {  # by the name of the function
    "forward": "forward",
    "value": "loss",
    "output_gradients": "loss",
    "backward_pass": "backward",
    "step": "step",
}
OF_A_LOSS = ("value", "output_gradients")  # an object that has both is a loss, also a student's own


def owner_of(frame, class_name=None):
    """The object whose method this frame runs; None for a function that is not a method of an object's class."""
    code = frame.f_code
    if not code.co_argcount:
        return None
    owner = frame.f_locals.get(code.co_varnames[0])
    if class_name is not None and all(base.__name__ != class_name for base in type(owner).__mro__):
        return None
    return owner


def name_of(owner):
    """The object's name, "" if it has none; no code of its own is run for it."""
    for word in ("name", "_name"):
        name = attribute(owner, word)
        if type(name) is str and name.strip():
            return " ".join(name.split())
    return ""


def statement_at(frame):
    """The `Statement` that the frame is at (`.source`, `.first` and `.last` line), None if there is none."""
    plan = plan_of(frame.f_code)
    return None if plan is None else plan.statements.get(frame.f_lineno)


def with_numbers(frame):
    """The text of the statement that the frame is about to run, with the numbers it is computed from."""
    statement = statement_at(frame)
    if statement is None:
        return ""
    names = Names(frame, plan_of(frame.f_code).class_name)
    pieces = pieces_before(statement, names)
    text = "" if pieces is None else text_of(without_changed_numbers(pieces, names), {})
    return statement.source + (GAP + text if text and text != statement.expression.words else "")


def is_at_first_check(frame):
    """True at an `if ...: raise ...` with which the function begins: it checks what came in."""
    plan = plan_of(frame.f_code)
    statements = [] if plan is None else [one for one in plan.statements.values() if not one.is_docstring]
    if not statements or statement_at(frame) is not statements[0] or not isinstance(statements[0].node, ast.If):
        return False
    return all(isinstance(inner, ast.Raise) for inner in statements[0].node.body)


def is_at_call(frame):
    """True before the first line of the frame's function."""
    return frame.f_lineno == frame.f_code.co_firstlineno


def is_at_calculation(frame):
    """True at a statement that calculates; anywhere in a function that has none."""
    plan = plan_of(frame.f_code)
    if plan is None or not any(statement.calculates for statement in plan.statements.values()):
        return True
    statement = statement_at(frame)
    return statement is not None and statement.calculates


def neuron_at(frame):
    """(object, its name) for the `Neuron`, `Layer` or `Model` that the frame, or one that called it, works for."""
    while frame is not None:
        owner = owner_of(frame)
        if is_model(owner):
            return owner, "model"
        if isinstance(owner, (Neuron, Layer)):
            return owner, name_of(owner)
        frame = frame.f_back
    return None, ""


def phase_at(frame):
    """ "forward", "loss", "backward" or "step": the pass that the frame is part of; None outside of one."""
    while frame is not None:
        phase = PHASES.get(frame.f_code.co_name)
        if phase is not None:
            owner = owner_of(frame)
            if phase != "loss" and (isinstance(owner, (Neuron, Layer)) or is_model(owner)):
                return phase
            if phase == "loss" and all(class_attribute(type(owner), word) is not MISSING for word in OF_A_LOSS):
                return phase
        frame = frame.f_back
    return None
