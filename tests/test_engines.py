"""Loops, arrays and views agree: the same model, the same numbers."""

import copy
import pickle
import tracemalloc

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from strategies import LEAKY
from threadpoolctl import threadpool_info, threadpool_limits

import neurons
from neurons import (
    MSE,
    SGD,
    Adam,
    BinaryCrossEntropy,
    LengthError,
    Model,
    Momentum,
    NeuronsError,
    NotFiniteError,
    OrderError,
    SoftmaxCrossEntropy,
    datasets,
)
from neurons.arrays.batches import Pixels
from neurons.arrays.products import one_thread

ACTIVATIONS = [neurons.sigmoid, neurons.tanh, neurons.relu, neurons.leaky_relu, neurons.identity, *LEAKY.values()]
OPTIMISERS = [SGD, Momentum, Adam]
CLOSE = 1e-12


@st.composite
def training_runs(draw):
    """A model of neurons with moderate numbers, examples for it, and three steps' settings."""
    loss = draw(st.sampled_from([MSE(), MSE(scale=0.5), BinaryCrossEntropy(), SoftmaxCrossEntropy()]))
    num_outputs = 1 if isinstance(loss, BinaryCrossEntropy) else draw(st.integers(1, 4))
    if isinstance(loss, SoftmaxCrossEntropy):
        num_outputs += 1
    sizes = [draw(st.integers(1, 5)) for _ in range(draw(st.integers(1, 4)))] + [num_outputs]
    hidden = draw(st.sampled_from(ACTIVATIONS))
    output = draw(st.sampled_from(ACTIVATIONS))
    seed = draw(st.integers(0, 10_000))
    model = Model.from_sizes(sizes, hidden=hidden, output=output, loss=loss, init="uniform", seed=seed)
    batch_size = draw(st.integers(1, 8))
    rng = np.random.default_rng(seed)
    inputs = rng.normal(size=(batch_size, sizes[0])).round(3)
    if isinstance(loss, SoftmaxCrossEntropy):
        labels = rng.integers(0, num_outputs, batch_size)
    elif isinstance(loss, BinaryCrossEntropy):
        labels = rng.integers(0, 2, (batch_size, 1)).astype(float)
    else:
        labels = rng.uniform(-1, 1, (batch_size, num_outputs)).round(3)
    return model, inputs, labels


def far_from_the_kink(model, inputs):
    """No ReLU within rounding of z = 0, where loops and arrays may take different sides."""
    looker = model.copy()
    for example in inputs.tolist():
        looker.forward(example)
        for layer in looker.layers:
            if "relu" in layer.activation_function.name:
                if any(abs(neuron.linear_activation) < 1e-6 for neuron in layer.neurons):
                    return False
    return True


def assert_close(ours, theirs):
    """Equal to 1e-12 relative to the size of the numbers."""
    ours, theirs = np.asarray(ours, float), np.asarray(theirs, float)
    assert ours.shape == theirs.shape
    size = max(1.0, float(np.abs(theirs).max(initial=0.0)))
    np.testing.assert_allclose(ours, theirs, rtol=CLOSE, atol=CLOSE * size)


def assert_same_weights(on_arrays, in_loops):
    for vector_layer, layer in zip(on_arrays.layers, in_loops.layers, strict=True):
        assert_close(vector_layer.weights, [neuron.weights for neuron in layer.neurons])
        assert_close(vector_layer.biases, [neuron.bias for neuron in layer.neurons])


