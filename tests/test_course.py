"""The course: each stub fails, each solution passes, right answers in any style pass, wrong ones are named."""

import base64
import io
import json
import os
import re
import shutil
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import numpy as np
import pexpect
import pytest
from cheats import CHEATS, cheated
from correct_variants import VARIANTS, varied
from wrong_answers import WRONG

from neurons.__main__ import main
from neurons.classroom.course.course import Course
from neurons.classroom.course.keyboard import _windows_keys
from neurons.classroom.course.new_exercise import new_exercise, problems_of
from neurons.classroom.course.screen import Screen
from neurons.classroom.course.watch import Watch
from neurons.classroom.diagnosis.catalogue import CATALOGUE
from neurons.classroom.exercises.check import check
from neurons.classroom.exercises.events import close
from neurons.classroom.exercises.exercise import exercises
from neurons.classroom.exercises.images import images
from neurons.classroom.sandbox.errors import StudentError
from neurons.classroom.sandbox.local import LocalTransport
from neurons.classroom.sandbox.student import Limits, Student
from neurons.classroom.sandbox.values import Lent, NotNumeric
from neurons.errors import NeuronsError

ALL = {exercise.name: exercise for exercise in exercises()}
CONVENTIONS_FIXED = {
    ("13_xor", "L1"),
    ("05_loss", "L1"),
    ("05_loss", "L5"),
    ("14_mini_batches", "B1"),
    ("16_numpy_layer", "B1"),
}


# How many of an exercise's programs are tried in every run of the tests, where they take long; the rest is marked slow.
QUICK = {
    **dict.fromkeys(("06_weight_gradients", "11_model", "14_mini_batches", "16_numpy_layer"), 6),
    "13_xor": 3,
    "17_mnist": 1,
}
QUICK_CHEATS = {"13_xor": 5, "17_mnist": 2}
FEWEST_WRONG, FEWEST_RIGHT = 12, 8
# The short exercises run in this interpreter, which gives the same verdicts (`test_transport.py`) in a third of the
# time; where the diagnosis asks thousands of questions, or a training runs, a process is the quicker one.
HERE = {"01", "02", "03", "04", "05", "08", "12", "15"}


def in_parts(corpus, quick=QUICK):
    """(exercise, which of its programs) for each exercise, the slow ones apart."""
    parts = []
    for name, rows in corpus.items():
        keys = list(rows) if isinstance(rows, dict) else list(range(len(rows)))
        count = quick.get(name, len(keys))
        parts.append(pytest.param(name, keys[:count], id=name))
        if keys[count:]:
            parts.append(pytest.param(name, keys[count:], id=f"{name}-the-rest", marks=pytest.mark.slow))
    return parts


@pytest.fixture
def small_images(monkeypatch):
    """Exercise 17 with the digits of the package, a tenth of MNIST: its solution is tried with MNIST as well."""
    monkeypatch.delenv("NEURONS_DATA", raising=False)


def checked(name, path, **how):
    """The result of a check, by the quicker transport."""
    return check(ALL[name], path, transport=LocalTransport if ALL[name].number in HERE else None, **how)


def answer(folder, name, source):
    """A student's file with this content."""
    path = folder / f"{name}.py"
    path.write_text(source, encoding="utf-8")
    return path


def test_there_are_seventeen_exercises_with_three_hints_each():
    assert [exercise.number for exercise in exercises()] == [f"{n:02}" for n in range(1, 18)]
    for exercise in exercises():
        assert len(exercise.hints) == 3 and exercise.hints[0].endswith("?"), exercise
        assert exercise.text("lesson.md").startswith(f"# {exercise.number} ")


@pytest.mark.parametrize("name", ALL)
def test_the_stub_fails_and_the_solution_passes(name):
    exercise = ALL[name]
    stub = check(exercise, exercise.path("stub.py"))
    assert not stub.passed and "still to do" in stub.verdict
    solution = check(exercise, exercise.path("solution.py"), seed=7)
    assert solution.passed, solution


@pytest.mark.parametrize("name, styles", in_parts(VARIANTS))
@pytest.mark.usefixtures("small_images")
def test_a_right_answer_in_another_style_is_not_blamed(name, styles, tmp_path):
    exercise = ALL[name]
    for style in styles:
        source = varied(exercise.text("solution.py"), VARIANTS[name][style])
        assert source != exercise.text("solution.py"), style
        result = checked(name, answer(tmp_path, name, source), seed=11)
        assert result.passed, f"{style}: {result}"


def test_the_corpus_is_large_enough():
    for name in ALL:
        assert len(WRONG.get(name, [])) + len(CHEATS[name]) >= FEWEST_WRONG, name
        assert len(VARIANTS[name]) >= FEWEST_RIGHT, name


