"""The 1,797 handwritten digits of 8x8 pixels that ship with the package."""

from __future__ import annotations

from neurons.datasets.dataset import Dataset
from neurons.datasets.toy import train_test_split
from neurons.errors import FileError

NUM_IMAGES = 1797
NUM_PIXELS = 64
DARKEST = 16  # a pixel counts how many of 4x4 finer dots have ink


def digits() -> Dataset:
    """The 8x8 digits as a `Dataset`: inputs (images, 64) float64 in 0..1, labels (images,) class indices 0..9.

    1,438 images are for training and 359 for the test, always the same ones: `train_test_split` with `test_share=0.2`
    and `seed=0`, an ordinary shuffled split, so every writer can be in both. Each call returns new arrays.
    Raises FileError if the installed file is missing or damaged.

    Source: E. Alpaydin and C. Kaynak, Optical Recognition of Handwritten Digits (its test set), UCI Machine Learning
    Repository, 1998, https://doi.org/10.24432/C50P49, CC BY 4.0.
    """
    table = _read_table()  # (image, 64 pixels and the digit)
    inputs = table[:, :NUM_PIXELS] / DARKEST  # (image, pixel)
    labels = table[:, NUM_PIXELS]  # (image,)
    return Dataset(*train_test_split(inputs, labels, test_share=0.2, seed=0), image_shape=(8, 8))


def _read_table():
    import gzip
    import zlib
    from importlib.resources import files  # also finds the file where the package is not a folder of its own

    import numpy as np

    file = files("neurons.datasets") / "data" / "digits.csv.gz"
    try:
        text = gzip.decompress(file.read_bytes()).decode("ascii")
        table = np.array([line.split(",") for line in text.splitlines()], dtype=np.int64)
    except FileNotFoundError:
        raise FileError(f"digits: {file} is missing; install neurons again") from None
    except (OSError, EOFError, zlib.error, ValueError) as reason:
        raise FileError(f"digits: {file} is damaged ({reason}); install neurons again") from reason
    if table.shape != (NUM_IMAGES, NUM_PIXELS + 1):
        expected = f"{NUM_IMAGES} lines of {NUM_PIXELS + 1} numbers"
        raise FileError(f"digits: {file} is damaged (expected {expected} but got {table.shape}); install neurons again")
    return table
