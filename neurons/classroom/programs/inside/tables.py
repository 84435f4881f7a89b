"""Tables as pandas has them, as far as programs use them: names of columns, rows taken out, a few sums."""

import re

import numpy as np

from .stand_ins import Nothing

LABELS = r"^y|[_ ]y|y_|label|target|class|species|output|t10k-l|survived|diagnos|quality"


class Series(np.ndarray):
    """A column of a table: an array with the few methods of its own that programs use."""

    values = property(np.asarray)
    iloc = loc = property(lambda self: self)

    def to_numpy(self, *_, **__):
        """Its numbers."""
        return np.asarray(self)

    def map(self, wanted):
        """Another value for each: those of a dictionary in its order, as what was read is made up."""
        if isinstance(wanted, dict):
            others = list(wanted.values())
            return column([wanted[n] if n in wanted else others[int(n) % len(others)] for n in self])
        return column([wanted(number) for number in self])

    replace = map

    def apply(self, function):
        """The function of each."""
        return column([function(number) for number in self])

    def unique(self):
        """Each value once."""
        return np.unique(np.asarray(self))

    def nunique(self):
        """How many different values there are."""
        return len(self.unique())

    def std(self, axis=None, ddof=1, **_):  # type: ignore[override]
        """The spread, as tables count it."""
        return np.asarray(self).std(ddof=ddof)

    def reset_index(self, *_, **__):
        """Itself: rows have no other index than their place."""
        return self


def column(numbers):
    """A column with these numbers."""
    return np.asarray(numbers).view(Series)


class Places:
    """`iloc` and `loc` of a table."""

    def __init__(self, table):
        self.table = table

    def __getitem__(self, key):
        rows, columns = key if isinstance(key, tuple) else (key, slice(None))
        if isinstance(columns, str):
            return column(self.table[columns][rows])
        if isinstance(columns, list) and columns and isinstance(columns[0], str):
            return self.table[columns].iloc[rows]
        if isinstance(columns, slice) and isinstance(columns.start or columns.stop, str):
            names = [name for name in (columns.start, columns.stop) if name]
            first, *last = [self.table.place(name) for name in names]
            columns = slice(first, last[0] + 1) if last else slice(first if columns.start else 0, None)
        numbers, names = np.asarray(self.table)[rows], self.table.columns
        if numbers.ndim == 1:
            return column(numbers[columns])
        numbers = numbers[:, columns]
        return column(numbers) if numbers.ndim == 1 else Table(numbers, np.array(names, dtype=object)[columns])


