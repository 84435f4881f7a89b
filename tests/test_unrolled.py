"""The training written out as arithmetic gives the numbers of the objects: every one of them, in every bit."""

import copy
import math
import pickle
import warnings

import pytest
from hypothesis import event, given
from hypothesis import strategies as st
from strategies import LEAKY, examples_for, inputs_for, labels_for, models

from neurons import (
    MSE,
    SGD,
    Adam,
    BinaryCrossEntropy,
    HealthWarning,
    Layer,
    Model,
    Momentum,
    Neuron,
    NeuronsError,
    NotFiniteError,
    SoftmaxCrossEntropy,
    datasets,
)
from neurons.activations import identity, named_activation, sigmoid

LOSSES = st.one_of(
    st.sampled_from([MSE(), SoftmaxCrossEntropy(), BinaryCrossEntropy()]), st.floats(0.01, 10.0).map(lambda s: MSE(s))
)
WEIGHTS = st.one_of(st.floats(-3.0, 3.0), st.just(0.0))


def state_of(model):
    """Every weight and bias of the model, in every bit; only a zero's sign is left out, as `==` does."""
    neurons = [neuron for layer in model.layers for neuron in layer.neurons]
    return [[float.hex(weight + 0.0) for weight in [*neuron.weights, neuron.bias]] for neuron in neurons]


def fitted(model, inputs, labels, **options):
    """What one `fit` leaves: the model's state, the history, and the words of the error if there was one."""
    words, history = "", None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", HealthWarning)
            history = model.fit(inputs, labels, progress=False, **options)
    except NotFiniteError as error:
        words, history = str(error), error.history
    return state_of(model), repr(history and vars(history)), words


def both(model, inputs, labels, **options):
    """The same `fit` by the loops and by the unrolled text."""
    unrolled = model.copy()
    unrolled.engine = "unrolled"
    return fitted(model.copy(), inputs, labels, **options), fitted(unrolled, inputs, labels, **options)


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


