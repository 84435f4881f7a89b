"""Beginners' slips in exercises 01 to 08: each is named, no two of them give the same, no right answer is blamed."""

import re
from itertools import combinations

import pytest
from beginners import ERRORS, SLIPS, UNREADABLE, answer_with

from neurons.classroom.exercises.check import check
from neurons.classroom.exercises.exercise import exercises
from neurons.classroom.exercises.slips import agreement, notes_of, notes_with
from neurons.classroom.sandbox.local import LocalTransport
from neurons.classroom.sandbox.process import ProcessTransport
from neurons.classroom.sandbox.student import Student

BY_NUMBER = {exercise.number: exercise for exercise in exercises()}
WITH_SLIPS = [exercise for exercise in exercises() if exercise.slips_module is not None]
FEWEST = 60


def checked(exercise, source, folder, transport=LocalTransport):
    """The result of a check, by default in this interpreter: it gives the same verdicts in a fifth of the time."""
    path = folder / f"{exercise.name}.py"
    path.write_text(source, encoding="utf-8")
    return check(exercise, path, transport=transport)


def test_there_are_sixty_and_the_table_has_most():
    known = {(exercise.number, slip.id) for exercise in WITH_SLIPS for slip in exercise.slips_module.slips}
    tried = {(number, name) for number, rows in SLIPS.items() for _, name, _ in rows}
    assert tried <= known and len(tried) >= 2 * FEWEST
    assert [exercise.number for exercise in WITH_SLIPS] == [f"{n:02}" for n in range(1, 9)]


@pytest.mark.parametrize("number", SLIPS)
def test_a_slip_gets_its_name_and_no_other(number, tmp_path):
    exercise = BY_NUMBER[number]
    ids = {slip.id: slip for slip in exercise.slips_module.slips}
    for part, name, body in SLIPS[number]:
        result = checked(exercise, answer_with(exercise.text("solution.py"), part, body), tmp_path)
        assert not result.passed
        assert [one for one in result.mistakes if one in ids] == [name], f"{body}\n{result}"
        assert ids[name].seen in result.message and ids[name].question in result.message


@pytest.mark.parametrize("number", SLIPS)
def test_a_process_names_the_same_slip(number, tmp_path):
    exercise = BY_NUMBER[number]
    for part, name, body in SLIPS[number][::6]:
        source = answer_with(exercise.text("solution.py"), part, body)
        assert name in checked(exercise, source, tmp_path, ProcessTransport).mistakes, body


@pytest.mark.parametrize("exercise", WITH_SLIPS, ids=str)
def test_no_two_slips_give_the_same_and_none_gives_what_is_right(exercise):
    module = exercise.slips_module
    rows = [(slip, *notes_with(module, slip)) for slip in module.slips]
    assert len({slip.id for slip, _, _ in rows}) == len(rows)
    for (one, notes, prints), (other, others, other_prints) in combinations(rows, 2):
        if one.part == other.part and bool(prints) == bool(other_prints):
            assert agreement(notes, others, ()) == 0, (one.id, other.id)
    with Student(exercise.path("solution.py"), transport=LocalTransport) as student:
        for slip, notes, _ in rows:
            assert agreement(notes, notes_of(module, slip.part, student), ()) == 0 or slip.part == "far", slip.id


def test_a_printed_number_is_told_from_a_forgotten_one(tmp_path):
    """The same None: only what was printed tells which it is. Other prints do not count."""
    exercise = BY_NUMBER["01"]
    for body, name in (
        ("print(sum(w * x for w, x in zip(weights, inputs)) + bias)", "prints"),
        ("print('hello 7')", "no_return"),
    ):
        source = answer_with(exercise.text("solution.py"), "weighted_sum", body)
        for transport in (LocalTransport, ProcessTransport):
            result = checked(exercise, source, tmp_path, transport)
            assert name in result.mistakes, result


def test_the_first_mistake_is_named_when_a_later_part_is_missing_as_well(tmp_path):
    """Who is half through: the bias is forgotten, and the inputs are not stored yet."""
    exercise = BY_NUMBER["04"]
    body = (
        "self.linear_activation = sum(w * x for w, x in zip(self.weights, inputs))\n"
        "self.activation = sigmoid(self.linear_activation)\n"
        "return self.linear_activation"
    )
    result = checked(exercise, answer_with(exercise.text("solution.py"), "forward", body), tmp_path)
    assert result.mistakes == ("F1", "no_bias"), result


@pytest.mark.parametrize("number, part, name, body", ERRORS, ids=[f"{row[0]}-{row[2]}" for row in ERRORS])
def test_an_error_of_pythons_is_put_into_words(number, part, name, body, tmp_path):
    exercise = BY_NUMBER[number]
    result = checked(exercise, answer_with(exercise.text("solution.py"), part, body), tmp_path)
    assert not result.passed and result.mistakes == (name,), result
    assert "Your code raises" in result.message and "in line" in result.message


@pytest.mark.parametrize("name, source", UNREADABLE)
def test_a_file_that_python_cannot_read(name, source, tmp_path):
    result = checked(BY_NUMBER["01"], source, tmp_path)
    assert not result.passed and result.mistakes == (name,), result
    assert "Python cannot read the file in line" in result.message
    number = int(re.search(r"in line (\d+)", result.message).group(1))
    assert source.splitlines()[number - 1].strip() in result.message


@pytest.mark.parametrize("number, part, body, facts", [
    ("05", "output_gradients", "return 1.4", ["must be a list of 1 number", "yours is the number 1.4"]),
    ("05", "loss", "return [1.0, 2.0]", ["loss must be a number", "yours is a list of 2 numbers"]),
    ("01", "weighted_sum", "return 'six'", ["z must be a number", "'six'"]),
])  # fmt: skip
def test_a_wrong_form_is_said_first(number, part, body, facts, tmp_path):
    exercise = BY_NUMBER[number]
    result = checked(exercise, answer_with(exercise.text("solution.py"), part, body), tmp_path)
    assert all(fact in result.message.split("\n\n")[0] for fact in facts), result


def test_an_error_is_not_laid_to_another_function(tmp_path):
    """`loss` raises; `output_gradients` has a slip as well, which is not what stops the file."""
    exercise = BY_NUMBER["05"]
    body = "for a, y in zip(outputs, label):\n    return 2 * (a - y)"
    source = answer_with(exercise.text("solution.py"), "output_gradients", body)
    source = answer_with(source, "loss", "return sum((a - y) ^ 2 for a, y in zip(outputs, label))")
    assert checked(exercise, source, tmp_path).mistakes == ("caret_for_power",)


def test_what_nobody_knows_is_no_dead_end(tmp_path):
    """It says what is right so far and where it first goes wrong."""
    exercise = BY_NUMBER["04"]
    body = (
        "self.linear_activation = sum(w * x for w, x in zip(self.weights, inputs)) + self.bias\n"
        "self.activation = 0.37\n"
        "return 0.37"
    )
    result = checked(exercise, answer_with(exercise.text("solution.py"), "forward", body), tmp_path)
    assert result.mistakes == ()
    first = result.message.split("\n\n")[0]
    assert "linear_activation" in first and first.endswith("activation.") and "Right so far" in first
