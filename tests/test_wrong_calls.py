"""Every wrong call says what was expected, what came and where, and leaves the model as it was in every bit."""

import math
import re
import warnings
from fractions import Fraction

import pytest

from neurons import (
    MSE,
    SGD,
    Adam,
    BinaryCrossEntropy,
    HealthWarning,
    Layer,
    LengthError,
    Model,
    Momentum,
    Neuron,
    NeuronsError,
    NotFiniteError,
    OrderError,
    SoftmaxCrossEntropy,
    check_gradients,
    datasets,
    health,
    identity,
    relu,
    softmax,
)
from neurons.activations import Sigmoid

XOR_INPUTS, XOR_LABELS = datasets.xor()


class World:
    """Models, layers and neurons in the middle of their work, for wrong calls to be made on."""

    def __init__(self):
        self.model = Model.from_sizes([2, 3, 1], seed=0)
        self.fresh_model = Model.from_sizes([2, 3, 1], seed=1)
        self.half_model = Model.from_sizes([2, 3, 1], seed=2)  # only the first neuron has gradients
        self.classes = Model.from_sizes([2, 3, 3], loss=SoftmaxCrossEntropy(), seed=3)
        self.yes_no = Model.from_sizes([2, 3, 1], loss=BinaryCrossEntropy(), seed=4)
        for model in (self.model, self.classes, self.yes_no):  # a last pass, and a batch that has begun
            label = 1
            model.backward_pass(model.loss.output_gradients(model.forward([0.0, 1.0]), label))
        self.half_model.layers[0].neurons[0].forward([0.0, 1.0])
        self.half_model.layers[0].neurons[0].backward_pass(1.0)

        self.neuron = Neuron(2, weights=[0.5, -0.5], bias=0.25)
        self.neuron.forward([1.0, 2.0])
        self.neuron.backward_pass(1.0)
        self.fresh_neuron = Neuron(2, weights=[0.5, -0.5], bias=0.25)
        self.forwarded_neuron = Neuron(2, weights=[0.5, -0.5], bias=0.25)
        self.forwarded_neuron.forward([1.0, 2.0])
        self.layer = Layer(2, 3, name="middle")
        self.layer.forward([1.0, 2.0])
        self.square_layer = Layer(2, 2)

        self.momentum_of_another = Momentum()
        Model.from_sizes([2, 2, 1], seed=5).fit(
            XOR_INPUTS, XOR_LABELS, epochs=1, learning_rate=0.1, optimiser=self.momentum_of_another
        )

    def fit(self, model=None, inputs=XOR_INPUTS, labels=XOR_LABELS, epochs=2, learning_rate=0.5, **others):
        """`fit` with arguments that are right but for those given."""
        return (model or self.model).fit(inputs, labels, epochs=epochs, learning_rate=learning_rate, **others)

    def snapshot(self):
        """Every number of every neuron; the repr of a float tells its every bit."""
        models = [self.model, self.fresh_model, self.half_model, self.classes, self.yes_no]
        layers = [layer for model in models for layer in model.layers] + [self.layer, self.square_layer]
        neurons = [neuron for layer in layers for neuron in layer.neurons]
        neurons += [self.neuron, self.fresh_neuron, self.forwarded_neuron]
        return numbers_of(neurons)


def numbers_of(neurons):
    """All that the neurons know but their functions: weights, the last pass, the batch."""
    functions = ("act", "delta_act", "activation_function")
    return [{word: repr(value) for word, value in vars(n).items() if word not in functions} for n in neurons]


def used_up(items):
    """A generator that somebody has been through already."""
    generator = (item for item in items)
    list(generator)
    return generator


