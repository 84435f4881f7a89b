"""The trace is the core's: replaying its events gives the objects' numbers in every bit, and it cannot drift."""

import linecache
import re
import sys
from contextlib import nullcontext
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import inputs_for, labels_for, models

import neurons
from neurons import (
    MSE,
    BinaryCrossEntropy,
    LengthError,
    Model,
    Neuron,
    NeuronsError,
    SoftmaxCrossEntropy,
    activations,
    identity,
    relu,
    sigmoid,
)
from neurons.inspection.recording.frame import neuron_at, phase_at, statement_at, with_numbers

INPUTS, LABEL, RATE = [0.5, -1.0], [1.0], 0.5
LOSSES = [MSE(), MSE(scale=0.5), SoftmaxCrossEntropy(), BinaryCrossEntropy()]
SHORT = {"weights": "w", "bias": "b"}


@st.composite
def steps(draw, **limits):
    """A model, and the inputs, label and learning rate of one training step that it can take."""
    loss = draw(st.sampled_from(LOSSES))
    output = None if isinstance(loss, MSE) else identity
    model = draw(models(loss=loss, output=output, **limits))
    rate = draw(st.sampled_from([0.01, 0.5, 1.0, 10.0]))
    return model, draw(inputs_for(model)), draw(labels_for(model)), rate


def plain_run(model, inputs, label, rate):
    """The same step without a recorder; returns the model and the loss."""
    model = model.copy()
    outputs = model.forward(inputs)
    loss = model.loss.value(outputs, label)
    vector = model.loss.label_vector(label, len(outputs))
    model.backward_pass(model.loss.output_gradients(outputs, vector))
    model.step(rate)
    return model, loss


def all_numbers(model):
    """{name: number or list} of whatever the neurons hold, by their words and in the trace's short ones."""
    numbers = {}
    for layer in model.layers:
        for neuron in layer.neurons:
            for word, value in vars(neuron).items():
                if not callable(value) and word not in ("name", "activation_function"):
                    numbers[f"{neuron.name}.{SHORT.get(word, word)}"] = value
    return numbers


def replayed(trace):
    """The numbers before, with all changes made in their order."""
    numbers = {
        name: list(value) if isinstance(value, list) else value for name, value in all_numbers(trace.before).items()
    }
    for event in trace.events:
        for name, value in event.changes.items():
            element = re.fullmatch(r"(.*\..*)\[(\d+)\]", name)
            if element:
                numbers[element[1]][int(element[2])] = value
            else:
                numbers[name] = list(value) if isinstance(value, list) else value
    return numbers


def bits(value):
    """A number in all its bits, the sign of a zero too."""
    return repr(value)


@pytest.mark.slow
@given(steps(max_width=4))
@settings(max_examples=250)
def test_replaying_gives_what_the_objects_hold(step):
    model, *example = step
    was = {name: bits(value) for name, value in all_numbers(model).items()}
    trace = model.trace(*example)
    plain, loss = plain_run(model, *example)
    numbers = replayed(trace)
    assert bits(numbers.pop("loss.value")) == bits(loss) == bits(trace.loss)
    del numbers["loss.output_gradients"]
    expected = {name: bits(value) for name, value in all_numbers(plain).items()}
    assert {name: bits(value) for name, value in numbers.items()} == expected
    assert {name: bits(value) for name, value in all_numbers(trace.after).items()} == expected
    assert {name: bits(value) for name, value in all_numbers(model).items()} == was, "looking disturbed"


def test_a_forgotten_change_would_be_seen():
    """The comparison above can fail: without any single change to a weight, it does."""
    model = Model.from_sizes([2, 2, 1], seed=1)
    trace = model.trace(INPUTS, LABEL, RATE)
    expected = all_numbers(plain_run(model, INPUTS, LABEL, RATE)[0])
    for event in trace.events:
        for name in [name for name in event.changes if ".w[" in name or name.endswith(".activation")]:
            value = event.changes.pop(name)
            numbers = replayed(trace)
            assert any(bits(numbers[word]) != bits(expected[word]) for word in expected), name
            event.changes[name] = value


