"""Stepping through the passes in real debuggers: pdb, ours, VS Code's debugpy, a notebook; as the READMEs say."""

import doctest
import io
import json
import os
import re
import subprocess
import sys

import pytest
from sessions import PATIENCE, ROOT, Notebook, VSCode, in_a_terminal

import neurons
from neurons import Layer, Model, Neuron, NeuronsError, SoftmaxCrossEntropy
from neurons.debug import Debugger, set_trace
from neurons.inspection.debugger.debugger import COMMANDS
from neurons.inspection.models import is_model

FOR_TEACHERS = (ROOT / "notebooks/README.md").read_text(encoding="utf-8")
READMES = (ROOT / "README.md").read_text(encoding="utf-8") + FOR_TEACHERS
NEURON_PY = ROOT / "neurons/neuron.py"
BELOW_ERROR = 1 + next(
    number for number, line in enumerate(NEURON_PY.read_text().splitlines(), 1) if line.strip().startswith("error = ")
)

SCRIPT = """\
from neurons import Model

model = Model.from_sizes([2, 2, 1], seed=1)
for inputs, label in [([0.0, 1.0], [1.0]), ([1.0, 1.0], [0.0])]:
    outputs = model.forward(inputs)
    loss = model.loss.value(outputs, label)
    output_gradients = model.loss.output_gradients(outputs, label)
    model.backward_pass(output_gradients)
    model.step(0.5)
"""


@pytest.fixture
def script(tmp_path):
    path = tmp_path / "script.py"
    path.write_text(SCRIPT)
    return path


def where(answer):
    """(neuron or other part, phase) that our debugger names below the line where it stopped."""
    return re.search(r"^   (\S+), (\w+)", answer, re.MULTILINE).groups()


# --- the READMEs' transcripts --------------------------------------------------------------------------------------


def sessions_in_the_readmes():
    """(command, lines typed, the whole text) for each session with pdb or ours."""
    for block in re.findall(r"```text\n(\$ python .*?)```", READMES, re.DOTALL):
        command, *lines = block.splitlines()
        typed = [line.removeprefix("(Pdb) ") for line in lines if line.startswith("(Pdb) ")]
        yield command.removeprefix("$ python ").split(), typed, block


def alike(text):
    """Without last digits."""
    return re.sub(r"\d+\.\d{12,}", lambda match: f"{float(match[0]):.10g}", text).strip()


@pytest.mark.parametrize(("arguments", "typed", "block"), [*sessions_in_the_readmes()], ids=["first", "ours", "pdb"])
def test_the_sessions_in_the_readmes_are_those_of_a_terminal(arguments, typed, block):
    lines = ["$ python " + " ".join(arguments)]
    for line, answer in in_a_terminal(arguments, typed):
        lines += [f"(Pdb) {line}"] * bool(line) + [answer] * bool(answer)
    shown, printed = alike(block) + "\n", alike("\n".join(lines)) + "\n"
    assert doctest.OutputChecker().check_output(shown, printed, doctest.ELLIPSIS), printed  # `...`: lines left out


# --- VS Code --------------------------------------------------------------------------------------------------------


def configurations():
    """Those of launch.json, with the variables filled in as VS Code does when xor.py is open."""
    text = (ROOT / ".vscode/launch.json").read_text(encoding="utf-8")
    for name, value in {"workspaceFolder": str(ROOT), "file": str(ROOT / "examples/xor.py")}.items():
        text = text.replace(f"${{{name}}}", json.dumps(value)[1:-1])
    assert "${" not in text
    return json.loads(text)["configurations"]


def test_the_configurations_of_vs_code():
    for configuration in configurations():
        assert configuration["type"] == "debugpy" and configuration["request"] == "launch"
        assert configuration["justMyCode"] is False
        assert os.path.samefile(configuration["program"], ROOT / "examples/xor.py")


@pytest.fixture(params=[*configurations()], ids=lambda configuration: configuration["name"])
def vs_code(request):
    session = VSCode(request.param)
    yield session
    session.close()


