"""The page as Python makes it: its data, its file, the command. tests/test_page_in_browsers.py looks at it."""

import base64
import html
import json
import re
import zlib

import numpy as np
import pytest

import neurons
from neurons import (
    MSE,
    SGD,
    Adam,
    FileError,
    Layer,
    LengthError,
    Model,
    Momentum,
    Neuron,
    NeuronsError,
    SoftmaxCrossEntropy,
    Stepper,
    datasets,
    relu,
    sigmoid,
    tanh,
)
from neurons.__main__ import main

XOR = datasets.xor()


def data_in(text):
    """The data that a page's file holds."""
    (packed,) = re.findall(r'<script type="text/plain" id="data">(.*?)</script>', text, re.DOTALL)
    return json.loads(zlib.decompress(base64.b64decode(packed)))


def numbers_in(value):
    """A list of the data, from any of its forms."""
    if isinstance(value, list):
        return value
    if "u1" in value:
        return [byte / value["scale"] for byte in base64.b64decode(value["u1"])]
    (form,) = value
    return np.frombuffer(base64.b64decode(value[form]), dtype=f"<{form}").tolist()


def row(model):
    return [float(value) for layer in model.layers for one in layer.neurons for value in [*one.weights, one.bias]]


@pytest.mark.parametrize("hidden", [2, 4, 8])
def test_the_file_is_one_that_asks_for_nothing(hidden, tmp_path):
    page = Model.from_sizes([2, hidden, 1], seed=1).page(*XOR, learning_rate=1.0)
    page.save(tmp_path / "page.html")
    text = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert len(text.encode()) <= 200_000
    assert "default-src 'none'" in text
    assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)|\beval\(|new Function|@import|url\(", text)
    assert not re.search(r"\[\[[A-Z]+\]\]", text)
    assert data_in(text) == json.loads(json.dumps(page.data))


def test_the_time_line_is_the_training_of_fit():
    """The order of the examples and the start lead, in Python, to the losses that are drawn and to its end."""
    model = Model.from_sizes([2, 3, 1], hidden=tanh, seed=1)
    twin = model.copy()
    history = twin.fit(*XOR, epochs=7, learning_rate=0.5, batch_size=2, seed=3, keep=True)
    for data in (
        model.page(*XOR, history=history).data,
        model.page(*XOR, learning_rate=0.5, epochs=7, batch_size=2, seed=3).data,
    ):
        training = data["training"]
        assert training["start"] == row(model)
        assert (numbers_in(training["loss"]), numbers_in(training["accuracy"])) == (history.loss, history.accuracy)
        again = model.copy()
        for order in training["order"]:
            for start in (0, 2):
                examples = order[start : start + training["batchSize"]]
                again.train_batch(
                    [XOR[0][i] for i in examples], [XOR[1][i] for i in examples], training["learningRate"]
                )
        assert row(again) == row(twin)


def test_the_page_leaves_the_model_alone():
    model = Model.from_sizes([2, 2, 1], seed=1)
    before = row(model)
    model.forward([0.0, 1.0])
    a = model.layers[-1].neurons[0].activation
    model.page(*XOR, learning_rate=1.0, epochs=3)
    assert row(model) == before and model.layers[-1].neurons[0].activation == a


@pytest.mark.parametrize("seed", [2, 3])
def test_solved_is_the_step_from_which_all_are_right(seed):
    model = Model.from_sizes([2, 4, 1], seed=seed)
    history = model.copy().fit(*XOR, epochs=300, learning_rate=1.0, seed=0, keep=True)
    solved = model.page(*XOR, history=history).data["training"]["solved"]
    assert solved is not None
    assert [history.model_at(step).accuracy(*XOR) for step in (solved, (solved + 1200) // 2, 1200)] == [1.0] * 3
    assert history.model_at(solved - 1).accuracy(*XOR) < 1.0


def test_unsolved_is_none():
    model = Model.from_sizes([2, 1, 1], seed=0)
    assert model.page(*XOR, learning_rate=1.0, epochs=20).data["training"]["solved"] is None


def test_changes_by_hand_are_events():
    def shake(epoch, model, history):
        if epoch == 4:
            model.layers[0].neurons[1].weights[0] = 2.5

    model = Model.from_sizes([2, 2, 1], seed=1)
    history = model.copy().fit(*XOR, epochs=6, learning_rate=1.0, seed=0, on_epoch=shake, keep=True)
    (event,) = model.page(*XOR, history=history).data["training"]["events"]
    assert event["step"] == 16 and "hidden[1].w[0]" in event["text"]
    assert event["parameters"] == row(history.model_at(16)) and 2.5 in event["parameters"]


@pytest.mark.parametrize("optimiser", [SGD, Momentum, Adam])
def test_the_optimiser_travels_with_its_memory(optimiser):
    model, own = Model.from_sizes([2, 2, 1], seed=1), optimiser()
    model.fit(*XOR, epochs=2, learning_rate=0.05, optimiser=own, seed=0)
    data = model.page(*XOR, learning_rate=0.05, epochs=2, optimiser=own).data
    assert data["optimiser"] == {"name": own.name, "text": repr(own)}
    state = numbers_in(data["training"]["state"])
    parameters = len(data["training"]["start"])
    assert len(state) == {SGD: 0, Momentum: parameters, Adam: 2 * parameters + 1}[optimiser]
    if optimiser is Momentum:
        assert state == [number for velocities in own.velocities for number in velocities]
    if optimiser is Adam:
        assert state[-1] == 8.0


def test_it_begins_with_inputs_that_are_not_0():
    """Where all are 0, every gradient of the first layer is."""
    model = Model.from_sizes([2, 2, 1], seed=1)
    assert model.page(*XOR, learning_rate=1.0, epochs=1).data["shown"] == 1
    assert model.page(*XOR, learning_rate=1.0, epochs=1, example=2).data["shown"] == 2


def test_an_image_and_its_classes():
    digits = datasets.digits()
    model = Model.from_sizes([64, 4, 10], hidden=relu, loss=SoftmaxCrossEntropy(), seed=0, engine="loops")
    data = model.page(digits.train_inputs, digits.train_labels, learning_rate=0.1, epochs=1).data
    assert data["image"] == {"width": 8, "height": 8, "highest": 1.0}
    assert data["classes"] == {"names": list("0123456789")}
    inputs = np.array(numbers_in(data["examples"]["x"])).reshape(-1, 64)
    np.testing.assert_array_equal(inputs, digits.train_inputs)
    labels = np.array(numbers_in(data["examples"]["y"])).reshape(-1, 10)
    np.testing.assert_array_equal(labels.argmax(axis=1), digits.train_labels)
    assert data["training"]["checkpoints"] is None and len(data["training"]["order"]) == len(inputs)


def test_more_examples_than_can_travel_become_checkpoints():
    """As of MNIST: the first few, the one that is asked for, and the weights here and there, as they were."""
    rng = np.random.default_rng(0)
    images, labels = rng.random((1500, 784)), rng.integers(0, 10, 1500)  # (image, pixel), (image,)
    model = Model.from_sizes([784, 16, 10], hidden=relu, loss=SoftmaxCrossEntropy(), seed=0)
    history = model.fit(images, labels, epochs=3, learning_rate=0.1, batch_size=50, seed=0, keep=True, progress=False)
    page = model.page(images, labels, history=history, example=700)
    data, checkpoints = page.data, page.data["training"]["checkpoints"]
    assert (data["examples"]["number"], data["examples"]["total"], data["shown"]) == (21, 1500, 20)
    inputs = numbers_in(data["examples"]["x"])
    np.testing.assert_array_equal(inputs[-784:], images[700])
    assert [point["step"] for point in checkpoints] == [0, 30, 60, 90]
    for point in checkpoints:
        assert numbers_in(point["parameters"]) == row(history.model_at(point["step"]))
    assert len(page.html().encode()) <= 1_000_000
    again = Model.from_sizes([784, 16, 10], hidden=relu, loss=SoftmaxCrossEntropy(), seed=0)
    once = again.fit(images, labels, epochs=1, learning_rate=0.1, batch_size=50, seed=0, keep=True, progress=False)
    checkpoints = again.page(images, labels, history=once).data["training"]["checkpoints"]
    assert [(point["step"], point["epoch"]) for point in checkpoints] == [(0, 0), (8, 0), (15, 0), (22, 0), (30, 1)]
    assert numbers_in(checkpoints[1]["parameters"]) == row(once.model_at(8))
    untrained = Model.from_sizes([784, 2, 10], seed=0).page(images, labels, learning_rate=0.1).data["training"]
    assert [point["step"] for point in untrained["checkpoints"]] == [0] and untrained["loss"] is None


class Halved(Neuron):
    """A neuron of a student's own, which calculates as ours does, in its own words."""

    def backward_pass(self, output_gradient):
        half = output_gradient * 0.5
        return super().backward_pass(half + half)


class Doubled(Neuron):
    """A neuron of a student's own, with a mistake."""

    def backward_pass(self, output_gradient):
        return super().backward_pass(2.0 * output_gradient)


def model_of(neuron_class):
    model = Model.from_sizes([2, 2, 1], seed=1)
    old = model.layers[0].neurons[1]
    model.layers[0].neurons[1] = neuron_class(2, weights=old.weights, bias=old.bias, name=old.name)
    return model


def test_a_neuron_of_ones_own_that_calculates_the_same_has_the_whole_page():
    page = model_of(Halved).page(*XOR, learning_rate=1.0, epochs=3)
    assert "frozen" not in page.data and "makeEngine" in page.engine
    assert "Halved.backward_pass" in [function["name"] for function in page.data["walk"]["functions"]]


def test_one_that_calculates_something_else_has_its_own_numbers_and_no_engine():
    model = model_of(Doubled)
    page = model.page(*XOR, learning_rate=1.0)
    trace = model.trace(XOR[0][1], XOR[1][1], 1.0)
    frozen = page.data["frozen"]
    assert page.engine == "" and "Doubled" in frozen["text"]
    for layer_idx, layer in enumerate(trace.after.layers, 1):
        for j, neuron in enumerate(layer.neurons):
            assert frozen["values"][f"dz:{layer_idx}:{j}"] == neuron.error
            assert frozen["values"][f"v:{layer_idx}:{j}:0"] == neuron.weights[0]
    events = [event for group in page.data["walk"]["groups"] for event in group["events"]]
    told = [event.numbers.removeprefix(event.source).strip() for event in trace.events]
    assert ["".join(event[8]) for event in events] == told
    assert frozen["after"]["a"] == trace.after.forward(XOR[0][1])


def test_the_frame_holds_the_whole_page():
    page = Model.from_sizes([2, 2, 1], seed=1).page(*XOR, learning_rate=1.0, epochs=1)
    (source,) = re.findall(r'srcdoc="([^"]*)"', page._repr_html_())
    assert html.unescape(source) == page.html()
    stripped = re.sub(r"<[^>]*>", "", page._repr_html_())  # as JupyterLab does it before the notebook is trusted
    assert "as soon as this cell has been run" in stripped and "<" not in stripped


def test_the_old_name_leads_to_it():
    trace = Model.from_sizes([2, 2, 1], seed=0).trace([0.0, 1.0], [1.0], 0.5)
    page = Stepper(trace)
    assert neurons.Stepper is Stepper
    assert page.data["examples"]["x"] == [0.0, 1.0] and page.data["training"]["learningRate"] == 0.5
    with pytest.raises(NeuronsError, match=r"Stepper takes a trace.* but got .*Model 2-2-1"):
        Stepper(Model.from_sizes([2, 2, 1], seed=0))


MODEL = Model.from_sizes([2, 2, 1], seed=0)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: MODEL.page(*XOR), NeuronsError, "learning_rate, or the history"),
        (lambda: MODEL.page(*XOR, learning_rate="fast"), NeuronsError, "learning_rate"),
        (lambda: MODEL.page([0.0, 1.0], [1.0], learning_rate=1.0), NeuronsError, "put it in a list"),
        (lambda: MODEL.page(XOR[0], XOR[1][:2], learning_rate=1.0), LengthError, "4 examples in inputs and 2 labels"),
        (lambda: MODEL.page(*XOR, learning_rate=1.0, example=4), NeuronsError, "example must be .* from 0 to 3 .* 4"),
        (lambda: MODEL.page(*XOR, learning_rate=1.0, epochs=0), NeuronsError, "epochs"),
        (lambda: MODEL.page(*XOR, history=MODEL.copy().fit(*XOR, epochs=1, learning_rate=1.0)), NeuronsError, "keep"),
        (
            lambda: MODEL.page(*XOR, epochs=4, history=MODEL.copy().fit(*XOR, epochs=1, learning_rate=1.0, keep=True)),
            NeuronsError,
            "those of the history",
        ),
        (
            lambda: MODEL.page(
                XOR[0][:2], XOR[1][:2], history=MODEL.copy().fit(*XOR, epochs=1, learning_rate=1.0, keep=True)
            ),
            LengthError,
            "4 examples but the page has 2",
        ),
    ],
)
def test_wrong_calls(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_wrong_paths(tmp_path):
    page = MODEL.page(*XOR, learning_rate=1.0, epochs=1)
    with pytest.raises(FileError, match=r"must end in \.html"):
        page.save(tmp_path / "page.png")
    with pytest.raises(FileError, match="there is no folder"):
        page.save(tmp_path / "nowhere" / "page.html")
    assert repr(page).startswith("Page of a 2-2-1 network")


# ---- the command


def test_the_command_says_where_the_page_lies(tmp_path, capsys, monkeypatch):
    shown = []
    monkeypatch.setattr("webbrowser.open", lambda address: shown.append(address) or True)
    path = tmp_path / "xor.html"
    assert main(["step", "--hidden", "2", "--seed", "3", "--out", str(path), "--open"]) == 0
    printed = capsys.readouterr().out
    assert str(path) in printed and "2-2-1" in printed
    assert shown == [path.as_uri()]
    data = data_in(path.read_text(encoding="utf-8"))
    assert data["training"]["start"] == row(Model.from_sizes([2, 2, 1], seed=3))
    assert (data["examples"]["number"], data["shown"]) == (4, 1)


def test_the_same_seed_writes_the_same_page(tmp_path):
    for name in ("one.html", "two.html"):
        assert main(["step", "--seed", "5", "--out", str(tmp_path / name)]) == 0
    assert (tmp_path / "one.html").read_bytes() == (tmp_path / "two.html").read_bytes()


def test_the_command_takes_a_saved_model(tmp_path, capsys):
    model = Model.from_sizes([3, 2, 2], loss=SoftmaxCrossEntropy(), seed=1)
    model.save(tmp_path / "model.json")
    options = ["step", "--model", str(tmp_path / "model.json"), "--out", str(tmp_path / "page.html")]
    assert main([*options, "--example", "0.5, -1, 2", "--label", "1", "--learning-rate", "0.1"]) == 0
    data = data_in((tmp_path / "page.html").read_text(encoding="utf-8"))
    assert data["examples"]["x"] == [0.5, -1.0, 2.0] and data["examples"]["y"] == [0.0, 1.0]
    assert data["training"]["learningRate"] == 0.1 and data["training"]["start"] == row(model)
    capsys.readouterr()
    for more, message in {
        (): "the model takes 3 inputs: give them with --example",
        ("--example", "1 2"): "--example must be 3 numbers but got 2",
        ("--example", "1 2 x"): "--example must be numbers",
        ("--example", "1 2 3"): "the model has 2 outputs: give --label the right class",
        ("--example", "1 2 3", "--label", "7"): "a class from 0 to 1",
        ("--digit", "7"): "64 or 784 inputs",
    }.items():
        assert main([*options, *more]) == 2
        assert message in capsys.readouterr().err


def test_the_command_refuses_a_label_out_of_reach(tmp_path, capsys):
    assert main(["step", "--label", "2", "--out", str(tmp_path / "page.html")]) == 2
    assert "sigmoid only gives values from 0 to 1" in capsys.readouterr().err
    assert not (tmp_path / "page.html").exists()


def test_the_command_shows_a_digit(tmp_path, capsys):
    path = tmp_path / "page.html"
    assert main(["step", "--digit", "7", "--out", str(path)]) == 0
    text = path.read_text(encoding="utf-8")
    assert len(text.encode()) <= 1_000_000
    data = data_in(text)
    labels = numbers_in(data["examples"]["y"])
    assert labels[10 * data["shown"] : 10 * data["shown"] + 10].index(1.0) == 7
    assert numbers_in(data["training"]["accuracy"])[-1] > 0.9
    for more, message in {
        ("--digit", "x"): "a digit from 0 to 9",
        ("--digit", "7", "--label", "7"): "leave out",
    }.items():
        assert main(["step", *more, "--out", str(path)]) == 2
        assert message in capsys.readouterr().err


def test_an_example_of_ones_own_joins_those_of_xor(tmp_path):
    path = tmp_path / "page.html"
    assert main(["step", "--example", "0.5 0.5", "--label", "1", "--out", str(path)]) == 0
    data = data_in(path.read_text(encoding="utf-8"))
    assert data["examples"]["x"][-2:] == [0.5, 0.5] and data["shown"] == 4


def test_models_of_any_parts_have_a_page():
    for model in (
        Model([Layer(2, 2, tanh), Layer(2, 1, sigmoid)], MSE(0.5)),
        Model.from_sizes([2, 2, 1], engine="unrolled", seed=0),
        Model.from_sizes([2, 2, 1], engine="numpy", seed=0),
    ):
        assert model.page(*XOR, learning_rate=1.0, epochs=1).data["title"] == "2-2-1"