class TestSameNumbers:
    @given(fits())
    def test_every_number_of_three_epochs_is_that_of_the_loops(self, drawn):
        model, inputs, labels, options = drawn
        by_loops, unrolled = both(model, inputs, labels, **options)
        assert unrolled == by_loops

    @given(fits(), st.data())
    def test_in_on_epoch_and_with_validation_data_too(self, drawn, data):
        model, inputs, labels, options = drawn
        options["validation_data"] = data.draw(st.none() | examples_for(model))
        seen = []
        options["on_epoch"] = lambda epoch, model, history: seen.append((epoch, state_of(model), repr(vars(history))))
        by_loops, unrolled = both(model, inputs, labels, **options)
        assert unrolled == by_loops
        assert seen[: len(seen) // 2] == seen[len(seen) // 2 :]

    @given(fits(), st.sampled_from([0.0, -0.0, 2, 1e200, math.nan, -math.inf]))
    def test_on_epoch_may_change_a_weight(self, drawn, weight):
        model, inputs, labels, options = drawn

        def change(epoch, model, history):
            if epoch == 2:
                model.layers[0].neurons[0].weights[0] = weight
                model.layers[-1].neurons[0].bias = weight

        by_loops, unrolled = both(model, inputs, labels, on_epoch=change, **options)
        assert unrolled == by_loops

    @given(fits(loss=st.just(MSE()), weights=st.sampled_from([0.0, -0.0, 1.0, -0.5])))
    def test_zeros_of_both_signs(self, drawn):
        model, inputs, labels, options = drawn
        by_loops, unrolled = both(model, inputs, labels, **options)
        assert unrolled == by_loops

    @given(fits(weights=st.one_of(WEIGHTS, st.floats(-1e308, 1e308))), st.data())
    def test_what_is_not_finite_is_found_at_the_same_number(self, drawn, data):
        model, inputs, labels, options = drawn
        inputs = [data.draw(inputs_for(model, st.floats(-1e155, 1e155) | st.floats(-10, 10))) for _ in inputs]
        options["learning_rate"] = data.draw(st.sampled_from([0.1, 1e3, 1e6]))
        by_loops, unrolled = both(model, inputs, labels, **options)
        event("stopped" if by_loops[-1] else "finite")
        assert unrolled == by_loops

    @pytest.mark.parametrize("loss", [MSE(), MSE(0.5), BinaryCrossEntropy()])
    @pytest.mark.parametrize("act", ["sigmoid", "tanh", "relu", "leaky_relu", "identity", *LEAKY])
    @pytest.mark.parametrize("batch_size", [1, 3])
    def test_xor_over_many_epochs(self, act, loss, batch_size):
        inputs, labels = datasets.xor()
        model = Model.from_sizes([2, 4, 1], hidden=named_activation(act), loss=loss, seed=3)
        options = {"epochs": 400, "learning_rate": 0.3, "batch_size": batch_size, "seed": 5}
        by_loops, unrolled = both(model, inputs, labels, **options)
        assert unrolled == by_loops

    @pytest.mark.parametrize("labels", [[[1e200], [0.0]], [[0.0], [1e200]]])
    def test_a_loss_that_is_too_large_for_a_float(self, labels):
        model = Model([Layer(1, 1, sigmoid, init="zeros")])
        options = {"epochs": 1, "learning_rate": 0.1, "shuffle": False}
        by_loops, unrolled = both(model, [[0.0], [0.0]], labels, **options)
        assert "output[0]" in by_loops[-1]
        assert unrolled == by_loops

    @pytest.mark.parametrize("num_examples, batch_size", [(1, 1), (2, 2), (4, 3)])
    def test_a_blow_up_in_a_later_epoch(self, num_examples, batch_size):
        model = Model([Layer(1, 1, identity)])
        model.layers[0].neurons[0].weights[0] = 1.0
        inputs, labels = [[1.0]] * num_examples, [[0.0]] * num_examples
        # w + b turns its sign and grows by a fifth with every step: its square passes 1e308 after 1,900 steps
        options = {"epochs": 3000, "learning_rate": 0.55, "batch_size": batch_size}
        by_loops, unrolled = both(model, inputs, labels, **options)
        assert "training stopped in epoch" in by_loops[-1]
        assert unrolled == by_loops


class TestWhoRunsIt:
    def test_only_who_asks_for_it_by_name(self, monkeypatch):
        """By default the objects train: each of their passes is made. The text makes none."""
        calls = []
        original = Neuron.forward
        inputs, labels = datasets.xor()
        for engine in ("auto", "loops", "unrolled"):
            model = Model.from_sizes([2, 4, 1], seed=0, engine=engine)
            with monkeypatch.context() as patch:
                patch.setattr(Neuron, "forward", lambda self, inputs: calls.append(1) or original(self, inputs))
                if engine == "unrolled":
                    with pytest.raises(NeuronsError, match=r"Neuron\.forward"):
                        model.fit(inputs, labels, epochs=200, learning_rate=0.5)
                else:
                    model.fit(inputs, labels, epochs=200, learning_rate=0.5)
            assert len(calls) == (0 if engine == "unrolled" else 200 * 4 * 5)
            calls.clear()

    def test_no_neuron_shows_a_pass_it_did_not_make(self):
        model = Model.from_sizes([2, 4, 1], seed=0, engine="unrolled")
        model.forward([0.0, 1.0])
        model.fit(*datasets.xor(), epochs=3, learning_rate=0.5)
        neuron = model.layers[0].neurons[0]
        assert (neuron.linear_activation, neuron.activation, neuron.error, neuron.gradients) == (None,) * 4

    @pytest.mark.parametrize("optimiser", [Adam(), Momentum(), type("Mine", (SGD,), {})()])
    def test_other_optimisers_are_refused(self, optimiser):
        model = Model.from_sizes([2, 2, 1], engine="unrolled")
        with pytest.raises(NeuronsError, match="SGD"):
            model.fit(*datasets.xor(), epochs=2, learning_rate=0.1, optimiser=optimiser)

    def test_at_most_so_many_parameters(self):
        assert Model.from_sizes([2, 499, 1], seed=0, engine="loops").unrolled_source().count("\n") > 1996
        for refused in (
            lambda: Model.from_sizes([2, 500, 1], seed=0, engine="loops").unrolled_source(),
            lambda: Model.from_sizes([2, 500, 1], seed=0, engine="unrolled"),
        ):
            with pytest.raises(NeuronsError, match="2,000 .*2,001"):
                refused()

    def test_arrays_are_refused(self):
        on_arrays = Model.from_sizes([2, 2, 1], engine="numpy")
        with pytest.raises(NeuronsError, match="as_neurons"):
            on_arrays.unrolled_source()
        with pytest.raises(NeuronsError, match="as_neurons"):
            Model(on_arrays.layers, engine="unrolled")

    def test_an_interrupt_leaves_the_weights_of_a_finished_epoch(self):
        model = Model.from_sizes([2, 4, 1], seed=0, engine="unrolled")
        finished = []

        def interrupt(epoch, model, history):
            finished.append(state_of(model))
            if epoch == 3:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            model.fit(*datasets.xor(), epochs=9, learning_rate=0.5, on_epoch=interrupt)
        assert state_of(model) == finished[-1]


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
            assert [numbers[f"{name}_w{i}"] for i in range(neuron.num_inputs)] == neuron.weights
            assert numbers[f"{name}_b"] == neuron.bias

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
