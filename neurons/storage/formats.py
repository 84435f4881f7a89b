"""The two file formats, .json and .npz: a description (a dictionary) and tables of numbers by name, as bytes and back.

A .json file is text: a line per row, each number with as many digits as it needs to come back exactly. A .npz file is
a NumPy archive without pickles or compression, with the description as JSON in it. Both carry a checksum.

A file is read with suspicion: it may be damaged, or made to do harm. Nothing in it is run, and the size of each table
is compared with the expected one before memory is taken for it: reading takes at most 30 bytes of memory for each byte
of the file, and 1.5 kB for each neuron. What is wrong raises a `FileError` that names it.
"""

import io
import json
import zipfile
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from math import isfinite, prod
from zlib import crc32

from neurons.checks import checked_numbers
from neurons.errors import FileError, LengthError, NeuronsError, NotFiniteError
from neurons.text import show

LARGEST = {".json": 16 * 2**20, ".npz": 256 * 2**20}  # bytes of a file: some 700,000 and 30,000,000 numbers
DTYPES = {"float64": "<f8", "float32": "<f4"}
JSON_HEAD = b'{\n  "checksum": "crc32 '
NPZ_TAIL = b"crc32 "
DESCRIPTION = "description.json"  # this member of a .npz file
MOST_MEMBERS = 5000


def to_json(description, numbers):
    """The bytes of a .json file; its first line is the checksum of all that follows."""
    document = {**description, "numbers": {name: plain_lists(table) for name, table in numbers.items()}}
    body = ('",\n' + laid_out(document)[2:] + "\n").encode()
    return JSON_HEAD + checksum(body) + body


def from_json(data, shapes_of):
    """The description and the numbers in the bytes of a .json file; `shapes_of(description)` are their shapes."""
    data = in_utf8(data).replace(b"\r\n", b"\n")  # what some tools make of a text file
    description = parsed(data)
    if "checksum" in description:  # a file edited by hand has lost that line
        start = len(JSON_HEAD)
        if data[:start] != JSON_HEAD or data[start : start + 8] != checksum(data[start + 8 :]):
            raise FileError(
                "its checksum does not match: it is damaged, or was edited (to edit it, delete the checksum line)"
            )
        del description["checksum"]
    numbers = description.pop("numbers", None)
    shapes = shapes_of(description)
    check_keys(numbers, dict.fromkeys(shapes, list), "numbers")
    numbers = {name: checked_table(numbers[name], shape, name) for name, shape in shapes.items()}
    if description["dtype"] != "float64":
        numbers = {name: as_array(table, description["dtype"], name) for name, table in numbers.items()}
    return description, numbers


def in_utf8(data):
    """Text in UTF-8 without a byte order mark; some editors put one before it, some write UTF-16."""
    for mark, encoding in ((BOM_UTF8, "utf-8-sig"), (BOM_UTF16_LE, "utf-16"), (BOM_UTF16_BE, "utf-16")):
        if data.startswith(mark):
            try:
                return data.decode(encoding).encode()
            except UnicodeError as error:
                raise FileError(f"it is damaged: {error}") from None
    return data


def to_npz(description, numbers):
    """The bytes of a .npz file; its last are the checksum of all before them."""
    np = numpy()
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(zipfile.ZipInfo(DESCRIPTION), laid_out(description))
        for name, table in numbers.items():
            member = io.BytesIO()
            array = as_array(table, description["dtype"], name)
            np.lib.format.write_array(member, array, version=(1, 0), allow_pickle=False)
            archive.writestr(zipfile.ZipInfo(f"{name}.npy"), member.getvalue())
        archive.comment = NPZ_TAIL + checksum(b"")  # its place
    body = file.getvalue()[:-8]
    return body + checksum(body)


def from_npz(data, shapes_of):
    """The description and the numbers in the bytes of a .npz file; `shapes_of(description)` are their shapes."""
    if not data.startswith(b"PK"):
        raise FileError("it is not a .npz file")
    if data[-14:-8] != NPZ_TAIL or data[-8:] != checksum(memoryview(data)[:-8]):
        raise FileError("its checksum does not match: it is damaged, or was not written by neurons")
    if data.count(b"PK\1\2") > MOST_MEMBERS:  # each begins an entry of the archive's table of contents
        raise FileError(f"it is damaged: it has more than {MOST_MEMBERS:,} members")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return from_archive(archive, len(data), shapes_of)
    except NeuronsError:
        raise
    except Exception as error:  # zipfile has a dozen ways to stumble over an archive
        raise FileError(f"it is damaged: {type(error).__name__}: {show(str(error))}") from None


def from_archive(archive, num_bytes, shapes_of):
    """The same from the opened archive, which is `num_bytes` long."""
    members = {member.filename: member for member in archive.infolist()}
    if len(members) != len(archive.infolist()):
        raise FileError("it is damaged: a member is there twice")
    if any(member.compress_type or member.file_size != member.compress_size for member in members.values()):
        raise FileError("it is damaged: a member is compressed")
    if sum(member.file_size for member in members.values()) > num_bytes:
        raise FileError("it is damaged: its members are larger than the file")
    if DESCRIPTION not in members or members[DESCRIPTION].file_size > LARGEST[".json"]:
        raise FileError(f"it must have a {DESCRIPTION} of at most {LARGEST['.json']:,} bytes")
    description = parsed(archive.read(DESCRIPTION))
    shapes = shapes_of(description)
    check_keys(
        members, dict.fromkeys([DESCRIPTION, *(f"{name}.npy" for name in shapes)], zipfile.ZipInfo), "the archive"
    )
    dtype = DTYPES[description["dtype"]]
    return description, {name: array_from(archive.read(f"{name}.npy"), dtype, shapes[name], name) for name in shapes}


