"""What comes in as examples means the same, or is refused in the same words, whatever the engine."""

import copy
import pickle

import numpy as np
import pandas
import pytest

from neurons import BinaryCrossEntropy, Model, NeuronsError, OrderError, SoftmaxCrossEntropy
from neurons.arrays.batches import Pixels

ENGINES = ("loops", "unrolled", "numpy")
ROWS = [[0.0, 1.0], [1.0, 0.0], [0.5, 0.25], [1.0, 1.0]]
LABELS = [1.0, 0.0, 1.0, 0.0]


class Tensor:
    """A stand-in for a tensor of another library: it gives its numbers as an array, unless it records gradients."""

    def __init__(self, values, requires_grad=False):
        self.values, self.requires_grad = np.array(values), requires_grad
        self.shape = self.values.shape

    def __len__(self):
        return len(self.values)

    def __getitem__(self, index):
        return Tensor(self.values[index], self.requires_grad)

    def __array__(self, dtype=None, copy=None):
        if self.requires_grad:
            raise RuntimeError("Can't call numpy() on Tensor that requires grad.")
        return np.asarray(self.values, dtype)


TAKEN = {
    "lists": ROWS,
    "tuples": tuple(map(tuple, ROWS)),
    "ints": [[0, 1], [1, 0], [2, 3], [1, 1]],
    "bools": [[False, True], [True, False], [True, True], [False, False]],
    "float64": np.array(ROWS),
    "float32": np.array(ROWS, "float32"),
    "int64": np.array(ROWS).astype(int),
    "uint8": np.array([[0, 1], [1, 0], [200, 3], [1, 1]], np.uint8),
    "pixels": Pixels(np.array([[0, 1], [1, 0], [200, 3], [1, 1]], np.uint8)),
    "bool array": np.array(ROWS) > 0.4,
    "object array": np.array(ROWS, object),
    "list of arrays": [np.array(row) for row in ROWS],
    "data frame": pandas.DataFrame(ROWS, columns=["left", "right"]),
    "data frame with other columns": pandas.DataFrame(ROWS, columns=[7, 3], index=list("abcd")),
    "tensor": Tensor(ROWS),
    "list of tensors": [Tensor(row) for row in ROWS],
    "Fortran order": np.asfortranarray(np.array(ROWS)),
}

REFUSED = {  # what names it
    "one example": ([0.0, 1.0], "inputs"),
    "one array": (np.array([0.0, 1.0]), "inputs"),
    "no example": ([], "inputs"),
    "no array": (np.empty((0, 2)), "inputs"),
    "too wide": ([[0.0, 1.0, 2.0]] * 4, "inputs[0]"),
    "a wide array": (np.ones((4, 3)), "inputs[0]"),
    "ragged": ([[0.0, 1.0], [1.0]] * 2, "inputs[1]"),
    "three axes": (np.ones((4, 2, 2)), "inputs[0][0]"),
    "not a number": ([[0.0, float("nan")]] * 4, "inputs[0][1]"),
    "an array with infinity": (np.array([[0.0, np.inf]] * 4), "inputs[0][1]"),
    "text": ([["0", "1"]] * 4, "inputs[0][0]"),
    "an array of text": (np.array([["0", "1"]] * 4), "inputs[0][0]"),
    "complex": (np.array([[1j, 0.0]] * 4), "inputs[0][0]"),
    "None": (None, "inputs"),
    "a number": (5.0, "inputs"),
    "a dictionary": ({0: [0.0, 1.0]}, "inputs"),
    "objects": (np.array([[None, 1.0]] * 4, object), "inputs[0][0]"),
    "masked": (np.ma.array(ROWS, mask=np.array(ROWS) > 0.9), "masked"),
    "a frame with a gap": (pandas.DataFrame([[0.0, None]] * 4), "inputs[0][1]"),
    "a frame with text": (pandas.DataFrame([["a", 1.0]] * 4), "inputs[0][0]"),
    "a tensor that records gradients": (Tensor(ROWS, requires_grad=True), "detach"),
    "dates": (np.array([["2024-01-01", "2024-01-02"]] * 4, "datetime64[D]"), "inputs[0][0]"),
}


def models(loss=None, num_outputs=1):
    return [Model.from_sizes([2, 3, num_outputs], loss=loss, seed=0, engine=engine) for engine in ENGINES]


@pytest.mark.filterwarnings("ignore::neurons.HealthWarning")
@pytest.mark.parametrize("kind", TAKEN)
def test_the_same_inputs_are_the_same_numbers(kind):
    results = []
    for model in models():
        outputs = np.array(model.predict(TAKEN[kind]))
        history = model.fit(TAKEN[kind], LABELS, epochs=2, learning_rate=0.1, shuffle=False)
        results.append([*outputs.ravel(), *history.loss, model.accuracy(TAKEN[kind], LABELS)])
        assert model.train_batch(TAKEN[kind], LABELS, 0.1) > 0.0
    assert results[0] == results[1]
    assert results[2] == pytest.approx(results[0], rel=1e-9)


