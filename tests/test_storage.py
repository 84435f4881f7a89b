"""What is saved comes back in every bit; a training goes on where it stopped; no file, however bad, does any harm."""

import io
import json
import math
import os
import random
import subprocess
import sys
import tempfile
import time
import tracemalloc
import zipfile
from contextlib import suppress
from functools import partial
from pathlib import Path
from zlib import crc32

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import neurons
from neurons import (
    MSE,
    SGD,
    Adam,
    BinaryCrossEntropy,
    FileError,
    HealthWarning,
    Layer,
    LeakyReLU,
    Model,
    Momentum,
    Neuron,
    NeuronsError,
    SoftmaxCrossEntropy,
    datasets,
    relu,
)
from neurons.activations import ACTIVATIONS, Activation
from neurons.arrays import training as arrays_training
from neurons.arrays.batches import Pixels
from neurons.arrays.layer import VectorLayer
from neurons.storage import checkpoints, files, formats
from neurons.storage import models as storage
from neurons.training import loops
from neurons.unrolled import engine as unrolled_engine

ROOT = Path(neurons.__file__).parents[1]
SUFFIXES = [".json", ".npz"]
INPUTS, LABELS = datasets.xor()


def numbers(model):
    """Every weight and bias, as text that tells each bit, the sign of a zero too."""
    return [[float(w).hex() for w in [*n.weights, n.bias]] for layer in model.layers for n in layer.neurons]


def run_python(code, *arguments, **options):
    """Run `code` in a fresh interpreter that has NumPy on one thread; its standard output."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1", "PYTHONWARNINGS": "error"}
    command = [sys.executable, "-c", code, *map(str, arguments)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, **options)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


@pytest.fixture
def no_waiting(monkeypatch):
    """Let no save wait for the disk, in tests that save hundreds of times and pull no plug."""
    monkeypatch.setattr(os, "fsync", lambda descriptor: None)


# Round trips

odd = st.sampled_from([0.0, -0.0, 5e-324, -2.2250738585072014e-308, 1e308, -1.7976931348623157e308, 0.1, 1 / 3, 1e16])
floats = st.floats(allow_nan=False, allow_infinity=False) | odd
acts = st.sampled_from(list(ACTIVATIONS.values())) | st.builds(LeakyReLU, floats)
losses = st.builds(MSE, st.floats(1e-300, 1e300)) | st.sampled_from([SoftmaxCrossEntropy(), BinaryCrossEntropy()])


@st.composite
def models(draw):
    sizes = draw(st.lists(st.integers(1, 4), min_size=2, max_size=5))
    layers = []
    for num_inputs, num_neurons in zip(sizes[:-1], sizes[1:], strict=True):
        act = draw(acts)
        layers.append(Layer(num_inputs, num_neurons, act, name=draw(st.none() | st.text(max_size=5))))
        for neuron in layers[-1].neurons:
            neuron.weights = draw(st.lists(floats, min_size=num_inputs, max_size=num_inputs))
            neuron.bias = draw(floats)
    return Model(layers, draw(losses))


@st.composite
def vector_models(draw):
    """float32 or float64 in every bit, not rounded from the numbers of neurons."""
    sizes = draw(st.lists(st.integers(1, 6), min_size=2, max_size=4))
    dtype = draw(st.sampled_from(["float32", "float64"]))
    elements = st.floats(allow_nan=False, allow_infinity=False, width=int(dtype[-2:]))
    layers = []
    for num_inputs, num_neurons in zip(sizes[:-1], sizes[1:], strict=True):
        act = draw(acts)
        layers.append(
            VectorLayer(num_inputs, num_neurons, act, dtype=dtype, name=draw(st.none() | st.text(max_size=5)))
        )
        layers[-1].parameters[:] = draw(arrays(dtype, (num_inputs + 1, num_neurons), elements=elements))
    return Model(layers, draw(losses))


@pytest.mark.parametrize("suffix", SUFFIXES)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(model=models() | vector_models())
def test_what_is_saved_comes_back_in_every_bit(suffix, tmp_path, no_waiting, model):
    path = tmp_path / f"model{suffix}"
    model.save(path)
    loaded = Model.load(path)
    assert type(loaded) is Model and loaded.engine == model.engine and numbers(loaded) == numbers(model)
    if model.engine == "numpy":
        assert loaded.layers[0].dtype == model.layers[0].dtype
    assert [layer.name for layer in loaded.layers] == [layer.name for layer in model.layers]
    acts = [layer.activation_function.name for layer in loaded.layers]
    assert acts == [layer.activation_function.name for layer in model.layers]
    assert type(loaded.loss) is type(model.loss) and vars(loaded.loss) == vars(model.loss)
    first = path.read_bytes()
    loaded.save(path)
    assert path.read_bytes() == first


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_large_model_on_arrays_comes_back_and_can_be_trained(dtype, suffix, tmp_path):
    path = tmp_path / f"model{suffix}"
    model = Model.from_sizes([784, 30, 10], loss=SoftmaxCrossEntropy(), seed=0, engine="numpy", dtype=dtype)
    model.save(path)
    rng = np.random.default_rng(0)
    images, labels = Pixels(rng.integers(0, 256, (50, 784), np.uint8)), rng.integers(0, 10, 50)
    histories = []
    for twin in (model, Model.load(path)):
        assert twin.engine == "numpy" and twin.layers[0].dtype == dtype
        history = twin.fit(images, labels, epochs=2, learning_rate=0.1, batch_size=8, seed=1)
        histories.append((vars(history), [layer.parameters.tobytes() for layer in twin.layers]))
    assert histories[0] == histories[1]


@pytest.mark.parametrize("engine", ["loops", "unrolled", "numpy"])
def test_a_model_comes_back_with_its_engine_and_as_the_class_that_loads_it(engine, tmp_path):
    class OwnModel(Model):
        def sizes(self):
            return [layer.num_neurons for layer in self.layers]

    path = tmp_path / "model.json"
    OwnModel.from_sizes([2, 3, 1], seed=0, engine=engine).save(path)
    for model_class in (Model, OwnModel):
        loaded = model_class.load(path)
        assert type(loaded) is model_class and loaded.engine == engine


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_text_file_that_an_editor_wrote_in_its_own_way_loads(encoding, tmp_path):
    """With a byte order mark, in UTF-16, with the line ends of Windows; the checksum is still checked."""
    path = tmp_path / "model.json"
    model = Model.from_sizes([2, 3, 1], seed=0)
    model.save(path)
    text = path.read_text(encoding="utf-8")
    mark = "\ufeff" if encoding.endswith("e") else ""  # the codecs without a byte order mark of their own
    for line_end in ("\n", "\r\n"):
        path.write_bytes((mark + text.replace("\n", line_end)).encode(encoding))
        assert numbers(Model.load(path)) == numbers(model)
    path.write_bytes((mark + text.replace("0.", "1.", 1)).encode(encoding))
    with pytest.raises(FileError, match="checksum"):
        Model.load(path)


BESIDE = """if True:
    import sys
    from neurons import Model
    models = [Model.from_sizes([2, width, 1], seed=0) for width in (1, 40)]  # files of different sizes
    while True:
        for model in models:
            model.save(sys.argv[1])
