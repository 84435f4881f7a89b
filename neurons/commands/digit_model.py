"""The model that reads digits, which the commands mnist and draw train: its images, and how it learns."""

import time
import warnings

from neurons import Model, SoftmaxCrossEntropy, datasets, relu
from neurons.datasets.mnist import MD5, found_in
from neurons.errors import FileError, HealthWarning, NotFiniteError
from neurons.training.progress import ProgressBar

HIDDEN = 128
EPOCHS = 15
LEARNING_RATE = 0.7
BATCH_SIZE = 64
NUM_CLASSES = 10


def add_source(command):
    """Where the images come from: one option or the other."""
    source = command.add_mutually_exclusive_group()
    source.add_argument("--data", metavar="DIR", help="a folder with MNIST's four files, packed (.gz) or not")
    source.add_argument(
        "--digits", action="store_true", help="use the 1,797 digits of 8x8 pixels that come with the package"
    )


def check_source(options):
    """Raise where --data names a folder without the images: `datasets.mnist` would go on and look elsewhere."""
    if options.data and found_in("--data", options.data) is None:
        raise FileError(f"--data is {options.data}, but neither it nor its subfolder mnist holds {', '.join(MD5)}")


def read_images(options):
    """The images that the options name."""
    return Images(datasets.digits() if options.digits else datasets.mnist(options.data, dtype="uint8"))


class Images:
    """A `Dataset`, and its inputs with the mean brightness subtracted, with which a network learns faster.

    An input is brightness * `scale` + `shift`: from 0 (paper) to 1 (ink), less the mean of the training images.
    """

    def __init__(self, data):
        from neurons.arrays.batches import Pixels

        self.train_labels, self.test_labels, self.shape = data.train_labels, data.test_labels, data.image_shape
        if isinstance(data.train_inputs, Pixels):
            self.brightness = data.test_inputs.array  # (image, pixel)
            self.scale = 1 / 255
            self.shift = -float(data.train_inputs.array.mean()) * self.scale
            self.train_inputs = Pixels(data.train_inputs.array, self.scale, self.shift)  # (image, pixel)
            self.test_inputs = Pixels(data.test_inputs.array, self.scale, self.shift)  # (image, pixel)
        else:
            self.brightness = data.test_inputs  # (image, pixel)
            self.scale, self.shift = 1.0, -float(data.train_inputs.mean())
            self.train_inputs = data.train_inputs + self.shift  # (image, pixel)
            self.test_inputs = data.test_inputs + self.shift  # (image, pixel)


def train(
    images,
    hidden=HIDDEN,
    epochs=EPOCHS,
    learning_rate=LEARNING_RATE,
    batch_size=BATCH_SIZE,
    seed=0,
    quiet=False,
):
    """Train a new model, and print the accuracy after each epoch unless `quiet`; return it and what was warned of.

    The learning rate falls in a straight line, nearly to 0: large steps first, then small ones that settle.
    """
    sizes = [images.train_inputs.shape[1], hidden, NUM_CLASSES]
    model = Model.from_sizes(sizes, hidden=relu, loss=SoftmaxCrossEntropy(), seed=seed, engine="numpy", dtype="float32")
    caught = []
    if not quiet:
        count, tested = len(images.train_labels), len(images.test_labels)
        print(f"{'-'.join(map(str, sizes))}, trained on {count:,} images and tested on {tested:,} others\n")
    bar = ProgressBar(epochs, False if quiet else None)
    start = time.process_time()
    try:
        for epoch in range(1, epochs + 1):
            with warnings.catch_warnings(record=True) as records:
                warnings.simplefilter("always", HealthWarning)
                history = model.fit(
                    images.train_inputs,
                    images.train_labels,
                    epochs=1,
                    learning_rate=learning_rate * (epochs - epoch + 1) / epochs,
                    batch_size=batch_size,
                    seed=seed + epoch,
                    progress=False,
                )
            caught += [str(record.message) for record in records if str(record.message) not in caught]
            if not quiet:
                right = model.accuracy(images.test_inputs, images.test_labels)
                bar.write(f"epoch {epoch:2}   loss {history.loss[0]:.4f}   test images right {100 * right:5.2f} %")
            bar.update(history)
    except NotFiniteError as error:  # each `fit` counted one epoch
        raise NotFiniteError(str(error).replace("in epoch 1 ", f"in epoch {epoch} ")) from None
    finally:
        bar.close()
    if not quiet:
        print(f"\nTrained in {time.process_time() - start:.1f} seconds of processor time.")
    return model, caught


def for_pictures(model, images):
    """The same model for pictures from 0 (paper) to 1 (ink): the mean that was subtracted goes into the biases."""
    model = model.copy()
    first = model.layers[0]
    first.biases[:] += images.shift * first.weights.sum(axis=1)  # (neuron,)
    return model
