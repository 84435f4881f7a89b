"""1,000 worksheets of each kind: are the keys right, are mistakes named from one number, is a right answer blamed?

python tests/benchmarks/worksheets.py [--sheets 1000] [--students 500 200]

Recomputes each key with the neurons and with `autograd`, types in every right answer (with a point, with a comma, with
fewer decimals, cut instead of rounded) and every wrong number of the catalogue alone, and lets simulated students
follow up their mistakes. Prints the counts.
"""

import argparse
import sys
import time
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
    parser.add_argument("--sheets", type=int, default=1000)
    parser.add_argument("--students", type=int, nargs=2, default=[500, 200])
    options = parser.parse_args()
    total, begin = Counter(), time.time()
    heads = ("kind", "sheets", "numbers", "key wrong", "right typed", "blamed", "mistakes", "named", "alone")
    print(ROW.format(*heads))
    for kind in KINDS:
        counts = Counter()
        for sheet in sheets_of(kind, options.sheets):
            counts += counts_of_numbers(sheet)
        columns = ("sheets", "numbers", "key wrong", "right typed", "blamed", "mistakes", "named", "alone")
        print(ROW.format(kind, *(f"{counts[name]:,}" for name in columns)), flush=True)
        total += counts
    print(
        f"\n{100 * total['named'] / total['mistakes']:.2f} % of the mistakes that change a number are named from it,"
        f" {100 * total['alone'] / total['mistakes']:.1f} % with no other beside them;"
        f" {total['blamed']} of {total['right typed']:,} right answers are blamed."
    )
    for how_many, count in zip((1, 2), options.students, strict=True):
        students = (
            (sheet, [v.id for v in variants], n) for _, sheet, variants, n in students_with_mistakes(count, how_many)
        )
        print(f"mistakes each: {how_many}; {counts_in_words(counts_of_students(students))}")
    hand = ((sheet, list(done.values()), numbers) for sheet, done, numbers in students_by_hand(options.students[0]))
    print(f"by hand, rounding or not; {counts_in_words(counts_of_students(hand))}")
    print(f"{time.time() - begin:.0f} s")


def counts_in_words(counts):
    return (
        f"students: {counts['students']}; a number that follows blamed: {counts['follow-ups blamed']} of"
        f" {counts['follow-ups']:,}; all wrong numbers named: {counts['all named']}"
    )


if __name__ == "__main__":
    main()
