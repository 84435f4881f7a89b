"""The examples run as they are, without a warning, and do what they promise."""

import re
import subprocess
import sys
from pathlib import Path

from neurons import datasets

EXAMPLES = Path(__file__).parents[1] / "examples"


def output_of(name, tmp_path):
    """What the example prints, started from another folder and with warnings as errors."""
    command = [sys.executable, "-W", "error", str(EXAMPLES / name)]
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert (result.returncode, result.stderr) == (0, "")
    return result.stdout


def test_every_example_has_a_test():
    assert [path.name for path in EXAMPLES.iterdir() if path.suffix == ".py"] == ["xor.py"]


def test_every_example_is_a_page():
    for path in EXAMPLES.glob("*.py"):
        assert len(path.read_text(encoding="utf-8").splitlines()) <= 60, path.name


def test_xor_is_solved(tmp_path):
    printed = output_of("xor.py", tmp_path)
    losses = [float(loss) for loss in re.findall(r"loss (\S+)", printed)]
    assert losses == sorted(losses, reverse=True)
    rows = re.findall(r"^(\d)  (\d) +(\d) +(\d\.\d+)$", printed, re.MULTILINE)
    inputs, labels = datasets.xor()
    assert [[float(x0), float(x1)] for x0, x1, _, _ in rows] == inputs
    assert [[float(label)] for _, _, label, _ in rows] == labels
    for _, _, label, output in rows:
        assert abs(float(output) - float(label)) <= 0.1
