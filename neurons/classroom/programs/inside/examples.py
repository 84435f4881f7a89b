"""Our examples in the place of the program's data, in whatever containers those lie."""

import re
from typing import Any

import numpy as np

from .state import attributes, get, is_data, leaves, shape_of
from .tables import Series

INPUT_NAMES = (
    r"^x|^inputs?|^in_|data|feature|sample|example|entrada|patterns?$|train_(in|set|x|ex)|training_(in|x)|^row|^point"
    r"|[a-z]{2}_x$"
)
LABEL_NAMES = (
    r"^y|^t$|^ts$|^tt$|target|label|^outputs?$|expected|desired|train(ing)?_out|answer|correct|teach|truth|^d$|wanted"
    r"|salida|esperad|ground|result|goal|out_vec|[a-z]{2}_y$"
)
PARAMETER_NAMES = (
    r"^w|^b\d*$|^b_|weight|bias|theta|syn|param|^v\d*$|thresh|delta|grad|cache|^z\d*$|^z_|^a\d|hidden|peso|moment|kernel"
    r"|neuron"
)
NO_DATA = (
    r"^lr$|rate$|^eta$|[e\u00e9]po[cqk]|_size$|^size_|tama|momentum|la?mbda|^num_|^n$|^n_|ratio$|^tasa|seed|layers$"
)
SIZES = r"sizes?$|^dims|^layers?$|shape|struct|^arch|topolog"  # of layers, in a list
MOST_PAIRS = 14
MOST_NUMBERED = 4


def number_of(value):
    """How many numbers an example's part has; 0 where it is none."""
    shape = shape_of(value)
    if shape is not None:
        return int(np.prod(shape))
    return 1 if isinstance(value, (int, np.integer)) and not isinstance(value, bool) else 0


def forms_of(value):
    """(form, numbers of an example, examples) for each way to read a value as data."""
    found = []
    if isinstance(value, np.ndarray) and value.dtype.kind in "iufb" and value.size:
        if value.ndim == 2:
            found += [("rows", value.shape[1], value.shape[0]), ("columns", value.shape[0], value.shape[1])]
        elif value.ndim == 1:
            found += [("vector", value.shape[0], 1), ("flat", 1, value.shape[0])]
        elif value.ndim == 3 and 1 in value.shape[1:]:
            found.append(("stack", int(np.prod(value.shape[1:])), value.shape[0]))
        elif value.ndim == 0:
            found.append(("scalar", 1, 1))
        if value.dtype.kind in "iu" and value.ndim == 1:
            found.append(("classes", 0, value.shape[0]))
        if value.ndim == 2 and value.shape[1] > 2:
            found.append(("labelled", value.shape[1] - 1, value.shape[0]))
        if value.ndim == 1 and value.shape[0] > 2:
            found.append(("labelled row", value.shape[0] - 1, 1))
    elif isinstance(value, (int, float, np.floating, np.integer)) and not isinstance(value, bool):
        found.append(("scalar", 1, 1))
        if not isinstance(value, (float, np.floating)):
            found.append(("class", 0, 1))
    elif isinstance(value, (list, tuple)) and value and len(value) <= 70_000:
        found += forms_of_list(value)
    return found