WRONG_CALLS = [
    # A neuron
    (lambda w: Neuron(0), NeuronsError, ["neuron", "num_inputs", "1", "0"]),
    (lambda w: Neuron(-1), NeuronsError, ["neuron", "num_inputs", "1", "-1"]),
    (lambda w: Neuron(True), NeuronsError, ["neuron", "num_inputs", "1", "True"]),
    (lambda w: Neuron(2.0), NeuronsError, ["neuron", "num_inputs", "1", "2.0"]),
    (lambda w: Neuron("2"), NeuronsError, ["neuron", "num_inputs", "1", "str", "'2'"]),
    (lambda w: Neuron(2, "relu"), NeuronsError, ["neuron", "act", "'relu'", "quotes"]),
    (lambda w: Neuron(2, Sigmoid), NeuronsError, ["neuron", "act", "class", "Sigmoid"]),
    (lambda w: Neuron(2, None), NeuronsError, ["neuron", "act", "None"]),
    (lambda w: Neuron(2, weights=[0.5]), LengthError, ["neuron", "weights", "2", "1"]),
    (lambda w: Neuron(2, weights="ab"), NeuronsError, ["neuron", "weights", "list", "str", "'ab'"]),
    (lambda w: Neuron(2, weights=[0.5, float("nan")]), NotFiniteError, ["neuron", "weights[1]", "nan"]),
    (lambda w: Neuron(2, bias="0.5"), NeuronsError, ["neuron", "bias", "str", "'0.5'"]),
    (lambda w: Neuron(2, bias=[0.5]), NeuronsError, ["neuron", "bias", "list", "[0.5]"]),
    (lambda w: w.neuron.forward([1.0, 2.0, 3.0]), LengthError, ["neuron", "2", "weights", "3", "inputs"]),
    (lambda w: w.neuron.forward([]), LengthError, ["neuron", "2", "weights", "0", "inputs"]),
    (lambda w: w.neuron.backward_pass(1.0), OrderError, ["neuron", "backward_pass", "forward"]),
    (lambda w: w.fresh_neuron.backward_pass(1.0), OrderError, ["neuron", "backward_pass", "forward"]),
    (lambda w: w.fresh_neuron.step(0.5), OrderError, ["neuron", "backward_pass"]),
    # A layer
    (lambda w: Layer(2, 0), NeuronsError, ["num_neurons", "1", "0"]),
    (lambda w: Layer(0, 2), NeuronsError, ["num_inputs", "1", "0"]),
    (lambda w: Layer(2, True), NeuronsError, ["num_neurons", "1", "True"]),
    (lambda w: Layer(2, 2, "tanh"), NeuronsError, ["act", "'tanh'", "quotes"]),
    (
        lambda w: Layer(2, 2, init="he"),
        NeuronsError,
        ["init", "glorot_uniform", "glorot_normal", "he_normal", "str", "'he'"],
    ),
    (lambda w: Layer(2, 2, init=0.5), NeuronsError, ["init", "glorot_uniform", "glorot_normal", "he_normal", "0.5"]),
    (lambda w: w.layer.forward([1.0]), LengthError, ["middle[0]", "2", "weights", "1"]),
    (lambda w: w.layer.backward_pass([1.0, 2.0]), LengthError, ["middle", "3", "2", "gradients"]),
    (lambda w: Layer(2, 2).step(0.5), OrderError, ["layer[0]", "backward_pass"]),
    # A model
    (lambda w: Model([]), NeuronsError, ["layers", "list", "Layer", "[]"]),
    (lambda w: Model(None), NeuronsError, ["layers", "list", "Layer", "None"]),
    (lambda w: Model(Layer(2, 2)), NeuronsError, ["layers", "list", "Layer", "alone"]),
    (lambda w: Model([2, 3, 1]), NeuronsError, ["layers[0]", "Layer", "2"]),
    (lambda w: Model([Layer]), NeuronsError, ["layers[0]", "Layer", "class"]),
    (lambda w: Model([Layer(2, 2), Layer(3, 1)]), LengthError, ["layers[1]", "3", "inputs", "layers[0]", "2"]),
    (lambda w: Model([w.square_layer, w.square_layer]), NeuronsError, ["layers[1]", "list", "twice", "Layer"]),
    (lambda w: Model([Layer(2, 1)], MSE), NeuronsError, ["loss", "MSE", "SoftmaxCrossEntropy", "class"]),
    (lambda w: Model([Layer(2, 1)], "mse"), NeuronsError, ["loss", "MSE", "SoftmaxCrossEntropy", "str", "'mse'"]),
    (lambda w: Model.from_sizes(2), NeuronsError, ["sizes", "list", "2", "[2, 4, 1]"]),
    (lambda w: Model.from_sizes([2]), NeuronsError, ["sizes", "list", "2", "[2, 4, 1]", "[2]"]),
    (lambda w: Model.from_sizes("2-3-1"), NeuronsError, ["sizes", "list", "2", "[2, 4, 1]", "str", "'2-3-1'"]),
    (lambda w: Model.from_sizes([2, 0, 1]), NeuronsError, ["sizes[1]", "1", "0"]),
    (lambda w: Model.from_sizes([2, -3, 1]), NeuronsError, ["sizes[1]", "1", "-3"]),
    (lambda w: Model.from_sizes([2, 2.5, 1]), NeuronsError, ["sizes[1]", "1", "2.5"]),
    (lambda w: Model.from_sizes([2, True, 1]), NeuronsError, ["sizes[1]", "1", "True"]),
    (lambda w: Model.from_sizes([2, 3, 1], hidden="relu"), NeuronsError, ["hidden", "'relu'", "quotes"]),
    (lambda w: Model.from_sizes([2, 3, 1], output=Sigmoid), NeuronsError, ["output", "class", "Sigmoid"]),
    (lambda w: Model.from_sizes([2, 3, 1], seed="xor"), NeuronsError, ["seed", "None", "0", "str", "'xor'"]),
    (lambda w: Model.from_sizes([2, 3, 1], seed=-1), NeuronsError, ["seed", "None", "0", "-1"]),
    (lambda w: Model.from_sizes([2, 3, 1], seed=0.5), NeuronsError, ["seed", "None", "0", "0.5"]),
    (lambda w: Model.from_sizes([2, 3, 1], seed=True), NeuronsError, ["seed", "None", "0", "True"]),
    (lambda w: w.model.backward_pass([1.0]), OrderError, ["output[0]", "backward_pass", "forward"]),
    (lambda w: w.fresh_model.backward_pass([1.0]), OrderError, ["output[0]", "backward_pass", "forward"]),
    (lambda w: w.fresh_model.step(0.5), OrderError, ["hidden[0]", "backward_pass"]),
    # Examples
    (lambda w: w.fit(inputs=[]), LengthError, ["inputs", "empty"]),
    (lambda w: w.fit(inputs=None), NeuronsError, ["inputs", "list", "None"]),
    (lambda w: w.fit(inputs="0011"), NeuronsError, ["inputs", "list", "str", "'0011'"]),
    (lambda w: w.fit(inputs=[0.0, 1.0, 1.0, 0.0]), NeuronsError, ["inputs", "list", "2", "inputs[0]", "0.0"]),
    (lambda w: w.fit(inputs=[[0.0, 0.0], [0.0, 1.0], [1.0], [1.0, 1.0]]), LengthError, ["inputs[2]", "2", "1"]),
    (
        lambda w: w.fit(inputs=[[0.0, 0.0], None, [1.0, 0.0], [1.0, 1.0]]),
        NeuronsError,
        ["inputs", "list", "2", "inputs[1]", "None"],
    ),
    (
        lambda w: w.fit(inputs=[[0.0, 0.0], [0.0, "1"], [1.0, 0.0], [1.0, 1.0]]),
        NeuronsError,
        ["inputs[1][1]", "str", "'1'"],
    ),
    (lambda w: w.fit(inputs=[[[0.0, 0.0], [0.0, 1.0]]] * 4), NeuronsError, ["inputs[0][0]", "list", "[0.0, 0.0]"]),
    (lambda w: w.fit(inputs=[[0.0, float("nan")]] * 4), NotFiniteError, ["inputs[0][1]", "nan"]),
    (lambda w: w.fit(inputs=XOR_INPUTS[:3]), LengthError, ["3", "inputs", "4", "labels"]),
    (
        lambda w: w.fit(inputs=dict(enumerate(XOR_INPUTS))),
        NeuronsError,
        ["inputs", "list", "dict", "0", "[0.0, 0.0]", "1", "[0.0, 1.0]", "2", "[1.0, 0.0]", "3", "[1"],
    ),
    (lambda w: w.fit(inputs={(0.0, 1.0), (1.0, 0.0)}), NeuronsError, ["inputs", "list", "set", "0.0", "1.0"]),
    (lambda w: w.fit(inputs=(example for example in XOR_INPUTS)), NeuronsError, ["inputs", "list", "generator"]),
    (lambda w: w.fit(inputs=used_up(XOR_INPUTS)), NeuronsError, ["inputs", "list", "generator"]),
    (lambda w: w.fit(labels=(label for label in XOR_LABELS)), NeuronsError, ["labels", "list", "generator"]),
    (lambda w: w.fit(labels=None), NeuronsError, ["labels", "list", "None"]),
    (lambda w: w.fit(labels=1.0), NeuronsError, ["labels", "list", "1.0"]),
    (lambda w: w.fit(labels="0110"), NeuronsError, ["labels", "list", "str", "'0110'"]),
    (lambda w: w.fit(labels=["no", "yes", "yes", "no"]), NeuronsError, ["labels[0]", "str", "'no'"]),
    (lambda w: w.fit(labels=[[0.0], [1.0], [None], [0.0]]), NeuronsError, ["labels[2][0]", "None"]),
    (lambda w: w.fit(labels=[[0.0, 1.0]] * 4), LengthError, ["labels[0]", "1", "2"]),
    (lambda w: w.fit(labels=[[[0.0]], [[1.0]], [[1.0]], [[0.0]]]), NeuronsError, ["labels[0][0]", "list", "[0.0]"]),
    (lambda w: w.fit(labels=[0.0, 1.0, float("inf"), 0.0]), NotFiniteError, ["labels[2]", "inf"]),
    (lambda w: w.fit(w.classes, labels=[0, 1, 2, 3]), NeuronsError, ["labels[3]", "class", "0", "2", "3"]),
    (lambda w: w.fit(w.classes, labels=[0, 1, 2, -1]), NeuronsError, ["labels[3]", "class", "0", "2", "-1"]),
    (
        lambda w: w.fit(w.classes, labels=[0, 1, 2, True]),
        NeuronsError,
        ["labels[3]", "class", "0", "2", "list", "3", "True"],
    ),
    (
        lambda w: w.fit(w.classes, labels=[0, 1, 2, 1.0]),
        NeuronsError,
        ["labels[3]", "class", "0", "2", "list", "3", "1.0"],
    ),
    (
        lambda w: w.fit(w.classes, labels=["a", "b", "c", "a"]),
        NeuronsError,
        ["labels[0]", "class", "0", "2", "list", "3", "str", "'a'"],
    ),
    (lambda w: w.fit(w.classes, labels=[[1.0, 0.0]] * 4), LengthError, ["labels[0]", "3", "2"]),
    (
        lambda w: w.fit(w.classes, labels=[[1.0, 1.0, 0.0]] * 4),
        NeuronsError,
        ["labels[0]", "sum", "1", "list", "[1.0, 1.0, 0.0]"],
    ),
    (
        lambda w: w.fit(w.classes, labels=[[2.0, -1.0, 0.0]] * 4),
        NeuronsError,
        ["labels[0]", "sum", "1", "list", "[2.0, -1.0, 0.0]"],
    ),
    (lambda w: w.fit(w.yes_no, labels=[0, 1, 2, 0]), NeuronsError, ["labels[2]", "between", "0", "1", "2"]),
    (
        lambda w: w.fit(Model.from_sizes([2, 2], loss=BinaryCrossEntropy())),
        LengthError,
        ["BinaryCrossEntropy", "output", "2", "outputs"],
    ),
    (
        lambda w: w.fit(Model.from_sizes([2, 1], loss=SoftmaxCrossEntropy()), labels=[0, 1, 1, 0]),
        NeuronsError,
        ["labels[0]", "list", "probability", "output", "0"],
    ),
    # The other arguments of fit
    (lambda w: w.fit(epochs=0), NeuronsError, ["epochs", "1", "0"]),
    (lambda w: w.fit(epochs=True), NeuronsError, ["epochs", "1", "True"]),
    (lambda w: w.fit(epochs=1.5), NeuronsError, ["epochs", "1", "1.5"]),
    (lambda w: w.fit(epochs=None), NeuronsError, ["epochs", "1", "None"]),
    (lambda w: w.fit(learning_rate=0), NeuronsError, ["learning_rate", "0"]),
    (lambda w: w.fit(learning_rate=-0.5), NeuronsError, ["learning_rate", "0", "-0.5"]),
    (lambda w: w.fit(learning_rate=float("nan")), NotFiniteError, ["learning_rate", "nan"]),
    (lambda w: w.fit(learning_rate=float("inf")), NotFiniteError, ["learning_rate", "inf"]),
    (lambda w: w.fit(learning_rate=1e9), NeuronsError, ["learning_rate", "1000000", "1000000000.0"]),
    (
        lambda w: w.fit(learning_rate=10**400),
        NeuronsError,
        ["learning_rate", "100000000000000000000000000000000000000000000000000000000"],
    ),
    (lambda w: w.fit(learning_rate=True), NeuronsError, ["learning_rate", "0", "True"]),
    (lambda w: w.fit(learning_rate="0.5"), NeuronsError, ["learning_rate", "str", "'0.5'"]),
    (lambda w: w.fit(learning_rate=None), NeuronsError, ["learning_rate", "None"]),
    (lambda w: w.fit(learning_rate=[0.5]), NeuronsError, ["learning_rate", "list", "[0.5]"]),
    (lambda w: w.fit(batch_size=0), NeuronsError, ["batch_size", "1", "0"]),
    (lambda w: w.fit(batch_size=True), NeuronsError, ["batch_size", "1", "True"]),
    (lambda w: w.fit(batch_size=2.0), NeuronsError, ["batch_size", "1", "2.0"]),
    (lambda w: w.fit(batch_size=8, drop_last=True), LengthError, ["drop_last", "batch_size", "8", "4"]),
    (lambda w: w.fit(shuffle="no"), NeuronsError, ["shuffle", "True", "False", "str", "'no'"]),
    (lambda w: w.fit(drop_last=None), NeuronsError, ["drop_last", "True", "False", "None"]),
    (lambda w: w.fit(progress="yes"), NeuronsError, ["progress", "None", "True", "False", "str", "'yes'"]),
    (lambda w: w.fit(seed="xor"), NeuronsError, ["seed", "None", "0", "str", "'xor'"]),
    (lambda w: w.fit(seed=-1), NeuronsError, ["seed", "None", "0", "-1"]),
    (lambda w: w.fit(seed=1.0), NeuronsError, ["seed", "None", "0", "1.0"]),
    (lambda w: w.fit(optimiser=Adam), NeuronsError, ["optimiser", "SGD", "Adam", "class"]),
    (lambda w: w.fit(optimiser="adam"), NeuronsError, ["optimiser", "SGD", "Adam", "str", "'adam'"]),
    (lambda w: w.fit(optimiser=0.5), NeuronsError, ["optimiser", "SGD", "Adam", "0.5"]),
    (lambda w: w.fit(validation_data=5), NeuronsError, ["validation_data", "pair", "inputs", "labels", "5"]),
    (
        lambda w: w.fit(validation_data=XOR_INPUTS),
        NeuronsError,
        [
            "validation_data",
            "pair",
            "inputs",
            "labels",
            "list",
            "[[0.0, 0.0]",
            "[0.0, 1.0]",
            "[1.0, 0.0]",
            "[1.0, 1.0]]",
        ],
    ),
    (
        lambda w: w.fit(validation_data=(XOR_INPUTS, XOR_LABELS[:2])),
        LengthError,
        ["validation_data", "4", "inputs", "2", "labels"],
    ),
    (lambda w: w.fit(validation_data=([[1.0]], [[1.0]])), LengthError, ["validation_data", "inputs[0]", "2", "1"]),
    (
        lambda w: w.fit(validation_data=([[1.0, 0.0]], ["yes"])),
        NeuronsError,
        ["validation_data", "labels[0]", "str", "'yes'"],
    ),
    (lambda w: w.fit(on_epoch=5), NeuronsError, ["on_epoch", "5"]),
    (lambda w: w.fit(on_epoch=lambda: True), NeuronsError, ["on_epoch"]),
    # The other verbs on many examples
    (lambda w: w.model.train_batch(XOR_INPUTS, XOR_LABELS[:2], 0.5), LengthError, ["4", "inputs", "2", "labels"]),
    (lambda w: w.model.train_batch([], [], 0.5), LengthError, ["inputs", "empty"]),
    (lambda w: w.model.train_batch([0.0, 1.0], [1.0], 0.5), NeuronsError, ["inputs", "list", "2", "inputs[0]", "0.0"]),
    (lambda w: w.model.train_batch(XOR_INPUTS, XOR_LABELS, 0), NeuronsError, ["learning_rate", "0"]),
    (
        lambda w: w.model.train_batch(XOR_INPUTS, XOR_LABELS, 1e7),
        NeuronsError,
        ["learning_rate", "1000000", "10000000.0"],
    ),
    (lambda w: w.model.predict([0.0, 1.0]), NeuronsError, ["inputs", "list", "2", "inputs[0]", "0.0"]),
    (lambda w: w.model.predict([]), LengthError, ["inputs", "empty"]),
    (lambda w: w.model.predict(3), NeuronsError, ["inputs", "list", "3"]),
    (lambda w: w.model.predict(list), NeuronsError, ["inputs", "list", "class"]),
    (lambda w: w.model.mean_loss(XOR_INPUTS, XOR_LABELS[1:]), LengthError, ["4", "inputs", "3", "labels"]),
    (lambda w: w.model.accuracy(XOR_INPUTS, [0.1, 0.2, 0.3, 0.4]), NeuronsError, ["labels", "classes", "class"]),
    (lambda w: health.check(w.model, XOR_INPUTS, XOR_LABELS[:3]), LengthError, ["4", "inputs", "3", "labels"]),
    (lambda w: check_gradients(w.model, [1.0], [1.0]), LengthError, ["inputs", "2", "1"]),
    (lambda w: check_gradients(w.model, [1.0, 0.0], [1.0, 0.0]), LengthError, ["1", "2"]),
    (lambda w: check_gradients(w.model, [1.0, 0.0], [1.0], nudge=0), NeuronsError, ["nudge", "0"]),
    (
        lambda w: check_gradients(w.model, [1.0, 0.0], [1.0], tolerance="small"),
        NeuronsError,
        ["tolerance", "str", "'small'"],
    ),
    # Losses and optimisers
    (lambda w: MSE(0), NeuronsError, ["MSE", "0"]),
    (lambda w: MSE().value([0.5], [1.0, 0.0]), LengthError, ["label", "1", "2"]),
    (lambda w: MSE("half"), NeuronsError, ["MSE", "str", "'half'"]),
    (lambda w: SoftmaxCrossEntropy().value([0.1, 0.2], 2), NeuronsError, ["class", "0", "1", "2"]),
    (lambda w: SoftmaxCrossEntropy().value([0.1, 0.2], [0.5, 0.6]), NeuronsError, ["sum", "1", "list", "[0.5, 0.6]"]),
    (
        lambda w: SoftmaxCrossEntropy().output_gradients([0.1, 0.2], True),
        NeuronsError,
        ["class", "0", "1", "list", "2", "True"],
    ),
    (
        lambda w: BinaryCrossEntropy().value([0.1, 0.2], 1),
        LengthError,
        ["BinaryCrossEntropy", "output", "2", "outputs"],
    ),
    (lambda w: BinaryCrossEntropy().value([0.1], 1.5), NeuronsError, ["between", "0", "1", "1.5"]),
    (lambda w: softmax([]), LengthError, ["logits", "1", "0"]),
    (lambda w: softmax(0.5), NeuronsError, ["logits", "list", "0.5"]),
    (lambda w: softmax([float("inf"), 0.0]), NotFiniteError, ["logits[0]", "inf"]),
    (lambda w: Momentum(1.0), NeuronsError, ["beta", "0", "1", "1.0"]),
    (lambda w: Momentum("fast"), NeuronsError, ["beta", "str", "'fast'"]),
    (lambda w: Adam(beta1=-0.1), NeuronsError, ["beta1", "0", "1", "-0.1"]),
    (lambda w: Adam(beta2=1), NeuronsError, ["beta2", "0", "1"]),
    (lambda w: Adam(epsilon=0), NeuronsError, ["0"]),
    (lambda w: Momentum().step(w.fresh_model, 0.5), OrderError, ["hidden[0]", "backward_pass"]),
    (lambda w: Adam().step(w.half_model, 0.5), OrderError, ["hidden[1]", "backward_pass"]),
    (lambda w: Adam().step(w.model, True), NeuronsError, ["learning_rate", "0", "True"]),
    (
        lambda w: w.momentum_of_another.step(w.model, 0.5),
        NeuronsError,
        ["Momentum", "beta", "0.9", "remembers", "another"],
    ),
    # Datasets
    (lambda w: datasets.circles(0), NeuronsError, ["num_examples", "1", "0"]),
    (lambda w: datasets.moons(3.5), NeuronsError, ["num_examples", "1", "3.5"]),
    (lambda w: datasets.spiral(noise=-1), NeuronsError, ["noise", "0", "-1"]),
]


