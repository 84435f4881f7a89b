"""The examples run as they are, without a warning, and do what they promise.

The longer ones run in a short form here, with fewer epochs; what they reach in full they print themselves.
"""

import os
import re
import runpy
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from neurons import Model, datasets
from neurons.classroom import diagnose

EXAMPLES = Path(__file__).parents[1] / "examples"
LINES_OF_A_PAGE = 75
on_mnist = pytest.mark.skipif(
    not os.environ.get("NEURONS_DATA"), reason="NEURONS_DATA does not name a folder with MNIST's files"
)


def example(name, **settings):
    """What `main` of the example returns for these settings."""
    return runpy.run_path(str(EXAMPLES / f"{name}.py"))["main"](**settings)


def output_of(name, tmp_path):
    """What the example prints, started from another folder and with warnings as errors."""
    command = [sys.executable, "-W", "error", str(EXAMPLES / name)]
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert (result.returncode, result.stderr) == (0, "")
    return result.stdout


def test_every_example_has_a_test():
    tested = set(re.findall(r'(?:example|output_of)\("(\w+)(?:\.py)?"', Path(__file__).read_text(encoding="utf-8")))
    assert {path.stem for path in EXAMPLES.glob("*.py")} == tested


def test_every_example_is_a_page():
    for path in EXAMPLES.glob("*.py"):
        assert len(path.read_text(encoding="utf-8").splitlines()) <= LINES_OF_A_PAGE, path.name


def test_xor_is_solved(tmp_path):
    printed = output_of("xor.py", tmp_path)
    losses = [float(loss) for loss in re.findall(r"loss (\S+)", printed)]
    assert losses == sorted(losses, reverse=True)
    rows = re.findall(r"^(\d)  (\d) +(\d) +(\d\.\d+)$", printed, re.MULTILINE)
    inputs, labels = datasets.xor()
    shown = [([float(x0), float(x1)], [float(label)]) for x0, x1, label, _ in rows]
    assert sorted(shown) == sorted(zip(inputs, labels, strict=True))
    for _, _, label, output in rows:
        assert abs(float(output) - float(label)) <= 0.1


def test_xor_with_two_hidden_neurons():
    """From seed 3, plain momentum ends on the plateau with two answers of 0.5; noise and decay together lead to XOR."""
    assert example("xor_two_hidden", num_seeds=1) == {"both": 1, "noise alone": 1, "decay alone": 0, "neither": 1}
    train = runpy.run_path(str(EXAMPLES / "xor_two_hidden.py"))["train"]
    inputs, labels = datasets.xor()
    for output, (label,) in zip(train(3, 0.12, 0.005), labels, strict=True):
        assert abs(output - label) <= 0.1
    assert sorted(round(output, 1) for output in train(3, 0.0, 0.0)) == [0.0, 0.5, 0.5, 1.0]  # on the plateau


def test_find_the_mistake_learns_and_is_found(tmp_path):
    assert output_of("find_the_mistake.py", tmp_path).strip().startswith("[0.0")
    diagnosis = diagnose(str(EXAMPLES / "find_the_mistake.py"))
    assert diagnosis.mistakes == ["X3"] and [repair.line for repair in diagnosis.repairs] == [diagnosis.line]


@on_mnist
def test_system_000():
    assert example("system_000_mnist_relu", epochs=1) >= 0.930


@on_mnist
def test_system_001_comes_out_to_every_printed_digit(tmp_path):
    picture = tmp_path / "001.png"
    losses, right, worst = example("system_001_mnist_batches", epochs=2, picture=picture)
    assert [f"{loss:.4f}" for loss in losses] == ["0.3775", "0.2008"]  # the original's
    assert right >= 0.95
    assert worst <= 1e-9
    assert picture.read_bytes().startswith(b"\x89PNG")


@on_mnist
def test_system_002():
    right, solved = example("system_002_sigmoid", epochs=1, num_runs=1)
    assert right >= 0.930
    assert solved == 1


def test_system_003(tmp_path):
    picture = tmp_path / "003.png"
    loss, right = example("system_003_spiral", epochs=6000, picture=picture)
    assert loss <= 0.02
    assert right >= 0.98
    assert picture.read_bytes().startswith(b"\x89PNG")


@on_mnist
def test_system_004():
    difference, right = example("system_004_loops_and_numpy", epochs=1)
    assert difference <= 1e-15
    assert right >= 0.87


@on_mnist
def test_the_classics():
    nielsen, lecun = example("classics", nielsen_epochs=1, lecun_epochs=1)
    assert nielsen >= 0.90
    assert lecun >= 0.92