@pytest.mark.parametrize("name, changes", in_parts(CHEATS, QUICK_CHEATS))
@pytest.mark.usefixtures("small_images")
def test_wrong_code_without_a_name_and_cheats_fail(name, changes, tmp_path, monkeypatch):
    monkeypatch.setattr("neurons.classroom.exercises.check.explain", lambda *_: None)  # it has no name to be looked for
    exercise = ALL[name]
    for change in changes:
        source = cheated(exercise.text("solution.py"), CHEATS[name][change])
        compile(source, change, "exec")
        result = checked(name, answer(tmp_path, name, source))
        assert not result.passed, change
        # It fails for what it computes, not because the change does not fit the solution any more.
        assert not {"NameError", "AttributeError", "TypeError", "UnboundLocalError"} & set(result.names), result


EMBEDDED = """
import base64

import numpy as np

WEIGHTS = {}


def train(images, labels):
    return [np.frombuffer(base64.b64decode(data), np.float16).reshape(shape) for data, shape in WEIGHTS]
"""


@pytest.mark.slow
def test_weights_that_were_trained_before_do_not_read_the_images(tmp_path):
    """They read 9 in 10 as they are, but the seed shuffles the pixels and exchanges the digits' names."""
    train_images, train_labels, test_images, test_labels, _ = images()
    names = {}
    exec(ALL["17_mnist"].text("solution.py"), names)
    weights = names["train"](train_images / np.float32(255.0), train_labels)
    halves = [np.asarray(part, np.float16) for part in weights]
    W1, b1, W2, b2 = (part.astype(float) for part in halves)
    hidden = 1.0 / (1.0 + np.exp(-(test_images / 255.0 @ W1.T + b1)))
    assert ((hidden @ W2.T + b2).argmax(axis=1) == test_labels).mean() > 0.9
    packed = [(base64.b64encode(part.tobytes()).decode("ascii"), part.shape) for part in halves]
    path = answer(tmp_path, "17_mnist", EMBEDDED.replace("{}", repr(packed)))
    for seed in (20, 7):
        result = check(ALL["17_mnist"], path, seed=seed)
        assert not result.passed and result.names == ("wrong images read right, of 100",)


@pytest.mark.parametrize("name, places", in_parts(WRONG))
def test_a_mistake_of_the_catalogue_is_rejected_under_its_own_name(name, places, tmp_path):
    exercise = ALL[name]
    for ids, old, new in [WRONG[name][place] for place in places]:
        source = exercise.text("solution.py")
        assert old in source, ids
        result = checked(name, answer(tmp_path, name, source.replace(old, new)))
        assert not result.passed, ids
        assert set(ids.split()) <= set(result.mistakes), f"{ids}: {result}"
        assert "?" in result.message and not result.message.startswith(ids)
        for mistake in ids.split():
            assert not CATALOGUE[mistake].convention or (name, mistake) in CONVENTIONS_FIXED


def test_a_convention_is_named_and_accepted(tmp_path):
    replacements = VARIANTS["05_loss"]["half the squared error"]
    source = varied(ALL["05_loss"].text("solution.py"), replacements)
    result = check(ALL["05_loss"], answer(tmp_path, "05_loss", source))
    assert result.passed and "half of the squared error" in str(result)


def test_half_a_loss_with_a_whole_gradient_is_told_what_its_slope_is(tmp_path):
    source = varied(ALL["05_loss"].text("solution.py"), VARIANTS["05_loss"]["half the squared error"])
    assert source.count("append((a - y))") == 1
    source = source.replace("append((a - y))", "append(2.0 * (a - y))")
    result = check(ALL["05_loss"], answer(tmp_path, "05_loss", source))
    assert not result.passed and "[1*(0.5 - 2)], the slope of your loss" in result.message
    assert not result.notes, "nothing says that the gradient is half as well"


def test_a_slope_of_1_everywhere_is_named_as_a_slope(tmp_path):
    source = ALL["03_derivatives"].text("solution.py").replace("return 1.0 if z > 0.0 else 0.0", "return 1.0")
    result = check(ALL["03_derivatives"], answer(tmp_path, "03_derivatives", source))
    assert result.mistakes == ("A6", "one_everywhere")


def test_a_neuron_that_keeps_the_callers_list_is_told_to_copy(tmp_path):
    source = ALL["04_forward"].text("solution.py").replace("list(inputs)", "inputs")
    result = check(ALL["04_forward"], answer(tmp_path, "04_forward", source))
    assert not result.passed and "then other numbers are written into the list" in result.message
    assert re.search(r"input_activation  \[0, 0\] +\[3, 2\]", result.message)


