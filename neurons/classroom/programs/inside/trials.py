"""The candidates: loops in which a turn changes numbers, with the variables that probably hold their data."""

import ast
import json
from typing import Any

from . import examples, state
from .loading import text_of
from .watching import Deadline, TooLong

SECONDS = 3.0  # of work, until no more are tried
MOST_ALIKE = 40  # arrays of one list that may all be parameters, though none of them changes
LARGEST_STILL = 2000  # numbers that may be weights, though nothing changes them


def trials(program, loops):
    """For each loop in which a turn changes numbers, one candidate for each likely place of the data."""
    found: list[int] = []
    deadline = Deadline(SECONDS)
    for loop in loops:
        snapshot = program.snapshots[loop]
        try:
            root, inner = program.fresh(snapshot)
        except Exception:
            continue
        body = program.watch.loops[loop][1]
        used = {node.id for node in ast.walk(body) if isinstance(node, ast.Name)}
        targets = [node.id for node in ast.walk(getattr(body, "target", body)) if isinstance(node, ast.Name)]
        targets = targets if isinstance(body, ast.For) else []
        for pair in likely(program, snapshot, examples.pairs_of(root, used, targets)):
            if deadline.left <= 0.0:
                return found
            for count in (1, pair[0][3]) if pair[0][3] > 1 else (1,):
                depth = list(program.snapshots).index(loop)
                candidate = {"snapshot": snapshot, "pair": pair, "count": count, "depth": depth, "leaves": []}
                if try_out(program, candidate):
                    program.candidates.append(candidate)
                    found.append(len(program.candidates) - 1)
                    break
    return found


def likely(program, snapshot, pairs):
    """The pairs that are tried. Of more than these, those come last of which a turn changes a number: no data."""
    if len(pairs) <= examples.MOST_PAIRS:
        return pairs
    paths = [[json.dumps(holder[0]) for holder in pair if holder is not None] for pair in pairs]
    others = changed(program, snapshot, {path for both in paths for path in both})
    order = sorted(range(len(pairs)), key=lambda place: sum(path in others for path in paths[place]))
    return [pairs[place] for place in order[: examples.MOST_PAIRS]]


def changed(program, snapshot, paths):
    """Those of the paths at which the program's own turn leaves other numbers; none where it fails.

    Examples that are shuffled are the same numbers.
    """
    try:
        root, inner = program.fresh(snapshot)
        before = {path: sorted(state.read(root, json.loads(path))) for path in paths}
        after, _ = program.turn(snapshot, inner)
    except (Exception, TooLong, SystemExit):
        return set()
    return {path for path in paths if sorted(state.read(after, json.loads(path))) != before[path]}


def try_out(program, candidate):
    """One turn with the data of a candidate: does it run through, and change a number?"""
    snapshot, pair = candidate["snapshot"], candidate["pair"]
    width = pair[0][2]
    num_labels = max(1, pair[1][2]) if pair[1] is not None else 0
    try:
        root, inner = program.fresh(snapshot)
        if pair[1] is None and pair[0][1].startswith("records "):
            num_labels = examples.number_of(state.get(root, pair[0][0])[0][pair[0][1].split(" ")[2]])
        elif pair[1] is None and pair[0][1] in ("pairs", "pair"):
            old = state.get(root, pair[0][0])
            num_labels = examples.number_of((old[0] if pair[0][1] == "pairs" else old)[1])
        elif pair[1] is None or pair[1][1] in ("classes", "class"):
            num_labels = 2
        candidate["classes"] = examples.own_classes(root, pair)
        data = [json.dumps(holder[0])[:-1] for holder in pair if holder is not None]
        forms = [holder[1].split() for holder in pair if holder is not None and holder[1].startswith("scalars ")]
        data += [json.dumps([["k", name]])[:-1] for _, *names in forms for name in names]
        own = {
            id(value)
            for path, value in state.leaves(root)
            if state.shape_of(value) and any(json.dumps(path).startswith(part) for part in data)
        }
        row = [round(0.31 + 0.17 * i, 3) * (-1) ** i for i in range(width)]
        label = [1.0] + [0.0] * (num_labels - 1) if num_labels > 1 else [0.37]
        program.with_data(candidate, [row], [label], root, inner)
        given = [state.read(root, holder[0]) for holder in pair if holder is not None]
        before = {}
        for path, value in state.leaves(root):
            before[json.dumps(path)] = (id(value), state.read(root, path), state.shape_of(value))
        after, _ = program.turn(snapshot, inner)
    except (Exception, TooLong, SystemExit) as error:
        candidate["error"] = f"{type(error).__name__}: {text_of(error)}"
        program.last_error = candidate["error"]
        return False
    candidate["stays"] = given == [state.read(after, holder[0]) for holder in pair if holder is not None]
    if pair[0][1].startswith("labelled") and not candidate["stays"]:
        return False  # weights: what a turn changes is no data
    later = {json.dumps(path): value for path, value in state.leaves(after)}
    moved_to = {key: state.read(after, json.loads(key)) for key in later}  # now: the next turn has the same functions
    before.update(whole_numbers(program, candidate, later.keys() - before.keys(), row, label))
    kept = {key: value for key, value in later.items() if key in before and not key.startswith(tuple(data))}
    leaves = leaves_among(kept, before, own, moved_to)
    candidate["leaves"] = leaves
    candidate["labels"] = num_labels
    if not any(leaf["changed"] for leaf in leaves):
        return False
    other = label[::-1] if len(label) > 1 else [0.71]
    candidate["labelled"] = depends(program, candidate, row, other, moved_to)
    if candidate["labelled"]:
        return True
    is_named = pair[1] is None or examples.score(examples.LABEL_NAMES, str(pair[1][0][-1][1]))
    return bool(is_named) and depends(program, candidate, [0.83 * number + 0.11 for number in row], label, moved_to)


