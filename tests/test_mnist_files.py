"""MNIST's files: what is right is read exactly, what is damaged is refused, and no download goes wrong quietly.

The small set of files here is written from the format's description with `struct`; real MNIST is compared with figures
published elsewhere.
"""

import gzip
import hashlib
import os
import random
import socket
import struct
import sys
import threading
import tracemalloc
import zlib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

np = pytest.importorskip("numpy")

from neurons.datasets import downloads  # noqa: E402
from neurons.datasets.mnist import mnist, read_idx, read_labelled_images  # noqa: E402
from neurons.errors import FileError, NeuronsError  # noqa: E402

module = sys.modules["neurons.datasets.mnist"]  # the package's attribute of that name is the function
NAMES = ["train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"]
NOBODY = "http://127.0.0.1:9/"  # a mirror that is not there
WORK = 400_000  # bytes that unpacking itself needs: two buffers of 128 kB in gzip (since Python 3.12), and ours of 64


def idx(*shape, values):
    return struct.pack(f">HBB{len(shape)}I", 0, 8, len(shape), *shape) + bytes(values)


def small_set():
    rng = random.Random(5)
    contents = {}
    for part, count in (("train", 30), ("t10k", 7)):
        pixels = [rng.choice((0, 0, 0, rng.randrange(256))) for _ in range(count * 28 * 28)]
        contents[f"{part}-images-idx3-ubyte"] = idx(count, 28, 28, values=pixels)
        contents[f"{part}-labels-idx1-ubyte"] = idx(count, values=[rng.randrange(10) for _ in range(count)])
    return contents


PLAIN = small_set()
PACKED = {name: gzip.compress(content, mtime=0) for name, content in PLAIN.items()}


def right_inputs(part, dtype):
    pixels = np.frombuffer(PLAIN[f"{part}-images-idx3-ubyte"][16:], np.uint8).reshape(-1, 784)
    return pixels / 255 if dtype == "uint8" else pixels.astype(np.float32) / np.float32(255)


def assert_is_small_set(data, dtype="float32"):
    for part, inputs, labels in (
        ("train", data.train_inputs, data.train_labels),
        ("t10k", data.test_inputs, data.test_labels),
    ):
        assert inputs.dtype == dtype
        assert np.allclose(inputs, right_inputs(part, dtype), rtol=1e-15)
        assert labels.tolist() == list(PLAIN[f"{part}-labels-idx1-ubyte"][8:])
    assert data.image_shape == (28, 28)