def forms_of_list(value):
    """The same for a list."""
    found, first = [], value[0]
    if all(isinstance(item, (int, float, np.floating, np.integer)) for item in value[:50]):
        found += [("vector", len(value), 1), ("flat", 1, len(value))]
        if len(value) > 2:
            found.append(("labelled row", len(value) - 1, 1))
        if all(isinstance(item, (int, np.integer)) for item in value[:50]):
            found.append(("classes", 0, len(value)))
    elif all(isinstance(item, (list, tuple)) and len(item) == 2 for item in value[:50]) and number_of(first[0]):
        nested = any(not isinstance(part, (int, float)) for part in first)
        if nested and number_of(first[1]):
            found.append(("pairs", number_of(first[0]), len(value)))
            if all(isinstance(label, (int, np.integer)) for _, label in value[:50]):
                found.append(("class pairs", number_of(first[0]), len(value)))
        if not nested:
            found.append(("rows", 2, len(value)))
    elif isinstance(first, (list, tuple, np.ndarray)) and number_of(first):
        if all(number_of(item) == number_of(first) for item in value[:50]):
            found.append(("rows", number_of(first), len(value)))
            if np.ndim(first) == 1 and len(first) > 2:
                found.append(("labelled", len(first) - 1, len(value)))
    if isinstance(first, dict) and len(first) <= 4 and all(isinstance(item, dict) for item in value[:50]):
        found += [
            (f"records {one} {other}", number_of(first[one]), len(value))
            for one in first
            for other in first
            if one != other and number_of(first[one]) and number_of(first[other]) and label_score(one, other) > 0
        ]
    if len(value) == 2 and not isinstance(first, (int, float)) and number_of(first) and number_of(value[1]):
        found.append(("pair", number_of(first), 1))
    return found


def refilled(like, numbers):
    """Numbers in a container like this one."""
    if isinstance(like, np.ndarray):
        return np.array(numbers, dtype=float).reshape(like.shape)
    if isinstance(like, (list, tuple)):
        values = [float(number) for number in numbers]
        if like and isinstance(like[0], (list, tuple, np.ndarray)):
            size = number_of(like[0])
            parts = [values[place : place + size] for place in range(0, len(values), size)]
            return type(like)([refilled(item, part) for item, part in zip(like, parts, strict=True)])
        return type(like)(values)
    return float(numbers[0])


def classes_of(rows):
    """The class that each label points at; a label of one number stays that number."""
    return [int(np.argmax(row)) if len(row) > 1 else float(row[0]) for row in rows]


def filled(form, old, rows, labels):
    """A value like the old one that holds these examples: rows of its own numbers, and the labels where both are in."""
    new = filled_array(form, old, rows, labels)
    if isinstance(old, Series) and isinstance(new, np.ndarray):
        return new.view(Series)
    return np.asmatrix(new) if isinstance(old, np.matrix) else new


def of_its_type(new, old):
    """Whole numbers as the whole numbers that the old array held; all else as it is."""
    are_arrays = isinstance(new, np.ndarray) and isinstance(old, np.ndarray)
    is_whole = are_arrays and old.dtype.kind in "iu" and new.dtype.kind == "f" and bool(np.all(new == np.round(new)))
    return new.astype(old.dtype) if is_whole else new


def filled_array(form, old, rows, labels):
    """The same; of a matrix, an array."""
    array = np.array(rows, dtype=float)
    if form == "rows":
        if isinstance(old, np.ndarray):
            return array
        return type(old)([refilled(old[0], row) for row in rows])
    if form == "columns":
        return array.T.copy()
    if form == "stack":
        return array.reshape(len(rows), *old.shape[1:])
    if form == "vector":
        return refilled(old, rows[0])
    if form == "scalar":
        return float(rows[0][0]) if not isinstance(old, np.ndarray) else np.array(rows[0][0])
    if form == "flat":
        return array[:, 0].copy() if isinstance(old, np.ndarray) else type(old)([float(row[0]) for row in rows])
    if form == "classes":
        found = classes_of(rows)
        return np.array(found) if isinstance(old, np.ndarray) else type(old)(found)
    if form == "class":
        return classes_of(rows)[0]
    if form in ("pairs", "class pairs"):
        return type(old)([pair_like(old[0], row, label) for row, label in zip(rows, labels, strict=True)])
    if form.startswith("records "):
        one, other = form.split(" ")[1:]
        return type(old)(
            [
                {**old[0], one: refilled(old[0][one], row), other: refilled(old[0][other], label)}
                for row, label in zip(rows, labels, strict=True)
            ]
        )
    if form == "pair":
        return pair_like(old, rows[0], labels[0])
    whole = [[float(number) for number in row] + [c] for row, c in zip(rows, classes_of(labels), strict=True)]
    if form == "labelled":
        return np.array(whole) if isinstance(old, np.ndarray) else type(old)([type(old[0])(row) for row in whole])
    return np.array(whole[0]) if isinstance(old, np.ndarray) else type(old)(whole[0])