@pytest.mark.parametrize(("call", "error", "facts"), WRONG_CALLS, ids=[" ".join(row[2])[:60] for row in WRONG_CALLS])
def test_a_wrong_call_says_what_is_wrong_and_changes_nothing(call, error, facts):
    world = World()
    before = world.snapshot()
    with pytest.raises(NeuronsError) as caught:
        call(world)
    assert type(caught.value) is error
    assert [fact for fact in facts if fact not in str(caught.value)] == []
    assert world.snapshot() == before


def test_the_same_calls_made_right_change_the_model():
    """The snapshot sees what it is to see."""
    world = World()
    before = world.snapshot()
    world.model.forward([0.0, 1.0])
    assert world.snapshot() != before
    before = world.snapshot()
    world.fit(epochs=1)
    assert world.snapshot() != before


# NumPy's numbers and arrays: the right ones are taken, the wrong ones named


def test_arrays_are_no_whole_numbers():
    numpy = pytest.importorskip("numpy")
    for seed in (numpy.arange(3), numpy.array([4]), numpy.array(1.5)):
        with pytest.raises(NeuronsError, match="seed must be None or a whole number of at least 0 but got"):
            Model.from_sizes([2, 3, 1], seed=seed)
        with pytest.raises(NeuronsError, match=r"sizes\[0\] must be a whole number of at least 1 but got"):
            Model.from_sizes([seed, 3, 1])
    with pytest.raises(NeuronsError, match="the label must be a class from 0 to 2 or a list of 3 numbers but got"):
        MSE().value([0.1, 0.2, 0.3], numpy.array(1.5))