@pytest.fixture(autouse=True)
def small_set_is_the_published_one(monkeypatch, tmp_path, request):
    if "real" in request.node.name:
        return
    monkeypatch.setattr(module, "MD5", {name: hashlib.md5(content).hexdigest() for name, content in PLAIN.items()})
    sha256 = {name: hashlib.sha256(content).hexdigest() for name, content in PACKED.items()}
    monkeypatch.setattr(module, "PACKED_SHA256", sha256)
    monkeypatch.setattr(module, "MIRRORS", [NOBODY])
    monkeypatch.delenv("NEURONS_DATA", raising=False)
    monkeypatch.setenv("NEURONS_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


def write_set(folder, contents=PACKED, suffix=".gz"):
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in contents.items():
        (folder / (name + suffix)).write_bytes(content)
    return folder


# ---- where the files are looked for


@pytest.mark.parametrize("dtype", ["float32", "uint8"])
@pytest.mark.parametrize("contents, suffix", [(PACKED, ".gz"), (PLAIN, "")])
@pytest.mark.parametrize("subfolder", ["", "mnist"])
def test_found_in_the_directory_or_its_subfolder_packed_or_not(tmp_path, subfolder, contents, suffix, dtype):
    write_set(tmp_path / "data" / subfolder, contents, suffix)
    assert_is_small_set(mnist(tmp_path / "data", dtype=dtype), dtype)
    assert_is_small_set(mnist(str(tmp_path / "data"), dtype=dtype), dtype)


def test_looked_for_in_the_documented_order(tmp_path, monkeypatch):
    (tmp_path / "empty").mkdir()
    write_set(tmp_path / "cache" / "mnist")
    assert_is_small_set(mnist(tmp_path / "empty"))  # nothing there, nothing in NEURONS_DATA: the cache
    write_set(tmp_path / "data" / "mnist", dict.fromkeys(NAMES, b"damaged"))
    monkeypatch.setenv("NEURONS_DATA", str(tmp_path / "data"))
    with pytest.raises(FileError, match="starts with 64 61 6d 61"):  # NEURONS_DATA comes before the cache
        mnist()
    assert_is_small_set(mnist(write_set(tmp_path / "right")))  # and the directory before NEURONS_DATA


def test_wrong_places_are_named(tmp_path, monkeypatch):
    folder = write_set(tmp_path / "data" / "mnist")
    (folder / "t10k-labels-idx1-ubyte.gz").unlink()
    with pytest.raises(FileError, match="holds some files of MNIST but not t10k-labels-idx1-ubyte.gz"):
        mnist(tmp_path / "data")
    with pytest.raises(FileError, match="directory is .*nowhere, but there is no such folder"):
        mnist(tmp_path / "nowhere")
    monkeypatch.setenv("NEURONS_DATA", str(tmp_path / "nowhere"))
    with pytest.raises(FileError, match="NEURONS_DATA is .*nowhere, but there is no such folder"):
        mnist()
    with pytest.raises(NeuronsError, match="directory must be a path but got 5"):
        mnist(5)
    with pytest.raises(NeuronsError, match="path must be a path but got"):
        read_idx(None)
    with pytest.raises(NeuronsError, match='dtype must be "float32" or "uint8" but got'):
        mnist(tmp_path, dtype="float64")
    with pytest.raises(FileError, match="cannot be read: No such file"):
        read_idx(tmp_path / "nowhere")
    with pytest.raises(FileError, match="cannot be read"):
        read_idx(tmp_path)


# ---- damaged files

ZEROS = bytes(2**20)


def packed_zeros(start, megabytes):
    """A gzip bomb: `start` and then so many megabytes of zeros, packed a thousandfold."""
    packer = zlib.compressobj(9, wbits=31)
    return packer.compress(start) + b"".join(packer.compress(ZEROS) for _ in range(megabytes)) + packer.flush()


def cut(rng, data):
    return data[: rng.randrange(len(data))]


def flipped(rng, data):
    data = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 8))):
        data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    return bytes(data)


def flipped_near_the_start(rng, data):
    return flipped(rng, data[:24]) + data[24:]


def overwritten(rng, data):
    at = rng.randrange(len(data))
    return data[:at] + rng.randbytes(rng.randrange(1, 30)) + data[at + rng.randrange(0, 30) :]


def doubled(rng, data):
    return data + rng.choice(
        (data, data[: rng.randrange(1, len(data))], rng.randbytes(rng.randrange(1, 9)), bytes(512))
    )


def with_header(data, magic=None, sizes=None):
    dimensions = data[3]
    old = struct.unpack(f">{dimensions}I", data[4 : 4 + 4 * dimensions])
    new = old if sizes is None else sizes(old)
    return (magic or data[:4]) + struct.pack(f">{len(new)}I", *new) + data[4 + 4 * dimensions :]


def wrong_magic(rng, data):
    known = [
        b"\0\0\x08\x02",
        b"\0\0\x08\x04",
        b"\0\0\x0d\x03",
        b"\0\0\x09\x01",
        b"\x08\0\0\x03",
        b"PK\3\4",
        b"\x93NUM",
        b"\x80\4\x95\0",
    ]
    return with_header(data, magic=rng.choice(known + [rng.randbytes(4)]))


def swapped_magic(rng, data):
    return (b"\0\0\x08\x01" if data[3] == 3 else b"\0\0\x08\x03") + data[4:]


def wrong_counts(rng, data):
    def change(sizes):
        sizes = list(sizes)
        at = rng.randrange(len(sizes))
        sizes[at] = max(0, sizes[at] + rng.choice((-30, -7, -2, -1, 1, 2, 7, 1000)))
        return sizes

    return with_header(data, sizes=change)


def giant_sizes(rng, data):
    return with_header(
        data, sizes=lambda sizes: [rng.choice((2**32 - 1, 2**31, 2**20, 70_000, size)) for size in sizes]
    )


