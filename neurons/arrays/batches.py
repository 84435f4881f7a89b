"""Batches of examples as arrays: the checks that let them in, and images kept as bytes."""

import numpy as np

from neurons.checks import checked_number, checked_rows
from neurons.errors import LengthError, NeuronsError, NotFiniteError
from neurons.text import show


def checked_dtype(dtype):
    """float32 or float64."""
    try:
        found = np.dtype(dtype)
    except TypeError:
        found = None
    if found not in (np.float32, np.float64):
        raise NeuronsError(f"dtype must be float32 or float64 but got {show(dtype)}")
    return found


def checked_shape(values, shape, what):
    """`values` as an array of finite numbers of exactly this shape: nothing is broadcast."""
    array = number_array(values, what)
    if array.shape != shape:
        raise LengthError(f"{what} must have the shape {shape} but got {array.shape}")
    if not all_finite(array):
        raise NotFiniteError(f"{what} must be finite numbers but got {array[~np.isfinite(array)][0]}")
    return array


def number_array(values, what):
    """`values` as an array of numbers."""
    try:
        array = np.asarray(values)
    except ValueError:  # rows of different lengths
        raise LengthError(f"{what} must have rows of equal length but got {show(values)}") from None
    if array.dtype.kind not in "fiub" or np.ma.is_masked(values):
        raise NeuronsError(f"{what} must be numbers but got {show(values)}")
    return array


def checked_batch(inputs, num_inputs, what):
    """`inputs` as an array (example, input) of finite numbers, or as the `Pixels` that they are.

    What is not such an array already is looked at number by number, as for the loops, and refused in the same words.
    """
    if isinstance(inputs, Pixels):
        if inputs.shape[1] != num_inputs:
            raise LengthError(f"{what} must have the shape (examples, {num_inputs}) but got {inputs.shape}")
        return inputs
    try:
        array = np.asarray(inputs)
    except Exception:  # rows of different lengths; a tensor that records gradients
        array = np.empty(0, object)
    fits = array.ndim == 2 and array.shape[1] == num_inputs and len(array) > 0 and array.dtype.kind in "fiub"
    if fits and all_finite(array) and not np.ma.is_masked(inputs):
        return array
    return np.array(checked_rows(inputs, num_inputs, what))  # (example, input)


def all_finite(array):
    """True if every number is finite: where their sum is, without an array of answers in between."""
    if array.dtype.kind != "f":
        return True
    with np.errstate(over="ignore", invalid="ignore"):
        return bool(np.isfinite(array.sum(dtype=np.float64)) or np.isfinite(array).all())


def with_ones(inputs, dtype):
    """A copy of `inputs` (batch, input) with a last column of ones, the input of the biases: (batch, input + 1)."""
    result = np.ones((inputs.shape[0], inputs.shape[1] + 1), dtype)  # (batch, input + 1)
    if isinstance(inputs, Pixels):
        inputs.to_floats(inputs.array, result)
    else:
        result[:, :-1] = inputs
    return result


class Pixels:
    """Images (example, input) kept as bytes, a quarter of the memory of floats: each number is byte * scale + shift.

    `datasets` returns them where it is asked for bytes. A plain uint8 array is not meant so: it holds the numbers that
    it holds. An index of one image gives its numbers, a slice or several indices give `Pixels`; `array` are the bytes.
    """

    def __init__(self, array, scale=1 / 255, shift=0.0):
        if getattr(array, "dtype", None) != np.uint8 or array.ndim != 2:
            raise NeuronsError(f"Pixels are an array of uint8 with the shape (examples, inputs) but got {show(array)}")
        self.array = array  # (example, input)
        self.scale, self.shift = checked_number(scale, "scale"), checked_number(shift, "shift")
        self.shape, self.dtype, self.ndim = array.shape, array.dtype, array.ndim

    def __len__(self):
        return len(self.array)

    def __getitem__(self, examples):
        chosen = self.array[examples]
        return Pixels(chosen, self.scale, self.shift) if chosen.ndim == 2 else chosen * self.scale + self.shift

    def __array__(self, dtype=None, copy=None):
        return np.asarray(self.array * self.scale + self.shift, dtype)  # (example, input)

    def __repr__(self):
        return f"Pixels {self.shape}, each byte * {self.scale:.6g} + {self.shift:.6g}"

    def to_floats(self, pixels, out):
        """Write `pixels` (example, input) as floats to `out` (example, input + 1), with a last column of ones."""
        np.copyto(out[:, :-1], pixels)  # (example, input)
        np.multiply(out, self.scale, out=out)  # all columns: four times as fast as all but one
        if self.shift:
            np.add(out, self.shift, out=out)
        out[:, -1] = 1.0
