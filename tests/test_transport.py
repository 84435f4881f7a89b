"""A student's program in a process and in this very interpreter: the same verdicts, and nothing left behind."""

import builtins
import math
import os
import random
import sys
import tempfile
import warnings

import pytest
from correct_variants import VARIANTS, varied
from habits import ALLOWED, REFUSED
from wrong_answers import WRONG

from neurons.classroom.exercises.check import check
from neurons.classroom.exercises.exercise import exercises
from neurons.classroom.sandbox.containment import AUDIT_HOOK, LANDLOCK
from neurons.classroom.sandbox.deadline import Deadline
from neurons.classroom.sandbox.errors import MissingName, StudentError
from neurons.classroom.sandbox.local import LocalTransport
from neurons.classroom.sandbox.process import ProcessTransport
from neurons.classroom.sandbox.student import Limits, Student, usual_transport
from neurons.classroom.sandbox.transport import Transport
from neurons.errors import NeuronsError

KINDS = [ProcessTransport, LocalTransport]
SLOW = {"09", "13", "17"}  # they train: line by line, as before Python 3.12, that takes long
ALL = {exercise.name: exercise for exercise in exercises() if exercise.number not in SLOW}


def answers_to(name):
    """Answers to an exercise: as it was given, as we solve it, right ones in other styles, wrong ones."""
    exercise = ALL[name]
    solution = exercise.text("solution.py")
    answers = {"the stub": exercise.text("stub.py"), "the solution": solution}
    for style, replacements in list(VARIANTS.get(name, {}).items())[::3][:1]:
        answers[style] = varied(solution, replacements)
    for mistake, old, new in WRONG.get(name, [])[::3][:2]:
        answers[mistake] = solution.replace(old, new)
    return answers


def loaded(folder, source, transport=LocalTransport, **how):
    """The program, to be used in a `with`."""
    path = folder / "answer.py"
    path.write_text(source, encoding="utf-8")
    return Student(path, transport=transport, **how)


def test_there_are_enough_answers():
    assert sum(len(answers_to(name)) for name in ALL) >= 60


@pytest.mark.parametrize("name", ALL)
def test_the_same_verdict_in_a_process_and_in_this_interpreter(name, tmp_path):
    for style, source in answers_to(name).items():
        path = tmp_path / f"{name}.py"
        path.write_text(source, encoding="utf-8")
        by_process, here = (check(ALL[name], path, transport=kind, seed=7) for kind in KINDS)
        assert here == by_process, style


@pytest.mark.parametrize("line", ["exit()", "quit()", "import sys; sys.exit()", "raise SystemExit"])
def test_a_program_that_ends_itself_is_told_the_same(line, tmp_path):
    """A worker does not read Python's site module, which brings `exit` and `quit`."""
    path = tmp_path / "01_weighted_sum.py"
    path.write_text(f"{ALL[path.stem].text('solution.py')}\n{line}\n", encoding="utf-8")
    by_process, here = (check(ALL[path.stem], path, transport=kind) for kind in KINDS)
    assert here == by_process and by_process.mistakes == ("ended_too_early",)


@pytest.mark.filterwarnings("ignore:coroutine 'f':RuntimeWarning")  # what the stopped program leaves unfinished
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("habit", [*ALLOWED, *REFUSED])
def test_the_same_calls_are_refused(habit, tmp_path):
    """In the same words as in a worker."""
    source = ALLOWED.get(habit) or REFUSED[habit][0]
    said = []
    for kind in KINDS if habit in REFUSED else [LocalTransport]:
        try:
            # Under the filters of the program itself the same warning is shown, not ignored.
            with warnings.catch_warnings(record=True), loaded(tmp_path, source, kind):
                said.append("")
        except StudentError as error:
            said.append(str(error))
    assert len(set(said)) == 1 and (REFUSED[habit][1] in said[0] if habit in REFUSED else said == [""]), said


LOOPS = {
    "at the start": "while True:\n    pass",
    "counting": "import itertools\nfor i in itertools.count():\n    pass",
    "asking again": "while True:\n    try:\n        x = float(input())\n        break\n    except:\n        pass",
    "a generator": "sum(1 for _ in iter(int, 1))",
    "lists": "x = 0\nwhile x < 1:\n    [i for i in range(100)]",
    "in exec": "exec('while True: pass')",
    "swallowing every exception": "def again():\n    while True:\n        try:\n"
    "            while True:\n                pass\n"
    "        except BaseException:\n            pass\nagain()",
    "in one line": "while True: pass",
}


@pytest.mark.parametrize("name", LOOPS)
def test_an_endless_loop_ends_within_its_limit(name, tmp_path):
    with pytest.raises(StudentError, match=r"never finishes \(no answer within 0.3 seconds\)"):
        loaded(tmp_path, LOOPS[name], limits=Limits(seconds=0.3))
    with loaded(tmp_path, "def f():\n    return 1.0", limits=Limits(seconds=0.3)) as student:
        assert student.f() == 1.0  # the next program has its time


def test_an_endless_function_is_ended_when_asked_and_asked_again(tmp_path):
    for _ in range(2):
        with loaded(tmp_path, "def f():\n    while True:\n        pass", limits=Limits(seconds=0.3)) as student:
            with pytest.raises(StudentError, match="never finishes"):
                student.f()
            with pytest.raises(StudentError, match="never finishes"):
                student.f()