"""


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_reader_beside_a_saver_never_sees_a_damaged_file(suffix, tmp_path):
    path = tmp_path / f"model{suffix}"
    Model.from_sizes([2, 1, 1], seed=0).save(path)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    saver = subprocess.Popen([sys.executable, "-c", BESIDE, path], env=environment)
    try:
        widths = set()
        end = time.monotonic() + 1.0
        while time.monotonic() < end or len(widths) < 2:
            widths.add(Model.load(path).layers[0].num_neurons)
    finally:
        saver.kill()
        saver.wait()
    assert widths == {1, 40}


def test_the_size_is_that_of_the_file_that_was_opened(tmp_path, monkeypatch):
    """A saver that replaces the file between a look at its size and its opening: made certain."""
    path = tmp_path / "model.json"
    Model.from_sizes([2, 1, 1], seed=0).save(path)
    original, larger = os.stat, Model.from_sizes([2, 9, 1], seed=0)

    def stat_and_replace(place, *arguments, **options):
        status = original(place, *arguments, **options)
        if str(place) == str(path) and not replaced:
            replaced.append(True)
            larger.save(path)
        return status

    replaced = []
    monkeypatch.setattr(files.os, "stat", stat_and_replace)
    assert Model.load(path).layers[0].num_neurons == 9


OLD_FILES = {  # as saved before the engine was a string of the model
    "loops": """{
  "format": "neurons model",
  "version": 1,
  "engine": "loops",
  "dtype": "float64",
  "sizes": [2, 1],
  "loss": {"name": "mse", "scale": 1.0},
  "layers": [{"name": "output", "act": "sigmoid"}],
  "numbers": {"layers[0].weights": [[0.5, -0.25]], "layers[0].biases": [0.125]}
}""",
}
OLD_FILES["numpy"] = OLD_FILES["loops"].replace('"loops"', '"numpy"').replace("float64", "float32")


@pytest.mark.parametrize("engine", OLD_FILES)
def test_a_file_saved_before_still_loads(engine, tmp_path):
    path = tmp_path / "model.json"
    path.write_text(OLD_FILES[engine])
    model = Model.load(path)
    assert (model.engine, list(model.layers[0].neurons[0].weights)) == (engine, [0.5, -0.25])


def test_models_on_arrays_that_a_file_cannot_hold_are_refused(tmp_path):
    class OwnVectorLayer(VectorLayer):
        pass

    not_a_number = Model.from_sizes([3, 2, 2], seed=0, engine="numpy")
    not_a_number.layers[0].weights[0, 1] = np.nan
    for model, message in [
        (Model([OwnVectorLayer(2, 1)]), "output .*VectorLayer"),
        (Model([VectorLayer(2, 2, dtype="float32"), VectorLayer(2, 1)]), "all float32 or all float64"),
        (not_a_number, r"layers\[0\].weights must be finite"),
    ]:
        for suffix in SUFFIXES:
            with pytest.raises(NeuronsError, match=message):
                model.save(tmp_path / f"model{suffix}")
    assert os.listdir(tmp_path) == []


def test_the_files_are_what_the_documentation_says(tmp_path):
    model = Model.from_sizes([2, 3, 1], seed=0)
    model.save(tmp_path / "model.json")
    text = (tmp_path / "model.json").read_text()
    hidden = model.layers[0].neurons
    for neuron in hidden:
        assert f"\n      {neuron.weights!r}" in text  # a line per neuron
    document = json.loads(text)
    assert document["format"] == "neurons model" and document["version"] == 1 and document["dtype"] == "float64"
    assert document["sizes"] == [2, 3, 1] and document["loss"] == {"name": "mse", "scale": 1.0}
    assert document["layers"][0] == {"name": "hidden", "act": "sigmoid"}
    model.save(tmp_path / "model.npz")
    with np.load(tmp_path / "model.npz", allow_pickle=False) as archive:
        assert archive["layers[0].weights"].tolist() == [neuron.weights for neuron in hidden]
        assert archive["layers[0].biases"].tolist() == [neuron.bias for neuron in hidden]
        assert json.loads(archive["description.json"])["sizes"] == [2, 3, 1]


def test_a_json_file_may_be_edited_once_its_checksum_is_deleted(tmp_path):
    path = tmp_path / "model.json"
    Model.from_sizes([2, 1], seed=0).save(path)
    lines = path.read_text().splitlines()
    edited = [line.replace('"name": "output"', '"name": "last"') for line in lines]
    path.write_text("\n".join(edited))
    with pytest.raises(FileError, match="checksum"):
        Model.load(path)
    path.write_text("\r\n".join(line for line in edited if "checksum" not in line))
    assert Model.load(path).layers[0].name == "last"


def test_a_json_file_needs_no_numpy(tmp_path):
    code = """if True:
        import sys
        from neurons import Model
        sys.modules["numpy"] = None
        model = Model.from_sizes([2, 1], seed=0)
        model.save(sys.argv[1] + "/model.json")
        Model.load(sys.argv[1] + "/model.json")
        try:
            model.save(sys.argv[1] + "/model.npz")
        except ValueError as error:
            print(error)
    """
    assert "needs NumPy" in run_python(code, tmp_path)


# What is not saved


class Cube(Activation):
    name = "cube"


class OwnSigmoid(type(neurons.sigmoid)):
    pass


class OwnLoss(MSE):
    pass


class OwnLayer(Layer):
    pass


class OwnNeuron(Neuron):
    pass


def with_neuron(change):
    model = Model.from_sizes([2, 2, 1], seed=0)
    change(model.layers[0].neurons[1])
    return model


def replaced_neuron():
    model = Model.from_sizes([2, 1], seed=0)
    model.layers[0].neurons[0] = OwnNeuron(2)
    return model


@pytest.mark.parametrize(
    ("model", "message"),
    [
        (Model([Layer(2, 1, Cube())]), "output .*Cube"),
        (Model([Layer(2, 1, OwnSigmoid())]), "output .*OwnSigmoid"),
        (Model([Layer(2, 1)], OwnLoss()), "loss .*OwnLoss"),
        (Model([OwnLayer(2, 1)]), "output .*OwnLayer"),
        (replaced_neuron(), "neuron .*OwnNeuron"),
        (with_neuron(lambda neuron: setattr(neuron, "act", abs)), r"hidden\[1\] has another activation"),
        (with_neuron(lambda neuron: neuron.weights.append(1.0)), r"hidden\[1\]: w must be 2 numbers but got 3"),
        (with_neuron(lambda neuron: setattr(neuron, "bias", math.nan)), r"hidden\[1\]: the bias must be .* nan"),
        (with_neuron(lambda neuron: neuron.weights.__setitem__(1, math.inf)), r"hidden\[1\]: w\[1\] must be .* inf"),
    ],
)
@pytest.mark.parametrize("suffix", SUFFIXES)
def test_what_a_file_cannot_hold_is_refused(model, message, suffix, tmp_path):
    path = tmp_path / f"model{suffix}"
    with pytest.raises(NeuronsError, match=message):
        model.save(path)
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("name", ["model", "model.pkl", "model.json.gz", ".npz"])
def test_the_suffix_decides_the_format(name, tmp_path):
    with pytest.raises(FileError, match="must end in .json or .npz"):
        Model.from_sizes([2, 1]).save(tmp_path / name)
    with pytest.raises(FileError, match="must end in .json or .npz"):
        Model.load(tmp_path / name)
    with pytest.raises(FileError, match="must end in .json or .npz"):
        Model.from_sizes([2, 2, 1]).fit(INPUTS, LABELS, epochs=1, learning_rate=1.0, checkpoint=tmp_path / name)


@pytest.mark.parametrize("path", [None, 3, b"model.json", "a\0.json"])
def test_a_path_is_text(path):
    with pytest.raises(FileError, match="a path must be text"):
        Model.from_sizes([2, 1]).save(path)


# All or nothing


def test_paths_that_cannot_be_written_or_read(tmp_path):
    model = Model.from_sizes([2, 1], seed=0)
    (tmp_path / "folder.json").mkdir()
    os.mkfifo(tmp_path / "pipe.json")
    for act in (model.save, Model.load):
        with pytest.raises(FileError, match=r"folder.json cannot be .*: it is a folder"):
            act(tmp_path / "folder.json")
    with pytest.raises(FileError, match=r"there is no folder .*nowhere"):
        model.save(tmp_path / "nowhere" / "model.json")
    with pytest.raises(FileError, match=r"there is no such file"):
        Model.load(tmp_path / "model.json")
    with pytest.raises(FileError, match=r"pipe.json cannot be read: it is not a file"):
        Model.load(tmp_path / "pipe.json")
    assert sorted(os.listdir(tmp_path)) == ["folder.json", "pipe.json"]


def test_a_save_keeps_the_mode_of_the_file_and_a_link_a_link(tmp_path):
    model = Model.from_sizes([2, 1], seed=0)
    (tmp_path / "real.json").write_text("old")
    (tmp_path / "real.json").chmod(0o640)
    (tmp_path / "link.json").symlink_to("real.json")
    model.save(tmp_path / "link.json")
    assert (tmp_path / "link.json").is_symlink() and numbers(Model.load(tmp_path / "real.json")) == numbers(model)
    assert (tmp_path / "real.json").stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_full_disk_leaves_the_old_file(suffix, tmp_path):
    """The disk is one on which no file may grow beyond 5,000 bytes; the model needs more than 16,000."""
    path = tmp_path / f"model{suffix}"
    old = Model.from_sizes([2, 1], seed=0)
    old.save(path)
    code = """if True:
        import resource, sys
        from neurons import Model
        resource.setrlimit(resource.RLIMIT_FSIZE, (5000, 5000))
        try:
            Model.from_sizes([100, 20]).save(sys.argv[1])
        except ValueError as error:
            print(type(error).__name__, error)
    """
    printed = run_python(code, path)
    assert printed.startswith(f"FileError {path} cannot be written: File too large; what was there is unchanged")
    assert numbers(Model.load(path)) == numbers(old) and os.listdir(tmp_path) == [path.name]


def test_a_read_only_folder_or_file_leaves_the_old_file():
    code = """if True:
        import os, sys
        from neurons import Model
        import neurons.storage.models
        folder = sys.argv[1]
        model = Model.from_sizes([2, 1])
        model.save(folder + "/model.json")
        os.chmod(folder + "/model.json", 0o444)
        if os.geteuid() == 0:
            os.chown(folder, 65534, 65534)
            os.setuid(65534)  # root may write everywhere
        for mode in (0o755, 0o555):
            os.chmod(folder, mode)
            for name in ("model.json", "other.json"):
                try:
                    model.save(folder + "/" + name)
                except ValueError as error:
                    print(type(error).__name__, error)
        os.chmod(folder, 0o755)
    """
    with tempfile.TemporaryDirectory() as folder:
        lines = run_python(code, folder).splitlines()
        assert lines[0] == f"FileError {folder}/model.json cannot be written: the file is read-only"
        assert lines[1] == lines[0]
        assert lines[2].startswith(f"FileError {folder}/other.json cannot be written: Permission denied")
        assert sorted(os.listdir(folder)) == ["model.json", "other.json"]


def test_leftovers_of_killed_writers_are_removed_when_they_are_old(tmp_path):
    old, young, other = (tmp_path / f".{name}.{16 * 'a'}.tmp" for name in ("model.json", "model2.json", "other.json"))
    for path in (old, young, other):
        path.write_text("half a mod")
    hours_ago = time.time() - 2 * files.LEFTOVER_AGE
    os.utime(old, (hours_ago, hours_ago))
    os.utime(other, (hours_ago, hours_ago))
    model = Model.from_sizes([2, 1], seed=0)
    model.save(tmp_path / "model.json")
    model.save(tmp_path / "model2.json")
    assert not old.exists() and young.exists() and other.exists()
    assert numbers(Model.load(tmp_path / "model2.json")) == numbers(model)


KILLS = """if True:
    # Children write one file over and over, each time with another number in every place, and are killed.
    import json, os, random, signal, sys, time
    import numpy as np
    from neurons import Model, FileError
    from neurons.storage import files, models as storage

    path, writer, kills, inside = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    rng = random.Random(1)
    sizes = [500, 400] if path.endswith(".npz") else [60, 50]
    description = storage.describe(Model.from_sizes(sizes, seed=0))
    shapes = storage.shapes_of(description)
    folder = os.path.dirname(path)

    def plain(path, data):
        with open(path, "wb") as file:
            file.write(data)

    if writer == "plain":
        storage.write_whole = plain

    def save(number):
        storage.write(path, description, {name: np.full(shape, float(number)) for name, shape in shapes.items()})

    def leftovers():
        return [name for name in os.listdir(folder) if name.endswith(".tmp")]

    save(0)
    counts = {"kills": 0, "inside a write": 0, "torn": 0, "old": 0, "new": 0}
    last = 0
    for kill in range(5 * kills):  # how many of them are inside a write is chance: go on until they are enough
        if counts["kills"] >= kills and counts["inside a write"] >= inside:
            break
        child = os.fork()
        if child == 0:
            try:
                number = last
                while True:
                    number += 1
                    save(number)
            finally:
                os._exit(1)
        if kill % 4 or writer == "plain":
            time.sleep(rng.uniform(0.0, 0.02))
        if kill % 4:  # three in four wait for a write to begin
            while not (leftovers() if writer == "whole" else os.path.getsize(path) < 1000):
                pass
            time.sleep(rng.uniform(0.0, 0.0015))
        else:
            time.sleep(rng.uniform(0.0, 0.02))
        os.kill(child, signal.SIGKILL)
        status = os.waitpid(child, 0)[1]
        assert os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
        left = leftovers()
        counts["kills"] += 1
        counts["inside a write"] += len(left) > 0
        for name in left:
            os.unlink(os.path.join(folder, name))
        try:
            description_read, numbers = storage.read(path)
            values = {float(value) for table in numbers.values() for value in np.unique(table)}
            assert description_read == description and len(values) == 1 and min(values) >= last
            counts["new" if min(values) > last else "old"] += 1
            last = int(min(values))
        except FileError:
            counts["torn"] += 1
            save(last)
    print(json.dumps(counts))
