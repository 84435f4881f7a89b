"""Plain debuggers show the lesson: short reprs that never raise, one factor per line, and stops in the passes alone.

The stops are counted by a real debugger: `bdb`, the machinery of pdb and of most graphical debuggers, inside this
process, and pdb itself in one of its own. How many they are is stated, not optimised.
"""

import ast
import bdb
import copy
import gc
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import neurons
from neurons import (
    MSE,
    SGD,
    Adam,
    BinaryCrossEntropy,
    History,
    Layer,
    Model,
    Momentum,
    Neuron,
    SoftmaxCrossEntropy,
    activations,
    datasets,
    sigmoid,
)
from neurons.activations import ACTIVATIONS

LONGEST_REPR = 119  # "under 120 characters"
MANY_STOPS = 200  # about 125 take one backward pass of a 2-2-1 net, stepped through with `s`

PACKAGE = Path(neurons.__file__).parent
INPUTS, LABEL = [0.0, 1.0], [1.0]


class Debugger(bdb.Bdb):
    """A debugger that says `s` at every stop and notes where it was: `look(frame, event)` is called each time."""

    def __init__(self, look):
        super().__init__()
        self.look = look

    def user_call(self, frame, argument_list):
        self.stop(frame, "call")

    def user_line(self, frame):
        self.stop(frame, "line")

    def user_return(self, frame, return_value):
        self.stop(frame, "return")

    def stop(self, frame, event):
        self.look(frame, event)
        self.set_step()


def step_through(look, function, *arguments):
    """Run the function as a debugger does when one presses `s` at its call and at every stop since."""

    def caller():  # bdb passes over the call it starts with, so that one is ours
        return function(*arguments)

    def look_inside(frame, event):
        if frame.f_code is not caller.__code__ and frame.f_code.co_filename != bdb.__file__:
            look(frame, event)

    tracing = sys.gettrace()  # a coverage tool's, perhaps
    gc.disable()  # Hypothesis listens to the collector, and its listener would count as a stop
    try:
        return Debugger(look_inside).runcall(caller)
    finally:
        gc.enable()
        sys.settrace(tracing)


def after_forward(act=sigmoid):
    """A 2-2-1 model after the forward pass of one example, and the output gradients for its backward pass."""
    model = Model.from_sizes([2, 2, 1], hidden=act, output=act, seed=1)
    return model, model.loss.output_gradients(model.forward(INPUTS), LABEL)


# --- stops ----------------------------------------------------------------------------------------------------------


def stops_of_backward_pass(act):
    """All stops from the call of `model.backward_pass` to its return, as (function, event)."""
    model, output_gradients = after_forward(act)
    stops = []

    def look(frame, event):
        stops.append((frame.f_code.co_name, event))

    step_through(look, model.backward_pass, output_gradients)
    return stops


@pytest.mark.parametrize("act", ACTIVATIONS.values(), ids=str)
def test_a_backward_pass_stops_in_the_passes_and_in_delta_act_alone(act):
    stops = stops_of_backward_pass(act)
    assert stops[0] == ("backward_pass", "call") and stops[-1] == ("backward_pass", "return")
    assert stops.count(("backward_pass", "call")) == 1 + 2 + 3  # the model's, two layers', three neurons'
    assert [stop for stop in stops if stop[1] == "call" and stop[0] != "backward_pass"] == [("delta_act", "call")] * 3


SCRIPT = """\
from neurons import Model

model = Model.from_sizes([2, 2, 1], seed=1)
output_gradients = model.loss.output_gradients(model.forward([0.0, 1.0]), [1.0])
input_gradients = model.backward_pass(output_gradients)
print("input gradients", input_gradients)
"""


def pdb(directory, *commands):
    """What pdb prints when it debugs SCRIPT and is given these commands."""
    script = directory / "script.py"
    script.write_text(SCRIPT)
    search_path = os.pathsep.join(path for path in sys.path if path)
    environment = {**os.environ, "PYTHONPATH": search_path, "HOME": str(directory)}  # HOME: no .pdbrc of the user's
    result = subprocess.run(
        [sys.executable, "-m", "pdb", str(script)],
        input="\n".join([*commands, "quit", ""]),
        capture_output=True,
        text=True,
        cwd=directory,
        env=environment,
        timeout=120,
    )
    assert "Traceback" not in result.stdout + result.stderr, result.stdout + result.stderr
    return result.stdout


