"""The exercises as cells: notebook 09 has those of the course, and `check` checks what cells or files define."""

import ast
import os
import runpy

import nbformat
import pytest
from conftest import ROOT

from neurons import NeuronsError
from neurons.classroom import check, hint, lesson
from neurons.classroom.course.notebooks import names_of
from neurons.classroom.exercises.exercise import exercises

NOTEBOOK = ROOT / "notebooks" / "09_exercises.ipynb"
BY_NUMBER = {exercise.number: exercise for exercise in exercises()}


def solution(number):
    """What the exercise's solution defines, by name."""
    return runpy.run_path(os.path.join(BY_NUMBER[number].folder, "solution.py"))


def parts_of(number):
    """The definitions in the solution that take the place of those in the stub."""
    found = solution(number)
    return [found[name] for name in names_of(BY_NUMBER[number])]


def test_the_notebook_has_the_exercises_as_they_are():
    cells = nbformat.read(NOTEBOOK, as_version=4).cells
    code = [cell.source for cell in cells if cell.cell_type == "code"]
    for exercise in exercises():
        tree = ast.parse(exercise.text("stub.py"))
        stub = "\n".join(exercise.text("stub.py").splitlines()[tree.body[0].end_lineno :]).strip()
        place = code.index(stub)
        assert code[place + 1] == f'check("{exercise.number}", {", ".join(names_of(exercise))})'


@pytest.mark.parametrize("number", ["01", "05", "06", "10", "12", "15", "16"])
def test_a_solution_passes(number):
    result = check(number, *parts_of(number))
    assert result, result
    assert result.verdict.endswith("passed.")


def test_helpers_of_ones_own_come_along():
    found = {}
    source = (
        "def squared(x):\n    return x * x\n\n\n"
        "def loss(outputs, label):\n    return sum(squared(a - y) for a, y in zip(outputs, label))\n\n\n"
        "def output_gradients(outputs, label):\n    return [2 * (a - y) for a, y in zip(outputs, label)]\n"
    )
    found = defined_in_a_cell(source)
    assert check("5", found["loss"], found["output_gradients"], found["squared"])
    assert not check("5", found["loss"], found["output_gradients"])


def defined_in_a_cell(source, name="<cell 1>"):
    """What a notebook's cell defines: its text is in linecache alone, and its module has no file."""
    import linecache

    linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
    found = {"__name__": "__main__"}
    exec(compile(source, name, "exec"), found)
    return found


def test_a_class_of_a_cell_is_found_and_its_mistake_named():
    text = BY_NUMBER["06"].text("solution.py").replace("delta_sigmoid(self.linear_activation)", "1.0")
    assert text != BY_NUMBER["06"].text("solution.py")
    result = check("06", defined_in_a_cell(text, "<cell 2>")["Neuron"])
    assert not result
    assert "L7" in result.mistakes
    assert "smallest case" in repr(result)


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: check("18", parts_of("01")[0]), "exercises from 01 to 17 but got"),
        (lambda: check("01"), 'check needs what you have written: check("01", weighted_sum)'),
        (lambda: check("01", 5), "functions and classes that you have written but got 5"),
        (lambda: check("01", len), "functions and classes that you have written"),
        (lambda: check("01", eval("lambda w, i, b: 0")), "cannot be found: define it in a cell or a file"),
    ],
)
def test_a_wrong_call_says_what_is_wrong(call, message):
    with pytest.raises(NeuronsError) as caught:
        call()
    assert message in str(caught.value)


def test_hints_and_the_lesson_are_there_without_a_terminal(monkeypatch):
    monkeypatch.setattr("neurons.classroom.course.notebooks.HINTS_SEEN", {})
    given = [repr(hint("6")) for _ in range(4)]
    assert [text.partition(":")[0] for text in given] == ["Hint 1 of 3", "Hint 2 of 3", "Hint 3 of 3", "Hint 1 of 3"]
    assert "Hint 3 of 3" in given[3] and "delta_sigmoid" in given[3]
    assert repr(lesson("06")).startswith("# 06 The gradients of the weights")
    result = check("06", parts_of("07")[0])
    assert result, "one that also returns the input gradients is right"
    wrong = repr(
        check("01", defined_in_a_cell("def weighted_sum(w, i, b):\n    return b\n", "<cell 3>")["weighted_sum"])
    )
    assert 'hint("01")' in wrong and "python -m" not in wrong
    for text in (*given, wrong, repr(lesson("06"))):
        assert max(map(len, text.splitlines())) <= 88
    with pytest.raises(NeuronsError):
        hint("99")
