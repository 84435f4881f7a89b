"""How fast is it? Run the benchmarks of time and memory, one after the other, and keep what they print.

    NEURONS_DATA=... python tests/benchmarks/speed.py

Rewrites speed.txt, beside this file, from which the tables of README.md, in this folder and at the top, are taken
(tests/test_readme.py compares them).
About ten minutes.
"""

from pathlib import Path

from mnist_results import keep

COMMANDS = [
    "python tests/benchmarks/xor_fit.py",
    "python tests/benchmarks/mnist_fit.py --rounds 5",
    "python tests/benchmarks/growth.py --rounds 5",
    "python tests/benchmarks/mnist_memory.py",
]

if __name__ == "__main__":
    keep(COMMANDS, Path(__file__).with_suffix(".txt"))