def test_numpy_arrays_are_taken_where_lists_are():
    numpy = pytest.importorskip("numpy")
    model, twin = Model.from_sizes([2, 3, 1], seed=0), Model.from_sizes([2, 3, 1], seed=0)
    model.fit(XOR_INPUTS, XOR_LABELS, epochs=3, learning_rate=0.5, seed=0)
    twin.fit(
        numpy.array(XOR_INPUTS),
        numpy.array(XOR_LABELS),
        epochs=numpy.int64(3),
        learning_rate=numpy.float64(0.5),
        seed=numpy.int64(0),
        shuffle=numpy.bool_(True),
    )
    assert twin.predict(numpy.array(XOR_INPUTS)) == model.predict(XOR_INPUTS)
    assert all(type(weight) is float for layer in twin.layers for neuron in layer.neurons for weight in neuron.weights)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda w, np: w.fit(inputs=np.zeros((4, 3))), "inputs[0] must be 2 numbers but got 3"),
        (
            lambda w, np: w.fit(inputs=np.zeros(4)),
            "inputs must be a list of examples, each a list of 2 numbers, but inputs[0] is ",
        ),
        (lambda w, np: w.fit(inputs=np.array(1.0)), "inputs must be a list of examples but got ndarray array(1.)"),
        (lambda w, np: w.fit(inputs=np.zeros((4, 1, 2))), "inputs[0] must be 2 numbers but got 1"),
        (lambda w, np: w.fit(inputs=np.zeros((4, 2, 2))), "inputs[0][0] must be a number but got list"),
        (lambda w, np: w.fit(labels=np.zeros((4, 2))), "labels[0] must be 1 number but got 2"),
        (lambda w, np: w.fit(labels=np.zeros((4, 1, 1))), "labels[0][0] must be a number but got list"),
        (lambda w, np: w.fit(labels=np.array(["a"] * 4)), "labels[0] must be a number"),
        (lambda w, np: w.fit(learning_rate=np.array([0.5])), "learning_rate must be a number but got ndarray"),
        (lambda w, np: w.fit(learning_rate=np.float64("nan")), "learning_rate must be a finite number but is nan"),
        (lambda w, np: w.neuron.forward(np.zeros(3)), "neuron has 2 weights but got 3 inputs"),
    ],
)
def test_wrong_arrays(call, message):
    numpy = pytest.importorskip("numpy")
    world = World()
    before = world.snapshot()
    with pytest.raises(NeuronsError) as caught:
        call(world, numpy)
    assert str(caught.value).startswith(message)
    assert world.snapshot() == before


