"""Data that are not here, made up: small whole numbers, each of which serves as a feature and as a class.

A program may keep its labels in the first column or the last. The examples of the diagnosis take the place of these
numbers before it judges; it makes them twice, in other orders, to be sure that none of them decides anything.
"""

import ast
import io
import re
import struct
from typing import Any

import numpy as np

from .stand_ins import Nothing
from .tables import LABELS, Frame, Table, column, concatenated

INPUTS = r"^x|[_ ]x|x_|image|feature|input|pixel"
FILES_OF_LABELS = r"^y|[_ -]y|y_|label|target"
TRAINED = r"model|weight|param|check|bias|\bnet"
TESTS = r"test|valid|t10k|dev"
ITEMS = {"-1", *map(str, range(2, 40))}  # where a row of text may have the name of its class
NAMED = {"iris": (4, 3), "wine": (13, 3), "breast_cancer": (30, 2), "digits": (64, 10)}


class Tables:
    """Makes them up, in the sizes that the program writes out; `made` are those that it has asked for."""

    def __init__(self, sizes, order, made):
        self.rows, self.tests, self.columns, self.inputs, self.classes, self.side = sizes
        self.order, self.made = order, made

    def numbers(self, rows, columns, classes=None):
        """Whole numbers below the number of classes, in each column in an order of its own."""
        classes = classes or self.classes
        rng = np.random.default_rng(11 + self.order)
        whole = -(-2 * rows // (3 * classes)) * classes  # so far each class comes once in each part
        parts = np.tile(np.arange(classes)[:, None], (whole // classes, columns)).reshape(-1, classes, columns)
        regular = rng.permuted(parts, axis=1).reshape(-1, columns)
        rest = rng.integers(classes, size=(max(0, rows - whole), columns))
        return np.concatenate([regular, rest])[:rows]

    def pair(self, rows, inputs, classes):
        """Inputs, and the classes of each row."""
        both = self.numbers(rows, inputs + 1, classes)
        return both[:, :-1].astype(float), both[:, -1]

    def of_file(self, name, columns=None):
        """What a file of that name may hold."""
        self.made(f"the file {str(name)[:60]}")
        stem = re.split(r"[/\\]", str(name))[-1].lower()
        rows = self.tests if re.search(TESTS, stem) else self.rows
        if columns is None and re.search(FILES_OF_LABELS, stem) and not re.search(INPUTS, stem):
            return self.numbers(rows, 1)
        if columns is None:
            columns = self.inputs if re.search(INPUTS, stem) else self.columns
        return self.numbers(rows, columns)

    def loadtxt(self, name, dtype=float, *_, usecols=None, unpack=False, max_rows=None, **__):
        """What `numpy.loadtxt` and `genfromtxt` would read."""
        numbers = self.of_file(name)[:max_rows]
        if usecols is not None:
            wanted = np.atleast_1d(usecols)
            numbers = self.numbers(len(numbers), max(numbers.shape[1], int(wanted.max()) + 1))[:, wanted]
        if numbers.shape[1] == 1:
            numbers = numbers[:, 0]
        numbers = numbers.astype(dtype or float)
        return numbers.T if unpack else numbers

    def text(self, name, text):
        """An open file, parted as the program parts it; its last column holds the names of classes that it asks for."""
        between = "," if "csv" in text or '","' in text or "','" in text else " "
        names = class_names(text)
        rows = [[*row[:-1], names[row[-1] % len(names)] if names else row[-1]] for row in self.of_file(name).tolist()]
        lines = [between.join(map(str, row)) for row in rows]
        return io.StringIO("\n".join(lines) + "\n")

    def packed(self, name):
        """An open file that is packed, or no text: images or their classes as MNIST has them, or a pickle."""
        self.refuse_weights(name)
        self.made(f"the file {str(name)[:60]}")
        stem = re.split(r"[/\\]", str(name))[-1].lower()
        if not re.search(r"ubyte|idx", stem):
            return io.BytesIO()
        inputs, classes = self.pair(self.tests if re.search(TESTS, stem) else self.rows, self.inputs, 10)
        if re.search(FILES_OF_LABELS, stem):
            return io.BytesIO(struct.pack(">II", 2049, len(classes)) + bytes(classes.tolist()))
        height = self.side if self.side**2 == self.inputs else 1
        head = struct.pack(">IIII", 2051, len(inputs), height, self.inputs // height)
        return io.BytesIO(head + bytes(inputs.astype(int).ravel().tolist()))

    def refuse_weights(self, name):
        """Raise for a file of weights, as Python does: most programs then train some."""
        if re.search(TRAINED, str(name).lower()):
            raise FileNotFoundError(f"no file {name}")

    def unpickled(self, *_, **__):
        """What a pickle holds: inputs and classes in three parts, as MNIST has them."""
        self.made("a pickle")
        return tuple(self.pair(rows, self.inputs, 10) for rows in (self.rows, self.tests, self.tests))

    def load(self, name, *_, **__):
        """What `numpy.load` would read: one array, or several by their names; no weights trained elsewhere."""
        self.refuse_weights(name)
        return Arrays(self, name, 1) if str(name).endswith("z") else self.of_file(name)

    # packages

    def module(self, name):
        """A package, or a part of it: what it knows here, nothing of all else; None for another package."""
        makers: dict[str, Any] = {"pandas": self.pandas, "sklearn": self.sklearn, "seaborn": self.seaborn}
        makers |= dict.fromkeys(("keras", "tensorflow", "tensorflow_datasets"), self.keras)
        return makers[name]() if name in makers else None

    def pandas(self):
        """Tables."""
        package: Any = Nothing("pandas")
        package.read_csv = package.read_excel = package.read_table = self.read_csv
        package.DataFrame, package.Series = Frame, lambda numbers=(), **_: column(numbers)
        package.get_dummies = lambda numbers, *_, **__: Table(one_hot(numbers))
        package.to_numeric = lambda numbers, *_, **__: numbers
        package.factorize = lambda numbers, *_, **__: (np.unique(numbers, return_inverse=True)[1], np.unique(numbers))
        package.concat = concatenated
        return package

    def read_csv(self, name, *_, names=None, usecols=None, nrows=None, **__):
        """The table of a file."""
        numbers = self.of_file(name, len(names) if names is not None else None)[:nrows]
        found = Table(numbers, names)
        return found[list(usecols)] if isinstance(usecols, list) and isinstance(usecols[0], str) else found

    def seaborn(self):
        """Tables by name."""
        package: Any = Nothing("seaborn")
        package.load_dataset = lambda name, **_: self.read_csv(name)
        return package

    def keras(self):
        """The images of digits, and the classes as rows."""
        package: Any = Nothing("keras")
        images: Any = Nothing("mnist")
        images.load_data = self.load_images
        for name in ("datasets", "utils", "keras", "np_utils"):
            setattr(package, name, package)
        package.mnist = package.fashion_mnist = images
        package.load_data = self.load_images
        package.to_categorical = one_hot
        return package

    def load_images(self, *_, **__):
        """Images in two parts, each with the classes."""
        self.made("the images of digits")
        found = []
        for rows in (self.rows, self.tests):
            inputs, classes = self.pair(rows, self.side**2, 10)
            found.append((inputs.reshape(-1, self.side, self.side).astype(int), classes))
        return tuple(found)

    def sklearn(self):
        """Sets of data, and what is usually done to them."""
        package: Any = Nothing("sklearn")
        for name in ("datasets", "model_selection", "preprocessing", "utils"):
            setattr(package, name, package)
        for name, (inputs, classes) in NAMED.items():
            setattr(package, f"load_{name}", self.loads(name, inputs, classes))
        package.fetch_openml = package.fetch_mldata = self.loads("images", 784, 10)
        package.make_moons = package.make_circles = self.makes(2, 2)
        package.make_blobs = self.makes(2, 3)
        package.make_classification = self.makes(20, 2)
        package.train_test_split, package.shuffle = split, shuffled
        package.StandardScaler, package.MinMaxScaler = StandardScaler, MinMaxScaler
        package.LabelEncoder, package.LabelBinarizer, package.OneHotEncoder = LabelEncoder, OneHot, OneHot
        return package

    def loads(self, name, inputs, classes):
        """A function that loads a set of data."""

        def load(*_, return_X_y=False, as_frame=False, **__):
            self.made(f"the data of {name}")
            columns = self.inputs if inputs > 48 else inputs  # of a program that is made smaller
            rows, labels = self.pair(self.rows, columns, classes)
            if return_X_y:
                return rows, labels
            found: Any = Bunch(data=rows, target=labels, images=rows, DESCR="", feature_names=[], target_names=[])
            return found

        return load

    def makes(self, inputs, classes):
        """A function that makes a set of data."""

        def make(n_samples=100, *_, n_features=inputs, centers=classes, n_classes=0, **__):
            self.made("data of scikit-learn")
            count = n_samples if isinstance(n_samples, int) else sum(n_samples)
            kinds = n_classes or (centers if isinstance(centers, int) else len(centers))
            return self.pair(count, n_features, kinds)

        return make

    def loadmat(self, name, *_, **__):
        """The arrays of a file by their names, whatever these are."""
        return Arrays(self, name)


class Arrays(dict):
    """Arrays that are made when they are asked for; labels have one dimension or two."""

    def __init__(self, tables, file, dimensions=2):
        super().__init__()
        self.tables, self.file, self.dimensions = tables, file, dimensions

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def __missing__(self, name):
        self.tables.made(f"the file {str(self.file)[:60]}")
        inputs, classes = self.tables.pair(self.tables.rows, self.tables.inputs, self.tables.classes)
        labels = classes.reshape(-1, 1) if self.dimensions == 2 else classes
        self[name] = labels if re.search(LABELS, name.lower()) else inputs
        return self[name]


class Bunch(dict):
    """A set of data, with its parts as keys and as attributes."""

    __getattr__ = dict.__getitem__


def class_names(text):
    """The keys of a program's dictionary from names to numbers, or what it compares the last item of a row with."""
    nodes = list(ast.walk(ast.parse(text)))
    for node in nodes:
        if isinstance(node, ast.Dict) and len(node.keys) > 1 and all(map(is_word, node.keys)):
            if {*map(ast.unparse, node.values)} == {str(n) for n in range(len(node.keys))}:
                return [ast.literal_eval(key) for key in node.keys if key]
    compared = [node for node in nodes if isinstance(node, ast.Compare) and is_item_of_row(node.left)]
    found = [node.comparators[0] for node in compared if isinstance(node.ops[0], ast.Eq)]
    names = list(dict.fromkeys(ast.literal_eval(name) for name in found if is_word(name)))
    return names if len(names) > 1 else []


def is_item_of_row(node):
    """True for row[-1] and row[4]."""
    return isinstance(node, ast.Subscript) and "argv" not in ast.unparse(node) and ast.unparse(node.slice) in ITEMS


def is_word(node):
    """True for text that is written out, and is no number."""
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and not re.match(r"^[\d.]*$", node.value)


def one_hot(numbers, *_, **__):
    """A row for each class number."""
    places = np.unique(np.asarray(numbers).ravel(), return_inverse=True)[1]
    return np.eye(int(places.max()) + 1)[places]


def taken(data, places):
    """Some rows of anything."""
    if isinstance(data, (Table, np.ndarray)):
        return data[places]
    return [data[place] for place in places]


def split(*parts, test_size=None, train_size=None, shuffle=True, **_):
    """Parts of each for training and for testing."""
    count = len(parts[0])
    share: Any = test_size if test_size is not None else 0.25 if train_size is None else 1.0 - train_size
    num_tests = share if isinstance(share, int) else int(np.ceil(share * count))
    order = np.random.permutation(count) if shuffle else np.roll(np.arange(count), num_tests)
    return [taken(part, places) for part in parts for places in (order[num_tests:], order[:num_tests])]


def shuffled(*parts, **_):
    """Each in the same new order."""
    order = np.random.permutation(len(parts[0]))
    found = [taken(part, order) for part in parts]
    return found[0] if len(found) == 1 else found


class StandardScaler:
    """Takes off the mean, and divides by the spread."""

    def __init__(self, *_, **__):
        pass

    def fit(self, data, *_):
        """Looks at data."""
        self.mean_, self.scale_ = np.mean(np.asarray(data), axis=0), np.std(np.asarray(data), axis=0)
        return self

    def transform(self, data):
        """The data as they are used."""
        return (np.asarray(data) - self.mean_) / self.scale_

    def fit_transform(self, data, *_):
        """Both at once."""
        return self.fit(data).transform(data)


class MinMaxScaler(StandardScaler):
    """Brings data between 0 and 1."""

    def fit(self, data, *_):
        """Looks at data."""
        self.mean_ = np.min(np.asarray(data), axis=0)
        self.scale_ = np.max(np.asarray(data), axis=0) - self.mean_
        return self


class LabelEncoder(StandardScaler):
    """A number for each class."""

    def fit(self, data, *_):
        """Looks at data."""
        self.classes_ = np.unique(np.asarray(data))
        return self

    def transform(self, data):
        """The place of each class."""
        return np.searchsorted(self.classes_, np.asarray(data).ravel())


class Rows(np.ndarray):
    """An array that may be asked to be one, as sparse ones are."""

    def toarray(self):
        """Its numbers."""
        return np.asarray(self)

    todense = toarray


class OneHot(LabelEncoder):
    """A row for each class."""

    def transform(self, data):
        """Rows with a single 1, or one number each for two classes as a column would be."""
        return np.eye(len(self.classes_))[super().transform(data)].view(Rows)
