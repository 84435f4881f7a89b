"""What a hostile submission gets: nothing. Each level of containment that this machine has is tried for real."""

import os
import shutil
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import pytest

if sys.platform != "linux":
    pytest.skip("the surroundings of the attacks are those of Linux", allow_module_level=True)

from habits import ALLOWED, REFUSED
from hostile import ATTACKS
from surroundings import Surroundings, launched_without, left_behind

from neurons.classroom.exercises.check import check
from neurons.classroom.exercises.exercise import exercises
from neurons.classroom.sandbox import containment, process
from neurons.classroom.sandbox.containment import (
    AUDIT_HOOK,
    BUBBLEWRAP,
    LANDLOCK,
    available_levels,
    readable_paths,
    standard_library,
)
from neurons.classroom.sandbox.errors import StudentError
from neurons.classroom.sandbox.student import Limits, Student
from neurons.classroom.sandbox.transport import PER_QUESTION

KINDS = list(dict.fromkeys(attack.kind for attack in ATTACKS))
OUTWARD = KINDS[KINDS.index("importing neurons") :]  # what the containment has to stop; the rest stops at the pipe
LEVELS = [(level, False) for level in (BUBBLEWRAP, AUDIT_HOOK) if level in available_levels()]
LEVELS += [(level, True) for level in (LANDLOCK,) if level in available_levels()]
RUNS = [(level, alone, kind) for level, alone in LEVELS for kind in (KINDS if level == LEVELS[0][0] else OUTWARD)]
LEVELS_HERE = available_levels()
# What the audit hook sees and the kernel does not mind: files of one's own.
OF_THE_HOOK = {"writing much"}


@pytest.fixture(scope="module")
def surroundings(tmp_path_factory):
    with Surroundings(tmp_path_factory.mktemp("surroundings")) as surroundings:
        yield surroundings


@pytest.mark.parametrize("level, without_hook, kind", RUNS)
def test_an_attack_earns_nothing_and_harms_nothing(surroundings, level, without_hook, kind):
    for attack in ATTACKS:
        if attack.kind != kind or attack.slow:
            continue
        if level == AUDIT_HOOK and attack.honest_only or without_hook and attack.name in OF_THE_HOOK:
            continue
        outcome = surroundings.run(attack, level, ("hook",) if without_hook else ())
        assert outcome.stopped, f"{attack.kind}, {attack.name}: {outcome.harm} {outcome.message}"


def test_what_does_not_end_is_ended(surroundings):
    """Endless loops and the like, several at a time: each is ended, or this test would never be; nothing is left."""
    slow = [attack for attack in ATTACKS if attack.slow]
    level = available_levels()[0]

    def run(number):
        folder = surroundings.folder / f"slow{number}"
        folder.mkdir()
        path = folder / "01_weighted_sum.py"
        path.write_text(slow[number].source)
        return check(surroundings.exercise, path, level=level)

    with ThreadPoolExecutor(4) as pool:
        for attack, result in zip(slow, pool.map(run, range(len(slow))), strict=True):
            assert not result.passed, attack.name
    assert not left_behind(surroundings.folder)


# In the file of an exercise: the channel to the parent, found on the stack.
CHANNEL = "import json, sys, time\nframe = sys._getframe()\nwhile 'channel' not in frame.f_locals:\n"
CHANNEL += "    frame = frame.f_back\nchannel = frame.f_locals['channel']\nchannel.send({'loaded': 1})\n"


def test_a_worker_that_does_not_read_holds_nobody_up(tmp_path):
    """More questions than a pipe holds: they wait beside the clock, not before it."""
    path = tmp_path / "x.py"
    path.write_text(CHANNEL + "time.sleep(600)\n")
    with Student(path, limits=Limits(seconds=0.5)) as student, pytest.raises(StudentError, match="seconds"):
        student.transport.call(None, "f", ([0.5] * 10**6,))


def test_reading_long_answers_takes_from_the_time_of_the_run(tmp_path, monkeypatch):
    path = tmp_path / "x.py"
    path.write_text("def f():\n    return 1.0\n")
    with Student(path) as student:
        clock = SimpleNamespace(now=0.0)
        monkeypatch.setattr(process, "time", SimpleNamespace(monotonic=lambda: clock.now))

        def decoded(value):
            clock.now += 70.0
            return value

        function = student.f
        transport = student.transport
        transport.decoded, transport.limits, transport.seconds_left = decoded, Limits(seconds=100.0), 100.0
        assert function() == 1.0 and transport.seconds_left == 30.0  # never beyond the limit
        assert function() == 1.0 and transport.seconds_left == 30.0 + PER_QUESTION - 70.0
        with pytest.raises(StudentError, match="seconds"):
            function()


