"""`diagnose`: which mistake of the catalogue makes a student's backpropagation compute what it computes.

First the right program is compared with the student's numbers, then each mistake, then pairs of mistakes; the numbers
must agree in every group and on every probe. What nothing explains is called unknown: a diagnosis never guesses.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from neurons.activations import ACTIVATIONS
from neurons.classroom.catalogue import CATALOGUE, STAGES, Mistake
from neurons.classroom.formulas import seeming_formula
from neurons.classroom.matching import (
    FORWARD_SLOTS,
    PLAIN,
    Match,
    Scale,
    Target,
    matching_scales,
    pairs,
    predicted_groups,
    right,
    scales_for,
    simplest,
    singles,
)
from neurons.classroom.message import Diagnosis, Found
from neurons.classroom.observe import Function, Observation, Trouble, called, flat_parameters, same
from neurons.classroom.observe_classes import Objects
from neurons.classroom.probes import other_networks, probes
from neurons.classroom.reference import Case, Network, Variant, forward, loss_value, run
from neurons.classroom.smallest import differs, plain_case, shapes, smallest_case
from neurons.classroom.variants import variants_for
from neurons.errors import NeuronsError, checked_count, is_list
from neurons.wording import show

LOSSES = ("mse", "bce", "ce")
OF_ONE_FUNCTION = ("A2b", "A5", "A9")  # formulas of the sigmoid: what they do elsewhere is the student's choice
SQUARE_ONLY = ("W3", "W5", "W6", "X7")  # mistakes whose shapes fit square layers only


def checked_network(sizes: Any, hidden: Any, output: Any, loss: str, biases: bool) -> Network:
    """What the user said of the network, or the error that says what does not fit."""
    if not is_list(sizes) or len(sizes) < 2:
        raise NeuronsError(f"sizes must be a list of at least 2 numbers, such as [2, 3, 1], but got {show(sizes)}")
    counts = tuple(checked_count(size, f"sizes[{i}]") for i, size in enumerate(sizes))
    hidden, output = getattr(hidden, "name", hidden), getattr(output, "name", output)
    names = ", ".join(ACTIVATIONS)
    if hidden not in ACTIVATIONS:
        raise NeuronsError(f"hidden must be one of {names} but got {show(hidden)}")
    if output not in ACTIVATIONS and output != "softmax":
        raise NeuronsError(f"output must be softmax or one of {names} but got {show(output)}")
    loss = {"cross_entropy": "ce", "binary_cross_entropy": "bce"}.get(loss, loss)
    if loss not in LOSSES:
        raise NeuronsError(f"loss must be one of {', '.join(LOSSES)} but got {show(loss)}")
    if loss == "bce" and output != "sigmoid":
        raise NeuronsError(f'loss="bce" takes a sigmoid output but got output={output!r}')
    if loss == "ce" and output != "softmax":
        raise NeuronsError(f'loss="ce" takes a softmax output but got output={output!r}')
    return Network(counts, hidden, output, loss, bool(biases))


def diagnose(
    cls: type | None = None,
    *,
    gradients: Callable[..., Any] | None = None,
    update: Callable[..., Any] | None = None,
    sizes: Sequence[int] | None = None,
    hidden: Any = "sigmoid",
    output: Any = "sigmoid",
    loss: str = "mse",
    loss_function: Callable[..., Any] | None = None,
    biases: bool = True,
    batch: bool = False,
) -> Diagnosis:
    """Say what is wrong with hand-written backpropagation, as a `Diagnosis`.

    One of these is looked at:

    * `cls`, a class shaped like `Neuron(num_inputs, act)`, `Layer(num_inputs, num_neurons, act)` or `Model(layers)`,
      with `forward`, `backward_pass` and `step`; with `batch=True`, `step` is checked after several backward passes;
    * `gradients`, a function of (parameters, inputs, label) that returns the gradients in the form of the parameters;
    * `update`, a function of (parameters, inputs, label, learning_rate) that returns the new parameters.

    `parameters` is the list [W1, b1, W2, b2, ...] of NumPy arrays, W of shape (outputs, inputs), b of shape (outputs,);
    with `biases=False` it is [W1, W2, ...]. `inputs` and `label` have the shapes (inputs,) and (outputs,); with
    `batch=True` (examples, inputs) and (examples, outputs). `sizes` are those of the network, such as [2, 3, 1];
    `hidden` and `output` the activation functions (sigmoid, tanh, relu, leaky_relu, identity, and softmax for the
    output); `loss` is "mse", "bce" or "ce". Whether the loss is halved, summed or averaged need not be told.

    With `loss_function`, a function of (parameters, inputs, label) that returns the loss, the loss is checked too.
    Raises `NeuronsError` for arguments that do not fit; what the student's code raises is part of the diagnosis.
    """
    given = [what for what in (cls, gradients, update) if what is not None]
    if len(given) != 1:
        raise NeuronsError(f"diagnose takes one of a class, gradients=, update= but got {len(given)} of them")
    if cls is not None:
        if not isinstance(cls, type):
            raise NeuronsError(f"diagnose takes a class shaped like Neuron, Layer or Model but got {show(cls)}")
        return Diagnosis(found_in_class(cls, batch=batch))
    function = gradients if gradients is not None else update
    if not callable(function):
        raise NeuronsError(f"{'gradients' if update is None else 'update'} must be a function but got {show(function)}")
    if sizes is None:
        raise NeuronsError("diagnose needs the sizes of the network, such as sizes=[2, 3, 1]")
    network = checked_network(sizes, hidden, output, loss, biases)
    found = found_in_function(function, network, batch=batch, update=update is not None)
    if loss_function is not None and not found.trouble:
        found = with_loss(found, loss_function, network, batch)
    return Diagnosis(found)


def found_in_function(function: Callable[..., Any], network: Network, *, batch: bool, update: bool) -> Found:
    """What is found in a function of parameters, inputs and label."""
    student = Function(function, batch=batch, update=update)
    cases = probes(network, batch)
    try:
        observations = student.observe_all(cases)
    except Trouble as trouble:
        return on_square_sizes(trouble, function, network, batch, update)
    scales = scales_for(network, batch)
    targets = [Target(observation) for observation in observations]
    collects = (CATALOGUE["B8"],) if student.collects else ()

    matches = right(targets, scales)
    if matches:
        return Found(
            also=collects,
            conventions=conventions_of(matches),
            matches=tuple(matches),
            observations=tuple(observations),
            notes=tuple(student.notes),
            called_twice=lambda: called_twice(student, [network]),
        )
    variants = variants_for(network, batch, update)
    matches = singles(targets, variants, scales)
    if not matches:
        matches = pairs(targets, variants, scales)
    if matches:
        matches = narrowed(matches, student, network, batch, update, scales)
    return Found(
        mistakes=ranked(matches),
        also=collects,
        is_pair=bool(matches) and len(matches[0].variants) == 2,
        conventions=conventions_of(matches),
        matches=tuple(matches),
        observations=tuple(observations),
        unknown=not matches,
        notes=(*student.notes, *gradients_of_another_loss(targets, network)),
        formula="" if matches else seeming_formula(student, network),
        smallest=lambda: smallest_for(student, [network], matches, batch),
    )


def found_in_class(cls: type, *, batch: bool) -> Found:
    """What is found in a class: several sizes and activation functions, and what explains all of them."""
    try:
        student = Objects(cls, batch)
    except Trouble as trouble:
        return Found(trouble=str(trouble))
    try:
        looks = [Look(network, student, batch) for network in class_networks(student)]
    except Trouble as trouble:
        return on_square_layers(trouble, student, batch)
    collects = (CATALOGUE["B8"],) if student.collects else ()
    wrong = [look for look in looks if not look.right]
    if not wrong:
        return Found(
            also=collects,
            conventions=conventions_of(looks[-1].right),
            observations=looks[0].observations,
            notes=tuple(student.notes),
            called_twice=lambda: called_twice(student, [look.network for look in looks]),
        )
    matches = explaining_all(looks, singles) or explaining_all(looks, pairs)
    return Found(
        mistakes=ranked(matches),
        also=collects,
        is_pair=bool(matches) and len(matches[0].variants) == 2,
        conventions=conventions_of(matches),
        matches=tuple(matches),
        observations=wrong[0].observations,
        unknown=not matches,
        notes=tuple(student.notes),
        formula="" if matches else seeming_formula(student, wrong[0].network),
        smallest=lambda: smallest_for(student, [look.network for look in wrong], matches, batch),
    )


def explaining_all(looks: "list[Look]", search: Callable[..., list[Match]]) -> list[Match]:
    """The matches on the first wrong network whose mistakes explain every other network too."""
    wrong = [look for look in looks if not look.right]
    first = search(wrong[0].targets, wrong[0].variants, wrong[0].scales)
    common = {frozenset(match.ids) for match in first}
    common = {ids for ids in common if all(look.allows(ids) for look in looks if look.right)}
    for look in wrong[1:]:
        if common:
            common &= {frozenset(match.ids) for match in search(look.targets, look.variants, look.scales)}
    return [match for match in first if frozenset(match.ids) in common]


def on_square_layers(trouble: Trouble, student: Objects, batch: bool) -> Found:
    """As `on_square_sizes`, for a class."""
    if student.kind != "Neuron":
        try:
            network = next(network for network in class_networks(student) if len(set(network.sizes)) == 1)
            look = Look(network, student, batch)
        except Trouble:
            return Found(trouble=str(trouble), mistakes=tuple(CATALOGUE[i] for i in trouble.ids))
        matches = singles(look.targets, look.variants, look.scales)
        if any(match.ids[0] in SQUARE_ONLY for match in matches):
            return that_fails(trouble, student, network, matches, batch)
    return Found(trouble=str(trouble), mistakes=tuple(CATALOGUE[i] for i in trouble.ids))


class Look:
    """One network on which a class was observed, and what explains it."""

    def __init__(self, network: Network, student: Objects, batch: bool) -> None:
        self.network = network
        self.observations = tuple(student.observe(case) for case in probes(network, batch, 3))
        self.targets = [Target(observation) for observation in self.observations]
        self.scales = scales_for(network, batch)
        self.variants = variants_for(network, batch, steps=True)
        self.right = right(self.targets, self.scales)

    def allows(self, ids: frozenset[str]) -> bool:
        """True if these mistakes can be made although this network shows nothing wrong."""
        return all(self.allows_one(mistake_id) for mistake_id in ids if mistake_id not in OF_ONE_FUNCTION)

    def allows_one(self, mistake_id: str) -> bool:
        """True if the mistake cannot be made here, or changes nothing."""
        made = [variant for variant in self.variants if variant.id == mistake_id]
        made = [variant for variant in made if np.isfinite(self.targets[0].predicted((variant,), 1.0)).all()]
        return not made or any(matching_scales(self.targets, (variant,), self.scales) for variant in made)


def class_networks(student: Objects) -> list[Network]:
    """Networks to try a class on: square and not, each activation function that it can be given."""
    kind = student.kind
    if kind == "Neuron":
        sizes: list[tuple[int, ...]] = [(3, 1), (2, 1)]
    elif kind == "Layer":
        sizes = [(2, 3), (3, 2), (3, 3)]
    else:
        sizes = [(2, 3, 2), (2, 2, 2), (3, 3, 3, 3)]
    if student.maker.chooses_act():
        acts = [("sigmoid", "sigmoid"), ("relu", "relu"), ("tanh", "tanh")]
        if kind == "Model":
            acts = [("sigmoid", "sigmoid"), ("relu", "sigmoid"), ("tanh", "identity")]
    else:
        act = own_activation(student, Network(sizes[0], loss=None))
        acts = [(act, act)]
    return [Network(size, hidden, output, None) for hidden, output in acts for size in sizes]


def own_activation(student: Objects, network: Network) -> str:
    """The activation function of a class that cannot be given one, by its outputs; sigmoid where none fits."""
    for name in ("sigmoid", "relu", "tanh", "leaky_relu", "identity"):
        case = probes(network._replace(hidden=name, output=name), False, 1)[0]
        observation = Objects(student.maker.cls, False).observe(case)
        expected = forward(case)[-1].a
        if np.abs(observation.groups["a"] - expected).max() <= observation.allowed("a"):
            return name
    return "sigmoid"


OTHER_LOSSES = {"mse": "squared error", "bce": "binary cross-entropy", "ce": "cross-entropy"}


def gradients_of_another_loss(targets: list[Target], network: Network) -> list[str]:
    """A sentence where the gradients are right for another loss than the one that was named."""
    for loss in OTHER_LOSSES:
        fits = {"mse": True, "bce": network.output == "sigmoid", "ce": network.output == "softmax"}[loss]
        if fits and loss != network.loss:
            other = network._replace(loss=loss)
            renamed = [target.of_network(other) for target in targets]
            if right(renamed, scales_for(other, True)):
                name = OTHER_LOSSES[network.loss or "mse"]
                return [f"these are the gradients of {OTHER_LOSSES[loss]}, but the loss was said to be {name}"]
    return []


def with_loss(found: Found, function: Callable[..., Any], network: Network, batch: bool) -> Found:
    """`found`, and what is to be said of the loss function."""
    cases = probes(network, batch)
    try:
        values = [loss_of_call(function, case, batch) for case in cases]
    except Trouble as trouble:
        return replace(found, trouble=f"the loss function: {trouble}")

    def fitting(loss: str, variants: tuple[Variant, ...] = ()) -> list[Scale]:
        net = network._replace(loss=loss)
        means = [float(loss_value(loss, forward(case, variants)[-1].a, case.labels).mean()) for case in cases]
        return [
            scale
            for scale in scales_for(net, batch)
            if all(
                abs(value - scale.factor(case) * mean) <= 1e-4 * abs(mean) + 1e-9
                for value, mean, case in zip(values, means, cases, strict=True)
            )
        ]

    scales = fitting(network.loss or "mse")
    if scales:
        used = {frozenset(scale.ids) for scale in scales}
        if found.matches and not any(frozenset(match.scale.ids) in used for match in found.matches):
            ratio = found.matches[0].scale.factor(cases[0]) / scales[0].factor(cases[0])
            note = f"your gradients are {ratio:.4g} times the derivative of your own loss"
            return replace(found, notes=(*found.notes, note))
        return found
    for loss, name in OTHER_LOSSES.items():
        if loss != network.loss and fitting(loss):
            said = OTHER_LOSSES[network.loss or "mse"]
            return replace(found, notes=(*found.notes, f"your loss function computes {name}, not {said}"), unknown=True)
    forwards = [variant for variant in variants_for(network, batch, False) if variant.slot in FORWARD_SLOTS]
    ids = {variant.id for variant in forwards if fitting(network.loss or "mse", (variant,))}
    known = {mistake.id for mistake in found.mistakes}
    if ids & known:
        return found
    if ids:
        return replace(found, mistakes=(*found.mistakes, *(CATALOGUE[i] for i in in_order(ids))))
    note = f"your loss function gives {values[0]:.6g} where {OTHER_LOSSES[network.loss or 'mse']} gives another value"
    return replace(found, notes=(*found.notes, note), unknown=not found.mistakes)


def loss_of_call(function: Callable[..., Any], case: Case, batch: bool) -> float:
    """What the student's loss function returns for a case."""
    inputs, labels = (case.inputs, case.labels) if batch else (case.inputs[0], case.labels[0])
    value = called(function, flat_parameters(case), inputs.copy(), labels.copy())
    try:
        array = np.asarray(value, dtype=float)
    except (TypeError, ValueError):
        raise Trouble(f"it should return a number but returns {show(value)}") from None
    if array.size != 1 or not np.isfinite(array).all():
        raise Trouble(f"it should return one finite number but returns {show(value)}")
    return float(array.reshape(-1)[0])