"""


@pytest.mark.slow
@pytest.mark.parametrize(("suffix", "kills"), [(".json", 200), (".npz", 60)])
def test_a_killed_writer_leaves_a_whole_file(suffix, kills, tmp_path):
    """A temporary file that is there when the writer is dead proves that it died inside a write."""
    counts = json.loads(run_python(KILLS, tmp_path / f"model{suffix}", "whole", kills, kills // 2))
    print(counts)
    assert counts["kills"] >= kills and counts["inside a write"] >= kills / 2
    assert counts["torn"] == 0 and counts["old"] + counts["new"] == counts["kills"]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_the_test_above_fails_for_a_writer_that_just_opens_and_writes(suffix, tmp_path):
    counts = json.loads(run_python(KILLS, tmp_path / f"model{suffix}", "plain", 10, 0))
    print(counts)
    assert counts["torn"] > 0


def test_two_processes_at_once_leave_the_file_of_one(tmp_path):
    path = tmp_path / "model.json"
    code = """if True:
        import sys
        from neurons import Model
        model = Model.from_sizes([20, 20], init="zeros")
        model.layers[0].neurons[0].weights[0] = float(sys.argv[2])
        for _ in range(100):
            for neuron in model.layers[0].neurons:
                neuron.weights[:] = [float(sys.argv[2])] * 20
                neuron.bias = float(sys.argv[2])
            model.save(sys.argv[1])
    """
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    writers = [
        subprocess.Popen([sys.executable, "-c", code, path, number], env=environment, stderr=subprocess.PIPE)
        for number in ("1", "2")
    ]
    seen = set()
    while any(writer.poll() is None for writer in writers):
        if path.exists():
            found = {number for row in numbers(Model.load(path)) for number in row}
            assert len(found) == 1
            seen |= found
    assert [writer.communicate()[1] for writer in writers] == [b"", b""]
    assert seen == {(1.0).hex(), (2.0).hex()} and os.listdir(tmp_path) == [path.name]


# Going on with a training

OPTIMISERS = {
    "sgd": SGD,
    "momentum": lambda: Momentum(beta=0.8),
    "adam": lambda: Adam(beta1=0.8, beta2=0.99, epsilon=1e-6),
}
EPOCHS = 6


ENGINES = ["loops", "unrolled", "float32", "float64"]
TRAINABLE = [(engine, name) for engine in ENGINES for name in OPTIMISERS if engine != "unrolled" or name == "sgd"]
_rng = np.random.default_rng(3)
MANY = _rng.normal(size=(70, 2)).tolist(), _rng.integers(0, 2, (70, 1)).astype(float).tolist()  # more than a chunk


def model_for(engine, seed):
    """2-3-1, of neurons or on arrays."""
    if engine.startswith("float"):
        return Model.from_sizes([2, 3, 1], seed=seed).vectorised(engine)
    return Model.from_sizes([2, 3, 1], seed=seed, engine=engine)


def train(path, optimiser="sgd", model_seed=0, data=(INPUTS, LABELS), engine="loops", **changes):
    """One training, into a checkpoint unless `path` is None: the model, the optimiser and the history."""
    model = model_for(engine, model_seed)
    arguments = {"epochs": EPOCHS, "learning_rate": 0.1, "batch_size": 3, "seed": 7} | changes
    optimiser = OPTIMISERS[optimiser]() if isinstance(optimiser, str) else optimiser
    history = model.fit(*data, optimiser=optimiser, checkpoint=path, **arguments)
    return model, optimiser, history


def outcome(model, optimiser, history):
    """All that two runs must have in common, in every bit."""
    return numbers(model), in_every_bit(optimiser), repr(vars(history))


def in_every_bit(optimiser):
    """What an optimiser is and remembers: of arrays the type, the shape and the bytes."""
    values = {}
    for name, value in vars(optimiser).items():
        is_on_arrays = isinstance(value, list) and isinstance(value[0], np.ndarray)
        values[name] = [(str(a.dtype), a.shape, a.tobytes()) for a in value] if is_on_arrays else repr(value)
    return values


@pytest.fixture
def every_epoch(monkeypatch):
    monkeypatch.setattr(checkpoints, "SECONDS_BETWEEN_SAVES", 0.0)


def last_order(path):
    """The order of the examples, and where the generator stands, after the last epoch."""
    description = storage.read(path)[0]["training"]
    return description["order"], description["generator"]


@pytest.mark.parametrize(("suffix", "validation_data"), [(".json", None), (".npz", (INPUTS[:2], LABELS[:2]))])
@pytest.mark.parametrize(("engine", "optimiser"), TRAINABLE)
def test_a_training_interrupted_in_any_epoch_ends_as_if_it_had_not_been(
    engine, suffix, optimiser, validation_data, tmp_path, every_epoch, no_waiting
):
    train_again = partial(train, engine=engine, optimiser=optimiser, validation_data=validation_data)
    whole = outcome(*train_again(None))
    train_again(tmp_path / f"whole{suffix}")
    order = last_order(tmp_path / f"whole{suffix}")
    for stop in range(1, EPOCHS + 1):
        path = tmp_path / f"{stop}{suffix}"
        epochs = []

        def interrupt(epoch, model, history, stop=stop):
            if epoch == stop:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            train_again(path, on_epoch=interrupt)
        resumed = train_again(path, model_seed=99, on_epoch=lambda e, m, h, seen=epochs: seen.append(e))
        assert outcome(*resumed) == whole and last_order(path) == order
        assert epochs == list(range(stop, EPOCHS + 1))  # it did not begin anew
        before = path.read_bytes()
        assert outcome(*train_again(path, model_seed=98)) == whole  # finished
        assert path.read_bytes() == before


PLACES = {  # called several times in an epoch; the losses and an unrolled epoch once
    "loops": (loops, "pass_example"),
    "unrolled": (unrolled_engine, "put_row"),
    "float32": (arrays_training.Chunk, "fetch"),
    "float64": (arrays_training, "losses_of"),
}


@pytest.mark.slow
@pytest.mark.parametrize(("engine", "optimiser"), TRAINABLE)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), shuffle=st.booleans(), drop_last=st.booleans(), suffix=st.sampled_from(SUFFIXES))
def test_a_training_interrupted_within_epochs_several_times(
    every_epoch, no_waiting, engine, optimiser, data, shuffle, drop_last, suffix
):
    batch_size = data.draw(st.integers(1, 4 if engine in ("loops", "unrolled") else 40))
    calls = {"loops": 4, "unrolled": 1}.get(engine, 2) * EPOCHS
    stops = data.draw(st.lists(st.integers(1, calls), max_size=4))
    arguments = {"engine": engine, "shuffle": shuffle, "drop_last": drop_last, "batch_size": batch_size}
    if engine.startswith("float"):
        arguments["data"] = MANY
    whole = outcome(*train(None, optimiser, **arguments))
    place, name = PLACES[engine]
    original = getattr(place, name)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"training{suffix}"
        for stop in stops:
            countdown = iter(range(stop))

            def interrupted(*now, countdown=countdown):
                if next(countdown, None) is None:
                    raise KeyboardInterrupt
                return original(*now)

            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(place, name, interrupted)
                with suppress(KeyboardInterrupt):
                    train(path, optimiser, **arguments)
        assert outcome(*train(path, optimiser, **arguments)) == whole


@pytest.mark.slow
@pytest.mark.parametrize(("engine", "suffix"), [("loops", ".json"), ("numpy", ".npz")])
def test_a_training_killed_again_and_again_ends_as_if_it_had_not_been(engine, suffix, tmp_path):
    code = f"""if True:
        import sys
        from neurons import Model, Adam, datasets
        from neurons.storage import checkpoints
        checkpoints.SECONDS_BETWEEN_SAVES = 0.0
        path = sys.argv[1] or None
        model = Model.from_sizes([2, 3, 1], seed=99 if sys.argv[2] == "later" else 0, engine={engine!r})
        inputs, labels = datasets.xor()
        history = model.fit(inputs, labels, epochs=600, learning_rate=0.05, seed=5, optimiser=Adam(), checkpoint=path)
        print([[list(n.weights), n.bias] for layer in model.layers for n in layer.neurons], history.loss)
    """
    whole = run_python(code, "", "")
    path = tmp_path / f"training{suffix}"
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1"}
    kills, done, rng = 0, [], random.Random(1)
    while kills < 3:
        which = "later" if path.exists() else "first"
        child = subprocess.Popen([sys.executable, "-c", code, path, which], env=environment, stdout=subprocess.PIPE)
        before = path.stat().st_mtime_ns if path.exists() else 0
        while child.poll() is None and not (path.exists() and path.stat().st_mtime_ns > before):
            time.sleep(0.001)
        time.sleep(rng.uniform(0.0, 0.05))
        child.kill()
        if child.communicate()[0]:
            break
        kills += 1
        done.append(storage.read(path)[0]["training"]["epoch"])
    assert kills >= 2 and done == sorted(done) and done[-1] > 0
    assert run_python(code, path, "later") == whole


@pytest.mark.parametrize("engine", ENGINES)
def test_without_a_seed_a_training_goes_on_with_the_generator_it_began_with(engine, tmp_path, every_epoch):
    """Three runs from copies of one checkpoint: they agree in every bit, though no seed was given."""
    path = tmp_path / "0.json"

    def interrupt(epoch, model, history):
        if epoch == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train(path, seed=None, on_epoch=interrupt, engine=engine)
    outcomes = []
    for copy in range(3):
        twin = tmp_path / f"{copy + 1}.json"
        twin.write_bytes(path.read_bytes())
        outcomes.append(outcome(*train(twin, model_seed=copy, seed=None, engine=engine)))
    assert outcomes[0] == outcomes[1] == outcomes[2]


def test_a_training_that_on_epoch_stopped_is_finished(tmp_path):
    path = tmp_path / "training.json"
    whole = outcome(*train(path, on_epoch=lambda epoch, model, history: epoch == 2))
    assert outcome(*train(path, model_seed=99)) == whole
    assert len(train(path)[2]) == 2


def test_small_models_are_not_saved_in_every_epoch(tmp_path, monkeypatch):
    writes = []
    monkeypatch.setattr(storage, "write_whole", lambda path, data: writes.append(path))
    with pytest.warns(HealthWarning, match="flat"):
        train(tmp_path / "training.json", epochs=200)
    assert len(writes) in (2, 3)  # the beginning, the end, and a second between them on a busy machine


CHANGES = {
    "epochs": {"epochs": 7},
    "learning_rate": {"learning_rate": 0.2},
    "batch_size": {"batch_size": 2},
    "shuffle": {"shuffle": False},
    "drop_last": {"drop_last": True},
    "seed": {"seed": 8},
    "optimiser": {"optimiser": Momentum(beta=0.8)},
    "beta1": {"optimiser": Adam(beta1=0.7, beta2=0.99, epsilon=1e-6)},
    "epsilon": {"optimiser": Adam(beta1=0.8, beta2=0.99, epsilon=1e-7)},
    "inputs": {"data": ([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 0.5]], LABELS)},
    "labels": {"data": (INPUTS, [[0.0], [1.0], [1.0], [-0.0]])},
    "validation_data": {"validation_data": (INPUTS, LABELS)},
}


@pytest.mark.parametrize("what", CHANGES)
def test_other_settings_are_refused_by_name(what, tmp_path):
    path = tmp_path / "training.json"
    train(path, "adam")
    before = path.read_bytes()
    with pytest.raises(FileError, match=rf"training.json cannot be resumed: it is of a training with (other )?{what}"):
        train(path, **({"optimiser": "adam"} | CHANGES[what]))
    assert path.read_bytes() == before


def test_other_images_are_refused(tmp_path):
    """Images as bytes: what counts is the numbers that they stand for."""
    images = np.arange(24, dtype=np.uint8).reshape(4, 6)  # (example, input)
    other = images.copy()
    other[3, 5] = 0

    def fit(images):
        model = Model.from_sizes([6, 2], loss=SoftmaxCrossEntropy(), seed=0, engine="numpy")
        path = tmp_path / "training.npz"
        return model.fit(images, [0, 1, 1, 0], epochs=3, learning_rate=0.1, seed=0, checkpoint=path).loss

    loss = fit(Pixels(images))
    assert fit(Pixels(np.asfortranarray(images))) == loss  # the same numbers, laid out otherwise
    for others in (Pixels(other), Pixels(images, scale=1 / 128), Pixels(images, shift=-0.5), images, images / 255):
        with pytest.raises(FileError, match="it is of a training with other inputs"):
            fit(others)


@pytest.mark.parametrize(("was", "now"), [("loops", "float64"), ("float64", "loops"), ("float32", "float64")])
def test_a_training_on_another_engine_is_refused(was, now, tmp_path):
    path = tmp_path / "training.json"
    train(path, engine=was)
    word = "engine" if "loops" in (was, now) else "dtype"
    with pytest.raises(FileError, match=f"cannot be resumed: its model has {word}"):
        train(path, engine=now)


def test_a_generator_of_numpy_that_cannot_be_is_refused(tmp_path):
    path = tmp_path / "training.json"
    train(path, engine="float64")
    data = path.read_bytes()
    good = json.loads(data)["training"]["generator"]
    assert good["bit_generator"] == "PCG64"
    inner = good["state"]
    for bad in [
        {},
        {**good, "bit_generator": "MT19937"},
        {**good, "extra": 1},
        {**good, "state": {}},
        {**good, "state": {**inner, "state": -1}},
        {**good, "state": {**inner, "state": 2**128}},
        {**good, "state": {**inner, "inc": "1"}},
        {**good, "has_uint32": 2**70},
        {**good, "uinteger": None},
        {"version": 3, "numbers": [0] * 624 + [624]},
    ]:
        path.write_bytes(data)
        path.write_bytes(rewritten(path, lambda document, bad=bad: document["training"].update(generator=bad)))
        with pytest.raises(FileError, match="generator is not the state of a random generator"):
            train(path, engine="float64")


def test_checkpoints_of_other_models_and_other_files_are_refused(tmp_path):
    path = tmp_path / "training.json"
    train(path)
    arguments = {"epochs": EPOCHS, "learning_rate": 0.1, "batch_size": 3, "seed": 7, "checkpoint": path}
    for model, word in [
        (Model.from_sizes([2, 4, 1]), r"sizes list \[2, 3, 1\], and this one list \[2, 4, 1\]"),
        (Model.from_sizes([2, 3, 1], hidden=relu), "layers"),
        (Model.from_sizes([2, 3, 1], loss=MSE(0.5)), "loss"),
    ]:
        before = numbers(model)
        with pytest.raises(FileError, match=f"its model has {word}"):
            model.fit(INPUTS, LABELS, **arguments)
        assert numbers(model) == before
    model.save(tmp_path / "model.json")
    with pytest.raises(FileError, match="is a saved model, not a checkpoint"):
        train(tmp_path / "model.json")

    class Own:
        def step(self, model, learning_rate):
            model.step(learning_rate)

    with pytest.raises(NeuronsError, match="name, settings, memory, counters"):
        train(tmp_path / "own.json", Own())


def test_a_model_can_be_loaded_from_a_checkpoint(tmp_path):
    for suffix in SUFFIXES:
        for engine, optimiser in TRAINABLE:
            path = tmp_path / f"{engine}-{optimiser}{suffix}"
            model, _, _ = train(path, optimiser, engine=engine)
            loaded = Model.load(path)
            assert type(loaded) is type(model) and numbers(loaded) == numbers(model)


# Bad files


def sealed(suffix, data):
    """`data` with a checksum that fits, as somebody would make it who means harm."""
    if suffix == ".json":
        start = len(formats.JSON_HEAD)
        return data[:start] + b"%08x" % crc32(data[start + 8 :]) + data[start + 8 :]
    return data[:-8] + b"%08x" % crc32(data[:-8])


def mutant(data, rng):
    """`data` cut, flipped, overwritten, shortened or lengthened somewhere."""
    start, length = rng.randrange(len(data)), rng.choice([1, 1, 4, 50])
    end = min(start + length, len(data))
    return rng.choice(
        [
            lambda: data[:start],
            lambda: data[:start] + bytes([data[start] ^ 1 << rng.randrange(8)]) + data[start + 1 :],
            lambda: data[:start] + bytes([data[start] ^ 1 << rng.randrange(8)]) + data[start + 1 :],
            lambda: data[:start] + rng.randbytes(end - start) + data[end:],
            lambda: data[:start] + bytes(end - start) + data[end:],
            lambda: data[:start] + data[end:],
            lambda: data[:start] + data[start:end] + data[start:],
            lambda: data[:start] + rng.choice([b"9", b"-", b"e9", b"NaN", b"[", b"\xff\xff\xff\x7f"]) + data[end:],
        ]
    )()


def originals(folder, engine="loops"):
    """A saved model and a checkpoint in both formats: their paths."""
    for suffix in SUFFIXES:
        model_for(engine, seed=0).save(folder / f"model{suffix}")
        train(folder / f"training{suffix}", "adam", engine=engine)
    return sorted(folder.iterdir())


MOST_MEMORY = 2 * 2**20  # bytes for files of at most 12 kB: what a checkpoint of that size takes, many times over


def attempt(path, engine="loops"):
    """Load a file, and resume from it: what came of both, after seeing that a refusal left everything as it was."""
    before = path.read_bytes()
    tracemalloc.reset_peak()
    start = tracemalloc.get_traced_memory()[0]
    results = []
    try:
        results.append(numbers(Model.load(path)))
    except FileError as error:
        assert str(path) in str(error) and len(str(error)) < 500
        results.append("refused")
    model, optimiser = model_for(engine, seed=5), Adam(beta1=0.8, beta2=0.99, epsilon=1e-6)
    weights, memory = numbers(model), in_every_bit(optimiser)
    arguments = {"epochs": EPOCHS, "learning_rate": 0.1, "batch_size": 3, "seed": 7, "optimiser": optimiser}
    try:
        history = model.fit(INPUTS, LABELS, checkpoint=path, **arguments)
        results.append(outcome(model, optimiser, history))
    except FileError as error:
        assert str(path) in str(error) and len(str(error)) < 500
        assert (numbers(model), in_every_bit(optimiser)) == (weights, memory)
        assert path.read_bytes() == before
        results.append("refused")
    assert tracemalloc.get_traced_memory()[1] - start < MOST_MEMORY
    return results


@pytest.fixture
def traced():
    tracemalloc.start()
    yield
    tracemalloc.stop()


@pytest.mark.parametrize("is_sealed", [False, True])
@pytest.mark.parametrize(
    ("engine", "num_mutants"),
    [
        ("loops", 50),
        ("float32", 25),
        ("float64", 25),
        pytest.param("loops", 200, marks=pytest.mark.slow),
        pytest.param("float32", 100, marks=pytest.mark.slow),
        pytest.param("float64", 100, marks=pytest.mark.slow),
    ],
)
def test_damaged_files_are_refused(engine, num_mutants, is_sealed, tmp_path, traced):
    """Where many are tried, 1,600 damaged files: none is taken for another model than the one that was saved.

    With a checksum that was made to fit again, as many more: a file is refused or is a model of finite numbers.
    """
    rng = random.Random(is_sealed)
    counts = {"mutants": 0, "refused": 0, "same": 0, "other": 0}
    for path in originals(tmp_path, engine):
        data = path.read_bytes()
        good = attempt(path, engine)
        for _ in range(num_mutants):
            bad = mutant(data, rng)
            if is_sealed:
                bad = sealed(path.suffix, bad)
            if bad == data:
                continue
            path.write_bytes(bad)
            results = attempt(path, engine)
            counts["mutants"] += 1
            counts["refused"] += results[0] == "refused"
            counts["same"] += results[0] == good[0]
            counts["other"] += results[0] not in ("refused", good[0])
            if results[0] == "refused":
                assert results[1] == "refused"
            else:
                assert all(math.isfinite(float.fromhex(number)) for row in results[0] for number in row)
    print(counts)
    assert counts["mutants"] > 3.75 * num_mutants
    assert counts["refused"] == counts["mutants"] or is_sealed


def document_changes():
    """(name, change, what the error says) for the JSON of a model and of a checkpoint."""

    def put(*path_and_value):
        *path, key, value = path_and_value

        def change(document):
            for step in path:
                document = document[step]
            if value is KeyError:
                del document[key]
            else:
                document[key] = value

        return change

    deep = []
    for _ in range(400):
        deep = [deep]
    weights = ("numbers", "layers[0].weights")
    return [
        (put("format", "something else"), "format"),
        (put("format", None), "format"),
        (put("format", {}), "format"),
        (put("version", 2), "version"),
        (put("version", True), "version"),
        (put("version", "1"), "version"),
        (put("version", KeyError), "version"),
        (put("engine", "abacus"), "engine"),
        (put("engine", ["loops"]), "engine"),
        (put("engine", KeyError), "'engine' is missing"),
        (put("dtype", "float16"), "dtype"),
        (put("dtype", "float32"), "dtype"),
        (put("dtype", "object"), "dtype"),
        (put("extra", 1), "'extra' is unknown"),
        (put("training", {}), "training"),
        (put("sizes", KeyError), "sizes"),
        (put("sizes", [2]), "sizes"),
        (put("sizes", [2, 3]), "layers"),
        (put("sizes", [2, 3, 0]), "sizes"),
        (put("sizes", [2, 3, -1]), "sizes"),
        (put("sizes", [2, 3, 1.0]), "sizes"),
        (put("sizes", [2, 3, True]), "sizes"),
        (put("sizes", [2, 4, 1]), "layers"),
        (put("sizes", [3, 3, 1]), "layers"),
        (put("sizes", [10**9, 3, 1]), "layers"),
        (put("sizes", [10**15, 3, 1]), "sizes"),
        (put("sizes", [2, 10**9, 1]), "neurons"),
        (put("sizes", [2, 99_000, 1]), "layers"),
        (put("sizes", [10**4000, 3, 1]), "sizes"),
        (put("sizes", [1] * 1001), "layers"),
        (put("sizes", deep), "sizes"),
        (put("layers", []), "layers"),
        (put("layers", {}), "layers"),
        (put("layers", 0, []), "layers"),
        (put("layers", 0, "act", "cube"), "act"),
        (put("layers", 0, "act", "__import__('os')"), "act"),
        (put("layers", 0, "act", ["relu"]), "act"),
        (put("layers", 0, "act", "leaky_relu()"), "act"),
        (put("layers", 0, "act", "leaky_relu(nan)"), "act"),
        (put("layers", 0, "act", "leaky_relu(1e999)"), "act"),
        (put("layers", 0, "act", "leaky_relu(0.2.2)"), "act"),
        (put("layers", 0, "act", "leaky_relu(0.2), relu"), "act"),
        (put("layers", 0, "slope", 0.2), "slope"),
        (put("layers", 0, "name", 5), "name"),
        (put("layers", 0, "name", KeyError), "name"),
        (put("layers", 0, "code", "print()"), "code"),
        (put("loss", "name", "hinge"), "loss"),
        (put("loss", "name", None), "loss"),
        (put("loss", "scale", 0.0), "scale"),
        (put("loss", "scale", -1.0), "scale"),
        (put("loss", "scale", 1), "scale"),
        (put("loss", "scale", KeyError), "scale"),
        (put("loss", "extra", 1), "extra"),
        (put("loss", 3), "loss"),
        (put("numbers", KeyError), "numbers"),
        (put("numbers", []), "numbers"),
        (put(*weights, KeyError), "layers"),
        (put("numbers", "layers[7].weights", []), "layers"),
        (put(*weights, []), "layers"),
        (put(*weights, 1.0), "layers"),
        (put(*weights, "1"), "layers"),
        (put(*weights, {}), "layers"),
        (put(*weights, deep), "layers"),
        (put(*weights, 0, [0.1]), "layers"),
        (put(*weights, 0, [0.1, 0.1, 0.1]), "layers"),
        (put(*weights, 0, [0.1, None]), "layers"),
        (put(*weights, 0, [0.1, "0.1"]), "layers"),
        (put(*weights, 0, [0.1, True]), "layers"),
        (put(*weights, 0, [0.1, [0.1]]), "layers"),
        (put(*weights, 0, [0.1, 10**400]), "layers"),
        (put(*weights, 0, 0, math.nan), "NaN"),
        (put(*weights, 0, 0, math.inf), "Infinity"),
        (put(*weights, 0, 0, -math.inf), "-Infinity"),
        (put("numbers", "layers[1].biases", [[0.0]]), "layers"),
        (put("numbers", "layers[1].biases", [0.0, 0.0]), "layers"),
    ]


def training_changes():
    """The same for the entry "training" of a checkpoint, which `Model.load` does not look into."""

    def put(*path_and_value):
        *path, key, value = path_and_value

        def change(document):
            document = document["training"]
            for step in path:
                document = document[step]
            if value is KeyError:
                del document[key]
            else:
                document[key] = value

        return change

    numbers_of_generator = [0] * 624 + [624]
    return [
        (put("epoch", -1), "epochs"),
        (put("epoch", 5), "loss"),
        (put("epoch", 7), "epochs"),
        (put("epoch", "6"), "epoch"),
        (put("epoch", True), "epoch"),
        (put("epoch", KeyError), "epoch"),
        (put("finished", 1), "finished"),
        (put("finished", False), "epochs"),
        (put("extra", 1), "extra"),
        (put("settings", {}), "training"),
        (put("settings", "epochs", 10**9), "epochs"),
        (put("settings", "epochs", [6]), "epochs"),
        (put("settings", "extra", 1), "extra"),
        (put("settings", "inputs", "sha256 0"), "other inputs"),
        (put("history", "loss", [0.1]), "loss"),
        (put("history", "loss", [1] * 6), "loss"),
        (put("history", "loss", [None] * 6), "loss"),
        (put("history", "loss", 3.0), "loss"),
        (put("history", "accuracy", [0.5] * 5), "accuracy"),
        (put("history", "accuracy", KeyError), "accuracy"),
        (put("history", "extra", []), "extra"),
        (put("memory", []), "numbers|archive"),
        (put("memory", ["means"]), "numbers|archive"),
        (put("memory", ["squares", "means"]), "memory"),
        (put("memory", ["means", "squares", "x"]), "numbers|archive"),
        (put("memory", ["x"] * 10**4), "memory"),
        (put("memory", [["means"]]), "memory"),
        (put("memory", "means"), "memory"),
        (put("memory", KeyError), "memory"),
        (put("counters", {}), "num_steps"),
        (put("counters", {"num_steps": -1}), "counters"),
        (put("counters", {"num_steps": 10**400}), "counters"),
        (put("counters", {"num_steps": 1.5}), "num_steps"),
        (put("counters", {"num_steps": 1, "x": 1}), "x"),
        (put("order", [0, 1, 2]), "order"),
        (put("order", [0, 1, 2, 2]), "order"),
        (put("order", [0, 1, 2, 4]), "order"),
        (put("order", [0, 1, 2, 3.0]), "order"),
        (put("order", [0, 1, 2, True]), "order"),
        (put("order", [0, 1, 2, [3]]), "order"),
        (put("order", {}), "order"),
        (put("generator", {}), "generator"),
        (put("generator", "version", 2), "generator"),
        (put("generator", "numbers", numbers_of_generator[:-1]), "generator"),
        (put("generator", "numbers", numbers_of_generator[:-1] + [625]), "generator"),
        (put("generator", "numbers", numbers_of_generator[:-1] + [-1]), "generator"),
        (put("generator", "numbers", [2**32] + numbers_of_generator[1:]), "generator"),
        (put("generator", "numbers", [-1] + numbers_of_generator[1:]), "generator"),
        (put("generator", "numbers", ["0"] + numbers_of_generator[1:]), "generator"),
        (put("generator", "numbers", 3), "generator"),
        (put("generator", "numbers", KeyError), "generator"),
        (put("generator", "extra", 1), "generator"),
    ]


def rewritten(path, change):
    """The file with its description changed and a checksum that fits."""
    data = path.read_bytes()
    if path.suffix == ".json":
        document = json.loads(data)
        change(document)
        return sealed(".json", json.dumps(document, indent=1).encode().replace(b'{\n "', b'{\n  "', 1))
    members = members_of(data)
    document = json.loads(members["description.json"])
    change(document)
    return archive_of({**members, "description.json": json.dumps(document).encode()})


def members_of(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def archive_of(members, compression=zipfile.ZIP_STORED):
    """A .npz file, with a checksum that fits, of (name, bytes) pairs or a dictionary."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as archive:
        for name, data in members.items() if isinstance(members, dict) else members:
            archive.writestr(name, data)
        archive.comment = b"crc32 00000000"
    return sealed(".npz", file.getvalue())