def other_set(rng, data):
    """Right in form: whole images or labels fewer, so that images and labels no longer fit."""
    count = struct.unpack(">I", data[4:8])[0] - rng.randrange(1, 6)
    header = 4 + 4 * data[3]
    return data[:4] + struct.pack(">I", count) + data[8 : header + count * (784 if data[3] == 3 else 1)]


def label_out_of_range(rng, data):
    data = bytearray(data)
    data[rng.randrange(4 + 4 * data[3], len(data))] = rng.randrange(10, 256)
    return bytes(data)


ON_THE_CONTENTS = [wrong_magic, swapped_magic, wrong_counts, giant_sizes, other_set, label_out_of_range]
ON_THE_FILE = [cut, flipped, flipped_near_the_start, overwritten, doubled]
MUTANTS_EACH = 12  # 4 files x 2 forms x 11 mutations x 12 = 1056


def stated_bytes(packed):
    """What the header promises, by a reader of our own that never looks further; 0 if there is no header."""
    try:
        start = zlib.decompressobj(wbits=31).decompress(packed, 16) if packed[:2] == b"\x1f\x8b" else packed[:16]
        return int(np.prod([float(size) for size in struct.unpack(f">{start[3]}I", start[4 : 4 + 4 * start[3]])]))
    except Exception:
        return 0


def outcome(call):
    """The call's result or its FileError, and the most memory it held at a time."""
    tracemalloc.start()
    try:
        return call(), tracemalloc.get_traced_memory()[1]
    except FileError as error:
        return error, tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def assert_clear(error, path):
    sentence = str(error)
    assert str(path) in sentence and "\n" not in sentence and len(sentence) < len(str(path)) * 2 + 220


@pytest.mark.parametrize("mutation", ON_THE_CONTENTS + ON_THE_FILE, ids=lambda mutation: mutation.__name__)
@pytest.mark.parametrize("packed", [True, False], ids=["packed", "plain"])
@pytest.mark.parametrize("name", NAMES)
def test_a_damaged_file_is_refused_or_harmless(tmp_path, name, packed, mutation):
    folder = write_set(tmp_path / "data", *((PACKED, ".gz") if packed else (PLAIN, "")))
    path = folder / (name + (".gz" if packed else ""))
    outcome(lambda: mnist(folder))  # the first call also loads modules: not what is measured
    for seed in range(MUTANTS_EACH):
        rng = random.Random(f"{name} {packed} {mutation.__name__} {seed}")
        if mutation in ON_THE_CONTENTS:
            content = mutation(rng, PLAIN[name])
            damaged = gzip.compress(content, mtime=0) if packed else content
        else:
            damaged = mutation(rng, PACKED[name] if packed else PLAIN[name])
        path.write_bytes(damaged)
        stated = stated_bytes(damaged)
        stated_or_nothing = stated if stated <= module.LARGEST else 0

        data, peak = outcome(lambda: mnist(folder))
        if isinstance(data, FileError):
            assert_clear(data, path)
        else:
            assert_is_small_set(data)  # harmless: a flipped bit in gzip's time stamp, say
        assert peak < stated_or_nothing + 1_000_000  # three right files are read as well

        array, peak = outcome(lambda: read_idx(path))  # without a checksum to lean on
        if isinstance(array, FileError):
            assert_clear(array, path)
        else:  # then the file is right in form, and another reader sees the same
            content = gzip.decompress(damaged) if packed else damaged
            assert array.tobytes() == content[4 + 4 * content[3] :]
            assert array.shape == struct.unpack(f">{content[3]}I", content[4 : 4 + 4 * content[3]])
        assert peak < stated_or_nothing + WORK