def test_pdb_itself_takes_the_same_stops(tmp_path, record_property):
    line = SCRIPT.splitlines().index("input_gradients = model.backward_pass(output_gradients)") + 1
    output = pdb(tmp_path, f"break {line}", "continue", *["s"] * MANY_STOPS)
    # pdb shows each stop as "> file(line)function()", and the line of code below it
    shown = [part for text in output.splitlines() for part in text.split("(Pdb) ") if part.startswith("> ")]
    start = next(i for i, stop in enumerate(shown) if f"script.py({line})" in stop)
    end = next(i for i, stop in enumerate(shown) if f"script.py({line + 1})" in stop)
    inside = shown[start + 1 : end]
    assert all(str(PACKAGE) in stop for stop in inside)
    record_property("stops", len(inside))
    print(f"\n{len(inside)} stops, call and return of model.backward_pass included")
    assert len(inside) == len(stops_of_backward_pass(sigmoid))


# --- one factor per line, as a local and on the object --------------------------------------------------------------


def factors_seen(names):
    """The chain rule's numbers that a student can see among these `names`, computed ones only, by their name."""
    seen = {}
    for name in ("output_gradient", "activation_gradient", "error", "bias_gradient"):
        if names.get(name) is not None:
            seen[name] = names[name]
    for name in ("gradients", "input_gradients"):
        for i, number in enumerate(names.get(name) or []):
            if number != 0.0:
                seen[f"{name}[{i}]"] = number
    return seen


def new_in_each_line(moments):
    """The names that are new at each of these moments, moments without any left out; what was seen stays."""
    new, before = [], {}
    for seen in moments:
        assert all(seen[name] == number for name, number in before.items()), "a factor once computed stays"
        new += [[name for name in seen if name not in before]]
        before = seen
    return list(filter(None, new))


@pytest.mark.parametrize("act", [sigmoid, activations.tanh, activations.leaky_relu], ids=str)
def test_each_line_of_backward_pass_brings_one_factor(act):
    neuron = Neuron(2, act, weights=[0.3, -0.7], bias=0.1)
    neuron.forward([0.5, 0.25])
    assert neuron.error is None and neuron.activation_gradient is None and neuron.gradients is None
    of_locals, on_the_object = [], []

    def look(frame, event):
        if frame.f_code is Neuron.backward_pass.__code__ and event != "call":
            of_locals.append(factors_seen(frame.f_locals))
            on_the_object.append(factors_seen(vars(neuron)))

    step_through(look, neuron.backward_pass, 0.8)
    assert new_in_each_line(of_locals) == [
        ["output_gradient"],
        ["activation_gradient"],
        ["error"],
        ["gradients[0]"],
        ["input_gradients[0]"],
        ["gradients[1]"],
        ["input_gradients[1]"],
    ]
    assert new_in_each_line(on_the_object) == [
        ["output_gradient"],
        ["activation_gradient"],
        ["error"],
        ["gradients[0]", "gradients[1]"],
        ["bias_gradient"],
        ["input_gradients[0]", "input_gradients[1]"],  # the last: they mark the finished pass
    ]

    # the numbers, worked out here from their definitions
    z = 0.3 * 0.5 + -0.7 * 0.25 + 0.1
    slope = (act.act(z + 1e-6) - act.act(z - 1e-6)) / 2e-6
    assert neuron.activation_gradient == pytest.approx(slope, rel=1e-8)
    assert neuron.output_gradient == 0.8
    assert neuron.error == 0.8 * neuron.activation_gradient
    assert neuron.gradients == [neuron.error * 0.5, neuron.error * 0.25]
    assert neuron.input_gradients == [neuron.error * 0.3, neuron.error * -0.7]


def test_the_weighted_sum_grows_by_one_product_per_line():
    neuron = Neuron(3, weights=[0.3, -0.7, 0.2], bias=0.1)
    sums = []

    def look(frame, event):
        if frame.f_code is Neuron.forward.__code__ and "linear_activation" in frame.f_locals:
            sums.append(frame.f_locals["linear_activation"])

    step_through(look, neuron.forward, [1.0, 2.0, 3.0])
    distinct = [number for i, number in enumerate(sums) if i == 0 or number != sums[i - 1]]
    first, second = 0.3 * 1.0, 0.3 * 1.0 + -0.7 * 2.0
    third = second + 0.2 * 3.0
    assert distinct == [0.0, first, second, third, third + 0.1]
    assert neuron.linear_activation == third + 0.1 and neuron.activation == sigmoid.act(third + 0.1)


def test_pdb_prints_the_factors_by_the_names_of_the_lesson(tmp_path):
    output = pdb(
        tmp_path,
        "from neurons import Neuron",
        "break Neuron.backward_pass",
        "continue",
        "return",
        "p 'local', output_gradient * activation_gradient == error",
        "p 'object', self.output_gradient * self.activation_gradient == self.error == self.bias_gradient",
        "p self",
    )
    assert "('local', True)" in output and "('object', True)" in output
    assert "(Pdb) output[0]: w=[" in output


