"""The READMEs are contracts: their snippets, the output of their commands and their numbers are those of a run."""

import doctest
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT
from test_debugger_friendly import stops_of_backward_pass

from neurons import Neuron, plots, sigmoid
from neurons.__main__ import main
from neurons.engines import LOOPS_UP_TO

NAMES = ["README.md", "neurons/README.md", "notebooks/README.md", "tests/benchmarks/README.md"]
CONTRIBUTING = ".github/CONTRIBUTING.md"
BENCHMARKS = ROOT / "tests" / "benchmarks"
each_readme = pytest.mark.parametrize("name", NAMES)
each_page = pytest.mark.parametrize("name", [*NAMES, CONTRIBUTING])


def text_of(name):
    return (ROOT / name).read_text(encoding="utf-8")


def in_one_line(name):
    """The text with its line breaks as spaces, to look for sentences."""
    return " ".join(text_of(name).split())


def fenced(name, language):
    """The blocks of one language in a README."""
    return re.findall(rf"^```{language}\n(.*?)```", text_of(name), re.DOTALL | re.MULTILINE)


def is_like(shown, printed):
    """The same text, where a `...` that is shown stands for any other."""
    checker = doctest.OutputChecker()
    return checker.check_output(shown.strip() + "\n", printed.strip() + "\n", doctest.ELLIPSIS)


# --- snippets and commands ------------------------------------------------------------------------------------------


def run_snippets(name, blocks):
    """Run the blocks one after the other, as one session."""
    test = doctest.DocTestParser().get_doctest("\n".join(blocks), {}, name, str(ROOT / name), 0)
    assert test.examples
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
    report = []
    runner.run(test, out=report.append)
    assert runner.failures == 0, "".join(report)


def on_mnist(block):
    return "datasets.mnist()" in block


@pytest.mark.parametrize("name", [name for name in NAMES if fenced(name, "python")])
def test_the_python_snippets_give_what_they_say(name):
    run_snippets(name, [block for block in fenced(name, "python") if not on_mnist(block)])


@pytest.mark.slow
@pytest.mark.skipif(not os.environ.get("NEURONS_DATA"), reason="NEURONS_DATA does not name a folder with MNIST's files")
def test_the_three_lines_on_mnist(monkeypatch):
    monkeypatch.delitem(sys.modules, "ipykernel", raising=False)  # which another test imports: no bar as in a notebook
    (block,) = filter(on_mnist, fenced("README.md", "python"))
    run_snippets("README.md", [">>> from neurons import Model, datasets\n", block])


@pytest.mark.parametrize(
    "block",
    [block for name in NAMES for block in fenced(name, "console")],
    ids=lambda block: block.split("\n")[0],
)
def test_the_commands_print_what_they_say(block):
    command, _, expected = block.partition("\n")
    words = command.removeprefix("$ ").split()
    assert words[0] == "python"
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8"}
    result = subprocess.run(
        [sys.executable, *words[1:]], capture_output=True, text=True, encoding="utf-8", env=environment, timeout=300
    )
    assert is_like(expected, result.stdout), result.stdout
    assert result.returncode == 0


def test_ci_finds_the_commands_that_solve_xor_and_run_the_tests():
    commands = [line for block in fenced("README.md", "sh") for line in block.splitlines()]
    sought = re.findall(r'\$\(command_with "(.*)"\)', text_of(".ci/run"))
    assert len(sought) == 2
    for part in sought:
        (command,) = [line for line in commands if part in line]
        assert command.startswith("python3 -m venv .venv && . .venv/bin/activate && pip install")


@each_page
def test_the_commands_it_names_are_there(name, capsys):
    for words in re.findall(r"python -m neurons ((?:course )?[a-z]+)", text_of(name)):
        with pytest.raises(SystemExit) as left:
            main([*words.split(), "--help"])
        assert left.value.code == 0, words
    capsys.readouterr()


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
    (shown,) = [block for block in fenced("README.md", "text") if "yours   correct" in block]
    assert is_like(shown, told), told


# --- what is named --------------------------------------------------------------------------------------------------


@each_page
def test_every_file_it_names_is_there(name):
    named = set(re.findall(r"`([\w./-]+(?:\.(?:py|md|ipynb|txt|cfg|yml|yaml)|/))`", text_of(name)))
    assert named
    exercises = ROOT / "neurons/classroom/exercises"
    places = [(ROOT / name).parent, ROOT, exercises, exercises / "06_weight_gradients"]
    assert [file for file in named if not any((place / file).exists() for place in places)] == []