def refusal(path, data):
    """The message with which a file is refused."""
    path.write_bytes(data)
    assert attempt(path)[0] == "refused"
    with pytest.raises(FileError) as caught:
        Model.load(path)
    return str(caught.value).removeprefix(str(path))


def test_a_file_that_says_something_wrong_is_refused(tmp_path, traced):
    paths = originals(tmp_path)
    num_refused = 0
    for path in paths:
        data = path.read_bytes()
        assert attempt(path)[0] != "refused"
        path.write_bytes(rewritten(path, lambda document: None))
        assert attempt(path)[0] != "refused"  # so what is refused below is refused for what was changed
        for change, message in document_changes():
            path.write_bytes(data)
            try:
                bad = rewritten(path, change)
            except KeyError:  # no numbers in the description of a .npz file
                continue
            if path.stem == "training" and message == "training":
                continue
            assert message in refusal(path, bad), bad[:500]
            num_refused += 1
        path.write_bytes(data)
    for path in paths:
        if path.stem == "model":
            continue
        data = path.read_bytes()
        for change, message in training_changes():
            path.write_bytes(data)
            path.write_bytes(rewritten(path, change))
            assert attempt(path)[1] == "refused", message
            with pytest.raises(FileError, match=message):
                train(path, "adam")
            num_refused += 1
    print(num_refused)
    assert num_refused > 300


