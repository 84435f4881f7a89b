"""narrate shows each executed line of any class with its numbers, on every Python alike, and leaves nothing behind."""

import ast
import linecache
import random
import re
import subprocess
import sys
import textwrap
import threading
from functools import partial
from pathlib import Path

import narrated
import numpy as np
import pseudocode
import pytest

import neurons
from neurons import Layer, Model, Neuron, NeuronsError, narrate, sigmoid

EXPECTED = Path(__file__).with_name("narrated.txt")


def lines_of(capsys, call, *classes):
    """What narrate printed, without what stands in front: (name, source, numbers) per line."""
    narrate(call, *classes)
    return [re.split(r" {3,}", line) for line in in_one_row(capsys.readouterr().out).splitlines()]


def in_one_row(printed):
    """The same with the numbers that had no room beside their line at its end."""
    return re.sub(r"\n {13,}", "   ", printed)


def from_text(text, filename="<a notebook's cell>"):
    """The names that a notebook's cell defines: its text is kept in linecache, as notebooks do it."""
    text = textwrap.dedent(text)
    linecache.cache[filename] = len(text), None, text.splitlines(keepends=True), filename
    names = {}
    exec(compile(text, filename, "exec"), names)
    return names


def test_what_is_printed_is_the_same_on_every_python():
    """The suite runs on all Pythons at hand, and each has to print narrated.txt."""
    assert narrated.narrated() == EXPECTED.read_text(encoding="utf-8")


def test_in_a_bare_python():
    """With the standard library alone, as on a lab machine."""
    root = Path(__file__).parent.parent
    code = f"import sys; sys.path[:0] = {[str(root), str(root / 'tests')]}; import narrated; narrated.narrated()"
    result = subprocess.run([sys.executable, "-I", "-S", "-c", code], capture_output=True, timeout=60)
    assert result.returncode == 0, result.stderr.decode()


def test_the_line_of_the_lesson(capsys):
    """-0.9068 * 0.2478 = -0.2247, as the design has it."""
    model = Model.from_sizes([1, 1], seed=1)
    neuron = model.layers[0].neurons[0]
    neuron.weights, neuron.bias = [0.0], -0.18799
    model.forward([1.0])
    returned = narrate(lambda: model.backward_pass([-0.9068]), Neuron, Layer)
    assert returned == neuron.input_gradients
    printed = in_one_row(capsys.readouterr().out)
    (line,) = [line for line in printed.splitlines() if " error = " in line]
    assert line.startswith("output[0]") and line.endswith("   (-0.9068) * 0.247804 = -0.2247")
    (inner, outer) = [line for line in printed.splitlines() if " return " in line]
    assert inner.startswith("output[0]") and outer.startswith("output ")
    assert inner.index("return") > outer.index("return"), "a call deeper, further to the right"


def test_the_checks_of_the_core_are_short_and_nothing_wraps(capsys):
    neuron = Neuron(2, weights=[0.5, -1.0], bias=0.0)
    narrate(lambda: (neuron.forward([1.0, 0.5]), neuron.backward_pass(2.0), neuron.step(0.1)), Neuron)
    printed = capsys.readouterr().out
    assert all(len(line) <= 105 for line in printed.splitlines())
    checks = [line for line in in_one_row(printed).splitlines() if re.match(r"neuron +if ", line)]
    assert len(checks) == 4 and all(line.endswith(" is false") for line in checks)
    assert checks[0].endswith("   2 != 2 is false")


def calculated(text):
    """What a calculator makes of the arithmetic in `text`, None if it is something else."""
    try:
        tree = ast.parse(text, mode="eval")
    except SyntaxError:
        return None
    kinds = (ast.Expression, ast.BinOp, ast.UnaryOp, ast.Constant, ast.operator, ast.unaryop)
    if not any(isinstance(node, ast.BinOp) for node in ast.walk(tree)):
        return None
    return eval(text) if all(isinstance(node, kinds) for node in ast.walk(tree)) else None


def steps_to_narrate(seed):
    """(call, classes) for the passes and the step of one of our models and of the typed-in one."""
    rng = random.Random(seed)
    model = Model.from_sizes([3, 3, 2], seed=seed)
    inputs, gradients = ([rng.uniform(-2.0, 2.0) for _ in range(size)] for size in (3, 2))
    for each, classes in (
        (model, (Neuron, Layer)),
        (pseudocode.typed_in(model), (pseudocode.Neuron, pseudocode.Layer)),
    ):
        yield partial(each.forward, inputs), classes
        yield partial(each.backward_pass, gradients), classes
        yield partial(each.step, 0.5), classes


def agrees(value, printed):
    """True if the calculator's `value` is what is printed, in the four or five digits that are."""
    return printed in (f"{value:.4g}", f"{value:.5g}")


