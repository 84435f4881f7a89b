"""The table of attacks: what each level of containment stops, run for real. python tests/benchmarks/attacks.py

"Alone" is without the audit hook, which otherwise is the first to see most of them.

The second part grades 200 submissions, 20 of them hostile: twice, and once killed half-way and resumed.
"""

import sys
import tempfile
from collections import defaultdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from hostile import ATTACKS
from surroundings import Surroundings

from neurons.classroom.containment import BUBBLEWRAP, LANDLOCK, available_levels


def main():
    columns = {level: (level, False) for level in available_levels()}
    columns |= {f"{level} alone": (level, True) for level in (BUBBLEWRAP, LANDLOCK) if level in columns}
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


if __name__ == "__main__":
    main()
