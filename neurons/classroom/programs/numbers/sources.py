"""Where a program computes its outputs, or its loss: the place whose slopes explain its steps."""

import ast
import time
from collections.abc import Iterator, Sequence
from itertools import islice, product
from typing import Any

import numpy as np

from neurons.classroom.diagnosis.cases import Array, Case
from neurons.classroom.programs.numbers.candidate import Candidate
from neurons.classroom.programs.numbers.differences import (
    GAIN,
    OWN,
    Differences,
    Source,
    by_place,
    parameters_in,
    slopes_of,
)
from neurons.classroom.programs.numbers.reading import NUM_CASES, Groups
from neurons.classroom.programs.numbers.scales import Seen, compare
from neurons.classroom.programs.numbers.slots import PARAMETER_LIKE, Leaf
from neurons.classroom.programs.text.slices import last_part

LOSSES = ("mse", "ce", "bce", "nll", "hinge", "margins", "abs")
WITH_A_BEND = ("hinge", "huber ", "abs")
MOST_WINDOWS, MOST_OFFSETS, OFFSETS_OF_LOSS, MOST_AT_ONCE, MOST_LABELS, SHORTLIST = 400, 24, 3, 300, 4, 200
CUTTING = "clip", "minimum", "maximum", "min", "max"
MOST_NUMBERS, MOST_CONSTANTS, MOST_CLASSES = 20_000, 8, 12  # of a turn; of a program; of a label
SECONDS, PROBES = 4.0, (12, 72)  # of moving parameters; in so many directions, at least and at most
MOST_STILL = 2  # turns that do nothing, of those looked at
NEAR = 1e-6  # of the largest number of a group


def by_differences(
    candidate: Candidate, learned: Sequence[Leaf] = (), reach: float = 1.0
) -> tuple[Differences, list[Seen]] | None:
    """A candidate's steps compared with central differences; None where no place explains any of them.

    `learned` are known to be parameters, whatever their names; for the `reach` of labels see `Differences`.
    """
    leaves = parameters_in(candidate)
    leaves += [leaf for leaf in learned if leaf not in leaves]
    if not leaves or candidate.described["inputs"][3] in stepped_in(candidate.session.texts):
        return None
    for num_labels in label_sizes(candidate, leaves):
        reading = Differences(candidate, leaves, num_labels, probes_for(candidate, leaves, num_labels), reach)
        seen = without_schedules(reading, telling_turns(reading))
        sources = likely_sources(reading, seen[0]) if seen else []
        found = best_source(reading, seen, sources) if sources else None
        if found is not None and bends_as_it_should(reading, found[0], seen):
            reading.source, reading.known, used = found
            used += reading.without_use(seen[0].case, [group for group in reading.parts if group not in used])
            reading.use(used)
            kept = [Seen(one.case, {group: one.groups[group] for group in used}) for one in seen]
            return reading, kept + still_far_away(reading, kept)
    return None


def still_far_away(reading: Differences, seen: list[Seen]) -> list[Seen]:
    """The turns that do nothing, though further from the label than others that do something: no stop at its goal.

    Of several outputs, and of a loss of its own, nobody knows how it measures errors.
    """
    if reading.source is None or reading.source.is_own or reading.source.size > 1:
        return []
    near = min(reading.distance(one.case) for one in seen)
    every = (reading.case(seed) for seed in range(3 * NUM_CASES))
    still = (Seen(case, step) for case in every if (step := reading.observe(case)) and not moves(step))
    return list(islice((one for one in still if reading.distance(one.case) > near), MOST_STILL))


def moves(step: Groups) -> bool:
    """True if a step changes a number."""
    return any(values.any() for values in step.values())


def stepped_in(texts: dict[str, str]) -> set[str]:
    """The names that a loop steps, `w -= ...` or `w = w - ...`: these are no data."""
    loops = [n for text in texts.values() for n in ast.walk(ast.parse(text)) if isinstance(n, (ast.For, ast.While))]
    found = set[str]()
    for node in [node for loop in loops for node in ast.walk(loop)]:
        if isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Sub):
            found.add(ast.unparse(node.target))
        elif isinstance(node, ast.Assign) and isinstance(node.value, ast.BinOp) and isinstance(node.value.op, ast.Sub):
            target = ast.unparse(node.targets[0])
            found |= {target} & {ast.unparse(node.value.left)}
    return found