@settings(max_examples=100)
@given(training_runs(), st.sampled_from(OPTIMISERS))
def test_three_steps_give_the_same_numbers(run, optimiser):
    in_loops, inputs, labels = run
    on_arrays = in_loops.vectorised()
    theirs, ours = optimiser(), optimiser()
    for _ in range(3):
        assume(far_from_the_kink(in_loops, inputs))
        outputs, input_gradients = [], []
        for example, label in zip(inputs.tolist(), labels.tolist(), strict=True):
            outputs.append(in_loops.forward(example))
            gradients = in_loops.loss.output_gradients(outputs[-1], label)
            input_gradients.append(in_loops.backward_pass(gradients))
        assert_close(on_arrays.forward(inputs), outputs)
        gradients = [
            in_loops.loss.output_gradients(o, label) for o, label in zip(outputs, labels.tolist(), strict=True)
        ]
        assert_close(on_arrays.backward_pass(np.array(gradients)), input_gradients)
        for vector_layer, layer in zip(on_arrays.layers, in_loops.layers, strict=True):
            assert_close(vector_layer.gradient_sums, [neuron.gradient_sums for neuron in layer.neurons])
            assert_close(vector_layer.bias_gradient_sums, [neuron.bias_gradient_sum for neuron in layer.neurons])
        theirs.step(in_loops, 0.05)
        ours.step(on_arrays, 0.05)
        assert_same_weights(on_arrays, in_loops)


@pytest.mark.filterwarnings("ignore::neurons.HealthWarning")  # drawn models need not be able to learn
@settings(max_examples=60)
@given(training_runs(), st.sampled_from(OPTIMISERS), st.integers(1, 5), st.booleans())
def test_fit_gives_the_same_weights_and_history(run, optimiser, batch_size, drop_last):
    in_loops, inputs, labels = run
    assume(not (drop_last and batch_size > len(inputs)) and far_from_the_kink(in_loops, inputs))
    on_arrays = in_loops.vectorised()
    settings = {"epochs": 3, "learning_rate": 0.01, "batch_size": batch_size, "shuffle": False, "drop_last": drop_last}
    theirs = in_loops.fit(inputs, labels, optimiser=optimiser(), validation_data=(inputs, labels), **settings)
    ours = on_arrays.fit(inputs, labels, optimiser=optimiser(), validation_data=(inputs, labels), **settings)
    assume(far_from_the_kink(in_loops, inputs))
    assert_same_weights(on_arrays, in_loops)
    assert_close(ours.loss, theirs.loss)
    assert_close(ours.validation_loss, theirs.validation_loss)
    assert_close(on_arrays.predict(inputs), in_loops.predict(inputs))
    assert_close(on_arrays.mean_loss(inputs, labels), in_loops.mean_loss(inputs, labels))
    assert len(ours.accuracy) == len(theirs.accuracy)


@settings(max_examples=50)
@given(training_runs())
def test_views_show_what_the_neurons_have(run):
    in_loops, inputs, labels = run
    assume(far_from_the_kink(in_loops, inputs))
    on_arrays = in_loops.vectorised()
    outputs = on_arrays.forward(inputs)
    gradients = [in_loops.loss.output_gradients(o, y) for o, y in zip(outputs.tolist(), labels.tolist(), strict=True)]
    on_arrays.backward_pass(np.array(gradients))
    for example, (x, y) in enumerate(zip(inputs.tolist(), labels.tolist(), strict=True)):
        in_loops.backward_pass(in_loops.loss.output_gradients(in_loops.forward(x), y))
        for vector_layer, layer in zip(on_arrays.layers, in_loops.layers, strict=True):
            for view, neuron in zip(vector_layer.neurons, layer.neurons, strict=True):
                taken_out = view.at(example).copy()
                for looked_at in (view.at(example), taken_out):
                    assert looked_at.name == neuron.name
                    for word in (
                        "weights bias input_activation linear_activation activation output_gradient activation_gradient"
                        " error gradients bias_gradient input_gradients"
                    ).split():
                        assert_close(getattr(looked_at, word), getattr(neuron, word))
                assert type(taken_out) is neurons.Neuron


def trained_on_arrays():
    inputs, labels = datasets.xor()
    model = Model.from_sizes([2, 4, 1], seed=0, engine="numpy")
    model.fit(inputs, labels, epochs=3, learning_rate=0.5, seed=0, batch_size=4)
    return model, np.array(inputs), np.array(labels)