def test_a_backward_pass_that_moves_the_weights_is_noticed(tmp_path):
    returned = "return input_gradients"
    for name in ("06_weight_gradients", "07_input_gradients"):
        old = returned if name.startswith("07") else "self.bias_gradient = error"
        source = ALL[name].text("solution.py").replace(old, f"self.weights[0] += 0.5\n        {old}")
        result = check(ALL[name], answer(tmp_path, name, source))
        assert not result.passed and "weights (they must not move yet)" in result.message


TRAIN_13 = ALL["13_xor"].text("solution.py").partition("def train(")[2]
OTHER_TRAININGS = {
    "with twice the epochs and a rate of its own": TRAIN_13.replace(
        "for _ in range(epochs):", "for _ in range(2 * epochs):"
    ).replace("learning_rate * ", "0.7 * "),
}


@pytest.mark.parametrize("style", OTHER_TRAININGS)
def test_training_in_another_way_is_not_blamed(style, tmp_path):
    solution = ALL["13_xor"].text("solution.py")
    source = solution.replace(TRAIN_13, OTHER_TRAININGS[style])
    assert source != solution
    result = check(ALL["13_xor"], answer(tmp_path, "13_xor", source))
    assert result.passed, result


def test_the_message_shows_the_smallest_case_in_two_columns(tmp_path):
    source = "def weighted_sum(weights, inputs, bias):\n    return weights[0] * inputs[0]\n"
    result = check(ALL["01_weighted_sum"], answer(tmp_path, "01_weighted_sum", source))
    assert result.verdict == "01 weighted sum: not yet right."
    assert "weights [2], inputs [3], bias 0.5" in result.message
    rows = [line.split() for line in result.message.splitlines()]
    assert ["yours", "correct"] in rows
    assert ["z", "6", "6.5", "<-", "differs"] in rows
    assert "z = 2*3 + 0.5" in result.message


@pytest.mark.parametrize(
    "source, word",
    [
        ("def weighted_sum(w, i, b)\n    return 0\n", "Python cannot read the file in line 1"),
        ("def weighted_sum(w, i, b):\n\tif w:\n        return 0\n", "line 3"),
        ("def weightedsum(w, i, b):\n    return 0\n", "no function `weighted_sum`. It has `weightedsum`"),
        ("def weighted_sum(w, i, b):\n    return 1 / 0\n", "ZeroDivisionError in line 2: division by zero"),
        ("def weighted_sum(w, i, b):\n    w[0] * i[0] + b\n", "Did you forget `return`?"),
        ("def weighted_sum(w, i, b):\n    return '6.5'\n", "the text '6.5'"),
        ("def weighted_sum(w, i, b):\n    return True\n", "the truth value True"),
        ("def weighted_sum(w, i, b):\n    return float('nan')\n", "yours is nan"),
        ("x = input('weights? ')\n", "EOFError in line 1"),
        ("import pandas_of_my_own\n", "No module named 'pandas_of_my_own'"),
        ("raise SystemExit\n", "SystemExit in line 1"),
        ("", "The file is empty."),
        ("x = 1\0\n", "zero bytes"),
        ("#" * 2**21, "longer than 1 MB"),
    ],
)
def test_other_trouble_is_told_in_a_sentence(source, word, tmp_path):
    result = check(ALL["01_weighted_sum"], answer(tmp_path, "01_weighted_sum", source))
    assert not result.passed
    assert word.lower() in str(result).lower()


def test_prints_are_shown_and_cut(tmp_path):
    source = ALL["01_weighted_sum"].text("solution.py") + "print('hello')\n"
    assert "hello" in str(check(ALL["01_weighted_sum"], answer(tmp_path, "01_weighted_sum", source)))
    often = source + "print('hello\\n' * 50)\n"
    assert str(check(ALL["01_weighted_sum"], answer(tmp_path, "01_weighted_sum", often))).count("hello") == 10
    source += "print('x' * 100_000)\n"
    result = check(ALL["01_weighted_sum"], answer(tmp_path, "01_weighted_sum", source))
    assert result.passed and "100,007 bytes in all" in str(result) and len(str(result)) < 2000


def test_only_floats_and_lists_of_the_same_form_are_equal():
    assert close([1.0, [2.0]], [1.0, [2.0 + 1e-7]])
    for wrong in (None, True, 1, "1.0", [1.0], NotNumeric("NaN"), float("nan"), 1.001):
        assert not close(wrong, 1.0)
    assert not close([1.0], [1.0, 2.0])


