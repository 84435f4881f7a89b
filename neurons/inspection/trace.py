"""`model.trace`: one forward pass, loss, backward pass and step of one example, statement by statement.

The events are what the recorder sees while the core runs on a copy; nothing here computes a number. At the end they are
replayed and compared with the copy, so that a trace that missed anything is an error and never a wrong picture.
"""

from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple

from neurons.checks import checked_learning_rate, checked_number, checked_numbers
from neurons.errors import NeuronsError
from neurons.inspection.models import neurons_in
from neurons.inspection.recording.recorder import plans_of, record
from neurons.losses import label_vector
from neurons.optimisers import SGD
from neurons.text import for_debuggers, layer_name

if TYPE_CHECKING:
    from neurons.model import Model

LONGEST_LOOP = 12  # weights; of longer loops the first three iterations, the middle as one event, and the last
SHORT = {"weights": "w", "bias": "b"}
OF_A_PASS = (
    "input_activation",
    "linear_activation",
    "activation",
    "output_gradient",
    "activation_gradient",
    "error",
    "gradients",
    "bias_gradient",
    "input_gradients",
)
BEFORE_THE_PASSES = ("label_vector", "find_engine")  # the one of a loss puts the label into a list


class TraceEvent(NamedTuple):
    """One executed statement."""

    index: int  # type: ignore[assignment]  # tuples have a method of that name
    phase: str  # "forward", "loss", "backward" or "step"
    where: str  # "hidden[0]", "output" (a layer), "model" or "loss"; an activation function belongs to its neuron
    function: str  # "Neuron.forward"
    file: str  # "neuron.py"
    line: int  # where the statement begins
    source: str  # the statement's text
    numbers: str  # the statement's text, a gap, the same with its numbers
    changes: dict[str, Any]  # "hidden[0].w[1]", "output[0].error", ..., "loss.value": a float, a list or None


class Trace:
    """The `events` of one training step of one example, made by `Model.trace`.

    `before` and `after` are models with the numbers before and after; `inputs`, `label`, `learning_rate` and `loss` are
    those of the example. Replaying the `changes` of all events over the numbers before gives those after, in every bit.
    Of a loop over more than 12 weights the middle is one event: its changes are the whole lists.
    """

    def __init__(
        self,
        before: "Model",
        after: "Model",
        events: list[TraceEvent],
        inputs: list[float],
        label: Any,
        learning_rate: float,
        loss: float,
    ) -> None:
        self.before, self.after, self.events = before, after, events
        self.inputs, self.label, self.learning_rate, self.loss = inputs, label, learning_rate, loss

    def numbers_at(self, index: int) -> dict[str, Any]:
        """All numbers after the event `index`, -1 for those before the first: "hidden[0].w" (a list), "loss.value"."""
        numbers = numbers_of(self.before)
        for event in self.events[: index + 1]:
            replay(numbers, event.changes)
        return numbers

    def __len__(self) -> int:
        return len(self.events)

    @for_debuggers
    def __repr__(self) -> str:
        return f"Trace of {len(self.events)} events, {self.before!r}, loss {self.loss:.4g}"


def trace(model, inputs, label, learning_rate):
    """The `Trace` of one training step: see `Model.trace`."""
    before = clean_copy(model)
    inputs = checked_numbers(inputs, "inputs", before.layers[0].num_inputs)
    label_list = label_as_list(before, label)
    learning_rate = checked_learning_rate(learning_rate)
    after = before.copy()
    reader = EventReader(after)
    loss = reader.record_step(after, inputs, label_list, learning_rate, SGD())
    made = Trace(before, after, reader.events, inputs, label, learning_rate, float(loss))
    check_is_complete(made)
    return made


def label_as_list(model, label):
    """The label as the loss gets it, one number per output; a student's own loss need not say how."""
    vector = getattr(model.loss, "label_vector", label_vector)
    return vector(label, len(model.layers[-1].neurons))


def clean_copy(model):
    """A copy made of neurons, with names that tell them apart, plain floats, and no pass or batch behind it."""
    copy = model.as_neurons()
    names = [neuron.name for neuron in neurons_in(copy)] + [layer.name for layer in copy.layers]
    if len(set(names)) < len(names):
        for layer_idx, layer in enumerate(copy.layers):
            layer.name = layer_name(layer_idx, len(copy.layers))
    for layer in copy.layers:
        for neuron in layer.neurons:
            neuron.weights = checked_numbers(neuron.weights, f"{neuron.name}: w", neuron.num_inputs)
            neuron.bias = checked_number(neuron.bias, f"{neuron.name}: the bias")
            for word in OF_A_PASS:
                setattr(neuron, word, None)
    copy.start_batch()
    return copy


