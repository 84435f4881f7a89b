"""The formulas of a worksheet: how each number follows from those before it, and what each mistake makes of it.

None is written here: the diagnosis's reference runs on names instead of numbers, once without a mistake and once with
each mistake that a person can make on such a sheet, and each question's formula is read off.
"""

from collections.abc import Callable
from functools import cache
from math import exp, log, tanh
from typing import Any, NamedTuple

import numpy as np

from neurons.classroom.diagnosis.cases import Array, Case, Network
from neurons.classroom.diagnosis.mistake_formulas import (
    INPUT_GRADIENTS,
    OVER_NEURONS,
    STEPS,
    SUITS,
    added,
    at_the_error,
    difference_there,
    error_there,
    from_output,
    own_difference,
    own_rate,
    shortcut_at_the_error,
    where_it_suits,
)
from neurons.classroom.diagnosis.reference import LayerPass, Variant, forward, loss_gradient, loss_value, run
from neurons.classroom.diagnosis.variants import from_table, variants_for
from neurons.classroom.worksheets.questions import Question, all_questions, num_given
from neurons.classroom.worksheets.tracing import Formula, formulas, named, text_of

RIGHT_SLOPES = {  # as one reads it off a; the reference takes z
    "sigmoid": lambda layer: layer.a * (1.0 - layer.a),
    "tanh": lambda layer: 1.0 - layer.a**2,
    "relu": lambda layer: np.where(layer.a > 0.0, 1.0, 0.0),
    "leaky_relu": lambda layer: np.where(layer.a > 0.0, 1.0, 0.01),
}
OFF_PAPER = ("A12", "L9", "W8")  # matrix products, finite differences, lists that are shared
ON_PAPER = {  # programs make these with factors of their own; on a sheet the loss and the learning rate are given
    "A11": [added(1.0)],
    "A13": [where_it_suits(formula(1.0), SUITS["A13"]) for formula in (at_the_error, shortcut_at_the_error)],
    "X12": [
        from_output(error_there, 1.0, True),
        from_output(difference_there, 1.0, True),
        from_output(difference_there, 1.0, False),
    ],
    "X14": [from_output(own_difference, 1.0, True), from_output(own_difference, 1.0, False)],
    "S2": [own_rate(1.0), STEPS["S2"][-1]],  # no rate, or its square
}
Texts = dict[int, str]  # the number of a question -> its formula


class WrongWay(NamedTuple):
    """A way to work through a sheet with one mistake: the formulas that it changes."""

    id: str  # the mistake's
    texts: Texts  # in the order of the questions

    @property
    def begins(self) -> int:
        """The first question that it changes."""
        return next(iter(self.texts))


class SheetFormulas(NamedTuple):
    """All formulas of one kind of sheet: as texts, for a page, and as functions of v."""

    network: Network
    parts: tuple[str, ...]  # that a student fills in
    first: int  # the place of the first question's number in v
    questions: tuple[Question, ...]
    right: tuple[str, ...]
    others: Texts  # other right ways: the slope from z, as the core has it; on paper one reads it off a
    wrong_ways: tuple[WrongWay, ...]
    mistakes: tuple[tuple[tuple[str, str], ...], ...]  # per question: (id, formula) of each that can be made there

    def __repr__(self) -> str:
        return f"the formulas of {len(self.questions)} questions on {self.network}"

    def asks(self, k: int) -> bool:
        """True if the student fills in this number; those of earlier parts are printed on the sheet."""
        return self.questions[k].part in self.parts

    def label(self, k: int) -> str:
        """12. dL/dz of hidden[0]"""
        return f"{k + 1}. {self.questions[k].label(self.network)}"


@cache
def sheet_formulas(network: Network, parts: tuple[str, ...]) -> SheetFormulas:
    """The formulas of the sheets for a network that ask these parts."""
    questions = tuple(all_questions(network, parts))
    by_z = traced(network, questions, ())
    where = "all" if network.loss == "mse" else "hidden"  # a cross-entropy does not have its own slope
    right = traced(network, questions, [Variant("", "slope", slope_by_a, where)])
    others = {k: by_z[k] for k in right if by_z[k] != right[k]}
    made = tuple(wrong_ways(network, questions, by_z))
    mistakes = tuple(mistakes_at(k, made) for k in right)
    return SheetFormulas(network, parts, num_given(network), questions, tuple(right.values()), others, made, mistakes)