@each_page
def test_every_link_leads_somewhere(name):
    for path, _, heading in re.findall(r"\]\(([^)#:]+)(#([\w-]+))?\)", text_of(name)):
        target = (ROOT / name).parent / path
        assert target.exists(), path
        if heading:
            headings = re.findall(r"^#+ (.*)$", target.read_text(encoding="utf-8"), re.MULTILINE)
            assert heading in [words.lower().replace(" ", "-") for words in headings]


def test_every_notebook_is_in_the_table():
    named = [cells[0].strip("`") for cells in table_below("notebooks/README.md", "For teachers")]
    assert named == sorted(path.name for path in (ROOT / "notebooks").glob("*.ipynb"))


def test_every_picture_is_named():
    sentence = re.search(r"\*\*The pictures\*\* are .*?a film", text_of("notebooks/README.md"), re.DOTALL).group()
    named = set(re.findall(r"`(\w+)`", sentence))
    assert named == {name for name in plots.__all__ if name.islower()}


def rooms():
    """The files and folders of the package, those of the large rooms too, as the house names them."""
    package = ROOT / "neurons"
    for path in package.iterdir():
        if path.suffix == ".py" and not path.name.startswith("__"):
            yield path.name
        elif path.is_dir() and path.name != "__pycache__":
            inner = [place.name for place in path.iterdir() if (place / "__init__.py").exists()]
            yield from (f"{path.name}/{place}/" for place in inner) if inner else [f"{path.name}/"]


def test_the_house_has_every_room():
    (block,) = fenced("neurons/README.md", "text")
    named = [name for line in block.splitlines() for name in line.split("  ")[0].split()]
    assert sorted(named) == sorted(rooms())


def test_the_words_are_those_of_a_neuron():
    neuron = Neuron(2)
    rows = table_below("neurons/README.md", "The words")
    named = [name for cells in rows for name in re.findall(r"`(\w+)`", cells[0])]
    assert {"linear_activation", "error", "input_gradients"} <= set(named)
    assert [name for name in named if not hasattr(neuron, name)] == ["label", "labels"]


# --- numbers --------------------------------------------------------------------------------------------------------


def table_below(name, heading):
    """The rows of the first table below a heading, without its own heading, as lists of cells."""
    section = re.split(rf"^#+ {re.escape(heading)}\n", text_of(name), flags=re.MULTILINE)[1]
    rows = [line.strip("|").split("|") for line in re.search(r"(\|.*\n)+", section).group().splitlines()]
    return [[cell.strip() for cell in row] for row in rows[2:]]


def printed(name):
    """What the commands in a file of kept results printed, by the script's name."""
    text = (BENCHMARKS / name).read_text(encoding="utf-8")
    parts = [part.split("\n", 1) for part in re.split(r"^\$ python ", text, flags=re.MULTILINE)[1:]]
    return {command.split("/")[-1].split(" --")[0]: output for command, output in parts}


def seeds():
    """{what was trained: (solved, median, worst)} of `xor_seeds.txt`, which holds what `xor_seeds.py` printed."""
    rows = {}
    for line in (BENCHMARKS / "xor_seeds.txt").read_text(encoding="utf-8").splitlines():
        words, _, counts = line.partition(": solved ")
        rows[words.split(",")[0]] = re.match(r"(.*) \(.*%\), median (.*) epochs, worst ([\d,]+)", counts).groups()
    return rows


def test_the_table_of_seeds_is_what_the_benchmark_printed():
    of = seeds()
    defaults, *others = table_below("tests/benchmarks/README.md", "Is XOR a lottery?")
    assert tuple(defaults[1:]) == of["the defaults of python -m neurons xor"]
    assert len(others) >= 6
    for setting, *counts in others:
        assert tuple(counts) == of[setting.strip("`")], setting
    text = in_one_line("tests/benchmarks/README.md")
    solved, median, worst = of["2-4-1"]
    assert f"solves it from {solved} seeds in 2,000 epochs at most (median {median}, worst {worst})" in text
    solved, median, _ = of["2-2-1"]
    assert f"rate 10, at most 30,000 epochs: {solved} (median {median})" in text


def test_the_table_of_two_hidden_neurons_is_what_the_benchmark_printed():
    kept = (BENCHMARKS / "xor_two_hidden.txt").read_text(encoding="utf-8")
    counts = [
        f"{solved} of {of}" for solved, of in re.findall(r"^.*: solved ([\d,]+) of ([\d,]+) ", kept, re.MULTILINE)
    ]
    assert [cells[1] for cells in table_below("tests/benchmarks/README.md", "And with two hidden neurons?")] == counts
    solved, of = [int(number.replace(",", "")) for number in counts[0].split(" of ")]
    assert of == 10_000 and solved >= 9_990
    (difference,) = re.findall(r"by at most (\S+)$", kept, re.MULTILINE)
    assert float(difference) < 1e-5  # from the outputs of the example itself