def on_square_sizes(
    trouble: Trouble, function: Callable[..., Any], network: Network, batch: bool, update: bool
) -> Found:
    """What is found in a function that fails on its own sizes: a transposed matrix fits square layers only."""
    for size in (2, 3):
        square = network._replace(sizes=(size,) * len(network.sizes))
        student = Function(function, batch=batch, update=update)
        try:
            targets = [Target(observation) for observation in student.observe_all(probes(square, batch))]
        except Trouble:
            continue
        matches = singles(targets, variants_for(square, batch, update), scales_for(square, batch))
        if any(match.ids[0] in SQUARE_ONLY for match in matches):
            return that_fails(trouble, student, square, matches, batch)
    return Found(trouble=str(trouble), mistakes=tuple(CATALOGUE[i] for i in trouble.ids))


def that_fails(
    trouble: Trouble, student: Function | Objects, square: Network, matches: list[Match], batch: bool
) -> Found:
    """What is found in code that fails where a layer is not square, and is explained where it is."""
    matches = [match for match in matches if match.ids[0] in SQUARE_ONLY]
    return Found(
        trouble=str(trouble),
        mistakes=ranked(matches),
        matches=tuple(matches),
        smallest=lambda: smallest_for(student, [square], matches, batch),
    )


def smallest_for(
    student: Function | Objects, networks: list[Network], matches: list[Match], batch: bool
) -> tuple[Case, Observation] | None:
    """The smallest case on which the student's code is wrong, and wrong in the way that the matches say."""
    scale = matches[0].scale if matches else PLAIN

    def shows(case: Case) -> Observation | None:
        try:
            observation = student.observe(case)
        except Trouble:
            return None
        right_scale = scale.factor(case)
        correct = predicted_groups(run(case, (), right_scale))
        if not differs(observation, correct):
            return None
        if matches:
            predicted = Target(observation).predicted(matches[0].variants, right_scale)
            if not Target(observation).agrees(predicted):
                return None
        return observation

    kind = student.kind if isinstance(student, Objects) else "Model"
    for network in networks:
        if kind == "Model":
            layers = tuple(range(1, network.num_layers + 1)) if matches else (network.num_layers,)
            candidates = list(shapes(network, layers))
        else:
            candidates = [net for net in shapes(network, (1,)) if kind == "Layer" or net.sizes[-1] == 1]
        found = smallest_case(iter(candidates), shows, (1, 2, 3) if batch else (1,))
        if found:
            return found
    return None