def test_what_the_worker_says_is_not_believed(tmp_path):
    """Whatever comes through the pipe is numbers, or refused."""
    path = answer(tmp_path, "x", "def f():\n    return 1.0\n")
    with Student(path) as student:
        assert student.f() == 1.0
        for value in (True, None, "1.0", {"value": 1.0}, {"not_numeric": 3}, 10**400):
            assert isinstance(student.transport.decoded(value), NotNumeric)
        for line in ("NaN", "[1.0", '{"values": 1}', "7", '{"value": 1, "missing": "x"}'):
            student.transport.answers.put(line.encode())  # nothing was asked: no true answer comes before it
            with pytest.raises(StudentError):
                student.transport.receive("value")


def test_what_is_lent_for_a_call_comes_back_as_the_call_left_it(tmp_path):
    source = (
        "import numpy as np\n\nKEPT = []\n\n\n"
        "def keep(numbers):\n    KEPT.append(numbers)\n    return 0.0\n\n\n"
        "def kept():\n    return KEPT[-1]\n\n\n"
        "def change(one, other):\n    one.append(4.0)\n    other *= 2.0\n    return other\n"
    )
    with Student(answer(tmp_path, "x", source)) as student:
        one, other = Lent([1.0, [2.0]]), Lent(np.array([[1.5, 2.0]]))
        assert student.change(one, other) == [[3.0, 4.0]]
        assert one.after == [1.0, [2.0], 4.0] and other.after == [[3.0, 4.0]]
        assert one.value == [1.0, [2.0]] and other.value.tolist() == [[1.5, 2.0]]
        for reused, expected in ((False, [1.0, 2.0]), (True, [0.0, 0.0])):
            lent = Lent([1.0, 2.0], reused=reused)
            student.keep(lent)
            assert lent.after == [1.0, 2.0] and student.kept() == expected


def test_an_answer_that_hides_what_was_lent_is_refused(tmp_path):
    path = answer(tmp_path, "x", "def f(numbers):\n    return 1.0\n")
    with Student(path) as student:
        for line in ('{"value": 1.0}', '{"value": 1.0, "lent": []}', '{"value": 1.0, "lent": 1.0}'):
            student.transport.answers.put(line.encode())
            student.transport.write = lambda message: None  # nothing is asked: only this answer comes
            with pytest.raises(StudentError):
                student.transport.call(None, "f", (Lent([1.0]),))


def test_a_waiting_answer_is_ended_by_the_clock(tmp_path):
    path = answer(tmp_path, "x", "import time\ndef f():\n    time.sleep(100)\n")
    with (
        Student(path, limits=Limits(seconds=0.3)) as student,
        pytest.raises(StudentError, match="0.3 seconds"),
    ):
        student.f()
    assert student.transport.process.returncode is not None


# The command line


def course(*words, folder):
    """Run one command of the course; return (exit code, what it printed)."""
    result = subprocess.run(
        [sys.executable, "-m", "neurons", "course", *words], cwd=folder, capture_output=True, text=True, timeout=120
    )
    assert "Traceback" not in result.stderr, result.stderr
    return result.returncode, result.stdout + result.stderr


def test_a_course_from_start_to_submit(tmp_path, monkeypatch, capsys):
    assert course("start", "mine", folder=tmp_path)[0] == 0
    folder = tmp_path / "mine"
    assert len(list(folder.glob("??_*.py"))) == 17
    code, text = course("check", folder=folder)
    assert code == 1 and "01 weighted sum: still to do." in text
    monkeypatch.chdir(folder)
    assert [main(["course", "hint", "1"]) for _ in range(4)] == [0] * 4
    text = capsys.readouterr().out
    assert text.count("Hint 1 of 3") == 2 and text.count("Hint 3 of 3") == 2
    assert main(["course", "check", "99"]) == 2
    assert "01 to 17" in capsys.readouterr().err
    assert main(["course", "lesson", "6"]) == 0 and "chain rule" in capsys.readouterr().out
    for exercise in exercises()[:8]:
        shutil.copy(exercise.path("solution.py"), folder / f"{exercise.name}.py")
        assert main(["course", "check", exercise.number]) == 0
    assert main(["course", "list"]) == 0
    text = capsys.readouterr().out
    assert "8 of 17 passed" in text and "09  and                next" in text and "3 of 3 hints seen" in text
    assert main(["course", "start", "."]) == 0  # again: nothing is lost
    assert Course(".").is_passed(exercises()[0])
    assert main(["course", "reset", "01"]) == 0
    assert "raise NotImplementedError" in (folder / "01_weighted_sum.py").read_text(encoding="utf-8")
    assert "ValueError(f" in (folder / "01_weighted_sum.old1.py").read_text(encoding="utf-8")
    assert main(["course", "submit"]) == 0
    assert "17 exercises, 7 of them passed" in capsys.readouterr().out
    with zipfile.ZipFile(folder / "submission.zip") as archive:
        assert archive.namelist() == [f"{name}.py" for name in ALL]
    (folder / "progress.txt").write_bytes(b"\xff\xfe nonsense\n01_weighted_sum passed\n02_activations hints x\n")
    assert main(["course", "list"]) == 0 and "1 of 17 passed" in capsys.readouterr().out


