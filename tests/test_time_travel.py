"""`fit(keep=True)`: every step comes again in every bit, and what broke a training is found at its step."""

import copy
import gc
import pickle
import random
import sys

import numpy as np
import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st
from strategies import examples_for, models

from neurons import (
    MSE,
    SGD,
    Adam,
    BinaryCrossEntropy,
    Layer,
    Model,
    Momentum,
    NeuronsError,
    NotFiniteError,
    SoftmaxCrossEntropy,
    datasets,
    identity,
    sigmoid,
    tanh,
)
from neurons.training import steps as steps_module

pytestmark = pytest.mark.filterwarnings("ignore::neurons.HealthWarning")  # drawn models may well be symmetric
ENGINES = ["loops", "unrolled", "numpy"]


def numbers_of(model):
    """Every weight and bias, neuron by neuron."""
    return [[*map(float, neuron.weights), float(neuron.bias)] for layer in model.layers for neuron in layer.neurons]


def solved_xor(engine="loops", optimiser=None, **options):
    """A model that solves XOR, and the history of all its steps."""
    model = Model.from_sizes([2, 4, 1], hidden=tanh, loss=BinaryCrossEntropy(), seed=0, engine=engine)
    options = {"epochs": 60, "learning_rate": 0.2 if optimiser is None else 0.05, "seed": 3, **options}
    return model, model.fit(*datasets.xor(), optimiser=optimiser, keep=True, progress=False, **options)


class Spike(SGD):
    """SGD whose learning rate is 30 times as large in one step."""

    def __init__(self, at):
        self.at, self.num_steps = at, 0

    def step(self, model, learning_rate):
        self.num_steps += 1
        super().step(model, learning_rate * (30.0 if self.num_steps == self.at else 1.0))


class Noisy(Momentum):
    """Momentum that shakes one weight after each step, by random numbers that no second run draws."""

    def step(self, model, learning_rate):
        super().step(model, learning_rate)
        model.layers[0].neurons[0].weights[0] += random.gauss(0.0, 0.01)


class NoisyTanh(type(tanh)):
    """tanh with noise."""

    name = "noisy_tanh"

    def act(self, z):
        return super().act(z) + random.gauss(0.0, 0.01)