def test_a_session_with_vs_code(vs_code):
    """Stop in hidden[1]'s backward pass by condition, see its factors, ask why, go on to the next neuron."""
    condition = 'self.name == "hidden[1]"'
    vs_code.break_at(NEURON_PY, BELOW_ERROR, condition)
    vs_code.run()
    variables = vs_code.variables()
    factors = ["output_gradient", "activation_gradient", "error"]
    shown = [f"Breakpoint  neurons/neuron.py, below error = ..., {condition}"]
    shown += [f"Variables   {name} = {variables[name]}" for name in factors]
    dL_da, slope, error = (float(variables[name]) for name in factors)
    assert dL_da * slope == error and variables["self"].startswith("hidden[1]: ")

    program = next(place for place, frame in enumerate(vs_code.stack) if frame["name"] == "<module>")
    assert [frame["name"] for frame in vs_code.stack[:program]] == ["backward_pass"] * 3
    assert "NameError" in vs_code.watch('model.why("hidden[0].w[1]")')
    assert "has no gradient yet" in vs_code.watch('model.why("hidden[1].w[1]")', program)
    assert vs_code.watch('model.why("hidden[0].w[1]").problems', program) == "[]"

    expression = 'model.why("hidden[0].w[1]")'
    answer = vs_code.watch(expression, program)
    shown.append(f"Watch       {expression} = {answer}")
    assert alike("\n".join(shown)) in alike(FOR_TEACHERS), "\n".join(shown)

    vs_code.break_at(NEURON_PY, BELOW_ERROR)
    vs_code.go_on()
    assert vs_code.watch("self.name") == "'hidden[2]'"
    assert float(vs_code.watch('model.why("hidden[1].w[1]").value', program)) == error  # its input is 1.0


# --- `fit` runs the objects: a breakpoint in them is met in every epoch ---------------------------------------------

EPOCHS = 100
TRAINING = f"""\
from neurons import Model, datasets


def on_epoch(epoch, model, history):
    print("epoch", epoch, flush=True)


model = Model.from_sizes([2, 1], seed=1)
model.fit(*datasets.xor(), epochs={EPOCHS}, learning_rate=0.5, seed=0, progress=False, on_epoch=on_epoch)
"""


def test_pdb_meets_a_breakpoint_in_every_epoch_of_fit(tmp_path):
    script = tmp_path / "training.py"
    script.write_text(TRAINING)
    stop = "break neurons.neuron.Neuron.backward_pass"
    lines = ["import neurons.neuron", stop, f"ignore 1 {4 * EPOCHS - 1}", "continue", "break", "clear 1", "continue"]
    *_, (_, last), (_, breakpoints), _, (_, end) = in_a_terminal(["-m", "pdb", script], lines)
    assert f"breakpoint already hit {4 * EPOCHS} times" in breakpoints
    assert re.findall(r"^epoch (\d+)$", last + "\n" + end, re.MULTILINE) == [str(i + 1) for i in range(EPOCHS)]
    assert f"epoch {EPOCHS - 1}\n" in last and f"epoch {EPOCHS}\n" in end


def test_vs_code_meets_a_breakpoint_in_every_epoch_of_fit(tmp_path):
    """The last of so many hits is in the last epoch."""
    script = tmp_path / "training.py"
    script.write_text(TRAINING)
    (one, _) = configurations()
    session = VSCode({**one, "program": str(script)})
    try:
        session.break_at(NEURON_PY, BELOW_ERROR, hits=4 * EPOCHS)
        session.run()
        (place,) = [place for place, frame in enumerate(session.stack) if frame["name"] == "train_epoch"]
        assert session.watch("epoch", place) == str(EPOCHS)
    finally:
        session.close()


# --- ours, in a terminal --------------------------------------------------------------------------------------------


def debug(script, *lines):
    """The answers of `python -m neurons debug` to the lines typed."""
    return [answer for _, answer in in_a_terminal(["-m", "neurons", "debug", script], lines)[1:]]


