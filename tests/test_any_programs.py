"""Whole programs of every shape: read, judged, located and repaired; what is no such program gets a sentence.

The programs are those of `any_programs`. A verdict must never blame a right one, nor call a wrong one right.
"""

import json
import subprocess
import sys

import numpy as np
import pytest
from any_programs import SHAPES, all_programs, answer

from neurons import NeuronsError
from neurons.classroom import Diagnosis, diagnose
from neurons.classroom.programs import budget
from neurons.classroom.programs.diagnose import diagnose_program
from neurons.classroom.programs.numbers import session
from neurons.classroom.sandbox.local import LocalTransport

PROGRAMS = {program.name: program for program in all_programs()}


pytestmark = pytest.mark.usefixtures("with_patience")


def check(given, found):
    """No right program is blamed, no wrong one called right; what is named is named rightly."""
    assert found.outcome == ("right" if given.is_right else "wrong"), found.message
    assert not found.mistakes or not given.ids or set(found.mistakes) & given.ids, found.message


@pytest.mark.parametrize("shape", SHAPES)
def test_right_programs_of_every_shape_are_right(shape, tmp_path):
    found = answer(tmp_path, PROGRAMS[f"{shape}, as it is"].text)
    assert found.outcome == "right" and found.ok and found.exit_code == 0, found.message
    assert all(isinstance(constant, float) for constant in found.groups.values())


@pytest.mark.parametrize(
    "name, mistake, old, new",
    [
        ("one class, error not delta", "X3", "@ self.pesos_salida.T", "d_out @ self.pesos_salida.T"),
        ("one class, chain rule added", "A11", "+ slope(self.z_hidden)", "* slope(self.z_hidden)"),
        ("dictionary, no square", "A5", "(1 - A1)", "(1 - A1 ** 2)"),
        ("local weights, times p", "C10", "(p - yb) * p", "(p - yb) / len(xb)"),
        ("scalars, wrong neuron", None, "deriv_sigmoid(sum_h1)", "deriv_sigmoid(sum_h2)"),
        ("no bias, stale error", "X12", "l2_error * nonlin(l1", "l1_error * nonlin(l1"),
        ("counted, bias summed", None, "e.sum(axis=0)", "e.mean(axis=0)"),
        ("counted, weights summed", None, "h.T @ e", "/ 30"),
        ("logistic regression, z for a", None, "linear_model", "y_predicted"),
        ("specified, tanh of a", "A2", "np.tanh(a) ** 2", "a ** 2"),
        ("specified, one sum", "Bi3", ".sum()", ".sum(axis=1, keepdims=True)"),
        ("missing file, output for delta", None, "* neuron['output']", "* neuron['delta']"),
    ],
)
def test_a_mistake_is_named_located_and_repaired(name, mistake, old, new, tmp_path):
    given = PROGRAMS[name]
    found = answer(tmp_path, given.text, repairing=True)
    check(given, found)
    assert found.mistakes == ([mistake] if mistake else [])
    (repair,) = found.repairs
    assert repair.line in given.lines and found.line == repair.line
    assert old in repair.old and new in repair.new
    assert found.exit_code == 1 and not found.ok


def test_two_mistakes_are_both_told_and_mended(tmp_path):
    given = PROGRAMS["counted, two mistakes"]
    found = answer(tmp_path, given.text, repairing=True)
    assert {name for name in ("W1", "b1", "W2", "b2") if name in found.groups} == {"W1", "b1", "W2", "b2"}
    assert found.groups["W1"] == "wrong" and found.groups["b2"] < 0.0 < found.groups["W2"]
    news = sorted(repair.new for repair in found.repairs)
    assert len(news) == 2 and "(1 - h ** 2)" in news[0] and "d - 0.5" in news[1]
    assert all(repair.line in given.lines for repair in found.repairs)


@pytest.mark.parametrize(
    "right, wrong, told",
    [
        ("                error = 0.0\n", "", "above it: error = 0"),
        ("            neuron['weights'][-1] -=", "                neuron['weights'][-1] -=", "moved out of the loop"),
    ],
)
def test_statements_go_where_they_belong(right, wrong, told, tmp_path):
    text = SHAPES["missing file"].replace("errors = list()", "errors, error = list(), 0.0")
    assert right in text
    found = answer(tmp_path, text.replace(right, wrong), repairing=True)
    assert found.ok is False and [repair.new[: len(told)] for repair in found.repairs] == [told], found.message


def test_a_sum_that_begins_before_the_loop_is_moved_into_it(tmp_path):
    text, loop = (
        SHAPES["missing file"].replace("                error = 0.0\n", ""),
        "        for j in range(len(network[i])):\n",
    )
    found = answer(tmp_path, text.replace(loop, "        error = 0.0\n" + loop, 1), repairing=True)
    (repair,) = found.repairs
    assert repair.old == "error = 0.0" and repair.new.startswith("moved into the loop")


@pytest.mark.slow
@pytest.mark.parametrize("name", PROGRAMS)
def test_every_program(name, tmp_path):
    check(PROGRAMS[name], answer(tmp_path, PROGRAMS[name].text))


def test_steps_in_the_wrong_order_are_moved(tmp_path):
    text = PROGRAMS["one class, as it is"].text
    step = "            self.w_out -= self.rate * self.a_hidden.T @ d_out\n"
    back = "            e_hidden = d_out @ self.w_out.T\n"
    found = answer(tmp_path, text.replace(step, "").replace(back, step + back), repairing=True)
    assert found.mistakes == ["X6"] and found.repairs[0].new.startswith("moved below")