def test_the_deadline_of_older_pythons(monkeypatch):
    """The other way to keep it, which this Python may not need."""
    monkeypatch.setattr(sys, "version_info", (3, 11))
    from neurons.classroom.sandbox.deadline import OutOfTime

    deadline = Deadline((), ())
    space = {}
    exec("def loop():\n    while True:\n        pass", space)
    outer = sys.gettrace()
    with pytest.raises(OutOfTime):
        deadline.start(0.1)
        try:
            space["loop"]()
        finally:
            deadline.stop()
    assert sys.gettrace() is outer and deadline.is_over


def state():
    """What a program could change here."""
    names = ("neurons", "numpy", "math", "student", "__main__", "pytest")
    return (
        {name: sys.modules.get(name) for name in names},
        (os.getcwd(), dict(os.environ), list(sys.path), list(sys.meta_path), sys.stdin, sys.stdout, sys.stderr),
        (sys.getrecursionlimit(), sys.gettrace(), tempfile.gettempdir(), list(warnings.filters), os.system, os._exit),
        (dict(vars(builtins)), dict(vars(math)), list(sys.argv), os.supports_dir_fd),
    )


SPOILING = """
import builtins, math, os, random, sys, warnings
import numpy as np
math.isclose = lambda *a, **k: True
builtins.abs = lambda x: 0.0
builtins.new_name = 1
sys.modules["math"] = None
sys.modules["student2"] = sys
sys.path.append("/nowhere")
sys.argv = []
os.environ["HOME"] = "/nowhere"
os.makedirs("deep/er")
os.chdir("deep/er")
sys.setrecursionlimit(3000)
warnings.simplefilter("error")
np.seterr(all="raise")
def f(x):
    print("hello")
    return x + 1
def use(g):
    return g(1.0) + 1.0
class Thing:
    def __init__(self):
        self.x = [1.0]
def new():
    return Thing()
"""


def test_this_interpreter_is_put_back_after_each_question(tmp_path, monkeypatch):
    import numpy

    before, errors = state(), numpy.geterr()
    with loaded(tmp_path, SPOILING) as student:
        inside = state()
        assert inside[0] == before[0] and inside[2][:1] == before[2][:1]
        assert student.f(1.0) == 2.0
        assert (abs(-1.0), "new_name" in vars(builtins), sys.path) == (1.0, False, before[1][2])
        seen = []
        assert student.use(lambda x: seen.append((os.getcwd(), "neurons" in sys.modules)) or 2.0 * x) == 3.0
        assert seen == [(before[1][0], True)]  # what is called back is ours, in our surroundings
        assert student.printed == "hello\n" and student.num_printed == 6
        folder = student.transport.folder
        assert os.path.isdir(folder)
    assert state() == before and numpy.geterr() == errors and not os.path.exists(folder)


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_has_the_whole_interface(kind, tmp_path):
    assert issubclass(kind, Transport) and not kind.__abstractmethods__
    with loaded(tmp_path, SPOILING, kind) as student:
        thing = student.new()
        assert thing.x == [1.0]
        thing.x = [2.0, 3.0]
        assert thing.x == [2.0, 3.0]
        del thing.x
        with pytest.raises(MissingName, match="Thing has no `x`"):
            thing.x  # noqa: B018
        with pytest.raises(MissingName, match="Thing has no `x`"):
            del thing.x
        with pytest.raises(MissingName, match="no `nothing`"):
            student.nothing  # noqa: B018
        with pytest.raises(StudentError, match=r"raises TypeError"):
            student.f()

        def broken(_):
            raise StudentError("ours")

        with pytest.raises(StudentError, match="^ours$"):
            student.use(broken)


@pytest.mark.parametrize(
    "source, word",
    [
        ("import os\nos._exit(3)", "it ended the program (exit code 3)"),
        ("import sys\nsys.exit(3)", "raises SystemExit in line 2: 3"),
        ("try:\n    import neurons\nexcept BaseException:\n    pass", "it tried to import neurons"),
        ("try:\n    from neurons.neuron import Neuron\nexcept BaseException:\n    pass", "it tried to import neurons"),
        ("import matplotlib", "ModuleNotFoundError in line 1"),
        ("import pytest", "ModuleNotFoundError in line 1"),
        ("def f(:\n", "Python cannot read the file in line 1"),
        ("def f():\n    return f()\nf()", "raises RecursionError"),
        ("import sys\nsys.setrecursionlimit(10**9)\ndef f():\n    return f()\nf()", "raises RecursionError"),
    ],
)
def test_what_would_end_or_help_is_stopped(source, word, tmp_path):
    with pytest.raises(StudentError) as caught:
        loaded(tmp_path, source)
    assert word in str(caught.value)


def test_it_is_for_self_study_where_there_are_no_processes(tmp_path, monkeypatch):
    assert usual_transport() is ProcessTransport
    with pytest.raises(NeuronsError, match="Landlock"):
        loaded(tmp_path, "x = 1", level=LANDLOCK)
    monkeypatch.setattr(sys, "platform", "emscripten")
    assert usual_transport() is LocalTransport
    monkeypatch.undo()
    with loaded(tmp_path, "x = 1", level=AUDIT_HOOK) as student:
        assert student.x == 1.0


def test_chance_is_the_students_own_affair(tmp_path):
    random.seed(5)
    expected = random.Random(5).random()
    with loaded(tmp_path, "import random\nrandom.seed(1)\nx = random.random()") as student:
        assert student.x == random.Random(1).random()
    assert random.random() == expected  # as if the program had drawn nothing