def test_three_commands_go_through_the_backward_pass_of_2_2_1(script):
    answers = debug(script, "phase", "phase", "phase", *["nn"] * 8, "q")
    assert re.search(r"^   model, forward", answers[0], re.MULTILINE)
    assert re.search(r"^   loss:", answers[1], re.MULTILINE)
    stops = [where(answer) for answer in answers[2:11]]
    assert stops[0] == ("model", "backward")
    assert stops[1:4] == [("output[0]", "backward"), ("hidden[0]", "backward"), ("hidden[1]", "backward")]
    assert stops[4:7] == [("hidden[0]", "step"), ("hidden[1]", "step"), ("output[0]", "step")]
    assert stops[7:] == [("hidden[0]", "forward"), ("hidden[1]", "forward")]  # the next example


def test_a_terminal_of_80_characters_has_room_for_all_it_says():
    """Of 2-8-1, as in xor.py; only the lines of the program and their paths are as long as they are."""
    typed = [
        "help",
        "un hidden[2]",
        "un hidden[2]",
        "grads",
        "net",
        "why output[0].w[0]",
        "why nothing",
        "un nobody",
        "q",
    ]
    answers = in_a_terminal(["-m", "neurons", "debug", "examples/xor.py"], typed, width=80, COLUMNS="80")
    lines = [line for _, answer in answers for line in answer.splitlines() if not line.startswith((">", "->"))]
    assert [line for line in lines if len(line) > 80] == []
    gradients, network = answers[4][1].splitlines(), answers[5][1].splitlines()
    assert (len(gradients), len(network)) == (10, 11)  # a row for each neuron, with headings, and the inputs


def test_it_stops_at_the_end_of_the_program_and_starts_anew(script):
    answers = debug(script, *["un hidden[1]"] * 7, "nn", "q")
    assert [where(answer)[1] for answer in answers[:6]] == ["forward", "backward", "step"] * 2
    assert "The end: no further pass of hidden[1]. The program goes on." in answers[6]
    assert "will be restarted" in answers[6] and where(answers[7]) == ("hidden[0]", "forward")


def test_the_script_gets_its_arguments_and_its_breakpoints_are_ours(tmp_path):
    script = tmp_path / "arguments.py"
    script.write_text("import sys\nprint(sys.argv[1:], __name__)\nbreakpoint()\nprint('over')\n")
    (_, _), (_, shown), *_ = in_a_terminal(["-m", "neurons", "debug", script, "--seed", "1"], ["continue", "nn", "q"])
    assert "['--seed', '1'] __main__" in shown and "More than pdb: nn" in shown


def test_a_script_that_is_not_there():
    command = [sys.executable, "-m", "neurons", "debug", "nowhere.py"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE)
    assert (result.returncode, result.stderr) == (2, "neurons: there is no script nowhere.py\n")


def test_breakpoint_with_the_environment_variable(tmp_path):
    script = tmp_path / "plain.py"
    script.write_text(SCRIPT.replace("    model.step", "    breakpoint()\n    model.step"))
    environment = {"PYTHONBREAKPOINT": "neurons.debug.set_trace"}
    answers = in_a_terminal([script], ["nn", "nn", "why hidden[1].w[1]", "c", "c"], **environment)
    assert [where(answer) for _, answer in answers[1:3]] == [("hidden[0]", "step"), ("hidden[1]", "step")]
    assert "why is dL/d hidden[1].w[1] = " in answers[3][1] and "weights have changed" in answers[3][1]


def test_pytest_keeps_the_keyboard_or_gives_it(tmp_path):
    stops = tmp_path / "test_stops.py"
    stops.write_text(
        "import neurons\ndef test_it():\n    neurons.debug.set_trace()\n    neurons.Neuron(1).forward([1.0])\n"
    )
    pytest_on = ["-m", "pytest", "-p", "no:cacheprovider", "-c", os.devnull, "--rootdir", tmp_path, stops]
    quick = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    ((_, shown),) = in_a_terminal(pytest_on, [], **quick)
    assert "pytest keeps the keyboard for itself: run it as pytest -s" in shown and "1 failed" in shown
    _, (_, second), (_, third) = in_a_terminal([*pytest_on, "-s"], ["nn", "c"], **quick)
    assert where(second) == ("neuron", "forward") and "1 passed" in third

    stops.write_text(stops.read_text().replace("neurons.debug.set_trace", "breakpoint"))
    pytest_on.append("--pdbcls=neurons.debug:Debugger")
    _, (_, second), (_, third) = in_a_terminal(pytest_on, ["nn", "c"], **quick)
    assert where(second) == ("neuron", "forward") and "1 passed" in third