# The dangers: each hid a mistake, or blamed a right program, in an earlier version.


def test_a_softmax_of_two_classes_does_not_hide_its_jacobian(tmp_path):
    text = SHAPES["local weights"].replace("np.eye(3)[[0, 1, 2, 0, 1]]", "np.eye(2)[[0, 1, 1, 0, 1]]")
    wrong = text.replace("d2 = (p - yb) / len(xb)", "d2 = (p - yb) * p * (1 - p) / len(xb)")
    assert answer(tmp_path, text).ok and answer(tmp_path, wrong).ok is False


def test_a_bias_that_never_moves_is_seen(tmp_path):
    found = answer(tmp_path, SHAPES["one class"].replace("self.b_hidden -= self.rate * d_hidden.sum(axis=0)", "pass"))
    assert set(found.mistakes) & {"Bi1", "S3"} and found.groups["b1"] == "wrong"


def test_a_step_that_raises_is_no_step(tmp_path):
    text = SHAPES["one class"].replace(
        "            self.b_out -=", "            raise ValueError('half')\n            self.b_out -="
    )
    assert answer(tmp_path, text).outcome == "not reached"


ONE_LAYER = """
import numpy as np
X, y = np.random.randn(5, 2), np.random.randn(5, 1)
w, b = np.random.randn(2, 1), np.zeros(1)
for _ in range(20):
    out = 1 / (1 + np.exp(-(X @ w + b)))
    e = out - y
    w = w - 0.1 * X.T @ e
    b = b - 0.1 * e.sum(axis=0)
"""


@pytest.mark.parametrize(
    "old, new, outcome, first",
    [
        ("", "", "right", None),
        ("w - 0.1 * X.T @ e", "w + 0.1 * X.T @ e", "wrong", "W1"),
        ("b - 0.1 * e.sum(axis=0)", "b - 0.1 * out.sum(axis=0)", "wrong", "b1"),
        ("e = out - y", "e = (out - y) * out", "wrong", "W1"),
        ("X.T @ e\n    b = b - 0.1 * e", "X.T @ (e * w[0])\n    b = b - 0.1 * (e * e)", "not reached", None),
        ("X @ w + b", "(X * v) @ w + b", "not reached", None),
    ],
)
def test_one_layer_is_judged_where_enough_of_it_is_seen(old, new, outcome, first, tmp_path):
    text = ONE_LAYER.replace("w, b =", "v, w, b = np.random.randn(2),") if "v)" in new else ONE_LAYER
    text = text.replace("    b = b", "    v = v * 0.9\n    b = b") if "v)" in new else text
    found = answer(tmp_path, text.replace(old, new), repairing=outcome == "wrong")
    assert (found.outcome, found.first_wrong) == (outcome, first), found.message
    if found.outcome == "not reached":
        assert found.ok is None
        with pytest.raises(NeuronsError):
            bool(found)


def test_classes_are_labels_of_a_softmax(tmp_path):
    text = SHAPES["local weights"].replace("Y = np.eye(3)[[0, 1, 2, 0, 1]]", "Y = np.array([0, 1, 2, 0, 1])")
    text = text.replace("k = Y.shape[1]", "k = 3").replace(
        "d2 = (p - yb) / len(xb)", "d2 = (p - np.eye(3)[yb]) / len(xb)"
    )
    text = text.replace("np.sum(yb * np.log(p + 1e-12))", "np.sum(np.log(p[np.arange(len(xb)), yb] + 1e-12))")
    assert answer(tmp_path, text).ok
    assert answer(tmp_path, text.replace("- np.eye(3)[yb]", "+ np.eye(3)[yb]")).ok is False


def test_a_repair_makes_a_batch_right_too(tmp_path):
    found = answer(tmp_path, PROGRAMS["dictionary, four over m"].text, repairing=True)
    assert found.ok is False and found.repairs
    assert all("/ m" in repair.new for repair in found.repairs)


def test_velocities_are_no_part_of_the_step(tmp_path):
    assert answer(tmp_path, PROGRAMS["momentum, as it is"].text).network["sizes"] == [2, 4, 3, 1]


def test_a_file_called_like_the_package_is_a_program(tmp_path):
    text = SHAPES["one class"]
    assert answer(tmp_path, text, name="neurons.py").ok
    (tmp_path / "numbers.py").write_text(text.split("if __name__")[0], encoding="utf-8")
    main = "from numbers import *\nimport numpy as np\nif __name__" + text.split("if __name__")[1]
    assert answer(tmp_path, main.replace("plt.", "# "), name="main.py").ok


def test_numbers_of_a_library_that_is_not_there_give_no_verdict(tmp_path):
    text = SHAPES["script"].replace(
        "import numpy as np", "import numpy as np\nimport pandas as pd\nscale = pd.read_csv('x').mean()"
    )
    found = answer(tmp_path, text.replace("W1 @ x + b1", "W1 @ (x * scale) + b1"))
    assert found.outcome == "not reached"


def test_weight_decay_is_a_choice(tmp_path):
    text = SHAPES["script"].replace("lr * delta1 @ x.T", "lr * (delta1 @ x.T + 0.01 * W1)")
    found = answer(tmp_path, text.replace("lr * delta2 @ h.T", "lr * (delta2 @ h.T + 0.01 * W2)"))
    assert found.ok and "weight decay" in found.message