class Table(Nothing):
    """A table with names of columns. It is no data to the diagnosis: what a program takes out of it is."""

    def __init__(self, numbers, columns=None):
        super().__init__("table")
        self.numbers = np.asarray(numbers)
        names = range(self.numbers.shape[1]) if columns is None else columns
        self.columns = Names(names)

    def __getattr__(self, name):
        if name in self.__dict__.get("columns", ()):
            return self[name]
        return super().__getattr__(name)

    def __array__(self, dtype=None, copy=None):
        return np.array(self.numbers, dtype=dtype)

    def __len__(self):
        return len(self.numbers)

    def __iter__(self):
        return iter(self.columns)

    shape = property(lambda self: self.numbers.shape)
    size = property(lambda self: self.numbers.size)
    values = property(lambda self: self.numbers.copy())
    T = property(lambda self: Table(self.numbers.T))
    iloc = loc = property(Places)
    index = property(lambda self: np.arange(len(self)))

    def to_numpy(self, *_, **__):
        """Its numbers."""
        return self.numbers.copy()

    as_matrix = to_numpy

    def place(self, name):
        """Where a column stands; one of whose name nothing is known is the first, or the last if it is a label."""
        if name in self.columns:
            return self.columns.index(name)
        free = [place for place, own in enumerate(self.columns) if not isinstance(own, str)]
        if not free:
            self[name] = np.roll(self.numbers[:, 0], 1)
            return len(self.columns) - 1
        place = free[-1 if re.search(LABELS, str(name).lower()) else 0]
        self.columns[place] = name
        return place

    def __getitem__(self, key):
        if isinstance(key, (list, Names)) and not isinstance(key[0], (bool, np.bool_)):
            return Table(self.numbers[:, [self.place(name) for name in key]], key)
        if isinstance(key, (slice, np.ndarray, list)):
            return Table(self.numbers[np.array(key) if isinstance(key, list) else key], self.columns)
        numbers = self.numbers[:, self.place(key)]
        return column(np.array(numbers.tolist()) if numbers.dtype == object else numbers)

    def __setitem__(self, key, value):
        if isinstance(key, list):
            self.numbers = self.numbers.astype(float)
            self.numbers[:, [self.place(name) for name in key]] = np.asarray(value)
        elif key in self.columns:
            self.numbers = self.numbers.astype(np.result_type(self.numbers, np.asarray(value)))
            self.numbers[:, self.place(key)] = np.asarray(value)
        else:
            self.numbers = np.column_stack([self.numbers, np.broadcast_to(np.asarray(value), len(self))])
            self.columns = Names([*self.columns, key])

    def without(self, names):
        """The table without some columns."""
        for name in names:
            self.place(name)
        kept = [place for place, name in enumerate(self.columns) if name not in names]
        return Table(self.numbers[:, kept], [self.columns[place] for place in kept])

    def drop(self, labels=None, axis=0, columns=None, inplace=False, **_):
        """Without columns, or without rows."""
        names = columns if columns is not None else labels
        names = names if isinstance(names, (list, tuple, Names)) else [names]
        if columns is None and axis not in (1, "columns"):
            return Table(np.delete(self.numbers, names, axis=0), self.columns)
        rest = self.without(list(names))
        if inplace:
            self.numbers, self.columns = rest.numbers, rest.columns
            return None
        return rest

    def pop(self, name):
        """A column, taken out."""
        found = self[name]
        self.drop(columns=name, inplace=True)
        return found

    def head(self, n=5):
        """The first rows."""
        return self[:n]

    def tail(self, n=5):
        """The last rows."""
        return self[-n:]

    def sample(self, n=None, frac=None, **_):
        """Some rows in another order."""
        count = n if n is not None else round((frac or 1.0) * len(self))
        return self[np.random.permutation(len(self))[:count]]

    def transpose(self):
        """With its rows as columns."""
        return self.T

    def astype(self, kind, **_):
        """With numbers of another kind."""
        return Table(self.numbers.astype(kind if not isinstance(kind, dict) else float), self.columns)

    def copy(self, **_):
        """Its own copy."""
        return Table(self.numbers.copy(), self.columns)

    def same(self, *_, inplace=False, **__):
        """Itself: nothing is missing in it, and rows have no other index than their place."""
        return None if inplace else self

    dropna = fillna = reset_index = set_index = drop_duplicates = rename = same

    def mean(self, *_, **__):
        """Of each column."""
        return Summary(self.numbers.astype(float).mean(axis=0))

    def std(self, *_, ddof=1, **__):
        """The spread of each column, as tables count it."""
        return Summary(self.numbers.astype(float).std(axis=0, ddof=ddof))

    def max(self, *_, **__):
        """Of each column."""
        return Summary(self.numbers.max(axis=0))

    def min(self, *_, **__):
        """Of each column."""
        return Summary(self.numbers.min(axis=0))

    def __truediv__(self, other):
        return Table(self.numbers / np.asarray(other), self.columns)

    def __mul__(self, other):
        return Table(self.numbers * np.asarray(other), self.columns)

    def __sub__(self, other):
        return Table(self.numbers - np.asarray(other), self.columns)

    def __add__(self, other):
        return Table(self.numbers + np.asarray(other), self.columns)


class Summary(Nothing):
    """A number for each column of a table: no data."""

    def __init__(self, numbers):
        super().__init__("summary")
        self.numbers = self.values = numbers

    def __array__(self, dtype=None, copy=None):
        return np.array(self.numbers, dtype=dtype)

    def __sub__(self, other):
        return Summary(self.numbers - np.asarray(other))

    def __add__(self, other):
        return Summary(self.numbers + np.asarray(other))

    def to_numpy(self, *_, **__):
        """Its numbers."""
        return self.numbers


class Names(list):
    """The names of columns."""

    def __getitem__(self, key):
        found = super().__getitem__(key)
        return Names(found) if isinstance(key, slice) else found

    def __sub__(self, others):
        return Names(name for name in self if name not in others)

    def drop(self, names):
        """Without some."""
        return Names(name for name in self if name not in (names if isinstance(names, list) else [names]))

    def tolist(self):
        """As a list."""
        return list(self)

    values = property(tolist)


class Frame(Table):
    """A table that the program makes of what it has."""

    def __init__(self, data=None, columns=None, **_):
        if isinstance(data, dict):
            parts = [np.asarray(part) for part in data.values()]
            kind = object if any(part.dtype.kind in "OU" for part in parts) else None
            super().__init__(np.column_stack([part.astype(kind or part.dtype) for part in parts]), data)
        else:
            super().__init__(np.asarray(data), columns)


def concatenated(parts, axis=0, **_):
    """Tables in one."""
    if axis in (1, "columns"):
        return Table(np.column_stack([np.asarray(part) for part in parts]))
    return Table(np.concatenate([np.asarray(part) for part in parts]), getattr(parts[0], "columns", None))