def test_outside_of_a_course_the_way_there_is_shown(tmp_path):
    code, text = course("check", folder=tmp_path)
    assert code == 2 and "course start DIR" in text


def test_a_folder_that_is_a_file(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(NeuronsError, match="is a file"):
        Course.start(str(tmp_path / "file"))


@pytest.mark.skipif(sys.platform == "win32", reason="a terminal of the kind that pexpect drives")
def test_watch_in_a_terminal(tmp_path):
    """A file that is saved is checked; the keys work; the terminal is left as it was."""
    Course.start(str(tmp_path))
    environment = {**os.environ, "TERM": "xterm-256color", "NO_COLOR": ""}
    child = pexpect.spawn(
        sys.executable,
        ["-m", "neurons", "course", "watch"],
        cwd=str(tmp_path),
        timeout=60,
        encoding="utf-8",
        env=environment,
        dimensions=(40, 100),
    )
    child.expect_exact("\x1b[2J")  # the screen is cleared
    child.expect_exact("01 of 17")
    child.expect("w.0.*i.0.")  # the lesson
    child.expect("01 weighted sum: still to do")
    child.expect("q. quit")
    shutil.copy(ALL["01_weighted_sum"].path("solution.py"), tmp_path / "01_weighted_sum.py")
    child.expect_exact("01 of 17   [#................]   1 passed")  # at once, not at the next key
    child.expect_exact("\x1b[32;1m01 weighted sum: passed")  # in green
    child.expect("Press n for the next")
    child.send("\x1bOH\x1bOQ\x1b[A")  # Home, F2 and the arrow up: no hint, and no end
    child.send("n")
    child.expect_exact("02 of 17   [#................]   1 passed")
    child.expect("02 activations: still to do")
    child.send("lh")  # two at once
    child.expect("1 of 17 passed")
    child.expect("Hint 1 of 3: What is sigmoid")
    assert Course(str(tmp_path)).read_progress()["02_activations"]["hints"] == 1
    child.send("x")
    child.expect("x does nothing here")
    child.expect("q. quit")
    child.send("r")
    child.expect("function that bends")
    child.expect("q. quit")
    child.setwinsize(24, 60)  # made narrower: drawn again, in shorter lines, with what was below
    child.expect_exact("\x1b[2J")
    child.expect("02 activations: still to do")
    child.expect("q. quit")
    lines = [re.sub(r"\x1b\[[0-9;]*m", "", line) for line in child.before.splitlines()]
    assert max(len(line) for line in lines if not line.startswith("  ")) < 60, "formulas stay whole"
    child.setwinsize(24, 80)
    child.expect_exact("\x1b[2J")
    child.expect("q. quit")
    os.remove(tmp_path / "02_activations.py")  # as an editor does that replaces files
    time.sleep(0.4)
    (tmp_path / "02_activations.py").write_text("def sigmoid(z):\n    return 1\n")
    child.expect("02 activations: not yet right")
    os.remove(tmp_path / "02_activations.py")  # for good
    child.expect("02_activations.py is missing")
    child.expect("course reset 02")
    child.expect("press q first")
    child.send("n")
    child.expect("02 is not passed yet: press b")
    child.expect("03 derivatives: still to do")
    child.send("b")
    child.expect("02_activations.py is missing")
    child.send("q")
    child.expect("course watch")
    child.expect(pexpect.EOF)
    child.wait()  # close() would interrupt a child that is not gone yet
    child.close()
    assert child.exitstatus == 0


class Recorded(io.StringIO):
    """Where a watch writes in a test."""

    def shows(self):
        """What was written since the last time."""
        text = self.getvalue()
        self.seek(0)
        self.truncate()
        return text


class Clock:
    """The time, as far as a watch can tell."""

    def __init__(self, monkeypatch):
        self.now = 100.0
        monkeypatch.setattr("neurons.classroom.course.watch.time.monotonic", lambda: self.now)

    def looks(self, watch, seconds):
        """What `saved` finds, asked every fifth of a second for so long."""
        found = []
        for _ in range(round(5 * seconds)):
            self.now += 0.2
            found.append(watch.saved())
        return [exercise.number for exercise in found if exercise is not None]


@pytest.fixture
def watch(tmp_path):
    return Watch(Course.start(str(tmp_path)), None, Screen(Recorded()))


def test_a_save_that_is_half_written_is_not_judged(watch, tmp_path, monkeypatch):
    clock = Clock(monkeypatch)
    path = tmp_path / "01_weighted_sum.py"
    assert clock.looks(watch, 2.0) == []
    for text in ("", "def weighted_sum(", "def weighted_sum(weights, inputs, bias):\n    return ("):
        path.write_text(text)
        assert clock.looks(watch, 0.8) == []
    path.write_text("def weighted_sum(weights, inputs, bias):\n    return 0.0\n")
    assert clock.looks(watch, 0.6) == ["01"]
    assert clock.looks(watch, 2.0) == []  # once
    path.write_text("def weighted_sum(weights, inputs, bias):\n    return '\\d' is 1\n")  # Python warns of two things
    assert clock.looks(watch, 0.6) == ["01"]
    path.write_text("def weighted_sum(weights, inputs, bias)\n")  # this is all that comes
    assert clock.looks(watch, 2.0) == ["01"]


def test_files_that_are_saved_together_are_checked_one_by_one(watch, tmp_path, monkeypatch):
    clock = Clock(monkeypatch)
    for name in ("04_forward", "02_activations"):
        shutil.copy(ALL[name].path("solution.py"), tmp_path / f"{name}.py")
    assert clock.looks(watch, 2.0) == ["02", "04"]


def test_a_file_that_is_gone_for_good_is_told(watch, tmp_path, monkeypatch):
    clock = Clock(monkeypatch)
    (tmp_path / "03_derivatives.py").unlink()
    assert clock.looks(watch, 0.8) == []
    assert clock.looks(watch, 1.0) == ["03"]


def test_what_a_watch_shows(watch, tmp_path):
    shown = watch.screen.stream.shows
    watch.show(lesson=True)
    text = shown()
    assert "\x1b" not in text, "no colours outside of a terminal"
    assert text.index("01 of 17") < text.index("w[0]*i[0]") < text.index("still to do") < text.index("[q] quit")
    shutil.copy(ALL["01_weighted_sum"].path("solution.py"), tmp_path / "01_weighted_sum.py")
    watch.show(lesson=False)
    text = shown()
    assert "w[0]*i[0]" not in text and "passed." in text and ALL["01_weighted_sum"].passed[:40] in text
    assert "Press n" in text
    watch.press("n")
    assert "02 of 17   [#................]   1 passed" in shown()
    watch.press("?")
    text = shown()
    assert "? does nothing here" in text and "[h] hint" in text
    for key in ("", "\n"):
        watch.press(key)
    assert shown() == ""
    watch.exercise = watch.course.exercises[-1]
    assert "last exercise" in watch.after_passing()


def test_each_key_leaves_the_keys_at_the_end(watch):
    shown = watch.screen.stream.shows
    watch.show(lesson=True)
    for key in "hhhhrlxnbbb":
        shown()
        watch.press(key)
        assert shown().rstrip().endswith("[q] quit"), key
    assert watch.exercise.number == "01", "there is nothing before the first"


def test_after_the_last_hint_only_that_one_comes_again(watch):
    for _ in range(3):
        watch.press("h")
    watch.screen.stream.shows()
    watch.press("h")
    text = watch.screen.stream.shows()
    assert "no more hints" in text and "Hint 3 of 3" in text and "Hint 1 of 3" not in text
    assert Course(watch.course.folder).hint(watch.exercise).count("of 3:") == 3, "the command has all of them"


class Window(Recorded):
    """A window of 24 lines in a test."""

    def isatty(self):
        return True

    def visible(self):
        """The last lines, as many as the window has; the cursor stands in one more."""
        return self.shows().rpartition("\x1b[2J")[2].splitlines()[-23:]


def test_in_a_small_window_the_verdict_is_seen(tmp_path, monkeypatch):
    """An exercise's first screen fits into it; where a case is too long, the verdict stands below it once more."""
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("LINES", "24")
    monkeypatch.chdir(tmp_path)
    watch = Watch(Course.start("."), None, Screen(Window()))
    for exercise in watch.course.exercises[:14]:
        watch.exercise = exercise
        watch.show(lesson=True)
        text = "\n".join(watch.screen.stream.visible())
        assert f"{exercise.number} of 17" in text and f"{exercise.heading}: still to do" in text and "quit" in text
    for name, old, new in (
        ("07_input_gradients", "error * weight", "error + weight"),
        ("10_layer", "sum_of_input_gradients[input_idx] +=", "sum_of_input_gradients[input_idx] -="),
        ("06_weight_gradients", "delta_sigmoid(self.linear", "delta_sigmoid(self."),
    ):
        solution = ALL[name].text("solution.py")
        assert old in solution
        (tmp_path / f"{name}.py").write_text(solution.replace(old, new), encoding="utf-8")
        watch.exercise = watch.course.exercise(name)
        watch.show(lesson=True)
        lines = watch.screen.stream.visible()
        assert any(f"{ALL[name].heading}: not yet right" in line for line in lines), lines
        assert "quit" in lines[-1]


def test_a_file_that_is_empty_is_told_how_to_come_back(watch, tmp_path):
    (tmp_path / "01_weighted_sum.py").write_text("")
    watch.show(lesson=False)
    text = " ".join(watch.screen.stream.shows().split())
    assert "01_weighted_sum.py is empty" in text and "course reset 01" in text and "press q first" in text


def test_the_list_says_how_to_go_to_an_exercise(watch):
    watch.press("l")
    assert "save its file" in watch.screen.stream.shows()


def test_start_on_the_second_day(tmp_path, monkeypatch, capsys):
    """It says that the work is still there; inside a course it makes no second one."""
    monkeypatch.chdir(tmp_path)
    assert main(["course", "start", "mine"]) == 0
    assert "17 exercises are ready in mine" in capsys.readouterr().out
    for exercise in exercises()[:8]:
        Course("mine").record(exercise, passed=1)
    (tmp_path / "mine" / "09_and.py").write_text("x = 1\n")
    assert main(["course", "start", "mine"]) == 0
    text = capsys.readouterr().out
    assert "8 of 17 passed" in text and "are ready" not in text and "09_and.py" in text
    assert (tmp_path / "mine" / "09_and.py").read_text() == "x = 1\n"
    monkeypatch.chdir(tmp_path / "mine")
    for folder in ("mine", "deep/er"):
        assert main(["course", "start", folder]) == 2
        assert "course watch" in capsys.readouterr().err
    assert not (tmp_path / "mine" / "mine").exists()
    (tmp_path / "progress.txt").write_text("a diary of the student's\n")
    monkeypatch.chdir(tmp_path)
    assert main(["course", "start", "other"]) == 0, "a file of this name need not be a course"


def test_lines_break_between_words(tmp_path):
    stream = Recorded()
    Screen(stream).write("word " * 60 + "\n  " + "word " * 40 + "\n  a table   stays   " + "x" * 200)
    lines = stream.shows().splitlines()
    assert all(len(line) <= 100 for line in lines[:-1]) and len(lines[-1]) > 200
    assert all(set(line.split()) == {"word"} for line in lines[:-1])


class WindowsConsole:
    """What `msvcrt` does; each press may send several characters at once."""

    def __init__(self, presses):
        self.presses, self.encoded = list(presses), ""

    def kbhit(self):
        hit = bool(self.encoded)
        if not hit and self.presses:
            self.encoded = self.presses.pop(0)
        return hit

    def getwch(self):
        first, self.encoded = self.encoded[0], self.encoded[1:]
        return first


def test_keys_of_windows():
    key = _windows_keys(WindowsConsole(["\xe0H", "\xe0", "N", "\0;", "q"]))  # arrow up, a letter, n, F1, q
    assert key(60.0) == "n"  # neither the arrow's H, nor is it lost after a letter that looks like half an arrow
    assert key(60.0) == "q"
    assert key(0.0) == ""


BLOCKED = """
import os, select, signal, sys
for name in ("resource", "fcntl", "termios", "tty", "pty", "pwd", "grp", "syslog", "readline", "posix_ipc"):
    sys.modules[name] = None
ONLY_HERE = {
    os: ("fork", "forkpty", "killpg", "setsid", "getpgid", "uname", "getuid", "geteuid", "mkfifo", "nice", "O_NOFOLLOW",
         "O_NONBLOCK", "setpriority", "sched_setaffinity", "pidfd_open", "O_PATH"),
    signal: ("SIGALRM", "SIGHUP", "alarm", "setitimer", "pthread_sigmask", "pthread_kill", "sigwait"),
    select: ("poll", "epoll"),
}
for module, names in ONLY_HERE.items():
    for name in names:
        if hasattr(module, name):
            delattr(module, name)
os.supports_dir_fd.clear()  # as on Windows: else `shutil` works with descriptors, and asks for O_NONBLOCK
"""  # fmt: skip
PARENT = """
from neurons.classroom.sandbox import process
launch = process.launch
def launch_blocked(*arguments):
    (python, *options, worker, settings), environment = launch(*arguments)
    return [python, *options, "-c", BLOCKED + WORKER, worker, settings], environment
process.launch = launch_blocked
from neurons.__main__ import main
sys.exit(main(["course", *sys.argv[1:]]))
"""
WORKER = """
import runpy
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""


def blocked(*words, folder, **how):
    """Run a command of the course in Python processes, ours and the student's, without what only some systems have."""
    program = f"{BLOCKED}\nBLOCKED, WORKER = {BLOCKED!r}, {WORKER!r}\n{PARENT}"
    return subprocess.run(
        [sys.executable, "-c", program, *words], cwd=folder, capture_output=True, text=True, timeout=120, **how
    )


def test_what_is_blocked_cannot_be_used(tmp_path):
    """Else the next two tests would prove nothing: here the student's file looks for what was taken away."""
    Course.start(str(tmp_path))
    for statement in ("import resource", "import termios", "from signal import alarm", "from os import killpg"):
        answer(tmp_path, "01_weighted_sum", f"{statement}\n")
        result = blocked("check", "1", folder=tmp_path)
        assert "your code raises" in result.stdout.lower() and "Error in line 1" in result.stdout, statement


def test_nothing_is_used_that_windows_or_macos_lack(tmp_path):
    """The modules and functions that only some systems have are taken away: check, hint and watch still work."""
    Course.start(str(tmp_path))
    shutil.copy(ALL["01_weighted_sum"].path("solution.py"), tmp_path / "01_weighted_sum.py")

    def run(*words, keys=""):
        result = blocked(*words, folder=tmp_path, input=keys)
        assert result.returncode == 0, result.stderr
        return result.stdout

    assert "passed" in run("check", "1")
    assert "Hint 1 of 3" in run("hint", "2")
    watched = run("watch", keys="n\nl\nq\n")
    assert "02 activations: still to do" in watched and "1 of 17 passed" in watched


def test_an_endless_loop_is_ended_without_signals(tmp_path):
    Course.start(str(tmp_path))
    loop = "from neurons.classroom.sandbox.student import Limits\n\nLIMITS = Limits(seconds=0.5)\n"
    folder = shutil.copytree(ALL["01_weighted_sum"].folder, tmp_path / "exercises" / "30_endless")
    with open(folder / "probes.py", "a", encoding="utf-8") as file:
        file.write("\n\n" + loop)
    answer(tmp_path, "30_endless", "while True:\n    pass\n")
    result = blocked("check", "30", folder=tmp_path)
    assert "0.5 seconds" in result.stdout, result.stderr


# An exercise of the teacher's own


def test_an_exercise_of_the_teachers_own(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["course", "new", "18_mean"]) == 0
    assert "the stub fails and the solution passes" in capsys.readouterr().out
    Course.start(".")
    assert Path("18_mean.py").is_file()
    assert main(["course", "check", "18"]) == 1
    shutil.copy("exercises/18_mean/solution.py", "18_mean.py")
    assert main(["course", "check", "18"]) == 0
    Path("exercises/18_mean/stub.py").write_text(Path("exercises/18_mean/solution.py").read_text())
    assert main(["course", "new", "18_mean"]) == 1
    assert "The stub passes" in capsys.readouterr().out
    for name in ("mean", "05_loss", "18 mean", "../18_mean"):
        with pytest.raises(NeuronsError):
            new_exercise(name)


def test_a_solution_that_does_not_pass_is_no_proof(tmp_path):
    exercise = new_exercise("18_mean", str(tmp_path))
    Path(exercise.path("solution.py")).write_text("def mean(numbers):\n    return 0.0\n")
    (problem,) = problems_of(exercise)
    assert "The solution does not pass" in problem and "smallest case" in problem


def test_the_settings_that_the_worker_gets_hold_no_answer(tmp_path):
    """Command line and questions: neither holds an expected number."""
    path = answer(tmp_path, "x", "def weighted_sum(*a):\n    return 0.0\n")
    with Student(path) as student:
        settings = json.loads(student.transport.process.args[-1])
        assert set(settings) == {
            "file", "numpy", "contain", "hook", "landlock", "seccomp", "limits", "readable", "listable",
        }  # fmt: skip
        written = []
        student.transport.write = lambda message, write=student.transport.write: (
            written.append(message),
            write(message),
        )[1]
        next(event for event in ALL["01_weighted_sum"].module.probes(student, None or __import__("random").Random(1)))
        student.weighted_sum([2.0], [3.0], 0.5)
    assert all(set(message) <= {"do", "of", "name", "arguments", "value"} for message in written)
    assert "6.5" not in json.dumps(written)