def test_what_is_written_to_a_view_goes_through():
    model, inputs, _ = trained_on_arrays()
    view = model.layers[0].neurons[1]
    assert view is model.layers[0].neurons[1]
    view.weights[0] = 7.0
    view.bias = -2.0
    assert model.layers[0].weights[1, 0] == 7.0 and model.layers[0].biases[1] == -2.0
    view.weights = [1.0, 2.0]
    assert model.layers[0].weights[1].tolist() == [1.0, 2.0] == view.copy().weights
    before = view.copy()
    model.layers[0].weights[1, 1] = 9.0
    assert view.weights[1] == 9.0 and before.weights[1] == 2.0
    assert model.forward(inputs).shape == (4, 1)


def test_there_and_back_again():
    in_loops = Model.from_sizes([3, 5, 2], seed=1)
    back = in_loops.vectorised().as_neurons()
    for layer, other in zip(in_loops.layers, back.layers, strict=True):
        for neuron, twin in zip(layer.neurons, other.neurons, strict=True):
            assert neuron.weights == twin.weights and neuron.bias == twin.bias and neuron.name == twin.name
    assert in_loops.vectorised("float32").layers[0].dtype == np.float32


def test_both_engines_start_from_the_same_weights():
    in_loops = Model.from_sizes([4, 3, 2], seed=5, engine="loops")
    on_arrays = Model.from_sizes([4, 3, 2], seed=5, engine="numpy")
    for layer, vector_layer in zip(in_loops.layers, on_arrays.layers, strict=True):
        assert [neuron.weights for neuron in layer.neurons] == vector_layer.weights.tolist()


@pytest.mark.parametrize(
    ("sizes", "options", "engine", "shown"),
    [
        ([2, 8, 1], {}, "loops", "Model 2-8-1, sigmoid to sigmoid, MSE(), in loops"),
        ([7, 111, 1], {}, "loops", "in loops"),  # 1,000 parameters
        ([2, 250, 1], {}, "numpy", "on arrays, float32"),  # 1,001 parameters
        ([2, 250, 1], {"engine": "loops"}, "loops", "in loops"),
        ([2, 250, 1], {"engine": "unrolled"}, "unrolled", "unrolled"),
        ([784, 16, 10], {}, "numpy", "Model 784-16-10, sigmoid to sigmoid, MSE(), on arrays, float32"),
        ([784, 16, 10], {"dtype": "float64"}, "numpy", "on arrays, float64"),
        ([2, 2, 1], {"engine": "numpy"}, "numpy", "on arrays, float64"),
    ],
)
def test_auto_is_loops_up_to_1000_parameters_and_arrays_above(sizes, options, engine, shown):
    model = Model.from_sizes(sizes, **options)
    assert type(model) is Model and model.engine == engine
    assert repr(model).endswith(shown)
    assert [twin.engine for twin in (model.copy(), copy.deepcopy(model), pickle.loads(pickle.dumps(model)))] == [
        engine
    ] * 3


def test_looking_never_disturbs():
    model, inputs, labels = trained_on_arrays()
    before = [(layer.errors.tobytes(), layer.activations.tobytes(), layer.weights.tobytes()) for layer in model.layers]
    model.predict(inputs), model.mean_loss(inputs, labels), model.accuracy(inputs, labels)
    neurons.health.check(model, inputs, labels)
    after = [(layer.errors.tobytes(), layer.activations.tobytes(), layer.weights.tobytes()) for layer in model.layers]
    assert before == after


