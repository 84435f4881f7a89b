"""The checks at the doors, which raise the errors."""

import operator
import random
from collections.abc import Iterator
from math import isfinite
from typing import Any, Protocol, TypeGuard

from neurons.errors import LengthError, NeuronsError, NotFiniteError, OrderError
from neurons.text import show

LARGEST_LEARNING_RATE = 1e6  # XOR is solved with rates up to some tens; beyond this a rate is a slip


class ListLike(Protocol):
    """Numbers, labels or examples in a list, a tuple or an array, as `is_list` takes them (for type checkers)."""

    def __len__(self) -> int: ...

    def __getitem__(self, index: Any, /) -> Any: ...

    def __iter__(self) -> Iterator[Any]: ...


def checked_number(value: Any, what: str) -> float:
    """`value` as a finite float; `what` names it. Python's and NumPy's numbers are taken, strings are not."""
    if isinstance(value, complex) or not hasattr(value, "__float__") or getattr(value, "shape", ()) != ():
        raise NeuronsError(f"{what} must be a number but got {show(value)}")
    try:
        number = float(value * 1.0)  # not float(value): a Decimal has one, but cannot be multiplied with a weight
    except OverflowError:
        raise NeuronsError(f"{what} must be a number that fits a float but got {show(value)}") from None
    except (TypeError, ValueError):
        raise NeuronsError(f"{what} must be a number, a float or an int, but got {show(value)}") from None
    if not isfinite(number):
        raise NotFiniteError(f"{what} must be a finite number but is {number}")
    return number


def checked_positive(value: Any, what: str) -> float:
    """`value` as a float above 0."""
    number = checked_number(value, what)
    if number <= 0.0:
        raise NeuronsError(f"{what} must be above 0 but got {show(value)}")
    return number


def is_list(values: object) -> TypeGuard[ListLike]:
    """True for lists, tuples and arrays; False for strings, dictionaries, sets, generators and single numbers."""
    if isinstance(values, (str, bytes, dict, type)) or getattr(values, "shape", None) == ():
        return False
    return hasattr(values, "__len__") and hasattr(values, "__getitem__")


def how_many(count: int, word: str) -> str:
    """1 number, 2 numbers."""
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


def advised(value: object) -> str:
    """`show(value)`, with what to do about it where a slip is likely: used-up generators, a class for its object."""
    if hasattr(value, "__next__"):
        return f"a {type(value).__name__}, which can only be read once: pass list(...)"
    if isinstance(value, type):
        return f"the class {value.__name__} itself, not an object made with {value.__name__}()"
    return show(value)


def checked_numbers(values: object, what: str, count: int | None = None) -> list[float]:
    """`values` as a new list of finite floats; `what` names it, `count` says how many there must be."""
    if not is_list(values):
        raise NeuronsError(f"{what} must be a list of numbers but got {advised(values)}")
    if count is not None and len(values) != count:
        raise LengthError(f"{what} must be {how_many(count, 'number')} but got {len(values)}")
    return [checked_number(value, f"{what}[{i}]") for i, value in enumerate(values)]


def as_lists(values: Any, what: str) -> Any:
    """The numbers of an array, data frame, series or tensor as lists; lists and tuples as they are.

    Raises `NeuronsError` for an array with masked numbers, and where the object will not give its numbers, as a tensor
    does that records gradients.
    """
    if not hasattr(values, "__array__") or getattr(values, "shape", None) == ():
        return values
    if type(values).__name__ == "MaskedArray" and values.mask.any():
        raise NeuronsError(f"{what} must be numbers, but some of them are masked")
    try:
        return values.__array__().tolist()
    except Exception as error:  # each library has its own
        hint = ": pass its .detach()" if getattr(values, "requires_grad", False) else f": {error}"
        raise NeuronsError(f"{what} cannot be read from a {type(values).__name__}{hint}") from None


def checked_rows(rows: Any, num_columns: int, what: str) -> list[list[float]]:
    """`rows` as a list of lists of finite floats, one list of `num_columns` numbers per example."""
    rows = as_lists(rows, what)
    if not is_list(rows):
        raise NeuronsError(f"{what} must be a list of examples but got {advised(rows)}")
    if len(rows) == 0:
        raise LengthError(f"{what} must hold at least one example but is empty")
    for i, example in enumerate(rows):
        if not is_list(example):
            each = f"each a list of {how_many(num_columns, 'number')}"
            one = "; for one example, put it in a list: [inputs]" if len(rows) == num_columns else ""
            raise NeuronsError(f"{what} must be a list of examples, {each}, but {what}[{i}] is {advised(example)}{one}")
    return [checked_numbers(as_lists(row, f"{what}[{i}]"), f"{what}[{i}]", num_columns) for i, row in enumerate(rows)]


def checked_count(value: Any, what: str) -> int:
    """`value` as an int of at least 1; True is not a count."""
    count = as_int(value)
    if count is None:
        raise NeuronsError(f"{what} must be a whole number of at least 1 but got {show(value)}")
    if count < 1:
        raise NeuronsError(f"{what} must be at least 1 but got {show(value)}")
    return count


def as_int(value: Any) -> int | None:
    """`value` as an int, NumPy's too; None for everything else, and for True."""
    try:
        return None if isinstance(value, bool) else operator.index(value)
    except TypeError:
        return None


def checked_learning_rate(value: Any) -> float:
    """`value` as a float above 0; True is not a rate."""
    if isinstance(value, bool):
        raise NeuronsError(f"learning_rate must be a number above 0 but got {value}")
    learning_rate = checked_positive(value, "learning_rate")
    if learning_rate > LARGEST_LEARNING_RATE:
        raise NeuronsError(f"learning_rate must be at most {LARGEST_LEARNING_RATE:.0f} but got {show(value)}")
    return learning_rate


def fresh() -> random.Random:
    """A generator of numbers that are others every time."""
    return random.Random()


def generator(seed: int | None, where: str = "") -> random.Random:
    """A `random.Random` that gives the same numbers for the same whole-number seed; a fresh one for None."""
    if seed is None:
        return fresh()
    number = as_int(seed)
    if number is None or number < 0:  # Random would take -1 for 1
        raise NeuronsError(f"{where}seed must be None or a whole number of at least 0 but got {show(seed)}")
    return random.Random(number)


def checked_rng(rng: random.Random | None, where: str) -> random.Random:
    """`rng` if it is a `random.Random`; a fresh one for None."""
    if rng is None:
        return fresh()
    if not isinstance(rng, random.Random):
        raise NeuronsError(f"{where}: rng must be a random.Random, such as random.Random(0), but got {show(rng)}")
    return rng


def checked_activation(act, where):
    """`act` if it is an activation: an object with `act(z)`, `delta_act(z)` and a `name`."""
    if isinstance(act, type) or not all(hasattr(act, word) for word in ("act", "delta_act", "name")):
        came = f"the text {act!r}: leave out the quotes" if isinstance(act, str) else advised(act)
        if isinstance(act, float):
            came += f": leave out the brackets, or write LeakyReLU({act!r}) for leaky_relu with another slope"
        raise NeuronsError(f"{where} must be an activation such as sigmoid or relu but got {came}")
    return act


def check_has_gradients(owner):
    """Raise for a neuron, or a layer of arrays, that has seen no example since its last step."""
    if owner.num_examples == 0:
        raise OrderError(f"{owner.name}: call backward_pass before step: there are no gradients to apply")