def test_a_batch_that_is_put_together_wrongly_is_wrong(tmp_path):
    found = answer(tmp_path, PROGRAMS["lists of arrays, last example"].text)
    assert found.ok is False and "batch" in found.message


def test_the_loss_that_is_measured_is_told(tmp_path):
    found = answer(tmp_path, PROGRAMS["one class, cross-entropy"].text)
    assert found.ok and "squared error" not in found.message.split("\n")[1]


# Programs of kinds that were blamed, called right, or not reached in an earlier version.

KINDS = """
import math
import numpy as np

class Sorter:
    def __init__(self, inputs, middle, kinds, rate=0.2):
        self.rate = rate
        self.u, self.c = np.random.randn(middle, inputs), np.zeros(middle)
        self.v, self.d = np.random.randn(kinds, middle), np.zeros(kinds)

    def study(self, x, wanted):
        h = 1 / (1 + np.exp(-(self.u @ x + self.c)))
        o = 1 / (1 + np.exp(-(self.v @ h + self.d)))
        back_o = (wanted - o) * o * (1 - o)
        back_h = (self.v.T @ back_o) * h * (1 - h)
        self.v += self.rate * np.outer(back_o, h)
        self.d += self.rate * back_o
        self.u += self.rate * np.outer(back_h, x)
        self.c += self.rate * back_h

sorter = Sorter(2, 5, 3)
fruits = [([0.2, 0.9], 0), ([0.7, 0.1], 1), ([0.5, 0.6], 2), ([0.1, 0.3], 1)]
for day in range(20):
    for features, kind in fruits:
        wanted = [0.1] * 3
        wanted[kind] = 0.9
        sorter.study(np.array(features), np.array(wanted))
"""


@pytest.mark.parametrize(
    "old, new",
    [
        ("wanted[kind] = 0.9", "wanted[kind] = 0.9"),
        ("wanted = [0.1] * 3\n", "wanted = np.full(3, 0.02)\n"),
        ("wanted = [0.1] * 3\n        wanted[kind] = 0.9", "wanted = [0.8 if k == kind else 0.05 for k in range(3)]"),
        ("back_o = (wanted - o)", "soft = 0.05 + 0.9 * wanted\n        back_o = (soft - o)"),
    ],
)
def test_softened_labels_are_those_that_the_program_uses(old, new, tmp_path):
    assert answer(tmp_path, KINDS.replace(old, new)).ok


def test_beside_softened_labels_a_mistake_is_seen(tmp_path):
    found = answer(tmp_path, KINDS.replace("self.c += self.rate", "self.c -= self.rate"), repairing=True)
    assert [name for name in found.groups if found.groups[name] == "wrong" or found.first_wrong == name] == ["b1"]
    assert found.repairs[0].old.startswith("self.c -=") and found.repairs[0].new.startswith("self.c +=")
    assert answer(tmp_path, KINDS.replace("(wanted - o)", "(2 * wanted - o)")).ok is False


@pytest.mark.parametrize("sums", [["self.dW"], ["self.db"], ["self.dW", "self.db"]])
def test_gradients_that_are_not_cleared_are_seen_in_some_groups_too(sums, tmp_path):
    text = SHAPES["modules"].replace(
        "self.b = np.zeros((1, n_out))", "self.b = np.zeros((1, n_out)); self.dW = self.db = 0.0"
    )
    assert answer(tmp_path, text).ok
    for name in sums:
        text = text.replace(f"        {name} = ", f"        {name} += ")
    found = answer(tmp_path, text, repairing=True)
    assert found.mistakes == ["B8"]
    assert [repair.old.split(" ")[:2] for repair in found.repairs] == [[name, "+="] for name in sums]
    assert found.line == found.repairs[0].line


def test_a_minibatch_of_many_examples_is_reached(tmp_path):
    text = SHAPES["lists of arrays"].split("\nnet", 1)[0].split("\nif __name__", 1)[0].split("\ntraining_data", 1)[0]
    text += "\nexamples = [(np.random.randn(3, 1), np.random.rand(2, 1)) for _ in range(48)]\n"
    text += "wide = Network([3, 4, 2])\nwide.SGD(examples, 50, 8, 0.5)\n"
    loop = "for mini_batch in mini_batches:\n                self.update_mini_batch(mini_batch, eta)"
    assert loop in text
    part = "training_data[k:k + mini_batch_size]"
    text = text.replace(
        loop, loop.replace("mini_batch in mini_batches", "k in range(0, n, 8)").replace("(mini_batch,", f"({part},")
    )
    assert answer(tmp_path, text).ok
    found = answer(tmp_path, text.replace("sp = sigmoid_prime(z)", "sp = sigmoid_prime(sigmoid(z))"))
    assert "A2" in found.mistakes


def test_weights_that_grow_are_no_decay(tmp_path):
    text = SHAPES["script"].replace("lr * delta1 @ x.T", "lr * (delta1 @ x.T - 0.01 * W1)")
    found = answer(tmp_path, text.replace("lr * delta2 @ h.T", "lr * (delta2 @ h.T + 0.01 * W2)"), repairing=True)
    assert found.first_wrong == "W1" and found.groups["W1"] == "wrong" and found.groups["W2"] != "wrong"
    assert "wrong sign" in found.message
    (repair,) = found.repairs
    assert "+ 0.01 * W1" in repair.new