@pytest.mark.parametrize("engine", ["loops", "numpy"])
def test_a_checkpoint_with_squares_below_0_is_refused(tmp_path, engine):
    """Of such a number Adam would take the square root."""
    path = tmp_path / "training.json"
    train(path, "adam", engine=engine)

    def change(document):
        document["numbers"]["squares[1]"][0][1] = -1e-3

    path.write_bytes(rewritten(path, change))
    with pytest.raises(FileError, match=r"cannot be resumed: squares\[1\] must be at least 0"):
        train(path, "adam", engine=engine)


def test_json_that_is_not_plain_is_refused(tmp_path, traced):
    path = tmp_path / "model.json"
    Model.from_sizes([2, 3, 1], seed=0).save(path)
    text = "".join(line for line in path.read_text().splitlines(keepends=True) if "checksum" not in line)
    path.write_text(text)
    assert attempt(path)[0] != "refused"
    for bad in [
        b"",
        b"{}",
        b"[]",
        b"3",
        b"null",
        b"\x80\x04N.",  # a pickle
        b"PK\3\4",
        text.replace('"version": 1,', '"version": 1, "version": 1,').encode(),
        text.replace('{"name": "mse"', '{"name": "mse", "name": "mse"').encode(),
        text.replace('"numbers": {', '"numbers": {"layers[0].biases": [0.0, 0.0, 0.0],').encode(),
        text.replace('"scale": 1.0', '"scale": 1e999').encode(),
        text.replace('"scale": 1.0', '"scale": -Infinity').encode(),
        text.replace('"scale": 1.0', '"scale": NaN').encode(),
        text.replace('"version": 1', '"version": ' + "1" * 5000).encode(),
        text.encode() + b"{}",
        text.replace("[0.0, 0.0, 0.0]", "[0.0, 0.0, 0.0,]").encode(),
        text.replace("[0.0, 0.0, 0.0]", "[0.0, 0.0, 1e400]").encode(),
        text.replace("[0.0, 0.0, 0.0]", "[0.0, 0.0, 0x0]").encode(),
        text.replace("[0.0, 0.0, 0.0]", "[" * 3000 + "]" * 3000).encode(),
        b"[" * 10_000,
        b'{"a":' * 10_000,
    ]:
        assert bad != text.encode()
        assert ": " in refusal(path, bad)


