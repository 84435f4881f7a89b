"""Arrays of formulas: the reference's passes, run on names instead of numbers, write down what they compute.

A formula is a text that Python and JavaScript read alike: `v[3] * v[7] + v[5]`, with the functions exp, log, tanh, abs,
max and where(condition, one, other). So a page judges with the very formulas that the diagnosis knows.
"""

from typing import Any

import numpy as np

from neurons.classroom.diagnosis.cases import Array

COMPARISONS = (np.greater, np.greater_equal, np.less, np.less_equal)


class Formula:
    """A formula, as a text."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __add__(self, other: Any) -> Any:
        return self if is_number(other, 0.0) else binary(self, "+", other)

    def __radd__(self, other: Any) -> Any:
        return self if is_number(other, 0.0) else binary(other, "+", self)

    def __sub__(self, other: Any) -> Any:
        return self if is_number(other, 0.0) else binary(self, "-", other)

    def __rsub__(self, other: Any) -> Any:
        return -self if is_number(other, 0.0) else binary(other, "-", self)

    def __mul__(self, other: Any) -> Any:
        return product(self, other, self)

    def __rmul__(self, other: Any) -> Any:
        return product(other, self, self)

    def __truediv__(self, other: Any) -> Any:
        return self if is_number(other, 1.0) else binary(self, "/", other)

    def __rtruediv__(self, other: Any) -> Any:
        return binary(other, "/", self)

    def __pow__(self, power: Any) -> Any:
        assert power == 2  # the catalogue has no other
        return self * self

    def __gt__(self, other: Any) -> Any:
        return binary(self, ">", other)

    def __neg__(self) -> Any:
        return Formula(f"(-{self.text})")

    def __abs__(self) -> Any:
        return call("abs", self)

    def exp(self) -> Any:
        """np.exp of an array of expressions calls this."""
        return call("exp", self)

    def log(self) -> Any:
        """np.log, likewise."""
        return call("log", self)

    def tanh(self) -> Any:
        """np.tanh, likewise."""
        return call("tanh", self)


def is_number(value: Any, number: float) -> bool:
    """True if `value` is this number, and not a formula."""
    return not isinstance(value, Formula) and float(value) == number


def text_of(value: Any) -> str:
    """A formula, or a number, as a text."""
    return value.text if isinstance(value, Formula) else repr(float(value))


def binary(one: Any, operator: str, other: Any) -> Formula:
    """one operator other, in brackets."""
    return Formula(f"({text_of(one)} {operator} {text_of(other)})")


def product(one: Any, other: Any, formula: Formula) -> Any:
    """one * other, of which one is a formula; 0 and 1 leave no product."""
    number = one if formula is other else other
    if is_number(number, 0.0):
        return 0.0
    return formula if is_number(number, 1.0) else binary(one, "*", other)


def call(name: str, *values: Any) -> Formula:
    """name(values)."""
    return Formula(f"{name}({', '.join(map(text_of, values))})")


larger = np.frompyfunc(lambda one, other: call("max", one, other), 2, 1)
either = np.frompyfunc(lambda condition, one, other: call("where", condition, one, other), 3, 1)


class Formulas(np.ndarray):
    """An array of expressions that NumPy's functions compute with: comparisons and `where` become formulas too."""

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        plain = [value.view(np.ndarray) if isinstance(value, Formulas) else value for value in inputs]
        if "out" in options:
            options["out"] = tuple(array.view(np.ndarray) for array in options["out"])
        if ufunc in COMPARISONS:
            options["dtype"] = object  # not True or False
        result = getattr(larger if ufunc is np.maximum else ufunc, method)(*plain, **options)
        return formulas(result)

    def __array_function__(self, function: Any, types: Any, arguments: Any, options: Any) -> Any:
        if function is np.where:
            return formulas(either(*[np.asarray(value, dtype=object) for value in arguments]))
        return super().__array_function__(function, types, arguments, options)


def formulas(values: Any) -> Array:
    """An array of expressions and numbers that keeps account of what is done to it."""
    return np.asarray(values, dtype=object).view(Formulas)


def named(first: int, *shape: int) -> Array:
    """v[first], v[first + 1], ... in this shape."""
    count = int(np.prod(shape))
    return formulas([Formula(f"v[{first + i}]") for i in range(count)]).reshape(shape)