SINGLE_NUMBERS = """
from math import tanh
p, q, r, s, t, u = 0.4, -0.3, 0.2, 0.7, -0.6, 0.5
c1, c2, c3 = 0.1, 0.2, 0.3

def teach(left, right, wanted):
    global p, q, r, s, t, u, c1, c2, c3
    a = tanh(p * left + q * right + c1)
    b = tanh(r * left + s * right + c2)
    y = tanh(t * a + u * b + c3)
    g = (y - wanted) * (1 - y * y)
    ga, gb = g * t * (1 - a * a), g * u * (1 - b * b)
    p, q, c1 = p - 0.2 * ga * left, q - 0.2 * ga * right, c1 - 0.2 * ga
    r, s, c2 = r - 0.2 * gb * left, s - 0.2 * gb * right, c2 - 0.2 * gb
    t, u, c3 = t - 0.2 * g * a, u - 0.2 * g * b, c3 - 0.2 * g
"""


def test_examples_that_are_numbers_in_a_call(tmp_path):
    called = SINGLE_NUMBERS + "\nfor turn in range(20):\n    teach(0, 1, 1)\n    teach(1, 1, -1)\n"
    assert answer(tmp_path, called).network["sizes"] == [2, 2, 1]
    wrong = answer(tmp_path, called.replace("g * u * (1 - b", "g * t * (1 - b"), repairing=True)
    assert wrong.ok is False and wrong.repairs
    assert answer(tmp_path, SINGLE_NUMBERS, train="teach(0, 1, 1)").ok


def test_the_line_of_help_is_in_the_programs_own_words(tmp_path):
    text = SINGLE_NUMBERS.replace("def teach(left, right, wanted):", "def teach(left, right, wanted, extra):")
    assert '--train "teach(0, 1, 1, 1)"' in answer(tmp_path, text).message
    with pytest.raises(NeuronsError):
        answer(tmp_path, text, train="teach(0,")


LISTS = """
import math
import random

class Red:
    def __init__(self, entradas, ocultas, salidas):
        self.uno = [[random.uniform(-1, 1) for _ in range(entradas)] for _ in range(ocultas)]
        self.dos = [[random.uniform(-1, 1) for _ in range(ocultas)] for _ in range(salidas)]

    def adelante(self, datos):
        self.datos = datos
        self.capa = []
        for fila in self.uno:
            self.capa.append(math.tanh(sum(p * d for p, d in zip(fila, datos))))
        self.final = []
        for fila in self.dos:
            self.final.append(math.tanh(sum(p * c for p, c in zip(fila, self.capa))))

    def atras(self, meta):
        del_final = []
        for k in range(len(self.final)):
            del_final.append((self.final[k] - meta[k]) * (1 - self.final[k] ** 2))
        del_capa = []
        for j in range(len(self.capa)):
            suma = 0.0
            for k in range(len(del_final)):
                suma += del_final[k] * self.dos[k][j]
            del_capa.append(suma * (1 - self.capa[j] ** 2))
        for k in range(len(del_final)):
            for j in range(len(self.capa)):
                self.dos[k][j] -= 0.3 * del_final[k] * self.capa[j]
        for j in range(len(del_capa)):
            for i in range(len(self.datos)):
                self.uno[j][i] -= 0.3 * del_capa[j] * self.datos[i]

red = Red(2, 2, 2)
for vez in range(20):
    for datos, meta in [([0.1, 0.9], [0.3, 0.2]), ([0.8, 0.4], [0.1, 0.7])]:
        red.adelante(datos)
        red.atras(meta)
"""


@pytest.mark.parametrize(
    "text, right, wrong, words",
    [
        (LISTS, "suma += del_final[k] * self.dos[k][j]", "suma += del_final[k] * self.dos[j][k]", "transposed"),
        (LISTS, "suma * (1 - self.capa[j] ** 2)", "suma * (1 - self.capa[j])", "tanh"),
        (SHAPES["one class"], "return sigmoid(z) * (1 - sigmoid(z))", "return sigmoid(z) * (1 + sigmoid(z))", ""),
        (SHAPES["bias in the weights"], "back[:-1] * self", "back[1:] * self", ""),
    ],
)  # fmt: skip
def test_the_line_is_the_one_where_the_mistake_stands(text, right, wrong, words, tmp_path):
    assert right in text
    found = answer(tmp_path, text.replace(right, wrong), repairing=True)
    line = next(n for n, line in enumerate(text.replace(right, wrong).split("\n"), start=1) if wrong in line)
    assert found.ok is False and found.line == line and found.repairs, found.message
    assert words in found.message and "sigmoid is" not in found.message


def test_of_two_outputs_a_mean_is_not_called_a_missing_factor(tmp_path):
    text = SHAPES["one class"].replace("err * slope(self.z_out)", "2 * err / targets.size * slope(self.z_out)")
    text = text.replace("Network(2, 3, 1)", "Network(2, 3, 2)").replace(
        "[[0], [1], [1], [0]]", "[[0, 1], [1, 1], [1, 0], [0, 0]]"
    )
    found = answer(tmp_path, text)
    assert found.ok and found.conventions[:2] == ["L1", "L5"] and " or " in found.message


# What is no training program gets a sentence.

