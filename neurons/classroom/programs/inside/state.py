"""The numbers in a program's variables, whatever container they lie in: found, read and written by their paths.

A path is a list of steps: ["k", key] into a dict, ["a", name] into an object, ["i", index] into a list, ["c", name] to
a variable that a function has from the one around it. A leaf is a number, an array, or a list of numbers (of lists of
numbers) with a shape.
"""

import copy
import functools
import random
import re
import types
from typing import Any

import numpy as np

MOST_LEAVES, MOST_ITEMS, LARGEST, DEEPEST = 2500, 300, 20_000, 7
LARGEST_COPIED = 200_000
SMALL_BIAS = re.compile(r"^(b|bias|thresh\w*)(_?\w{1,2})?$", re.IGNORECASE)  # may begin as a whole number, `b = 0`
FOREIGN = (str, bytes, bool, type, types.ModuleType, types.BuiltinFunctionType, types.MethodType)


def shape_of(value):
    """The shape of a number, an array of numbers or a rectangular list of numbers; None for all else."""
    if isinstance(value, np.ndarray):
        return value.shape if value.dtype.kind in "iuf" and 0 < value.size <= LARGEST else None
    if isinstance(value, (float, np.floating)):
        return ()
    if isinstance(value, (list, tuple)) and 0 < len(value) <= LARGEST:
        return shape_of_list(value)
    return None


def shape_of_list(value):
    """The shape of a list of numbers or of equally long lists of them."""
    if all(isinstance(item, (int, float, np.floating, np.integer)) and not isinstance(item, bool) for item in value):
        return (len(value),)
    if all(isinstance(item, (list, tuple)) and item for item in value):
        shapes = {shape_of_list(item) for item in value}
        inner = shapes.pop()
        if not shapes and inner is not None:
            return (len(value), *inner)
    return None


def attributes(value):
    """The attributes of an object that belong to it alone."""
    found = dict(getattr(value, "__dict__", None) or {})
    for cls in type(value).__mro__:
        slots = cls.__dict__.get("__slots__", ())
        for name in [slots] if isinstance(slots, str) else slots:
            if hasattr(value, name):
                found[name] = getattr(value, name)
    return found


def cells(function):
    """(name, cell) for each variable that a function has from the one around it, and that has a value."""
    found = zip(function.__code__.co_freevars, function.__closure__ or (), strict=True)
    return [(name, cell) for name, cell in found if has_contents(cell)]


def has_contents(cell):
    """False for a variable of an outer function that has no value yet."""
    try:
        return cell.cell_contents is not cell
    except ValueError:
        return False


def children(value):
    """(step, part) for each part of a container."""
    if isinstance(value, types.FunctionType):
        for name, cell in cells(value):
            yield ["c", name], cell.cell_contents
    elif isinstance(value, functools.partial):
        yield from ((["a", name], getattr(value, name)) for name in ("func", "args", "keywords"))
    elif isinstance(value, dict):
        if len(value) <= MOST_ITEMS:
            for key, part in value.items():
                if isinstance(key, (str, int)):
                    yield ["k", key], part
    elif isinstance(value, (list, tuple)):
        if len(value) <= MOST_ITEMS:
            for index, part in enumerate(value):
                yield ["i", index], part
    elif isinstance(value, np.ndarray):
        if value.dtype == object and value.ndim == 1 and value.size <= MOST_ITEMS:
            for index, part in enumerate(value):
                yield ["i", index], part
    elif not isinstance(value, FOREIGN) and type(value).__module__ not in ("builtins", "numpy", "random", "re"):
        for name, part in attributes(value).items():
            yield ["a", name], part


def leaves(root):
    """(path, value) of every leaf below a dict of names; one that has several names comes once for each."""
    found: list[Any] = []
    open_now = set()

    def visit(value, path, depth):
        if len(found) >= MOST_LEAVES or depth > DEEPEST:
            return
        if type(value) is int and value in (-1, 0, 1) and SMALL_BIAS.search(str(path[-1][1])):
            value = 0.0
        if shape_of(value) is not None:
            found.append((path, value))
            return
        if value is None or not is_data(value) or isinstance(value, FOREIGN) or id(value) in open_now:
            return
        open_now.add(id(value))
        for step, part in children(value):
            if step[0] == "c":
                cell = dict(cells(value))[step[1]]
                if id(cell) in open_now:  # functions share it
                    continue
                open_now.add(id(cell))
            visit(part, [*path, step], depth + 1)
        if isinstance(value, dict) or hasattr(value, "__dict__"):  # lists may be reached again under another name
            return
        open_now.discard(id(value))

    for name, value in root.items():
        visit(value, [["k", name]], 0)
    return found


