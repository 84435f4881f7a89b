"""Statements for programs that give gradients and take no step: we take one with them."""

import ast
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice, product
from typing import Any

from neurons.classroom.programs.answers import NOT_REACHED, ProgramDiagnosis
from neurons.classroom.programs.calls.constructions import calls_that_make, constructions, makers, widths_of
from neurons.classroom.programs.calls.guesses import STACKED, parts_of_net, renewing, stacked_layers
from neurons.classroom.programs.calls.our_data import FORMS
from neurons.classroom.programs.choices.choices import RATE_1, UP_TO
from neurons.classroom.programs.text.definitions import Definitions, Signature
from neurons.classroom.programs.text.names import BACKWARD, BATCH, FORWARD, INPUTS, LABELS, MADE, RATE, STEP, is_like
from neurons.classroom.programs.text.program import Program
from neurons.classroom.programs.text.slices import last_part

SAYS = rf"{BACKWARD}|loss|cost|deriv|nabla"  # functions that may give gradients back
NOT_FORWARD = r"train|back|delta|error|grad"
OF_A_PART = re.compile(  # grad_W1, dW1, dLoss_dW1
    r"^_*(?:grad\w*?|nabla|partial|deriv\w*?|d\w*?_d|d)_?(?:wrt_)?((?:w|b|weights?|bias)_?\w{0,2})$", re.IGNORECASE
)
RATE_OF_OURS = 0.5
STEPPED = "stepped_"  # by inside/stepping.py
OF_ITS_OWN = (
    r"^_*(fit|train|learn|sgd|adam|minimi[sz]e|optimi[sz]er?)(_(model|net\w*|step|epoch|batch|on_batch))?$|descent"
)
OUR_RATE = RATE_1, UP_TO.partition("{")[0]  # what the answer says of it, were it the program's own
TOLD = "I took a plain step with the gradients that it gives back."
NOT_ITS_OWN = "I did not reach its own step, so I cannot say whether that is right, too."
LAYERS_ALONE = "I put two of its layers together. The rest of it I did not reach, so I cannot say whether all is right."
REVERSED = "They have the opposite sign: it may add them in its step, which I did not reach."


def gradient_calls(definitions: Definitions) -> Iterator[tuple[int, int, str, Iterator[str]]]:
    """(inputs, outputs, how a network is made, statements that step it) for classes, functions with one, and layers."""
    for name, methods in definitions.classes.items():
        if definitions.wanted in ("", name) and may_give_gradients(methods):
            for inputs, outputs in widths_of(definitions, name):
                for made in islice(constructions(definitions, name, outputs, inputs), 3):
                    yield inputs, outputs, f"net_ = {made}", steps_of(methods, "net_.", ())
    for name, signature in makers(definitions) if may_give_gradients(definitions.functions) else ():
        for inputs, outputs in ((2, 3), (2, 1)):
            for made in islice(calls_that_make(definitions, name, signature, outputs, inputs), 3):
                yield inputs, outputs, f"net_ = {made}", steps_of(definitions.functions, "", signature.gives)
    for inputs, outputs, made, calls in stacked_layers(definitions):
        both = [f"{name} = {STEPPED}({name}, None, (), (), {RATE_OF_OURS})" for name in STACKED.split(", ")]
        yield inputs, outputs, made, ("\n    ".join([call, *both]) for call in calls)


def may_give_gradients(functions: dict[str, Signature]) -> bool:
    """True if some of these may give gradients."""
    return any(is_like(SAYS, name) for name in functions) or bool(gradients_apart(functions))


def with_our_step(answer: ProgramDiagnosis, call: str, program: Program) -> ProgramDiagnosis:
    """The answer, which tells of a step of ours; neither right nor wrong where the rest of the program decides."""
    if STEPPED not in call:
        return answer
    lines = answer.message.split("\n")
    if "L2" in answer.mistakes:
        return ProgramDiagnosis(NOT_REACHED, "\n".join([lines[0], TOLD, REVERSED]))
    of_layers = STACKED.split(", ")[0] in call
    told = [line for line in lines if not line.startswith(OUR_RATE)] + [TOLD]
    if answer.ok and (of_layers or takes_steps(program)):
        told.append(LAYERS_ALONE if of_layers else NOT_ITS_OWN)
        return replace(answer, outcome=NOT_REACHED, message="\n".join(told))
    return replace(answer, message="\n".join(told))


def takes_steps(program: Program) -> bool:
    """True if something in the program is called like a training, or takes rate * gradient off a number."""
    for text in program.texts.values():
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and re.search(OF_ITS_OWN, node.name.lower()):
                return True
            is_sum = isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Sub))
            if is_sum or isinstance(node, ast.AugAssign) and isinstance(node.op, (ast.Add, ast.Sub)):
                taken: Any = node.right if isinstance(node, ast.BinOp) else node.value  # type: ignore[attr-defined]
                if isinstance(taken, ast.BinOp) and isinstance(taken.op, ast.Mult):
                    if any(is_like(RATE, last_part(part)) for part in ast.walk(taken)):
                        return True
    return False