def leaves_among(later, before, own, moved_to):
    """The numbers that kept their shape in a turn, each with all its names; `own` are the objects of the data."""
    by_object: dict[int, Any] = {}
    leaves: list[Any] = []
    for key, value in later.items():
        identity, numbers, shape = before[key]
        if not alike(state.shape_of(value), shape) or not numbers or identity in own:
            continue
        now = moved_to[key]
        leaf = {
            "paths": [json.loads(key)],
            "shape": list(shape),
            "changed": now != numbers,
            "before": numbers,
            "after": now,
        }
        same = by_object.get(identity) if shape else None
        if same is not None:
            if leaf["changed"] and not same["changed"]:
                same.update(paths=leaf["paths"] + same["paths"], changed=True)
            else:
                same["paths"] += leaf["paths"]
            continue
        by_object[identity] = leaf
        leaves.append(leaf)
    return without_data(leaves)


def alike(shape, other):
    """True for shapes that differ by dimensions of 1 at most, as those of a bias before its first step may."""
    if shape is None or other is None:
        return False
    return shape == other or shape and other and [n for n in shape if n > 1] == [n for n in other if n > 1]


def without_data(leaves):
    """The leaves but for data: large ones and long lists in which nothing changes, lists in which all change places."""
    alike: dict[str, Any] = {}
    for leaf in leaves:
        alike.setdefault(json.dumps([step if step[0] != "i" else "i" for step in leaf["paths"][0]]), []).append(leaf)
    still = {
        id(leaf)
        for part in alike.values()
        if len(part) > MOST_ALIKE and not any(leaf["changed"] for leaf in part) or are_shuffled(part)
        for leaf in part
    }
    still |= {id(leaf) for leaf in leaves if len(leaf["before"]) > LARGEST_STILL and not leaf["changed"]}
    return [leaf for leaf in leaves if id(leaf) not in still]


def are_shuffled(leaves):
    """True where a turn changes these, and only the places in which they lie."""
    changed = [leaf for leaf in leaves if leaf["changed"]]
    return len(changed) > 1 and sorted(leaf["before"] for leaf in changed) == sorted(leaf["after"] for leaf in changed)


def whole_numbers(program, candidate, keys, row, label):
    """Those of the paths that hold a whole number before a turn, as a bias does that begins as 0."""
    if not keys:
        return {}
    root, inner = program.fresh(candidate["snapshot"])
    program.with_data(candidate, [row], [label], root, inner)
    found = {}
    for key in keys:
        try:
            value = state.get(root, json.loads(key))
        except (KeyError, IndexError, AttributeError, TypeError):
            continue
        if type(value) is int:
            found[key] = (id(value), [float(value)], ())
    return found


def depends(program, candidate, row, label, moved_to):
    """True unless a turn does the same with another example: then the data are elsewhere."""
    try:
        root, inner = program.fresh(candidate["snapshot"])
        program.with_data(candidate, [row], [label], root, inner)
        now, _ = program.turn(candidate["snapshot"], inner)
    except (Exception, TooLong, SystemExit):
        return True
    changed = [leaf["paths"][0] for leaf in candidate["leaves"] if leaf["changed"]]
    return any(state.read(now, path) != moved_to.get(json.dumps(path)) for path in changed)


def described(program, number):
    """A candidate for the other side: its loop's line, its data, its leaves."""
    candidate = program.candidates[number]
    file, loop, owner, _ = program.watch.loops[candidate["snapshot"].loop]
    one, other = candidate["pair"]
    return {
        "file": file,
        "line": loop.lineno,
        "own": candidate["snapshot"].loop in program.own,
        "inputs": [one[1], one[2], one[3], path_text(one[0])],
        "labels": None if other is None else [other[1], other[2], other[3], path_text(other[0])],
        "num_labels": candidate["labels"],
        "count": candidate["count"],
        "depth": candidate["depth"],
        "labelled": candidate["labelled"],
        "classes": candidate["classes"],
        "stays": candidate["stays"],
        "leaves": [
            [leaf["paths"][0], leaf["shape"], leaf["changed"], [finite(n) for n in leaf["before"]]]
            for leaf in candidate["leaves"]
        ],
    }


def path_text(path):
    """A path as the program would write it."""
    text = ""
    for kind, key in path:
        text += f".{key}" if kind == "a" else str(key) if not text else f"[{key!r}]"
    return text


def finite(number):
    """A number that JSON can hold."""
    return number if number - number == 0.0 else None
