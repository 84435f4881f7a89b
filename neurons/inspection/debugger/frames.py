"""What a stack of frames, the oldest first, has at hand: the model, its neurons, and which numbers are known."""

from neurons.inspection.recording.recorder import neuron_at, owner_of, phase_at
from neurons.layer import Layer
from neurons.model import Model
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
    """The neurons of the model at hand; without a model, those of the layer at work, or the neuron itself."""
    model = model_of(frames)
    if model is not None:
        return [neuron for layer in model.layers for neuron in layer.neurons]
    owners = [owner_of(frame) for frame in reversed(frames)]
    for owner in owners:
        if isinstance(owner, Layer):
            return list(getattr(owner, "neurons", []))
    return [owner for owner in owners if isinstance(owner, Neuron)][:1]


def of_another_example(frames):
    """The ids of the neurons that a forward pass under way has not been through: they have old numbers."""
    if phase_at(frames[-1]) != "forward":
        return set()
    waiting = {id(neuron) for neuron in neurons_of(frames)}
    for frame in frames:
        owner, word = owner_of(frame), frame.f_code.co_name
        if word != "forward":
            continue
        if isinstance(owner, Model):
            came_to = frame.f_locals.get("layer")
            activations = frame.f_locals.get("activations")
            for layer in owner.layers if came_to is not None else []:
                results = [neuron.activation for neuron in layer.neurons]
                if layer is came_to and not same_objects(activations, results):
                    break
                waiting -= {id(neuron) for neuron in layer.neurons}
                if layer is came_to:
                    break
        elif isinstance(owner, Layer):
            done = len(frame.f_locals.get("activations", []))
            waiting -= {id(neuron) for neuron in owner.neurons[:done]}
    return waiting


def gradients_so_far(neuron, frames):
    """The gradients, None for those that its `backward_pass` has not come to: the zeros there are no results."""
    for frame in reversed(frames):
        names = frame.f_locals
        if frame.f_code is not Neuron.backward_pass.__code__ or names["self"] is not neuron:
            continue
        if neuron.gradients is None or not neuron.awaits_gradient:
            break
        num_known = weight_idx = names.get("weight_idx", 0)
        if neuron.gradients[weight_idx] is names.get("gradient"):
            num_known += 1
        return neuron.gradients[:num_known] + [None] * (neuron.num_inputs - num_known)
    return neuron.gradients


def is_model(value):
    """True for a model that is built; asks the value itself nothing."""
    return issubclass(type(value), Model) and "layers" in vars(value)


def is_part(part, model):
    """True if `part` is the model, or one of its layers or neurons."""
    parts = [model, *model.layers, *(neuron for layer in model.layers for neuron in layer.neurons)]
    return any(part is candidate for candidate in parts)


def same_objects(first, second):
    """True for the very same numbers, and not only equal ones."""
    return type(first) is list and len(first) == len(second) and all(a is b for a, b in zip(first, second, strict=True))