@on_mnist
@pytest.mark.parametrize("recipe, epochs, least", [("five", 3, 0.97), ("minute", 2, 0.95)])
def test_the_recipes(recipe, epochs, least):
    assert example("mnist_recipes", recipe=recipe, epochs=epochs) >= least


@on_mnist
def test_compiled_loops():
    """In the terms of system 000's first epoch; that the numbers are right stands in test_compiled_loops.py."""
    pytest.importorskip("numba", reason="numba is not installed: pip install numba")
    assert example("compiled_loops", epochs=1) >= 0.94


def test_compiled_loops_without_numba(monkeypatch):
    monkeypatch.setitem(sys.modules, "numba", None)
    compiled = runpy.run_path(str(EXAMPLES / "compiled_loops.py"))["compiled"]
    with pytest.raises(SystemExit, match="pip install numba"):
        compiled(Model.from_sizes([2, 2, 1]))


@on_mnist
def test_mnist_without_numpy(tmp_path):
    path = tmp_path / "model.json"
    right = example("mnist_without_numpy", epochs=1, num_train=2000, num_test=300, path=path)
    assert right >= 0.75
    data = datasets.mnist()
    assert Model.load(path).accuracy(data.test_inputs[:300].astype(float), data.test_labels[:300]) == right


@on_mnist
@pytest.mark.skipif(os.name == "nt", reason="Windows sends Ctrl-C to a group of processes")
def test_mnist_without_numpy_keeps_the_model_after_an_interrupt(tmp_path):
    """NumPy is out of reach meanwhile."""
    path, script = str(tmp_path / "model.json"), str(EXAMPLES / "mnist_without_numpy.py")
    program = "import runpy, sys; sys.modules['numpy'] = None; "
    program += f"runpy.run_path({script!r})['main'](num_train=2000, num_test=10, path={path!r})"
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as process:
        printed = ""
        while "images, loss" not in printed:
            printed += process.stdout.read(1)
        process.send_signal(signal.SIGINT)
        printed += process.stdout.read()
    assert process.returncode == 0
    assert "test images right" in printed and "epoch 10" not in printed
    assert Model.load(path).layers[0].num_neurons == 64


def middles(images):
    """Where the ink of each image is in the middle: rows and columns (image, 2)."""
    np = pytest.importorskip("numpy")
    images = images.reshape(-1, 28, 28).astype(float)
    places = np.indices((28, 28)).reshape(2, -1)  # (2, pixel)
    ink = images.reshape(len(images), -1)  # (image, pixel)
    return ink @ places.T / ink.sum(axis=1, keepdims=True)


def test_warped_images():
    """Each group is moved by up to a pixel; turned and stretched about the middle as told; the ink stays."""
    np = pytest.importorskip("numpy")
    warped = runpy.run_path(str(EXAMPLES / "mnist_recipes.py"))["warped"]
    images = np.zeros((200, 28, 28), np.uint8)
    images[:, 11:14, 6:9] = 200  # a square left of the middle
    images = images.reshape(200, 784)
    moved = warped(images, np.random.default_rng(0), turn=0.0, stretch=0.0, bend=0.0)
    moves = middles(moved) - middles(images)
    assert np.abs(moves).max() <= 1.02 and np.abs(moves).max(axis=0).min() > 0.9
    assert len(np.unique(moves.round(2), axis=0)) > 90  # of 100 groups
    assert abs(moved.sum() / images.sum() - 1.0) < 0.01
    turned = middles(warped(images, np.random.default_rng(0), turn=30.0, stretch=0.0, bend=0.0)) - 13.5
    angles = np.rad2deg(np.arctan2(turned[:, 0], turned[:, 1]) - np.arctan2(-1.5, -6.5))
    angles = (angles + 180.0) % 360.0 - 180.0
    assert 20.0 < np.abs(angles).max() < 42.0  # the pixel that it also moves is some degrees
    bent = warped(images, np.random.default_rng(0), turn=0.0, stretch=0.0, bend=25.0)
    assert len(np.unique(bent, axis=0)) > 90


def test_the_pictures_of_xor_are_drawn(tmp_path):
    printed = output_of("xor_pictures.py", tmp_path)
    assert str(tmp_path.resolve()) in printed
    for name in ("xor_planes.png", "xor_paths.png", "xor_loss.png"):
        assert (tmp_path / name).read_bytes().startswith(b"\x89PNG")
        assert (EXAMPLES.parent / "notebooks" / "pictures" / name).exists()  # the README shows them
