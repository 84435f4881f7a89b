"""What the published systems come to: run each example in full, one after the other, and keep what it prints.

    NEURONS_DATA=... python tests/benchmarks/mnist_results.py

Rewrites mnist_results.txt, beside this file, from which the table of README.md is taken (tests/test_readme.py compares
the two). About five minutes of processor time; one thread, so that no sum depends on how many cores there are.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
COMMANDS = (
    "python examples/system_000_mnist_relu.py",
    "python examples/system_001_mnist_batches.py",
    "python examples/system_002_sigmoid.py",
    "python examples/system_003_spiral.py",
    "python examples/system_004_loops_and_numpy.py",
    "python examples/classics.py",
    "python examples/mnist_recipes.py five",
    "python examples/mnist_recipes.py minute",
)
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


def output_of(command):
    """What a script of this project prints; its pictures go to a folder that is thrown away."""
    _, script, *arguments = command.split()
    environment = {**os.environ, **ONE_THREAD, "PYTHONIOENCODING": "utf-8"}
    with tempfile.TemporaryDirectory() as folder:
        return subprocess.run(
            [sys.executable, str(ROOT / script), *arguments],
            cwd=folder,
            env=environment,
            stdout=subprocess.PIPE,
            encoding="utf-8",
            check=True,
        ).stdout


def keep(commands, path):
    """Run the commands one after the other; print, and write to `path`, what they print."""
    texts = []
    for command in commands:
        texts.append(f"$ {command}\n{output_of(command)}")
        print(texts[-1], flush=True)
    path.write_text("\n".join(texts), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    keep(COMMANDS, Path(__file__).with_suffix(".txt"))