@pytest.mark.parametrize("breaks", [KeyboardInterrupt, NotFiniteError])
def test_an_epoch_that_breaks_off_leaves_no_mixture_of_two_passes(breaks):
    """The arrays of the epoch before are filled anew: numbers of two passes would make gradients that are none."""

    class Breaking(SGD):
        def step(self, model, learning_rate):
            super().step(model, learning_rate)
            self.num_steps = getattr(self, "num_steps", 0) + 1
            if self.num_steps == 6:  # the second of the second epoch
                raise breaks

    inputs = np.random.default_rng(0).normal(size=(7, 3))
    model = Model.from_sizes([3, 4, 1], seed=0, engine="numpy")
    with pytest.raises(breaks):
        model.fit(inputs, [[0.5]] * 7, epochs=2, learning_rate=0.1, batch_size=2, seed=0, optimiser=Breaking())
    assert [model.layers[0].input_activations, model.layers[1].errors] == [None, None]
    assert model.layers[0].neurons[0].gradients is None
    with pytest.raises(OrderError, match="has no gradient yet"):
        model.why("hidden[0].w[0]")


@pytest.mark.parametrize("twin_of", [copy.deepcopy, lambda model: pickle.loads(pickle.dumps(model))])
@pytest.mark.parametrize("batch_size", [1, 2])
def test_python_s_own_copies_are_whole_models(twin_of, batch_size):
    model, inputs, labels = trained_on_arrays()
    model.fit(inputs, labels, epochs=1, learning_rate=0.1, batch_size=batch_size, shuffle=False)
    twin = twin_of(model)
    assert twin.layers[0].neurons[1].activation == model.layers[0].neurons[1].activation
    model.backward_pass(model.forward(inputs))
    twin_of(model).step(0.5)  # what was collected comes along
    for one in (model, twin):
        one.train_batch(inputs, labels, 0.5)
    assert_close(twin.predict(inputs), model.predict(inputs))
    twin.layers[0].neurons[1].bias = 9.0
    assert twin.layers[0].biases[1] == 9.0 != model.layers[0].biases[1]


def test_what_is_kept_for_relu_stays_small():
    model = Model.from_sizes([2, 64, 1], hidden=neurons.relu, seed=0, engine="numpy", dtype="float32")
    model.forward(np.ones((5000, 2), np.float32))  # outside of tracemalloc: what is loaded once
    tracemalloc.start()
    try:
        for size in range(5001, 5009):
            assert (model.forward(np.ones((size, 2), np.float32)) > 0).all()
        model.forward([[0.0, 1.0]])
        assert tracemalloc.get_traced_memory()[0] < 2**20  # one array for such a batch has 1.3 MB
    finally:
        tracemalloc.stop()


@pytest.mark.filterwarnings("ignore:inputs reach:neurons.HealthWarning")  # raw pixels: that is what the test is about
def test_a_plain_array_of_bytes_holds_the_numbers_it_holds_and_pixels_are_a_type_of_their_own():
    rng = np.random.default_rng(0)
    stored = rng.integers(0, 256, (40, 6), dtype=np.uint8)
    labels = rng.integers(0, 3, 40)
    for inputs, numbers in ((stored, stored.astype(float)), (Pixels(stored), stored / 255)):
        losses = []
        for engine, examples in (("numpy", inputs), ("numpy", numbers), ("loops", inputs), ("loops", numbers)):
            model = Model.from_sizes([6, 4, 3], loss=SoftmaxCrossEntropy(), seed=0, engine=engine)
            settings = {"epochs": 2, "learning_rate": 0.001, "batch_size": 7, "shuffle": False}
            losses.append(model.fit(examples, labels, **settings).loss)
            assert np.shape(model.predict(examples)) == (40, 3)
        for others in losses[1:]:
            assert_close(losses[0], others)
    assert "1/255" in repr(Pixels(stored)) or "0.00392" in repr(Pixels(stored))