def last_cell(text, words):
    """What stands at the end of the last line that begins with these words, without what is in brackets."""
    (*_, line) = re.findall(rf"^{re.escape(words)}  +(.*?)(?: +\(.*)?$", text, re.MULTILINE)
    return re.split(r"  +", line)[-1]


def recipe(name):
    return re.search(r"[\d.]+ %", printed("mnist_results.txt")[f"mnist_recipes.py {name}"]).group()


def test_the_table_of_mnist_is_what_the_examples_printed():
    """`mnist_results.txt` holds what `mnist_results.py` had the examples print, run in full."""
    of = printed("mnist_results.txt")
    system_000, system_001, system_002 = (
        of[f"system_{name}.py"] for name in ("000_mnist_relu", "001_mnist_batches", "002_sigmoid")
    )
    losses = re.findall(r"loss (\S+) \(original (\S+)\)", system_001)
    assert len(losses) == 10 and all(ours == original for ours, original in losses)
    loss, right = [last_cell(of["system_003_spiral.py"], words) for words in ("loss", "unseen points right")]
    rows = table_below("tests/benchmarks/README.md", "Published systems, reproduced")
    assert [cells[-1] for cells in rows] == [
        last_cell(system_000, "test images right"),
        last_cell(system_001, "test images right") + ", and its ten losses to every printed digit",
        last_cell(system_002, "test images right"),
        last_cell(system_002, "XOR solved") + " solved",
        f"loss {loss}, {right}",
        last_cell(of["system_004_loops_and_numpy.py"], "test images right"),
        last_cell(of["classics.py"], "Nielsen 2015, 784-30-10, best right"),
        last_cell(of["classics.py"], "LeCun 1998, 784-300-10, wrong") + " wrong",
        recipe("five"),
        recipe("minute"),
    ]
    epochs = re.findall(r"^epoch .* ([\d.]+) %$", system_000, re.MULTILINE)[-5:]
    sentence = f"its last five epochs are between {min(epochs)} and {max(epochs)} %"
    assert sentence in in_one_line("tests/benchmarks/README.md")


def times(text):
    """{row: the median} of a benchmark's table."""
    rows = re.findall(r"^(\S.*?)  +([\d.,]+) ", text, re.MULTILINE)
    return {words: float(time.replace(",", "")) for words, time in rows}


def two_digits(number):
    return f"{float(f'{number:.2g}'):,g}"


def ratios(text, ours):
    """The median of each row of a benchmark's table, divided by that of the row `ours`."""
    medians = times(text)
    return {words: two_digits(time / medians[ours]) for words, time in medians.items()}


def mnist_tables():
    """What `mnist_fit.py` printed for batches of 64, of 32, and for one example at a time."""
    return printed("speed.txt")["mnist_fit.py"].split("\n784-")[1:]


def compiled_tables():
    """What `compiled_loops.py` printed for batches of 64, of 32, and for one example at a time."""
    one_by_one, *batches = printed("compiled_loops.txt")["compiled_loops.py"].split("\n784-")[1:]
    return [*batches, one_by_one]


def test_the_numbers_of_the_readme_are_what_the_benchmarks_printed():
    xor, mnist = printed("speed.txt")["xor_fit.py"], mnist_tables()[0]
    rows = table_below("README.md", "In numbers")
    assert [cells[2] for cells in rows] == [
        f"{two_digits(time)} µs"
        for time in (
            times(xor)["loops"],
            times(xor)["unrolled"],
            times(mnist)["neurons"] / 64,
            times(compiled_tables()[2])["compiled loops"],
        )
    ]
    assert [cells[3:5] for cells in rows] == [
        [f"{ratios(xor, 'loops')[row]} × as long" for row in ("torch, eager", "micrograd")],
        [f"{ratios(xor, 'unrolled')[row]} × as long" for row in ("torch, eager", "micrograd")],
        [f"{ratios(mnist, 'neurons')['PyTorch, eager']} × as long", ""],
        ["", ""],
    ]
    solved, *_ = seeds()["the defaults of python -m neurons xor"]
    assert rows[0][5] == f"XOR from {solved} seeds"
    assert rows[2][5] == f"{recipe('five')} of MNIST in 5 CPU-seconds"


