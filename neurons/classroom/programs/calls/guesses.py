"""Statements that train a program which does not train itself: its classes made, its methods called, by their names.

A program's own main, or a notebook's last cells, come first and are far better; these are for files that only define.
"""

import re
from collections.abc import Iterator
from itertools import islice

from neurons.classroom.programs.calls.constructions import (
    argument_choices,
    calls_that_make,
    constructions,
    makers,
    widths_of,
)
from neurons.classroom.programs.calls.our_data import FORMS, PAIR_FORMS
from neurons.classroom.programs.text.definitions import Definitions, Signature
from neurons.classroom.programs.text.names import (
    A_BATCH,
    BACKWARD,
    BATCH,
    COUNT_OF_OUTPUTS,
    EPOCHS,
    FORWARD,
    HELD_OUT,
    INPUTS,
    LABELS,
    MADE,
    NETWORK,
    PAIRED,
    QUIET,
    RATE,
    SIZES,
    STEP,
    TRAINS,
    is_like,
)

STACKED = "first_, second_"
RENEWED = re.compile(r"net_ = renewed_\(.*lambda rate_=0.5: (.*)\)$", re.MULTILINE)  # by inside/stepping.py


def call_of(
    target: str,
    signature: Signature,
    form: tuple[str, str] | str,
    given: str = "",
    parts: tuple[str, ...] | None = None,
) -> str | None:
    """A call with our data for the parameters that look like data; None where one has no role.

    `parts` are the names of those that net_ has, where it is for the function to take.
    """
    network = parts_of_net(parts or ())
    arguments, has_inputs, has_labels = [], False, False
    for parameter, needed in signature.parameters:
        name = parameter.lower()
        if parameter in network:
            arguments.append(f"{parameter}={network[parameter]}")
        elif is_like(RATE, name):
            arguments.append(f"{parameter}=0.5")
        elif is_like(EPOCHS, name):
            arguments.append(f"{parameter}=1")
        elif is_like(BATCH, name) and not (isinstance(form, str) and is_like(A_BATCH, name)):
            arguments.append(f"{parameter}=4")
        elif is_like(QUIET, name):
            arguments += [f"{parameter}=False"] if needed else []
        elif is_like(HELD_OUT, name):
            of_labels = is_like(LABELS, name) or name.endswith("_y")
            held_out = form if isinstance(form, str) else form[1] if of_labels else form[0]
            arguments += [f"{parameter}={held_out}"] if needed else []
        elif needed and parts is not None and is_like(MADE, name):
            arguments.append(f"{parameter}=net_")
        elif needed and is_like(COUNT_OF_OUTPUTS, name):
            arguments.append(f"{parameter}=outputs_")
        elif needed and is_like(SIZES, name):
            arguments.append(f"{parameter}=sizes_")
        elif needed and is_like(r"hid|^n_?h$", name):
            arguments.append(f"{parameter}=hidden_")
        elif isinstance(form, str):
            if is_like(rf"{PAIRED}|{A_BATCH}", name) and not has_inputs and needed:
                arguments.append(f"{parameter}={form}")
                has_inputs = has_labels = True
            elif needed:
                return None
        elif needed and not given and is_like(r"^(err|delta|grad|fehler)", name):
            return None  # made of outputs
        elif is_like(LABELS, name) and not has_labels and needed:
            arguments.append(f"{parameter}={form[1]}")
            has_labels = True
        elif given and is_like(r"out|pred|y_hat|cache|grad|delta|error|^a\d?$", name) and needed:
            arguments.append(f"{parameter}={given}")
        elif is_like(INPUTS, name) and not has_inputs and needed:
            arguments.append(f"{parameter}={form[0]}")
            has_inputs = True
        elif needed and not has_inputs:
            arguments.append(f"{parameter}={form[0]}")
            has_inputs = True
        elif needed and not has_labels:
            arguments.append(f"{parameter}={form[1]}")
            has_labels = True
        elif needed:
            return None
    if isinstance(form, str) and not has_inputs:
        return None
    return f"{target}({', '.join(arguments)})"


def trainings(
    methods: dict[str, Signature], prefix: str = "net_.", parts: tuple[str, ...] | None = None, made: str = ""
) -> Iterator[str]:
    """Statements that may train, for each form of the data; with `parts`, functions that take the network net_.

    `parts` are the names of those that it has, `made` is how it is made.
    """
    public = [name for name in methods if not name.startswith("__")]
    names = [name for name in public if is_like(TRAINS, name)]
    if not names:  # in a language that is not known here: what takes inputs and labels
        names = [name for name in public if sum(needed for _, needed in methods[name].parameters) > 1]
    if "x_" in made:  # it has the data already
        alone = [name for name in names if not any(needed for _, needed in methods[name].parameters)]
        yield from (f"{prefix}{name}()" for name in alone)
    names.sort(key=lambda name: (not is_like(r"^_*(fit|train|learn)|model", name), is_like("predict|test|eval", name)))
    forwards = [name for name in methods if is_like(FORWARD, name) and not is_like(r"train|back|delta|error", name)]
    backwards = [name for name in methods if is_like(BACKWARD, name) and name not in forwards]
    steps = [name for name in methods if is_like(STEP, name) and name not in forwards and name not in backwards]
    paired = [
        name for name in names if not any(is_like(LABELS, p) and needed for p, needed in methods[name].parameters)
    ]
    for forms, some in ((PAIR_FORMS, paired), (FORMS, names)):
        for form in forms:
            for name in some:
                call = call_of(prefix + name, methods[name], form, parts=parts)
                call = call if call is None or parts is None else renewing(call, methods[name], parts)
                if call and ("x_" in call or "labelled" in call or "xy_" in call):
                    yield call
    for form in FORMS:
        for forward in forwards[:3]:
            first = call_of(prefix + forward, methods[forward], (form[0], form[1]))
            for backward in backwards[:3]:
                second = call_of(prefix + backward, methods[backward], form, given="out_")
                if first and second:
                    yield f"out_ = {first}\n    {second}"
                    for step in steps[:2]:
                        third = call_of(prefix + step, methods[step], form)
                        if third:
                            yield f"out_ = {first}\n    grads_ = {second}\n    {third}"
            for step in steps[:2]:
                second = call_of(prefix + step, methods[step], form, given="out_")
                if first and second:
                    yield f"out_ = {first}\n    {second}"


