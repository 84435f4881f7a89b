"""For each exercise: stub, solution, right answers in other styles, mistakes under their names. Prints the counts.

python tests/benchmarks/exercise_matrix.py
"""

import sys
import tempfile
import time
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parent.parent))

from correct_variants import VARIANTS, varied
from wrong_answers import WRONG

from neurons.classroom.exercises.check import check
from neurons.classroom.exercises.exercise import exercises


def main():
    seconds, named, unique, blamed = [], 0, 0, 0
    print(f"{'exercise':<22}{'stub':>6}{'solution':>10}{'right styles':>14}   mistakes, as named")
    for exercise in exercises():
        path = Path(tempfile.mkdtemp()) / f"{exercise.name}.py"
        solution = exercise.text("solution.py")

        def of(source, exercise=exercise, path=path):
            path.write_text(source, encoding="utf-8")
            return check(exercise, path)

        stub = "fails" if not of(exercise.text("stub.py")).passed else "PASSES"
        passes = "passes" if of(solution).passed else "FAILS"
        styles = [of(varied(solution, parts)).passed for parts in VARIANTS.get(exercise.name, {}).values()]
        words = []
        for ids, old, new in WRONG.get(exercise.name, []):
            start = time.perf_counter()
            result = of(solution.replace(old, new))
            seconds.append(time.perf_counter() - start)
            right = not result.passed and set(ids.split()) <= set(result.mistakes)
            named, unique = named + right, unique + (right and len(result.mistakes) == 1)
            words.append(ids if right and len(result.mistakes) == 1 else f"{ids}->{'/'.join(result.mistakes) or '?'}")
        blamed += styles.count(False)
        shown = f"{sum(styles)} of {len(styles)}" if styles else "-"
        print(f"{exercise.name:<22}{stub:>6}{passes:>10}{shown:>14}   {', '.join(words)}")
    print(f"{len(seconds)} wrong answers: {named} rejected under their own id, {unique} of them uniquely;", end=" ")
    print(f"{blamed} right answers blamed; a wrong answer is told in {median(seconds):.2f} s (median)", end=", ")
    print(f"{max(seconds):.2f} s at most")


if __name__ == "__main__":
    main()