def test_how_fast_it_is_is_what_the_benchmarks_printed():
    """`speed.txt` holds what `speed.py` had the benchmarks print."""
    of = printed("speed.txt")
    loops, unrolled = [ratios(of["xor_fit.py"], ours) for ours in ("loops", "unrolled")]
    mnist = [ratios(table, "neurons") for table in mnist_tables()]
    products = ["five matrix products", "five matrix products", "gemv and ger, aligned"]
    assert [row[1:] for row in table_below("tests/benchmarks/README.md", "How fast is it?")] == [
        ["", "", *[table[row] for table, row in zip(mnist, products, strict=True)]],
        [loops["loops"], unrolled["loops"], "", "", ""],
        [loops["torch, eager"], unrolled["torch, eager"], *[table["PyTorch, eager"] for table in mnist]],
        ["", "", *[table["JAX, a jitted scan"] for table in mnist]],
        ["", "", *[ratios(table, "neurons")["compiled loops"] for table in compiled_tables()]],
        ["", "", *[table["scikit-learn"] for table in mnist]],
        [loops["micrograd"], unrolled["micrograd"], "", "", ""],
    ]
    text = in_one_line("tests/benchmarks/README.md")
    as_bytes, as_floats, _, pytorch, jax = re.findall(r"(\d+) MiB   \w", of["mnist_memory.py"])
    assert f"is {as_bytes} MiB with the images as bytes and {as_floats} MiB with float32 ones" in text
    assert f"; {pytorch} MiB with PyTorch, {jax} MiB with JAX" in text


def test_what_the_compiled_loops_take():
    one_by_one = compiled_tables()[2]
    floats, doubles = (two_digits(times(one_by_one)[f"compiled loops{more}"]) for more in ("", ", float64"))
    of_jax = times(one_by_one)["compiled loops"] / times(one_by_one)["JAX, a jitted scan"]
    text = in_one_line("tests/benchmarks/README.md")
    assert f"one by one it takes {floats} µs, {two_digits(of_jax)} of JAX's time, and {doubles} µs in float64" in text
    (seconds,) = re.findall(r"an epoch takes ([\d.]+) s", one_by_one + compiled_tables()[1])
    assert f"An epoch of system 000 takes it {seconds} s" in text


def test_what_worksheets_name_is_what_the_benchmark_printed():
    """`worksheets.txt` holds what `worksheets.py` printed: a row per kind of sheet, then the students."""
    kept = (BENCHMARKS / "worksheets.txt").read_text(encoding="utf-8")
    rows = [re.split("  +", line.strip()) for line in kept.split("\n\n")[0].splitlines()[1:]]
    assert table_below("tests/benchmarks/README.md", "Do worksheets name mistakes?") == [cells[:8] for cells in rows]
    counts = re.findall(
        r"^mistakes each.* students: (\d+);.* blamed: (\d+) of ([\d,]+);.* named: (\d+)", kept, re.MULTILINE
    )
    (students, _, _, named), (students_of_two, _, _, named_of_two) = counts
    follow_ups = sum(int(count[2].replace(",", "")) for count in counts)
    blamed = sum(int(count[1]) for count in counts)
    text = in_one_line("tests/benchmarks/README.md")
    assert (
        f"Of {students} with one, {named} have all" in text
        and f"of {students_of_two} with two, {named_of_two}:" in text
    )
    assert f"Of {follow_ups:,} numbers that follow from earlier ones, {blamed} are blamed." in text


def test_where_auto_changes_over():
    """The number of parameters, and what an example takes the loops there."""
    for name in ("README.md", "neurons/README.md"):
        assert re.search(rf"\bup to {LOOPS_UP_TO:,} parameters", in_one_line(name), re.IGNORECASE), name
    straight_line = r"^loops +([\d.]+) µs \+ +([\d.]+) ns per parameter"
    start, slope = map(float, re.search(straight_line, printed("speed.txt")["growth.py"], re.MULTILINE).groups())
    milliseconds = (start + slope * LOOPS_UP_TO / 1000) / 1000
    text = in_one_line("tests/benchmarks/README.md")
    assert f"At {LOOPS_UP_TO:,} parameters the loops take about {milliseconds:.1g} ms for an example" in text


def test_the_single_steps_of_a_backward_pass():
    stated = int(re.search(r"about (\d+) single steps", in_one_line("notebooks/README.md"))[1])
    assert abs(len(stops_of_backward_pass(sigmoid)) - stated) <= 5


def test_every_benchmark_is_in_the_table():
    rows = table_below("tests/benchmarks/README.md", "The numbers, and how they were measured")
    named = [cells[0].strip("`") for cells in rows]
    assert sorted(named) == sorted(path.name for path in Path(BENCHMARKS).glob("[a-z]*.py"))