def refusals(call):
    """The class and the words of the error of each engine."""
    told = []
    for model in models():
        with pytest.raises(NeuronsError) as caught:
            call(model)
        told.append((type(caught.value), str(caught.value)))
    return told


@pytest.mark.parametrize("kind", REFUSED)
@pytest.mark.parametrize("verb", ["predict", "fit", "train_batch", "mean_loss"])
def test_the_same_inputs_are_refused_in_the_same_words(kind, verb):
    inputs, named = REFUSED[kind]
    calls = {
        "predict": lambda model: model.predict(inputs),
        "fit": lambda model: model.fit(inputs, LABELS, epochs=1, learning_rate=0.1),
        "train_batch": lambda model: model.train_batch(inputs, LABELS, 0.1),
        "mean_loss": lambda model: model.mean_loss(inputs, LABELS),
    }
    told = refusals(calls[verb])
    assert len(set(told)) == 1, told
    assert named in told[0][1]


LABELS_TAKEN = {
    "numbers": LABELS,
    "lists": [[label] for label in LABELS],
    "ints": [1, 0, 1, 0],
    "bools": [True, False, True, False],
    "array": np.array(LABELS),
    "column": np.array(LABELS)[:, None],
    "ints array": np.array(LABELS).astype(int),
    "uint8": np.array(LABELS).astype(np.uint8),
    "bool array": np.array(LABELS) > 0.5,
    "object array": np.array(LABELS, object),
    "series": pandas.Series(LABELS, index=list("dcba")),
    "frame": pandas.DataFrame({"right": LABELS}),
    "tensor": Tensor(LABELS),
}


@pytest.mark.filterwarnings("ignore::neurons.HealthWarning")
@pytest.mark.parametrize("kind", LABELS_TAKEN)
def test_the_same_labels_mean_the_same(kind):
    losses = [model.mean_loss(ROWS, LABELS_TAKEN[kind]) for model in models(BinaryCrossEntropy())]
    assert losses == pytest.approx([models(BinaryCrossEntropy())[0].mean_loss(ROWS, LABELS)] * 3, rel=1e-12)


LABELS_REFUSED = {
    "too few": [0, 1, 2],
    "a class too many": [0, 1, 2, 3],
    "below 0": np.array([0, 1, 2, -1]),
    "floats": [0.0, 1.0, 2.0, 1.0],
    "a float array": np.array([0.0, 1.0, 2.0, 1.0]),
    "bools": [True, False, True, False],
    "a bool array": np.array([True, False, True, False]),
    "text": ["a", "b", "c", "a"],
    "no probabilities": [[1.0, 1.0, 0.0]] * 4,
    "two columns": np.ones((4, 2)),
    "a series with a gap": pandas.Series([0, 1, None, 2]),
    "a tensor that records gradients": Tensor([0, 1, 2, 0], requires_grad=True),
    "None": None,
    "a set": {0, 1, 2, 3},
}


@pytest.mark.parametrize("kind", LABELS_REFUSED)
def test_the_same_labels_are_refused_in_the_same_words(kind):
    told = []
    for model in models(SoftmaxCrossEntropy(), 3):
        with pytest.raises(NeuronsError) as caught:
            model.fit(ROWS, LABELS_REFUSED[kind], epochs=1, learning_rate=0.1)
        told.append((type(caught.value), str(caught.value)))
    assert len(set(told)) == 1, told
    assert "labels" in told[0][1]


@pytest.mark.parametrize("twin_of", [copy.deepcopy, lambda model: pickle.loads(pickle.dumps(model))])
@pytest.mark.parametrize("engine", ["loops", "numpy"])
def test_a_copy_in_the_middle_of_a_pass_keeps_the_pass(engine, twin_of):
    model = Model.from_sizes([2, 3, 1], seed=0, engine=engine)
    inputs, gradients = ([0.0, 1.0], [0.5]) if engine == "loops" else ([[0.0, 1.0], [1.0, 1.0]], [[0.5], [0.25]])
    model.forward(inputs)
    twin = twin_of(model)
    assert np.array_equal(twin.backward_pass(gradients), model.backward_pass(gradients))
    with pytest.raises(OrderError):
        twin_of(model).backward_pass(gradients)  # the pass it has is finished
    again = twin_of(model)
    assert [neuron.error for neuron in again.layers[0].neurons] == [neuron.error for neuron in model.layers[0].neurons]
    for one in (model, twin, again):
        one.step(0.1)
    weights = [
        [list(neuron.weights) for layer in one.layers for neuron in layer.neurons] for one in (model, twin, again)
    ]
    assert weights[0] == weights[1] == weights[2]