def pair_like(old, row, label):
    """One example with its label."""
    second = classes_of([label])[0] if isinstance(old[1], (int, np.integer)) and len(label) > 1 else None
    return type(old)([refilled(old[0], row), refilled(old[1], label) if second is None else second])


def twins(root, pair):
    """(path, (first row, where the inputs begin)) of arrays that hold the inputs, too: beside a column of ones, say."""
    own = [holder[0] for holder in pair if holder is not None]
    inputs = get(root, own[0])
    if pair[0][1] != "rows" or not isinstance(inputs, np.ndarray) or len(inputs) < 3:
        return []
    found, width = [], inputs.shape[1]
    for path, value in leaves(root):
        is_data = isinstance(value, np.ndarray) and value.ndim == 2 and len(value) == len(inputs)
        if path in own or not is_data or value is inputs:
            continue
        for start in range(value.shape[1] - width + 1):
            rest = np.delete(value, np.s_[start : start + width], axis=1)
            if np.array_equal(value[:, start : start + width], inputs) and (rest == rest[:1]).all():
                found.append((path, (value[0], start)))
                break
    return found


def aliases(root, pair):
    """(path, place in the pair) of what is the same object as the inputs or the labels, under another name."""
    own = [holder[0] for holder in pair if holder is not None]
    values = [get(root, path) for path in own]
    found = [(path, [value is one for one in values]) for path, value in leaves(root) if path not in own]
    return [(path, same.index(True)) for path, same in found if any(same)]


def filled_twin(like, rows):
    """Such an array with other inputs."""
    first, start = like
    new = np.tile(np.array(first, dtype=float), (len(rows), 1))
    new[:, start : start + len(rows[0])] = rows
    return new


def own_classes(root, pair):
    """(lowest, highest) class number in the program's own labels; None where it has none, or one of them only."""
    path, form = (pair[1] or pair[0])[:2]
    numbers: Any = ()
    if form == "class":
        own = [get(root, holder[0]) for holder in holders(root, ()) if holder[1] == "classes" and holder[5] > 0]
        numbers = np.concatenate(own) if own else ()
    elif form == "class pairs":
        numbers = np.array([label for _, label in get(root, path)])
    elif form in ("classes", "labelled"):
        value = np.asarray(get(root, path))
        numbers = value if form == "classes" else value[:, -1]
    return (int(np.min(numbers)), int(np.max(numbers))) if len(numbers) else None


def label_score(one, other):
    """Above 0 where the first of two names is that of the inputs, or neither tells."""
    told = score(INPUT_NAMES, one) + score(LABEL_NAMES, other) - score(LABEL_NAMES, one) - score(INPUT_NAMES, other)
    return told + 0.5


def score(pattern, name):
    """1 where a name is one of these."""
    return 1 if re.search(pattern, name.lower().strip("_")) else 0


def holders(root, used):
    """(path, form, width, count, score as inputs, score as labels) of everything that may hold data."""
    found = []

    def visit(path, name, value, depth):
        bonus = (2 if path[0][1] in used else 0) - 4 * score(PARAMETER_NAMES, name) - depth
        for form, width, count in () if is_no_data(name, value) else forms_of(value):
            as_input = 4 * score(INPUT_NAMES, name) - 3 * score(LABEL_NAMES, name) + bonus
            as_label = 4 * score(LABEL_NAMES, name) - 3 * score(INPUT_NAMES, name) + bonus
            found.append((path, form, width, count, as_input, as_label))
        if depth < 2 and hasattr(value, "__dict__") and is_data(value) and type(value).__module__ != "builtins":
            for attribute, part in list(attributes(value).items())[:40]:
                visit([*path, ["a", attribute]], attribute, part, depth + 1)

    for name, value in root.items():
        if not name.startswith("_") and is_data(value):
            visit([["k", name]], name, value, 0)
    return found


