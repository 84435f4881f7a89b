"""MNIST, 70,000 handwritten digits: found in a folder or in the cache, else downloaded; damaged files are refused."""

import gzip
import hashlib
import os
import struct
import zlib
from math import prod
from typing import Any

from neurons.datasets.dataset import Dataset
from neurons.datasets.downloads import downloaded
from neurons.errors import FileError, NeuronsError
from neurons.text import show

# Of the packed files as the mirrors serve them (source: torchvision), checked by every download,
PACKED_SHA256 = {
    "train-images-idx3-ubyte": "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
    "train-labels-idx1-ubyte": "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
    "t10k-images-idx3-ubyte": "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
    "t10k-labels-idx1-ubyte": "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
}
# and of what is in them, checked wherever a file comes from, also if somebody has unpacked it or packed it anew.
MD5 = {
    "train-images-idx3-ubyte": "6bbc9ace898e44ae57da46a324031adb",
    "train-labels-idx1-ubyte": "a25bea736e30d166cdddb491f175f624",
    "t10k-images-idx3-ubyte": "2646ac647ad5339dbf082846283269ea",
    "t10k-labels-idx1-ubyte": "27ae3e4e09519cfbb04c329615203637",
}
MIRRORS = [
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://raw.githubusercontent.com/fgnt/mnist/master/",
]
LARGEST = 64 * 2**20  # bytes that a file may hold; MNIST's largest holds 47,040,000
MOST_PACKED = 1032  # gzip packs at most 1032 bytes into one (zlib's "technical details")
PIECE = 2**16  # bytes unpacked at a time


def mnist(
    directory: str | os.PathLike[str] | None = None,
    *,
    dtype: str = "float32",
    cache: str | os.PathLike[str] | None = None,
) -> Dataset:
    """The published MNIST as a Dataset: inputs (60000, 784) and (10000, 784), labels (60000,) and (10000,) from 0 to 9.

    Inputs are float32 from 0 to 1. With dtype="uint8" they are `Pixels`: the bytes as stored, a quarter of the memory,
    which count as numbers from 0 to 1 (their `array` holds 0 to 255).

    The files, packed (.gz) or not, are looked for in `directory`, then in the folder that NEURONS_DATA names (in both
    also in a subfolder mnist), then in the cache (the folder `cache`, or what NEURONS_CACHE names, or the user's cache
    folder); if they are nowhere, they are downloaded into the cache. Raises FileError where a file is not the published
    one, or where there is no way to get it.
    """
    check_dtype(dtype)
    paths = found_in("directory", directory) or found_in("NEURONS_DATA", os.environ.get("NEURONS_DATA") or None)
    paths = paths or _download(cache)
    train_inputs, train_labels, image_shape = _inputs_and_labels(paths, "train", dtype)
    test_inputs, test_labels, _ = _inputs_and_labels(paths, "t10k", dtype)
    return Dataset(
        train_inputs=train_inputs,
        train_labels=train_labels,
        test_inputs=test_inputs,
        test_labels=test_labels,
        image_shape=image_shape,
    )


def _inputs_and_labels(paths, part, dtype):
    images_name, labels_name = f"{part}-images-idx3-ubyte", f"{part}-labels-idx1-ubyte"
    md5s = (MD5[images_name], MD5[labels_name])
    images, labels = read_labelled_images(paths[images_name], paths[labels_name], md5s)
    return inputs_of(images, dtype), labels, images.shape[1:]


def check_dtype(dtype: str) -> None:
    """Raise unless inputs can be had as this."""
    if dtype not in ("float32", "uint8"):
        raise NeuronsError(f'dtype must be "float32" or "uint8" but got {show(dtype)}')


def inputs_of(images: Any, dtype: str) -> Any:
    """Images (count, rows, columns) of bytes as inputs (count, pixels): float32 from 0 to 1; `Pixels` for "uint8"."""
    import numpy as np

    inputs = images.reshape(len(images), -1)  # (image, pixel), no copy
    if dtype == "float32":
        return np.divide(inputs, np.float32(255), dtype=np.float32)  # straight into its one float array
    from neurons.arrays.batches import Pixels

    return Pixels(inputs)


def read_labelled_images(
    images_path: str | os.PathLike[str],
    labels_path: str | os.PathLike[str],
    md5s: tuple[str | None, str | None] = (None, None),
) -> tuple[Any, Any]:
    """Images (count, rows, columns) as unsigned bytes and their labels (count,), 0 to 9, from two IDX files.

    For any set made like MNIST. Raises FileError as `read_idx` does, and where the two files do not fit each other.
    """
    images, labels = read_idx(images_path, md5s[0]), read_idx(labels_path, md5s[1])
    check_fit(images, labels, images_path, labels_path)
    return images, labels.astype(int)


