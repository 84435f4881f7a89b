"""What the other side may ask: a program begun, its candidates, turns of them, changes tried."""

import json

import numpy as np

from . import changes, trials
from .loading import LeftOut
from .turns import Program
from .watching import TooLong


def packed(value):
    """Text as numbers, which are all that leaves the sandbox: six bytes in each."""
    data = json.dumps(value).encode("ascii")
    return [len(data), *(int.from_bytes(data[i : i + 6], "big") for i in range(0, len(data), 6))]


PROGRAM: list = []


def begin(texts, main, is_eased, sizes, order, seconds):
    """Load and explore a program; what it met on its way, and how many loops it has."""
    program = Program(texts, main, is_eased, sizes, order)
    PROGRAM[:] = [program]
    program.explore(seconds)
    return packed({"notes": program.loader.notes, "printed": program.loader.printed, "loops": list(program.snapshots)})


def also_run(text, seconds):
    """Statements of ours after the program's: what they met, and the loops that are new."""
    program = PROGRAM[0]
    notes = program.run_text(text, seconds)
    return packed({"notes": notes, "loops": [loop for loop in program.snapshots if loop not in program.own]})


def made_up():
    """[line, what] of the data that were not here and that were made up."""
    return packed(PROGRAM[0].loader.made_up if PROGRAM else [])


def candidates(loops):
    """The candidates of these loops."""
    program = PROGRAM[0]
    found = trials.trials(program, [int(loop) for loop in loops])
    return packed({"candidates": [[number, trials.described(program, number)] for number in found]})


def observe(number, rows, labels, writes, record, turns):
    """[the leaves after one turn, the numbers seen, the places where they were]; empty where the turn failed."""
    program = PROGRAM[0]
    try:
        after = program.observe(int(number), rows, labels, writes, bool(record), turns=int(turns))
    except (Exception, TooLong, SystemExit, LeftOut):
        return []
    watch = program.watch
    return [after, watch.numbers if record else [], watch.owners if record else []]


def nudged(number, rows, labels, writes, nudges, size, wanted):
    """How fast the wanted of the numbers seen, each (place, offset), change with each nudge, (leaf, direction).

    NaN where one is not seen, and for all where a turn fails.
    """
    program, own = PROGRAM[0], {int(leaf): numbers for leaf, numbers in writes}

    def numbers_at(leaf, direction, way):
        moved = [n + way * size * d for n, d in zip(own[leaf], direction, strict=True)]
        others = [[place, numbers] for place, numbers in own.items() if place != leaf]
        program.observe(int(number), rows, labels, [*others, [leaf, moved]], True)
        seen: dict[int, list[float]] = {}
        for place, value in zip(program.watch.owners, program.watch.numbers, strict=True):
            seen.setdefault(place, []).append(value)
        parts = ((seen.get(int(place), []), int(offset)) for place, offset in wanted)
        return np.array([part[offset] if offset < len(part) else np.nan for part, offset in parts])

    found = []
    for leaf, direction in nudges:
        try:
            above, below = (numbers_at(int(leaf), direction, way) for way in (1.0, -1.0))
            found.append(((above - below) / (2.0 * size)).tolist())
        except (Exception, TooLong, SystemExit, LeftOut):
            found.append([float("nan")] * len(wanted))
    return found


def follow(number, turns, writes, first, is_counting):
    """The leaves after each of some turns, (rows, labels), with sizes as they are; empty where one of them failed."""
    program = PROGRAM[0]
    program.loader.is_easing = False
    try:
        return program.follow(int(number), turns, writes, is_counting=bool(is_counting), first=first)
    except (Exception, TooLong, SystemExit, LeftOut):
        return []
    finally:
        program.loader.is_easing = program.loader.is_eased


def let_chance(number):
    """Let the turns from now on have other random numbers: the first, the second ... such; 0 for the usual ones."""
    PROGRAM[0].chance = int(number)
    return []


def keep_types(kind):
    """Let whole numbers stay whole numbers in the arrays of its data (1), of its parameters (2), in none (0)."""
    PROGRAM[0].whole = ("", "data", "parameters")[int(kind)]
    return 1.0


def count_on(number, count):
    """Let a single example come so many times from now on, as a candidate counts on."""
    PROGRAM[0].candidates[int(number)]["count"] = int(count)
    return 1.0


def places():
    """Of each place where a number was seen: file, line, column, end line, end column."""
    return [list(place) for place in PROGRAM[0].watch.places]


def try_changes(number, wanted, cases, turns):
    """For each change, [the leaves after the last turn of each case] as far as the turns run; [] where it fails.

    A change is (file, name, first line, text of the function), or (-1, "", 0, text of the loop's body).
    """
    program = PROGRAM[0]
    return [changes.tried(program, int(number), change, cases, int(turns)) for change in wanted]


def keep_change(change):
    """Let a change stay."""
    changes.keep(PROGRAM[0], change)
    return 1.0
