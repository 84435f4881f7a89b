"""`fit` runs the objects that you read: an edit, a print or a part of your own runs in every epoch."""

import os
import shutil
import subprocess
import sys
import warnings

import numpy as np
import pytest
from conftest import ROOT

from neurons import (
    MSE,
    SGD,
    Adam,
    HealthWarning,
    Layer,
    Model,
    Momentum,
    Neuron,
    NeuronsError,
    SoftmaxCrossEntropy,
    check_gradients,
    datasets,
    health,
    relu,
    sigmoid,
    tanh,
)
from neurons.activations import Activation
from neurons.arrays.layer import VectorLayer

INPUTS, LABELS = datasets.xor()

# ---- the file itself


@pytest.fixture
def copy_of_the_package(tmp_path):
    shutil.copytree(ROOT / "neurons", tmp_path / "neurons", ignore=shutil.ignore_patterns("__pycache__", "exercises"))
    return tmp_path


def train(folder, epochs):
    """Train on XOR with the package in `folder`; return the lines printed: the last is the last epoch's loss."""
    code = (
        "from neurons import Model, datasets\n"
        "model = Model.from_sizes([2, 4, 1], seed=0)\n"
        f"history = model.fit(*datasets.xor(), epochs={epochs}, learning_rate=1.0, seed=0)\n"
        "print(history.loss[-1])"
    )
    environment = {**os.environ, "PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-c", code]
    result = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=300)
    assert result.returncode == 0, result.stderr
    return result.stdout.splitlines()


def edited(folder, old, new):
    """Put `new` where `old` stands in the copy's neuron.py."""
    path = folder / "neurons" / "neuron.py"
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.mark.parametrize("epochs", [100, 1000])
def test_an_edit_of_the_neuron_changes_what_is_learned(copy_of_the_package, epochs):
    before = train(copy_of_the_package, epochs)
    edited(copy_of_the_package, "error * self.input_activation", "10.0 * error * self.input_activation")
    after = train(copy_of_the_package, epochs)
    assert before != after and len(before) == len(after) == 1


@pytest.mark.parametrize("epochs", [100, 1000])
def test_a_print_in_the_neuron_prints_in_every_pass(copy_of_the_package, epochs):
    expected = train(copy_of_the_package, epochs)
    edited(
        copy_of_the_package,
        "linear_activation = 0.0\n",
        'linear_activation = 0.0\n        print("forward", self.name)\n',
    )
    *printed, loss = train(copy_of_the_package, epochs)
    assert [loss] == expected
    assert printed.count("forward hidden[2]") == printed.count("forward output[0]") == 4 * epochs


# ---- what it costs