def test_fractions_and_booleans_count_as_the_numbers_they_are():
    neuron = Neuron(2, weights=[0.5, -1.0], bias=0.0, act=identity)
    assert neuron.forward([Fraction(1, 2), 1.0]) == -0.75
    assert neuron.forward([True, False]) == 0.5


# In a lone neuron or layer a wrong type may get Python's own error; the weights stay as they are


@pytest.mark.parametrize(
    "call",
    [
        lambda w: w.neuron.forward(None),
        lambda w: w.neuron.forward(1.0),
        lambda w: w.neuron.forward([1.0, None]),
        lambda w: w.neuron.forward([1.0, "two"]),
        lambda w: w.neuron.forward([[1.0, 2.0], [3.0, 4.0]]),
        lambda w: w.neuron.forward([1j, 1.0]),
        lambda w: w.neuron.forward([10**400, 1]),
        lambda w: w.neuron.forward([float("nan"), 1.0]),
        lambda w: w.neuron.forward([1.0, float("inf")]),
        lambda w: w.neuron.forward(number for number in [1.0, 2.0]),
        lambda w: w.forwarded_neuron.backward_pass("one"),
        lambda w: w.forwarded_neuron.backward_pass([1.0]),
        lambda w: w.forwarded_neuron.backward_pass(None),
        lambda w: w.neuron.step("0.5"),
        lambda w: w.layer.forward([[0.0, 1.0]] * 2),
        lambda w: w.layer.backward_pass(1.0),
        lambda w: MSE().value(0.5, 1.0),
        lambda w: MSE().value(["0.5"], 1.0),
        lambda w: MSE().output_gradients(None, [1.0]),
    ],
)
def test_a_lone_neuron_refuses_what_is_not_a_number(call):
    world = World()
    before = world.snapshot()
    with pytest.raises((TypeError, ValueError, OverflowError)):
        call(world)
    assert world.snapshot() == before