class TestModelAt:
    @settings(max_examples=60)
    @given(st.data())
    def test_every_step_is_that_of_the_passes_made_by_hand(self, data):
        loss = data.draw(st.sampled_from([MSE(), SoftmaxCrossEntropy(), BinaryCrossEntropy()]))
        model = data.draw(models(loss=loss, weights=st.floats(-1.0, 1.0)))
        inputs, labels = data.draw(examples_for(model, max_size=7, elements=st.floats(-1.0, 1.0)))
        optimiser, rate = data.draw(st.sampled_from([(SGD(), 0.1), (Momentum(), 0.01), (Adam(), 0.01)]))
        batch_size = data.draw(st.integers(1, 3))
        by_hand, optimiser_by_hand = model.copy(), copy.deepcopy(optimiser)
        options = {"epochs": 3, "learning_rate": rate, "batch_size": batch_size, "shuffle": data.draw(st.booleans())}
        try:
            history = model.fit(inputs, labels, optimiser=optimiser, keep=True, progress=False, seed=1, **options)
        except NotFiniteError:
            reject()  # slopes of 1 and more may let a training run away: it has no steps to compare

        assert numbers_of(history.model_at(0)) == numbers_of(by_hand)
        step = 0
        shuffled = list(range(len(inputs)))
        rng = random.Random(1)
        for _ in range(3):
            if options["shuffle"]:
                rng.shuffle(shuffled)
            for start in range(0, len(inputs), batch_size):
                batch = shuffled[start : start + batch_size]
                for example in batch:
                    outputs = by_hand.forward(inputs[example])
                    by_hand.backward_pass(loss.output_gradients(outputs, labels[example]))
                optimiser_by_hand.step(by_hand, rate)
                step += 1
                assert history.steps.examples_of(step) == batch
                assert numbers_of(history.model_at(step)) == numbers_of(by_hand)
        assert len(history.steps) == step

    @pytest.mark.parametrize(
        "engine, optimiser",
        [(engine, None) for engine in ENGINES]
        + [(engine, optimiser) for engine in ("loops", "numpy") for optimiser in (Momentum(), Adam())],
    )
    @pytest.mark.parametrize("batch_size", [1, 3])
    def test_after_each_epoch_it_is_what_on_epoch_saw(self, engine, optimiser, batch_size, monkeypatch):
        """Also where many of the points from which steps are made again have been left out."""
        monkeypatch.setattr(steps_module, "LEAST_EXAMPLES", 1)
        optimiser = copy.deepcopy(optimiser)
        seen = []
        options = {"epochs": 300, "batch_size": batch_size}
        twin = solved_xor(engine, copy.deepcopy(optimiser), **options)
        model, history = solved_xor(
            engine, optimiser, on_epoch=lambda epoch, model, history: seen.append(numbers_of(model)), **options
        )
        assert len(history.steps.points) < 100
        per_epoch = len(history.steps) // 300
        for epoch in [1, 2, 63, 64, 65, 127, 200, 255, 256, 257, 299, 300]:
            assert numbers_of(history.model_at(epoch * per_epoch)) == seen[epoch - 1]
            assert numbers_of(twin[1].model_at(epoch * per_epoch)) == seen[epoch - 1]
        assert numbers_of(twin[0]) == numbers_of(model)

    def test_on_arrays_in_the_midst_of_an_epoch(self):
        digits = datasets.digits()
        inputs, labels = digits.train_inputs[:500], digits.train_labels[:500]
        model = Model.from_sizes([64, 16, 10], loss=SoftmaxCrossEntropy(), seed=0, engine="numpy")
        by_hand = model.copy()
        options = {"epochs": 2, "learning_rate": 0.1, "batch_size": 32, "seed": 0}
        history = model.fit(inputs, labels, keep=True, progress=False, **options)
        for step in range(1, len(history.steps) + 1):
            batch = history.steps.examples_of(step)
            by_hand.train_batch([inputs[i] for i in batch], [labels[i] for i in batch], 0.1)
            if step % 10 == 3 or step in (15, 16, 17, 31, 32):
                for numbers, right in zip(numbers_of(history.model_at(step)), numbers_of(by_hand), strict=True):
                    assert numbers == pytest.approx(right, rel=1e-10, abs=1e-12)
        assert numbers_of(history.model_at(len(history.steps))) == numbers_of(model)

    def test_training_is_the_same_as_without(self):
        for engine in ENGINES:
            model, history = solved_xor(engine)
            twin = Model.from_sizes([2, 4, 1], hidden=tanh, loss=BinaryCrossEntropy(), seed=0, engine=engine)
            plain = twin.fit(*datasets.xor(), epochs=60, learning_rate=0.2, seed=3, progress=False)
            assert numbers_of(model) == numbers_of(twin)
            assert (history.loss, history.accuracy) == (plain.loss, plain.accuracy)

    @pytest.mark.skipif(sys.version_info < (3, 11), reason="attributes lie in a dict, always")
    @pytest.mark.parametrize("optimiser", [SGD(), Momentum(), Adam()], ids=repr)
    def test_recording_leaves_the_neurons_as_quick_as_they_were(self, optimiser):
        """Whoever asks for an object's __dict__, as a copy does, makes training it take a third longer."""
        with_dict = []

        def look(epoch, model, history):
            for neuron in (neuron for layer in model.layers for neuron in layer.neurons):
                with_dict.extend(one for one in gc.get_referents(neuron) if type(one) is dict)

        solved_xor("loops", optimiser, on_epoch=look)
        assert with_dict == []

    @pytest.mark.parametrize("engine", ENGINES)
    def test_while_it_trains_and_after_it_broke_off_the_steps_begin_where_it_began(self, engine):
        model = Model.from_sizes([2, 4, 1], seed=0, engine=engine)
        start, seen = numbers_of(model), []

        def look(epoch, model, history):
            seen.append(history)
            assert numbers_of(history.model_at(0)) == start
            assert history.when_right(0) is None or history.when_right(0) >= 0
            if epoch == 3:
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            model.fit(*datasets.xor(), epochs=9, learning_rate=1.0, keep=True, progress=False, on_epoch=look)
        assert numbers_of(seen[-1].model_at(0)) == start != numbers_of(model) == numbers_of(seen[-1].model_at(12))

    def test_the_models_are_of_their_own(self):
        model, history = solved_xor()
        before = numbers_of(model)
        history.model_at(7).layers[0].neurons[0].weights[0] = 99.0
        assert numbers_of(model) == before
        assert history.model_at(7).layers[0].neurons[0].weights[0] != 99.0

    def test_after_pickle(self):
        _, history = solved_xor()
        again = pickle.loads(pickle.dumps(history))
        assert numbers_of(again.model_at(11)) == numbers_of(history.model_at(11))

    @pytest.mark.parametrize("noisy", ["optimiser", "activation"])
    def test_parts_that_draw_random_numbers(self, noisy):
        seen = {}

        def look(epoch, model, history):
            seen[4 * epoch] = numbers_of(model)

        act = NoisyTanh() if noisy == "activation" else tanh
        model = Model([Layer(2, 4, act, rng=random.Random(0)), Layer(4, 1, sigmoid, rng=random.Random(1))])
        optimiser = Noisy(0.5) if noisy == "optimiser" else None
        options = {"epochs": 20, "learning_rate": 0.1, "optimiser": optimiser, "on_epoch": look}
        history = model.fit(*datasets.xor(), keep=True, progress=False, **options)
        for step, numbers in seen.items():
            assert numbers_of(history.model_at(step)) == numbers
        assert not history.steps.events
        moment = history.when("hidden[0].w[0]", 1)[0]
        before, after = (
            history.model_at(step).layers[0].neurons[0].weights[0] for step in (moment.step - 1, moment.step)
        )
        assert (moment.before, moment.after) == (before, after)

    def test_of_many_steps_with_parts_of_your_own_some_are_kept(self, monkeypatch):
        monkeypatch.setattr(steps_module, "MOST_NUMBERS", 1000)
        model = Model.from_sizes([2, 4, 1], seed=0)
        seen = {0: numbers_of(model)}

        class Watched(SGD):
            def step(self, model, learning_rate):
                super().step(model, learning_rate)
                seen[len(seen)] = numbers_of(model)

        history = model.fit(*datasets.xor(), epochs=60, learning_rate=0.5, optimiser=Watched(), keep=True)
        kept = 0
        for step in range(241):
            try:
                assert numbers_of(history.model_at(step)) == seen[step]
                kept += 1
            except NeuronsError as error:
                assert "every 8th step" in str(error)
        assert kept == 31

    def test_examples_that_have_changed_since(self):
        inputs, labels = datasets.xor()
        array = np.array(inputs)
        model = Model.from_sizes([2, 4, 1], seed=0, engine="numpy")
        history = model.fit(array, labels, epochs=600, learning_rate=0.5, keep=True, progress=False)
        array[0, 0] = 0.5
        with pytest.raises(NeuronsError, match="cannot be repeated"):
            history.model_at(3)


