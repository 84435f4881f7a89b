"""Which mistakes a program can make: for a network, each formula of `mistake_formulas` in each layer where it shows.

A mistake made in one layer and the same mistake made in all of them are two variants with one id.
"""

from collections.abc import Iterator
from functools import cache

from neurons.classroom.diagnosis.cases import Network
from neurons.classroom.diagnosis.mistake_formulas import (
    BATCHES,
    BIAS_GRADIENTS,
    CHANGED_WEIGHT_GRADIENTS,
    HIDDEN_ERRORS,
    INPUT_GRADIENTS,
    LOSS_GRADIENTS,
    NUDGES,
    OUTPUT_ERRORS_BCE,
    OUTPUT_ERRORS_CE,
    OUTPUT_ERRORS_SOFTMAX_MSE,
    OVER_NEURONS,
    OWN_RATES,
    SLOPE_FACTORS,
    SLOPES,
    STEPS,
    SUITS,
    WEIGHT_GRADIENTS,
    WRONG_LABELS,
    Table,
    after_the_step,
    logits_twice,
    no_bend,
    ones,
    squashed_first,
    truth,
    truth_of_square,
    twice,
    where_it_suits,
)
from neurons.classroom.diagnosis.reference import Variant, softmax

Place = str | int  # `Variant.where`


@cache
def variants_for(network: Network, batch: bool, steps: bool) -> tuple[Variant, ...]:
    """All mistakes that a program for this network can make; `steps` where it takes steps."""
    return (
        *forward_variants(network, batch),
        *loss_variants(network),
        *slope_variants(network),
        *gradient_variants(network, steps),
        *whole_error_variants(network),
        *batch_variants(network, batch),
        *step_variants(network, batch, steps),
    )


def from_table(slot: str, table: Table, where: Place = "all") -> Iterator[Variant]:
    """A variant for each formula of a table."""
    for mistake_id, formulas in table.items():
        for formula in formulas:
            yield Variant(mistake_id, slot, formula, where)


def hidden_places(network: Network) -> list[Place]:
    """Where a mistake in hidden layers can be made: in one of several alone, or in all of them."""
    if network.num_layers == 1:
        return []
    single: list[Place] = list(range(network.num_layers - 1)) if network.num_layers > 2 else []
    return [*single, "hidden"]


def all_places(network: Network) -> list[Place]:
    """Where a mistake in any layer can be made: also in all but the first, in the last, in all layers."""
    if network.num_layers == 1:
        return ["all"]
    single: list[Place] = [*range(network.num_layers - 1), "later"] if network.num_layers > 2 else []
    return [*single, "all", "output", "hidden"]


def has_slope(network: Network, layer_idx: int) -> bool:
    """True if the layer's activation function has a slope that can be left out."""
    return network.act(layer_idx) not in ("identity", "softmax")


def forward_variants(network: Network, batch: bool) -> Iterator[Variant]:
    """Mistakes in the forward pass."""
    if network.biases:
        for where in all_places(network):
            yield Variant("F1", "bias", lambda b: 0.0 * b, where)
            yield Variant("F1", "bias", lambda b: 2.0 * b, where)
    for where in hidden_places(network) if network.hidden != "identity" else []:
        # The slope may be that of the function which is missing, by z or by the shortcut of a, or that of none.
        yield Variant("F2", "act", no_bend, where)
        for slope in (ones, SLOPES["A2b"][0]):
            yield Variant("F2", "act", no_bend, where, (Variant("F2", "slope", slope, where),))
    for where in all_places(network):
        layers = [i for i in range(network.num_layers) if Variant("", "", ones, where).reaches(i, network.num_layers)]
        if all(network.act(i) in ("sigmoid", "tanh") for i in layers):
            yield Variant("F3", "act", twice, where)
            yield Variant("F3", "act", twice, where, (Variant("F3", "slope", SLOPES["A2"][0], where),))
        if all(network.act(i) == "relu" for i in layers):
            yield Variant("F4", "act", truth, where)
            yield Variant("F4", "act", truth_of_square, where)
    if network.output == "softmax":
        yield Variant("C9", "act", squashed_first, "output")
        yield Variant("C6", "act", logits_twice, "output")
        if batch:
            yield Variant("C7", "act", lambda layer: softmax(layer.z, axis=0), "output")


def loss_variants(network: Network) -> Iterator[Variant]:
    """Mistakes in the gradient of the loss; none where the output gradients are given."""
    if network.loss is None:
        return
    yield Variant("L2", "loss factor", -1.0)
    forgotten = "C3" if network.loss == "ce" else "L6"
    yield from from_table("label", {forgotten: WRONG_LABELS[forgotten]})
    if network.output == "softmax":
        yield from from_table("label", {"C8": WRONG_LABELS["C8"]})
        table = OUTPUT_ERRORS_CE if network.loss == "ce" else OUTPUT_ERRORS_SOFTMAX_MSE
        yield from from_table("output error", table, "output")
    elif network.loss == "bce":
        yield from from_table("output error", OUTPUT_ERRORS_BCE, "output")
    else:
        yield from from_table("loss gradient", LOSS_GRADIENTS, "output")
    for nudge in NUDGES:
        yield Variant("L9", "loss factor", nudge * nudge)
    if network.loss in ("bce", "ce"):
        yield Variant("C5", "loss factor", 2.0)


