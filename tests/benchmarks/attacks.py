"""The table of attacks: what each level of containment stops, run for real. python tests/benchmarks/attacks.py

"Alone" is without the audit hook, which otherwise is the first to see most of them.

With --class 200 submissions, 20 of them hostile, are graded twice, and once killed half-way and resumed.
"""

import csv
import os
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from collections import defaultdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from hostile import ATTACKS
from surroundings import Surroundings

from neurons.classroom.exercises.exercise import exercises
from neurons.classroom.sandbox.containment import BUBBLEWRAP, LANDLOCK, available_levels


def main():
    columns = {level: (level, ()) for level in available_levels()}
    columns |= {f"{level} alone": (level, ("hook",)) for level in (BUBBLEWRAP, LANDLOCK) if level in columns}
    levels = list(columns)
    table = defaultdict(dict)
    details = []
    with tempfile.TemporaryDirectory() as folder, Surroundings(Path(folder)) as surroundings:
        for level in levels:
            for attack in ATTACKS:
                outcome = surroundings.run(attack, *columns[level])
                stopped, total = table[attack.kind].get(level, (0, 0))
                table[attack.kind][level] = (stopped + outcome.stopped, total + 1)
                if not outcome.stopped:
                    what = "; ".join(["earned a point"] * outcome.earned + outcome.harm)
                    details.append(f"{level}: {attack.kind}, {attack.name}: {what}")
                if "-v" in sys.argv:
                    print(
                        level, "|", attack.kind, "|", attack.name, "|", f"{outcome.seconds:.1f}", outcome.message[:300]
                    )
    print(f"{'stopped':<34}" + "".join(f"{level:>18}" for level in levels))
    for kind, row in table.items():
        cells = (f"{row[level][0]} of {row[level][1]}" for level in levels)
        print(f"{kind:<34}" + "".join(f"{cell:>18}" for cell in cells))
    for level in levels:
        stopped = sum(row[level][0] for row in table.values())
        print(f"{level}: {stopped} of {len(ATTACKS)} attacks stopped")
    print("\nNot stopped:", *(details or ["nothing"]), sep="\n  ")
    if "--class" in sys.argv:
        grade_a_class(Path(tempfile.mkdtemp()))


def grade_a_class(folder):
    """200 submissions of four kinds, 20 of them hostile: graded twice, and once killed half-way and resumed."""
    names = [exercise.name for exercise in exercises()[:5]]
    solutions = {exercise.name: exercise.text("solution.py") for exercise in exercises()[:5]}
    (folder / "class").mkdir()
    hostile = [attack for attack in ATTACKS if "{{" not in attack.source and not attack.earns][::2]
    earned = {}
    for number in range(200):
        files = dict(solutions)
        for name in names[: number % 4]:  # so many are still to do
            files[name] = exercises()[names.index(name)].text("stub.py")
        if number % 10 == 9:
            attacks = [hostile[(number // 10 + i) % len(hostile)].source for i in range(5)]
            files = dict(zip(names, attacks, strict=True))
        with zipfile.ZipFile(folder / "class" / f"s{number:03}.zip", "w") as archive:
            for name, source in files.items():
                archive.writestr(f"{name}.py", source)
        earned[f"s{number:03}"] = 0 if number % 10 == 9 else 5 - number % 4

    def command(out):
        program = (
            "import sys\nfrom neurons.classroom.exercises.exercise import exercises\n"
            "from neurons.classroom.grading.grading import grade\n"
            "if __name__ == '__main__':\n    grade(sys.argv[1], sys.argv[2], exercises=exercises()[:5], jobs=2)\n"
        )
        (folder / "program.py").write_text(program)
        return [sys.executable, str(folder / "program.py"), str(folder / "class"), str(folder / out)]

    def table(out):
        return (folder / out / "grades.csv").read_text()

    for out in ("first", "second"):
        start = time.monotonic()
        subprocess.run(command(out), check=True)
        print(f"graded {out}: 200 submissions of 5 exercises in {time.monotonic() - start:.0f} s")
    process = subprocess.Popen(command("third"), start_new_session=True)
    while len(list((folder / "third").glob("results/*.json"))) < 100:
        time.sleep(0.05)
    os.killpg(process.pid, 9)
    process.wait()
    print(f"killed with {len(list((folder / 'third').glob('results/*.json')))} of 200 graded")
    subprocess.run(command("third"), check=True)
    right = {row["student"]: int(row["passed"]) for row in csv.DictReader(table("first").splitlines())} == earned
    print(f"grades as earned: {right}; twice the same: {table('first') == table('second')}", end="; ")
    print(f"the same when killed and resumed: {table('first') == table('third')}")
    shutil.rmtree(folder)


if __name__ == "__main__":
    main()
