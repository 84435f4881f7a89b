"""Images of digits to probe exercise 17 with."""

import os
from typing import Any

from neurons import FileError
from neurons.datasets import digits, mnist
from neurons.datasets.mnist import found_in

TRAIN_IMAGES, TEST_IMAGES = 15_000, 10_000


def images() -> tuple[Any, Any, Any, Any, str]:
    """Images of 28x28 pixels (count, 784) as bytes, with their labels: to learn from, and others; and what they are.

    MNIST's where NEURONS_DATA says they are; otherwise the 8x8 digits of the package, each pixel three times as wide.
    """
    import numpy as np

    folder = os.environ.get("NEURONS_DATA")
    if folder:
        try:
            if found_in("NEURONS_DATA", folder) is None:  # `mnist` would go and download them
                raise FileError(f"{folder} does not hold MNIST")
            data: Any = mnist(folder, dtype="uint8")
            return (
                data.train_inputs.array[:TRAIN_IMAGES],
                data.train_labels[:TRAIN_IMAGES],
                data.test_inputs.array[:TEST_IMAGES],
                data.test_labels[:TEST_IMAGES],
                "images of MNIST",
            )
        except FileError:
            pass  # it names other data: the digits of the package will do
    data = digits()

    def enlarged(inputs: Any) -> Any:
        squares = (inputs * 255.0).astype(np.uint8).reshape(-1, 8, 8)  # (image, row, column)
        large = squares.repeat(3, axis=1).repeat(3, axis=2)  # (image, 24, 24)
        return np.pad(large, ((0, 0), (2, 2), (2, 2))).reshape(len(inputs), 784)  # (image, pixel)

    return (
        enlarged(data.train_inputs),
        data.train_labels,
        enlarged(data.test_inputs),
        data.test_labels,
        "digits of 8x8 pixels, enlarged",
    )
