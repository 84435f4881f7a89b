"""For each exercise: stub, solution, right answers in other styles, mistakes and slips under their names, cheats.

python tests/benchmarks/exercise_matrix.py [--seed 7] [13 17]

With a seed, the checks draw their numbers from it, as a teacher's do, and with numbers only those exercises are tried.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parent.parent))

from beginners import SLIPS, answer_with
from cheats import CHEATS, cheated
from correct_variants import VARIANTS, varied
from wrong_answers import WRONG

from neurons.classroom.diagnosis.catalogue import CATALOGUE
from neurons.classroom.exercises.check import SEED, check
from neurons.classroom.exercises.exercise import exercises

ROW = "{:<22}{:>7}{:>10}{:>14}{:>10}{:>10}{:>14}"


class Matrix:
    """The rows as they come, and the counts of all."""

    def __init__(self, seed):
        self.seed = seed
        self.seconds = []
        self.slips = self.slipped = 0
        self.wrong = self.rejected = self.named = self.unique = self.right = self.blamed = 0

    def row(self, exercise, folder):
        """Try all there is for one exercise, and print how it went."""
        path = Path(folder) / f"{exercise.name}.py"
        solution = exercise.text("solution.py")

        def result_of(source):
            path.write_text(source, encoding="utf-8")
            return check(exercise, path, seed=self.seed)

        stub = "fails" if not result_of(exercise.text("stub.py")).passed else "PASSES"
        passes = "passes" if result_of(solution).passed else "FAILS"
        styles = {style: result_of(varied(solution, parts)) for style, parts in VARIANTS.get(exercise.name, {}).items()}
        mistakes = [self.mistake(result_of, solution, *row) for row in WRONG.get(exercise.name, [])]
        slips = [self.slip(result_of, solution, *row) for row in SLIPS.get(exercise.number, [])]
        cheats = {name: result_of(cheated(solution, change)) for name, change in CHEATS[exercise.name].items()}
        rejected = sum(not result.passed for result in cheats.values())
        passing = sum(result.passed for result in styles.values())
        named, slipped = sum(row[1] for row in mistakes), sum(row[1] for row in slips)
        counts = [
            f"{some} of {len(every)}" if every else "-"
            for some, every in ((passing, styles), (named, mistakes), (slipped, slips), (rejected, cheats))
        ]
        print(ROW.format(exercise.name, stub, passes, *counts))
        self.right, self.blamed = self.right + len(styles), self.blamed + len(styles) - passing
        self.wrong += len(mistakes) + len(slips) + len(cheats)
        self.rejected += rejected + sum(row[2] for row in mistakes + slips)
        self.slips, self.slipped = self.slips + len(slips), self.slipped + slipped
        self.details(styles, mistakes + slips, cheats)

    def mistake(self, result_of, solution, ids, old, new):
        """(ids as they were named, whether rightly, whether it failed)."""
        start = time.perf_counter()
        result = result_of(solution.replace(old, new))
        self.seconds.append(time.perf_counter() - start)
        right = not result.passed and set(ids.split()) <= set(result.mistakes)
        of_catalogue = [one for one in result.mistakes if one in CATALOGUE]
        unique = right and len(of_catalogue) == 1
        self.named, self.unique = self.named + right, self.unique + unique
        return ids if unique else f"{ids}->{'/'.join(of_catalogue) or '?'}", right, not result.passed

    def slip(self, result_of, solution, part, name, body):
        """The same for a beginner's slip: it has its name and no other slip's."""
        result = result_of(answer_with(solution, part, body))
        found = [one for one in result.mistakes if one not in CATALOGUE]
        right = found == [name] and not result.passed
        return name if right else f"{name}->{'/'.join(found) or '?'}", right, not result.passed

    def details(self, styles, mistakes, cheats):
        """By name: the right answers, the mistakes, the cheats and where each is found out."""
        print(
            "  right:    "
            + ", ".join(style if result.passed else f"{style} BLAMED" for style, result in styles.items())
        )
        if mistakes:
            print("  mistakes: " + ", ".join(row[0] for row in mistakes))
        for name, result in cheats.items():
            print(f"  {'PASSES' if result.passed else 'fails '}    {name:<42} {', '.join(result.names)}")

    def totals(self):
        """The last lines."""
        print(f"{self.wrong} wrong programs: {self.rejected} rejected; {self.right} right ones: {self.blamed} blamed")
        if self.slips:
            print(f"{self.slips} of the wrong ones are beginners' slips: {self.slipped} told by name")
        if self.seconds:
            print(
                f"{len(self.seconds)} of the wrong ones are mistakes of the catalogue: {self.named} told by name,"
                f" {self.unique} of them uniquely,"
                f" in {median(self.seconds):.2f} s (median), {max(self.seconds):.2f} s at most"
            )


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("numbers", nargs="*", help="the exercises, such as 06 13; all if none is named")
    parser.add_argument("--seed", type=int, default=SEED)
    arguments = parser.parse_args()
    matrix = Matrix(arguments.seed)
    print(ROW.format("exercise", "stub", "solution", "right styles", "mistakes", "slips", "cheats"))
    with tempfile.TemporaryDirectory() as folder:
        for exercise in exercises():
            if not arguments.numbers or exercise.number in arguments.numbers:
                matrix.row(exercise, folder)
    matrix.totals()


if __name__ == "__main__":
    main()
