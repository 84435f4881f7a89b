"""When did it happen? Questions to the steps of a training, and the moments that answer them."""

from heapq import nlargest
from typing import TYPE_CHECKING, Any

from neurons.checks import as_int, checked_count
from neurons.errors import NeuronsError
from neurons.text import listed, show
from neurons.training.engine import NO_CLASSES
from neurons.training.steps import Steps, numbers_by_name

if TYPE_CHECKING:
    from neurons.inspection.why.explanation import Why


class Moment:
    """One step of a training, and what it did to the number called `name`.

    `step` and `epoch` count from 1, `examples` are the numbers of those whose gradients made the step, `loss` is their
    mean loss before it. `before` and `after` are the number before and after the step, `change` is their difference.
    """

    def __init__(self, steps: Steps, name: str, made: Any, before: float, after: float) -> None:
        self.steps, self.name = steps, name
        self.step, self.epoch, self.examples, self.loss = made.step, made.epoch, made.examples, made.loss
        self.before, self.after = before, after

    @property
    def change(self) -> float:
        """What the step added to the number."""
        return self.after - self.before

    def why(self, name: str | None = None) -> "Why":
        """Why this gradient was what it was, as `Model.why` explains it: on the model before the step.

        Of several examples, it explains the one with the largest gradient. `name` asks about another number.
        """
        model = self.steps.model_at(self.step - 1).as_neurons()
        engine = self.steps.engine
        answers = []
        for example in self.examples:
            inputs = list(map(float, self.steps.inputs[example]))
            (label,) = engine.label_lists(self.steps.model, self.steps.labels[example : example + 1])
            model.backward_pass(model.loss.output_gradients(model.forward(inputs), label))
            model.start_batch()
            answers.append(model.why(name or self.name, label=label))
        return max(answers, key=lambda answer: abs(answer.value))

    def __repr__(self) -> str:
        word = "example" if len(self.examples) == 1 else "examples"
        examples = listed([str(example) for example in self.examples])
        numbers = f"{self.name} {self.before:.4g} to {self.after:.4g}"
        loss = "" if self.name == "loss" else f", loss {self.loss:.4g}"
        return f"step {self.step} (epoch {self.epoch}, {word} {examples}): {numbers}{loss}"


def when(steps: Steps, name: str | None, count: int) -> list[Moment]:
    """The steps that changed a number, or any number, the most: see `History.when`."""
    count = checked_count(count, "count")
    names = list(numbers_by_name(steps.model))
    if name is None:
        return largest((changed_most(steps, names, made) for made in steps.each(all_numbers)), count)
    place = place_of(steps.model, name)
    found = (Moment(steps, name, made, made.before, made.after) for made in steps.each(place))
    return largest(found, count)


def largest(moments, count):
    """Those with the largest changes; of equal ones the earlier."""
    return nlargest(count, moments, key=lambda moment: abs(moment.change))


def changed_most(steps, names, made):
    """The moment of the number that this step changed the most."""
    sizes = [abs(after - before) for before, after in zip(made.before, made.after, strict=True)]
    i = sizes.index(max(sizes))
    return Moment(steps, names[i], made, made.before[i], made.after[i])


def all_numbers(model):
    """All weights and biases."""
    return list(numbers_by_name(model).values())


def place_of(model, name):
    """A function that reads the number called `name` of a model like this one; `NeuronsError` for unknown names."""
    for layer_idx, layer in enumerate(model.layers):
        for neuron_idx, neuron in enumerate(layer.neurons):
            if name == f"{neuron.name}.b":
                return lambda model: float(model.layers[layer_idx].neurons[neuron_idx].bias)
            for i in range(layer.num_inputs):
                if name == f"{neuron.name}.w[{i}]":
                    return lambda model: float(model.layers[layer_idx].neurons[neuron_idx].weights[i])
    first, last = model.layers[0].neurons[0].name, model.layers[-1].neurons[-1].name
    raise NeuronsError(f"name must be one from {first}.w[0] to {last}.b but got {show(name)}")


def when_worst(steps: Steps, count: int) -> list[Moment]:
    """The steps whose examples had the largest loss: see `History.when_worst`."""
    worst = nlargest(checked_count(count, "count"), steps.each(lambda model: None), key=lambda made: made.loss)
    return [Moment(steps, "loss", made, made.loss, loss_after(steps, made)) for made in worst]


def loss_after(steps, made):
    """The mean loss of the same examples after the step."""
    inputs, labels = some(steps.inputs, made.examples), some(steps.labels, made.examples)
    model = steps.model_at(made.step)
    return steps.engine.mean_loss_of(model, steps.engine.outputs_of(model, inputs), labels)


def some(examples, numbers):
    """The examples with these numbers, of a list or an array."""
    return [examples[i] for i in numbers] if isinstance(examples, list) else examples[numbers]


def when_right(steps: Steps, example: Any) -> int | None:
    """The step from which this example stays right: see `History.when_right`."""
    number = as_int(example)
    if number is None or not 0 <= number < len(steps.inputs):
        raise NeuronsError(f"example must be a whole number from 0 to {len(steps.inputs) - 1} but got {show(example)}")
    engine, classes = steps.engine, steps.classes
    if classes is None:
        raise NeuronsError(NO_CLASSES)
    inputs, label = steps.inputs[number : number + 1], steps.labels[number : number + 1]

    def is_right(model):
        return engine.num_right(classes, engine.outputs_of(model, inputs), label) == 1

    since = 0 if is_right(steps.model_at(0)) else None
    for made in steps.each(is_right):
        if not made.before:  # `on_epoch` may have made it wrong
            since = None
        if not made.after:
            since = None
        elif since is None:
            since = made.step
    return since if is_right(steps.model_at(len(steps))) else None
