"""Beginners' slips in exercises 01 to 08: each is named, no two of them give the same, no right answer is blamed."""

import re
from itertools import combinations

import pytest
from beginners import (
    CONSTANTS,
    ERRORS,
    FORMS,
    MISSING,
    NAMELESS,
    OWN_CALLS,
    SLIPS,
    UNREADABLE,
    WITHOUT_LOOP,
    answer_with,
    moved,
)
from cheats import CHEATS, cheated

from neurons.classroom.exercises.check import check
from neurons.classroom.exercises.exercise import exercises
from neurons.classroom.exercises.names import definitions, is_left_to_write, name_advice, parsed
from neurons.classroom.exercises.slips import agreement, notes_of, notes_with, with_the_students_number
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


@pytest.mark.slow
@pytest.mark.parametrize("exercise", WITH_SLIPS, ids=str)
def test_what_is_no_slip_is_not_called_several(exercise, tmp_path):
    """Right where the slips look, and wrong elsewhere: nothing may be said that another number would contradict."""
    for name, change in CHEATS[exercise.name].items():
        result = checked(exercise, cheated(exercise.text("solution.py"), change), tmp_path)
        assert not result.passed and result.message.count(" Or: ") <= 1, f"{name}\n{result}"


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
            right = notes_of(module, slip.part, student)
            assert agreement(notes, right, ()) == 0 or slip.part == "far", slip.id
            fitted = with_the_students_number(slip, right) if slip.fitted else None
            assert fitted is None or agreement(notes_with(module, fitted)[0], right, ()) == 0, slip.id


@pytest.mark.parametrize("number, part, name, body", WITHOUT_LOOP, ids=[f"{row[0]}-{row[2]}" for row in WITHOUT_LOOP])
def test_nothing_is_said_of_a_loop_that_is_not_there(number, part, name, body, tmp_path):
    exercise = BY_NUMBER[number]
    result = checked(exercise, answer_with(exercise.text("solution.py"), part, body), tmp_path)
    assert not result.passed and name in result.mistakes, result
    assert "`return`" not in result.message and "your loop" not in result.message, result


@pytest.mark.parametrize("number, part, number_named, body", CONSTANTS, ids=[f"{row[0]}-{row[2]}" for row in CONSTANTS])
def test_an_answer_that_never_changes(number, part, number_named, body, tmp_path):
    exercise = BY_NUMBER[number]
    result = checked(exercise, answer_with(exercise.text("solution.py"), part, body), tmp_path)
    assert not result.passed and result.mistakes == ("constant",), result
    first = result.message.split("\n\n")[0]
    assert number_named in first and "Right so far" not in result.message


def test_what_is_right_near_0_and_the_same_far_out_is_no_constant(tmp_path):
    exercise = BY_NUMBER["03"]
    for body in (
        "a = sigmoid(z)\nreturn a * (1 - a) if abs(z) < 6 else 0.0",
        "return max(0.001, sigmoid(z) * sigmoid(-z))",
    ):
        result = checked(exercise, answer_with(exercise.text("solution.py"), "delta_sigmoid", body), tmp_path)
        assert not result.passed and result.mistakes == (), result


@pytest.mark.parametrize("number, part, wrong, right, body", NAMELESS, ids=[f"{row[0]}-{row[2]}" for row in NAMELESS])
def test_a_mistake_without_a_name_is_shown_with_the_right_number(number, part, wrong, right, body, tmp_path):
    """What is right so far, where it first goes wrong, the right number with its factors, and what to do."""
    exercise = BY_NUMBER[number]
    result = checked(exercise, answer_with(exercise.text("solution.py"), part, body), tmp_path)
    assert not result.passed and result.mistakes == (), result
    first, *_, last = result.message.split("\n\n")
    assert wrong in first and last.endswith("?")
    given = ("sigmoid(2)",) if number == "03" else ("linear_activation", "activation") if number in ("06", "07") else ()
    assert not any(re.search(rf"Right so far:[^.]*\b{re.escape(name)}", first) for name in given), "no merit of theirs"
    shown = [line for line in result.message.splitlines() if line.lstrip().startswith("correct:")]
    assert len(shown) == 1 and all(fact in shown[0] for fact in right), result