def mistakes_at(k: int, made: tuple[WrongWay, ...]) -> tuple[tuple[str, str], ...]:
    """(id, formula) of each mistake that can be made in question k."""
    return tuple(dict.fromkeys((wrong_way.id, wrong_way.texts[k]) for wrong_way in made if k in wrong_way.texts))


def slope_by_a(layer: LayerPass) -> Array:
    """The right slope by the numbers that stand on the sheet."""
    return RIGHT_SLOPES[layer.act](layer) if layer.act in RIGHT_SLOPES else layer.right_slope


def wrong_ways(network: Network, questions: tuple[Question, ...], right: Texts) -> list[WrongWay]:
    """Each mistake, in each layer where a person can make it, once for each thing that it computes.

    A wrong slope is made twice: where the slope is asked, and where the error is asked and the slope was right. Those
    that change the fewest quantities come first: where several give the same number, they are the simplest.
    """
    found: dict[Any, WrongWay] = {}
    without_slopes = traced(network, questions, (), keep_slopes=True)
    for variant in sheet_variants(network):
        for keep_slopes in (False, True):
            usual = without_slopes if keep_slopes else right
            if keep_slopes and "slope" not in variant.slot:
                continue
            texts = traced(network, questions, [variant], keep_slopes)
            changed = {k: text for k, text in texts.items() if text != usual[k] and "nan" not in text}
            if changed:
                found.setdefault((variant.id, tuple(changed.items())), WrongWay(variant.id, changed))
    return sorted(found.values(), key=lambda wrong_way: len({questions[k].quantity for k in wrong_way.texts}))


def sheet_variants(network: Network) -> list[Variant]:
    """The mistakes that can be made on a sheet for this network: one example, one step, its loss and rate given."""
    found: dict[Any, Variant] = {}
    for variant in variants_for(network, False, True):
        if variant.id in OFF_PAPER or (variant.id == "L2" and network.loss == "mse"):
            continue
        formulas = ON_PAPER.get(variant.id, [variant.formula])
        for place, formula in enumerate(formulas):
            key = (variant.id, variant.where, place) if variant.id in ON_PAPER else len(found)
            found.setdefault(key, variant._replace(formula=formula))
    num_outputs = network.sizes[-1]
    factors = [("L2", -1.0), ("L1", 0.5)] if network.loss == "mse" else []
    factors += [("L5", 1.0 / num_outputs)] if num_outputs > 1 else []
    more = [with_factor(network, mistake_id, factor) for mistake_id, factor in factors]
    if network.num_layers == 1:
        more += [*from_table("input gradient", INPUT_GRADIENTS), *from_table("over neurons", OVER_NEURONS)]
    return [*found.values(), *more]


def with_factor(network: Network, mistake_id: str, factor: float) -> Variant:
    """A wrong factor in the loss gradient: in dL/da where the sheet asks for it, else in dL/dz."""
    if network.loss != "mse":
        return Variant(mistake_id, "loss factor", factor)
    return Variant(mistake_id, "loss gradient", lambda layer, y: factor * loss_gradient("mse", layer.a, y), "output")


# --- reading the formulas off -----------------------------------------------------------------------------------------


def traced(network: Network, questions: tuple[Question, ...], variants: Any, keep_slopes: bool = False) -> Texts:
    """The formula of each question in a pass with these mistakes. `keep_slopes` writes the slopes out in dL/dz."""
    case = named_case(network)
    places = places_of(network, questions)
    written: dict[Any, list[str]] = {}
    kept = {key: value for key, value in places.items() if not (keep_slopes and key[0] == "slope")}
    with np.errstate(all="ignore"):
        done = run(case, variants, layers=forward(case, variants, layer_that_writes(kept, written)))
        last = done.layers[-1]
        written["L", last.layer_idx] = [text_of(loss_of(last, case, variants))]
        for name, value in done.steps().items():
            kind, layer_idx = name[0], int(name[1:]) - 1
            before = case.parameters[layer_idx]["Wb".index(kind)]
            written[f"new {kind}", layer_idx] = texts_of(before - case.learning_rate * value)
    return {k: written[key][place] if key in written else "nan" for k, (key, place) in enumerate(addresses(questions))}