# --- ours, in a notebook --------------------------------------------------------------------------------------------

CELL = """import neurons
model = neurons.Model.from_sizes([2, 2, 1], seed=1)
neurons.debug.set_trace()
outputs = model.forward([0.0, 1.0])
model.backward_pass(model.loss.output_gradients(outputs, [1.0]))
print("the cell is over")
"""


@pytest.fixture(scope="module")
def notebook():
    session = Notebook()
    yield session
    session.close()


def test_in_a_notebook_breakpoint_is_ignored_and_ours_stops(notebook):
    assert notebook.run("breakpoint()\nprint('went on')") == "went on\n"  # what notebooks/README.md and the help say
    typed = ["phase", "phase", "phase", "nn", "nn", "nn", "why output[0].w[1]", "nn"]
    shown = notebook.run(CELL, *typed)
    stops = re.findall(r"^   (.+?), backward", shown, re.MULTILINE)
    assert stops == ["model", "output[0]", "hidden[0]", "hidden[1]"]
    assert "why is dL/d output[0].w[1] = -0.09115 ?" in shown
    assert shown.endswith("the cell is over\nThe end: no further neuron. The program goes on.\n")


def test_a_breakpoint_with_a_condition_in_a_notebook(notebook):
    import_it = "import neurons.neuron"
    stop = 'tbreak neurons.neuron.Neuron.backward_pass, self.name == "hidden[1]"'
    shown = notebook.run(CELL, import_it, stop, "c", "p self.name, output_gradient", "q")
    assert re.search(r"^   hidden\[1\], backward:", shown, re.MULTILINE) and "('hidden[1]', 0.0367" in shown


def test_the_next_cell_runs_without_a_debugger(notebook):
    assert "hidden[0], forward" in notebook.run(CELL, "nn", "c")
    assert notebook.run("import sys; print(sys.gettrace(), model.forward([1.0, 1.0]) is None)") == "None False\n"


# --- ours, in this process ------------------------------------------------------------------------------------------


def typed(function, *lines, kind=Debugger):
    """What our debugger answers to each of the lines, from the first line of the function on."""
    stdout = io.StringIO()
    debugger = kind(
        stdin=io.StringIO("".join(f"{line}\n" for line in lines)), stdout=stdout, nosigint=True, readrc=False
    )
    tracing = sys.gettrace()  # a coverage tool's, perhaps
    try:
        debugger.runcall(function)
    except BaseException as error:
        if type(error).__name__ != "BdbQuit":
            raise
    finally:
        sys.settrace(tracing)
    return [answer.strip("\n") for answer in stdout.getvalue().split("(Pdb) ")[1:]][: len(lines)]


def training_step(model=None, inputs=(0.0, 1.0), label=(1.0,)):
    """A function that makes one training step and has the model in a variable."""
    model = model or Model.from_sizes([len(inputs), 2, len(label)], seed=1)

    def step():
        network = model
        outputs = network.forward(list(inputs))
        output_gradients = network.loss.output_gradients(outputs, list(label))
        network.backward_pass(output_gradients)
        network.step(0.5)

    return step


def table(answer):
    """{neuron: {heading: text}} of a table, the neuron at work among them under ">"."""
    first, *rest = [line for line in answer.splitlines() if not line.startswith(("  x[", "  no inputs"))]
    rows = {line[2:].split()[0]: dict(zip(first.split(), line[2:].split()[1:], strict=False)) for line in rest}
    rows[">"] = [line[2:].split()[0] for line in rest if line.startswith(">")]
    return rows


