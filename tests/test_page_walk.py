"""The walk of the page: recorded lines, filled at states that were never recorded, are what is recorded there."""

import re
from random import Random

import pytest

from neurons import (
    MSE,
    Adam,
    BinaryCrossEntropy,
    Layer,
    LeakyReLU,
    Model,
    Momentum,
    Neuron,
    SoftmaxCrossEntropy,
    leaky_relu,
    relu,
    sigmoid,
    tanh,
)
from neurons.inspection.page.keys import numbers_of_step
from neurons.inspection.page.states import random_state
from neurons.inspection.page.walk import record_lines, walk
from neurons.inspection.recording.substitution import Number, in_words
from neurons.inspection.trace import clean_copy, trace

MODELS = {
    "2-2-1": {"sizes": [2, 2, 1]},
    "2-4-1 tanh, BCE": {"sizes": [2, 4, 1], "hidden": tanh, "loss": BinaryCrossEntropy()},
    "2-3-1 relu, half": {"sizes": [2, 3, 1], "hidden": relu, "loss": MSE(0.5)},
    "2-3-1 leaky relus": {"sizes": [2, 3, 1], "hidden": LeakyReLU(0.2), "output": LeakyReLU(-0.5)},
    "2-3-1 relus": {"sizes": [2, 3, 1], "hidden": relu, "output": relu},
    "1-2-1 to identity": {"sizes": [1, 2, 1], "hidden": leaky_relu, "output": tanh},
    "3-5-4-2": {"sizes": [3, 5, 4, 2], "hidden": sigmoid, "output": relu},
    "4-8-3 softmax": {"sizes": [4, 8, 3], "hidden": relu, "loss": SoftmaxCrossEntropy()},
    "20-3-2 softmax": {"sizes": [20, 3, 2], "hidden": sigmoid, "loss": SoftmaxCrossEntropy()},
}


def random_example(model, rng):
    """Inputs and a label, some of them 0 or 1."""
    inputs = [rng.choice([0.0, 1.0, rng.uniform(-3.0, 3.0)]) for _ in range(model.layers[0].num_inputs)]
    if isinstance(model.loss, SoftmaxCrossEntropy):
        return inputs, rng.randrange(model.layers[-1].num_neurons)
    return inputs, [rng.choice([0.0, 1.0, rng.random()]) for _ in model.layers[-1].neurons]


def filled(pieces, numbers):
    """The text of a template at a state: what the page does, in Python."""
    text = ""
    for piece in pieces:
        if isinstance(piece, str):
            text += piece
        else:
            key, digits, in_brackets = piece
            text += Number(numbers[key], digits == 4, "", bool(in_brackets)).text
    return text


def lines_at(made, numbers):
    """(function, line, text) of each statement of a walk at a state."""
    lines = []
    for group in made["groups"]:
        for function, line, _, _, _, _, _, _, pieces, *only_if in group["events"]:
            if only_if:
                is_not, key = only_if[0].startswith("!"), only_if[0].removeprefix("!")
                if (numbers[key] != 0.0) == is_not:
                    continue
            lines.append((made["functions"][function]["name"], line, filled(pieces, numbers)))
    return lines


@pytest.mark.parametrize("name", MODELS)
def test_the_filled_lines_are_those_that_are_recorded_there(name):
    rng = Random(name)
    made = walk(clean_copy(Model.from_sizes(**MODELS[name], seed=0)))
    for seed in range(20):
        model = Model.from_sizes(**MODELS[name], seed=seed)
        for layer in model.layers:
            for neuron in layer.neurons:
                neuron.weights = [
                    rng.choice([0.0, 1.0, rng.uniform(-30, 30), rng.uniform(-1, 1)]) for _ in neuron.weights
                ]
                neuron.bias = rng.uniform(-2.0, 2.0)
        inputs, label = random_example(model, rng)
        learning_rate = rng.choice([0.5, 1e-5, rng.random()])
        recorded = trace(model, inputs, label, learning_rate)
        label = model.loss.label_vector(label, model.layers[-1].num_neurons)
        numbers = numbers_of_step(recorded.before, recorded.after, list(map(float, inputs)), label, learning_rate)
        expected = [(e.function, e.line, e.numbers.removeprefix(e.source).strip()) for e in recorded.events]
        assert lines_at(made, numbers) == expected