def test_archives_that_are_not_plain_are_refused(tmp_path, traced):
    path = tmp_path / "model.npz"
    Model.from_sizes([2, 3, 1], seed=0).save(path)
    data = path.read_bytes()
    members = members_of(data)
    path.write_bytes(archive_of(members))
    assert attempt(path)[0] != "refused"

    name = "layers[0].weights.npy"
    good = members[name]

    def npy(array, **options):
        file = io.BytesIO()
        np.lib.format.write_array(file, array, **options)
        return file.getvalue()

    class Harm:
        def __reduce__(self):
            return (os.mkdir, (str(tmp_path / "harm"),))

    with_header = {}
    for header in [
        "{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000, 1000000000), }",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (-3, -2), }",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (3, 2, 10**9), }",
        "{'descr': '|O', 'fortran_order': False, 'shape': (3, 2), }",
        "{'descr': '>f8', 'fortran_order': False, 'shape': (3, 2), }",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 2), }",
        "{'descr': '<f8', 'fortran_order': True, 'shape': (3, 2), }",
        "{'descr': '<f8', 'fortran_order': __import__('os').mkdir('harm'), 'shape': (3, 2), }",
        "(" * 5000,
        "",
    ]:
        text = header.encode().ljust(118) + b"\n"
        with_header[header] = b"\x93NUMPY\1\0" + len(text).to_bytes(2, "little") + text + good[-48:]

    weights = np.ones((3, 2))
    replaced = [
        *with_header.values(),
        npy(np.array([[Harm()] * 2] * 3), allow_pickle=True),
        npy(weights.astype(">f8")),
        npy(weights.astype("f4")),
        npy(weights.astype(int)),
        npy(weights.astype(complex)),
        npy(weights.astype(str)),
        npy(np.asfortranarray(weights)),
        npy(weights, version=(2, 0)),
        npy(weights, version=(3, 0)),
        npy(np.ones((2, 3))),
        npy(np.ones((3, 3))),
        npy(np.ones(6)),
        npy(np.ones((3, 2, 1))),
        npy(np.ones(())),
        npy(np.array([[1, 2], [3, math.nan], [5, 6]])),
        npy(np.array([[1, 2], [3, math.inf], [5, 6]])),
        good[:-8],
        good[:-1],
        good[:20],
        good[:7],
        good + b"\0",
        good + good,
        b"",
        b"\x80\x04N.",
    ]
    archives = [archive_of({**members, name: member}) for member in replaced]
    everything = list(members.items())
    archives += [
        archive_of(everything[1:]),
        archive_of(everything[:-1]),
        archive_of([*everything, ("extra.npy", good)]),
        archive_of([*everything, ("../../etc/passwd", b"x")]),
        archive_of([(name.removesuffix(".npy"), member) for name, member in everything]),
        archive_of([]),
        archive_of([(f"{i}.npy", b"") for i in range(60)]),
        archive_of(members, zipfile.ZIP_DEFLATED),
        archive_of(members, zipfile.ZIP_BZIP2),
        archive_of(members, zipfile.ZIP_LZMA),
        archive_of({**members, name: good + bytes(10**7)}, zipfile.ZIP_DEFLATED),  # a bomb: 10 MB in 10 kB
        archive_of({"description.json": b" " * 10**7}, zipfile.ZIP_DEFLATED),
        b"PK",
        data[:-14],
        data[:-8] + b"00000000",
        b"\x80\x04N.",
        b"\x93NUMPY\1\0",
    ]
    # claims of the table of contents: sizes of 4 GB, offsets beyond the end, encryption, other methods
    first = data.index(b"PK\1\2")
    for offset, patch in [
        (20, b"\xff\xff\xff\x7f\xff\xff\xff\x7f"),
        (24, b"\xff\xff\xff\x7f"),
        (42, b"\xff\xff\xff\x7f"),
        (8, b"\1\0"),
        (10, b"\x08\0"),
        (10, b"\x63\0"),
        (6, b"\xff\0"),
        (28, b"\xff\xff"),
    ]:
        start = first + offset
        archives.append(sealed(".npz", data[:start] + patch + data[start + len(patch) :]))
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path)
        for archive in archives:
            assert archive != data
            assert ": " in refusal(path, archive)
    assert os.listdir(tmp_path) == ["model.npz"]  # nothing was run
    twice = io.BytesIO()
    with pytest.warns(UserWarning, match="Duplicate"):
        twice.write(archive_of([*everything, everything[1]]))
    assert "twice" in refusal(path, twice.getvalue())


