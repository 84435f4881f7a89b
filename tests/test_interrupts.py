"""After Ctrl-C, at whatever moment, a model has the weights of the last whole step."""

import os
import signal
import subprocess
import sys
import threading
import time

import numpy as np
import pytest
from conftest import ROOT

from neurons import SGD, Adam, Model, NeuronsError, SoftmaxCrossEntropy, datasets

INPUTS, LABELS = datasets.xor()


@pytest.fixture(autouse=True)
def heeded():
    """Ctrl-C does what it does at a keyboard; a command in the background of a shell ignores it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def weights_of(model):
    return [[list(neuron.weights), neuron.bias] for layer in model.layers for neuron in layer.neurons]


class Interrupted(SGD):
    """Presses Ctrl-C in the middle of its third step, when one layer has moved and the other has not."""

    def __init__(self):
        self.steps = []

    def step(self, model, learning_rate):
        model.layers[0].step(learning_rate)
        if len(self.steps) == 2:
            signal.raise_signal(signal.SIGINT)
        model.layers[1].step(learning_rate)
        self.steps.append(weights_of(model))


@pytest.mark.parametrize("engine", ["loops", "numpy"])
def test_a_ctrl_c_in_the_middle_of_a_step_waits_for_its_end(engine):
    model, optimiser = Model.from_sizes([2, 3, 1], seed=0, engine=engine), Interrupted()
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        model.fit(INPUTS, LABELS, epochs=50, learning_rate=0.5, optimiser=optimiser)
    assert weights_of(model) == optimiser.steps[-1]
    assert 3 <= len(optimiser.steps) <= 4 + 3  # on arrays it waits for a chunk of several steps
    assert signal.getsignal(signal.SIGINT) is before
    assert all(neuron.num_examples == 0 for layer in model.layers for neuron in layer.neurons)


def test_the_step_in_the_backward_pass_of_arrays_is_whole_too():
    """Plain SGD: the last layer moves before the first one has its gradients."""
    model = Model.from_sizes([2, 3, 1], seed=0, engine="numpy")
    twin = model.copy()
    original, calls = type(model.layers[0].array_act).delta_act, []

    def pressing(self, z, a, out):
        calls.append(1)
        if len(calls) == 2:  # the output layer has its new weights, the hidden layer not yet
            signal.raise_signal(signal.SIGINT)
        original(self, z, a, out)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(model.layers[0].array_act), "delta_act", pressing)
        with pytest.raises(KeyboardInterrupt):
            model.fit(INPUTS, LABELS, epochs=50, learning_rate=0.5, batch_size=4, shuffle=False)
    twin.fit(INPUTS, LABELS, epochs=1, learning_rate=0.5, batch_size=4, shuffle=False)
    assert weights_of(model) == weights_of(twin)


def test_a_second_ctrl_c_is_not_kept_waiting():
    class Endless(SGD):
        def step(self, model, learning_rate):
            signal.raise_signal(signal.SIGINT)
            signal.raise_signal(signal.SIGINT)
            raise AssertionError("still here")

    with pytest.raises(KeyboardInterrupt):
        Model.from_sizes([2, 3, 1], seed=0).fit(INPUTS, LABELS, epochs=1, learning_rate=0.5, optimiser=Endless())


@pytest.mark.parametrize("engine", ["loops", "unrolled", "numpy"])
def test_train_batch_has_the_weights_of_before(engine):
    model = Model.from_sizes([2, 3, 1], seed=0, engine=engine)
    before = weights_of(model)
    original = model.layers[1].step

    def pressing(learning_rate):
        signal.raise_signal(signal.SIGINT)
        original(learning_rate)

    model.layers[1].step = pressing
    with pytest.raises(KeyboardInterrupt):
        model.train_batch(INPUTS, LABELS, 0.5)
    assert weights_of(model) == before


TRAIN = """if True:
    import sys
    from neurons import Model, datasets
    inputs, labels = datasets.xor()
    made = lambda: Model.from_sizes([2, 4, 1], seed=0, engine=sys.argv[1])
    model = made()
    print("ready", flush=True)
    try:
        model.fit(inputs, labels, epochs=10**6, learning_rate=0.5, shuffle=False, progress=False)
    except KeyboardInterrupt:
        pass
    state = lambda model: [[*map(float, n.weights), n.bias] for layer in model.layers for n in layer.neurons]
    twin, found = made(), False
    for epoch in range(10**6):  # the same steps once more: the state must be one of those between two of them
        for example, label in zip(inputs, labels):
            found = found or state(twin) == state(model)
            twin.fit([example], [label], epochs=1, learning_rate=0.5, progress=False)
        if found:
            break
    print("whole" if found else "half a step")
"""


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="Windows sends no SIGINT to a single process")
@pytest.mark.parametrize("engine", ["loops", "unrolled", "numpy"])
def test_real_interrupts_at_any_moment(engine):
    for delay in np.random.default_rng(0).uniform(0.0, 0.1, 4):
        child = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-c", TRAIN, engine], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        assert child.stdout.readline() == "ready\n"
        time.sleep(0.05 + delay)
        child.send_signal(signal.SIGINT)
        assert child.communicate(timeout=300)[0] == "whole\n"


def test_a_training_in_another_thread_leaves_the_signals_alone():
    done = []

    def train():
        model = Model.from_sizes([2, 3, 1], seed=0)
        done.append(model.fit(INPUTS, LABELS, epochs=3, learning_rate=0.5, optimiser=Adam()).loss)

    before = signal.getsignal(signal.SIGINT)
    thread = threading.Thread(target=train)
    thread.start()
    thread.join()
    assert len(done[0]) == 3 and signal.getsignal(signal.SIGINT) is before


@pytest.mark.parametrize("answer", [True, np.bool_(True)])
def test_only_true_stops(answer):
    model = Model.from_sizes([2, 3, 1], seed=0)
    assert len(model.fit(INPUTS, LABELS, epochs=5, learning_rate=0.5, on_epoch=lambda *_: answer)) == 1
    for goes_on in (None, False, np.bool_(False)):
        assert len(model.fit(INPUTS, LABELS, epochs=5, learning_rate=0.5, on_epoch=lambda *_, a=goes_on: a)) == 5


@pytest.mark.parametrize("engine", ["loops", "unrolled", "numpy"])
@pytest.mark.parametrize("answer", [1, 0, "stop", "", [], 0.5, 1.0, Model, np.array([True, False])])
def test_any_other_answer_of_on_epoch_is_refused(answer, engine):
    loss = SoftmaxCrossEntropy() if engine == "numpy" else None
    model = Model.from_sizes([2, 3, 2], seed=0, engine=engine, loss=loss)
    with pytest.raises(NeuronsError, match="on_epoch"):
        model.fit(INPUTS, [0, 1, 1, 0], epochs=5, learning_rate=0.5, on_epoch=lambda *_: answer)
