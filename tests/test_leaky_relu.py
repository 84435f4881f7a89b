"""`leaky_relu` made with another slope: what is its own; that all engines calculate alike is in the tests of each."""

import copy
import pickle
from math import hypot, inf, nan
from random import Random

import numpy as np
import pytest
from strategies import LEAKY, SLOPES

from neurons import FileError, LeakyReLU, Model, Neuron, NeuronsError, datasets, leaky_relu
from neurons.arrays.functions import array_activation
from neurons.initialisation import default_init, he_normal


@pytest.mark.parametrize("slope", [*SLOPES, 0.01, 1 / 3, 5e-324, -1e300, 2, np.float32(0.5)])
def test_it_is_its_slope(slope):
    act = LeakyReLU(slope)
    assert type(act.slope) is float and act.slope == slope
    assert act.act(-3.0) == slope * -3.0 and act.delta_act(-3.0) == slope
    assert act.act(3.0) == 3.0 and act.delta_act(3.0) == 1.0
    for same in (LeakyReLU(float(slope)), copy.copy(act), copy.deepcopy(act), pickle.loads(pickle.dumps(act))):
        assert (repr(same), same.name, same.lowest, same.slope) == (repr(act), act.name, act.lowest, act.slope)
    assert repr(float(slope)) in repr(act) or slope == 0.01


def test_leaky_relu_is_the_one_with_slope_a_hundredth():
    as_pickled_when_it_had_no_slope = pickle.loads(b"cneurons.activations\nLeakyReLU\n)\x81.")
    for act in (leaky_relu, LeakyReLU(), LeakyReLU(0.01), as_pickled_when_it_had_no_slope):
        assert (act.slope, act.name, repr(act)) == (0.01, "leaky_relu", "leaky_relu")


@pytest.mark.parametrize("slope", ["0.2", None, nan, inf, -inf, [0.2], 1j, 10**400, leaky_relu])
def test_a_slope_is_a_finite_number(slope):
    with pytest.raises(NeuronsError, match="slope of LeakyReLU must be a.* number"):
        LeakyReLU(slope)


def test_what_is_easily_written_instead():
    with pytest.raises(NeuronsError, match=r"LeakyReLU\(0\.2\)"):
        Model.from_sizes([2, 3, 1], hidden=leaky_relu(0.2))
    with pytest.raises(NeuronsError, match="the class LeakyReLU itself"):
        Model.from_sizes([2, 3, 1], hidden=LeakyReLU)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("act", [leaky_relu, *LEAKY.values()], ids=repr)
def test_on_arrays_it_is_the_same_in_every_bit(act, dtype):
    z = np.array([[-2.0, -5e-20, -0.0, 0.0, 5e-20, 0.75, 3.0]], dtype)  # (batch, neuron)
    a, slopes = np.empty_like(z), np.empty_like(z)
    array_activation(act).act(z, a)
    array_activation(act).delta_act(z, a, slopes)
    assert a.tolist() == [[float(dtype(act.slope) * number) if number <= 0 else float(number) for number in z[0]]]
    assert slopes.tolist() == [[float(dtype(act.delta_act(number))) for number in z[0]]]


def test_the_first_weights_are_hes_for_its_slope():
    he, _ = he_normal(50, 4, Random(0))
    for slope in (*SLOPES, 0.01, 1e300):
        weights, bias = default_init(LeakyReLU(slope))(50, 4, Random(0))
        assert weights == pytest.approx([weight / hypot(1.0, slope) for weight in he], rel=1e-15) and bias == 0.0
    assert Neuron(50, LeakyReLU(0), rng=Random(0)).weights == he


@pytest.mark.parametrize("engine", ["loops", "unrolled", "numpy"])
@pytest.mark.parametrize("name", ["training.json", "training.npz"])
def test_a_checkpoint_keeps_the_slope(name, engine, tmp_path):
    path = tmp_path / name

    def train(slope, seed):
        model = Model.from_sizes([2, 4, 1], hidden=LeakyReLU(slope), output=LeakyReLU(-0.5), seed=seed, engine=engine)
        model.fit(*datasets.xor(), epochs=5, learning_rate=0.05, seed=2, progress=False, checkpoint=path)
        return np.array(model.predict(datasets.xor()[0])).tolist()

    outputs = train(1 / 3, seed=1)
    loaded = Model.load(path)
    assert [layer.activation_function.slope for layer in loaded.layers] == [1 / 3, -0.5]
    assert train(1 / 3, seed=2) == outputs  # it is finished, and comes out of the file
    with pytest.raises(FileError, match="resumed"):
        train(0.2, seed=1)


class Halved(LeakyReLU):
    """A part of one's own, though it begins as ours."""

    def act(self, z):
        return 0.5 * super().act(z)


def test_a_subclass_is_a_part_of_your_own_and_runs_in_loops(tmp_path):
    model = Model.from_sizes([2, 3, 1], hidden=Halved(0.2), seed=0)
    assert model.engine == "loops"
    model.train_batch([[0.5, -1.0]], [1.0], 0.1)
    for refused in (model.vectorised, model.unrolled_source, lambda: model.save(tmp_path / "model.json")):
        with pytest.raises(NeuronsError, match="Halved"):
            refused()