def called_twice(student: Function | Objects, networks: list[Network]) -> tuple[Case, list[Observation]] | None:
    """The first and the second observation of the smallest case that the student's code takes, for B8."""
    for network in networks:
        for small in shapes(network, tuple(range(1, network.num_layers + 1))):
            case = plain_case(small)
            try:
                first, second = student.twice(case)
            except Trouble:
                continue
            if not same(first, second):
                return case, [first, second]
    return None


def narrowed(
    matches: list[Match], student: Function, network: Network, batch: bool, update: bool, scales: list[Scale]
) -> list[Match]:
    """The matches that also explain networks of other sizes, where the student's function takes those.

    Other sizes only separate twins: whether the code is wrong was decided on the sizes that it was written for.
    """
    for other in other_networks(network):
        if len({match.ids for match in matches}) == 1:
            break
        try:
            observations = [student.observe(case) for case in probes(other, batch, 3)]
        except Trouble:
            continue
        targets = [Target(observation) for observation in observations]
        left = [
            match for match in matches if match.scale.ids in [scale.ids for scale in matching(targets, match, scales)]
        ]
        matches = left or matches
    return simplest(matches)


def matching(targets: list[Target], match: Match, scales: list[Scale]) -> list[Scale]:
    """The conventions under which a match explains these targets too."""
    return matching_scales(targets, match.variants, scales)


def in_order(ids: Iterable[str]) -> list[str]:
    """Ids by the stage where the mistakes are seen, then as in the catalogue."""
    places = list(CATALOGUE)
    return sorted(ids, key=lambda i: (STAGES.index(CATALOGUE[i].stage), places.index(i)))


def ranked(matches: list[Match]) -> tuple[Mistake, ...]:
    """The mistakes of all matches, each once; where pairs match, those of the first pair first."""
    first = in_order(matches[0].ids) if matches and len(matches[0].ids) == 2 else []
    rest = {mistake_id for match in matches for mistake_id in match.ids} - set(first)
    return tuple(CATALOGUE[mistake_id] for mistake_id in [*first, *in_order(rest)])


def conventions_of(matches: list[Match]) -> tuple[Mistake, ...]:
    """The conventions of all matches, each once, in the order of the catalogue."""
    ids = {convention for match in matches for convention in match.scale.ids}
    return tuple(row for row in CATALOGUE.values() if row.id in ids)