def test_files_that_are_too_large_are_not_read(tmp_path):
    """The files have holes in place of bytes: 17 MiB, 300 MiB and 1 TiB that take no space on the disk."""
    for name, size in [("a.json", 17 * 2**20), ("a.npz", 300 * 2**20), ("b.npz", 2**40)]:
        with open(tmp_path / name, "wb") as file:
            file.truncate(size)
        tracemalloc.start()
        with pytest.raises(FileError, match=f"{name} is too large"):
            Model.load(tmp_path / name)
        assert tracemalloc.get_traced_memory()[1] < 2**20
        tracemalloc.stop()


def test_a_model_too_large_for_json_is_not_written(tmp_path, monkeypatch):
    monkeypatch.setitem(formats.LARGEST, ".json", 1000)
    with pytest.raises(FileError, match=r"needs .* bytes, and 1,000 are allowed; a .npz file takes more"):
        Model.from_sizes([10, 10]).save(tmp_path / "model.json")
    assert os.listdir(tmp_path) == []


HOSTILE = """if True:
    # Write a file of about `size` bytes that would take as much memory as it can.
    import io, json, sys, zipfile
    from zlib import crc32
    folder, size, kind = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    model = {"format": "neurons model", "version": 1, "engine": "loops", "dtype": "float64", "sizes": [1, 1],
             "loss": {"name": "mse", "scale": 1.0}, "layers": [{"name": "a", "act": "relu"}], "numbers": {}}
    def repeated(head, item, tail):
        return (head + item * ((size - len(head) - len(tail)) // len(item)) + tail)
    text = json.dumps(model)[:-1]
    if kind == "empty lists":
        data = repeated(text + ', "x": [', "[],", "[]]}").encode()
    elif kind == "empty objects":
        data = repeated(text + ', "x": [', "{},", "{}]}").encode()
    elif kind == "floats":
        data = repeated(text + ', "x": [', "1.,".replace(".", ".0"), "0]}").encode()
    elif kind == "keys":
        data = (text + ", " + ",".join(f'"{i:x}":0' for i in range(size // 9)) + "}").encode()
    elif kind == "wide":
        data = repeated('{"x": "\\U0001f9e0', "a", '"}').encode()
    elif kind == "deep":
        data = b"[" * size
    elif kind == "digits":
        data = b"9" * size
    elif kind == "neurons":
        count = min(size // 24, 99_999)
        model["sizes"] = [1, count]
        model["numbers"] = {"layers[0].weights": [[0.0]] * count, "layers[0].biases": [0.0] * count}
        data = json.dumps(model).encode()
    elif kind == "layers":
        model["sizes"] = [1] * 401
        model["layers"] = [{"name": "", "act": "relu"}] * 400
        for i in range(400):
            model["numbers"] |= {f"layers[{i}].weights": [[0.0]], f"layers[{i}].biases": [0.0]}
        data = json.dumps(model).encode()
    elif kind == "contents":  # a table of contents of many small entries
        entry = b"PK\\1\\2" + bytes(42)
        data = entry * (size // 46)
        data += b"PK\\5\\6" + bytes(6) + b"\\xff\\xff" + len(data).to_bytes(4, "little") + bytes(4) + b"\\x0e\\0crc32 "
        data += b"%08x" % crc32(data)
    elif kind == "bomb":
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            with archive.open("description.json", "w") as member:
                for _ in range(size // 2**20 * 100):
                    member.write(bytes(2**20))
            archive.comment = b"crc32 00000000"
        data = file.getvalue()[:-8]
        data += b"%08x" % crc32(data)
    path = f"{folder}/hostile." + ("npz" if kind in ("contents", "bomb") else "json")
    with open(path, "wb") as file:
        file.write(data)
    print(path)
"""

