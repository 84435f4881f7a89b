"""What the other side may ask: a program begun, its candidates, turns of them, changes tried."""

import json

from . import changes, trials
from .loading import LeftOut
from .turns import Program
from .watching import TooLong


def packed(value):
    """Text as numbers, which are all that leaves the sandbox: six bytes in each."""
    data = json.dumps(value).encode("ascii")
    return [len(data), *(int.from_bytes(data[i : i + 6], "big") for i in range(0, len(data), 6))]


PROGRAM: list = []


def begin(texts, main, is_eased, seconds):
    """Load and explore a program; what it met on its way, and how many loops it has."""
    program = Program(texts, main, is_eased)
    PROGRAM[:] = [program]
    program.explore(seconds)
    return packed({"notes": program.loader.notes, "printed": program.loader.printed, "loops": list(program.snapshots)})


def also_run(text, seconds):
    """Statements of ours after the program's: what they met, and the loops that are new."""
    program = PROGRAM[0]
    notes = program.run_text(text, seconds)
    return packed({"notes": notes, "loops": [loop for loop in program.snapshots if loop not in program.own]})


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
