"""The notebooks and examples reach a folder of the student's own, however `neurons` was installed; the plan and the
answers on the teachers' page fit them.
"""

import re

import nbformat
import pytest
from conftest import ROOT, run

from neurons.__main__ import main
from neurons.classroom.exercises.check import check
from neurons.classroom.exercises.exercise import exercises
from neurons.classroom.sandbox.local import LocalTransport

EXPECTED = {
    "notebooks": {path.name for path in (ROOT / "notebooks").iterdir() if path.suffix in (".ipynb", ".md")},
    "examples": {path.name for path in (ROOT / "examples").glob("*.py")},
}


@pytest.mark.parametrize("kind", EXPECTED)
def test_from_the_checkout(kind, tmp_path, capsys):
    assert main([kind, str(tmp_path / "mine")]) == 0
    assert {path.name for path in (tmp_path / "mine").iterdir()} == EXPECTED[kind]
    for path in (tmp_path / "mine").iterdir():
        if path.suffix != ".ipynb":
            assert path.read_bytes() == (ROOT / kind / path.name).read_bytes()
    assert f"{len(EXPECTED[kind])} files copied" in capsys.readouterr().out


def test_a_copied_notebook_shows_no_output_before_it_is_run(tmp_path):
    assert main(["notebooks", str(tmp_path)]) == 0
    for path in tmp_path.glob("*.ipynb"):
        copied, ours = (nbformat.read(place, as_version=4) for place in (path, ROOT / "notebooks" / path.name))
        assert any(cell.get("outputs") for cell in ours.cells)
        for cell in ours.cells:
            if cell.cell_type == "code":
                cell.update(outputs=[], execution_count=None)
        assert copied == ours


def test_a_students_work_is_left_alone(tmp_path, capsys):
    mine = tmp_path / "02_xor.ipynb"
    mine.write_text("my answers", encoding="utf-8")
    assert main(["notebooks", str(tmp_path)]) == 0
    assert mine.read_text(encoding="utf-8") == "my answers"
    assert "you have them: 02_xor.ipynb" in capsys.readouterr().out
    assert {path.name for path in tmp_path.iterdir()} == EXPECTED["notebooks"]


def test_a_folder_that_cannot_be_made_is_named(tmp_path, capsys):
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert main(["examples", str(tmp_path / "file" / "mine")]) == 2
    assert "examples cannot be copied to" in capsys.readouterr().err


@pytest.mark.slow
def test_from_an_installed_package(installed_python, tmp_path):
    for name, expected in EXPECTED.items():
        run(installed_python, "-I", "-m", "neurons", name, str(tmp_path / name), cwd=tmp_path)
        assert {path.name for path in (tmp_path / name).iterdir()} == expected
    printed = run(installed_python, "-I", str(tmp_path / "examples" / "xor.py"), cwd=tmp_path)
    assert "epoch 1000" in printed


def teachers_page():
    return (ROOT / "notebooks" / "README.md").read_text(encoding="utf-8")


def planned_exercises():
    """The numbers of the exercises in the order of the plan for eleven hours."""
    plan = teachers_page().partition("## Eleven hours")[2].partition("\n\n|")[2].partition("\n\n")[0]
    return [number for row in plan.splitlines()[2:] for number in re.findall(r"\b\d\d\b", row.split("|")[3])]


def test_no_exercise_gives_away_one_that_comes_later_in_the_plan(tmp_path):
    """The file that a student opens passes no later exercise: 09 has the neuron that 06 to 08 ask for."""
    by_number = {exercise.number: exercise for exercise in exercises()}
    plan = planned_exercises()
    assert sorted(plan) == sorted(by_number)
    given_away = []
    for place, number in enumerate(plan):
        path = tmp_path / f"{by_number[number].name}.py"
        path.write_text(by_number[number].text("stub.py"), encoding="utf-8")
        for later in plan[place + 1 :]:
            if check(by_number[later], path, transport=LocalTransport):
                given_away.append((number, later))
    assert given_away == []
    path = tmp_path / f"{by_number['09'].name}.py"
    assert check(by_number["07"], path, transport=LocalTransport)  # so the order matters


def asked_parts(notebook):
    """The parts of a notebook that ask for a prediction."""
    asked, part = [], ""
    for cell in notebook.cells:
        for piece in re.split(r"(?m)^(?=## )", cell.source) if cell.cell_type == "markdown" else []:
            heading = re.match(r"## (?:(\d+)\.)?", piece)
            part = heading[1] if heading else part
            if part and "Predict, then run" in piece and part not in asked:
                asked.append(part)
    return asked


def test_every_question_has_an_answer():
    """The answers on the teachers' page: notebook by notebook in their order, part by part."""
    paragraphs = re.findall(
        r"^\*\*(\d\d)\.\*\* (.*?)(?:\n\n|\Z)", teachers_page().partition("## Answers to the questions")[2], re.M | re.S
    )
    assert [number for number, _ in paragraphs] == sorted(number for number, _ in paragraphs)
    for number, answers in paragraphs:
        (path,) = (ROOT / "notebooks").glob(f"{number}_*.ipynb")
        asked = asked_parts(nbformat.read(path, as_version=4))
        answered = re.findall(r"(?:^|[.;)]\s)(\d+): ", answers)
        assert answered == asked or number == "10", (number, asked)
    assert len(paragraphs) == 9


def test_the_answers_to_notebook_10_are_the_lines_of_its_programs():
    """A program begins below `%%writefile`: so counts `diagnose`, too."""
    lines = {}
    for cell in nbformat.read(ROOT / "notebooks" / "10_find_the_mistake.ipynb", as_version=4).cells:
        named = re.search(r'diagnose\("program(\d)\.py"\)', cell.source)
        if cell.cell_type == "code" and named and cell.outputs:
            found = re.search(r"\bline (\d+)", "".join(cell.outputs[0].text))
            lines |= {named[1]: found[1]} if found else {}
    answers = teachers_page().rpartition("**10.**")[2]
    assert dict(re.findall(r"(\d): (\d+)[;.]", answers)) == lines and len(lines) == 6