class TestWhen:
    def test_the_largest_changes_come_first(self):
        _, history = solved_xor(batch_size=3)
        for name, neuron_idx, weight_idx in (("hidden[2].w[1]", 2, 1), ("output[0].b", 4, 4)):
            changes = []
            for step in range(1, len(history.steps) + 1):
                before, after = (numbers_of(history.model_at(s))[neuron_idx][weight_idx] for s in (step - 1, step))
                changes.append((-abs(after - before), step, before, after))
            changes.sort()
            found = history.when(name, 7)
            assert [(-abs(m.change), m.step, m.before, m.after) for m in found] == changes[:7]
            assert [m.examples for m in found] == [history.steps.examples_of(m.step) for m in found]

    @pytest.mark.parametrize("engine", ENGINES)
    def test_why_explains_the_gradient_that_made_the_change(self, engine):
        _, history = solved_xor(engine)
        for moment in history.when("hidden[1].w[0]", 3):
            why = moment.why()
            assert why.name == "hidden[1].w[0]"
            assert moment.change == pytest.approx(-0.2 * why.value, rel=1e-9)
            assert not why.problems

    def test_any_number(self):
        _, history = solved_xor()
        moment = history.when(count=1)[0]
        names = [f"hidden[{j}].{word}" for j in range(4) for word in ("w[0]", "w[1]", "b")]
        names += [f"output[0].w[{i}]" for i in range(4)] + ["output[0].b"]
        assert abs(moment.change) == max(abs(history.when(name, 1)[0].change) for name in names)

    @pytest.mark.parametrize("engine", ENGINES)
    def test_when_an_example_became_right(self, engine):
        _, history = solved_xor(engine, epochs=100)
        inputs, labels = datasets.xor()
        right = [[] for _ in inputs]
        for step in range(len(history.steps) + 1):
            for i, (probability,) in enumerate(history.model_at(step).predict(inputs)):
                right[i].append((probability > 0.5) == (labels[i][0] > 0.5))
        for i in range(4):
            since = history.when_right(i)
            assert all(right[i][since:]) and (since == 0 or not right[i][since - 1])
        assert max(history.when_right(i) for i in range(4)) > 4

    def test_an_example_that_stays_wrong(self):
        model = Model.from_sizes([2, 1], seed=0)
        history = model.fit(*datasets.xor(), epochs=5, learning_rate=0.5, keep=True, progress=False)
        assert None in [history.when_right(i) for i in range(4)]

    def test_the_worst_loss(self):
        _, history = solved_xor()
        inputs, labels = datasets.xor()
        losses = []
        for step in range(1, len(history.steps) + 1):
            (i,) = history.steps.examples_of(step)
            losses.append(history.model_at(step - 1).mean_loss([inputs[i]], [labels[i]]))
        moment = history.when_worst(1)[0]
        assert moment.loss == moment.before == max(losses) == losses[moment.step - 1]
        (i,) = moment.examples
        assert moment.after == history.model_at(moment.step).mean_loss([inputs[i]], [labels[i]])

    def test_wrong_questions(self):
        model = Model.from_sizes([2, 2, 1], seed=0)
        plain = model.fit(*datasets.xor(), epochs=2, learning_rate=0.1, progress=False)
        history = model.fit(*datasets.xor(), epochs=2, learning_rate=0.1, keep=True, progress=False)
        for ask, words in [
            (lambda: plain.model_at(1), "keep=True"),
            (lambda: plain.when("hidden[0].b"), "keep=True"),
            (lambda: history.model_at(9), "from 0 to 8 .*9"),
            (lambda: history.model_at(-1), "-1"),
            (lambda: history.steps.examples_of(0), "from 1 to 8"),
            (lambda: history.when("hidden[0].w[2]"), r"hidden\[0\].w\[0\] to output\[0\].b .*w\[2\]"),
            (lambda: history.when("hidden[0].b", 0), "count"),
            (lambda: history.when_worst("five"), "count"),
            (lambda: history.when_right(4), "from 0 to 3 .*4"),
            (lambda: model.fit(*datasets.xor(), epochs=1, learning_rate=0.1, keep="yes"), "keep"),
            (
                lambda: model.fit(*datasets.xor(), epochs=1, learning_rate=0.1, keep=True, checkpoint="x.json"),
                "leave out",
            ),
        ]:
            with pytest.raises(NeuronsError, match=words):
                ask()