def is_no_data(name, value):
    """True for a rate, a number of turns, the sizes of layers."""
    if isinstance(value, (list, tuple)):
        return bool(score(SIZES, name)) and all(type(item) is int for item in value)
    return isinstance(value, (int, float)) and bool(score(NO_DATA, name))


def without_twins(root, found):
    """The holders, each object once in each form: under the name that is likeliest to be data."""
    best: dict[Any, Any] = {}
    for holder in found:
        path, form = holder[:2]
        value = get(root, path)
        key = (form, id(value) if shape_of(value) else str(path))
        if key not in best or holder[4] + holder[5] > best[key][4] + best[key][5]:
            best[key] = holder
    return list(best.values())


def is_both(form):
    """True for a form that holds inputs and labels."""
    return form in BOTH or form.startswith("records ")


BOTH = ("pairs", "class pairs", "pair", "labelled", "labelled row")


def is_number(value):
    """True for a single number."""
    return isinstance(value, (int, float, np.floating, np.integer)) and not isinstance(value, bool)


def apart(root, targets):
    """The pair for a loop over x1, x2, y: several numbers, of which the last is the label."""
    if len(targets) < 3 or not all(number_of(root.get(name)) == 1 for name in targets):
        return []
    *names, label = targets
    return [
        (
            ([["k", names[0]]], "scalars " + " ".join(names), len(names), 1, 0, 0),
            ([["k", label]], "scalar", 1, 1, 0, 0),
        )
    ]


def numbered(root):
    """The pairs for x1, x2 and t1, t2, or y: single numbers, of which several make an example."""
    groups: dict[str, list[tuple[int, str]]] = {}
    for name, value in root.items():
        found = re.match(r"^(\D+?)_?(\d+)$", name)
        if found and is_number(value):
            groups.setdefault(found[1], []).append((int(found[2]), name))
    rows = {stem: [name for _, name in sorted(part)] for stem, part in groups.items() if len(part) > 1}
    inputs = [part for stem, part in rows.items() if re.match(r"^(x|i|in|inp|ent)$", stem) or score(INPUT_NAMES, stem)]
    labels = [part for stem, part in rows.items() if score(LABEL_NAMES, stem)]
    labels += [[name] for name, value in root.items() if score(LABEL_NAMES, name) and is_number(value)]
    return [
        (
            ([["k", one[0]]], "scalars " + " ".join(one), len(one), 1, 0, 0),
            ([["k", other[0]]], "scalars " + " ".join(other), len(other), 1, 0, 0),
        )
        for one in inputs
        for other in labels
        if not set(one) & set(other)
    ]


def pairs_of(root, used, targets=()):
    """Which variables may hold inputs and labels, the likeliest first: [(input holder, label holder or None)].

    `targets` are the variables of the loop itself.
    """
    every = without_twins(root, holders(root, used))
    inputs = [holder for holder in every if holder[1] not in ("classes", "class") and not is_both(holder[1])]
    found = [
        (holder[4] + 3 - (4 if "labelled" in holder[1] else 0), holder, None) for holder in every if is_both(holder[1])
    ]
    for one in inputs:
        for other in every:
            if one[0] == other[0] or is_both(other[1]) or one[3] != other[3]:
                continue
            if "columns" in (one[1], other[1]) and other[1] == "rows" or one[1] == "rows" and other[1] == "columns":
                continue
            if one[1] == "scalar" and other[1] != "scalar":
                continue
            found.append(
                (
                    one[4]
                    + other[5]
                    + (2 if one[2] > 1 else 0)
                    - (3 if other[1] in ("classes", "class") else 0)
                    - (2 if one[1] == "vector" and one[2] < 2 else 0)
                    - (1 if one[1] == "columns" else 0),
                    one,
                    other,
                )
            )
    found.sort(key=lambda pair: -pair[0])
    return apart(root, targets) + numbered(root)[:MOST_NUMBERED] + [(one, other) for _, one, other in found]
