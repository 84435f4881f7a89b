"""The activation functions: `act(z)` and its derivative `delta_act(z)`, both of z, always."""

import re
from math import exp, inf, log
from math import tanh as _tanh
from sys import float_info

from neurons.checks import checked_number
from neurons.text import for_debuggers

LOWEST_Z = -log(float_info.max)  # -709.78: for any lower z, exp(-z) does not fit a float


class Activation:
    """One activation function: `act(z)` -> a, `delta_act(z)` -> da/dz, a `name`, and the open range of a."""

    name: str
    lowest: float = -inf  # a lies between these two; a label outside can never be reached
    highest: float = inf

    def act(self, z: float) -> float:
        """The activation a for the linear activation z."""
        raise NotImplementedError(f"{type(self).__name__} needs an act(z)")  # a student's own class writes it

    def delta_act(self, z: float) -> float:
        """The slope da/dz at the linear activation z."""
        raise NotImplementedError(f"{type(self).__name__} needs a delta_act(z)")  # this one, too

    def __call__(self, z: float) -> float:
        return self.act(z)

    @for_debuggers
    def __repr__(self) -> str:
        return self.name


class Sigmoid(Activation):
    """1 / (1 + exp(-z)), from 0 to 1."""

    name = "sigmoid"
    lowest, highest = 0.0, 1.0

    def act(self, z: float) -> float:
        """The activation a = 1 / (1 + exp(-z))."""
        return 1.0 / (1.0 + exp(-z)) if z >= LOWEST_Z else exp(z)  # the 1 is nothing there

    def delta_act(self, z: float) -> float:
        """The slope a * (1 - a). (The published lesson has one factor z too many.)"""
        a = 1.0 / (1.0 + exp(-z)) if z >= LOWEST_Z else exp(z)  # act(z): one call less to step
        return a * (1.0 - a)


class Tanh(Activation):
    """The hyperbolic tangent, from -1 to 1."""

    name = "tanh"
    lowest, highest = -1.0, 1.0

    def act(self, z: float) -> float:
        """The activation a = tanh(z)."""
        return _tanh(z)

    def delta_act(self, z: float) -> float:
        """The slope 1 - a * a."""
        a = _tanh(z)
        return 1.0 - a * a


class ReLU(Activation):
    """z where it is positive, else 0."""

    name = "relu"
    lowest = 0.0

    def act(self, z: float) -> float:
        """The activation a = max(0, z)."""
        return z if z > 0.0 else 0.0

    def delta_act(self, z: float) -> float:
        """The slope: 1 where z is positive, else 0; at the kink, z = 0, it is 0."""
        return 1.0 if z > 0.0 else 0.0


class LeakyReLU(Activation):
    """z where it is positive, else slope * z: it never dies (Maas, Hannun and Ng 2013). `leaky_relu` has slope 0.01."""

    name = "leaky_relu"
    slope = 0.01

    def __init__(self, slope: float = 0.01) -> None:
        self.slope = checked_number(slope, "the slope of LeakyReLU")
        if self.slope != 0.01:
            self.name = f"leaky_relu({self.slope!r})"  # pictures, pages and files know it by its name
        if self.slope <= 0.0:
            self.lowest = 0.0

    def act(self, z: float) -> float:
        """The activation a = z, or slope * z where z is not positive."""
        return z if z > 0.0 else self.slope * z

    def delta_act(self, z: float) -> float:
        """The slope: 1 where z is positive, else the given one, also at the kink."""
        return 1.0 if z > 0.0 else self.slope


class Identity(Activation):
    """z itself: for outputs that may be any number, such as logits."""

    name = "identity"

    def act(self, z: float) -> float:
        """The activation a = z."""
        return z

    def delta_act(self, z: float) -> float:
        """The slope, 1 everywhere."""
        return 1.0


sigmoid = Sigmoid()
tanh = Tanh()
relu = ReLU()
leaky_relu = LeakyReLU()
identity = Identity()

ACTIVATIONS = {act.name: act for act in (sigmoid, tanh, relu, leaky_relu, identity)}


def named_activation(name: str) -> Activation:
    """The activation with this name, such as tanh or leaky_relu(0.2); `KeyError` or `ValueError` where none has it."""
    slope = re.fullmatch(r"leaky_relu\((.+)\)", name)
    return LeakyReLU(float(slope[1])) if slope else ACTIVATIONS[name]