def two_clouds(rng, size):
    """Points around (-1, -1) with label 0 and around (1, 1) with label 1, in turns."""
    inputs, labels = [], []
    for i in range(size):
        side = i % 2
        inputs.append([rng.gauss(2.0 * side - 1.0, 0.3), rng.gauss(2.0 * side - 1.0, 0.3)])
        labels.append([float(side)])
    return inputs, labels


class TestPlantedBreaks:
    """20 of them, each found at its step."""

    @pytest.mark.parametrize("engine, at", [*zip(ENGINES * 2, [5, 40, 77, 120, 199, 250], strict=True), ("loops", 300)])
    def test_a_bad_label(self, engine, at):
        model = Model.from_sizes([2, 3, 1], seed=1, engine=engine)
        inputs, labels = two_clouds(random.Random(at), 300)
        model.fit(inputs, labels, epochs=2, learning_rate=0.5, progress=False)
        labels[at - 1] = [1.0 - labels[at - 1][0]]
        history = model.fit(inputs, labels, epochs=1, learning_rate=0.5, shuffle=False, keep=True, progress=False)
        moment = history.when_worst(1)[0]
        assert (moment.step, moment.examples) == (at, [at - 1])

    @pytest.mark.parametrize(
        "engine, at", [*zip(["loops", "numpy"] * 3, [1, 19, 60, 88, 140, 239], strict=True), ("loops", 240)]
    )
    def test_a_spike_of_the_learning_rate(self, engine, at):
        model = Model.from_sizes([2, 4, 1], seed=0, engine=engine)
        options = {"epochs": 60, "learning_rate": 0.1, "optimiser": Spike(at), "seed": 2}
        history = model.fit(*datasets.xor(), keep=True, progress=False, **options)
        assert history.when(count=1)[0].step == at

    @pytest.mark.parametrize("engine, epoch", [*zip(ENGINES * 2, [1, 2, 10, 31, 59, 60], strict=True)])
    def test_a_weight_set_by_hand(self, engine, epoch):
        seen = {}

        def change(now, model, history):
            if now == epoch:
                model.layers[0].neurons[1].weights[0] = 7.0
                model.layers[1].neurons[0].bias = -3
            seen[4 * now] = numbers_of(model)

        model, history = solved_xor(engine, on_epoch=change)
        (event,) = history.steps.events
        assert (event.step, event.epoch) == (4 * epoch, epoch)
        assert {name: after for name, (_, after) in event.changes.items()} == {
            "hidden[1].w[0]": 7.0,
            "output[0].b": -3.0,
        }
        for step in (4, 40, 4 * epoch, 240):
            assert numbers_of(history.model_at(step)) == seen[step]
        left_by_the_step = {made.step: made.after for made in history.steps.each(numbers_of)}[4 * epoch]
        assert event.changes["hidden[1].w[0]"][0] == left_by_the_step[1][0]


def test_settings_of_an_optimiser_changed_by_hand():
    seen = {}

    def change(epoch, model, history):
        seen[4 * epoch] = numbers_of(model)
        if epoch == 30:
            optimiser.beta = 0.5

    optimiser = Momentum()
    _, history = solved_xor(optimiser=optimiser, on_epoch=change)
    assert [event.changes for event in history.steps.events] == [{"beta": (0.9, 0.5)}]
    assert all(numbers_of(history.model_at(step)) == numbers for step, numbers in seen.items())


def test_of_a_training_that_stopped_the_finished_epochs_are_kept():
    model = Model([Layer(1, 1, identity)])
    model.layers[0].neurons[0].weights[0] = 1.0
    with pytest.raises(NotFiniteError) as caught:
        model.fit([[1.0]], [[0.0]], epochs=3000, learning_rate=0.55, keep=True, progress=False)
    history = caught.value.history
    assert len(history.steps) == len(history.loss) > 1000
    assert numbers_of(history.model_at(len(history.steps))) == numbers_of(model)