def test_the_printed_numbers_agree_with_a_calculator(capsys):
    products, others = [], []  # for each line, whether it agrees
    for seed in range(40):
        for call, classes in steps_to_narrate(seed):
            for line in lines_of(capsys, call, *classes):
                expression, _, result = line[-1].rpartition(" = ")
                value = calculated(expression)
                if value is not None:
                    is_product = re.fullmatch(r"\S+ \* \S+", expression)
                    (products if is_product else others).append(agrees(value, result))
    assert len(products) > 1000 and len(others) > 5000
    assert sum(products) >= 0.999 * len(products)
    assert sum(others) >= 0.998 * len(others), "sums may lose digits that their terms have"


def test_the_pseudocode_of_the_lesson_typed_into_a_plain_class(capsys):
    neuron = pseudocode.Neuron([0.5, -0.25], 0.125, pseudocode.sigmoid, pseudocode.delta_sigmoid)
    lines = lines_of(capsys, lambda: neuron.forward([1.0, 2.0]), pseudocode.Neuron)
    assert lines == [
        ["Neuron 1", "self.input_activation = inputs", "[1, 2]"],
        ["Neuron 1", "self.linear_activation = 0.0"],
        ["Neuron 1", "for weight_idx in range(self.num_inputs):", "weight_idx = 0"],
        ["Neuron 1", "self.linear_activation += self.weights[weight_idx] * inputs[weight_idx]", "0 + 0.5 * 1 = 0.5"],
        ["Neuron 1", "for weight_idx in range(self.num_inputs):", "weight_idx = 1"],
        [
            "Neuron 1",
            "self.linear_activation += self.weights[weight_idx] * inputs[weight_idx]",
            "0.5 + (-0.25) * 2 = 0",
        ],
        ["Neuron 1", "self.linear_activation += self.bias", "0 + 0.125 = 0.125"],
        ["Neuron 1", "self.activation = self.act(self.linear_activation)", "self.act(0.125) = 0.5312"],
        ["Neuron 1", "return self.activation", "0.531209"],
    ]


def test_objects_without_a_name_are_counted(capsys):
    model = pseudocode.typed_in(Model.from_sizes([2, 2, 1], seed=1))
    lines = lines_of(capsys, lambda: model.forward([1.0, 2.0]), pseudocode.Neuron)
    assert list(dict.fromkeys(line[0] for line in lines)) == ["Neuron 1", "Neuron 2", "Neuron 3"]


class Annotated:
    def declare(self):
        self.bias = 2.0
        self.bias: float
        self.weight: float = self.bias * 2.0


class Restless:
    count = 1.0

    @property
    def more(self):
        self.count = 2.0
        return 10.0

    @more.setter
    def more(self, value):
        self.total = value

    def add(self):
        self.more += self.count


def test_a_number_that_reading_the_old_value_changes_is_not_shown(capsys):
    """10 + 2 was added, not 10 + 1."""
    restless = Restless()
    narrate(restless.add, Restless)
    lines = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert restless.total == 12.0
    assert lines[0] == "Restless 1 self.more += self.count self.more + self.count"
    assert lines[-1] == "Restless 1 self.more += self.count 10 + self.count"


def test_an_annotation_without_a_value_assigns_nothing(capsys):
    narrate(Annotated().declare, Annotated)
    lines = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert lines == [
        "Annotated 1 self.bias = 2.0",
        "Annotated 1 self.weight: float = self.bias * 2.0 2 * 2.0 = 4",
    ]


def test_a_class_in_a_notebooks_cell(capsys):
    names = from_text(
        """
        class Half:
            name = "half"
            def of(self, number):
                return number / 2  # a comment
        """
    )
    assert lines_of(capsys, lambda: names["Half"]().of(3), names["Half"]) == [
        ["half", "return number / 2", "3 / 2 = 1.5"]
    ]


def test_numpy_numbers(capsys):
    names = from_text(
        """
        class Arrays:
            def run(self, weight, inputs):
                total = weight * inputs[1]
                total += float(inputs.sum())
                return inputs * total
        """,
        "<cell of arrays>",
    )
    weight, inputs = np.float32(0.5), np.array([1.0, -3.0])
    assert lines_of(capsys, lambda: names["Arrays"]().run(weight, inputs), names["Arrays"]) == [
        ["Arrays 1", "total = weight * inputs[1]", "0.5 * (-3) = -1.5"],
        ["Arrays 1", "total += float(inputs.sum())", "(-1.5) + float(inputs.sum()) = -3.5"],
        ["Arrays 1", "return inputs * total", "inputs * (-3.5) = [-3.5, 10.5]"],
    ]


