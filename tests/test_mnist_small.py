"""A tenth of MNIST: the same images as in MNIST itself, found where the documentation says, refused where damaged."""

import io
import os
import sys
import zipfile

import pytest

np = pytest.importorskip("numpy")

from neurons import FileError, datasets  # noqa: E402
from neurons.datasets.mnist_small import NAME, mnist_small, mnist_small_file  # noqa: E402

NAMES = ["train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"]
needs_mnist = pytest.mark.skipif(
    not os.environ.get("NEURONS_DATA"), reason="NEURONS_DATA does not name a folder with MNIST's files"
)


def idx(array):
    """An IDX file, from the format's description."""
    sizes = b"".join(size.to_bytes(4, "big") for size in array.shape)
    return bytes([0, 0, 8, array.ndim]) + sizes + array.tobytes()


def small_file(**replaced):
    """A file like it, with 5 + 3 images of 2 x 2 pixels."""
    random = np.random.default_rng(3)
    contents = {}
    for part, count in (("train", 5), ("t10k", 3)):
        contents[f"{part}-images-idx3-ubyte"] = idx(random.integers(0, 256, (count, 2, 2), dtype=np.uint8))
        contents[f"{part}-labels-idx1-ubyte"] = idx(random.integers(0, 10, count, dtype=np.uint8))
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {**contents, **replaced}.items():
            if content is not None:
                archive.writestr(name, content)
    return target.getvalue()


@pytest.fixture(autouse=True)
def nowhere(tmp_path, monkeypatch, request):
    """An empty working folder, no MNIST, and no way to download it."""
    monkeypatch.chdir(tmp_path)
    if "mnists_own" not in request.node.name:
        monkeypatch.delenv("NEURONS_DATA", raising=False)
        monkeypatch.setenv("NEURONS_CACHE", str(tmp_path / "cache"))
        monkeypatch.setitem(sys.modules, "pooch", None)  # `import pooch` raises ImportError


def test_it_is_found_in_the_documented_order(tmp_path, monkeypatch):
    for name, brightness in (("mine", 51), ("data", 102), (".", 153)):
        (tmp_path / name).mkdir(exist_ok=True)
        images = np.full((5, 2, 2), brightness, dtype=np.uint8)
        (tmp_path / name / NAME).write_bytes(small_file(**{NAMES[0]: idx(images)}))
    assert mnist_small().train_inputs.tolist() == np.full((5, 4), np.float32(0.6)).tolist()
    monkeypatch.setenv("NEURONS_DATA", str(tmp_path / "data"))
    assert mnist_small().train_inputs[0, 0] == np.float32(0.4)
    data = datasets.mnist_small(tmp_path / "mine", dtype="uint8")
    assert data.train_inputs.array.tolist() == [[51] * 4] * 5
    assert (len(data.train_labels), data.test_inputs.shape, data.test_labels.shape) == (5, (3, 4), (3,))
    assert data.image_shape == (2, 2)


def test_without_a_file_pooch_or_network_it_says_what_to_do():
    with pytest.raises(FileError, match=r"mnist_small\.zip.*without the package pooch .*train-images-idx3-ubyte\.gz"):
        mnist_small()


@pytest.mark.parametrize(
    "content, told",
    [
        (b"no zip at all", "not a zip file"),
        (small_file()[:-40], "not a zip file"),
        (small_file(**{NAMES[1]: None}), NAMES[1]),
        (small_file(**{NAMES[0]: b"\0\0\x08\x03\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"}), NAMES[0]),
        (small_file(**{NAMES[2]: idx(np.zeros((4, 2, 2), np.uint8))}), "4 images"),
        (small_file(**{NAMES[3]: idx(np.full(3, 10, np.uint8))}), "not 0 to 9"),
    ],
)
def test_a_damaged_file_is_refused(content, told, tmp_path):
    (tmp_path / NAME).write_bytes(content)
    with pytest.raises(FileError, match=told) as error:
        mnist_small()
    assert NAME in str(error.value)


@pytest.mark.parametrize("seed", range(40))
def test_any_damage_is_refused_or_harmless(seed, tmp_path):
    random = np.random.default_rng(seed)
    content = bytearray(small_file())
    for place in random.integers(0, len(content), 3):
        content[place] = random.integers(256)
    (tmp_path / NAME).write_bytes(content)
    try:
        data = mnist_small()
    except FileError as error:
        assert NAME in str(error)
    else:
        assert 0.0 <= data.train_inputs.min() and data.train_inputs.max() <= 1.0


@needs_mnist
def test_its_images_are_mnists_own(tmp_path):
    data = datasets.mnist()
    small = mnist_small()  # taken out of MNIST
    content = mnist_small_file()
    assert 1_000_000 < len(content) < 1_200_000
    (tmp_path / NAME).write_bytes(content)
    for tenth in (small, mnist_small(tmp_path)):
        assert np.array_equal(tenth.train_inputs, data.train_inputs[::10])
        assert np.array_equal(tenth.test_labels, data.test_labels[::10])
        assert (tenth.train_inputs.shape, tenth.test_inputs.shape) == ((6000, 784), (1000, 784))
    assert mnist_small_file() == content
