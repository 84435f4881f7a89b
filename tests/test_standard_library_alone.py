"""The core runs where nothing but Python is: on a bare lab machine, in a browser."""

import json
import os
import subprocess
import sys

import pytest

THIRD_PARTY = ["numpy", "scipy", "matplotlib", "tqdm", "pooch", "hypothesis"]

# Nothing but the standard library and neurons can be imported after this.
BLOCK = """
import sys

class NothingElse:
    def find_spec(self, fullname, path=None, target=None):
        top = fullname.partition(".")[0]
        if top != "neurons" and top not in sys.stdlib_module_names:
            raise ModuleNotFoundError(f"No module named {fullname!r} (blocked)", name=fullname)

sys.meta_path.insert(0, NothingElse())
"""

NEW_MODULES = """
import sys
before = set(sys.modules)
{statement}
for name in sorted(set(sys.modules) - before):
    top = name.partition(".")[0]
    if top != "neurons" and top not in sys.stdlib_module_names:
        print(name)
"""

TRAIN = """
from neurons import Model, datasets
inputs, labels = datasets.xor()
model = Model.from_sizes([2, 8, 1], seed=0)
history = model.fit(inputs, labels, epochs=1000, learning_rate=1.0, seed=0, progress={progress})
worst = max(abs(output[0] - label[0]) for output, label in zip(model.predict(inputs), labels))
assert worst <= 0.1, worst
print(len(history), "epochs")
"""

COMMAND_LINE = """
import runpy
sys.argv = ["neurons", "xor", "--quiet", *{options}]
runpy.run_module("neurons", run_name="__main__", alter_sys=True)
"""


def fresh_python(code):
    """Run the code in an interpreter of its own that finds what this one finds."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, env=environment, timeout=300
    )


def foreign_modules(statement):
    result = fresh_python(NEW_MODULES.format(statement=statement))
    assert result.returncode == 0, result.stderr
    return result.stdout.split()


def test_import_neurons_brings_the_standard_library_alone():
    assert foreign_modules("import neurons") == []
    assert foreign_modules("import neurons; neurons.datasets.xor(); neurons.health") == []


def test_the_comparison_sees_a_foreign_module():
    assert "pytest" in foreign_modules("import neurons; import pytest")


@pytest.mark.parametrize("name", THIRD_PARTY)
def test_the_block_blocks(name):
    result = fresh_python(BLOCK + f"import {name}")
    assert result.returncode == 1 and f"No module named '{name}' (blocked)" in result.stderr


@pytest.mark.parametrize("progress", [None, True, False])
def test_xor_is_trained_with_nothing_but_python(progress):
    result = fresh_python(BLOCK + TRAIN.format(progress=progress))
    assert result.returncode == 0, result.stderr
    assert result.stdout.endswith("epochs\n")


def test_the_command_line_solves_xor_with_nothing_but_python():
    result = fresh_python(BLOCK + COMMAND_LINE.format(options=[]))
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")


def test_the_command_line_says_by_its_exit_code_that_xor_is_not_solved():
    result = fresh_python(BLOCK + COMMAND_LINE.format(options=["--epochs", "1"]))
    assert result.returncode == 1, result.stderr


WITHOUT = """
import sys

class Missing:
    def find_spec(self, fullname, path=None, target=None):
        if fullname.partition(".")[0] in {missing}:
            raise ModuleNotFoundError(f"No module named {{fullname!r}} (blocked)", name=fullname)

sys.meta_path.insert(0, Missing())
"""

TRAIN_ON_ARRAYS = """
import json
from neurons import Adam, Model, SoftmaxCrossEntropy, datasets
digits = datasets.digits()
losses = []
for batch_size, optimiser in ((1, None), (32, None), (7, Adam())):
    model = Model.from_sizes([64, 8, 10], loss=SoftmaxCrossEntropy(), seed=0, engine="numpy")
    inputs, labels = digits.train_inputs[:100], digits.train_labels[:100]
    settings = {"learning_rate": 0.01, "batch_size": batch_size, "optimiser": optimiser, "seed": 0}
    losses += model.fit(inputs, labels, epochs=2, **settings).loss
    losses.append(model.mean_loss(inputs, labels))
print(json.dumps(losses), "scipy" in sys.modules, "threadpoolctl" in sys.modules)
"""


@pytest.mark.parametrize("missing", [["scipy"], ["threadpoolctl"], ["scipy", "threadpoolctl"]])
def test_arrays_work_without_scipy_and_threadpoolctl(missing):
    """With NumPy alone they only take longer: the losses are the same but for rounding."""
    printed = []
    for names in ([], missing):
        result = fresh_python(WITHOUT.format(missing=names) + TRAIN_ON_ARRAYS)
        assert result.returncode == 0, result.stderr
        printed.append(result.stdout.rsplit(" ", 2))
    (with_them, *loaded), (without, *found) = printed
    assert (loaded, found) == (["True", "True\n"], [str("scipy" not in missing), f"{'threadpoolctl' not in missing}\n"])
    assert json.loads(without) == pytest.approx(json.loads(with_them), rel=1e-9)