HOSTILE = """
class Hostile:
    def __init__(self):
        self.asked = 0

    @property
    def total(self):
        self.asked += 1
        return -self.asked

    @property
    def name(self):
        raise RuntimeError("nobody may ask")

    def __getattr__(self, word):
        raise RuntimeError("nobody may ask")

    def __getitem__(self, index):
        raise RuntimeError("nobody may ask")

    def __eq__(self, other):
        raise RuntimeError("nobody may ask")

    __len__ = __repr__ = __str__ = __bool__ = __float__ = __index__ = __format__ = __hash__ = __eq__

    def use(self, other):
        first = self.total + self.total
        [self, other]
        second = first - 1 if other is not self else self[0] + other[first].word * self.total
        return second
"""


def test_it_runs_nothing_of_the_objects(capsys):
    Hostile = from_text(HOSTILE, "<hostile>")["Hostile"]
    hostile, other = Hostile(), Hostile()
    lines = lines_of(capsys, lambda: hostile.use(other), Hostile)
    assert hostile.asked == 2
    assert ["Hostile 1", "first = self.total + self.total", "(-1) + (-2) = -3"] in lines
    assert lines[-1] == ["Hostile 1", "return second", "-4"]


def test_an_exception_is_shown_and_raised(capsys):
    student = narrated.Student([0.5])
    with pytest.raises(ValueError, match="too much"):
        narrate(lambda: student.raising(1.0), narrated.Student)
    assert sys.gettrace() is None
    assert capsys.readouterr().out.rstrip().endswith("raises ValueError: z is 1.5: too much")


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit, RecursionError])
def test_it_leaves_no_tracer_behind(error):
    def fail():
        raise error("enough")

    with pytest.raises(error, match="enough"):
        narrate(fail, Neuron)
    assert sys.gettrace() is None


def test_endless_recursion_is_raised(capsys):
    Endless = from_text("class Endless:\n    def go(self, n):\n        return self.go(n + 1)\n", "<endless>")["Endless"]
    with pytest.raises(RecursionError):
        narrate(lambda: Endless().go(0), Endless)
    assert sys.gettrace() is None


def test_other_threads_are_left_alone(capsys):
    tracers, before = [], threading.gettrace() if hasattr(threading, "gettrace") else None
    neuron = Neuron(1, weights=[0.5], bias=0.0)

    def in_a_thread():
        tracers.append(sys.gettrace())
        neuron.forward([1.0])

    def call():
        thread = threading.Thread(target=in_a_thread)
        thread.start()
        thread.join()

    assert lines_of(capsys, call, Neuron) == []
    assert tracers == [None]
    if hasattr(threading, "gettrace"):
        assert threading.gettrace() is before


def test_another_tracer_is_named_and_kept():
    def tracer(frame, event, argument):
        return None

    sys.settrace(tracer)
    try:
        with pytest.raises(NeuronsError, match=rf"another tool .*a tracer of {__name__}: .*leave the debugger"):
            narrate(lambda: None, Neuron)
        assert sys.gettrace() is tracer
    finally:
        sys.settrace(None)


def test_narrate_inside_of_narrate():
    with pytest.raises(NeuronsError, match="a narrate around this one"):
        narrate(lambda: narrate(lambda: None, Neuron), Neuron)
    assert sys.gettrace() is None


def no_source():
    names = {}
    exec("class Typed:\n    def run(self):\n        return 1\n", names)
    return names["Typed"]


@pytest.mark.parametrize(
    ("call", "classes", "words"),
    [
        (lambda: 1, (), "narrate needs the classes to follow"),
        (0.75, (Neuron,), "narrate takes a function to call, such as lambda: .* but got 0.75: that ran before"),
        (lambda: 1, (Neuron(1),), "expected a class, such as Neuron, but got Neuron .*: Neuron is its class"),
        (lambda: 1, (sigmoid.act,), "expected a class, such as Neuron, but got"),
        (lambda: 1, (int,), "no source of the class int to follow: it has no method written in Python"),
        (lambda: 1, (random.Random.__mro__[1],), "no source of the class Random to follow"),
        (lambda: 1, (np.ndarray,), "no source of the class ndarray"),
        (lambda: 1, (no_source(),), r"no source of the class Typed to follow: .*<string>.* put it in a file"),
    ],
)
def test_wrong_calls(call, classes, words):
    with pytest.raises(NeuronsError, match=words):
        narrate(call, *classes)
    assert sys.gettrace() is None


def test_a_static_method_is_followed_and_an_inherited_one(capsys):
    class Quick(narrated.Student):
        pass

    assert lines_of(capsys, lambda: Quick([1.0]).factorial(1), Quick)[-1] == ["stüdent", "return 1"]


def test_narrate_is_loaded_when_it_is_touched():
    code = "import sys, neurons; assert 'neurons.inspection' not in sys.modules; neurons.narrate"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
    assert "narrate" in dir(neurons) and "narrate" in neurons.__all__