def test_grads_shows_what_the_pass_has_found_and_nothing_else():
    """Line by line through the last neuron: a zero that only waits for its number is no gradient."""
    model = Model.from_sizes([2, 2, 1], seed=1)
    steps = 25
    answers = typed(training_step(model, (0.5, -2.0)), "un hidden[1]", "un hidden[1]", *["grads", "next"] * steps)
    seen = [table(answer) for answer in answers[2::2] if answer.startswith("  ")]
    finished = Model.from_sizes([2, 2, 1], seed=1)
    finished.backward_pass(finished.loss.output_gradients(finished.forward([0.5, -2.0]), [1.0]))
    for name, neuron in (("hidden[0]", finished.layers[0].neurons[0]), ("hidden[1]", finished.layers[0].neurons[1])):
        numbers = [neuron.output_gradient, neuron.activation_gradient, neuron.error, *neuron.gradients, neuron.error]
        expected = [f"{number:+.4g}" for number in numbers]
        assert list(seen[-1][name].values()) == expected
        if name == "hidden[1]":
            known = [[text for text in rows[name].values() if text != "?"] for rows in seen]
            assert all(texts == expected[: len(texts)] for texts in known)
            assert sorted({len(texts) for texts in known}) == [1, 2, 3, 4, 5, 6]  # dL/da comes in with the call
            assert all(rows[">"] == [name] for rows in seen if len(rows[name]) < 6)


def test_net_never_shows_numbers_of_another_example():
    """In the second forward pass, neurons that it has not come to show a question mark."""
    model = Model.from_sizes([2, 2, 1], seed=1)

    def two_examples():
        for inputs in ([0.0, 1.0], [1.0, 1.0]):
            outputs = model.forward(inputs)
            model.backward_pass(model.loss.output_gradients(outputs, [1.0]))

    answers = typed(two_examples, *["phase"] * 4, "net", "un hidden[1]", "net", "un output[0]", "net", "up", "net")
    for answer, known in [(answers[4], 0), (answers[6], 1), (answers[8], 2), (answers[10], 2)]:
        rows = table(answer)
        assert [rows[name]["a"] != "?" for name in ("hidden[0]", "hidden[1]", "output[0]")] == [
            place < known for place in range(3)
        ]
        assert ("x[0] ?" in answer) == (known == 0) and ("x[0] +1" in answer) == (known > 0)
    assert table(answers[8])[">"] == ["output[0]"]
    hidden = Model.from_sizes([2, 2, 1], seed=1).layers[0].neurons[1]
    assert table(answers[8])["hidden[1]"]["a"] == f"{hidden.forward([1.0, 1.0]):+.4g}"
    assert table(answers[8])["hidden[1]"]["w[1]"] == f"{hidden.weights[1]:+.4g}"


def test_why_in_the_middle_of_a_backward_pass():
    """What is known is that of the finished pass; what is not known is said so."""
    looked = Model.from_sizes([3, 3, 2], loss=SoftmaxCrossEntropy(), seed=4)
    inputs, label = (0.3, -0.8, 0.5), (0.0, 1.0)
    finished = Model.from_sizes([3, 3, 2], loss=SoftmaxCrossEntropy(), seed=4)
    finished.backward_pass(finished.loss.output_gradients(finished.forward(list(inputs)), list(label)))
    asked = ["output[0].w[2]", "output[1].b", "hidden[0].w[1]", "hidden[1].w[1]", "x[0]"]
    questions = [f"why {name}" for name in asked]
    answers = typed(
        training_step(looked, inputs, label), "phase", "phase", "nn", "nn", *questions, "un hidden[1]", *questions
    )
    at_output, at_hidden = answers[4:9], answers[10:15]
    assert at_output[0].startswith("why is dL/d output[0].w[2] = ")
    not_yet = [re.fullmatch(r"\*\*\* (\S+) has no gradient yet: (\S+) .*", answer).groups() for answer in at_output[1:]]
    assert not_yet == list(zip(asked[1:], ["output[1]", "hidden[0]", "hidden[1]", "hidden[0]"], strict=True))
    assert at_hidden[:3] == [str(finished.why(name)) for name in asked[:3]]
    for name, answer in zip(asked[3:], at_hidden[3:], strict=True):
        assert answer.startswith(f"*** {name} has no gradient yet: hidden[1] ")


def test_why_in_the_middle_of_the_next_forward_pass():
    """Then nothing is known of the new example, and the old one is no answer."""
    model = Model.from_sizes([2, 2, 1], seed=1)

    def two_examples():
        for inputs in ([0.0, 1.0], [1.0, 1.0]):
            outputs = model.forward(inputs)
            model.backward_pass(model.loss.output_gradients(outputs, [1.0]))

    answers = typed(two_examples, *["un output[0]"] * 3, "why output[0].b", "nn", "why output[0].b")
    assert "forward" in where(answers[2]) and "backward" in where(answers[4])
    assert answers[3].startswith("*** output[0].b has no gradient yet")
    assert answers[5] == answers[3]


