"""Small numbers, drawn and as text: what all rooms of the classroom share. Needs nothing but Python."""

import random
from typing import Any


def small_number(rng: random.Random, largest: float = 2.0) -> float:
    """A number with two decimals, positive or negative, from 0.2 to `largest` in size."""
    return rng.choice((-1.0, 1.0)) * round(rng.uniform(0.2, largest), 2)


def small_numbers(rng: random.Random, count: int) -> list[float]:
    """A list of small numbers."""
    return [small_number(rng) for _ in range(count)]


def number_text(value: float) -> str:
    """Six digits."""
    return f"{value + 0.0:.6g}"  # + 0.0: no -0


def numbers_text(values: Any) -> str:
    """[0.5, -1], of numbers and texts, lists and arrays, and lists of them."""
    if isinstance(values, (list, tuple)) or getattr(values, "ndim", False):
        return "[" + ", ".join(map(numbers_text, values)) + "]"
    return number_text(values) if isinstance(values, float) else str(values)