def lines_of_one_example(sizes):
    """How many lines of the package `fit` executes for one example more."""
    counts = []
    for num_examples in (4, 8):
        model = Model.from_sizes(sizes, seed=0)
        num_lines = 0

        def follow(frame, what, argument):
            nonlocal num_lines
            if not frame.f_code.co_filename.startswith(str(ROOT / "neurons")):
                return None
            num_lines += what == "line"
            return follow

        inputs, labels = INPUTS * (num_examples // 4), LABELS * (num_examples // 4)
        before = sys.gettrace()
        sys.settrace(follow)
        try:
            model.fit(inputs, labels, epochs=15, learning_rate=0.1, shuffle=False, progress=False)
        finally:
            sys.settrace(before)
        counts.append(num_lines)
    return (counts[1] - counts[0]) / (4 * 15)


def test_an_example_of_xor_takes_few_lines():
    """A guard against a slower heart that no clock disturbs: 434 on Python 3.10, 3.11 and 3.13, 435 on 3.12."""
    assert lines_of_one_example([2, 4, 1]) <= 450


# ---- parts of your own


class OwnModel(Model):
    """A pass of your own."""

    calls = 0

    def backward_pass(self, output_gradients):
        type(self).calls += 1
        return super().backward_pass(output_gradients)


class OwnStep(Model):
    calls = 0

    def step(self, learning_rate):
        type(self).calls += 1
        super().step(learning_rate)


class PlottingModel(Model):
    """A class that only adds."""

    def plot(self):
        return "a picture"


class OwnLayer(Layer):
    calls = 0

    def forward(self, inputs):
        type(self).calls += 1
        return super().forward(inputs)


class OwnNeuron(Neuron):
    calls = 0

    def backward_pass(self, output_gradient):
        type(self).calls += 1
        return super().backward_pass(output_gradient)


class Softplus(Activation):
    name = "softplus"
    calls = 0

    def act(self, z):
        type(self).calls += 1
        return float(np.log1p(np.exp(z)))

    def delta_act(self, z):
        return sigmoid.act(z)


class Absolute(MSE):
    calls = 0

    def output_gradients(self, outputs, label):
        type(self).calls += 1
        return super().output_gradients(outputs, label)


def with_layer(sizes):
    return Model([OwnLayer(sizes[0], sizes[1], relu), Layer(sizes[1], sizes[2])])


def with_neuron(sizes):
    model = Model.from_sizes(sizes, engine="loops", seed=0)
    model.layers[0].neurons[-1] = OwnNeuron(sizes[0], name="mine")
    return model


def mixed(sizes):
    model = Model.from_sizes(sizes, engine="loops", seed=0)
    neuron = model.layers[0].neurons[1]
    neuron.act, neuron.delta_act = tanh.act, tanh.delta_act
    return model


OWN = {  # what is your own: (a model of these sizes, what counts its calls, what a refusal names)
    "a pass of the model": (lambda sizes: OwnModel.from_sizes(sizes, seed=0), OwnModel, "OwnModel.*backward_pass"),
    "a step of the model": (lambda sizes: OwnStep.from_sizes(sizes, seed=0), OwnStep, "OwnStep.*step"),
    "a layer": (with_layer, OwnLayer, "hidden.*OwnLayer"),
    "a neuron": (with_neuron, OwnNeuron, "mine.*OwnNeuron"),
    "an activation": (lambda sizes: Model.from_sizes(sizes, hidden=Softplus(), seed=0), Softplus, "hidden.*Softplus"),
    "a loss": (lambda sizes: Model.from_sizes(sizes, loss=Absolute(), seed=0), Absolute, "loss.*Absolute"),
}


@pytest.mark.filterwarnings("ignore::neurons.HealthWarning")
@pytest.mark.parametrize("sizes", [[2, 3, 1], [2, 300, 1]], ids=str)
@pytest.mark.parametrize("own", OWN)
def test_a_part_of_ones_own_runs_in_fit_at_any_size(own, sizes):
    make, counted, _ = OWN[own]
    model = make(sizes)
    before = counted.calls
    model.fit(INPUTS, LABELS, epochs=2, learning_rate=0.01)
    assert model.engine == "loops" and counted.calls - before >= 8


@pytest.mark.parametrize("own", OWN)
def test_arrays_and_the_text_refuse_it_and_say_which_part(own):
    make, _, named = OWN[own]
    model = make([2, 3, 1])
    for refused in (
        lambda: model.vectorised(),
        lambda: model.unrolled_source(),
        lambda: type(model)(model.layers, model.loss, "unrolled"),
    ):
        with pytest.raises(NeuronsError, match=named):
            refused()


@pytest.mark.parametrize("engine", ["numpy", "unrolled"])
@pytest.mark.parametrize(
    ("make", "named"),
    [
        (lambda engine: OwnModel.from_sizes([2, 3, 1], engine=engine), "OwnModel.*backward_pass"),
        (lambda engine: Model.from_sizes([2, 3, 1], hidden=Softplus(), engine=engine), "softplus|Softplus"),
        (lambda engine: Model.from_sizes([2, 3, 1], loss=Absolute(), engine=engine), "Absolute|MSE"),
    ],
)
def test_from_sizes_refuses_it_too(make, named, engine):
    with pytest.raises(NeuronsError, match=named):
        make(engine)


def test_two_activations_in_one_layer_are_refused_by_arrays_and_the_text():
    model = mixed([2, 3, 1])
    for refused in (model.vectorised, model.unrolled_source, lambda: model.save("never-written.json")):
        with pytest.raises(NeuronsError, match=r"hidden\[1\]"):
            refused()
    model.fit(INPUTS, LABELS, epochs=1, learning_rate=0.1)


def test_two_neurons_that_share_their_weights_are_refused():
    model = Model.from_sizes([2, 3, 1], seed=0)
    model.layers[0].neurons[1].weights = model.layers[0].neurons[0].weights
    for refused in (model.vectorised, model.unrolled_source):
        with pytest.raises(NeuronsError, match=r"hidden\[1\].*weights"):
            refused()


def test_a_class_that_only_adds_a_method_follows_auto():
    assert PlottingModel.from_sizes([2, 3, 1]).engine == "loops"
    large = PlottingModel.from_sizes([784, 16, 10])
    assert (large.engine, large.plot()) == ("numpy", "a picture")
    assert type(large.as_neurons()) is type(large.copy()) is PlottingModel
    assert type(PlottingModel.from_sizes([2, 3, 1]).vectorised()) is PlottingModel


def test_a_class_with_its_own_constructor_can_be_copied_and_converted():
    class Net(Model):
        def __init__(self):
            super().__init__([Layer(2, 3), Layer(3, 1)])
            self.author = "a student"

    net = Net()
    assert net.predict(INPUTS) == net.copy().predict(INPUTS)
    assert (net.vectorised().author, net.vectorised().engine) == ("a student", "numpy")


@pytest.mark.parametrize("engine", ["unrolled", "numpy"])
def test_a_method_replaced_later_is_noticed_by_fit(engine, monkeypatch):
    model = Model.from_sizes([2, 3, 1], seed=0, engine=engine)
    model.step = lambda learning_rate: None
    with pytest.raises(NeuronsError, match="own step"):
        model.fit(INPUTS, LABELS, epochs=1, learning_rate=0.1)


def test_an_optimiser_of_ones_own_runs_on_arrays_too():
    class Half(SGD):
        calls = 0

        def step(self, model, learning_rate):
            Half.calls += 1
            super().step(model, learning_rate / 2.0)

    for engine in ("loops", "numpy"):
        model = Model.from_sizes([2, 3, 1], seed=0, engine=engine)
        model.fit(INPUTS, LABELS, epochs=1, learning_rate=0.5, optimiser=Half(), shuffle=False)
        twin = Model.from_sizes([2, 3, 1], seed=0, engine=engine)
        twin.fit(INPUTS, LABELS, epochs=1, learning_rate=0.25, shuffle=False)
        assert np.allclose(model.predict(INPUTS), twin.predict(INPUTS), rtol=1e-12)
    assert Half.calls == 8


@pytest.mark.parametrize("where", ["the class", "the object"])
@pytest.mark.parametrize("engine", ["loops", "numpy", "unrolled"])
def test_a_step_put_in_the_place_of_sgds_is_taken_or_refused(engine, where, monkeypatch):
    model, optimiser, calls = Model.from_sizes([2, 3, 1], seed=0, engine=engine), SGD(), []
    if where == "the class":
        monkeypatch.setattr(SGD, "step", lambda self, model, learning_rate: calls.append(learning_rate))
    else:
        optimiser.step = lambda model, learning_rate: calls.append(learning_rate)
    if engine == "unrolled":
        with pytest.raises(NeuronsError, match="its own step"):
            model.fit(INPUTS, LABELS, epochs=1, learning_rate=0.5, optimiser=optimiser)
    else:
        model.fit(INPUTS, LABELS, epochs=1, learning_rate=0.5, optimiser=optimiser)
        assert calls == [0.5] * 4


class OwnVectorLayer(VectorLayer):
    def forward(self, inputs):
        raise AssertionError("this pass must not run")


def test_a_layer_of_arrays_of_ones_own_is_refused_where_its_passes_would_not_run():
    own_class = Model([OwnVectorLayer(2, 3, name="mine"), VectorLayer(3, 1)])
    own_method = Model([VectorLayer(2, 3, name="mine"), VectorLayer(3, 1)])
    own_method.layers[0].forward = lambda inputs: None
    own_model = Model([VectorLayer(2, 3), VectorLayer(3, 1)])
    own_model.forward = lambda inputs: None
    for model, named in ((own_class, "mine.*OwnVectorLayer"), (own_method, "mine.*forward"), (own_model, "forward")):
        for refused in (
            lambda model=model: model.fit(INPUTS, LABELS, epochs=1, learning_rate=0.1),
            lambda model=model: model.predict(INPUTS),
            lambda model=model: model.mean_loss(INPUTS, LABELS),
        ):
            with pytest.raises(NeuronsError, match=named):
                refused()


def test_a_copy_of_a_layer_of_arrays_is_of_its_class():
    layer = OwnVectorLayer(2, 3, name="mine")
    layer.author = "a student"
    twin = layer.copy()
    assert (type(twin), twin.author) == (OwnVectorLayer, "a student")
    twin.weights[0] = 7.0
    assert not (layer.weights == 7.0).any()


def test_auto_runs_a_replaced_method_of_the_neuron_in_loops(monkeypatch):
    original = Neuron.forward
    monkeypatch.setattr(Neuron, "forward", lambda self, inputs: original(self, inputs))
    assert Model.from_sizes([2, 300, 1]).engine == "loops"


def test_a_large_model_in_loops_says_once_that_it_takes_long():
    model = Model.from_sizes([784, 26, 10], hidden=Softplus(), loss=SoftmaxCrossEntropy(), seed=0)
    assert model.engine == "loops"
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        model.fit([[0.01] * 784], [3], epochs=2, learning_rate=0.01)
    told = [str(warning.message) for warning in caught if warning.category is HealthWarning]
    assert len(told) == 1 and "20,680 parameters" in told[0]


# ---- engines are named


def test_layers_of_both_kinds_in_one_list_are_refused():
    neurons_model = Model.from_sizes([2, 3, 1], engine="loops")
    arrays_model = Model.from_sizes([2, 3, 1], engine="numpy")
    with pytest.raises(NeuronsError, match="neurons or all of arrays"):
        Model([neurons_model.layers[0], arrays_model.layers[1]])


@pytest.mark.parametrize(
    ("made_with", "engine", "named"),
    [
        ("loops", "numpy", "vectorised"),
        ("numpy", "loops", "as_neurons"),
        ("loops", "gpu", "gpu"),
        ("loops", "auto", "auto"),
    ],
)
def test_an_engine_that_cannot_run_the_layers_is_refused(made_with, engine, named):
    model = Model.from_sizes([2, 3, 1], engine=made_with)
    with pytest.raises(NeuronsError, match=named):
        Model(model.layers, engine=engine)
    model.engine = engine  # later: no other engine runs in its place
    with pytest.raises(NeuronsError, match=named):
        model.predict(INPUTS)
    assert repr(model).startswith("Model 2-3-1")


# ---- found by trying to break it


@pytest.mark.parametrize("optimiser", [Momentum, Adam])
@pytest.mark.parametrize("where", ["model", "layer", "neuron", "one object"])
def test_an_optimiser_that_moves_the_weights_itself_refuses_a_step_of_ones_own(optimiser, where):
    class FrozenLayer(Layer):
        def step(self, learning_rate):
            self.start_batch()

    class FrozenNeuron(Neuron):
        def step(self, learning_rate):
            self.start_batch()

    model = Model([FrozenLayer(2, 3) if where == "layer" else Layer(2, 3), Layer(3, 1)])
    if where == "model":
        model = OwnStep(model.layers)
    if where == "neuron":
        model.layers[0].neurons[1] = FrozenNeuron(2, name="frozen")
    if where == "one object":
        model.layers[1].neurons[0].step = lambda learning_rate: None
    before = model.layers[0].neurons[1].weights[:]
    with pytest.raises(NeuronsError, match="its own step"):
        model.fit(INPUTS, LABELS, epochs=1, learning_rate=0.1, optimiser=optimiser())
    assert model.layers[0].neurons[1].weights == before


def test_a_method_put_on_one_object_belongs_to_that_object():
    """A student wraps the forward pass of one neuron, to print: looking, checking and health meet the wrapper."""
    model = Model.from_sizes([2, 3, 1], seed=0)
    neuron = model.layers[0].neurons[0]
    original, seen = neuron.forward, []

    def printing(inputs):
        seen.append(list(inputs))
        return original(inputs)

    neuron.forward = printing
    model.forward([1.0, 1.0])
    before = (neuron.linear_activation, neuron.input_activation, neuron.gradient_sums)
    expected = Model.from_sizes([2, 3, 1], seed=0).predict(INPUTS)
    assert model.predict(INPUTS) == expected and len(seen) == 5
    assert check_gradients(model, [0.0, 1.0], [1.0]).ok
    assert (neuron.linear_activation, neuron.input_activation, neuron.gradient_sums) == before
    twin = Model.from_sizes([2, 3, 1], seed=0)
    losses = [one.fit(INPUTS, LABELS, epochs=2, learning_rate=0.5, seed=1).loss for one in (model, twin)]
    assert losses[0] == losses[1]
    health.check(model, INPUTS, LABELS)


def test_a_file_refuses_a_pass_of_ones_own(tmp_path):
    model = OwnModel.from_sizes([2, 3, 1], seed=0)
    with pytest.raises(NeuronsError, match="OwnModel.*backward_pass"):
        model.save(tmp_path / "model.json")
    path = tmp_path / "training.json"  # a checkpoint is resumed by the program that has the class
    model.fit(INPUTS, LABELS, epochs=2, learning_rate=0.1, checkpoint=path)
    assert path.exists()


def test_a_checkpoint_refuses_an_optimiser_that_only_inherits_what_it_remembers(tmp_path):
    class Decay(SGD):
        """Its state is not among the `memory` and `counters` of its parent."""

        def __init__(self):
            self.steps = 0

    with pytest.raises(NeuronsError, match="counters"):
        model = Model.from_sizes([2, 3, 1], seed=0)
        model.fit(INPUTS, LABELS, epochs=2, learning_rate=0.1, optimiser=Decay(), checkpoint=tmp_path / "training.json")


def test_an_optimiser_of_a_model_on_arrays_is_told_apart():
    optimiser = Momentum()
    model = Model.from_sizes([2, 1], seed=0, engine="numpy")
    model.fit(INPUTS, LABELS, epochs=1, learning_rate=0.1, optimiser=optimiser)
    with pytest.raises(NeuronsError, match="another model"):
        model.as_neurons().fit(INPUTS, LABELS, epochs=1, learning_rate=0.1, optimiser=optimiser)


def test_check_gradients_of_arrays_says_what_to_do():
    with pytest.raises(NeuronsError, match="as_neurons"):
        check_gradients(Model.from_sizes([2, 3, 1], engine="numpy"), [0.0, 1.0], [1.0])


@pytest.mark.parametrize("label", [["a"], [None], [[1.0]], [float("nan")], [1j]])
def test_check_gradients_checks_the_label(label):
    with pytest.raises(NeuronsError, match="label"):
        check_gradients(Model.from_sizes([2, 3, 1], seed=0), [0.0, 1.0], label)


@pytest.mark.parametrize("wrong", ["12", {"left": 1.0, "right": 0.0}])
def test_text_and_dictionaries_are_no_inputs_of_a_pass(wrong):
    with pytest.raises(TypeError):
        Model.from_sizes([2, 3, 1], seed=0).forward(wrong)


def test_an_array_given_to_a_layer_leaves_plain_numbers():
    for part in (Layer(2, 3, name="hidden"), Model.from_sizes([2, 3], seed=0)):
        part.forward(np.array([0.25, 1.0], np.float32))
        part.backward_pass(np.array([0.5, 0.25, 1.0]))
        neuron = (part if isinstance(part, Layer) else part.layers[0]).neurons[0]
        plain = [neuron.linear_activation, neuron.error, *neuron.input_activation, *neuron.gradients]
        assert {type(number) for number in plain} == {float}


def test_a_layer_of_ones_own_may_have_no_neurons():
    class Double(Layer):
        def __init__(self, size):
            super().__init__(size, size)
            self.neurons = []

        def forward(self, inputs):
            return [2.0 * value for value in inputs]

        def backward_pass(self, output_gradients):
            return [2.0 * value for value in output_gradients]

    model = Model([Layer(2, 3), Double(3), Layer(3, 1)])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", HealthWarning)
        model.fit(INPUTS, LABELS, epochs=25, learning_rate=1e-5)
        assert isinstance(health.check(model, INPUTS, LABELS), list)


@pytest.mark.parametrize("made_with", ["unrolled", "numpy"])
def test_what_on_epoch_changes_is_what_runs(made_with):
    """Another loss, other layers: each engine goes on with the parts that the model has now."""

    def change(epoch, model, history):
        if epoch == 2:
            model.loss = MSE(scale=10.0)
        if epoch == 4:
            model.layers = Model.from_sizes([2, 5, 1], seed=7, engine=model.engine).layers

    losses = []
    for engine in ("loops", made_with):
        model = Model.from_sizes([2, 4, 1], seed=0, engine=engine)
        settings = {"epochs": 6, "learning_rate": 0.5, "shuffle": False, "batch_size": 2}
        losses.append(model.fit(INPUTS, LABELS, on_epoch=change, **settings).loss)
    assert losses[0][2] > 5.0 * losses[0][1]
    assert losses[1] == pytest.approx(losses[0], rel=1e-12)


@pytest.mark.parametrize("engine", ["unrolled", "numpy"])
def test_a_part_of_ones_own_that_on_epoch_puts_in_is_refused(engine):
    def change(epoch, model, history):
        model.layers[0].forward = lambda inputs: None

    with pytest.raises(NeuronsError, match="hidden has its own forward"):
        model = Model.from_sizes([2, 4, 1], seed=0, engine=engine)
        model.fit(INPUTS, LABELS, epochs=6, learning_rate=0.5, on_epoch=change)


def test_another_activation_of_a_layer_of_arrays_is_the_one_that_runs(tmp_path):
    model = Model.from_sizes([2, 4, 1], seed=0, engine="numpy")
    model.layers[0].activation_function = relu
    model.save(tmp_path / "model.npz")
    assert np.array_equal(model.predict(INPUTS), Model.load(tmp_path / "model.npz").predict(INPUTS))
    assert np.allclose(model.predict(INPUTS), model.as_neurons().predict(INPUTS), rtol=1e-12)