# A forward pass that fails half-way in a model


@pytest.mark.parametrize("layer_idx", [0, 1])
def test_a_forward_that_fails_leaves_nothing_ready_for_a_backward_pass(layer_idx):
    model = Model.from_sizes([2, 3, 2], seed=0)
    model.forward([0.0, 1.0])
    model.layers[layer_idx].neurons[1].bias = math.inf
    with pytest.raises(NotFiniteError, match=r"(hidden|output)\[1\].*inf"):
        model.forward([1.0, 1.0])
    for part, gradient in [(model, [1.0, 1.0])] + [(neuron, 1.0) for layer in model.layers for neuron in layer.neurons]:
        with pytest.raises(OrderError):
            part.backward_pass(gradient)
    assert all(neuron.num_examples == 0 for layer in model.layers for neuron in layer.neurons)


@pytest.mark.parametrize("inputs", [[0.0], [0.0, 1e400], [[0.0, 1.0], [1.0, 0.0]], None])
def test_a_wrong_example_moves_no_weight_and_leaves_nothing_ready(inputs):
    model = Model.from_sizes([2, 3, 1], seed=0)
    model.forward([0.0, 1.0])
    before = weights_in(model)
    with pytest.raises((NeuronsError, TypeError)):
        model.forward(inputs)
    assert weights_in(model) == before
    with pytest.raises(OrderError):
        model.backward_pass([1.0])