# --- no comprehension or generator in the passes --------------------------------------------------------------------

EXTRA_STOPS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.Lambda, ast.Yield, ast.YieldFrom)
PASSES = ("forward", "backward_pass", "step")


def what_costs_extra_stops(function):
    """The line numbers in a parsed function where a debugger would stop in a hidden frame, and of bare zips."""
    found = []
    for node in ast.walk(function):
        is_zip = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "zip"
        if isinstance(node, EXTRA_STOPS) or is_zip:
            found.append(node.lineno)
    return found


def passes_in(file):
    tree = ast.parse((PACKAGE / file).read_text(encoding="utf-8"))
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name in PASSES]


@pytest.mark.parametrize("file", ["neuron.py", "layer.py", "model.py"])
def test_the_passes_are_plain_loops(file):
    passes = passes_in(file)
    assert sorted(function.name for function in passes) == sorted(PASSES)
    for function in passes:
        assert what_costs_extra_stops(function) == [], f"{file}: {function.name}"


@pytest.mark.parametrize("line", ["[w for w in x]", "sum(w for w in x)", "{w: 1 for w in x}", "zip(x, x)", "lambda: 1"])
def test_the_look_at_the_passes_finds(line):
    (function,) = ast.parse(f"def forward(self, x):\n    return {line}").body
    assert what_costs_extra_stops(function) == [2]


# --- repr -----------------------------------------------------------------------------------------------------------


def is_good(text):
    return isinstance(text, str) and 0 < len(text) <= LONGEST_REPR and "\n" not in text


def test_repr_of_784_weights_is_short_before_and_after_passes():
    rng = random.Random(0)
    model = Model.from_sizes([784, 30, 10], loss=SoftmaxCrossEntropy(), seed=0, engine="loops")
    layer, neuron = model.layers[0], model.layers[0].neurons[29]
    inputs = [rng.uniform(-1e4, 1e4) for _ in range(784)]

    def look(moment):
        for thing in (neuron, layer, model):
            assert is_good(repr(thing)), f"{moment}: {thing!r} has {len(repr(thing))} characters"

    look("new")
    assert repr(neuron).startswith("hidden[29]: w=[") and "z=None" in repr(neuron)
    outputs = model.forward(inputs)
    look("after forward")
    assert "z=None" not in repr(neuron) and "error=None" in repr(neuron)
    model.backward_pass(model.loss.output_gradients(outputs, 3))
    look("after backward_pass")
    assert "error=None" not in repr(neuron)
    model.step(0.1)
    look("after step")


def test_repr_shows_the_numbers():
    neuron = Neuron(2, weights=[0.15, 0.2], bias=0.35, name="hidden[0]")
    neuron.forward([0.05, 0.1])
    neuron.backward_pass(0.5)
    assert repr(neuron) == "hidden[0]: w=[0.15, 0.2] b=0.35 z=0.3775 a=0.5933 error=0.1207"


@pytest.mark.parametrize(
    "make",
    [
        lambda: Neuron(784, name="n" * 500),
        lambda: Layer(3, 2, name="n" * 500),
        lambda: Model([Layer(784, 2, name="n" * 500)]),
        lambda: Model.from_sizes([1] * 200, seed=0),
        lambda: Model.from_sizes([2, 2], hidden=sigmoid, output=named("n" * 500)),
        lambda: Neuron(2, named("two\nlines"), name="two\nlines"),
        lambda: MSE(scale=1e300),
    ],
)
def test_repr_is_short_for_long_names_and_many_layers(make):
    assert is_good(repr(make()))


def named(name):
    act = activations.Sigmoid()
    act.name = name
    return act


class Hostile:
    """Raises, whatever one asks of it."""

    def refuse(self, *arguments):
        raise RuntimeError("not like this")

    __repr__ = __str__ = __format__ = __len__ = __getitem__ = __iter__ = __bool__ = __eq__ = __float__ = refuse
    __hash__ = None


def trained_history():
    inputs, labels = datasets.xor()
    return Model.from_sizes([2, 2, 1], seed=0).fit(inputs, labels, epochs=2, learning_rate=0.1, seed=0)


def after_both_passes():
    model, output_gradients = after_forward()
    model.backward_pass(output_gradients)
    return model


def stepped(optimiser):
    optimiser.step(after_both_passes(), 0.1)
    return optimiser