def test_arrays_have_phases_and_no_neurons_at_work():
    model = Model.from_sizes([2, 3, 1], engine="numpy", seed=1)

    def train():
        model.train_batch([[0.0, 1.0], [1.0, 1.0]], [[1.0], [0.0]], 0.1)

    answers = typed(train, "phase", "phase", "phase", "why hidden[2].w[1]", "net", "un hidden[3]")
    assert [where(answer) for answer in answers[:3]] == [("model", phase) for phase in ("forward", "backward", "step")]
    assert answers[3].startswith("why is dL/d hidden[2].w[1] = ") and "hidden[2]" in table(answers[4])
    assert "there is no neuron called hidden[3]: there are hidden[0], hidden[1], hidden[2], output[0]" in answers[5]
    inside = typed(train, "phase", *["next", "net"] * 8)
    assert sum(answer.startswith("  x[0] ") for answer in inside) == 8
    shown = typed(lambda: (model, exec(compile("train()", "cell", "exec"), {"train": train})), "next", "step", "nn")
    assert not re.search("^   hidden", "".join(shown), re.MULTILINE)


def test_after_an_exception_the_program_starts_at_its_first_line(tmp_path):
    script = tmp_path / "broken.py"
    script.write_text("from neurons import Neuron\nneuron = Neuron(1)\nneuron.forward([1.0, 2.0])\n")
    answers = debug(script, "nn", "nn", "nn", "q")
    assert "LengthError" in answers[0] and "post mortem" in answers[0]  # before anything is calculated
    assert "will be restarted" in answers[1] and "broken.py(1)<module>()" in answers[1]
    assert "LengthError" in answers[2]


def test_looking_changes_no_number():
    looked, alone = (Model.from_sizes([2, 2, 1], seed=1) for _ in range(2))
    typed(training_step(looked), *["nn", "grads", "net", "why output[0].b", "why hidden[0].b"] * 9, "c")
    training_step(alone)()
    for one, other in zip(looked.layers, alone.layers, strict=True):
        for neuron, twin in zip(one.neurons, other.neurons, strict=True):
            ours, theirs = ({**vars(each), "act": None, "delta_act": None} for each in (neuron, twin))
            assert ours == theirs


def test_errors_at_the_prompt():
    asked = ["un", "un hidden[7]", "why", "why hidden[0].b", "nn 3", "why hidden[0].w[7]"]
    answers = typed(training_step(), "nn", *asked)[1:]
    facts = [
        ["un", "hidden[0], hidden[1], output[0]"],
        ["hidden[7]", "hidden[0], hidden[1], output[0]"],
        ["why", "such as why hidden[0].w[0]"],
        ["hidden[0].b has no gradient yet"],
        ["nn", "3"],
        ["hidden[0].w[7]", "hidden[0] to hidden[1]"],
    ]
    for answer, words in zip(answers, facts, strict=True):
        assert answer.startswith("*** ") and all(word in answer for word in words)


def test_without_a_model():
    def nothing():
        pass

    shown = typed(nothing, "net", "grads", "why x[0]", "un hidden[0]")
    assert shown[:2] == ["*** there is no model, layer or neuron here"] * 2
    assert shown[2].startswith("*** why needs a model")


def test_a_layer_or_a_neuron_alone():
    layer = Layer(1, 2, name="only")
    answers = typed(lambda: layer.forward([1.0]), "nn", "net", "nn", "net")
    assert table(answers[1])[">"] == ["only[0]"] and table(answers[3])["only[0]"]["a"] != "?"
    neuron = Neuron(1, weights=[2.0], bias=0.0)
    answers = typed(lambda: (neuron.forward([1.0]), neuron.forward([3.0])), "nn", "net", "nn")
    assert table(answers[1])["neuron"] == {"w[0]": "+2", "b": "+0", "z": "?", "a": "?", "error": "?"}
    assert where(answers[2]) == ("neuron", "forward") and "0 + 2 * 3" in answers[2]