def bends_as_it_should(reading: Differences, source: Source, seen: list[Seen]) -> bool:
    """True unless a loss with a bend does not show it: a margin, a limit beyond which steps are equal, equal sides."""
    if source.loss == "margins":
        return has_scores_on_both_sides(reading, source, seen)
    if not source.loss.startswith(WITH_A_BEND):
        return True
    case = seen[0].case
    done = reading.turn(case)
    outputs = None if done is None else by_place(done[1])[source.place][source.offset : source.offset + source.size]
    if source.labels is not None or outputs is None or len(outputs) != source.size:
        return False

    def steps(labels: Array) -> Array:
        groups = reading.observe(case._replace(labels=labels[None, : reading.num_labels]))
        return np.concatenate(list(groups.values())) if groups else np.full(1, np.nan)

    if source.loss == "hinge":
        near, far = steps(0.3 / outputs), steps(3.0 / outputs)  # nearly none far away: weights may decay
        return bool(np.abs(far).max() <= 0.1 * np.abs(near).max())
    if source.loss == "abs":
        above, below = steps(outputs - 0.5), steps(outputs + 0.5)  # opposite, up to a penalty
        return bool(np.abs(above + below).max() <= 0.2 * np.abs(above).max())
    half, within, beyond = (steps(outputs - share * float(source.loss[6:])) for share in (0.4, 0.8, 1.25))
    off = (beyond - within) - 0.5 * (within - half)  # up to the limit, half as far again; a penalty falls out
    return bool(np.abs(off).max() <= 1e-4 * np.abs(beyond).max())


def has_scores_on_both_sides(reading: Differences, source: Source, seen: list[Seen]) -> bool:
    """True if some scores of the wrong classes are near that of the right one, and some are not."""
    found = set[float]()
    for one in seen:
        done = reading.turn(one.case)
        slopes = None if done is None else slopes_of(source, by_place(done[1]), one.case)
        found |= set() if slopes is None else set(slopes[slopes >= 0.0])
    return found >= {0.0, 1.0}


def label_sizes(candidate: Candidate, leaves: list[Leaf]) -> list[int]:
    """How many numbers a label may have: where it is a class, that of a layer's outputs or of the classes, or one."""
    if not candidate.takes_classes:
        return [candidate.num_labels]
    outputs = [size for leaf in reversed(leaves) for size in leaf.shape if leaf.changed and 1 < size <= MOST_CLASSES]
    counted = candidate.described["classes"][1] + 1 if candidate.described["classes"] else 1
    return list(dict.fromkeys([1, *outputs[:2], min(max(1, counted), MOST_CLASSES)]))


def probes_for(candidate: Candidate, leaves: list[Leaf], num_labels: int) -> int:
    """In how many directions parameters are moved, so that slow turns leave time for an answer."""
    if candidate.session.probes:
        return candidate.session.probes
    begun = time.monotonic()
    reading = Differences(candidate, leaves, num_labels, 0)
    reading.observe(reading.case(0))
    return int(np.clip(SECONDS / (2 * NUM_CASES * (time.monotonic() - begun)), *PROBES))


def telling_turns(reading: Differences) -> list[Seen]:
    """What turns do on cases in which they do something; empty where one fails, or does not do the same again."""
    seen: list[Seen] = []
    for seed in range(3 * NUM_CASES):
        case = reading.case(seed)
        step = reading.observe(case)
        if step is None:
            return []
        if moves(step):
            seen.append(Seen(case, step))
        if len(seen) == NUM_CASES:
            again = reading.observe(seen[0].case)
            same_step = again is not None and all((again[n] == v).all() for n, v in seen[0].groups.items())
            return seen if same_step else []
    return []


def without_schedules(reading: Differences, seen: list[Seen]) -> list[Seen]:
    """The same turns without single numbers that go their own way whatever the labels are: a temperature, a slope."""
    leaves = {group: part.leaf for group, part in reading.parts.items()}
    alone = [g for g, leaf in leaves.items() if leaf.size == 1 and not PARAMETER_LIKE.search(leaf.own_name)]
    for one in seen:
        other = reading.observe(one.case._replace(labels=changed(one.case.labels))) if alone else None
        alone = [g for g in alone if other and one.groups[g].any() and (other[g] == one.groups[g]).all()]
    kept = [group for group in leaves if group not in alone]
    if not kept or len(kept) == len(leaves):
        return seen
    reading.use(kept)
    return telling_turns(reading)