SENTENCES = {
    "while True: pass": "takes too long",
    "import sys\nsys.exit(0)": "ends the program",
    "import os\nos._exit(7)": "ends the program",
    'n = int(input("how many? "))': "asks for input",
    "import numpy as np\nd = np.loadtxt('train.csv')": "the file train.csv, which I do not have",
    "import numpy as np\nd = np.load('train.npy')": "train.npy, which I do not have",
    "import matplotlib.pyplot as plt\nplt.plot([1, 2]); plt.show()": "could not reach",
    "for i in range(10 ** 7):\n    print('x' * 1000)": "takes too long",
    "def f(n):\n    return f(n + 1)\nf(0)": "RecursionError",
    "x = [0] * 10 ** 12": "MemoryError",
    "import subprocess\nsubprocess.run(['ls'])": "could not reach",
    "print 'hello'": "Python 2",
    "": "empty",
}


@pytest.mark.parametrize("text, words", SENTENCES.items())
def test_programs_that_do_other_things_get_a_sentence(text, words, tmp_path):
    found = answer(tmp_path, text)
    assert found.outcome == "not reached" and found.exit_code == 3 and words in found.message
    assert "your code raises" not in found.message


def test_one_line_helps(tmp_path):
    text = """
        import numpy as np
        class Thing:
            def __init__(self, p, q, r):
                self.u, self.v = np.random.randn(p, q), np.random.randn(q, r)
            def absorb(self, stuff, truth, speed):
                h = np.tanh(stuff @ self.u)
                o = h @ self.v
                g = o - truth
                self.u, self.v = self.u - speed * stuff.T @ (g @ self.v.T * (1 - h * h)), self.v - speed * h.T @ g
    """
    found = answer(tmp_path, text, make="Thing(2, 4, 3)", train="net.absorb(x, y, 0.5)")
    assert found.ok and found.network["sizes"] == [2, 4, 3]


def test_a_notebook_is_a_program(tmp_path):
    cells = [{"cell_type": "markdown", "source": ["# XOR"]}, {"cell_type": "code", "source": ["%matplotlib inline\n"]}]
    parts = SHAPES["script"].split("W1 =", 1)
    cells += [{"cell_type": "code", "source": [part]} for part in (parts[0], "W1 =" + parts[1])]
    path = tmp_path / "xor.ipynb"
    path.write_text(json.dumps({"cells": cells}), encoding="utf-8")
    assert diagnose_program(str(path)).ok