def slope_variants(network: Network) -> Iterator[Variant]:
    """Mistakes in the error of a neuron: a wrong slope, or none."""
    for mistake_id in SUITS:
        yield from wrong_slopes(network, mistake_id)
    num_layers = network.num_layers
    if network.output != "softmax" and any(network.act(i) != network.act(i + 1) for i in range(num_layers - 1)):
        yield from from_table("slope", {"A10": SLOPES["A10"]}, "hidden")
    if has_slope(network, num_layers - 1):
        yield from from_table("slope", {"L7": [ones]}, "output")
    if any(has_slope(network, i) for i in range(num_layers - 1)):
        for where in hidden_places(network):
            yield from from_table("slope", {"A1": [ones]}, where)
        if network.loss is None and has_slope(network, num_layers - 1):
            yield from from_table("slope", {"A1": [ones], "L7": [ones]}, "all")
    if network.loss is None and num_layers == 1 and has_slope(network, 0):
        yield from from_table("slope", {"A1": [ones]}, "output")


def wrong_slopes(network: Network, mistake_id: str) -> Iterator[Variant]:
    """One wrong slope, in the layers whose activation function it suits."""
    suits = SUITS[mistake_id]
    formulas = SLOPES.get(mistake_id) or SLOPE_FACTORS[mistake_id]
    table = {mistake_id: [where_it_suits(formula, suits) for formula in formulas]}
    seen = set()
    for where in reversed(all_places(network)):  # the narrower places first: "all" may be no more than one of them
        if (mistake_id, where, network.loss) == ("X10", "output", "bce"):
            continue  # the same formula as C1
        layers = [i for i in range(network.num_layers) if Variant("", "", ones, where).reaches(i, network.num_layers)]
        reached = tuple(i for i in layers if network.act(i) in suits)
        if reached and reached not in seen:
            seen.add(reached)
            yield from from_table("slope" if mistake_id in SLOPES else "slope factor", table, where)


def gradient_variants(network: Network, steps: bool) -> Iterator[Variant]:
    """Mistakes in the gradients of the weights, the biases and the inputs."""
    for where in all_places(network):
        yield from from_table("weight gradient", WEIGHT_GRADIENTS, where)
        for slot, table in CHANGED_WEIGHT_GRADIENTS.items():
            yield from from_table(slot, table, where)
        if network.biases:
            yield from from_table("bias gradient", BIAS_GRADIENTS, where)
        if network.num_layers > 1 or network.loss is None:
            kept = {i: f for i, f in INPUT_GRADIENTS.items() if steps or i != "X13"}
            yield from from_table("input gradient", kept, where)
            yield from from_table("over neurons", OVER_NEURONS, where)
            if not steps or network.loss is None:  # a rate of the program's own
                yield from from_table("input gradient", {"X6": [after_the_step(rate) for rate in OWN_RATES]}, where)


def whole_error_variants(network: Network) -> Iterator[Variant]:
    """Mistakes that replace the whole error of a neuron, mostly in hidden layers."""
    if network.loss == "mse" and has_slope(network, network.num_layers - 1):
        for place in ("all", "output") if network.num_layers > 1 else ("all",):
            yield from from_table("whole error", {"A11": HIDDEN_ERRORS["A11"]}, place)
    for where in hidden_places(network) if network.loss is not None else []:
        for mistake_id, formulas in HIDDEN_ERRORS.items():
            if mistake_id == "A12" and not any(
                network.act(i) in ("sigmoid", "tanh") for i in range(network.num_layers - 1)
            ):
                continue
            yield from from_table("whole error", {mistake_id: formulas}, where)


def batch_variants(network: Network, batch: bool) -> Iterator[Variant]:
    """Mistakes in putting the examples of a batch together."""
    if batch:
        yield from from_table("batch", BATCHES)
        if network.biases:
            yield Variant("Bi5", "bias over batch", lambda layer: layer.gb * layer.case.batch)


def step_variants(network: Network, batch: bool, steps: bool) -> Iterator[Variant]:
    """Mistakes in the step."""
    if steps:
        ids = ["S1", "S2", "W7", *(["S3"] if network.biases else []), *(["S4"] if network.num_layers > 1 else [])]
        yield from from_table("step", {mistake_id: STEPS[mistake_id] for mistake_id in ids})
        if batch:
            yield Variant("B9", "online", lambda: None)