# Weights set by hand are looked at where many examples come in


@pytest.mark.parametrize(
    ("weights", "error", "facts"),
    [
        ([0.5], LengthError, ["2", "1"]),
        ([0.5, 0.5, 0.5], LengthError, ["2", "3"]),
        ([], LengthError, ["2", "0"]),
        ([0.5, math.nan], NotFiniteError, ["w[1]", "nan"]),
        ([-math.inf, 0.5], NotFiniteError, ["w[0]", "-inf"]),
        (["0.5", 0.5], NeuronsError, ["w[0]", "'0.5'"]),
        ([None, 0.5], NeuronsError, ["w[0]", "None"]),
        ("ab", NeuronsError, ["'ab'"]),
        (None, NeuronsError, ["None"]),
    ],
)
@pytest.mark.parametrize("engine", ["loops", "unrolled"])
def test_wrong_weights_set_by_hand(weights, error, facts, engine):
    for look in (
        lambda model: model.predict(XOR_INPUTS),
        lambda model: model.fit(XOR_INPUTS, XOR_LABELS, epochs=1, learning_rate=0.1),
        lambda model: model.train_batch(XOR_INPUTS, XOR_LABELS, 0.1),
        lambda model: model.accuracy(XOR_INPUTS, XOR_LABELS),
    ):
        model = Model.from_sizes([2, 3, 1], seed=0, engine=engine)
        model.layers[0].neurons[1].weights = weights
        with pytest.raises(NeuronsError) as caught:
            look(model)
        assert type(caught.value) is error
        assert [fact for fact in ["hidden[1]", *facts] if fact not in str(caught.value)] == []
        assert model.layers[0].neurons[1].activation is None


def test_weights_set_by_hand_as_an_array_become_a_list_of_floats():
    numpy = pytest.importorskip("numpy")
    model = Model.from_sizes([2, 3, 1], seed=0)
    model.layers[0].neurons[1].weights = numpy.array([0.5, 0.25], dtype="float32")
    model.layers[0].neurons[1].bias = 1
    model.fit(XOR_INPUTS, XOR_LABELS, epochs=1, learning_rate=0.1, seed=0)
    neuron = model.layers[0].neurons[1]
    assert [type(number) for number in [*neuron.weights, neuron.bias]] == [float] * 3


def test_a_wrong_bias_set_by_hand():
    model = Model.from_sizes([2, 3, 1], seed=0)
    model.layers[1].neurons[0].bias = math.nan
    with pytest.raises(NotFiniteError, match=r"output\[0\].*nan"):
        model.predict([[0.0, 1.0]])


def test_too_large_a_weighted_sum_names_the_neuron():
    neuron = Neuron(2, weights=[1.0, 1.0], bias=0.0, name="big")
    with pytest.raises(NotFiniteError, match="big.*inf"):
        neuron.forward([1.7e308, 1.7e308])
    assert neuron.activation is None


# Training that stops at a value that is not finite


def weights_in(model):
    """The weights and biases in every bit."""
    return [[w.hex() for w in neuron.weights + [neuron.bias]] for layer in model.layers for neuron in layer.neurons]


def linear_model(weight=0.5):
    """One identity neuron with one weight."""
    model = Model([Layer(1, 1, identity)])
    model.layers[0].neurons[0].weights, model.layers[0].neurons[0].bias = [weight], 0.0
    return model


