"""The README is a contract: its snippets, its commands' output and its numbers are those of a run."""

import doctest
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

README = Path(__file__).parent.parent / "README.md"


def fenced(language):
    """The README's blocks of one language."""
    return re.findall(rf"```{language}\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)


def test_the_python_snippets_give_what_they_say():
    text = "\n".join(fenced("python"))
    assert text.count(">>>") > 10
    parser = doctest.DocTestParser()
    test = parser.get_doctest(text, {}, "README.md", str(README), 0)
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
    report = []
    runner.run(test, out=report.append)
    assert runner.failures == 0, "".join(report)


@pytest.mark.parametrize("block", fenced("console"), ids=lambda block: block.split("\n")[0])
def test_the_commands_print_what_they_say(block):
    command, _, expected = block.partition("\n")
    words = command.removeprefix("$ ").split()
    assert words[0] == "python"
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8"}
    result = subprocess.run(
        [sys.executable, *words[1:]], capture_output=True, text=True, encoding="utf-8", env=environment, timeout=300
    )
    assert result.stdout.strip("\n") == expected.strip("\n")
    assert result.returncode == 0


def test_every_file_it_names_is_there():
    named = set(re.findall(r"`((?:neurons|tests|notebooks|examples)/[\w/.]+)`", README.read_text(encoding="utf-8")))
    assert named
    missing = [name for name in named if not (README.parent / name).exists()]
    assert missing == []


def test_the_table_of_seeds_is_what_the_benchmark_printed():
    """`tests/benchmarks/xor_seeds.txt` holds the lines that `xor_seeds.py` printed."""
    printed = (README.parent / "tests/benchmarks/xor_seeds.txt").read_text(encoding="utf-8")
    lines = re.findall(r"solved ([\d,]+ of [\d,]+) \([\d.]+%\), median ([\d,]+) epochs, worst ([\d,]+)", printed)
    rows = re.findall(r"\| ([\d,]+ of [\d,]+) \| ([\d,]+) \| ([\d,]+) \|", README.read_text(encoding="utf-8"))
    assert len(rows) >= 7 and set(rows) <= set(lines)


def test_nothing_is_left_to_fill_in():
    assert not re.search(r"\b[A-Z]{3,} TABLE\b|\bROW\d|TODO|FIXME", README.read_text(encoding="utf-8"))


def test_the_debugger_stops_where_it_says():
    """The recipe's own lines, typed into a real pdb; then a look at where it stopped."""
    (block,) = fenced("text")
    command, *typed = block.strip().split("\n")
    typed = [line.removeprefix("(Pdb) ") for line in typed]
    steps = ["p 'stopped in ' + self.name", "next", "next", "next", "next", "p 'error', error", "quit"]
    result = subprocess.run(
        [sys.executable, *command.removeprefix("$ python ").split()],
        input="\n".join([*typed, *steps]) + "\n",
        cwd=README.parent,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert "'stopped in hidden[1]'" in result.stdout, result.stdout + result.stderr
    assert "activation_gradient = self.activation_gradient" in result.stdout
    assert re.search(r"\('error', -?\d", result.stdout)
