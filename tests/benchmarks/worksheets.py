"""1,000 worksheets of each kind: are the keys right, are mistakes named from one number, is a right answer blamed?

python tests/benchmarks/worksheets.py [--sheets 1000] [--students 500 200] ["one neuron" ...]

Recomputes each key with the neurons and with `autograd`, types in every right answer (with a point, with a comma, with
fewer decimals, cut instead of rounded) and every wrong number of the catalogue alone, and lets simulated students
follow up their mistakes. Prints the counts.
"""

import argparse
import sys
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from worksheet_students import (
    KINDS,
    counts_of_numbers,
    counts_of_students,
    sheets_of,
    students_by_hand,
    students_with_mistakes,
)

ROW = "{:<30}{:>8}{:>10}{:>10}{:>12}{:>12}{:>10}{:>10}{:>9}"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("kinds", nargs="*", default=list(KINDS), help="some of the kinds of sheets")
    parser.add_argument("--sheets", type=int, default=1000)
    parser.add_argument("--students", type=int, nargs=2, default=[500, 200])
    options = parser.parse_args()
    columns = ("sheets", "numbers", "key wrong", "right typed", "blamed", "mistakes", "named", "alone")
    print(ROW.format("kind", *columns))
    for kind in options.kinds:
        counts = Counter()
        for sheet in sheets_of(kind, options.sheets):
            counts.update(counts_of_numbers(sheet))
        print(ROW.format(kind, *(f"{counts[name]:,}" for name in columns)), flush=True)
    print()
    for how_many, count in zip((1, 2), options.students, strict=True):
        students = students_with_mistakes(count, how_many)
        counts = counts_of_students((sheet, [v.id for v in variants], n) for _, sheet, variants, n in students)
        print(f"mistakes each: {how_many}; {counts_in_words(counts)}")
    hand = students_by_hand(options.students[0])
    counts = counts_of_students((sheet, list(done.values()), numbers) for sheet, done, numbers in hand)
    print(f"by hand, rounding or not; {counts_in_words(counts)}")


def counts_in_words(counts):
    return (
        f"students: {counts['students']}; a number that follows blamed: {counts['follow-ups blamed']} of"
        f" {counts['follow-ups']:,}; all wrong numbers named: {counts['all named']}"
    )


if __name__ == "__main__":
    main()