@pytest.mark.slow
@pytest.mark.parametrize(
    "sizes, peak_allowed",
    [
        ((30, 28, 28), WORK),
        ((2**32 - 1, 2**32 - 1, 2**32 - 1), WORK),
        ((200_000, 28, 28), WORK),
        ((80_000, 28, 28), 64 * 2**20 + WORK),
    ],
    ids=["more than stated", "giant", "more than a file may hold", "as much as a file may hold"],
)
def test_a_gzip_bomb_takes_no_memory_beyond_the_stated_size(tmp_path, sizes, peak_allowed):
    bomb = packed_zeros(struct.pack(">4B3I", 0, 0, 8, 3, *sizes), megabytes=200)
    assert len(bomb) < 300_000
    path = tmp_path / "bomb.gz"
    path.write_bytes(bomb)
    error, peak = outcome(lambda: read_idx(path))
    assert_clear(error, path)
    assert peak < peak_allowed
    _, careless = outcome(lambda: gzip.decompress(bomb))
    assert careless > 200 * 2**20  # what the bomb does to a reader that trusts it: the measurement sees it


@pytest.mark.parametrize(
    "damage, sentence",
    [
        (lambda data: data[:-4], "is cut: its header states 30 x 28 x 28 bytes, but it holds 23516"),
        (lambda data: data + b"\0", "is damaged: its header states 30 x 28 x 28 bytes, but it holds more"),
        (lambda data: data[:9], "is cut: it ends inside its header"),
        (lambda data: b"", "starts with nothing, not with 00 00 08 01"),
        (lambda data: b"\0\0\x0d\x03" + data[4:], "starts with 00 00 0d 03, not with 00 00 08 01"),
        (lambda data: data[:4] + bytes(4) + data[8:], "states 0 x 28 x 28 bytes, but it can hold 1 to"),
        (lambda data: data[:4] + b"\xff" * 4 + data[8:], "states 4294967295 x 28 x 28 bytes, but it can hold 1 to"),
        (lambda data: data[:-1] + b"\7", "is not the published MNIST file: its MD5 is"),
    ],
)
def test_the_sentence_says_what_is_damaged(tmp_path, damage, sentence):
    folder = write_set(tmp_path / "data")
    path = folder / (NAMES[0] + ".gz")
    path.write_bytes(gzip.compress(damage(PLAIN[NAMES[0]])))
    with pytest.raises(FileError) as caught:
        mnist(folder)
    assert str(caught.value).startswith(f"{path} ") and sentence in str(caught.value)


@pytest.mark.parametrize(
    "damage, sentence",
    [
        (lambda data: data[:-9], "is cut: its gzip data breaks off"),
        (lambda data: data[:-3] + b"\xff" + data[-2:], "is damaged: its gzip data cannot be unpacked"),
        (lambda data: data[:-6] + b"\xff" + data[-5:], "is damaged: its gzip data cannot be unpacked"),
        (lambda data: data + b"more", "is damaged: its gzip data cannot be unpacked"),
        (lambda data: data + data, "but it holds more"),
        (lambda data: data[:50] + bytes(50) + data[100:], "is damaged: its gzip data cannot be unpacked"),
    ],
)
def test_the_sentence_says_that_gzip_is_damaged(tmp_path, damage, sentence):
    path = tmp_path / "images.gz"
    path.write_bytes(damage(PACKED[NAMES[0]]))
    with pytest.raises(FileError) as caught:
        read_idx(path)
    assert str(caught.value).startswith(f"{path} ") and sentence in str(caught.value)


def test_images_and_labels_must_fit_each_other(tmp_path):
    images, labels = tmp_path / "images", tmp_path / "labels"
    images.write_bytes(idx(3, 2, 2, values=range(12)))
    labels.write_bytes(idx(3, values=[9, 0, 5]))
    read_images, read_labels = read_labelled_images(images, labels)
    assert read_images.tolist() == [[[0, 1], [2, 3]], [[4, 5], [6, 7]], [[8, 9], [10, 11]]]
    assert read_labels.tolist() == [9, 0, 5] and (read_labels - 10).tolist() == [-1, -10, -5]
    with pytest.raises(FileError, match="labels holds labels where images belong"):
        read_labelled_images(labels, labels)
    with pytest.raises(FileError, match="images holds images where labels belong"):
        read_labelled_images(images, images)
    labels.write_bytes(idx(2, values=[9, 0]))
    with pytest.raises(FileError, match="images holds 3 images but .*labels holds 2 labels"):
        read_labelled_images(images, labels)
    labels.write_bytes(idx(3, values=[9, 10, 5]))
    with pytest.raises(FileError, match="labels: the label of image 1 is 10, not 0 to 9"):
        read_labelled_images(images, labels)