WRONG_CALLS = [
    (lambda m, x, y: m.forward(x[:, :1]), LengthError, r"hidden: inputs\[0\] must be 2 numbers but got 1"),
    (lambda m, x, y: m.forward(x[0]), NeuronsError, r"hidden: .*inputs\[0\] is 0\.0; .*\[inputs\]"),
    (lambda m, x, y: m.forward([["a", "b"]]), NeuronsError, r"hidden: inputs\[0\]\[0\] .*'a'"),
    (lambda m, x, y: m.forward([[1.0, float("nan")]]), NotFiniteError, r"inputs\[0\]\[1\] must be a finite number"),
    (lambda m, x, y: m.forward([[1.0, 2.0], [1.0]]), LengthError, r"inputs\[1\] must be 2 numbers but got 1"),
    (lambda m, x, y: m.backward_pass([[1.0, 2.0]] * 4), LengthError, r"output_gradients must have the shape \(4, 1\)"),
    (lambda m, x, y: m.backward_pass([[float("inf")]] * 4), NotFiniteError, "output_gradients must be finite"),
    (lambda m, x, y: m.step(0.1), OrderError, "hidden: call backward_pass before step"),
    (lambda m, x, y: m.fit(x, y[:3], epochs=1, learning_rate=0.1), LengthError, "every example needs a label"),
    (lambda m, x, y: m.fit(x, y, epochs=1, learning_rate=-1), NeuronsError, "learning_rate must be above 0"),
    (lambda m, x, y: m.fit(x, {0, 1, 2, 3}, epochs=1, learning_rate=0.1), NeuronsError, "labels must be a list, one"),
    (lambda m, x, y: m.fit(np.ma.array(x, mask=x > 0), y, epochs=1, learning_rate=0.1), NeuronsError, "masked"),
    (lambda m, x, y: m.fit(x, ["a"] * 4, epochs=1, learning_rate=0.1), NeuronsError, r"labels\[0\] must be a number"),
    (
        lambda m, x, y: setattr(m.layers[0], "weights", [1.0]),
        LengthError,
        r"hidden: weights must have the shape \(4, 2\)",
    ),
    (lambda m, x, y: m.layers[0].neurons[0].at(4), NeuronsError, "the last pass had 4 examples but got example 4"),
    (lambda m, x, y: m.fit([], [], epochs=1, learning_rate=0.1), LengthError, "inputs must hold at least one example"),
    (lambda m, x, y: m.predict(x[:0]), LengthError, "inputs must hold at least one example but is empty"),
    (lambda m, x, y: m.predict(5.0), NeuronsError, r"inputs must be a list of examples but got 5\.0"),
    (lambda m, x, y: m.layers[0].neurons[1].forward(x[0]), AttributeError, r"hidden\[1\] is a view and has no forward"),
    (lambda m, x, y: m.layers[0].neurons[1].backward(1.0), AttributeError, "'NeuronView' object has no attribute"),
    (lambda m, x, y: m.unrolled_source(), NeuronsError, "as_neurons"),
    (lambda m, x, y: m.vectorised("int8"), NeuronsError, "dtype must be float32 or float64"),
    (lambda m, x, y: Model.from_sizes([2, 1], engine="gpu"), NeuronsError, "engine must be"),
    (lambda m, x, y: Model.from_sizes([2, 1], dtype="float32"), NeuronsError, "dtype .*'float32'"),
]


@pytest.mark.parametrize(("call", "error", "message"), WRONG_CALLS)
def test_wrong_calls_say_what_is_wrong_and_change_nothing(call, error, message):
    model, inputs, labels = trained_on_arrays()
    model.forward(inputs)
    before = [(layer.parameters.tobytes(), layer.sums.tobytes(), layer.num_examples) for layer in model.layers]
    with pytest.raises(error, match=message) as caught:
        call(model, inputs, labels)
    assert type(caught.value) is error
    assert before == [(layer.parameters.tobytes(), layer.sums.tobytes(), layer.num_examples) for layer in model.layers]