def test_the_model_at_hand_is_the_one_at_work():
    first, second = Model.from_sizes([2, 2, 1], seed=1), Model.from_sizes([2, 3, 1], seed=2)

    def both():
        one, other = first, second
        other.forward([0.0, 1.0])
        one.layers[0].forward([0.0, 1.0])

    answers = typed(both, "nn", "net", *["nn"] * 4, "net")
    assert len(table(answers[1])) == 4 + 1 and len(table(answers[6])) == 3 + 1


def test_the_model_at_hand_where_none_is_at_work():
    first, second = Model.from_sizes([2, 2, 1], seed=1), Model.from_sizes([2, 3, 1], seed=2)

    def named():
        model, other = first, second
        return model, other

    def unnamed():
        one, other = first, second
        return one, other

    assert len(table(typed(named, "next", "net")[1])) == 3 + 1
    assert len(table(typed(unnamed, "next", "net")[1])) == 4 + 1  # the one made last


class OwnModel(Model):
    """A student's own."""


class OtherLibrary:
    """With layers and a loss, too."""

    def __init__(self):
        self.layers, self.loss = [], "mse"


def test_what_is_taken_for_a_model():
    model = Model.from_sizes([2, 1])
    for built in (model, model.vectorised(), model.copy(), OwnModel([Layer(2, 1)])):
        assert is_model(built)
    for other in (Model, Model.__new__(Model), model.layers[0], OtherLibrary(), None, neurons):
        assert not is_model(other)


@pytest.mark.parametrize("kind", ["Model", "Layer", "Neuron"])
def test_in_the_middle_of_building(kind):
    """Whatever is typed there, the program goes on as without a debugger."""
    built = []

    def build():
        built.append(Model.from_sizes([2, 2, 1], seed=1))
        built.append(Layer(2, 2))

    looks = ["net", "grads", "why x[0]", "un", "where", "next"]
    answers = typed(build, f"tbreak {kind}.__init__", "c", *looks * 6, "c")
    assert len(built) == 2 and repr(built[0]) == repr(Model.from_sizes([2, 2, 1], seed=1))
    assert "why needs a model" in "".join(answers)


def test_a_wide_model_is_cut():
    model = Model.from_sizes([20, 30, 10], engine="loops", seed=0)
    answers = typed(training_step(model, [0.5] * 20, [1.0] + [0.0] * 9), "un hidden[25]", "net", "grads")
    for answer in answers[1:]:
        assert max(map(len, answer.splitlines())) <= 120
        assert table(answer)[">"] == ["hidden[25]"] and "  ... 19 more" in answer and len(answer.splitlines()) < 26


def test_no_command_hides_a_name():
    plain = {name for name in dir(Debugger.__base__) if name.startswith("do_")}
    assert {f"do_{name}" for name in COMMANDS} == {name for name in dir(Debugger) if name.startswith("do_")} - plain
    names = {"np", "plt", "w", "p", "n", "s", "l", "x", "i", "a", "b", "z", "y", "model", "layer", "neuron", "loss"}
    for function in (Neuron.forward, Neuron.backward_pass, Neuron.step, Layer.backward_pass, Model.forward):
        names |= set(function.__code__.co_varnames)
    assert not names & set(COMMANDS)
    assert not set(dir(neurons)) & set(COMMANDS)


def test_what_is_python_stays_python():
    def names():
        net, why, grads, phase, nn, un = 1.5, 2.5, 3.5, 4.5, 5.5, 6.5
        return net, why, grads, phase, nn, un

    lines = ["next", "net.real", "why + 1", "grads, phase", "nn = 7", "nn * 2", "un == 6.5", "phase > 1", "p net"]
    assert typed(names, *lines)[1:] == ["1.5", "3.5", "(3.5, 4.5)", "", "14", "True", "True", "1.5"]