# ---- downloads, from a server on this machine


class Mirror(BaseHTTPRequestHandler):
    """Serves the small set below /right/ and fails in the way that the first part of the path says."""

    def do_GET(self):
        self.server.asked.append(self.path)
        _, way, name = self.path.split("/")
        content = PACKED[name.removesuffix(".gz")]
        if way == "missing" or (way == "incomplete" and name.startswith("t10k-labels")):
            return self.send_error(404)
        if way == "silent":
            return self.server.closing.wait(5)
        if way == "wrong":
            content = content[:100] + bytes([content[100] ^ 1]) + content[101:] if len(content) > 101 else b"wrong"
        if way == "cut":  # the whole of a shorter file: only the checksum can tell
            content = content[: len(content) // 2]
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content[: len(content) // 2] if way == "half" else content)

    def log_message(self, *args):
        pass


@pytest.fixture
def server():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Mirror)
    server.asked, server.closing = [], threading.Event()
    server.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield server
    server.closing.set()
    server.shutdown()
    server.server_close()
    thread.join()


def use_mirrors(monkeypatch, *mirrors):
    monkeypatch.setattr(module, "MIRRORS", list(mirrors))


def cached(tmp_path):
    folder = tmp_path / "cache" / "mnist"
    return {path.name: path.read_bytes() for path in folder.iterdir()} if folder.exists() else {}


RIGHT_CACHE = {name + ".gz": content for name, content in PACKED.items()}


def test_downloaded_once_and_then_read_from_the_cache(tmp_path, monkeypatch, server):
    use_mirrors(monkeypatch, f"{server.url}/right/")
    assert_is_small_set(mnist())
    assert server.asked == [f"/right/{name}.gz" for name in NAMES]
    assert cached(tmp_path) == RIGHT_CACHE
    use_mirrors(monkeypatch, NOBODY)
    assert_is_small_set(mnist())
    assert len(server.asked) == 4
    with pytest.raises(FileError):  # another cache is another cache
        mnist(cache=tmp_path / "elsewhere")


@pytest.mark.parametrize(
    "way, reason",
    [
        ("wrong", "wrong checksum"),
        ("cut", "wrong checksum"),
        ("half", "the file broke off"),
        ("missing", "answered 404"),
        ("silent", "no answer in time"),
    ],
)
def test_a_bad_mirror_is_named_and_leaves_nothing_behind(tmp_path, monkeypatch, server, way, reason):
    monkeypatch.setattr(downloads, "TIMEOUT", 0.5)
    use_mirrors(monkeypatch, f"{server.url}/{way}/")
    with pytest.raises(FileError) as caught:
        mnist()
    assert_says_what_to_do(caught.value, f"({server.url.removeprefix('http://')}: {reason})")
    assert cached(tmp_path) == {}
    use_mirrors(monkeypatch, f"{server.url}/{way}/", f"{server.url}/right/")  # and the next one helps
    assert_is_small_set(mnist())
    assert cached(tmp_path) == RIGHT_CACHE


def assert_says_what_to_do(error, reasons):
    sentence = str(error)
    assert sentence.startswith(
        f"MNIST is not on this machine and could not be downloaded {reasons}: take the 8x8 digits "
    )
    for part in [name + ".gz" for name in NAMES] + ["directory=", "NEURONS_DATA", "--data", "--digits"]:
        assert part in sentence
    assert "\n" not in sentence


def test_what_one_mirror_lacks_comes_from_the_next(tmp_path, monkeypatch, server):
    use_mirrors(monkeypatch, f"{server.url}/incomplete/", f"{server.url}/right/")
    assert_is_small_set(mnist())
    assert server.asked[-1] == "/right/t10k-labels-idx1-ubyte.gz" and len(server.asked) == 5
    assert cached(tmp_path) == RIGHT_CACHE


def test_a_mirror_that_is_down_and_no_network(tmp_path, monkeypatch, server):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound but not listening: connections are refused
        down = f"http://127.0.0.1:{taken.getsockname()[1]}/mnist/"
        use_mirrors(monkeypatch, down)
        with pytest.raises(FileError) as caught:
            mnist()
        assert_says_what_to_do(caught.value, f"({down[7:-7]}: no connection)")
        use_mirrors(monkeypatch, down, f"{server.url}/right/")
        assert_is_small_set(mnist())

    def no_network(*args, **kwargs):
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    use_mirrors(monkeypatch, "https://one.invalid/", "https://two.invalid/")
    assert_is_small_set(mnist())  # the cache needs no network
    monkeypatch.setattr(socket, "getaddrinfo", no_network)
    with pytest.raises(FileError) as caught:
        mnist(cache=tmp_path / "elsewhere")
    assert_says_what_to_do(caught.value, "(one.invalid: no connection; two.invalid: no connection)")


@pytest.mark.parametrize("name", NAMES)
def test_a_wrong_file_in_the_cache_is_replaced_and_never_used(tmp_path, monkeypatch, server, name):
    damaged = write_set(tmp_path / "cache" / "mnist") / (name + ".gz")
    other_digits = bytes(255 - value for value in PLAIN[name][16:])  # right in form, but not the published file
    damaged.write_bytes(gzip.compress(PLAIN[name][:16] + other_digits))
    with pytest.raises(FileError, match="could not be downloaded"):
        mnist()
    use_mirrors(monkeypatch, f"{server.url}/right/")
    assert_is_small_set(mnist())
    assert server.asked == [f"/right/{name}.gz"]
    assert cached(tmp_path) == RIGHT_CACHE


def test_a_cache_folder_that_cannot_be_written_is_named(tmp_path, monkeypatch, server):
    use_mirrors(monkeypatch, f"{server.url}/right/")
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(FileError, match="MNIST cannot be kept in the cache folder .*file.*NEURONS_CACHE"):
        mnist(cache=tmp_path / "file")
    with pytest.raises(NeuronsError, match="cache must be a path but got 5"):
        mnist(cache=5)
    (tmp_path / "cache" / "mnist").mkdir(parents=True)

    def full_disk(*args, **kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("tempfile.NamedTemporaryFile", full_disk)
    with pytest.raises(FileError, match=r"MNIST cannot be kept .*\(No space left on device\).*NEURONS_DATA"):
        mnist()


def test_two_downloads_at_once_end_with_one_right_cache(tmp_path, monkeypatch, server):
    use_mirrors(monkeypatch, f"{server.url}/right/")
    results = []
    threads = [threading.Thread(target=lambda: results.append(mnist())) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 4
    for data in results:
        assert_is_small_set(data)
    assert cached(tmp_path) == RIGHT_CACHE


# ---- the real thing


def test_real_mnist_has_its_published_figures():
    if not os.environ.get("NEURONS_DATA"):
        pytest.skip("NEURONS_DATA names no folder with the real MNIST")
    tracemalloc.start()
    data = mnist()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert data.train_inputs.shape == (60000, 784) and data.test_inputs.shape == (10000, 784)
    assert data.train_inputs.dtype == np.float32 and data.image_shape == (28, 28)
    assert peak < data.train_inputs.nbytes + 60_000_000  # one float array and the bytes it was made from, never two
    # counts per digit as in many tables of MNIST, mean and deviation as everybody normalises with
    assert np.bincount(data.train_labels).tolist() == [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]
    assert np.bincount(data.test_labels).tolist() == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]
    assert data.train_labels[:10].tolist() == [5, 0, 4, 1, 9, 2, 1, 3, 1, 4]
    assert data.train_inputs.min() == 0 and data.train_inputs.max() == 1
    assert round(float(data.train_inputs.mean(dtype=np.float64)), 4) == 0.1307
    assert round(float(data.train_inputs.std(dtype=np.float64)), 4) == 0.3081
    stored = mnist(dtype="uint8")
    assert stored.test_inputs.array.nbytes == 7_840_000
    assert np.array_equal(stored.test_inputs.array.astype(np.float32) / np.float32(255), data.test_inputs)


def test_without_pooch_it_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.delenv("NEURONS_DATA", raising=False)
    monkeypatch.setitem(sys.modules, "pooch", None)  # `import pooch` raises ImportError
    with pytest.raises(FileError, match=r"without the package pooch .*train-images-idx3-ubyte\.gz.*--data DIR"):
        mnist(cache=tmp_path)
