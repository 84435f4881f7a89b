"""The data are what they say: truth tables, curves, the UCI digits; the same seed gives the same examples."""

import csv
import gzip
import hashlib
import os
import random
import subprocess
import sys
import zipfile
from collections import Counter
from functools import cache
from importlib import resources
from math import atan2, cos, hypot, pi, sin, sqrt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neurons import datasets
from neurons.datasets import and_gate, circles, digits, moons, nand_gate, or_gate, spiral, train_test_split, xor
from neurons.errors import FileError, LengthError, NeuronsError, NotFiniteError
from neurons.text import show

ROOT = Path(datasets.__file__).parents[2]
DATA = Path(datasets.__file__).parent / "data"
POINT_SETS = [circles, moons, spiral]


def run_python(code, path=ROOT):
    """Run `code` in a fresh interpreter that finds the package at `path`, whatever the current directory holds."""
    environment = {**os.environ, "PYTHONPATH": str(path), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-c", code]
    return subprocess.run(command, env=environment, cwd=DATA, capture_output=True, text=True, timeout=60)


# The gates


@pytest.mark.parametrize(
    ("gate", "labels"),
    [
        (xor, [[0.0], [1.0], [1.0], [0.0]]),
        (and_gate, [[0.0], [0.0], [0.0], [1.0]]),
        (or_gate, [[0.0], [1.0], [1.0], [1.0]]),
        (nand_gate, [[1.0], [1.0], [1.0], [0.0]]),
    ],
)
def test_the_truth_table_of_a_gate(gate, labels):
    assert gate() == ([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], labels)
    assert {type(number) for row in gate()[0] + gate()[1] for number in row} == {float}


@pytest.mark.parametrize(
    ("gate", "labels"),
    [
        (xor, [[-1.0], [1.0], [1.0], [-1.0]]),
        (and_gate, [[-1.0], [-1.0], [-1.0], [1.0]]),
        (or_gate, [[-1.0], [1.0], [1.0], [1.0]]),
        (nand_gate, [[1.0], [1.0], [1.0], [-1.0]]),
    ],
)
def test_the_signed_truth_table_of_a_gate(gate, labels):
    assert gate(signed=True) == ([[-1.0, -1.0], [-1.0, 1.0], [1.0, -1.0], [1.0, 1.0]], labels)


def test_changing_a_gate_leaves_the_next_one_whole():
    inputs, labels = xor()
    inputs[0][0] = labels[0][0] = 9.0
    assert xor() == ([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], [[0.0], [1.0], [1.0], [0.0]])


# Points in the plane: the curves at noise 0, the noise, the seeds


def test_circles_without_noise_lie_on_their_radii():
    inputs, labels = circles(400, noise=0.0)
    for (x0, x1), (label,) in zip(inputs, labels, strict=True):
        assert hypot(x0, x1) == pytest.approx({0.0: 1.0, 1.0: 0.5}[label], abs=1e-12)
    for label in (0.0, 1.0):  # all the way round: about a quarter of 200 points in each quadrant
        quadrants = Counter(
            (x0 > 0, x1 > 0) for (x0, x1), (other,) in zip(inputs, labels, strict=True) if other == label
        )
        assert len(quadrants) == 4 and min(quadrants.values()) > 25


def test_moons_without_noise_lie_on_their_half_circles():
    inputs, labels = moons(400, noise=0.0)
    for (x0, x1), (label,) in zip(inputs, labels, strict=True):
        if label == 0.0:
            assert hypot(x0, x1) == pytest.approx(1.0, abs=1e-12) and x1 >= 0.0
        else:
            assert hypot(x0 - 1.0, x1 - 0.5) == pytest.approx(1.0, abs=1e-12) and x1 <= 0.5
    upper = [x0 for (x0, _), (label,) in zip(inputs, labels, strict=True) if label == 0.0]
    lower = [x0 for (x0, _), (label,) in zip(inputs, labels, strict=True) if label == 1.0]
    assert (min(upper), max(upper), min(lower), max(lower)) == pytest.approx((-1.0, 1.0, 0.0, 2.0), abs=0.01)


def test_the_spiral_without_noise_lies_on_its_arms():
    inputs, labels = spiral(400, noise=0.0)
    radii = []
    for (x0, x1), (label,) in zip(inputs, labels, strict=True):
        radius = hypot(x0, x1)
        radii.append(radius)
        angle = atan2(x1, x0) - 2 * pi * radius - pi * label
        assert (cos(angle), sin(angle)) == pytest.approx((1.0, 0.0), abs=1e-12)
    assert (min(radii), max(radii)) == pytest.approx((0.1, 1.0), abs=0.01)


@pytest.mark.parametrize("points", POINT_SETS)
def test_noise_is_a_standard_deviation_and_moves_the_same_points(points):
    exact, exact_labels = points(4000, noise=0.0, seed=5)
    noisy, noisy_labels = points(4000, noise=0.05, seed=5)
    assert noisy_labels == exact_labels
    moves = [a - b for row, other in zip(noisy, exact, strict=True) for a, b in zip(row, other, strict=True)]
    mean = sum(moves) / len(moves)
    deviation = sqrt(sum((move - mean) ** 2 for move in moves) / len(moves))
    assert abs(mean) < 0.003  # five standard errors of 8,000 draws
    assert deviation == pytest.approx(0.05, rel=0.04)
    assert max(abs(move) for move in moves) > 0.1  # a normal distribution has tails, an even one would end at 0.087


# Ten digits of the first two examples, noted with Python 3.10.13 on x86-64 Linux.
FIRST_POINTS = {
    circles: [[-0.3132039979, -0.463181107, 1.0], [0.8155606486, -0.3924209899, 0.0]],
    moons: [[1.4367958231, -0.3966824745, 1.0], [-1.0178902322, 0.3631755376, 0.0]],
    spiral: [[-0.1003770382, -0.1088987985, 1.0], [0.0560630861, -0.2531765473, 1.0]],
}


@pytest.mark.parametrize("points", POINT_SETS)
def test_every_python_draws_the_same_points(points):
    inputs, labels = points()
    first, second = FIRST_POINTS[points]
    assert inputs[0] + labels[0] == pytest.approx(first, abs=1e-9)
    assert inputs[1] + labels[1] == pytest.approx(second, abs=1e-9)


@pytest.mark.parametrize("points", POINT_SETS)
def test_the_same_seed_gives_the_same_points_and_another_seed_others(points):
    assert points(seed=3) == points(seed=3)
    seen = {tuple(row) for seed in range(20) for row in points(200, seed=seed)[0]}
    assert len(seen) == 20 * 200
    assert points(seed=None) != points(seed=None)


@pytest.mark.parametrize("points", POINT_SETS)
def test_drawing_leaves_the_global_generator_alone(points):
    before = random.getstate()
    points()
    points(seed=None)
    assert random.getstate() == before


@pytest.mark.parametrize("points", POINT_SETS)
@pytest.mark.parametrize("num_examples", [2, 3, 10, 11, 200])
def test_the_classes_are_balanced_and_shuffled(points, num_examples):
    inputs, labels = points(num_examples, seed=1)
    assert len(inputs) == num_examples and {len(row) for row in inputs} == {2}
    counts = Counter(label for (label,) in labels)
    assert counts == {0.0: (num_examples + 1) // 2, 1.0: num_examples // 2}
    if num_examples == 200:
        changes = sum(a != b for a, b in zip(labels, labels[1:], strict=False))
        assert 70 < changes < 130  # in order there would be 1 or 199


# Splitting


@st.composite
def splits(draw):
    num_examples = draw(st.integers(2, 60))
    num_test = draw(st.integers(1, num_examples - 1))
    return num_examples, num_test, draw(st.integers(0, 2**40))


@given(splits())
def test_a_split_neither_loses_nor_repeats_an_example(split):
    num_examples, num_test, seed = split
    inputs = [[float(n), -float(n)] for n in range(num_examples)]
    labels = [[100.0 + n] for n in range(num_examples)]
    train_inputs, train_labels, test_inputs, test_labels = train_test_split(
        inputs, labels, test_share=num_test / num_examples, seed=seed
    )
    assert len(train_inputs) == len(train_labels) == num_examples - num_test
    assert len(test_inputs) == len(test_labels) == num_test
    assert sorted(train_inputs + test_inputs) == inputs
    for row, label in zip(train_inputs + test_inputs, train_labels + test_labels, strict=True):
        assert label == [100.0 + row[0]]
    assert inputs == [[float(n), -float(n)] for n in range(num_examples)]  # and it leaves its arguments alone


@given(splits())
def test_arrays_are_split_like_lists(split):
    np = pytest.importorskip("numpy")
    num_examples, num_test, seed = split
    inputs = np.arange(2.0 * num_examples).reshape(num_examples, 2)
    labels = np.arange(num_examples)
    share = num_test / num_examples
    parts = train_test_split(inputs, labels, share, seed)
    as_lists = train_test_split(inputs.tolist(), labels.tolist(), share, seed)
    for part, expected in zip(parts, as_lists, strict=True):
        assert isinstance(part, np.ndarray) and part.tolist() == expected
        assert not np.shares_memory(part, inputs) and not np.shares_memory(part, labels)
    train_inputs, train_labels, _, _ = train_test_split(inputs, tuple(labels.tolist()), share, seed)  # one of each
    assert (train_inputs.tolist(), train_labels) == as_lists[:2]


def test_a_split_follows_its_seed():
    numbers = list(range(100))
    assert train_test_split(numbers, numbers, seed=1) == train_test_split(numbers, numbers, seed=1)
    tests = {tuple(train_test_split(numbers, numbers, seed=seed)[2]) for seed in range(50)}
    assert len(tests) == 50
    assert {number for test in tests for number in test} == set(numbers)  # every example is in some test
    assert train_test_split(numbers, numbers, seed=None) != train_test_split(numbers, numbers, seed=None)


def test_a_quarter_is_for_the_test_and_every_python_takes_the_same():
    numbers = list(range(8))
    assert train_test_split(numbers, numbers) == ([4, 1, 5, 2, 0, 3], [4, 1, 5, 2, 0, 3], [7, 6], [7, 6])


# The digits


def lines_of_the_file():
    """The table as whole numbers, read without the package's own reader."""
    with gzip.open(DATA / "digits.csv.gz", "rt", encoding="ascii", newline="") as file:
        return [tuple(int(cell) for cell in line) for line in csv.reader(file)]


def test_the_digits_are_the_test_set_of_uci():
    np = pytest.importorskip("numpy")
    data = digits()
    inputs = np.concatenate([data.train_inputs, data.test_inputs])
    labels = np.concatenate([data.train_labels, data.test_labels])
    assert inputs.shape == (1797, 64) and labels.shape == (1797,)
    # the class distribution that UCI's description of optdigits.tes gives
    assert np.bincount(labels).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    assert inputs.dtype == np.float64 and labels.dtype == np.int64
    assert (inputs.min(), inputs.max()) == (0.0, 1.0)
    assert np.array_equal(inputs * 16, np.rint(inputs * 16)) and len(np.unique(inputs)) == 17
    assert data.image_shape == (8, 8)


def test_the_first_digit_of_the_set_is_the_well_known_zero():
    np = pytest.importorskip("numpy")
    picture = [
        [0, 0, 5, 13, 9, 1, 0, 0],
        [0, 0, 13, 15, 10, 15, 5, 0],
        [0, 3, 15, 2, 0, 11, 8, 0],
        [0, 4, 12, 0, 0, 8, 8, 0],
        [0, 5, 8, 0, 0, 9, 8, 0],
        [0, 4, 11, 0, 1, 12, 7, 0],
        [0, 2, 14, 5, 10, 12, 0, 0],
        [0, 0, 6, 13, 10, 0, 0, 0],
    ]
    data = digits()
    inputs = np.concatenate([data.train_inputs, data.test_inputs])
    labels = np.concatenate([data.train_labels, data.test_labels])
    found = [n for n in range(1797) if np.array_equal(inputs[n].reshape(data.image_shape) * 16, picture)]
    assert len(found) == 1 and labels[found[0]] == 0


def test_every_digit_is_in_the_training_or_in_the_test():
    pytest.importorskip("numpy")
    data = digits()
    assert (len(data.train_inputs), len(data.test_inputs)) == (1438, 359)
    parts = []
    for inputs, labels in [(data.train_inputs, data.train_labels), (data.test_inputs, data.test_labels)]:
        parts.append(
            Counter((*(int(16 * x) for x in row), label) for row, label in zip(inputs.tolist(), labels, strict=True))
        )
    assert parts[0] + parts[1] == Counter(lines_of_the_file())
    assert not parts[0] & parts[1]
    # which ones are kept for the test is fixed: noted once, so that results stay comparable
    assert Counter(data.test_labels.tolist()) == dict(enumerate([38, 41, 38, 34, 27, 38, 34, 29, 45, 35]))


def test_the_labels_belong_to_their_digits():
    np = pytest.importorskip("numpy")
    data = digits()
    means = np.stack(
        [data.train_inputs[data.train_labels == digit].mean(axis=0) for digit in range(10)]
    )  # (digit, pixel)
    distances = ((data.test_inputs[:, None, :] - means) ** 2).sum(axis=2)  # (image, digit)
    assert (distances.argmin(axis=1) == data.test_labels).mean() > 0.85  # mixed-up labels would give 0.1


def test_each_call_gives_the_same_digits_in_arrays_of_its_own():
    np = pytest.importorskip("numpy")
    first, second = digits(), digits()
    first.train_inputs[:] = 7.0
    assert second.train_inputs.max() == 1.0
    assert np.array_equal(first.test_inputs, second.test_inputs)
    assert first == first and first != second  # one answer, not one per pixel
    assert repr(first) == "Dataset(1438 images to train on, 359 to test, 8x8 pixels)"


def test_the_attribution_is_beside_the_file_it_describes():
    text = (DATA / "ATTRIBUTION.txt").read_text(encoding="utf-8")
    assert "Alpaydin" in text and "Kaynak" in text and "creativecommons.org/licenses/by/4.0" in text
    assert hashlib.sha256((DATA / "digits.csv.gz").read_bytes()).hexdigest() in text


@cache
def broken_files():
    whole = (DATA / "digits.csv.gz").read_bytes()
    text = gzip.decompress(whole)
    flipped = bytearray(whole)
    flipped[len(whole) // 2] ^= 0xFF
    bad_stream = bytearray(whole)
    bad_stream[30:60] = b"\xff" * 30  # the tables of the compressed stream itself
    return {
        "cut": whole[:20000],
        "empty": b"",
        "not gzip": text,
        "one byte flipped": bytes(flipped),
        "bad stream": bytes(bad_stream),
        "a line missing": gzip.compress(text.split(b"\n", 1)[1], 1),
        "a number missing": gzip.compress(text.replace(b"0,0,5,13,", b"0,0,5,", 1), 1),
        "a word": gzip.compress(text.replace(b"13", b"ten", 1), 1),
        "no longer text": gzip.compress(text.replace(b"13", b"\xff\xfe", 1), 1),
    }


@pytest.mark.parametrize("damage", broken_files())
def test_a_damaged_file_is_named(damage, tmp_path, monkeypatch):
    pytest.importorskip("numpy")
    file = tmp_path / "data" / "digits.csv.gz"
    file.parent.mkdir()
    file.write_bytes(broken_files()[damage])
    monkeypatch.setattr(resources, "files", lambda package: tmp_path)
    with pytest.raises(FileError, match=r"digits: .*digits\.csv\.gz is damaged \(.+\); install neurons again"):
        digits()


def test_a_missing_file_is_named(tmp_path, monkeypatch):
    pytest.importorskip("numpy")
    monkeypatch.setattr(resources, "files", lambda package: tmp_path)
    with pytest.raises(FileError, match=r"digits: .*digits\.csv\.gz is missing; install neurons again"):
        digits()


def test_the_digits_are_found_inside_a_zip(tmp_path):
    pytest.importorskip("numpy")
    package = tmp_path / "package.zip"
    with zipfile.ZipFile(package, "w") as archive:
        for file in (ROOT / "neurons").rglob("*"):
            if file.is_file() and "__pycache__" not in file.parts:
                archive.write(file, file.relative_to(ROOT))
    done = run_python("from neurons import datasets; print(datasets.__file__, datasets.digits())", package)
    assert done.returncode == 0, done.stderr
    assert "package.zip" in done.stdout and "Dataset(1438 images" in done.stdout


# The package


def test_the_toy_problems_run_where_numpy_is_not():
    code = """
import sys
sys.modules["numpy"] = None  # import numpy now fails
from neurons import datasets
from neurons.datasets import xor, circles, moons, spiral, train_test_split
train_test_split(*xor(), test_share=0.5)
for points in (circles, moons, spiral):
    train_test_split(*points())
try:
    datasets.digits()
except ImportError as error:
    print(error.name)
"""
    done = run_python(code)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["numpy"]


def test_importing_the_datasets_imports_the_standard_library_alone():
    code = """
import sys
before = set(sys.modules)
from neurons.datasets import xor, digits, train_test_split
loaded = {name.partition(".")[0] for name in set(sys.modules) - before}
print(sorted(loaded - set(sys.stdlib_module_names) - {"neurons"}))
"""
    done = run_python(code)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "[]"


def test_the_function_digits_survives_the_import_of_its_file():
    done = run_python("import neurons.datasets.digits; from neurons import datasets; print(callable(datasets.digits))")
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "True"


def test_completion_offers_the_data():
    assert dir(datasets) == sorted(datasets.__all__)
    for name in datasets.__all__:
        assert getattr(datasets, name).__doc__


# Wrong calls

SEED = "seed must be None or a whole number of at least 0 but got "
SPLIT = "train_test_split: "
FOUR = [1, 2, 3, 4]

WRONG_CALLS = [
    (lambda: xor(2), NeuronsError, "xor: signed must be True or False but got 2"),
    (lambda: and_gate("yes"), NeuronsError, f"and_gate: signed must be True or False but got {show('yes')}"),
    (lambda: or_gate(None), NeuronsError, f"or_gate: signed must be True or False but got {show(None)}"),
    (lambda: nand_gate(signed=1.0), NeuronsError, "nand_gate: signed must be True or False but got 1.0"),
    (lambda: circles(0), NeuronsError, "circles: num_examples must be at least 1 but got 0"),
    (lambda: circles(1), NeuronsError, "circles: num_examples must be at least 2, one for each label, but got 1"),
    (lambda: moons(-5), NeuronsError, "moons: num_examples must be at least 1 but got -5"),
    (lambda: spiral(True), NeuronsError, "spiral: num_examples must be a whole number of at least 1 but got True"),
    (lambda: spiral(2.5), NeuronsError, "spiral: num_examples must be a whole number of at least 1 but got 2.5"),
    (
        lambda: moons("200"),
        NeuronsError,
        f"moons: num_examples must be a whole number of at least 1 but got {show('200')}",
    ),
    (lambda: moons(noise=-0.1), NeuronsError, "moons: noise must be 0 or more but got -0.1"),
    (lambda: circles(noise=float("nan")), NotFiniteError, "circles: noise must be a finite number but is nan"),
    (lambda: spiral(noise=float("inf")), NotFiniteError, "spiral: noise must be a finite number but is inf"),
    (lambda: spiral(noise=True), NeuronsError, "spiral: noise must be a number but got True"),
    (lambda: spiral(noise="0.1"), NeuronsError, f"spiral: noise must be a number but got {show('0.1')}"),
    (lambda: circles(noise=None), NeuronsError, f"circles: noise must be a number but got {show(None)}"),
    (lambda: circles(seed=-1), NeuronsError, f"circles: {SEED}-1"),
    (lambda: circles(seed=True), NeuronsError, f"circles: {SEED}True"),
    (lambda: moons(seed=0.5), NeuronsError, f"moons: {SEED}0.5"),
    (lambda: spiral(seed="0"), NeuronsError, f"spiral: {SEED}{show('0')}"),
    (lambda: train_test_split(FOUR, FOUR, seed=[0]), NeuronsError, f"{SPLIT}{SEED}{show([0])}"),
    (
        lambda: train_test_split(FOUR, [1, 2, 3]),
        LengthError,
        f"{SPLIT}every input needs its label but got 4 inputs and 3 labels",
    ),
    (
        lambda: train_test_split("abcd", FOUR),
        NeuronsError,
        f"{SPLIT}inputs must be a list or a NumPy array, one entry for each example, but got {show('abcd')}",
    ),
    (
        lambda: train_test_split(FOUR, None),
        NeuronsError,
        f"{SPLIT}labels must be a list or a NumPy array, one entry for each example, but got {show(None)}",
    ),
    (
        lambda: train_test_split(range(4), FOUR),
        NeuronsError,
        f"{SPLIT}inputs must be a list or a NumPy array, one entry for each example, but got {show(range(0, 4))}",
    ),
    (lambda: train_test_split(FOUR, FOUR, 0), NeuronsError, f"{SPLIT}test_share must be between 0 and 1 but got 0"),
    (lambda: train_test_split(FOUR, FOUR, 1.0), NeuronsError, f"{SPLIT}test_share must be between 0 and 1 but got 1.0"),
    (
        lambda: train_test_split(FOUR, FOUR, -0.2),
        NeuronsError,
        f"{SPLIT}test_share must be between 0 and 1 but got -0.2",
    ),
    (lambda: train_test_split(FOUR, FOUR, 25), NeuronsError, f"{SPLIT}test_share must be between 0 and 1 but got 25"),
    (lambda: train_test_split(FOUR, FOUR, True), NeuronsError, f"{SPLIT}test_share must be a number but got True"),
    (
        lambda: train_test_split(FOUR, FOUR, "1/4"),
        NeuronsError,
        f"{SPLIT}test_share must be a number but got {show('1/4')}",
    ),
    (
        lambda: train_test_split(FOUR, FOUR, float("nan")),
        NotFiniteError,
        f"{SPLIT}test_share must be a finite number but is nan",
    ),
    (
        lambda: train_test_split(FOUR, FOUR, 0.1),
        NeuronsError,
        f"{SPLIT}both parts need an example, but test_share 0.1 of 4 examples means 4 to train on and 0 to test",
    ),
    (
        lambda: train_test_split([], []),
        NeuronsError,
        f"{SPLIT}both parts need an example, but test_share 0.25 of 0 examples means 0 to train on and 0 to test",
    ),
]


@pytest.mark.parametrize(("call", "error", "message"), WRONG_CALLS, ids=[message for _, _, message in WRONG_CALLS])
def test_a_wrong_call_says_what_was_expected_what_came_and_where(call, error, message):
    with pytest.raises(NeuronsError) as caught:
        call()
    assert type(caught.value) is error
    assert str(caught.value) == message


def test_a_single_number_in_an_array_is_no_list_of_examples():
    np = pytest.importorskip("numpy")
    with pytest.raises(NeuronsError, match="inputs must hold one example per row but got a single number"):
        train_test_split(np.array(3.0), FOUR)