def stopped(model, inputs, labels, **arguments):
    """Train until it stops; return the error and the weights with which each epoch began."""
    began = [weights_in(model)]

    def on_epoch(epoch, model, history):
        began.append(weights_in(model))

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", HealthWarning)
        with pytest.raises(NotFiniteError) as caught:
            model.fit(inputs, labels, on_epoch=on_epoch, shuffle=False, **arguments)
    return caught.value, began


ROUTES = {
    "a huge rate, through the weights": (
        lambda: Model.from_sizes([2, 4, 1], hidden=relu, output=identity, seed=0),
        {"inputs": XOR_INPUTS, "labels": XOR_LABELS, "epochs": 500, "learning_rate": 1e5},
    ),
    "growing slowly, for many epochs": (
        linear_model,
        {"inputs": [[1.0]], "labels": [[1.0]], "epochs": 5000, "learning_rate": 1.5},
    ),
    "with momentum": (
        linear_model,
        {"inputs": [[1.0]], "labels": [[1.0]], "epochs": 5000, "learning_rate": 5.0, "optimiser": Momentum()},
    ),
    "the square that Adam takes": (
        linear_model,
        {"inputs": [[1e100]], "labels": [[1.0]], "epochs": 3, "learning_rate": 0.1, "optimiser": Adam()},
    ),
    "the loss alone": (linear_model, {"inputs": [[1e200]], "labels": [[1.0]], "epochs": 3, "learning_rate": 1e-6}),
    "the last step of the only epoch": (
        linear_model,
        {"inputs": [[1e-9], [1e153]], "labels": [[1.0], [1.0]], "epochs": 1, "learning_rate": 1e6},
    ),
    "the validation data": (
        linear_model,
        {
            "inputs": [[1.0]],
            "labels": [[1.0]],
            "epochs": 3,
            "learning_rate": 0.1,
            "validation_data": ([[1e300]], [[1.0]]),
        },
    ),
}


@pytest.mark.parametrize("route", ROUTES)
def test_training_stops_and_the_weights_are_those_of_the_last_epoch_that_began_finite(route):
    make, arguments = ROUTES[route]
    model = make()
    error, began = stopped(model, **arguments)
    assert weights_in(model) == began[-1]
    assert all(math.isfinite(float.fromhex(number)) for neuron in began[-1] for number in neuron)

    cause, largest_weight = str(error).split(". The largest weight was ")
    assert cause.startswith(f"training stopped in epoch {len(began)} at learning_rate {arguments['learning_rate']:g}: ")
    assert re.search(r"(hidden|output)\[\d\]", cause)  # the layer and the neuron
    assert re.match(r"\S+ \((hidden|output)\[\d\]\.(w\[\d\]|b)\)\. ", largest_weight)
    assert len(error.history) == len(began) - 1
    assert all(math.isfinite(loss) for loss in error.history.loss + error.history.validation_loss)
    assert all(neuron.num_examples == 0 for layer in model.layers for neuron in layer.neurons)  # a clean batch


def test_the_message_of_a_training_that_stopped():
    error, _ = stopped(linear_model(), [[1e-9], [1e153]], [[1.0], [1.0]], epochs=1, learning_rate=1e6)
    for fact in ("epoch 1", "learning_rate 1e+06", "output[0]: w[0]", "-inf", "(output[0].w[0])", "smaller"):
        assert fact in str(error)


def test_weights_that_are_not_finite_from_the_start_stay_as_they_are():
    model = linear_model(math.nan)
    error, _ = stopped(model, [[1.0]], [[1.0]], epochs=3, learning_rate=0.1)
    assert "output[0]: w[0]" in str(error)
    assert math.isnan(model.layers[0].neurons[0].weights[0])


def test_a_weight_that_on_epoch_makes_infinite_is_undone():
    model = linear_model()
    began = [weights_in(model)]

    def on_epoch(epoch, model, history):
        if epoch == 1:
            began.append(weights_in(model))
        else:
            model.layers[0].neurons[0].weights[0] = math.inf

    message = r"in epoch 3 .*: output\[0\]: w\[0\] must be a finite number but is inf"
    with pytest.raises(NotFiniteError, match=message):
        model.fit([[1.0]], [[0.25]], epochs=5, learning_rate=0.1, on_epoch=on_epoch)
    assert weights_in(model) == began[-1]


def test_train_batch_that_becomes_infinite_changes_no_weight():
    for value in (1e200, 1e153):  # the loss of the first is not finite; the step of the second is not
        model = linear_model()
        before = weights_in(model)
        with pytest.raises(NotFiniteError):
            model.train_batch([[1.0], [value]], [[1.0], [1.0]], 1e6)
        assert weights_in(model) == before
        assert model.layers[0].neurons[0].num_examples == 0


def test_looking_at_what_overflows_is_an_error_too():
    message = r"^the loss where output\[0\] is 5e\+199 must be a finite number but is inf$"
    with pytest.raises(NotFiniteError, match=message):
        linear_model().mean_loss([[1e200]], [[1.0]])


@pytest.mark.filterwarnings("ignore::neurons.HealthWarning")  # of inputs of 1,000
def test_a_plain_step_with_finite_numbers_is_no_error():
    """The other side: large but finite is allowed."""
    model = linear_model()
    model.fit([[1e3]], [[1.0]], epochs=1, learning_rate=1e-6, optimiser=SGD())
    assert math.isfinite(model.layers[0].neurons[0].weights[0])
