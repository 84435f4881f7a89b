"""The README is a contract: its snippets, its commands' output and its numbers are those of a run."""

import doctest
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from neurons.__main__ import main
from neurons.model import LOOPS_UP_TO

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


def test_the_sentences_on_other_inputs_are_what_the_benchmark_printed():
    text = " ".join(README.read_text(encoding="utf-8").split())
    rows = {}
    for line in (README.parent / "tests/benchmarks/xor_seeds.txt").read_text(encoding="utf-8").splitlines():
        words, _, counts = line.partition(": solved ")
        rows[words.split(",")[0]] = re.match(r"(.*) \(.*%\), median (.*) epochs, worst ([\d,]+)", counts).groups()
    solved, median, worst = rows["2-4-1"]
    assert f"solves it from {solved} seeds in 2,000 epochs at most (median {median}, worst {worst})" in text
    solved, median, _ = rows["2-2-1"]
    assert f"rate 10, at most 30,000 epochs: {solved} (median {median})" in text


def printed(name):
    """What the commands in a file of kept results printed, by command."""
    text = (README.parent / "tests/benchmarks" / name).read_text(encoding="utf-8")
    return dict(part.split("\n", 1) for part in re.split(r"^\$ python ", text, flags=re.MULTILINE)[1:])


def table_below(heading):
    """The rows of the first table below a heading of the README, without its own heading, as lists of cells."""
    section = README.read_text(encoding="utf-8").split(f"\n## {heading}\n")[1]
    rows = [line.strip("|").split("|") for line in re.search(r"(\|.*\n)+", section).group().splitlines()]
    return [[cell.strip() for cell in row] for row in rows[2:]]


def last_cell(text, words):
    """What stands at the end of the last line that begins with these words, without what is in brackets."""
    (*_, line) = re.findall(rf"^{re.escape(words)}  +(.*?)(?: +\(.*)?$", text, re.MULTILINE)
    return re.split(r"  +", line)[-1]


def test_the_table_of_mnist_is_what_the_examples_printed():
    """`tests/benchmarks/mnist_results.txt` holds what `mnist_results.py` had the examples print, run in full."""
    of = {command.removeprefix("examples/"): text for command, text in printed("mnist_results.txt").items()}
    system_000, system_001, system_002 = (
        of[f"system_{name}.py"] for name in ("000_mnist_relu", "001_mnist_batches", "002_sigmoid")
    )
    losses = re.findall(r"loss (\S+) \(original (\S+)\)", system_001)
    assert len(losses) == 10 and all(ours == original for ours, original in losses)
    loss, right = [last_cell(of["system_003_spiral.py"], words) for words in ("loss", "unseen points right")]
    assert [cells[-1] for cells in table_below("MNIST")] == [
        last_cell(system_000, "test images right"),
        last_cell(system_001, "test images right") + ", and its ten losses to every printed digit",
        last_cell(system_002, "test images right"),
        last_cell(system_002, "XOR solved") + " solved",
        f"loss {loss}, {right}",
        last_cell(of["system_004_loops_and_numpy.py"], "test images right"),
        last_cell(of["classics.py"], "Nielsen 2015, 784-30-10, best right"),
        last_cell(of["classics.py"], "LeCun 1998, 784-300-10, wrong") + " wrong",
        re.search(r"[\d.]+ %", of["mnist_recipes.py five"]).group(),
        re.search(r"[\d.]+ %", of["mnist_recipes.py shifted"]).group(),
    ]
    epochs = re.findall(r"^epoch .* ([\d.]+) %$", system_000, re.MULTILINE)[-5:]
    assert f"its last five epochs are between {min(epochs)} and {max(epochs)} %" in README.read_text(encoding="utf-8")


def medians(text, ours):
    """Of a benchmark's table: the median time of each row, divided by that of the row `ours`, with two digits."""
    times = dict(re.findall(r"^(\S.*?)  +([\d.,]+) ", text, re.MULTILINE))
    ratios = {words: float(time.replace(",", "")) / float(times[ours]) for words, time in times.items()}
    return {words: f"{float(f'{ratio:.2g}'):,g}" for words, ratio in ratios.items()}


def test_how_fast_it_is_is_what_the_benchmarks_printed():
    """`tests/benchmarks/speed.txt` holds what `speed.py` had the benchmarks print."""
    of = {Path(command).stem: text for command, text in printed("speed.txt").items()}
    xor = medians(of["xor_fit"], "unrolled")
    batch_64, batch_32, single = [medians(text, "neurons") for text in of["mnist_fit"].split("\n784-")[1:]]
    assert [row[1:] for row in table_below("How fast is it?")] == [
        ["", batch_64["five matrix products"], batch_32["five matrix products"], single["gemv and ger, aligned"]],
        [xor["loops"], "", "", ""],
        [xor["torch, eager"], *[times["PyTorch, eager"] for times in (batch_64, batch_32, single)]],
        ["", *[times["JAX, a jitted scan"] for times in (batch_64, batch_32, single)]],
        ["", *[times["scikit-learn"] for times in (batch_64, batch_32, single)]],
        [xor["micrograd"], "", "", ""],
    ]
    text = " ".join(README.read_text(encoding="utf-8").split())
    as_bytes, as_floats, _, pytorch, jax = re.findall(r"(\d+) MiB   \w", of["mnist_memory"])
    assert f"is {as_bytes} MiB with the images as bytes and {as_floats} MiB with float32 ones" in text
    assert f"; {pytorch} MiB with PyTorch, {jax} MiB with JAX" in text


def test_auto_takes_arrays_where_they_were_measured_to_be_faster():
    """To within a tenth: on other machines it is another number anyway."""
    assert f"picks them above {LOOPS_UP_TO} parameters" in README.read_text(encoding="utf-8")
    growth = printed("speed.txt")["tests/benchmarks/growth.py"]
    measured = int(re.search(r"NumPy overtakes unrolled at .* (\d+) by the minima", growth)[1])
    assert abs(measured - LOOPS_UP_TO) <= 0.1 * LOOPS_UP_TO


def test_nothing_is_left_to_fill_in():
    assert not re.search(r"\b[A-Z]{3,} TABLE\b|\bROW\d|TODO|FIXME", README.read_text(encoding="utf-8"))


def test_the_wrong_answer_is_told_as_it_is_shown(tmp_path, monkeypatch, capsys):
    """The sixth exercise without the slope, checked as a student would."""
    assert main(["course", "start", str(tmp_path / "my-course")]) == 0
    monkeypatch.chdir(tmp_path / "my-course")
    (path,) = (tmp_path / "my-course").glob("06_*.py")
    answer = (
        "error = output_gradient\n"
        "        self.gradients = [error * i for i in self.input_activation]\n"
        "        self.bias_gradient = error"
    )
    text = path.read_text(encoding="utf-8")
    unwritten = 'raise NotImplementedError("write Neuron.backward_pass")'
    assert unwritten in text
    path.write_text(text.replace(unwritten, answer), encoding="utf-8")
    capsys.readouterr()
    main(["course", "check", "06"])
    told = capsys.readouterr().out
    (shown,) = [block for block in fenced("text") if block.startswith("06 ")]
    assert told.strip() == shown.strip()


def test_every_notebook_is_in_the_table():
    named = re.findall(r"^\| `(notebooks/\w+\.ipynb)` \|", README.read_text(encoding="utf-8"), re.MULTILINE)
    assert named == sorted(str(path.relative_to(README.parent)) for path in README.parent.glob("notebooks/*.ipynb"))
