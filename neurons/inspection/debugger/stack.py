"""What a stack of frames, the oldest first, tells: the model, its neurons, and which of their numbers are known."""

import ast
from typing import Any

from neurons.inspection.models import is_model, neurons_in
from neurons.inspection.recording.frame import neuron_at, owner_of, phase_at
from neurons.inspection.recording.statements import plan_of
from neurons.layer import Layer
from neurons.neuron import Neuron


def model_of(frames):
    """The model at work, else the one that the nearest frame has under a name of its own; None if there is none."""
    for frame in reversed(frames):
        owner = owner_of(frame)
        if is_model(owner):
            return owner
    active = neuron_at(frames[-1])[0]
    for frame in reversed(frames):
        for names in (frame.f_locals, frame.f_globals):
            models = {name: value for name, value in dict(names).items() if is_model(value)}
            if active is not None:
                models = {name: model for name, model in models.items() if is_part(active, model)}
            if models:
                return models.get("model", list(models.values())[-1])
    return None


def neurons_of(frames):
    """The neurons of the model in these frames; without a model, those of the layer at work, or the neuron itself."""
    model = model_of(frames)
    if model is not None:
        return neurons_in(model)
    owners = [owner_of(frame) for frame in reversed(frames)]
    for owner in owners:
        if isinstance(owner, Layer):
            return list(getattr(owner, "neurons", []))
    return [owner for owner in owners if isinstance(owner, Neuron)][:1]


def neurons_not_reached(frames):
    """The ids of the neurons that a forward pass under way has not come to: their numbers are of another example."""
    if phase_at(frames[-1]) != "forward":
        return set()
    waiting = {id(neuron) for neuron in neurons_of(frames)}
    for frame in frames:
        owner, word = owner_of(frame), frame.f_code.co_name
        if word != "forward":
            continue
        if is_model(owner):
            current = frame.f_locals.get("layer")
            activations = frame.f_locals.get("activations")
            for layer in owner.layers if current is not None else []:
                results = [neuron.activation for neuron in layer.neurons]
                if layer is current and not same_objects(activations, results):
                    break
                waiting -= {id(neuron) for neuron in layer.neurons}
                if layer is current:
                    break
        elif isinstance(owner, Layer):
            done = len(frame.f_locals.get("activations", []))
            waiting -= {id(neuron) for neuron in owner.neurons[:done]}
    return waiting


def factors_so_far(neuron, frames):
    """{word: value} of the neuron's backward pass; in the middle of it those that its local names have already."""
    words = ("output_gradient", "activation_gradient", "error", "gradients", "bias_gradient")
    known: dict[str, Any] = {word: getattr(neuron, word) for word in words}
    for frame in reversed(frames):
        names = frame.f_locals
        if frame.f_code is Neuron.backward_pass.__code__ and names["self"] is neuron:
            for word in words:
                if known[word] is None and word in names:
                    known[word] = gradients_so_far(frame) if word == "gradients" else names[word]
            break
    return known


def gradients_so_far(frame):
    """The gradients in a frame of `Neuron.backward_pass`, None for those it has not come to: the zeros there wait."""
    names, statements = frame.f_locals, set(plan_of(frame.f_code).statements.values())
    (assignment,) = [one for one in statements if "gradients[weight_idx]" in map(ast.unparse, one.targets)]
    (loop,) = [one for one in statements if one.is_loop and assignment.first in one.body]
    num_known = names.get("weight_idx", -1) + 1
    if loop.first < frame.f_lineno <= assignment.last:
        num_known -= 1
    return names["gradients"][:num_known] + [None] * (len(names["gradients"]) - num_known)


def is_part(part, model):
    """True if `part` is the model, or one of its layers or neurons."""
    return any(part is candidate for candidate in [model, *model.layers, *neurons_in(model)])


def same_objects(first, second):
    """True for the very same numbers, and not only equal ones."""
    return type(first) is list and len(first) == len(second) and all(a is b for a, b in zip(first, second, strict=True))
