"""The training written out as arithmetic gives the numbers of the objects: every one of them, in every bit."""

import copy
import math
import pickle
import sys
import warnings

import pytest
from hypothesis import event, given
from hypothesis import strategies as st
from strategies import examples_for, inputs_for, labels_for, models

from neurons import (
    MSE,
    SGD,
    Adam,
    BinaryCrossEntropy,
    HealthWarning,
    Layer,
    Model,
    Neuron,
    NeuronsError,
    NotFiniteError,
    SoftmaxCrossEntropy,
    datasets,
)
from neurons.activations import ACTIVATIONS, Sigmoid, identity, sigmoid
from neurons.unrolled import engine as unrolled

LOSSES = st.one_of(
    st.sampled_from([MSE(), SoftmaxCrossEntropy(), BinaryCrossEntropy()]), st.floats(0.01, 10.0).map(lambda s: MSE(s))
)
# -0.0 as a weight is the one number that is left to the loops; a test of its own has it.
WEIGHTS = st.one_of(st.floats(-3.0, 3.0), st.just(0.0)).map(lambda weight: weight if weight else 0.0)
NOTHING_TO_COUNT = 10**9


@pytest.fixture
def no_debugger(monkeypatch):
    """Coverage tools follow line by line, as debuggers do."""
    monkeypatch.setattr(unrolled, "somebody_steps_through", lambda: False)


class Spied:
    """Replaces `unrolled.run` by itself, and counts the runs that came through."""

    def __init__(self):
        self.original = unrolled.run
        self.runs = 0

    def __enter__(self):
        unrolled.run = self
        return self

    def __exit__(self, *error):
        unrolled.run = self.original

    def __call__(self, *arguments):
        seen = self.original(*arguments)
        self.runs += 1
        return seen


def state_of(model):
    """Every number of the model, written so that two differ if a bit differs; -0.0 is not 0.0."""
    state = []
    for layer in model.layers:
        for neuron in layer.neurons:
            numbers = {name: value for name, value in vars(neuron).items() if not callable(value)}
            state.append(repr(numbers))
    return state


def fitted(model, inputs, labels, worth_writing, **options):
    """What one `fit` leaves: the model's state, the history, and the words of the error if there was one."""
    words, history, runs = "", None, None
    before = unrolled.WORTH_WRITING
    unrolled.WORTH_WRITING = worth_writing
    try:
        with warnings.catch_warnings(), Spied() as spied:
            warnings.simplefilter("ignore", HealthWarning)
            history = model.fit(inputs, labels, progress=False, **options)
    except NotFiniteError as error:
        words, history = str(error), error.history
    finally:
        unrolled.WORTH_WRITING = before
    runs = spied.runs
    return (state_of(model), repr(vars(history)), words), runs


def both(model, inputs, labels, **options):
    """The same `fit` by the loops and written out; the latter's number of runs that needed no loops."""
    by_loops, runs = fitted(model.copy(), inputs, labels, NOTHING_TO_COUNT, **options)
    assert runs == 0
    written_out, runs = fitted(model.copy(), inputs, labels, 0, **options)
    return by_loops, written_out, runs


@st.composite
def fits(draw, loss=LOSSES, weights=WEIGHTS, **options):
    """A model, examples for it, and the arguments of a `fit`."""
    model = draw(models(loss=draw(loss), weights=weights, **options))
    inputs, labels = draw(examples_for(model, max_size=12))
    batch_size = draw(st.integers(1, 8))
    return (
        model,
        inputs,
        labels,
        {
            "epochs": 3,
            "learning_rate": draw(st.sampled_from([0.01, 0.1, 0.5, 1.0])),
            "batch_size": batch_size,
            "shuffle": draw(st.booleans()),
            "drop_last": draw(st.booleans()) and batch_size <= len(inputs),
            "seed": draw(st.integers(0, 1000)),
        },
    )


