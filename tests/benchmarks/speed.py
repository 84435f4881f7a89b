"""How fast is it? Run the benchmarks of time and memory, one after the other, and keep what they print.

    NEURONS_DATA=... python tests/benchmarks/speed.py

Rewrites speed.txt, beside this file, from which the tables of README.md, in this folder and at the top, are taken
(tests/test_readme.py compares them).
About five minutes.
"""

from pathlib import Path

from mnist_results import keep

COMMANDS = [f"python tests/benchmarks/{name}.py" for name in ("xor_fit", "mnist_fit", "growth", "mnist_memory")]

if __name__ == "__main__":
    keep(COMMANDS, Path(__file__).with_suffix(".txt"))
