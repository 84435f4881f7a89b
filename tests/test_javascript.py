"""The JavaScript text trains as the objects do: with Python's exp, tanh, log and log1p in every bit.

An engine's own exp may differ from Python's in the last place; with Node's, training stays within the bounds.
"""

import json
import math
import random
import shutil
import subprocess
from itertools import product
from pathlib import Path

import pytest

from neurons import (
    MSE,
    SGD,
    Adam,
    BinaryCrossEntropy,
    Layer,
    LeakyReLU,
    Model,
    Momentum,
    NeuronsError,
    SoftmaxCrossEntropy,
    datasets,
    sigmoid,
)
from neurons import activations as activations_module
from neurons import losses as losses_module
from neurons.activations import ACTIVATIONS, identity, relu, tanh
from neurons.unrolled.javascript import javascript_source, optimiser_state

LOOKS = [1, 4, 40, 400]  # the steps after which every number is compared
BOUND = 1e-12  # of each parameter after 400 steps with Node's own functions
BOUND_OF_ADAM = 1e-7  # which divides each gradient by its usual size, however near to 0 both are
NODE = shutil.which("node")

pytestmark = pytest.mark.skipif(NODE is None, reason="no Node is installed: apt-get install nodejs")


def run_in_node(cases, folder):
    """What tests/run_engine.mjs prints for these cases."""
    path = folder / "cases.json"
    path.write_text(json.dumps(cases), encoding="utf-8")
    script = Path(__file__).with_name("run_engine.mjs")
    result = subprocess.run([NODE, str(script), str(path)], capture_output=True, text=True, timeout=300)
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


@pytest.fixture
def records(monkeypatch):
    """{function: {argument: value}}: what the objects ask of exp, tanh, log and log1p from now on."""
    kept = {name: {} for name in ("exp", "tanh", "log", "log1p")}

    def recording(name, function):
        def ask(argument):
            kept[name][argument] = function(argument)
            return kept[name][argument]

        return ask

    monkeypatch.setattr(activations_module, "exp", recording("exp", math.exp))
    monkeypatch.setattr(activations_module, "_tanh", recording("tanh", math.tanh))
    for name in ("exp", "log", "log1p"):
        monkeypatch.setattr(losses_module, name, recording(name, getattr(math, name)))
    return kept


def random_model(sizes, hidden, output, loss, rng):
    """A model with weights within 1 and other biases than 0."""
    layers = []
    for layer_idx in range(len(sizes) - 1):
        act = output if layer_idx == len(sizes) - 2 else hidden
        layer = Layer(sizes[layer_idx], sizes[layer_idx + 1], act)
        for neuron in layer.neurons:
            neuron.weights = [rng.uniform(-1.0, 1.0) for _ in neuron.weights]
            neuron.bias = rng.uniform(-1.0, 1.0)
        layers.append(layer)
    return Model(layers, loss)


def random_label(loss, num_outputs, rng):
    """A label in one of the forms that the loss takes."""
    if isinstance(loss, SoftmaxCrossEntropy) and num_outputs > 1 and rng.random() < 0.8:
        return rng.randrange(num_outputs)
    if isinstance(loss, SoftmaxCrossEntropy):
        shares = [rng.random() for _ in range(num_outputs)]
        return [share / math.fsum(shares) for share in shares]
    if num_outputs == 1 and rng.random() < 0.5:
        return float(rng.randrange(2))
    return [rng.random() for _ in range(num_outputs)]


def parameters_of(model):
    """{name: number} of all weights and biases, in the order of the passes."""
    numbers = {}
    for layer in model.layers:
        for neuron in layer.neurons:
            numbers |= {f"{neuron.name}.w[{i}]": weight for i, weight in enumerate(neuron.weights)}
            numbers[f"{neuron.name}.b"] = neuron.bias
    return numbers


def variables_of(model, loss, input_gradients):
    """{name: number} of what one pass left on the neurons, and what it returned."""
    numbers = {}
    for layer in model.layers:
        for neuron in layer.neurons:
            for word in ("linear_activation", "activation", "output_gradient", "activation_gradient", "error"):
                numbers[f"{neuron.name}.{word}"] = getattr(neuron, word)
            numbers |= {f"{neuron.name}.gradients[{i}]": number for i, number in enumerate(neuron.gradients)}
            numbers[f"{neuron.name}.bias_gradient"] = neuron.bias_gradient
            for i, number in enumerate(neuron.input_gradients):
                numbers[f"{neuron.name}.input_gradients[{i}]"] = number
    numbers |= {f"x[{i}].gradient": number for i, number in enumerate(input_gradients)}
    return {**numbers, "loss": loss}


def trained_by_objects(case, model, optimiser):
    """What the objects come to, in the form in which run_engine.mjs answers."""
    seen = {"losses": [], "steps": []}
    example = 0
    for step in range(1, case["looks"][-1] + 1):
        for _ in range(case["batchSize"]):
            inputs, label = (case[word][example % len(case["inputs"])] for word in ("inputs", "labels"))
            outputs = model.forward(inputs)
            seen["losses"].append(model.loss.value(outputs, label))
            input_gradients = model.backward_pass(model.loss.output_gradients(outputs, label))
            example += 1
        if step in case["looks"]:
            variables = variables_of(model, seen["losses"][-1], input_gradients)
            outputs = model.copy().forward(case["inputs"][0])
        optimiser.step(model, case["learningRate"])
        if step in case["looks"]:
            parameters = parameters_of(model)
            seen["names"], seen["variableNames"] = list(parameters), list(variables)
            numbers = {"parameters": list(parameters.values()), "variables": list(variables.values())}
            seen["steps"].append({**numbers, "outputs": outputs, "state": optimiser_state(model, optimiser)})
    return seen