def test_every_event_is_a_statement_of_the_core_at_its_place():
    trace = Model.from_sizes([2, 2, 1], seed=1).trace(INPUTS, LABEL, RATE)
    package = Path(neurons.__file__).parent
    for index, event in enumerate(trace.events):
        assert event.index == index
        assert linecache.getline(str(package / event.file), event.line).strip().startswith(event.source)
        assert event.numbers.startswith(event.source)
        assert event.function.split(".")[0] in ("Model", "Layer", "Neuron", "MSE", "Sigmoid")
    files = {"model.py", "layer.py", "neuron.py", "losses.py", "activations.py"}
    assert {event.file for event in trace.events} == files


def test_the_phases_and_places_follow_one_another():
    trace = Model.from_sizes([2, 2, 1], seed=1).trace(INPUTS, LABEL, RATE)
    phases = [event.phase for event in trace.events]
    assert (
        list(dict.fromkeys(phases)) == ["forward", "loss", "backward", "step"] == sorted(set(phases), key=phases.index)
    )
    for phase, order in {
        "forward": ["hidden[0]", "hidden[1]", "output[0]"],
        "backward": ["output[0]", "hidden[0]", "hidden[1]"],
        "step": ["hidden[0]", "hidden[1]", "output[0]"],
    }.items():
        places = dict.fromkeys(event.where for event in trace.events if event.phase == phase)
        assert [place for place in places if "[" in place] == order
        assert set(places) - set(order) == {"model", "hidden", "output"}
    assert {event.where for event in trace.events if event.phase == "loss"} == {"loss"}


class Tidy(Neuron):
    """A student's neuron with statements that Python comes back to."""

    def forward(self, inputs):
        with nullcontext():
            try:
                activation = super().forward(inputs)
                return activation
            finally:
                self.tidied = 1.0


def test_each_statement_once():
    """Not once more at the end of a loop, of a `with` or of a `finally`."""
    model = with_neuron(Tidy)
    sources = [event.source for event in model.trace(INPUTS, LABEL, RATE).events]
    loops = [source for source in sources if source.startswith("for ") and "self.weights" in source]
    assert len(loops) == 2 + 2  # a sum, and a backward pass, each of two weights
    assert sources.count("with nullcontext():") == sources.count("return activation") == 1
    assert sources.count("self.tidied = 1.0") == sources.count("activation = super().forward(inputs)") == 1


def test_the_line_of_the_lesson_with_its_numbers():
    model = Model.from_sizes([2, 2, 1], seed=1)
    trace = model.trace(INPUTS, LABEL, RATE)
    neuron = trace.after.layers[-1].neurons[0]
    gradient, slope, error = neuron.output_gradient, neuron.activation_gradient, neuron.error
    assert gradient < 0.0
    (event,) = [e for e in trace.events if "output[0].error" in e.changes and e.phase == "backward"]
    assert event.changes == {"output[0].error": error}
    (product,) = [e for e in trace.events if e.where == "output[0]" and e.source.startswith("error = ")]
    assert product.numbers == f"{product.source}   ({gradient:.6g}) * {slope:.6g} = {error:.4g}"
    assert product.index < event.index


def test_numbers_at_any_event():
    trace = Model.from_sizes([2, 2, 1], seed=1).trace(INPUTS, LABEL, RATE)
    start = trace.numbers_at(-1)
    assert start["hidden[0].activation"] is None and start["hidden[0].w"] == trace.before.layers[0].neurons[0].weights
    last_of_forward = [event.index for event in trace.events if event.phase == "forward"][-1]
    assert trace.numbers_at(last_of_forward)["hidden[1].activation"] == trace.after.layers[0].neurons[1].activation
    assert trace.numbers_at(last_of_forward)["hidden[1].error"] is None
    assert bits(trace.numbers_at(len(trace) - 1)) == bits(replayed(trace))