def parts_of_net(names: tuple[str, ...]) -> dict[str, str]:
    """Each part of net_ by its name, where it has several."""
    return {name: f"net_[{place}]" for place, name in enumerate(names)} if len(names) > 1 else {}


def renewing(call: str, signature: Signature, names: tuple[str, ...]) -> str:
    """The call; where its function may give the next network back, instead of changing net_, that becomes net_."""
    rate = next((name for name, _ in signature.parameters if is_like(RATE, name) and f"{name}=0.5" in call), "")
    is_counted = any(is_like(EPOCHS, name) for name, _ in signature.parameters)
    if not signature.gives or signature.repeats and not is_counted:  # it may take several steps
        return call
    step = call.replace(f"{rate}=0.5", f"{rate}=rate_") if rate else call
    return f"net_ = renewed_(net_, {names!r}, {signature.gives!r}, {bool(rate)}, lambda rate_=0.5: {step})"


def plain(call: str) -> str:
    """The call as it was before `renewing`."""
    return RENEWED.sub(r"\1", call).replace("=rate_", "=0.5")


def has_network(definitions: Definitions) -> bool:
    """True if a class that is called like a network trains; of a class that is meant, only that one."""
    names = [definitions.wanted] if definitions.wanted in definitions.classes else list(definitions.classes)
    called = [name for name in names if is_like(NETWORK, name) and not is_like(r"layer|^neuron$", name)]
    return any(is_like(r"train|fit|learn", method) for name in called for method in definitions.classes[name])


def whole_networks(definitions: Definitions) -> Iterator[tuple[int, int, str, Iterator[str]]]:
    """(inputs, outputs, how an object is made, statements that may train it) for each class that may be a network."""

    def rank(name: str) -> tuple[bool, bool, bool]:
        methods = " ".join(definitions.classes[name]).lower()
        return (
            not is_like(NETWORK, name) or is_like(r"layer|^neuron$", name),
            not is_like(r"train|fit|learn", methods),
            not is_like(r"back", methods),
        )

    names = [definitions.wanted] if definitions.wanted in definitions.classes else sorted(definitions.classes, key=rank)
    for name in names:
        for inputs, outputs in widths_of(definitions, name):
            for made in constructions(definitions, name, outputs, inputs):
                yield inputs, outputs, f"net_ = {made}", trainings(definitions.classes[name], made=made)
    functions = {name: signature for name, signature in definitions.functions.items() if is_like(TRAINS, name)}
    functions = functions or definitions.functions  # in a language that is not known here
    written = [definitions.written] if definitions.written else []
    for inputs, outputs in (*written, (2, 1), (2, 3)):
        yield inputs, outputs, "", trainings(functions, "")
    for name, signature in makers(definitions):
        inner = {} if "?" in signature.gives else signature.hands_out
        for outputs in (3, 1):
            for made in islice(calls_that_make(definitions, name, signature, outputs), 3):
                if inner:
                    yield 2, outputs, f"net_ = {', '.join(signature.gives)} = {made}", trainings(inner, "")
                else:
                    yield 2, outputs, f"net_ = {made}", trainings(functions, "", parts=signature.gives)


def stacked_layers(definitions: Definitions) -> Iterator[tuple[int, int, str, list[str]]]:
    """(inputs, outputs, two layers made, statements that train them) for classes that are one layer."""
    for name, methods in definitions.classes.items():
        if definitions.wanted not in ("", name):
            continue
        backwards = [method for method in methods if is_like(r"back", method)]
        forwards = [method for method in methods if is_like(r"forward|call|feed", method)]
        if not backwards or not forwards or "__init__" not in methods:
            continue
        needed = [parameter for parameter, is_needed in methods["__init__"].parameters if is_needed]
        if len(needed) < 2:
            continue
        more = "".join(
            f", {parameter}={(argument_choices(definitions, parameter, True, 3, 4) or ['None'])[0]}"
            for parameter in needed[2:]
        )
        made = f"{STACKED} = {name}(2, 4{more}), {name}(4, 3{more})"
        backward, forward = methods[backwards[0]], forwards[0]
        rate = "".join(f", {parameter}=0.5" for parameter, _ in backward.parameters if is_like(RATE, parameter))
        steps = [method for method in methods if is_like(r"^(step|update|apply)", method)]
        after = ""
        for step in steps[:1]:
            rates = ", ".join(f"{p}=0.5" for p, _ in methods[step].parameters if is_like(RATE, p))
            after = f"\n    first_.{step}({rates})\n    second_.{step}({rates})"
        calls = []
        for x, y in (("x_column", "y_column"), ("x_vector", "y_vector"), ("x_rows", "y_rows"), ("x_list", "y_list")):
            out = f"out_ = second_.{forward}(first_.{forward}({x}))"
            slope = f"2 * (out_ - {y})" if x != "x_list" else f"[2 * (a - b) for a, b in zip(out_, {y})]"
            calls.append(
                f"{out}\n    back_ = second_.{backwards[0]}({slope}{rate})\n"
                f"    first_.{backwards[0]}(back_{rate}){after}"
            )
        yield 2, 3, made, calls