def test_passes_out_of_order():
    model = Model.from_sizes([2, 4, 1], seed=0, engine="numpy")
    with pytest.raises(OrderError, match="call forward before each backward_pass"):
        model.backward_pass([[1.0]])
    model.forward([[0.0, 1.0]])
    model.backward_pass([[1.0]])
    with pytest.raises(OrderError, match="call forward before each backward_pass"):
        model.backward_pass([[1.0]])
    layer = model.layers[0]
    layer.weights[:] = 2.0
    layer.forward([[0.0, 1.0]])
    with pytest.raises(NotFiniteError, match="the weighted sum of example 0 is not finite"):
        layer.forward([[1e308, 1e308]])
    with pytest.raises(OrderError, match="call forward before each backward_pass"):
        layer.backward_pass([[1.0] * 4])


def test_training_that_blows_up_leaves_the_weights_of_the_epochs_begin():
    inputs, labels = datasets.xor()
    model = Model.from_sizes([2, 8, 1], hidden=neurons.relu, output=neurons.identity, seed=0, engine="numpy")
    seen = []
    keep = lambda epoch, model, history: seen.append([layer.parameters.copy() for layer in model.layers])  # noqa: E731
    with pytest.raises(NotFiniteError, match="training stopped in epoch") as caught:
        model.fit(inputs, labels, epochs=500, learning_rate=50.0, seed=0, on_epoch=keep)
    assert len(caught.value.history) == len(seen)
    for layer, parameters in zip(model.layers, seen[-1] if seen else [None] * 2, strict=True):
        assert np.isfinite(layer.parameters).all()
        assert parameters is None or np.array_equal(layer.parameters, parameters)


def test_a_loss_that_is_not_finite_is_no_number_to_look_at():
    act = neurons.identity
    model = Model.from_sizes([1, 1], hidden=act, output=act, init="zeros", engine="numpy", dtype="float32")
    model.layers[0].weights = [[1.0]]
    with pytest.raises(NotFiniteError, match="the mean loss must be a finite number but is inf"):
        model.mean_loss([[1e25]], [[0.0]])
    far = ([[1e25]], [[0.0]])
    with pytest.raises(NotFiniteError, match="training stopped in epoch 1 .*: the mean loss must be") as caught:
        model.fit([[1.0]], [[1.0]], epochs=2, learning_rate=0.1, validation_data=far)
    assert caught.value.history.validation_loss == []


def test_a_hidden_sum_that_is_not_finite_is_no_activation():
    """A sigmoid would make a 1 of infinity."""
    model = Model.from_sizes([2, 3, 1], seed=0, engine="numpy")
    model.layers[0].weights = [[1.0, 1.0]] * 3
    inputs = np.zeros((1500, 2))
    inputs[1200] = 1e308
    with pytest.raises(NotFiniteError, match=r"hidden\[0\]: the weighted sum of example 1200 is not finite"):
        model.predict(inputs)


@pytest.mark.parametrize("dtype, size", [("float64", 1e160), ("float32", 1e20)])
def test_adam_stops_at_a_square_that_is_not_finite(dtype, size):
    """It would stay in the running mean for ever, and no step would move that weight again."""
    act = neurons.identity
    model = Model.from_sizes([1, 1], hidden=act, output=act, loss=MSE(), seed=0, engine="numpy", dtype=dtype)
    model.forward([[1.0]])
    model.backward_pass([[size]])
    adam, before = Adam(), [layer.parameters.tobytes() + layer.sums.tobytes() for layer in model.layers]
    for _ in range(2):
        with pytest.raises(NotFiniteError, match=r"output: the square of the gradient 1e\+\d+ is not finite in float"):
            adam.step(model, 0.1)
    assert before == [layer.parameters.tobytes() + layer.sums.tobytes() for layer in model.layers]
    assert adam.num_steps == 0 and not adam.squares[0].any()


@pytest.mark.parametrize("optimiser", [Momentum, Adam])
def test_all_layers_step_or_none(optimiser):
    model, inputs, _ = trained_on_arrays()
    model.layers[0].forward(inputs)
    model.layers[0].backward_pass(np.ones((4, 4)))
    before = [layer.parameters.tobytes() + layer.sums.tobytes() for layer in model.layers]
    with pytest.raises(OrderError, match="output: call backward_pass before step"):
        optimiser().step(model, 0.1)
    assert before == [layer.parameters.tobytes() + layer.sums.tobytes() for layer in model.layers]