LOADING = """if True:
    import re, resource, sys, time
    from neurons import FileError, Model
    from neurons.storage import models as storage
    import numpy

    def peak():
        with open("/proc/self/status") as file:
            return 1024 * int(re.search("VmHWM: *([0-9]+)", file.read().expandtabs())[1])

    before = peak()
    with open("/proc/self/statm") as file:
        limit = int(file.read().split()[0]) * resource.getpagesize() + int(sys.argv[2])
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    start = time.perf_counter()
    try:
        Model.load(sys.argv[1])
        outcome = "loaded"
    except FileError as error:
        outcome = "refused"
    print(outcome, peak() - before, time.perf_counter() - start)
"""
KINDS = [
    "empty lists",
    "empty objects",
    "floats",
    "keys",
    "wide",
    "deep",
    "digits",
    "neurons",
    "layers",
    "contents",
    "bomb",
]


@pytest.mark.skipif(sys.platform != "linux", reason="measures memory the way Linux tells it")
@pytest.mark.parametrize("kind", KINDS)
def test_no_file_takes_more_memory_than_the_documentation_says(kind, tmp_path):
    """2 MiB of hostile bytes, and an address space that may grow by what `formats.py` says."""
    path = run_python(HOSTILE, tmp_path, 2 * 2**20, kind).strip()
    size = os.path.getsize(path)
    num_neurons = {"neurons": size // 11, "layers": 400}.get(kind, 0)
    outcome, memory, seconds = run_python(LOADING, path, 30 * size + 1500 * num_neurons + 2**24).split()
    print(f"{kind}: {size:,} bytes, {outcome}, {int(memory) / size:.1f} bytes of memory each, {float(seconds):.2f} s")
    assert outcome == ("loaded" if kind in ("neurons", "layers") else "refused")
