"""Statements that call a forward pass, a backward pass and a step in turn, each given what those before it returned."""

from collections.abc import Iterator

from neurons.classroom.programs.definitions import Definitions, Signature
from neurons.classroom.programs.guesses import FORMS, calls_that_make, constructions
from neurons.classroom.programs.names import (
    BACKWARD,
    BATCH,
    EPOCHS,
    FORWARD,
    INPUTS,
    LABELS,
    MADE,
    MAKES,
    QUIET,
    RATE,
    STEP,
    is_like,
)

WHOLE = r"model|prop|pass|net"  # of a network, not of a layer
RETURNED = r"out|pred|hat|cache|grad|delta|error|memory|^a\d*$"
MOST_OF_A_KIND = 2


class CallChain:
    """The statements so far, and what is known by name after them."""

    def __init__(self, prefix: str, network: str, known: dict[str, str], form: tuple[str, str]) -> None:
        self.prefix, self.network, self.known, self.form = prefix, network, dict(known), form
        self.rest: list[str] = []  # what the last call returned, as far as no other call was given it
        self.statements: list[str] = []

    def call(self, signature: Signature) -> bool:
        """Add a call; False where a name does not tell what a parameter is given: a wrong call would blame anyone."""
        given: dict[str, str] = {}
        for parameter, needed in signature.parameters:
            if needed:
                value = self.value_for(parameter, set(given.values()))
                if value is None:
                    return False
                given[parameter] = value
        names = [given.get(name, name) for name in signature.returns] or ["out_"]
        self.known |= dict(zip(signature.returns, names, strict=False))
        self.rest = [name for name in names if name not in given.values()]
        arguments = ", ".join(f"{parameter}={value}" for parameter, value in given.items())
        self.statements.append(f"{', '.join(names)} = {self.prefix}{signature.name}({arguments})")
        return True

    def value_for(self, parameter: str, given: set[str]) -> str | None:
        """What a parameter is given: what has its name, what its name tells, the one thing that was returned."""
        name = parameter.lower()
        alike = {known.lower(): variable for known, variable in self.known.items()}
        for pattern, value in ((RATE, "0.5"), (EPOCHS, "1"), (BATCH, "4"), (QUIET, "False")):
            if is_like(pattern, name):
                return value
        if name in alike and alike[name] not in given:
            return alike[name]
        if self.network and is_like(MADE, name) and self.network not in given:
            return self.network
        x, y = self.form
        if is_like(LABELS, name) and y not in given:
            return y
        if is_like(INPUTS, name) and x not in given:
            return x
        if not self.statements and x not in given:
            return x
        return self.rest[0] if len(self.rest) == 1 and is_like(RETURNED, name) else None


def chains_of(
    methods: dict[str, Signature], prefix: str, network: str = "", known: dict[str, str] | None = None
) -> Iterator[str]:
    """The statements that may train, for each form of the data; `network` is the variable that functions take."""
    forwards = of_kind(methods, FORWARD, r"train|back|delta|error|loss|cost")
    backwards = of_kind(methods, BACKWARD, r"forw|feed")
    steps: list[Signature | None] = [*of_kind(methods, STEP, f"{FORWARD}|{BACKWARD}"), None]
    for form in FORMS:
        for forward in forwards:
            for backward in backwards:
                for step in steps:
                    chain = CallChain(prefix, network, known or {}, form)
                    if chain.call(forward) and chain.call(backward) and (step is None or chain.call(step)):
                        yield "\n    ".join(chain.statements)


def of_kind(methods: dict[str, Signature], pattern: str, other: str) -> list[Signature]:
    """The functions whose names tell that they are of a kind, those of a whole network first."""
    found = [
        signature
        for name, signature in methods.items()
        if is_like(pattern, name) and not is_like(other, name) and not name.startswith("__")
    ]
    return sorted(found, key=lambda signature: not is_like(WHOLE, signature.name))[:MOST_OF_A_KIND]


def sized(calls: Iterator[str]) -> list[str]:
    """The likeliest calls that make a network, those with sizes before those with data."""
    return sorted(calls, key=lambda call: "_rows" in call)[:MOST_OF_A_KIND]


def chained_functions(definitions: Definitions) -> Iterator[tuple[int, str, Iterator[str]]]:
    """(outputs, how the parameters are made, statements that may train them) for functions that make them."""
    for name, signature in definitions.functions.items():
        for outputs in (3, 1) if is_like(MAKES, name) and not definitions.wanted else ():
            for made in sized(calls_that_make(definitions, name, signature, outputs)):
                if len(signature.returns) > 1:
                    known = {one: one for one in signature.returns}
                    yield outputs, f"{', '.join(known)} = {made}", chains_of(definitions.functions, "", "", known)
                else:
                    known = dict.fromkeys(signature.returns, "net_")
                    yield outputs, f"net_ = {made}", chains_of(definitions.functions, "", "net_", known)


def chained_methods(definitions: Definitions) -> Iterator[tuple[int, str, Iterator[str]]]:
    """The same for the methods of classes that return something."""
    for name, methods in definitions.classes.items():
        returns = any(signature.returns for signature in methods.values())
        for outputs in (3, 1) if returns and definitions.wanted in ("", name) else ():
            for made in sized(constructions(definitions, name, outputs)):
                yield outputs, f"net_ = {made}", chains_of(methods, "net_.")