@pytest.mark.parametrize("size, what", [(1e18, "weights"), (1e25, "the mean loss")])
def test_a_batch_that_blows_up_leaves_the_weights_as_they_were(size, what):
    act = neurons.identity
    model = Model.from_sizes([2, 2, 1], hidden=act, output=act, seed=0, engine="numpy", dtype="float32")
    before = [layer.parameters.tobytes() for layer in model.layers]
    with pytest.raises(NotFiniteError, match=f"{what} must be"):
        model.train_batch([[size, size]], [[0.0]], 1e6)
    assert before == [layer.parameters.tobytes() for layer in model.layers]
    with pytest.raises(OrderError, match="call backward_pass before step"):
        model.step(0.1)


def test_inputs_whose_sum_is_too_large_are_finite_all_the_same():
    model = Model.from_sizes([2, 2, 1], init="zeros", engine="numpy")
    assert model.predict(np.array([[1e308, 1e308]])).shape == (1, 1)
    with pytest.raises(NotFiniteError, match=r"inputs\[0\]\[1\] must be a finite number but is -inf"):
        model.predict(np.array([[1e308, -np.inf]]))


@pytest.mark.parametrize("optimiser", OPTIMISERS)
@pytest.mark.parametrize("batch_size", [1, 16, 64])
def test_a_step_allocates_no_arrays(optimiser, batch_size):
    """The peak of an epoch is NumPy's own buffers for a sum in another precision, 64 kB each, and no array of ours.

    The weights are 800 kB and a batch of 64 is 200 kB: one of them made anew would show.
    """
    rng = np.random.default_rng(0)
    inputs = Pixels(rng.integers(0, 256, (1280, 784), dtype=np.uint8))
    labels = rng.integers(0, 10, 1280)
    model = Model.from_sizes([784, 256, 10], loss=SoftmaxCrossEntropy(), seed=0)
    peaks = []

    def look(epoch, model, history):
        peaks.append(tracemalloc.get_traced_memory()[1] - tracemalloc.get_traced_memory()[0])
        tracemalloc.reset_peak()

    inputs, labels = inputs[: 20 * batch_size], labels[: 20 * batch_size]
    tracemalloc.start()
    try:
        settings = {"epochs": 3, "learning_rate": 0.01, "batch_size": batch_size, "seed": 0, "progress": False}
        model.fit(
            inputs[: 20 * batch_size], labels[: 20 * batch_size], optimiser=optimiser(), on_epoch=look, **settings
        )
    finally:
        tracemalloc.stop()
    assert peaks[-1] < 160_000


def test_training_on_arrays_uses_one_thread_and_gives_the_others_back():
    """On a busy machine, threads that share small products wait for each other fifty times as long as they work."""

    def threads():
        return [library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"]

    class Looking(SGD):
        def step(self, model, learning_rate):
            seen.append(threads())
            super().step(model, learning_rate)

    seen = []
    model = Model.from_sizes([3, 4, 1], seed=0, engine="numpy")
    with threadpool_limits(2, "blas"):
        model.fit([[0.0, 1.0, 2.0]] * 4, [[1.0]] * 4, epochs=2, learning_rate=0.1, optimiser=Looking())
        after = threads()
    assert len(seen) == 8
    assert {number for numbers in seen for number in numbers} == {1}
    assert set(after) == {2}
    with threadpool_limits(2, "blas"):  # two trainings in two threads of the program, one a little later
        first, second = one_thread(), one_thread()
        first.__enter__()
        second.__enter__()
        first.__exit__(None, None, None)
        assert set(threads()) == {1}
        second.__exit__(None, None, None)
        assert set(threads()) == {2}