def named_case(network: Network) -> Case:
    """A case whose numbers are v[0], v[1], ... as in `given_numbers`."""
    sizes, first = network.sizes, 0
    shapes: list[tuple[int, ...]] = [(1, sizes[0]), (1, sizes[-1])]
    for k, n in zip(sizes, sizes[1:], strict=False):
        shapes += [(n, k), (n,)]
    arrays = []
    for shape in shapes:
        arrays.append(named(first, *shape))
        first += arrays[-1].size
    parameters = tuple(zip(arrays[2::2], arrays[3::2], strict=True))
    return Case(network, parameters, arrays[0], arrays[1], named(first))


def addresses(questions: tuple[Question, ...]) -> list[tuple[tuple[str, int], int]]:
    """For each question the array that it stands in, and its place in the flat array."""
    found = []
    for question in questions:
        key = (question.quantity, question.layer)
        if question.weight < 0 or question.neuron < 0:
            place = max(question.neuron, question.weight, 0)
        else:
            inputs = 1 + max(q.weight for q in questions if (q.quantity, q.layer) == key)
            place = question.neuron * inputs + question.weight
        found.append((key, place))
    return found


def places_of(network: Network, questions: tuple[Question, ...]) -> dict[tuple[str, int], Array]:
    """The names of the questions' numbers, array by array, flat."""
    first = num_given(network)
    found: dict[tuple[str, int], dict[int, Formula]] = {}
    for k, (key, place) in enumerate(addresses(questions)):
        found.setdefault(key, {})[place] = Formula(f"v[{first + k}]")
    return {key: formulas([names[place] for place in sorted(names)]) for key, names in found.items()}


def texts_of(values: Array) -> list[str]:
    """The formulas of an array, flat."""
    return [text_of(value) for value in np.ravel(np.asarray(values, dtype=object))]


def layer_that_writes(places: dict[tuple[str, int], Array], written: dict[Any, list[str]]) -> type[LayerPass]:
    """A layer that writes the formula of each number that is asked down, and goes on with the number's name."""

    class WritingLayer(LayerPass):
        def __setattr__(self, name: str, value: Any) -> None:
            key = (name, self.__dict__.get("layer_idx", -1))
            if value is not None and key in places:
                names = places[key]
                texts = texts_of(value)
                for before, own_name in zip(written.get(key, []), names, strict=False):  # set again: times a factor
                    texts = [text.replace(own_name.text, before) for text in texts]
                written[key] = texts
                value = names.reshape(np.shape(value))
            super().__setattr__(name, value)

    return WritingLayer


def loss_of(last: LayerPass, case: Case, variants: Any) -> Any:
    """L with those mistakes that show in the loss itself: another label, and the conventions' factors."""
    y, factor = case.labels, 1.0
    for variant in variants:
        y = variant.formula(y) if variant.id == "C8" else y
        factor *= {"L1": 0.5, "L5": 1.0 / case.network.sizes[-1]}.get(variant.id, 1.0)
    return factor * loss_value(case.network.loss, last.a, y)[0]


# --- as functions -----------------------------------------------------------------------------------------------------

NAMES = {"__builtins__": {}, "exp": exp, "log": log, "tanh": tanh, "abs": abs, "max": max}
NAMES["where"] = lambda condition, one, other: one if condition else other
Function = Callable[[list[float]], float]


@cache
def function_of(text: str) -> Function:
    """A formula as a function of v. (The texts are made above: none comes from outside.)"""
    compute = eval(f"lambda v: {text}", dict(NAMES))

    def function(v: list[float]) -> float:
        try:
            return float(compute(v))
        except (ZeroDivisionError, ValueError, OverflowError):  # no number: it is nobody's answer
            return float("nan")

    return function