def test_it_starts_blank_and_clean():
    """A pass and a batch that somebody made before are not part of it."""
    model = Model.from_sizes([2, 3, 1], seed=1)
    fresh = model.trace(INPUTS, LABEL, RATE)
    model.forward([3.0, 3.0])
    model.backward_pass([1.0])
    model.forward([-3.0, 3.0])
    numbers = {name: bits(value) for name, value in all_numbers(model).items()}
    again = model.trace(INPUTS, LABEL, RATE)
    assert again.events == fresh.events and again.numbers_at(-1) == fresh.numbers_at(-1)
    assert {name: bits(value) for name, value in all_numbers(model).items()} == numbers


def test_a_large_model_has_few_events_and_all_changes():
    model = Model.from_sizes([784, 16, 10], loss=SoftmaxCrossEntropy(), engine="loops", seed=3)
    inputs = [(pixel % 17) / 17 for pixel in range(784)]
    trace = model.trace(inputs, 7, 0.1)
    plain, _ = plain_run(model, inputs, 7, 0.1)
    numbers = replayed(trace)
    assert {name: bits(numbers[name]) for name in all_numbers(plain)} == {
        name: bits(value) for name, value in all_numbers(plain).items()
    }
    assert len(trace.events) < 5000
    skimmed = [event for event in trace.events if event.numbers.endswith("780 more times")]
    assert len(skimmed) == 4 * 16  # each hidden neuron: its sum, gradients and step, and its layer's input gradients
    last = [event for event in trace.events if "hidden[15].w[783]" in event.changes]
    assert len(last) == 1 and last[0].phase == "step" and "weights[weight_idx] -= " in last[0].source


@pytest.mark.parametrize("width", [12, 13])
def test_loops_of_twelve_are_whole_and_longer_ones_are_not(width):
    model = Model.from_sizes([width, 1], seed=1)
    trace = model.trace([0.5] * width, [1.0], RATE)
    changed = [name for event in trace.events for name in event.changes if name.startswith("output[0].w[")]
    whole = [f"output[0].w[{i}]" for i in range(width)]
    assert changed == (whole if width == 12 else [*whole[:3], whole[-1]])


def test_arrays_are_traced_as_neurons():
    model = Model.from_sizes([2, 3, 1], seed=1)
    assert model.vectorised().trace(INPUTS, LABEL, RATE).events == model.trace(INPUTS, LABEL, RATE).events


def test_names_of_layers_and_neurons():
    model = Model.from_sizes([2, 2, 1], seed=1)
    model.layers[0].name = "first"
    assert "first[1].error" in model.trace(INPUTS, LABEL, RATE).numbers_at(-1)
    model.layers[0].name = "the  first "  # as it was given, spaces and all
    assert "the  first [1].error" in model.trace(INPUTS, LABEL, RATE).numbers_at(-1)
    model.layers[0].name = "first"
    model.layers[1].name = "first"  # cannot be told apart: the usual names then
    assert "hidden[1].error" in model.trace(INPUTS, LABEL, RATE).numbers_at(-1)


def test_whole_numbers_and_tuples_are_inputs_too():
    model = Model.from_sizes([2, 1], seed=1)
    assert model.trace((1, 2), 1, 1).events == model.trace([1.0, 2.0], [1.0], 1.0).events


