"""The unrolled engine: `fit` by the training step as plain arithmetic, several times as fast as the objects.

The numbers are the same, bit for bit. The neurons get their weights after each epoch, or after several if nothing looks
at them in between. They make no pass, so they show none.
"""

from math import isfinite
from typing import TYPE_CHECKING

from neurons.errors import NeuronsError
from neurons.layer import count_parameters
from neurons.losses import MSE
from neurons.training.loops import Loops, LoopsTraining
from neurons.training.own_parts import is_plain_sgd
from neurons.training.steps import in_a_row, put_row
from neurons.unrolled.statements import Architecture
from neurons.unrolled.text import compiled, one_step

if TYPE_CHECKING:
    from neurons.model import Model

EXAMPLES_AT_ONCE = 1000  # run between two updates of the neurons, where nothing looks at them in between
LARGEST = 2000  # parameters; Python takes about 22 µs to compile the lines of one, once per architecture


class Unrolled(Loops):
    """Layers of neurons, trained by the text; whatever only looks is done by the neurons themselves."""

    def start(self, *arguments):
        return UnrolledTraining(self, *arguments)


UNROLLED = Unrolled()


class UnrolledTraining(LoopsTraining):
    """One call of `fit` by the text."""

    def __init__(self, *arguments):
        super().__init__(*arguments)
        if not is_plain_sgd(self.optimiser):
            another = f'{self.optimiser} has its own step: use engine="loops"'
            raise NeuronsError(f'engine="unrolled" writes out the step of SGD, but {another}')
        self.run = self.compiled()
        self.forget_passes()
        self.examples = [(*inputs, *label) for inputs, label in zip(self.inputs, self.labels, strict=True)]

    def compiled(self):
        """The text for the parts that the model has now."""
        return compiled(architecture_of(self.model), self.batch_size == 1, self.classes)

    def forget_passes(self):
        """Leave no numbers on the neurons of passes that they made before this training."""
        for layer in self.model.layers:
            for neuron in layer.neurons:
                neuron.input_activation = neuron.linear_activation = neuron.activation = None
                neuron.output_gradient = neuron.activation_gradient = neuron.error = None
                neuron.gradients = neuron.bias_gradient = neuron.input_gradients = None

    def epochs(self, count, num_used, looked_at):
        at_once = 1 if looked_at else 1 + EXAMPLES_AT_ONCE // num_used
        while count > 0:
            if looked_at:  # somebody may have given the model other parts
                self.run = self.compiled()
            orders = [self.next_order(num_used) for _ in range(min(at_once, count))]
            yield from self.several_epochs(orders)
            count -= len(orders)

    def several_epochs(self, orders):
        """Train on the examples in each of `orders`; what each epoch came to."""
        self.engine.check_weights(self.model)
        self.keep_weights()
        epochs = [self.in_batches([self.examples[i] for i in order]) for order in orders]
        parameters = tuple(in_a_row(self.model))
        if self.steps is not None:
            self.steps.begin(self, parameters)
        try:
            seen, all_z, parameters = self.run(epochs, self.learning_rate, parameters)
            finite = isfinite(all_z + sum(loss_sum for loss_sum, _ in seen) + sum(parameters))
        except (ArithmeticError, ValueError):  # exp, log or a division met a number that is not finite
            finite = False
        if not finite:  # the neurons meet the same number, and say which and where
            return (self.epoch(order) for order in orders)
        with self.whole_step:
            put_row(self.model, parameters)
        if self.steps is not None:
            self.steps.add(self, orders, parameters)
        return seen

    def in_batches(self, examples):
        """The examples of one epoch as the text takes them: one by one, or cut into batches."""
        if self.batch_size == 1:
            return examples
        return [examples[start : start + self.batch_size] for start in range(0, len(examples), self.batch_size)]


def source(model: "Model") -> str:
    """One training step of `model` for one example as text: see `Model.unrolled_source`."""
    return one_step(architecture_of(model))


def architecture_of(model: "Model") -> Architecture:
    """The `Architecture` of `model`, or the `NeuronsError` that says why it cannot be unrolled."""
    if model.engine == "numpy":
        raise NeuronsError("only a model of neurons can be unrolled: model.as_neurons() makes one")
    architecture = architecture_of_any_size(model, "be unrolled")
    num_parameters = count_parameters(model.layers)
    if num_parameters > LARGEST:
        raise NeuronsError(f"a step is unrolled for at most {LARGEST:,} parameters but there are {num_parameters:,}")
    return architecture


def architecture_of_any_size(model: "Model", what: str) -> Architecture:
    """The `Architecture` of `model`, or the `NeuronsError` that says which part of your own cannot `what`."""
    own_part = model.own_part()
    if own_part is not None:
        raise NeuronsError(f"the model cannot {what}: {own_part}")
    acts = tuple((layer.activation_function.name, len(layer.neurons)) for layer in model.layers)
    scale = model.loss.scale if isinstance(model.loss, MSE) else 1.0
    return Architecture(model.layers[0].num_inputs, acts, model.loss.name, scale)