class EventReader:
    """Makes trace events of what the recorder sees."""

    def __init__(self, model):
        self.events: list[TraceEvent] = []
        self.plans: dict[int, Any] = {}
        self.owners = {id(model): "model", id(model.loss): "loss"}
        parts, functions = [model, model.loss, *model.layers], []
        for layer in model.layers:
            self.owners[id(layer)] = layer.name
            for neuron in layer.neurons:
                self.owners[id(neuron)] = neuron.name
                parts.append(neuron)
                functions.append(neuron.activation_function)
        for cls in dict.fromkeys(map(type, parts)):
            self.plans.update(plans_of(cls, BEFORE_THE_PASSES))
        for cls in dict.fromkeys(map(type, functions)):
            with suppress(NeuronsError):  # typed in, or written in C: then the neuron's line has to do
                self.plans.update(plans_of(cls))

    def record_step(self, model, inputs, label, learning_rate, optimiser):
        """Record the forward pass, the loss, the backward pass and the step of one example; return the loss."""
        outputs = self.record("forward", lambda: model.forward(inputs))
        loss = self.record("loss", lambda: model.loss.value(outputs, label))
        output_gradients = self.record("loss", lambda: model.loss.output_gradients(outputs, label))
        self.record("backward", lambda: model.backward_pass(output_gradients))
        if type(optimiser) is SGD:
            self.record("step", lambda: model.step(learning_rate))
        else:
            self.record("step", lambda: optimiser.step(model, learning_rate))
        return loss

    def record(self, phase, call):
        self.phase = phase
        return record(call, self.plans, self.on_end, longest_loop=LONGEST_LOOP)

    def where(self, running):
        """The name of what the statement works for: an activation function works for the neuron that called it."""
        while running.caller is not None and id(running.owner) not in self.owners:
            running = running.caller
        return self.owners.get(id(running.owner), "model")

    def on_end(self, execution, returned):
        running, statement = execution.running, execution.statement
        changes = {}
        for owner, attribute, index, value in execution.assigned():
            name = self.owners.get(id(owner))
            if name is not None:
                element = "" if index is None else f"[{index}]"
                changes[f"{name}.{SHORT.get(attribute, attribute)}{element}"] = value
        where = self.where(running)
        if where == "loss" and running.caller is None and statement.returns:
            if running.plan.code.co_name == "value":
                changes["loss.value"] = returned
            else:
                changes["loss.output_gradients"] = list(returned)
        event = TraceEvent(
            len(self.events),
            self.phase,
            where,
            running.plan.qualname,
            running.plan.filename,
            statement.first,
            statement.source,
            execution.numbers,
            changes,
        )
        self.events.append(event)


def numbers_of(model):
    """{"hidden[0].w": [...], "hidden[0].b": ..., "hidden[0].error": None, ...}: all numbers that neurons hold."""
    numbers = {}
    for layer in model.layers:
        for neuron in layer.neurons:
            for attribute, value in vars(neuron).items():
                if value is None or type(value) in (float, int, bool, list):
                    name = f"{neuron.name}.{SHORT.get(attribute, attribute)}"
                    numbers[name] = value[:] if type(value) is list else value
    return numbers


def replay(numbers, changes):
    """Make the changes of one event."""
    for name, value in changes.items():
        owner, bracket, index = name.rpartition("[")
        if bracket and index.endswith("]") and owner in numbers:
            numbers[owner][int(index[:-1])] = value
        else:
            numbers[name] = value[:] if type(value) is list else value


def check_is_complete(trace):
    """Raise where the events do not lead to the numbers that the model has."""
    replayed = trace.numbers_at(len(trace.events) - 1)
    for name, value in numbers_of(trace.after).items():
        if repr(replayed.get(name)) != repr(value):
            raise NeuronsError(
                f"the trace misses a change of {name}: it follows assignments in the methods of the model's classes, so"
                " change a neuron's numbers there, one `self.x = ...` or `self.x[i] = ...` at a time"
            )
