"""How many whole programs are reached, judged, named, located and repaired.

python tests/benchmarks/any_programs.py                  our own set: every shape, right and wrong, in several languages
python tests/benchmarks/any_programs.py --set DIR        programs of others, apart: DIR/right/*.py and DIR/wrong/*.py
"""

import argparse
import statistics
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from any_programs import Given, all_programs

from neurons.classroom.programs.diagnose import diagnose_program


def programs_of(folder):
    """The programs in a folder: what is true of them is only whether they are right."""
    for kind in ("right", "wrong"):
        for path in sorted((folder / kind).glob("*.py")):
            yield Given(path.name, path.read_text(encoding="utf-8"), kind == "right", frozenset(), frozenset())


def judged(given, folder):
    """(what happened, seconds) for one program, in words that are counted."""
    path = folder / "student.py"
    path.write_text(given.text, encoding="utf-8")
    start = time.perf_counter()
    found = diagnose_program(str(path))
    seconds = time.perf_counter() - start
    words = ["programs", "right ones" if given.is_right else "wrong ones"]
    if found.ok is None:
        return [*words, "not reached"], found, seconds
    words.append("reached")
    if given.is_right:
        return [*words, "right ones blamed"] if not found.ok else words, found, seconds
    if found.ok:
        return [*words, "wrong ones called right"], found, seconds
    words.append("wrong ones reached")
    is_named = bool(set(found.mistakes) & given.ids)
    words += ["named"] if is_named else ["named as something else"] if found.mistakes and given.ids else []
    words += ["repaired"] if found.repairs else []
    words += ["named or repaired"] if is_named or found.repairs else []
    words += ["true line"] if {found.line, *(repair.line for repair in found.repairs)} & given.lines else []
    return words, found, seconds


def report(title, programs):
    """Print each program and the counts of a set."""
    counts, times = Counter(), []
    with tempfile.TemporaryDirectory() as folder:
        for given in programs:
            words, found, seconds = judged(given, Path(folder))
            counts.update(words)
            times.append(seconds)
            line = "" if found.line is None else f"line {found.line}"
            print(
                f"  {given.name:45} {found.outcome:11} {' '.join(found.mistakes):10} {line:9} {seconds:5.1f} s",
                flush=True,
            )
    print(f"{title}: {', '.join(f'{count} {words}' for words, count in counts.items())}")
    print(f"{title}: median {statistics.median(times):.2f} s, slowest {max(times):.1f} s")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--set", metavar="DIR", type=Path, help="programs of others: DIR/right/*.py, DIR/wrong/*.py")
    arguments = parser.parse_args()
    report("our own set", all_programs())
    if arguments.set:
        report("programs of others", programs_of(arguments.set))


if __name__ == "__main__":
    main()