def case_of(model, optimiser, inputs, labels, batch_size, learning_rate):
    """One training for run_engine.mjs, by Node's own functions."""
    return {
        "source": javascript_source(model, optimiser),
        "records": None,
        "parameters": list(parameters_of(model).values()),
        "inputs": inputs,
        "labels": labels,
        "batchSize": batch_size,
        "learningRate": learning_rate,
        "looks": LOOKS,
    }


def every_kind(rng):
    """A training for each optimiser, activation and loss, of several sizes."""
    all_sizes = [[2, 2], [2, 8], [3, 5, 4], [1, 3], [4], [2, 3, 3, 2]]  # and the outputs
    number = 0
    losses = (MSE(), MSE(0.3), SoftmaxCrossEntropy(), BinaryCrossEntropy())
    leaky = (LeakyReLU(0.2), LeakyReLU(-0.5))
    for loss, act in [*product(losses, ACTIVATIONS.values()), *product(losses, leaky)]:
        for optimiser in (SGD, Momentum, Adam):
            sizes = [*all_sizes[number % len(all_sizes)], 1 if isinstance(loss, BinaryCrossEntropy) else 3]
            if isinstance(loss, MSE) and number % 2:
                sizes[-1] = 1
            output = act if isinstance(loss, MSE) else identity
            model = random_model(sizes, act, output, loss, rng)
            inputs = [[rng.choice([0.0, 1.0, rng.uniform(-1, 1)]) for _ in range(sizes[0])] for _ in range(5)]
            labels = [random_label(loss, sizes[-1], rng) for _ in range(5)]
            yield model, optimiser, inputs, labels, 1 + number % 3, 0.01 if optimiser is Momentum else 0.05
            number += 1


def test_every_number_is_pythons_in_every_bit(records, tmp_path):
    """For each optimiser, activation and loss, with Python's functions, after 1, 4, 40 and 400 steps."""
    cases, expected = [], []
    for model, optimiser, *rest in every_kind(random.Random(1)):
        for kept in records.values():
            kept.clear()
        case = case_of(model, optimiser(), *rest)
        expected.append(trained_by_objects(case, model, optimiser()))
        case["records"] = {name: list(kept.items()) for name, kept in records.items()}
        case["records"]["pow"] = {b: [(n, b**n) for n in range(1, LOOKS[-1] + 1)] for b in (0.9, 0.999)}
        cases.append(case)
    answers = run_in_node(cases, tmp_path)
    assert len(answers) == 84
    for answer, numbers in zip(answers, expected, strict=True):
        assert all(map(math.isfinite, numbers["steps"][-1]["parameters"]))
        assert answer == numbers


@pytest.mark.slow
def test_with_the_functions_of_node_it_stays_near(tmp_path):
    trainings = list(every_kind(random.Random(2)))
    cases = [case_of(model, optimiser(), *rest) for model, optimiser, *rest in trainings]
    for case, answer, training in zip(cases, run_in_node(cases, tmp_path), trainings, strict=True):
        model, optimiser, *_ = training
        bound = BOUND_OF_ADAM if optimiser is Adam else BOUND
        numbers = trained_by_objects(case, model, optimiser())
        for seen, right in zip(answer["steps"], numbers["steps"], strict=True):
            assert seen["parameters"] == pytest.approx(right["parameters"], rel=bound, abs=bound)
        for predictions, right in zip(answer["predictions"], model.predict(case["inputs"]), strict=True):
            assert predictions == pytest.approx(right, rel=bound, abs=bound)


def test_a_network_for_digits(tmp_path):
    """784-16-10 on arrays: the text takes its parameters as Python's floats."""
    on_arrays = Model.from_sizes([784, 16, 10], hidden=tanh, loss=SoftmaxCrossEntropy(), seed=0)
    model = on_arrays.as_neurons()
    rng = random.Random(0)
    inputs = [[max(0.0, rng.uniform(-2.0, 1.0)) for _ in range(784)] for _ in range(3)]
    case = {**case_of(model, SGD(), inputs, [3, 0, 9], 2, 0.1), "looks": [1, 4, 10]}
    assert case["source"] == javascript_source(on_arrays)
    assert len(case["source"]) < 20_000
    (answer,) = run_in_node([case], tmp_path)
    for seen, right in zip(answer["steps"], trained_by_objects(case, model, SGD())["steps"], strict=True):
        assert seen["variables"] == pytest.approx(right["variables"], rel=BOUND, abs=BOUND)
        assert seen["parameters"] == pytest.approx(right["parameters"], rel=BOUND, abs=BOUND)


def test_names_are_text_whatever_they_say(tmp_path):
    name = "</script><img src=x onerror=alert(1)> \"'`${1}\\"
    model = Model([Layer(2, 2, relu, name=name), Layer(2, 1, sigmoid)])
    source = javascript_source(model)
    assert "<" not in source.split("const layers =")[1].splitlines()[0]
    inputs, labels = datasets.xor()
    (answer,) = run_in_node([case_of(model, SGD(), inputs, labels, 1, 0.1)], tmp_path)
    assert answer["names"][0] == f"{name}[0].w[0]"


def test_parts_of_your_own_are_refused():
    class Mine(MSE):
        pass

    with pytest.raises(NeuronsError, match="Mine"):
        javascript_source(Model.from_sizes([2, 2, 1], loss=Mine()))
    with pytest.raises(NeuronsError, match="MyOptimiser"):
        javascript_source(Model.from_sizes([2, 2, 1]), type("MyOptimiser", (Adam,), {})())