def check_fit(
    images: Any, labels: Any, images_path: str | os.PathLike[str], labels_path: str | os.PathLike[str]
) -> None:
    """Raise `FileError` unless these are images (count, rows, columns) and as many labels (count,) from 0 to 9."""
    if images.ndim != 3:
        raise FileError(f"{images_path} holds labels where images belong")
    if labels.ndim != 1:
        raise FileError(f"{labels_path} holds images where labels belong")
    if len(images) != len(labels):
        raise FileError(f"{images_path} holds {len(images)} images but {labels_path} holds {len(labels)} labels")
    if labels.max() > 9:
        example = int((labels > 9).argmax())
        raise FileError(f"{labels_path}: the label of image {example} is {labels[example]}, not 0 to 9")


def read_idx(path: str | os.PathLike[str], md5: str | None = None) -> Any:
    """An IDX file, packed (gzip) or not, as unsigned bytes: labels (count,) or images (count, rows, columns).

    Raises FileError, naming the file and what is wrong with it, unless every byte is in its place and, if `md5` is
    given, the contents have that checksum. Takes no more memory than the header states, and refuses to take more than
    64 MiB. The format is that of LeCun, Cortes and Burges, http://yann.lecun.com/exdb/mnist/.
    """
    check_path(path, "path")
    try:
        with open(path, "rb") as file:
            is_packed = file.read(2) == b"\x1f\x8b"
            room = file.seek(0, os.SEEK_END) * (MOST_PACKED if is_packed else 1)
            file.seek(0)
            return read_array(gzip.GzipFile(fileobj=file) if is_packed else file, path, min(room, LARGEST), md5)
    except EOFError:
        raise FileError(f"{path} is cut: its gzip data breaks off") from None
    except (gzip.BadGzipFile, zlib.error) as error:
        raise FileError(f"{path} is damaged: its gzip data cannot be unpacked ({error})") from None
    except OSError as error:
        raise FileError(f"{path} cannot be read: {error.strerror or error}") from None


def read_array(stream, path, room, md5=None):
    """An IDX file out of a stream of its bytes, unpacked, of which there can be `room`: see `read_idx`."""
    import numpy as np

    magic = stream.read(4)  # two zeros, the type of the numbers (8: unsigned bytes), the number of dimensions
    if magic not in (b"\0\0\x08\x01", b"\0\0\x08\x03"):
        start = magic.hex(" ") or "nothing"
        raise FileError(f"{path} starts with {start}, not with 00 00 08 01 (labels) or 00 00 08 03 (images)")
    sizes = stream.read(4 * magic[3])
    if len(sizes) < 4 * magic[3]:
        raise FileError(f"{path} is cut: it ends inside its header")
    shape = struct.unpack(f">{magic[3]}I", sizes)
    stated = f"its header states {' x '.join(map(str, shape))} bytes"
    num_bytes = prod(shape)
    if not 0 < num_bytes <= room:
        raise FileError(f"{path} is damaged or cut: {stated}, but it can hold 1 to {room}")

    array = np.empty(shape, np.uint8)
    flat = array.reshape(-1)
    filled = 0
    while filled < num_bytes:
        count = stream.readinto(flat[filled : filled + PIECE])
        if count == 0:
            raise FileError(f"{path} is cut: {stated}, but it holds {filled}")
        filled += count
    if stream.read(1):  # at the end of gzip data this also compares its checksum
        raise FileError(f"{path} is damaged: {stated}, but it holds more")
    if md5:
        contents = hashlib.md5(magic + sizes, usedforsecurity=False)
        contents.update(array.data)
        if contents.hexdigest() != md5:
            raise FileError(f"{path} is not the published MNIST file: its MD5 is {contents.hexdigest()}, not {md5}")
    return array


def check_path(path, what):
    """Raise unless `path` is one; `what` names it."""
    if not isinstance(path, (str, os.PathLike)):
        raise NeuronsError(f"{what} must be a path but got {show(path)}")


def found_in(what, folder):
    """The paths of the four files in `folder` or in its subfolder mnist, or None if there is none of them."""
    if folder is None:
        return None
    check_path(folder, what)
    folder = os.path.expanduser(folder)
    if not os.path.isdir(folder):
        raise FileError(f"{what} is {folder}, but there is no such folder")
    for place in (os.path.join(folder, "mnist"), folder):
        paths = {}
        for name in MD5:
            for path in (os.path.join(place, name), os.path.join(place, name + ".gz")):
                if os.path.isfile(path):
                    paths[name] = path
        if len(paths) == len(MD5):
            return paths
        if paths:
            missing = [name + ".gz" for name in MD5 if name not in paths]
            raise FileError(f"{place} holds some files of MNIST but not {', '.join(missing)}")
    return None


def _download(cache):
    """The paths of the four files in the cache; what is missing or wrong there is fetched."""
    cache = cache or os.environ.get("NEURONS_CACHE") or None
    if cache is not None:
        check_path(cache, "cache")
    packed = {name + ".gz": sha256 for name, sha256 in PACKED_SHA256.items()}
    advice = (
        "take the 8x8 digits that come with the package (python -m neurons mnist --digits, neurons.datasets.digits()), "
        f"or put {', '.join(packed)} into a folder and name it (--data DIR, directory=, NEURONS_DATA)"
    )
    paths = downloaded("MNIST", packed, MIRRORS, "mnist", advice, cache)
    return {name: paths[name + ".gz"] for name in PACKED_SHA256}