MAKERS = {
    "Neuron": lambda: Neuron(3),
    "Neuron after forward": lambda: after_forward()[0].layers[0].neurons[0],
    "Neuron after backward_pass": lambda: after_both_passes().layers[0].neurons[0],
    "Layer": lambda: Layer(3, 2),
    "Layer after backward_pass": lambda: after_both_passes().layers[0],
    "Model": lambda: Model.from_sizes([2, 3, 1]),
    "Model after backward_pass": after_both_passes,
    "MSE": MSE,
    "MSE with a scale": lambda: MSE(scale=0.5),
    "SoftmaxCrossEntropy": SoftmaxCrossEntropy,
    "BinaryCrossEntropy": BinaryCrossEntropy,
    "SGD": SGD,
    "Momentum": lambda: stepped(Momentum()),
    "Adam": lambda: stepped(Adam()),
    "History": History,
    "History after fit": trained_history,
    **{name: type(act) for name, act in ACTIVATIONS.items()},
}

endless = []
endless.append(endless)
doubled = [0.5, 0.5]
for _ in range(10):
    doubled = [doubled, doubled]  # two items in every list: cutting each list alone cuts nothing

HOSTILE_VALUES = [
    None,
    True,
    float("nan"),
    -float("inf"),
    -1.2345678901234567e-300,
    10**400,
    10**5000,
    "n" * 500,
    "two\nlines",
    b"bytes",
    [],
    [10**400] * 3,
    ["n" * 500] * 3,
    [None] * 1000,
    endless,
    doubled,
    {},
    object(),
    Hostile(),
    [Hostile()] * 3,
    Hostile,
    len,
]
OTHER_NAMES = ["name", "_name", "neurons", "layers", "loss", "scale", "activation_function", "unheard_of"]


@settings(max_examples=1000, deadline=None)
@given(maker=st.sampled_from(sorted(MAKERS)), half_built=st.booleans(), data=st.data())
def test_repr_never_raises(maker, half_built, data):
    built = MAKERS[maker]()
    assert is_good(repr(built))
    names = sorted({*vars(built), *OTHER_NAMES})
    thing = type(built).__new__(type(built)) if half_built else copy.copy(built)
    if half_built:
        kept = data.draw(st.lists(st.sampled_from(sorted(vars(built)) or ["name"]), unique=True))
        thing.__dict__.update({name: vars(built)[name] for name in kept if name in vars(built)})
    for name in data.draw(st.lists(st.sampled_from(names), unique=True, max_size=12)):
        if data.draw(st.booleans()):
            thing.__dict__.pop(name, None)
        else:
            thing.__dict__[name] = HOSTILE_VALUES[data.draw(st.integers(0, len(HOSTILE_VALUES) - 1))]
    assert is_good(repr(thing)), f"{len(repr(thing))} characters: {thing!r}"
    assert is_good(str(thing))


@pytest.mark.parametrize("maker", sorted(MAKERS))
def test_repr_of_an_object_without_anything(maker):
    cls = type(MAKERS[maker]())
    assert is_good(repr(cls.__new__(cls)))


@pytest.mark.parametrize("value", range(len(HOSTILE_VALUES)), ids=lambda i: type(HOSTILE_VALUES[i]).__name__)
@pytest.mark.parametrize("maker", sorted(MAKERS))
def test_repr_with_one_hostile_value_everywhere(maker, value):
    thing = copy.copy(MAKERS[maker]())
    for name in [*vars(thing), *OTHER_NAMES]:
        thing.__dict__[name] = HOSTILE_VALUES[value]
    assert is_good(repr(thing))


@pytest.mark.parametrize("maker", sorted(MAKERS))
def test_repr_while_it_is_being_built(maker):
    """A debugger that steps into `__init__` shows `self` at every line."""
    looked = 0

    def look(frame, event):
        nonlocal looked
        thing = frame.f_locals.get("self")
        if type(thing).__module__.startswith("neurons"):
            looked += 1
            assert is_good(repr(thing))
            for name in properties_of(type(thing)):
                getattr(thing, name)

    step_through(look, MAKERS[maker])
    if "after" in maker or maker in ("Neuron", "Layer", "Model", "MSE", "Momentum", "Adam", "History"):
        assert looked >= 3  # entered, one line, left: as short as an `__init__` can be


def properties_of(cls):
    return [name for name in dir(cls) if isinstance(getattr(cls, name), property)]


@pytest.mark.parametrize("maker", sorted(MAKERS))
def test_properties_never_raise(maker):
    """The list of variables in a graphical debugger asks for all of them."""
    cls = type(MAKERS[maker]())
    for name in properties_of(cls):
        getattr(cls.__new__(cls), name)
