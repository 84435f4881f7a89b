"""What is said on a worksheet: the numbers as text, the task, the verdicts."""

from math import isfinite

from neurons.classroom.diagnosis.cases import Network
from neurons.classroom.worksheets.formulas import SheetFormulas
from neurons.classroom.worksheets.judging import (
    AGAIN,
    COARSE,
    EMPTY,
    FOLLOWS,
    MISTAKE,
    RIGHT,
    UNKNOWN,
    UNREADABLE,
    Verdict,
    mistakes_of,
)

MOST_NAMED = 3  # mistakes that give the same number
UNRECOGNISED = "I don't recognise this number."
COUNTING = (
    "Each mistake costs one point. Numbers that follow from it count as right, and the same mistake, made again, costs"
    " nothing more."
)

ACTIVATIONS = {
    "sigmoid": "sigmoid: a = 1 / (1 + e<sup>−z</sup>)",
    "tanh": "tanh: a = tanh(z)",
    "relu": "ReLU: a = z where z &gt; 0, otherwise 0",
    "leaky_relu": "leaky ReLU: a = z where z &gt; 0, otherwise 0.01 · z",
    "identity": "identity: a = z",
    "softmax": "softmax: a = e<sup>z</sup> / (the sum of e<sup>z</sup> over the outputs)",
}
LOSSES = {
    "mse": "L = (a − y)², summed over the outputs",
    "bce": "L = −y · ln(a) − (1 − y) · ln(1 − a)",
    "ce": "L = −ln(a) of the right class",
}


def number_text(value: float) -> str:
    """A number that is given, in as few digits as it has."""
    return f"{value + 0.0:.10g}".replace("-", "\u2212")


def answer_text(value: float, decimals: int) -> str:
    """A number that was calculated, with the decimals that the sheet asks for."""
    if not isfinite(value):
        return ""
    return f"{round(value, decimals) + 0.0:.{decimals}f}".replace("-", "\u2212")


def definitions(network: Network) -> list[str]:
    """The activation functions and the loss, for those who calculate, as HTML."""
    hidden, output = ACTIVATIONS[str(network.hidden)], ACTIVATIONS[network.output]
    if network.num_layers == 1 or hidden == output:
        acts = [output]
    else:
        acts = [f"hidden: {hidden}", f"output: {output}"]
    loss = LOSSES["mse"].replace(", summed over the outputs", "") if network.sizes[-1] == 1 else LOSSES["mse"]
    return [*acts, loss if network.loss == "mse" else LOSSES[str(network.loss)]]


SENTENCES = {  # the page has them too
    RIGHT: "Right.",
    FOLLOWS: "Right, from your number in {start}.",
    COARSE: "Right so far, but the sheet asks for {decimals} decimals.",
    EMPTY: "",
    UNREADABLE: "This is not a number. Write it like \u22120.0266 or \u22120,0266.",
    UNKNOWN: UNRECOGNISED,
    MISTAKE: "{first}",
    AGAIN: "{name}, as in {start}. You have lost the point for it there.",
    "earlier": "This goes back to {start}. {first}",
    "or": " Or {others}.",
}


def verdict_words(formulas: SheetFormulas, k: int, verdict: Verdict, decimals: int) -> str:
    """What a student reads under an answer: of a mistake its name and its question, and what else it could be."""
    rows = mistakes_of(verdict)[:MOST_NAMED]
    name = f"{rows[0].id}: {rows[0].name}" if rows else ""
    first = f"{name}. {rows[0].question}" if rows else ""
    kind = "earlier" if verdict.kind == MISTAKE and verdict.start != k else verdict.kind
    start = formulas.label(verdict.start) if verdict.start >= 0 else ""
    words = SENTENCES[kind].format(start=start, decimals=decimals, first=first, name=name)
    others = ", or ".join(f"{row.id}: {row.name}" for row in rows[1:])
    return words + (SENTENCES["or"].format(others=others) if others else "")