def likely_sources(reading: Differences, one: Seen) -> list[Source]:
    """The places that explain steps in the first case, the likeliest first."""
    case = one.case
    done, other = reading.turn(case), reading.turn(case._replace(labels=changed(case.labels)))
    third = reading.turn(case._replace(inputs=changed(case.inputs)))
    if done is None or other is None or third is None or len(done[1].places) > MOST_NUMBERS:
        return []
    seen, size = by_place(done[1]), reading.num_labels
    of_labels, of_inputs = differing(seen, by_place(other[1])), differing(seen, by_place(third[1]))
    plain = list(
        windows({at: part for at, part in seen.items() if of_inputs.get(at) and not of_labels.get(at, True)}, size)
    )
    labelled = list(windows({at: part for at, part in seen.items() if of_labels.get(at)}, size))
    single = list(
        windows({at: part for at, part in seen.items() if of_labels.get(at) and of_inputs.get(at)}, 1, OFFSETS_OF_LOSS)
    )
    wanted = list(dict.fromkeys(at for part in (plain, labelled, single) for source in part for at in source.wanted))
    if not wanted:
        return []
    slopes, column = reading.moved(case, wanted), {at: place for place, at in enumerate(wanted)}
    moves = np.isfinite(slopes).all(axis=0) & (np.abs(slopes) > 1e-9).any(axis=0)

    def fast(source: Source) -> Array:
        return slopes[:, [column[at] for at in source.wanted]]

    def is_moved(source: Source) -> Array:
        return moves[[column[at] for at in source.wanted]]

    labels = [(source.place, source.offset) for source in labelled if not is_moved(source).any()][:MOST_LABELS]
    losses = [*LOSSES, *(f"huber {delta:g}" for delta in numbers_in(reading.candidate.session.texts))]
    found, rows = list[Source](), list[Array]()
    for outputs in plain:
        for at, loss in product((None, *labels) if is_moved(outputs).all() else (), losses):
            source = outputs._replace(loss=loss, labels=at)
            slope = slopes_of(source, seen, case)
            if slope is not None and np.isfinite(slope).all() and slope.any():
                found.append(source)
                rows.append(fast(source) @ slope)
    stepped = np.sort(done[0])  # such a number is no loss
    for source in single:
        value = seen[source.place][source.offset]
        near = stepped[min(np.searchsorted(stepped, value - 1e-12), len(stepped) - 1)]
        if is_moved(source).all() and abs(near - value) > 1e-12:
            found += [source, source._replace(loss=GAIN)] if value < 0.0 else [source]
            rows += [fast(source)[:, 0], -fast(source)[:, 0]][: 1 + (value < 0.0)]
    whole = depends(reading, slopes[:, [column[at] for source in plain for at in source.wanted]])
    scores = explained(np.stack(rows), one.groups, reading) if rows else np.zeros(0)
    scores *= [(depends(reading, row[:, None]) >= whole).all() for row in rows]  # outputs depend on all that any does
    return [found[place] for place in np.argsort(-scores, kind="stable")[:SHORTLIST] if scores[place] > 0]


def depends(reading: Differences, slopes: Array) -> Array:
    """For each group, whether some of the numbers with these slopes (direction, number) change with it."""
    moves = np.nan_to_num(np.abs(slopes)).max(axis=1, initial=0.0) > 1e-9
    return np.array([part.any() for part in np.split(moves, reading.ends)])


def numbers_in(texts: dict[str, str]) -> list[float]:
    """The constants of a program, one of which may be where its loss turns from squares to sizes.

    Those come first with which something is compared or cut off; whole numbers in other calls are sizes.
    """
    nodes = [node for text in texts.values() for node in ast.walk(ast.parse(text))]
    calls = [node for node in nodes if isinstance(node, ast.Call)]
    compared = [part for node in nodes if isinstance(node, ast.Compare) for part in node.comparators]
    compared += [part for node in calls if last_part(node.func) in CUTTING for part in node.args]
    compared = [part.operand if isinstance(part, ast.UnaryOp) else part for part in compared]
    named = [node.value for node in nodes if isinstance(node, (ast.Assign, ast.keyword))]
    defaults = [
        part for node in nodes if isinstance(node, ast.arguments) for part in (*node.defaults, *node.kw_defaults)
    ]
    handed = [part for node in calls for part in node.args if type(getattr(part, "value", None)) is float]
    found = [part.value for part in (*compared, *defaults, *named, *handed) if isinstance(part, ast.Constant)]
    return list(dict.fromkeys(float(one) for one in found if isinstance(one, (int, float)) and one > 0))[
        :MOST_CONSTANTS
    ]


