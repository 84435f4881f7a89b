"""Dataset: what the loaders of real images return."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True, eq=False, repr=False)  # == on arrays has no single answer, and their repr is pages long
class Dataset:
    """Images with their labels, split into those to train on and those kept for the test."""

    train_inputs: np.ndarray  # (num_train, num_pixels), float64, 0.0 (paper) to 1.0 (ink)
    train_labels: np.ndarray  # (num_train,), the class index of each image
    test_inputs: np.ndarray  # (num_test, num_pixels)
    test_labels: np.ndarray  # (num_test,)
    image_shape: tuple[int, int]  # (rows, columns): inputs[i].reshape(image_shape) is a picture

    def __repr__(self):
        rows, columns = self.image_shape
        num_train, num_test = len(self.train_inputs), len(self.test_inputs)
        return f"Dataset({num_train} images to train on, {num_test} to test, {rows}x{columns} pixels)"