def test_bubblewrap_is_found_wherever_it_lies(tmp_path, monkeypatch):
    """The worker gets no environment, and so no PATH either."""
    if BUBBLEWRAP not in available_levels():
        pytest.skip("bubblewrap is not there")
    (tmp_path / "bwrap").symlink_to(shutil.which("bwrap"))
    monkeypatch.setenv("PATH", str(tmp_path))
    path = tmp_path / "01_weighted_sum.py"
    command, environment = containment.launch(str(path), BUBBLEWRAP, Limits())
    assert command[0] == str(tmp_path / "bwrap") and "PATH" not in environment


@pytest.mark.parametrize("level", available_levels())
def test_a_program_cannot_import_the_worker(level, tmp_path):
    """Its files are imported in the same process: from where it starts, a program finds none of them."""
    names = [file.stem for file in Path(containment.WORKER).glob("[a-z]*.py")]
    assert len(names) >= 4
    tries = "".join(f"try:\n    import {name}\n    found += 1\nexcept ImportError:\n    pass\n" for name in names)
    (tmp_path / "program.py").write_text(f"found = 0\n{tries}")
    with Student(tmp_path / "program.py", level=level) as student:
        assert student.found == 0.0


def test_the_surroundings_would_show_what_gets_through(surroundings, tmp_path):
    """Without containment the attacks succeed: else the tests above would prove nothing."""
    chosen = {"open", "emptying", "a connection", "the decoy", "by its path, quietly", "os.fork", "a datagram"}
    outcomes = [
        surroundings.run(attack, AUDIT_HOOK, ("hook", "contain")) for attack in ATTACKS if attack.name in chosen
    ]
    assert len(outcomes) >= len(chosen)
    for outcome in outcomes:
        assert not outcome.stopped, outcome.attack.name


def test_no_installed_package_is_readable():
    assert not [path for path in readable_paths() if "site-packages" in path or "dist-packages" in path]
    site_packages = os.path.join(standard_library(), "site-packages")
    assert not any(site_packages.startswith(path + "/") for path in readable_paths())


@pytest.mark.parametrize("level", available_levels())
def test_a_right_answer_passes_at_each_level(level):
    for exercise in (exercises()[5], exercises()[15]):  # the second with NumPy
        assert check(exercise, exercise.path("solution.py"), level=level).passed


@pytest.mark.parametrize("level", [level for level in available_levels() if level != AUDIT_HOOK])
def test_a_right_answer_passes_without_the_hook(level):
    exercise = exercises()[15]
    with launched_without("hook"):
        assert check(exercise, exercise.path("solution.py"), level=level).passed


# Habits: what a file may do beside computing is the same when a student checks it and when a teacher grades it


def said(source, folder, level):
    """What is said of a file, with its line; "" if it loads."""
    path = folder / "01_weighted_sum.py"
    path.write_text(source + "\n", encoding="utf-8")
    try:
        with Student(path, level=level):
            return ""
    except StudentError as error:
        return f"{error} ({error.line})"


@pytest.mark.parametrize("habit", ALLOWED)
def test_a_harmless_habit_costs_no_marks(habit, tmp_path):
    assert {level: said(ALLOWED[habit], tmp_path, level) for level in LEVELS_HERE} == dict.fromkeys(LEVELS_HERE, "")


@pytest.mark.parametrize("habit", REFUSED)
def test_a_refused_call_gets_the_same_sentence_everywhere(habit, tmp_path):
    source, word = REFUSED[habit]
    sentences = {level: said(source, tmp_path, level) for level in LEVELS_HERE}
    assert len(set(sentences.values())) == 1, sentences
    sentence = sentences[AUDIT_HOOK]  # that of the student's own check
    assert word in sentence and sentence.startswith("stopped in line ") and "(0)" not in sentence, sentence


@pytest.mark.parametrize("level", available_levels())
def test_a_call_while_it_is_checked_is_refused_as_well(level, tmp_path):
    path = tmp_path / "01_weighted_sum.py"
    path.write_text("import os\ndef weighted_sum(weights, inputs, bias):\n    os.system('dir')\n    return 0.5\n")
    result = check(exercises()[0], path, level=level)
    assert not result.passed and "line 3" in result.message and "start another program (os.system)" in result.message


def test_what_is_harmless_costs_no_time(tmp_path):
    """`id` and the like tell the audit hook each time: a million times, in a run of two seconds."""
    path = tmp_path / "x.py"
    path.write_text("def f(n):\n    for _ in range(int(n)):\n        id(n)\n    return n\n")
    with Student(path) as student:
        start = time.monotonic()
        student.f(3e5)
        assert time.monotonic() - start < 0.6  # with a look at each: 2.4 seconds


def test_the_students_own_check_is_the_weakest_level():
    assert check.__kwdefaults__["level"] == Student.__init__.__kwdefaults__["level"] == AUDIT_HOOK