def changed(numbers: Array) -> Array:
    """Inputs or labels that differ from these in every number that can differ."""
    return numbers[:, ::-1] if numbers.shape[1] > 1 else 0.83 * numbers + 0.11


def differing(seen: dict[int, Array], others: dict[int, Array]) -> dict[int, bool]:
    """For each place that two turns come by equally often, whether they compute other numbers there."""
    both = {place: others[place] for place, part in seen.items() if len(others.get(place, ())) == len(part)}
    return {place: bool((seen[place] != part).any()) for place, part in both.items()}


def windows(seen: dict[int, Array], size: int, most: int = MOST_OFFSETS) -> Iterator[Source]:
    """Some numbers that a place gave one after the other, or all of them; each sequence of values once."""
    known: set[bytes] = set()
    for place, numbers in seen.items():
        spans = [(offset, size) for offset in range(min(len(numbers) - size + 1, most))]
        if size < len(numbers) <= MOST_AT_ONCE and len(numbers) % size == 0 and most == MOST_OFFSETS:
            spans.append((0, len(numbers)))  # those of several examples
        for offset, length in spans:
            key = np.round(numbers[offset : offset + length], 12).tobytes()
            if key not in known and len(known) < MOST_WINDOWS:
                known.add(key)
                yield Source(place, offset, length, OWN, None)


def explained(rows: Array, steps: dict[str, Array], reading: Differences) -> Array:
    """How much of the steps each of some gradients (source, direction) explains."""
    scores, constants = np.zeros(len(rows)), []
    for part, step in zip(np.split(rows, reading.ends, axis=1), steps.values(), strict=True):
        with np.errstate(all="ignore"):
            constant = (part @ step) / (part * part).sum(axis=1)
            off = np.abs(step - constant[:, None] * part).max(axis=1)
        fits = np.isfinite(constant) & (off <= NEAR * np.abs(step).max()) & (np.abs(constant) > 1e-12)
        scores += np.where(fits, len(step) - 1, 0)
        constants.append(np.where(fits, constant, np.nan))
    shared = np.stack(constants, axis=1)
    with np.errstate(invalid="ignore"):
        alike = np.abs(shared[:, :, None] - shared[:, None, :]) <= 1e-5 * np.abs(shared[:, :, None])
    return scores + alike.sum(axis=2).max(axis=1, initial=1) - 1


def best_source(
    reading: Differences, seen: list[Seen], sources: list[Source]
) -> tuple[Source, dict[bytes, Groups], list[str]] | None:
    """The source that explains most groups in every case, its gradients, and the groups that it depends on."""
    gradients = [slopes_in(reading, one.case, sources) for one in seen]
    best: Any = None
    for place, source in enumerate(sources):
        rows = [own[place] for own in gradients]
        if any(row is None for row in rows):
            continue
        reading.source = source
        reading.known = {
            reading.key(one.case): reading.split(row) for one, row in zip(seen, rows, strict=True) if row is not None
        }
        used = [g for g in reading.parts if any(np.abs(known[g]).max() > 1e-9 for known in reading.known.values())]
        comparison = compare(reading, seen, source.loss)
        wrong = [group for group in comparison.wrong if group in used]
        # What is made of a loss on its way is no loss: log(y) is turned round at its end.
        last = -source.place if source.is_own else place
        rank = len(wrong), source.is_own, source.labels is not None, last, source.loss == OWN
        if len(wrong) < len(used) and (best is None or rank < best[0]):
            best = rank, (source, reading.known, used)
    return None if best is None else best[1]


def slopes_in(reading: Differences, case: Case, sources: list[Source]) -> list[Array | None]:
    """The gradients of each source on a case; None where a turn does not come by."""
    done = reading.turn(case)
    if done is None:
        return [None] * len(sources)
    seen = by_place(done[1])
    wanted = list(dict.fromkeys(at for source in sources for at in source.wanted))
    slopes, column = reading.moved(case, wanted), {at: place for place, at in enumerate(wanted)}
    found: list[Array | None] = []
    for source in sources:
        slope = slopes_of(source, seen, case)
        row = None if slope is None else slopes[:, [column[at] for at in source.wanted]] @ slope
        found.append(row if row is not None and np.isfinite(row).all() else None)
    return found