@pytest.mark.parametrize("optimiser", [Momentum(0.8), Adam()], ids=repr)
def test_the_lines_of_an_optimiser_are_filled_with_what_it_remembers(optimiser):
    """Numbers that no key names are left open: Adam's corrections, and the distance that a weight moves."""
    model = clean_copy(Model.from_sizes([2, 3, 1], seed=0))
    made = walk(model, optimiser)
    rng, num_open = Random(5), 0
    for num_steps in range(1, 6):
        state = random_state(model, rng, -1)._replace(num_steps=num_steps)
        recorded, numbers = record_lines(state, optimiser)
        expected = [in_words(line.written) for line in recorded]
        for text, line in zip(lines_at(made, numbers), expected, strict=True):
            num_open += "…" in text[2]
            assert re.fullmatch(re.escape(text[2]).replace("…", ".+"), line)
    names = {function["name"] for function in made["functions"]}
    assert {f"{type(optimiser).__name__}.step", "move"} <= names and "Neuron.step" not in names
    results = [event[7] for event in made["groups"][3]["events"] if event[3]]
    assert [key for key in results if key.startswith("v:")][-1] == "v:2:0:3"
    assert 0 < num_open < 5 * 100


def test_the_lines_that_calculate_come_in_the_lessons_order():
    """As in the pseudocode: each weight, the bias, then act; the loss; back; then the step, weight by weight."""
    made = walk(clean_copy(Model.from_sizes([2, 2, 1], seed=0)))
    results = [event[7] for group in made["groups"] for event in group["events"] if event[3]]
    forward = [f"{what}:{place}" for place in ("1:0", "1:1", "2:0") for what in ("z", "z", "z", "a")]
    assert [key.rpartition(":")[0] if key.count(":") == 3 else key for key in results[:12]] == forward
    assert results[12:16] == ["e:0", "L:1", "L", "da:2:0"]
    output = ["ds:2:0", "dz:2:0", "g:2:0:0", "s:2:0:0", "g:2:0:1", "s:2:0:1", "g:2:0:2", "da:1:0", "da:1:1"]
    assert results[16:25] == output
    assert results[25:30] == ["ds:1:0", "dz:1:0", "g:1:0:0", "g:1:0:1", "g:1:0:2"]
    assert results[35:] == [f"v:{place}:{i}" for place in ("1:0", "1:1", "2:0") for i in range(3)]


def test_no_line_that_calculates_is_without_its_numbers():
    for settings in MODELS.values():
        made = walk(clean_copy(Model.from_sizes(**settings, seed=0)))
        for group in made["groups"]:
            for event in group["events"]:
                if event[3]:
                    assert event[7] and any(isinstance(piece, list) for piece in event[8]), event


def test_a_long_loop_is_its_beginning_and_its_end():
    made = walk(clean_copy(Model.from_sizes([100, 2, 1], seed=0)))
    events = [event for group in made["groups"] for event in group["events"]]
    assert len(events) < 300
    assert ["96 more times"] in [event[8] for event in events]


class Careful(Neuron):
    """A neuron that says what it does."""

    def backward_pass(self, output_gradient):
        slope = self.delta_act(self.linear_activation)
        twice = super().backward_pass(output_gradient)
        assert slope == self.activation_gradient
        return twice


def test_the_code_that_ran_is_shown():
    model = Model([Layer(2, 2), Layer(2, 1)])
    model.layers[1].neurons[0] = Careful(2, name="output[0]")
    made = walk(clean_copy(model))
    (own,) = [function for function in made["functions"] if function["name"] == "Careful.backward_pass"]
    assert own["file"] == "test_page_walk.py" and "        slope = " not in own["lines"][1]
    assert own["lines"][1] == "    slope = self.delta_act(self.linear_activation)"


def test_checks_and_docstrings_are_folded():
    made = walk(clean_copy(Model.from_sizes([2, 2, 1], seed=0)))
    forward = next(function for function in made["functions"] if function["name"] == "Neuron.forward")
    (doc, check) = forward["fold"]
    lines = forward["lines"]
    assert lines[doc[0] - forward["first"]].strip().startswith('"""')
    assert "len(inputs)" in lines[check[0] - forward["first"]] and "raise" in lines[check[1] - forward["first"]]