@pytest.mark.parametrize(
    ("inputs", "label", "rate", "error", "facts"),
    [
        ([1.0, 2.0, 3.0], LABEL, RATE, LengthError, ["inputs", "2 numbers", "3"]),
        ([1.0, "2"], LABEL, RATE, NeuronsError, ["inputs[1]", "number"]),
        (INPUTS, [1.0, 0.0], RATE, LengthError, ["label", "1 number", "2"]),
        (INPUTS, "cat", RATE, NeuronsError, ["label", "cat"]),
        (INPUTS, LABEL, -1.0, NeuronsError, ["learning_rate", "above 0", "-1.0"]),
        (INPUTS, LABEL, True, NeuronsError, ["learning_rate", "True"]),
    ],
)
def test_wrong_arguments(inputs, label, rate, error, facts):
    with pytest.raises(error) as caught:
        Model.from_sizes([2, 2, 1], seed=1).trace(inputs, label, rate)
    assert all(fact in str(caught.value) for fact in facts)
    assert sys.gettrace() is None


class Hurried(Neuron):
    """A student's neuron with a step of its own."""

    def step(self, learning_rate):
        for weight_idx in range(self.num_inputs):
            self.weights[weight_idx] -= 2 * learning_rate * self.gradient_sums[weight_idx]
        self.start_batch()


class Secretive(Neuron):
    """It changes its weights where nobody sees an assignment."""

    def step(self, learning_rate):
        super().step(learning_rate)
        self.weights.reverse()


def with_neuron(kind):
    model = Model.from_sizes([2, 1], seed=1)
    model.layers[0].neurons[0] = kind(2, weights=[0.5, -0.25], bias=0.125, name="output[0]")
    return model


def test_a_neuron_of_ones_own():
    model = with_neuron(Hurried)
    trace = model.trace(INPUTS, LABEL, RATE)
    plain, _ = plain_run(model, INPUTS, LABEL, RATE)
    assert bits(replayed(trace)["output[0].w"]) == bits(plain.layers[0].neurons[0].weights)
    assert "Hurried.step" in {event.function for event in trace.events}


def test_a_change_that_no_statement_shows_is_an_error():
    with pytest.raises(NeuronsError, match=r"misses a change of output\[0\]\.w"):
        with_neuron(Secretive).trace(INPUTS, LABEL, RATE)


def test_another_tracer_is_named():
    def tracer(frame, event, argument):
        return None

    model = Model.from_sizes([2, 1], seed=1)
    sys.settrace(tracer)
    try:
        with pytest.raises(NeuronsError, match="another tool.*debugger, coverage"):
            model.trace(INPUTS, LABEL, RATE)
        assert sys.gettrace() is tracer
    finally:
        sys.settrace(None)


class Looking(activations.Activation):
    """An activation function from which the frames above can be looked at."""

    name = "looking"

    def __init__(self):
        self.seen = []

    def look(self):
        frame = sys._getframe(2)
        self.seen.append((neuron_at(frame)[1], phase_at(frame), with_numbers(frame), statement_at(frame).first))

    def act(self, z):
        self.look()
        return z

    def delta_act(self, z):
        self.look()
        return 0.5


def test_where_a_frame_is_without_a_recorder():
    looking = Looking()
    model = Model.from_sizes([2, 1], output=looking, seed=1)
    model.forward(INPUTS)
    model.backward_pass([0.3])
    z = model.layers[0].neurons[0].linear_activation
    for (name, phase, text, line), pass_name in zip(looking.seen, ("forward", "backward"), strict=True):
        assert (name, phase) == ("output[0]", pass_name)
        source, numbers = text.split("   ")
        assert numbers in (f"self.act({z:.6g})", f"self.delta_act({z:.6g})")
        assert linecache.getline(neurons.neuron.__file__, line).strip() == source


def test_a_frame_outside_of_a_pass():
    frame = sys._getframe()
    assert (neuron_at(frame), phase_at(frame)) == ((None, ""), None)


@pytest.mark.parametrize("act", [sigmoid, relu])
def test_the_repr_is_short(act):
    trace = Model.from_sizes([2, 2, 1], hidden=act, seed=1).trace(INPUTS, LABEL, RATE)
    assert len(trace) == len(trace.events)
    assert repr(trace).startswith(f"Trace of {len(trace)} events") and len(repr(trace)) < 120