def test_what_was_assigned_at_the_prompt_stays():
    model = Model.from_sizes([2, 2, 1], seed=1)
    seen = []

    def step():
        number = 1
        model.forward([0.0, 1.0])
        seen.append(number)

    typed(step, "next", "number = 5", "net", "grads", "where", "c")
    assert seen == [5]


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_has_its_help(command):
    (shown,) = typed(lambda: None, f"help {command}")
    assert re.match(rf"\s*(Usage: )?{command}\b", shown) and len(shown.splitlines()) >= 2
    assert max(map(len, shown.splitlines())) < 80  # as pdb's own: a terminal may be no wider


def test_names_are_completed():
    debugger = Debugger(stdin=io.StringIO(), stdout=io.StringIO(), readrc=False)

    def complete(line):
        text = re.split(r"[ \[\]=]", line)[-1]
        start = len(line) - len(text)
        method = getattr(debugger, "complete_" + line.split()[0])
        return [line[:start] + rest for rest in method(text, line, start, len(line))]

    def look():
        model = Model.from_sizes([2, 2, 1])
        debugger.reset()
        debugger.setup(sys._getframe(), None)
        return model

    look()
    assert complete("un hid") == ["un hidden[0]", "un hidden[1]"]
    assert complete("un hidden[1") == ["un hidden[1]"]
    assert complete("why hidden[0].w[") == ["why hidden[0].w[0]", "why hidden[0].w[1]"]
    assert complete("why x") == ["why x[0]", "why x[1]"]
    assert complete("why out") == ["why output[0].w[0]", "why output[0].w[1]", "why output[0].b"]


def test_another_tool_is_named():
    """Python lets one tool follow the program: ours takes over, and says so."""
    stdout = io.StringIO()
    tracing, (stdin, sys.stdin) = sys.gettrace(), (sys.stdin, io.StringIO("c\n"))
    kept, sys.stdout = sys.stdout, stdout

    def follower(frame, event, argument):
        return None

    sys.settrace(follower)
    try:
        set_trace()
    finally:
        sys.settrace(tracing)
        sys.stdin, sys.stdout = stdin, kept
    assert "Another tool (test_debugger) was following the program line by line" in stdout.getvalue()


def test_with_pytest_at_the_keyboard():
    class Keeps:
        pass

    Keeps.__module__ = "_pytest.capture"
    stdin, sys.stdin = sys.stdin, Keeps()
    try:
        with pytest.raises(NeuronsError, match="pytest keeps the keyboard for itself"):
            set_trace()
    finally:
        sys.stdin = stdin


# --- Python in a browser: `input` gives None, raises, or asks, as the page can ----------------------------------------


def step_in_a_page(monkeypatch, ask):
    """Stop in a neuron with the debugger that Python in a browser has; `ask` is the page's `input`."""
    monkeypatch.setattr(sys, "platform", "emscripten")
    monkeypatch.setattr("builtins.input", ask)
    neuron = Neuron(2, weights=[1.0, 2.0], bias=0.5)
    debugger = Debugger(stdout=io.StringIO())
    debugger.runcall(neuron.forward, [1.0, 1.0])
    return debugger.stdout.getvalue(), neuron


def no_answer():
    return None


def no_keyboard():
    raise OSError(29, "I/O error")


def no_line():
    raise EOFError


@pytest.mark.parametrize("ask", [no_answer, no_keyboard, no_line])
def test_a_page_that_cannot_ask_says_so(monkeypatch, ask):
    with pytest.raises(NeuronsError, match="page cannot ask") as error:
        step_in_a_page(monkeypatch, ask)
    assert "model.page(" in str(error.value)


def test_a_page_that_can_ask_does(monkeypatch):
    typed = iter(["p self.name", "c"])
    printed, neuron = step_in_a_page(monkeypatch, lambda: next(typed))
    assert "'neuron'" in printed
    assert neuron.linear_activation == 3.5


def test_nn_and_un_stop_where_a_neuron_calculates():
    answers = typed(training_step(), *["nn"] * 7, "nn")
    words = ["linear_activation += weight"] * 3 + ["activation_gradient = "] * 3 + ["self.weights[weight_idx] -= "]
    for answer, word in zip(answers, words, strict=False):
        assert f"-> {word}" in answer
    answers = typed(training_step(), "un output[0]", "un output[0]", "un output[0]")
    for answer, word in zip(answers, [words[0], words[3], words[6]], strict=True):
        assert f"-> {word}" in answer