def steps_of(functions: dict[str, Signature], prefix: str, parts: tuple[str, ...]) -> Iterator[str]:
    """Statements that compute gradients and step with them; `parts` are the names of what makes the network gives."""
    public = {name: one for name, one in functions.items() if not name.startswith("__")}
    says = [name for name in public if is_like(SAYS, name)]
    says.sort(key=lambda name: (not has_label(public[name]), not is_like(r"back|grad", name)))
    forwards = [name for name in public if is_like(FORWARD, name) and not is_like(NOT_FORWARD, name)]
    updates = [name for name in public if is_like(STEP, name) and name not in says and name not in forwards]
    network, apart = parts_of_net(parts), gradients_apart(public)
    for form in FORMS:
        each = pass_of_each(apart, public, prefix, form, network)
        if each:
            called = tuple(apart)
            yield "\n    ".join([each, f"net_ = {STEPPED}(net_, grads_, {parts!r}, {called!r}, {RATE_OF_OURS})"])
    for form, name, forward in product(FORMS, says[:3], (*forwards[:2], "")):
        passes = passes_of(public, prefix, form, network, forward, name)
        if updates:
            grads = dict.fromkeys(("grads", "gradients", "grad"), "grads_")
            step = call_with(prefix + updates[0], public[updates[0]], form, network | grads, "")
            step = renewing(step, public[updates[0]], parts) if step else ""
        else:
            given = "grads_" if public[name].gives else "None"
            step = f"net_ = {STEPPED}(net_, {given}, {parts!r}, {public[name].gives!r}, {RATE_OF_OURS})"
        if passes and (not updates or "grads_" in step):
            yield "\n    ".join([*passes, step])


def gradients_apart(functions: dict[str, Signature]) -> dict[str, str]:
    """For each parameter that has one to itself, the function that gives its gradient."""
    found = ((OF_A_PART.search(name), name) for name, one in functions.items() if len(one.gives) == 1)
    return {match[1]: name for match, name in found if match}


def pass_of_each(
    apart: dict[str, str],
    functions: dict[str, Signature],
    prefix: str,
    form: tuple[str, str],
    network: dict[str, str],
) -> str:
    """What gives the gradients, each by a function of its own; "" where these are not several, or ask for more."""
    calls = [call_with(prefix + name, functions[name], form, network, "") for name in apart.values()]
    return f"grads_ = ({', '.join(calls)})" if len(calls) > 1 and all(calls) else ""


def passes_of(
    functions: dict[str, Signature],
    prefix: str,
    form: tuple[str, str],
    network: dict[str, str],
    forward: str,
    name: str,
) -> list[str]:
    """A forward pass, if it has one, and what gives the gradients; empty where a parameter has no role."""
    if not forward:
        second = call_with(prefix + name, functions[name], form, network, "")
        return [f"grads_ = {second}"] if second else []
    gives = functions[forward].gives
    known = {one: f"kept_(out_, {one!r}, {gives!r})" for one in gives if not is_like(INPUTS, one)}
    first = call_with(prefix + forward, functions[forward], form, network, "")
    second = call_with(prefix + name, functions[name], form, network | known, f"kept_(out_, 'cache', {gives!r})")
    return [f"out_ = {first}", f"grads_ = {second}"] if first and second else []


def has_label(signature: Signature) -> bool:
    """True if a function asks for labels."""
    return any(is_label(name) for name, _ in signature.parameters)


def is_label(name: str) -> bool:
    """True for what labels are called; y_hat is an output."""
    return is_like(LABELS, name) and not is_like("hat|pred", name)


def call_with(target: str, signature: Signature, form: tuple[str, str], known: dict[str, str], cache: str) -> str:
    """A call with what is known by name, and with our data; "" where a parameter has no role."""
    arguments, roles = [], set[str]()
    for name, needed in signature.parameters:
        if name in known:
            value, role = known[name], name
        elif is_label(name):
            value, role = form[1], "labels"
        elif not needed:
            continue
        elif is_like(INPUTS, name):
            value, role = form[0], "inputs"
        elif is_like(MADE, name):
            value, role = "net_", "network"
        elif is_like(RATE, name):
            value, role = str(RATE_OF_OURS), "rate"
        elif is_like(BATCH, name):
            value, role = "4", "batch"
        elif is_like(r"^reg|lambd|decay|^l2", name):
            value, role = "0.0", "decay"
        elif cache:
            value, role = cache, "cache"
        else:
            return ""
        if role in roles:
            return ""
        roles.add(role)
        arguments.append(f"{name}={value}")
    return f"{target}({', '.join(arguments)})"