@pytest.mark.parametrize("number, part, facts, body", FORMS, ids=[f"{row[0]}-{row[1]}" for row in FORMS])
def test_a_value_of_the_wrong_form(number, part, facts, body, tmp_path):
    exercise = BY_NUMBER[number]
    result = checked(exercise, answer_with(exercise.text("solution.py"), part, body), tmp_path)
    assert not result.passed
    assert all(fact in result.message.split("\n\n")[0] for fact in facts), result
    assert "<function" not in result.message and "lambda" not in result.message


@pytest.mark.parametrize("number, old, new, name, facts", MISSING, ids=[f"{row[0]}-{row[3]}" for row in MISSING])
def test_a_name_that_is_not_there_gets_no_other_mistakes_name(number, old, new, name, facts, tmp_path):
    exercise = BY_NUMBER[number]
    solution = exercise.text("solution.py")
    assert old in solution
    changed = moved(solution, old, new) if isinstance(new, int) else solution.replace(old, new)
    result = checked(exercise, changed, tmp_path)
    assert not result.passed and result.mistakes == (name,), result
    assert all(fact in result.message.split("\n\n")[0] for fact in facts), result


@pytest.mark.parametrize("exercise", exercises(), ids=str)
def test_each_part_of_each_task_is_asked_for_by_its_name(exercise, tmp_path):
    """Every function, class and method that is to be written, misspelt in the solution."""
    tasks = [("", node) for node in definitions(parsed(exercise.text("stub.py"))) if is_left_to_write(node)]
    tasks += [(owner.name, node) for _, owner in tasks for node in definitions(owner) if is_left_to_write(node)]
    assert tasks
    for owner, node in tasks:
        if node.name.startswith("__"):
            continue
        kind = "class" if definitions(node) else "def"
        before, _, after = exercise.text("solution.py").rpartition(f"{kind} {node.name}")
        result = checked(exercise, f"{before}{kind} {node.name}_{after}", tmp_path)
        assert not result.passed and result.mistakes in (("name_of_the_task",), ("misspelt",)), result
        assert f"`{node.name}`" in result.message and f"`{node.name}_`" in result.message, result
        assert not owner or result.mistakes == ("misspelt",) or owner in result.message


@pytest.mark.parametrize("number, lines, name, call", OWN_CALLS)
def test_a_call_of_the_files_own_is_told_from_the_checks(number, lines, name, call, tmp_path):
    exercise = BY_NUMBER[number]
    solution = exercise.text("solution.py").rstrip() + "\n\n\n"
    for transport in (LocalTransport, ProcessTransport):
        result = checked(exercise, solution + lines + "\n", tmp_path, transport)
        line = solution.count("\n") + call
        assert not result.passed and (not name or result.mistakes == (name,)), result
        assert f"line {line}:  {lines.splitlines()[call - 1]}" in result.message and f"without line {line}" in (
            result.message.replace("remove line", "without line")
        )


@pytest.mark.slow
def test_a_students_message_has_no_ids_and_no_layers(tmp_path):
    """Those are for teachers: `mistakes` and `names` have them."""
    for number in ("06", "07"):
        exercise = BY_NUMBER[number]
        for old, new in (
            ("delta_sigmoid(self.linear_activation)", "delta_sigmoid(self.activation)"),
            ("output_gradient * activation_gradient", "output_gradient"),
            ("error = ", "error = 2 * "),
        ):
            result = checked(exercise, exercise.text("solution.py").replace(old, new), tmp_path)
            assert not result.passed
            assert not re.search(r"\b[A-Z]\d\b|layer\b|delta_act", result.message), result


def test_a_printed_number_is_told_from_a_forgotten_one(tmp_path):
    """The same None: only what was printed tells which it is. Other prints do not count."""
    exercise = BY_NUMBER["01"]
    for body, name in (
        ("print(sum(w * x for w, x in zip(weights, inputs)) + bias)", "weighted_sum_prints"),
        ("print('hello 7')", "weighted_sum_returns_nothing"),
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


@pytest.mark.parametrize("name", ["help", "license"])
def test_no_name_is_recommended_in_its_own_place(name):
    """A check has no `help`: Python's site module brings it, and only at the prompt."""
    advice = name_advice(BY_NUMBER["01"], name, b"")
    assert advice.id == "unknown_name" and f"`{name}`" in advice.words


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