@pytest.mark.usefixtures("no_debugger")
class TestSameNumbers:
    @given(fits())
    def test_every_number_of_three_epochs_is_that_of_the_loops(self, drawn):
        model, inputs, labels, options = drawn
        by_loops, written_out, runs = both(model, inputs, labels, **options)
        assert written_out == by_loops
        if not by_loops[-1]:  # nothing became infinite on the way: it was no comparison of the loops with themselves
            assert runs == 1

    @given(fits(), st.data())
    def test_in_on_epoch_and_with_validation_data_too(self, drawn, data):
        model, inputs, labels, options = drawn
        options["validation_data"] = data.draw(st.none() | examples_for(model))
        seen = []
        options["on_epoch"] = lambda epoch, model, history: seen.append((epoch, state_of(model), repr(vars(history))))
        by_loops, written_out, runs = both(model, inputs, labels, **options)
        assert written_out == by_loops
        assert seen[: len(seen) // 2] == seen[len(seen) // 2 :]
        if not by_loops[-1]:
            assert runs == 3 and len(seen) == 6

    @given(fits(), st.sampled_from([0.0, -0.0, 2, 1e200, math.nan, -math.inf]))
    def test_on_epoch_may_change_a_weight(self, drawn, weight):
        model, inputs, labels, options = drawn

        def change(epoch, model, history):
            if epoch == 2:
                model.layers[0].neurons[0].weights[0] = weight
                model.layers[-1].neurons[0].bias = weight

        by_loops, written_out, runs = both(model, inputs, labels, on_epoch=change, **options)
        assert written_out == by_loops

    @given(fits(loss=st.just(MSE()), weights=st.sampled_from([0.0, -0.0, 1.0, -0.5])))
    def test_zeros_of_both_signs(self, drawn):
        model, inputs, labels, options = drawn
        by_loops, written_out, runs = both(model, inputs, labels, **options)
        assert written_out == by_loops

    @given(fits(weights=st.one_of(WEIGHTS, st.floats(-1e308, 1e308))), st.data())
    def test_what_is_not_finite_is_found_at_the_same_number(self, drawn, data):
        model, inputs, labels, options = drawn
        inputs = [data.draw(inputs_for(model, st.floats(-1e155, 1e155) | st.floats(-10, 10))) for _ in inputs]
        options["learning_rate"] = data.draw(st.sampled_from([0.1, 1e3, 1e6]))
        by_loops, written_out, runs = both(model, inputs, labels, **options)
        event("stopped" if by_loops[-1] else "finite")
        assert written_out == by_loops

    @pytest.mark.parametrize("loss", [MSE(), MSE(0.5), BinaryCrossEntropy()])
    @pytest.mark.parametrize("act", ["sigmoid", "tanh", "relu", "leaky_relu", "identity"])
    @pytest.mark.parametrize("batch_size", [1, 3, 4])
    def test_xor_over_many_runs(self, act, loss, batch_size):
        inputs, labels = datasets.xor()
        model = Model.from_sizes([2, 4, 1], hidden=ACTIVATIONS[act], loss=loss, seed=3)
        options = {"epochs": 1200, "learning_rate": 0.3, "batch_size": batch_size, "seed": 5}
        by_loops, written_out, runs = both(model, inputs, labels, **options)
        assert written_out == by_loops
        if not by_loops[-1]:
            assert runs == 5  # of 251 epochs

    @pytest.mark.parametrize("labels", [[[1e200], [0.0]], [[0.0], [1e200]]])
    def test_a_loss_that_is_too_large_for_a_float_at_the_first_or_last_example(self, labels):
        model = Model([Layer(1, 1, sigmoid, init="zeros")])
        options = {"epochs": 1, "learning_rate": 0.1, "shuffle": False}
        by_loops, written_out, runs = both(model, [[0.0], [0.0]], labels, **options)
        assert "the loss where output[0] is" in by_loops[-1]
        assert written_out == by_loops

    @pytest.mark.parametrize("num_examples, batch_size", [(1, 1), (2, 2), (4, 3)])
    def test_a_blow_up_in_a_later_run(self, num_examples, batch_size):
        model = Model([Layer(1, 1, identity)])
        model.layers[0].neurons[0].weights[0] = 1.0
        inputs, labels = [[1.0]] * num_examples, [[0.0]] * num_examples
        # w + b turns its sign and grows by a fifth with every step: its square passes 1e308 after 1,900 steps
        options = {"epochs": 3000, "learning_rate": 0.55, "batch_size": batch_size}
        by_loops, written_out, runs = both(model, inputs, labels, **options)
        assert "training stopped in epoch" in by_loops[-1]
        assert written_out == by_loops
        assert runs >= 1


@pytest.mark.usefixtures("no_debugger")
class TestWhoDecides:
    def own_act(self):
        class Steep(Sigmoid):
            name = "sigmoid"

            def act(self, z):
                return super().act(2.0 * z)

        return Model.from_sizes([2, 2, 1], hidden=Steep(), seed=0)

    def subclass_of_neuron(self):
        class Loud(Neuron):
            def forward(self, inputs):
                return super().forward(inputs) + 1.0

        model = Model.from_sizes([2, 2, 1], seed=0)
        model.layers[0].neurons[1] = Loud(2, weights=[0.5, -0.25], bias=0.1, name="loud")
        return model

    def own_loss(self):
        class Half(MSE):
            def value(self, outputs, label):
                return super().value(outputs, label) / 2.0

        return Model.from_sizes([2, 2, 1], loss=Half(), seed=0)

    def own_method(self):
        model = Model.from_sizes([2, 2, 1], seed=0)
        neuron = model.layers[0].neurons[0]
        original = neuron.forward
        neuron.forward = lambda inputs: -original(inputs)
        return model

    def own_function(self):
        model = Model.from_sizes([2, 2, 1], seed=0)
        model.layers[1].neurons[0].delta_act = lambda z: 1.0
        return model

    def shared_weights(self):
        model = Model.from_sizes([2, 2, 1], seed=0)
        model.layers[0].neurons[1].weights = model.layers[0].neurons[0].weights
        return model

    def too_many_parameters(self):
        return Model.from_sizes([2, 500, 1], seed=0)

    OWN = [
        "own_act",
        "subclass_of_neuron",
        "own_loss",
        "own_method",
        "own_function",
        "shared_weights",
        "too_many_parameters",
    ]

    @pytest.mark.parametrize("own", OWN)
    def test_what_is_not_the_packages_own_is_left_to_the_loops(self, own):
        inputs, labels = datasets.xor()
        trained = []
        for worth_writing in (NOTHING_TO_COUNT, 0):
            model = getattr(self, own)()
            if own != "too_many_parameters":
                with pytest.raises(NeuronsError, match="written out"):
                    model.unrolled_source()
            left, runs = fitted(model, inputs, labels, worth_writing, epochs=2, learning_rate=0.1, seed=0)
            assert runs == 0
            trained.append(left)
        assert trained[0] == trained[1]

    def test_at_most_so_many_parameters(self):
        assert Model.from_sizes([2, 499, 1], seed=0, engine="loops").unrolled_source().count("\n") > 1996
        with pytest.raises(NeuronsError, match="at most 2,000 parameters but there are 2,001"):
            Model.from_sizes([2, 500, 1], seed=0, engine="loops").unrolled_source()

    def test_replaced_methods_are_called(self, monkeypatch):
        model = Model.from_sizes([2, 2, 1], seed=0)
        calls = []
        original = Neuron.forward
        monkeypatch.setattr(Neuron, "forward", lambda self, inputs: calls.append(1) or original(self, inputs))
        fitted(model, *datasets.xor(), 0, epochs=2, learning_rate=0.1)
        assert len(calls) >= 2 * 4 * 3

    @pytest.mark.parametrize("optimiser", [Adam(), type("Mine", (SGD,), {})(), SGD()])
    def test_other_optimisers_are_left_to_the_loops(self, optimiser):
        if type(optimiser) is SGD:  # one with a step of its own
            optimiser.step = lambda model, learning_rate: model.step(learning_rate / 2.0)
        _, runs = fitted(
            Model.from_sizes([2, 2, 1]), *datasets.xor(), 0, epochs=2, learning_rate=0.1, optimiser=optimiser
        )
        assert runs == 0

    def test_a_short_fit_is_left_to_the_loops(self):
        model = Model.from_sizes([2, 2, 1], seed=0)
        for epochs, expected in ((10, 0), (100, 1)):
            _, runs = fitted(model, *datasets.xor(), unrolled.WORTH_WRITING, epochs=epochs, learning_rate=0.1)
            assert runs == expected

    def test_an_interrupt_leaves_the_model_as_it_was_between_two_runs(self, monkeypatch):
        inputs, labels = datasets.xor()
        model = Model.from_sizes([2, 4, 1], seed=0)
        expected, _ = fitted(model.copy(), inputs, labels, NOTHING_TO_COUNT, epochs=251, learning_rate=0.5, seed=1)
        original, calls = unrolled.compiled, []

        def interrupted(*arguments):
            calls.append(1)
            if len(calls) == 2:
                raise KeyboardInterrupt
            return original(*arguments)

        monkeypatch.setattr(unrolled, "compiled", interrupted)
        with pytest.raises(KeyboardInterrupt):
            model.fit(inputs, labels, epochs=1000, learning_rate=0.5, seed=1)
        assert state_of(model) == expected[0]


def test_a_debugger_meets_the_objects():
    """A line of `Neuron.forward` where somebody has put a breakpoint is passed once per neuron and example."""
    met = []

    def follow(frame, what, argument):
        if frame.f_code is Neuron.forward.__code__:
            met.append(frame.f_locals["self"].name)

    model = Model.from_sizes([2, 2, 1], seed=0)
    tracing = sys.gettrace()
    sys.settrace(follow)
    try:
        _, runs = fitted(model, *datasets.xor(), 0, epochs=3, learning_rate=0.1)
    finally:
        sys.settrace(tracing)
    assert runs == 0
    assert met.count("hidden[1]") == 12


class TestSource:
    @given(st.data())
    def test_executed_it_is_one_step(self, data):
        model = data.draw(models(loss=data.draw(LOSSES), weights=WEIGHTS))
        inputs, label = data.draw(inputs_for(model)), data.draw(labels_for(model))
        vector = model.loss.label_vector(label, model.layers[-1].num_neurons)
        numbers = {"learning_rate": 0.3}
        numbers.update({f"x{i}": value for i, value in enumerate(inputs)})
        numbers.update({f"y{i}": value for i, value in enumerate(vector)})
        names = {}
        for layer in model.layers:
            for neuron_idx, neuron in enumerate(layer.neurons):
                names[neuron] = (
                    f"{layer.name}_{neuron_idx}" if layer.name[-1].isdigit() else f"{layer.name}{neuron_idx}"
                )
                numbers.update({f"{names[neuron]}_w{i}": weight for i, weight in enumerate(neuron.weights)})
                numbers[f"{names[neuron]}_b"] = neuron.bias
        exec(model.unrolled_source(), numbers)

        outputs = model.forward(inputs)
        assert numbers["loss"] == model.loss.value(outputs, label)
        model.backward_pass(model.loss.output_gradients(outputs, label))
        model.step(0.3)
        for neuron, name in names.items():
            assert numbers[f"{name}_z"] == neuron.linear_activation
            assert numbers[f"{name}_a"] == neuron.activation
            assert numbers[f"{name}_output_gradient"] == neuron.output_gradient
            assert numbers[f"{name}_activation_gradient"] == neuron.activation_gradient
            assert numbers[f"{name}_error"] == neuron.error
            assert numbers[f"{name}_b_gradient"] == neuron.bias_gradient
            assert [numbers[f"{name}_w{i}_gradient"] for i in range(neuron.num_inputs)] == neuron.gradients
            assert repr([numbers[f"{name}_w{i}"] for i in range(neuron.num_inputs)]) == repr(neuron.weights)
            assert repr(numbers[f"{name}_b"]) == repr(neuron.bias)

    def test_of_the_smallest_network_for_xor(self):
        assert Model.from_sizes([2, 2, 1], seed=0).unrolled_source() == XOR_STEP

    def test_it_is_the_same_for_other_weights_and_names(self):
        model = Model([Layer(2, 2, sigmoid, name="left"), Layer(2, 1, sigmoid, name="right")])
        assert model.unrolled_source() == XOR_STEP

    def test_it_is_the_same_for_copies(self):
        """Those of pickle and deepcopy, too, which copy the activation functions: fit is as fast for them."""
        model = Model.from_sizes([2, 2, 1], seed=0)
        for twin in (model.copy(), copy.deepcopy(model), pickle.loads(pickle.dumps(model))):
            assert twin.unrolled_source() == XOR_STEP


XOR_STEP = """\
# One training step for one example. Given are the learning_rate, the inputs x0, x1, the label y0,
# and the weights and biases, hidden0_w0 to output0_b.
from math import exp

# forward: each neuron's linear activation z = sum(w * i) + b and activation a = act(z)
hidden0_z = hidden0_w0 * x0 + hidden0_w1 * x1 + hidden0_b
hidden0_a = 1.0 / (1.0 + exp(-hidden0_z)) if hidden0_z >= -709.782712893384 else exp(hidden0_z)
hidden1_z = hidden1_w0 * x0 + hidden1_w1 * x1 + hidden1_b
hidden1_a = 1.0 / (1.0 + exp(-hidden1_z)) if hidden1_z >= -709.782712893384 else exp(hidden1_z)
output0_z = output0_w0 * hidden0_a + output0_w1 * hidden1_a + output0_b
output0_a = 1.0 / (1.0 + exp(-output0_z)) if output0_z >= -709.782712893384 else exp(output0_z)

# the loss L
output0_difference = output0_a - y0
loss = output0_difference * output0_difference

# backward: dL/da comes in, times da/dz, is the error dL/dz; it goes on to the layer before, times the weights
output0_output_gradient = 2.0 * output0_difference
output0_activation_gradient = output0_a * (1.0 - output0_a)
output0_error = output0_output_gradient * output0_activation_gradient
hidden0_output_gradient = output0_error * output0_w0
hidden0_activation_gradient = hidden0_a * (1.0 - hidden0_a)
hidden0_error = hidden0_output_gradient * hidden0_activation_gradient
hidden1_output_gradient = output0_error * output0_w1
hidden1_activation_gradient = hidden1_a * (1.0 - hidden1_a)
hidden1_error = hidden1_output_gradient * hidden1_activation_gradient

# the gradients: dL/dw = dL/dz * i and dL/db = dL/dz
hidden0_w0_gradient = hidden0_error * x0
hidden0_w1_gradient = hidden0_error * x1
hidden0_b_gradient = hidden0_error
hidden1_w0_gradient = hidden1_error * x0
hidden1_w1_gradient = hidden1_error * x1
hidden1_b_gradient = hidden1_error
output0_w0_gradient = output0_error * hidden0_a
output0_w1_gradient = output0_error * hidden1_a
output0_b_gradient = output0_error

# the step, against the gradients
hidden0_w0 -= learning_rate * hidden0_w0_gradient
hidden0_w1 -= learning_rate * hidden0_w1_gradient
hidden0_b -= learning_rate * hidden0_b_gradient
hidden1_w0 -= learning_rate * hidden1_w0_gradient
hidden1_w1 -= learning_rate * hidden1_w1_gradient
hidden1_b -= learning_rate * hidden1_b_gradient
output0_w0 -= learning_rate * output0_w0_gradient
output0_w1 -= learning_rate * output0_w1_gradient
output0_b -= learning_rate * output0_b_gradient
"""
