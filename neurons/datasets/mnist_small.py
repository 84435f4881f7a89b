"""A tenth of MNIST in one small file, for where the whole of it cannot be downloaded: a page in a browser."""

import io
import os
import struct
import zipfile
import zlib
from typing import Any

from neurons.datasets.dataset import Dataset
from neurons.datasets.mnist import LARGEST, MD5, check_dtype, check_fit, check_path, inputs_of, mnist, read_array
from neurons.errors import FileError

NAME = "mnist_small.zip"  # MNIST's four files, in its own format, with fewer images
EVERY = 10  # so that the test images come from both halves of MNIST's, of which one is harder to read


def mnist_small(directory: str | os.PathLike[str] | None = None, *, dtype: str = "float32") -> Dataset:
    """Every tenth image of MNIST as a Dataset: inputs (6000, 784) and (1000, 784), labels (6000,) and (1000,).

    They are read from the file mnist_small.zip (1.1 MB) in `directory`, in the folder that NEURONS_DATA names, or in
    the working folder; where there is none, they are taken out of `mnist(directory)`. `dtype` is as there. Raises
    FileError where a file is damaged, or where there is no way to get the images.
    """
    check_dtype(dtype)
    for what, folder in (("directory", directory), ("NEURONS_DATA", os.environ.get("NEURONS_DATA")), ("", os.curdir)):
        if folder:
            check_path(folder, what)
            path = os.path.join(os.path.expanduser(folder), NAME)
            if os.path.isfile(path):
                return dataset_of(arrays_in(path), dtype)
    try:
        return dataset_of(tenth_of(directory), dtype)
    except FileError as error:
        raise FileError(f"there is no file {NAME} in the working folder, and {error}") from None


def mnist_small_file(directory: str | os.PathLike[str] | None = None) -> bytes:
    """The contents of mnist_small.zip, made of `mnist(directory)`: the same bytes each time."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, array in tenth_of(directory).items():
            header = struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape)
            archive.writestr(zipfile.ZipInfo(name), header + array.tobytes(), zipfile.ZIP_DEFLATED, 9)
    return target.getvalue()


def tenth_of(directory: str | os.PathLike[str] | None) -> dict[str, Any]:
    """Every tenth image and label of MNIST, as bytes, by the names of its files."""
    data: Any = mnist(directory, dtype="uint8")
    arrays = []
    for inputs, labels in ((data.train_inputs, data.train_labels), (data.test_inputs, data.test_labels)):
        arrays.append(inputs.array[::EVERY].reshape(-1, *data.image_shape))  # (image, row, column)
        arrays.append(labels[::EVERY].astype("uint8"))  # (image,)
    return dict(zip(MD5, arrays, strict=True))


def arrays_in(path: str) -> dict[str, Any]:
    """The images and labels in the file at `path`, by the names of MNIST's files; a `FileError` if it is damaged."""
    try:
        with zipfile.ZipFile(path) as archive:
            arrays = {}
            for name in MD5:
                with archive.open(name) as stream:
                    arrays[name] = read_array(stream, f"{path}: {name}", LARGEST)
    except FileError:
        raise
    except (KeyError, ValueError, EOFError, RuntimeError, struct.error, zipfile.BadZipFile, zlib.error) as error:
        raise FileError(f"{path} is damaged: {error}") from None
    except OSError as error:
        raise FileError(f"{path} cannot be read: {error.strerror or error}") from None
    train_images, train_labels, test_images, test_labels = MD5
    for images, labels in ((train_images, train_labels), (test_images, test_labels)):
        check_fit(arrays[images], arrays[labels], f"{path}: {images}", f"{path}: {labels}")
    return arrays


def dataset_of(arrays: dict[str, Any], dtype: str) -> Dataset:
    """The `Dataset` of these images and labels."""
    train_images, train_labels, test_images, test_labels = arrays.values()
    return Dataset(
        train_inputs=inputs_of(train_images, dtype),
        train_labels=train_labels.astype(int),
        test_inputs=inputs_of(test_images, dtype),
        test_labels=test_labels.astype(int),
        image_shape=train_images.shape[1:],
    )