def array_from(member, dtype, shape, name):
    """A read-only array from the bytes of a .npy file, whose header is compared with the expected one, never parsed."""
    np = numpy()
    start = 10 + int.from_bytes(member[8:10], "little")
    header = f"{{'descr': '{dtype}', 'fortran_order': False, 'shape': {shape}, }}".encode()
    if member[:8] != b"\x93NUMPY\x01\x00" or member[10:start].strip() != header:
        raise FileError(f"{name}: expected the header {header.decode()} but got {show(member[:start])}")
    num_bytes = prod(shape) * np.dtype(dtype).itemsize
    if len(member) - start != num_bytes:
        raise FileError(f"{name}: expected {num_bytes} bytes of numbers but got {len(member) - start}")
    return checked_table(np.frombuffer(member, dtype, offset=start).reshape(shape), shape, name)


def as_array(table, dtype, name):
    """`table` as an array of this dtype, if it holds each number exactly."""
    np = numpy()
    with np.errstate(over="ignore"):
        array = np.ascontiguousarray(table, DTYPES[dtype])
    if not np.array_equal(array, table):
        raise NeuronsError(f"{name} must be {dtype} but holds numbers that would be rounded")
    return array


def checked_table(table, shape, name):
    """`table` if it has this shape and only finite numbers: an array as it is, lists as new lists of floats."""
    if hasattr(table, "dtype"):
        if table.shape != shape:
            raise LengthError(f"{name} must have the shape {shape} but has {table.shape}")
        if not numpy().isfinite(table).all():
            raise NotFiniteError(f"{name} must be finite numbers but holds one that is not")
        return table
    if type(table) is not list or len(table) != shape[0]:
        what = f"{shape[0]} numbers" if len(shape) == 1 else f"{shape[0]} rows, one per neuron,"
        raise LengthError(f"{name} must be a list of {what} but is {show(table)}")
    if len(shape) > 1:
        return [checked_table(row, shape[1:], f"{name}[{row_idx}]") for row_idx, row in enumerate(table)]
    if bool in map(type, table):
        raise NeuronsError(f"{name} must be numbers but holds True or False")
    return checked_numbers(table, name)


def check_keys(value, types, where):
    """Raise `FileError` unless `value` is a dictionary with exactly the keys of `types`, and values of these types."""
    if type(value) is not dict:
        raise FileError(f"{where} must have the keys {show(list(types))} but is {show(value)}")
    for key in value:
        if key not in types:
            raise FileError(f"{where}: {show(key)[4:]} is unknown")
    for key, kind in types.items():
        if key not in value:
            raise FileError(f"{where}: {show(key)[4:]} is missing")
        if type(value[key]) is not kind:
            raise FileError(f"{where}: {key} must be of type {kind.__name__} but is {show(value[key])}")


def laid_out(value, margin="\n"):
    """`value` as JSON text, one item per line, except that a list of plain values stays on one line."""
    is_dict = isinstance(value, dict)
    items = list(value.values()) if is_dict else value
    if not isinstance(value, (dict, list)) or not any(isinstance(item, (dict, list)) for item in items):
        return json.dumps(value, allow_nan=False)
    inner = margin + "  "
    lines = [laid_out(item, inner) for item in items]
    if is_dict:
        lines = [f"{json.dumps(key)}: {line}" for key, line in zip(value, lines, strict=True)]
    opening, closing = "{}" if is_dict else "[]"
    return opening + inner + ("," + inner).join(lines) + margin + closing


def parsed(data):
    """The dictionary in JSON text (bytes); a `FileError` for any other value, a key that is there twice, infinity."""
    try:
        document = json.loads(
            data.decode(),
            object_pairs_hook=dictionary,
            parse_int=whole_number,
            parse_float=finite_number,
            parse_constant=finite_number,
        )
    except RecursionError:
        raise FileError("it is damaged: lists within lists, too deep") from None
    except NeuronsError:
        raise
    except ValueError as error:
        raise FileError(f"it is damaged: {error}") from None
    if type(document) is not dict:
        raise FileError(f"it must begin with {{ and hold a model but got {show(document)}")
    return document


def dictionary(pairs):
    """The dictionary of these (key, value) pairs, if no key occurs twice."""
    values = dict(pairs)
    if len(values) != len(pairs):
        raise FileError(f"a key is there twice, among {show(list(values))}")
    return values


def whole_number(digits):
    """The whole number with these digits, if they are no more than what Python prints: time grows with their square."""
    if len(digits) > 4300:
        raise FileError(f"a whole number has {len(digits)} digits")
    return int(digits)


def finite_number(digits):
    """The float with these digits, if it is finite."""
    number = float(digits)
    if not isfinite(number):
        raise FileError(f"{digits[:40]} is not a finite number")
    return number


def plain_lists(table):
    """Lists of floats from lists or an array."""
    return table.tolist() if hasattr(table, "tolist") else table


def checksum(data):
    """Eight digits that change with any small change of `data`."""
    return b"%08x" % crc32(data)


def numpy():
    """NumPy, which .npz files and models on arrays need."""
    try:
        import numpy as np
    except ImportError:
        raise FileError(
            "a .npz file or a model on arrays needs NumPy, which is not installed; a .json file of neurons does not"
        ) from None
    return np
