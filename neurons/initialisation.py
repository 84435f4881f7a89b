"""Where the first weights come from: each function draws one neuron's weights and its bias.

An initialiser is called as `init(num_inputs, num_neurons, rng)` for a neuron with `num_inputs` weights in a layer of
`num_neurons`, with a `random.Random`; it returns `(weights, bias)`.
"""

from collections.abc import Callable
from functools import partial
from math import hypot, sqrt
from random import Random

from neurons.activations import Activation, LeakyReLU
from neurons.checks import ListLike, checked_number, checked_numbers, checked_positive, checked_rng
from neurons.errors import NeuronsError
from neurons.text import show

Drawn = tuple[list[float], float]  # one neuron's weights and its bias
Initialiser = Callable[[int, int, Random], Drawn]


def glorot_uniform(num_inputs: int, num_neurons: int, rng: Random) -> Drawn:
    """Weights uniform within ±sqrt(6 / (num_inputs + num_neurons)), bias 0 (Glorot and Bengio 2010)."""
    limit = sqrt(6.0 / (num_inputs + num_neurons))
    return [rng.uniform(-limit, limit) for _ in range(num_inputs)], 0.0


def glorot_normal(num_inputs: int, num_neurons: int, rng: Random) -> Drawn:
    """Weights normal with variance 2 / (num_inputs + num_neurons), bias 0 (Glorot and Bengio 2010)."""
    deviation = sqrt(2.0 / (num_inputs + num_neurons))
    return [rng.gauss(0.0, deviation) for _ in range(num_inputs)], 0.0


def he_normal(num_inputs: int, num_neurons: int, rng: Random, slope: float = 0.0) -> Drawn:
    """Weights normal with variance 2 / num_inputs, bias 0: for ReLU, which halves the variance (He et al. 2015).

    A leaky ReLU lets more through, and the variance is 2 / ((1 + slope**2) * num_inputs).
    """
    deviation = sqrt(2.0 / num_inputs) / hypot(1.0, slope)
    return [rng.gauss(0.0, deviation) for _ in range(num_inputs)], 0.0


def zeros(num_inputs: int, num_neurons: int, rng: Random) -> Drawn:
    """All zero: all neurons of a layer stay the same forever. For the lesson on symmetry."""
    return [0.0] * num_inputs, 0.0


def uniform(limit: float = 1.0) -> Initialiser:
    """An initialiser that draws weights and bias uniform within ±limit."""
    limit = checked_positive(limit, "the limit of uniform()")

    def uniform_within_limit(num_inputs: int, num_neurons: int, rng: Random) -> Drawn:
        return [rng.uniform(-limit, limit) for _ in range(num_inputs)], rng.uniform(-limit, limit)

    return uniform_within_limit


INITIALISERS: dict[str, Initialiser] = {
    "glorot_uniform": glorot_uniform,
    "glorot_normal": glorot_normal,
    "he_normal": he_normal,
    "uniform": uniform(1.0),
    "zeros": zeros,
}


def default_init(act: Activation) -> Initialiser:
    """He's for the ReLU family, Glorot's uniform one for all others."""
    if isinstance(act, LeakyReLU):
        return partial(he_normal, slope=act.slope)
    return he_normal if act.name in ("relu", "leaky_relu") else glorot_uniform


def find_init(init: str | Initialiser | None, act: Activation) -> Initialiser:
    """The initialiser for `init`: None (the default of `act`), one of the names above, or a function like them."""
    if init is None:
        return default_init(act)
    if callable(init):
        return init
    if isinstance(init, str) and init in INITIALISERS:
        return INITIALISERS[init]
    raise NeuronsError(f"init must be one of {', '.join(INITIALISERS)}, or a function, but got {show(init)}")


def given_or_drawn(
    weights: ListLike | None, bias: float | None, num_inputs: int, act: Activation, rng: Random | None, name: str
) -> Drawn:
    """A lone neuron's weights and bias: those given, checked; what is None is drawn by the default of `act`."""
    drawn_weights, drawn_bias = default_init(act)(num_inputs, 1, checked_rng(rng, name))
    weights = drawn_weights if weights is None else checked_numbers(weights, f"{name}: weights", num_inputs)
    bias = drawn_bias if bias is None else checked_number(bias, f"{name}: bias")
    return weights, bias