def step_into(value, step):
    """One step of a path."""
    kind, key = step
    if kind == "a":
        return getattr(value, key)
    if kind == "c":
        return dict(cells(value))[key].cell_contents
    return value[key]


def get(root, path):
    """What lies at the end of a path."""
    for step in path:
        root = step_into(root, step)
    return root


def put(root, path, value):
    """Let something else lie at the end of a path."""
    owner = get(root, path[:-1])
    kind, key = path[-1]
    if kind == "a":
        setattr(owner, key, value)
    elif kind == "c":
        dict(cells(owner))[key].cell_contents = value
    elif isinstance(owner, tuple):
        put(root, path[:-1], owner[:key] + (value,) + owner[key + 1 :])
    else:
        owner[key] = value


def read(root, path):
    """The numbers of a leaf, as a flat list; an empty one where it is gone."""
    try:
        return flat(get(root, path), 0)
    except (KeyError, IndexError, AttributeError, TypeError, ValueError):
        return []


def flat(value, depth):
    """The numbers in lists and arrays of numbers, which are never deep: a list may hold itself."""
    if isinstance(value, (list, tuple)):
        if depth > 3:
            raise ValueError
        return [number for item in value for number in flat(item, depth + 1)]
    return [float(number) for number in np.asarray(value, dtype=float).ravel()]


def write(root, path, numbers, stay_whole=False):
    """Other numbers in the place of a leaf's: in place, so that its other names see them too.

    In an array of whole numbers they become floats, unless these `stay_whole`.
    """
    old = get(root, path)
    shape = shape_of(old)
    if isinstance(old, np.ndarray):
        values = np.array(numbers, dtype=float).reshape(shape)
        if (old.dtype.kind == "f" or stay_whole) and old.flags.writeable:
            old[...] = values
        else:
            put(root, path, values)
    elif isinstance(old, list):
        refill(old, np.array(numbers, dtype=float).reshape(shape))
    elif isinstance(old, tuple):
        put(root, path, tuples(np.array(numbers, dtype=float).reshape(shape).tolist()))
    else:
        put(root, path, type(old)(numbers[0]) if isinstance(old, np.floating) else float(numbers[0]))


def refill(old, values):
    """Other numbers in a list, in place."""
    for index, value in enumerate(values):
        if isinstance(old[index], list):
            refill(old[index], value)
        elif isinstance(old[index], tuple):
            old[index] = tuples(value.tolist())
        else:
            old[index] = float(value)


def tuples(value):
    """Lists as tuples."""
    return tuple(tuples(item) for item in value) if isinstance(value, list) else value


def is_data(value):
    """True for what a program computes with; classes, modules and functions without data of their own stay as are."""
    if isinstance(value, types.FunctionType):
        return bool(value.__closure__)
    return not isinstance(value, (type, types.ModuleType, types.BuiltinFunctionType))


def all_cells(values):
    """The variables that functions have from those around them, for all functions within these values."""
    found: dict[int, Any] = {}
    seen = set()

    def visit(value, depth):
        if depth > DEEPEST or id(value) in seen or isinstance(value, (int, float, np.ndarray, *FOREIGN)):
            return
        seen.add(id(value))
        if isinstance(value, types.FunctionType):
            found.update((id(cell), cell) for _, cell in cells(value))
        if isinstance(value, (list, tuple)) and shape_of(value) is not None:
            return
        for _, part in children(value):
            visit(part, depth + 1)

    for value in values:
        visit(value, 0)
    return list(found.values())


def copied(names, memo):
    """A deep copy of what the names stand for; what cannot be copied, or is very large, stays the same object."""
    found = {}
    for name, value in names.items():
        if isinstance(value, np.ndarray) and value.size > LARGEST_COPIED:
            memo[id(value)] = value
        try:
            found[name] = copy.deepcopy(value, memo)
        except Exception:
            found[name] = value
    return found


def fixed_chance(seed):
    """The same random numbers in each run."""
    random.seed(seed)
    np.random.seed(seed)


def move_on(values, count):
    """Let the program's own sources of random numbers leave so many out."""
    for value in values:
        if isinstance(value, (np.random.Generator, np.random.RandomState, random.Random)):
            for _ in range(count):
                value.random()
