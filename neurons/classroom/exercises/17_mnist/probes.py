"""How exercise 17 is probed: the weights come back, and read images here.

The pixels are shuffled, in all images alike, and the digits' names exchanged, by the secret seed: weights that were
trained elsewhere know neither.
"""

import numpy as np

from neurons.classroom.exercises.events import Expect, Given, Note
from neurons.classroom.exercises.images import images
from neurons.classroom.exercises.samples import has_four_parts
from neurons.classroom.sandbox.student import Limits

SHAPES = [(32, 784), (32,), (10, 32), (10,)]
PER_CENT = 90.0
ONE_RUN = True
LIMITS = Limits(cpu_seconds=60, seconds=90.0, megabytes=2048)


def probes(student, rng):
    train_images, train_labels, test_images, test_labels, what = images()
    pixels = rng.sample(range(train_images.shape[1]), train_images.shape[1])
    names = np.array(rng.sample(range(10), 10))
    train_images, test_images = train_images[:, pixels], test_images[:, pixels]
    train_labels, test_labels = names[train_labels], names[test_labels]
    yield Given(
        f"{len(train_images)} {what} to learn from, {len(test_images)} others to read; their pixels are shuffled, in"
        " all of them alike, and the digits' names exchanged"
    )
    trained = student.train(train_images, train_labels.astype(float))
    yield has_four_parts(trained)
    arrays = []
    for name, values, expected in zip(("W1", "b1", "W2", "b2"), trained, SHAPES, strict=True):
        try:
            array = np.array(values, dtype=float)
        except (TypeError, ValueError):
            array = np.zeros(0)
        yield Expect(f"the shape of {name}", [float(size) for size in array.shape], [float(size) for size in expected])
        arrays.append(array)
    W1, b1, W2, b2 = arrays
    with np.errstate(over="ignore"):
        hidden = 1.0 / (1.0 + np.exp(-(test_images / 255.0 @ W1.T + b1)))  # (example, 32)
    read = (hidden @ W2.T + b2).argmax(axis=1)  # (example,)
    right = 100.0 * float((read == test_labels).mean())
    yield Expect(
        "images read right, of 100", PER_CENT if right >= PER_CENT else right, PER_CENT, f"at least {PER_CENT:g}"
    )
    yield Note(f"{right:.1f} of 100 images read right ({what}).")