def test_the_command_prints_json(tmp_path):
    path = tmp_path / "student.py"
    path.write_text(PROGRAMS["one class, chain rule added"].text, encoding="utf-8")
    command = [sys.executable, "-m", "neurons", "diagnose", str(path), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    found = json.loads(done.stdout)
    assert done.returncode == 1
    assert set(found) == {
        *("outcome", "mistakes", "conventions", "network", "groups", "first_wrong", "line", "repairs", "message")
    }
    assert (found["outcome"], found["first_wrong"], found["mistakes"]) == ("wrong", "W1", ["A11"])
    assert all(set(repair) == {"line", "old", "new"} for repair in found["repairs"])
    missing = subprocess.run([*command[:4], "no such file.py"], capture_output=True, text=True, check=False)
    assert missing.returncode == 2


def test_a_program_runs_in_this_interpreter_too(tmp_path):
    before = set(sys.modules), np.sum
    found = answer(tmp_path, PROGRAMS["one class, chain rule added"].text, repairing=True, transport=LocalTransport)
    assert found.outcome == "wrong" and found.repairs
    assert {name for name in set(sys.modules) - before[0] if name.startswith("inside")} == set() and np.sum is before[1]


def test_one_door_to_both_diagnoses(tmp_path):
    path = tmp_path / "student.py"
    path.write_text(SHAPES["script"], encoding="utf-8")
    assert diagnose(str(path)).ok
    assert isinstance(diagnose(gradients=lambda p, x, y: p, sizes=[2, 1]), Diagnosis)
    with pytest.raises(NeuronsError):
        diagnose(str(path), sizes=[2, 1])
    with pytest.raises(NeuronsError):
        diagnose(str(tmp_path / "none.py"))


ZERO_BIAS = """\
import math
w1, b1 = [[0.3, -0.5], [0.7, 0.2], [-0.4, 0.6]], [0.1, -0.2, 0.05]
w2, bo = [0.5, -0.3, 0.8], 0
def sig(z):
    return 1 / (1 + math.exp(-z))
for epoch in range(20):
    for x, y in [((0, 0), 0), ((0, 1), 1), ((1, 0), 1), ((1, 1), 0)]:
        h = [sig(sum(w * v for w, v in zip(w1[j], x)) + b1[j]) for j in range(3)]
        o = sig(sum(w2[j] * h[j] for j in range(3)) + bo)
        d = 2 * (o - y) * o * (1 - o)
        dh = [d * w2[j] * h[j] * (1 - h[j]) for j in range(3)]
        for j in range(3):
            w2[j] -= 0.5 * d * h[j]
            for i in range(2):
                w1[j][i] -= 0.5 * dh[j] * x[i]
            b1[j] -= 0.5 * dh[j]
        bo -= 0.5 * d
"""


def test_a_bias_that_begins_as_a_whole_number_is_seen(tmp_path):
    assert answer(tmp_path, ZERO_BIAS).outcome == "right"
    found = answer(tmp_path, ZERO_BIAS.replace("bo -= 0.5 * d", "bo -= 0.5 * d * o"))
    assert found.outcome == "wrong" and (found.first_wrong, found.line) == ("b2", 17)


FIXED_NUMBER = """
import numpy as np

rng = np.random.RandomState(3)
points = rng.randn(40, 2)
answers = (points[:, :1] * points[:, 1:] > 0).astype(float)
u, c = 0.7 * rng.randn(2, 5), np.zeros(5)
v, d = 0.7 * rng.randn(5, 1), np.zeros(1)

def train_part(x, y):
    global u, c, v, d
    h = np.tanh(x @ u + c)
    o = 1 / (1 + np.exp(-(h @ v + d)))
    go = (o - y) / len(x)
    gh = (go @ v.T) * (1 - h ** 2)
    u, c = u - 0.5 * x.T @ gh, c - 0.5 * gh.sum(axis=0)
    v, d = v - 0.5 * h.T @ go, d - 0.5 * go.sum(axis=0)
    return abs(o - y).mean()

for day in range(20):
    order = rng.permutation(40)
    errors = [train_part(points[order[k:k + 8]], answers[order[k:k + 8]]) for k in range(0, 40, 8)]
"""


def test_a_number_of_examples_in_the_program_blames_nothing(tmp_path):
    assert answer(tmp_path, FIXED_NUMBER, repairing=True).ok
    wrong = answer(tmp_path, FIXED_NUMBER.replace("d - 0.5", "d + 0.5"), repairing=True)
    assert wrong.first_wrong == "b2" and "d - 0.5" in wrong.repairs[0].new
    unnamed = FIXED_NUMBER.replace("train_part", "go_on")
    assert answer(tmp_path, unnamed).ok
    assert answer(tmp_path, unnamed.replace("d - 0.5", "d + 0.5")).first_wrong == "b2"
    pair = "points[order[k:k + 8]], answers[order[k:k + 8]]"
    alone = unnamed.replace(f"go_on({pair})", "go_on(k)").replace("(x, y):", f"(k):\n    x, y = {pair}")
    found = answer(tmp_path, alone)
    assert found.outcome == "not reached" and "several steps" in found.message


COLUMNS = """
import numpy as np

rng = np.random.RandomState(4)
x = rng.randn(3, 30)
y = (x[:1] > x[1:2]) * 1.0
v, c = 0.7 * rng.randn(4, 3), np.zeros((4, 1))
w, d = 0.7 * rng.randn(1, 4), np.zeros((1, 1))
for turn in range(20):
    h = np.tanh(v @ x + c)
    o = 1 / (1 + np.exp(-(w @ h + d)))
    delta_o = (o - y) / x.shape[1]
    delta_h = (w.T @ delta_o) * (1 - h ** 2)
    grad_c = delta_h.sum(axis=1, keepdims=True)
    v = v - 0.5 * delta_h @ x.T
    c = c - 0.5 * grad_c
    w = w - 0.5 * delta_o @ h.T
    d = d - 0.5 * delta_o.sum(axis=1, keepdims=True)
"""


def test_a_parameter_keeps_its_shape(tmp_path):
    assert answer(tmp_path, COLUMNS).ok
    wrong = COLUMNS.replace("grad_c = delta_h.sum(axis=1, keepdims=True)", "grad_c = delta_h")
    found = answer(tmp_path, wrong, repairing=True)
    assert found.outcome == "wrong" and found.first_wrong == "b1" and found.groups["b1"] == "wrong"
    assert found.mistakes == ["Bi7"] and "the shape of `c`" in found.message
    (repair,) = found.repairs
    assert repair.new == "grad_c = delta_h.sum(axis=1, keepdims=True)"
    assert (
        COLUMNS.replace("= delta_h.sum(axis=1, keepdims=True)", "= delta_h")
        .splitlines()[found.line - 1]
        .endswith("= delta_h")
    )


def test_a_repair_keeps_the_shape_of_a_parameter(tmp_path):
    found = answer(tmp_path, COLUMNS.replace("delta_h.sum(axis=1, keepdims=True)", "delta_h.sum()"), repairing=True)
    (repair,) = found.repairs
    assert "Bi3" in found.mistakes and repair.new == "grad_c = delta_h.sum(axis=1, keepdims=True)"
    kept = "np.sum(delta_h, keepdims=True)"
    found = answer(tmp_path, COLUMNS.replace("delta_h.sum(axis=1, keepdims=True)", kept), repairing=True)
    (repair,) = found.repairs
    assert repair.new == "grad_c = np.sum(delta_h, axis=1, keepdims=True)"


FOREIGN_NAMES = """
import numpy as np

rng = np.random.RandomState(9)

class Netwerk:
    def __init__(self):
        self.k1, self.q1 = 0.5 * rng.randn(7, 3), np.zeros((7, 1))
        self.k2, self.q2 = 0.5 * rng.randn(6, 7), np.zeros((6, 1))
        self.k3, self.q3 = 0.5 * rng.randn(2, 6), np.zeros((2, 1))

    def lernen(self, kolom, zeker, rate):
        s1 = np.tanh(self.k1 @ kolom + self.q1)
        s2 = np.tanh(self.k2 @ s1 + self.q2)
        s3 = 1 / (1 + np.exp(-(self.k3 @ s2 + self.q3)))
        f3 = (s3 - zeker) / zeker.shape[1]
        f2 = (self.k3.T @ f3) * (1 - s2 ** 2)
        f1 = (self.k2.T @ f2) * (1 - s1 ** 2)
        for k, q, f, s in ((self.k1, self.q1, f1, kolom), (self.k2, self.q2, f2, s1), (self.k3, self.q3, f3, s2)):
            k -= rate * f @ s.T
            q -= rate * f.sum(axis=1, keepdims=True)
"""
FOREIGN_MAIN = """
bron = rng.randn(3, 50)
zijde = np.array([bron[0] > bron[1], bron[2] ** 2 > 0.5]) * 1.0
netwerk = Netwerk()
for ronde in range(20):
    netwerk.lernen(bron, zijde, 0.4)
"""


def test_data_are_found_whatever_they_are_called(tmp_path):
    assert answer(tmp_path, FOREIGN_NAMES + FOREIGN_MAIN).network["sizes"] == [3, 7, 6, 2]
    wrong = FOREIGN_NAMES.replace("f1 = (self.k2.T @ f2) * (1 - s1 ** 2)", "f1 = self.k2.T @ f2")
    assert answer(tmp_path, wrong + FOREIGN_MAIN).mistakes == ["A1"]


def test_the_line_of_help_has_all_that_is_required(tmp_path):
    text = FOREIGN_NAMES.replace("rng.randn(7, 3)", "rng.randn(7, 9 // 3)")
    found = answer(tmp_path, text)
    assert '--make "Netwerk()" --train "net.lernen(x, y, 0.5)"' in " ".join(str(found).split())
    assert answer(tmp_path, text, make="Netwerk()", train="net.lernen(x, y, 0.5)").ok


def test_sizes_that_are_written_out_need_no_help(tmp_path):
    assert answer(tmp_path, FOREIGN_NAMES).network["sizes"] == [3, 7, 6, 2]


PAIRS = """
def pairs(n):
    found = []
    for _ in range(n):
        x = np.random.rand(3, 1)
        found.append((x, (x == x.max()) * 1.0))
    return found

train, test = pairs(400), pairs(100)
net = Network([3, 3, 3, 3])
net.SGD(train, 60, 10, 3.0)
"""


@pytest.mark.slow
def test_many_pairs_of_columns_beside_layers_of_one_size(tmp_path):
    text = SHAPES["lists of arrays"] + PAIRS
    right = answer(tmp_path, text)
    assert right.ok and right.network["sizes"] == [3, 3, 3, 3], right.message
    wrong = text.replace("self.weights[-l + 1]", "self.weights[-l]")
    found = answer(tmp_path, wrong, repairing=True)
    assert found.line == 1 + wrong[: wrong.index("self.weights[-l].")].count("\n") and found.first_wrong == "W2"
    (repair,) = found.repairs
    assert "self.weights[-l + 1]" in repair.new


def test_when_the_time_is_over_what_is_known_by_then_is_told(tmp_path, monkeypatch):
    text = PROGRAMS["one class, chain rule added"].text
    monkeypatch.setattr(budget, "WHOLE", 0.0)
    assert answer(tmp_path, text, repairing=True).outcome == "not reached"


@pytest.mark.slow
@pytest.mark.parametrize("name", ["lists of arrays, last example", "modules, not cleared"])
def test_wherever_the_time_ends_what_is_wrong_is_not_called_right(name, tmp_path, monkeypatch):
    """Both are right for one example, in a first step."""
    ask, asked, most = session.Session.ask, 0, 10**6

    def counted(self, *arguments):
        nonlocal asked
        asked += 1
        if asked > most:
            raise budget.OutOfTime("the time is over")
        return ask(self, *arguments)

    monkeypatch.setattr(session.Session, "ask", counted)
    assert answer(tmp_path, PROGRAMS[name].text).outcome == "wrong"
    outcomes = []
    for num_asks in range(asked - 1, max(0, asked - 12), -1):
        asked, most = 0, num_asks
        outcomes.append(answer(tmp_path, PROGRAMS[name].text).outcome)
    assert "not reached" in outcomes and "right" not in outcomes


ROOTS = """
import numpy as np

rng = np.random.default_rng(5)
grids = np.array([[rng.normal() for _ in range(4)] for _ in range(40)])
labels = (grids.sum(1) > 0) * 1 + (grids[:, 0] > 0.5)
sizes = [4, 6, 5, 3]
rate0 = 0.01
P = []
for i, o in zip(sizes, sizes[1:]):
    P += [rng.normal(0, 0.6, (i, o)), np.zeros(o)]
cache = [np.zeros_like(p) for p in P]

def gradients(x, t):
    A, a, B, b, C, c = P
    h = np.maximum(0, x @ A + a)
    k = np.maximum(0, h @ B + b)
    p = np.exp(k @ C + c)
    p /= p.sum(1, keepdims=True)
    p[np.arange(len(t)), t] -= 1
    p /= len(t)
    gC, gc = k.T @ p, p.sum(0)
    p = p @ C.T
    p[k <= 0] = 0
    gB, gb = h.T @ p, p.sum(0)
    p = p @ B.T
    p[h <= 0] = 0
    return [x.T @ p, p.sum(0), gB, gb, gC, gc]

def rmsprop(grads, lr, rho=0.9, eps=1e-7):
    for p, c, g in zip(P, cache, grads):
        c *= rho
        c += (1 - rho) * g * g
        p -= lr * g / (np.sqrt(c) + eps)

for epoch in range(20):
    lr = rate0 / (1 + 0.05 * epoch)
    perm = rng.permutation(30)
    for k in range(0, 30, 10):
        idx = perm[k:k + 10]
        rmsprop(gradients(grids[idx], labels[idx]), lr)
"""


@pytest.mark.slow
@pytest.mark.parametrize("help", ["", "rmsprop(gradients(grids[:20], labels[:20]), 0.003)"])
def test_an_optimiser_that_divides_by_sizes_and_has_stepped_before_blames_nothing(help, tmp_path):
    found = answer(tmp_path, ROOTS, repairing=True, train=help)
    assert found.ok and found.network["sizes"] == [4, 6, 5, 3], found.message
    wrong = answer(
        tmp_path, ROOTS.replace("p[h <= 0] = 0", "p[k <= 0] = 0").replace("[4, 6, 5", "[4, 5, 5"), train=help
    )
    assert wrong.ok is False and wrong.first_wrong == "W1", wrong.message


WRITTEN_OUT = """
import numpy as np

def sigmoid(z):
    return 1 / (1 + np.exp(-z))

class Network:
    def __init__(self, inputs, hidden, outputs):
        self.w1 = np.random.randn(inputs, hidden)
        self.w2 = np.random.randn(hidden, outputs)

    def train(self, X, y, rate):
        hidden = sigmoid(X @ self.w1)
        output = sigmoid(hidden @ self.w2)
        output_delta = (y - output) * output * (1 - output)
        hidden_delta = output_delta @ self.w2.T * hidden * (1 - hidden)
        self.w2 += rate * hidden.T @ output_delta
        self.w1 += rate * X.T @ hidden_delta

net = Network(3, 5, 1)
for _ in range(20):
    net.train(np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]]), np.array([[0], [1], [1], [0]]), 0.5)
"""


def test_sizes_are_those_of_the_program_whose_call_holds_its_data(tmp_path):
    right = answer(tmp_path, WRITTEN_OUT)
    assert right.ok and right.network["sizes"] == [3, 5, 1], right.message


SLOPE_OF_A = """
import numpy as np

def sigmoid(z):
    return 1 / (1 + np.exp(-z))

def slope(z):
    return sigmoid(z) * (1 - sigmoid(z))

def back(inputs, wanted, sum1, hidden, sum2, output):
    apart = output - wanted
    delta2 = apart * slope(output)
    delta1 = delta2 @ w2.T * slope(sum1)
    return inputs.T @ delta1, delta1.sum(0), hidden.T @ delta2, delta2.sum(0)

inputs = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], dtype=float)
wanted = np.array([[0], [1], [1], [0]], dtype=float)
w1, b1, w2, b2 = np.random.randn(2, 3), np.zeros(3), np.random.randn(3, 1), np.zeros(1)
for turn in range(20):
    sum1 = inputs @ w1 + b1
    hidden = sigmoid(sum1)
    sum2 = hidden @ w2 + b2
    output = sigmoid(sum2)
    g1, c1, g2, c2 = back(inputs, wanted, sum1, hidden, sum2, output)
    w1 -= g1
    b1 -= c1
    w2 -= g2
    b2 -= c2
"""


@pytest.mark.parametrize("factor", ["", "2 * "])
def test_a_repair_keeps_the_loss_of_the_mistake_that_is_named(factor, tmp_path):
    found = answer(tmp_path, SLOPE_OF_A.replace("= output - wanted", f"= {factor}(output - wanted)"), repairing=True)
    assert found.mistakes[0] == "A2"
    (repair,) = found.repairs
    assert repair.new == "delta2 = apart * slope(sum2)"


@pytest.mark.slow
def test_a_mistake_in_a_batch_is_mended_after_one_in_a_single_example(tmp_path):
    text = COLUMNS.replace("d - 0.5 * delta_o.sum", "d - 0.5 * delta_o.mean")
    found = answer(tmp_path, text.replace("(1 - h ** 2)", "(1 - h)"), repairing=True)
    assert found.mistakes == ["A5"] and found.first_wrong == "W1"
    first, second = found.repairs
    assert "(1 - h ** 2)" in first.new and "delta_o.sum" in second.new
    assert "one example alone" in found.message


def test_a_slope_that_is_missing_comes_before_a_comparison_that_is_not_there(tmp_path):
    text = COLUMNS.replace("np.tanh(v @ x + c)", "np.maximum(0, v @ x + c)").replace(" * (1 - h ** 2)", "")
    assert answer(tmp_path, text).mistakes[:2] == ["A1", "A6"]


CLASSES = """
import numpy as np

rng = np.random.RandomState(0)
X = rng.randn(15, 4)
y = np.repeat([0, 1, 2], 5)
W, b = 0.1 * rng.randn(4, 3), np.zeros(3)

def probabilities(X):
    scores = X @ W + b
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)

def gradient(X, y):
    g = probabilities(X).copy()
    for i in range(len(X)):
        g[i, y[i]] -= 1
    g /= len(X)
    return X.T @ g, g.sum(axis=0)

def train_step(X, y, lr=0.2):
    global W, b
    dW, db = gradient(X, y)
    W, b = W - lr * dW, b - lr * db

for step in range(20):
    train_step(X, y)
"""


def test_one_layer_of_softmax_with_three_classes(tmp_path):
    right = answer(tmp_path, CLASSES)
    assert right.ok and right.network["sizes"] == [4, 3], right.message
    wrong = CLASSES.replace("y[i]] -= 1", "y[i] - 1] -= 1")
    found = answer(tmp_path, wrong, repairing=True)
    assert found.ok is False and found.line == 1 + wrong[: wrong.index("y[i] - 1")].count("\n"), found.message
    assert found.repairs[0].new == "g[i, y[i]] -= 1"
