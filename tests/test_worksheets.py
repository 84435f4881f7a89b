"""Worksheets: right keys, numbers that tell mistakes apart, answers judged fairly, files that hold what they say.

The oracles and the simulated students are in `worksheet_students.py`; `benchmarks/worksheets.py` counts 1,000 sheets.
"""

import csv
import json
import os
import re
import xml.etree.ElementTree as ElementTree
from collections import Counter
from pathlib import Path

import pytest
from worksheet_students import (
    KINDS,
    by_hand,
    core_numbers,
    counts_of_numbers,
    counts_of_students,
    sheets_of,
    students_by_hand,
    students_with_mistakes,
    typed,
)

from neurons import FileError, NeuronsError
from neurons.__main__ import main
from neurons.classroom import check_worksheet, worksheet
from neurons.classroom.diagnosis.cases import Network
from neurons.classroom.diagnosis.catalogue import CATALOGUE
from neurons.classroom.worksheets.checking import Checked, mistakes_made
from neurons.classroom.worksheets.drawing import drawn_case, drawn_sheet, random_for
from neurons.classroom.worksheets.formulas import function_of, sheet_formulas
from neurons.classroom.worksheets.judging import AGAIN, EARNS, Judge, Verdict, counted_once, judged, read_number
from neurons.classroom.worksheets.moodle import moodle_quiz
from neurons.classroom.worksheets.questions import PARTS, given_numbers, given_places
from neurons.classroom.worksheets.sheet import right_answers
from neurons.classroom.worksheets.store import read_sheets
from neurons.classroom.worksheets.words import verdict_words

each_kind = pytest.mark.parametrize("kind", KINDS)
STRANGE = [
    "Ada Lovelace",
    "=cmd|' /C calc'!A1",
    "Ñandú </script><b>&",
    "أحمد",
    "李雷 [[TABLE]]",
    'O\'Neil, "Pat"',
    "\ud800x",
]


def question(sheet, label):
    """The number of the question with this label."""
    names = [q.label(sheet.formulas.network) for q in sheet.formulas.questions]
    return names.index(label)


def with_answer(sheet, k, text):
    """Right answers, and this text for question k."""
    texts = typed(core_numbers(sheet))
    texts[k] = text
    return texts


# --- numbers ----------------------------------------------------------------------------------------------------------


@each_kind
def test_keys_are_right_and_every_number_of_a_mistake_is_named(kind):
    """By the core and by autograd; right answers in any form are right; at least 95 % of the mistakes are named."""
    counts = Counter()
    for sheet in sheets_of(kind, 3):
        counts += counts_of_numbers(sheet)
    assert counts["key wrong"] == 0 and counts["blamed"] == 0
    assert counts["mistakes"] > 100 and counts["named"] >= 0.95 * counts["mistakes"]


@pytest.mark.slow
@each_kind
def test_many_keys_are_right_and_every_number_of_a_mistake_is_named(kind):
    counts = Counter()
    for sheet in sheets_of(kind, 30, seed=2):
        counts += counts_of_numbers(sheet)
    assert counts["key wrong"] == 0 and counts["blamed"] == 0
    assert counts["named"] >= 0.95 * counts["mistakes"]


@each_kind
def test_the_numbers_can_be_calculated_with(kind):
    for sheet in sheets_of(kind, 10):
        assert all(abs(number) <= 5.0 and round(number, 1) == number for number in sheet.given)
        right = right_answers(sheet.formulas, sheet.given)[sheet.formulas.first :]
        assert all(number == 0.0 or 0.005 < abs(number) < 30.0 for number in right)
        if "ReLU" in kind:
            on = {sheet.formulas.questions[k].neuron for k, n in enumerate(right[:2]) if n > 0.0}
            assert len(on) == 1  # one hidden neuron of two


def test_relu_needs_no_calculator():
    """Every number ends within the decimals that are asked for."""
    for sheet in sheets_of("two layers, ReLU", 20):
        right = right_answers(sheet.formulas, sheet.given)[sheet.formulas.first :]
        assert all(round(number, 4) == pytest.approx(number, abs=1e-9) for number in right)


def test_the_same_seed_and_name_give_the_same_numbers_everywhere():
    """The first draw for Ada, typed in from a run on another Python than this may be; 3.10 to 3.13 gave the same."""
    formulas = sheet_formulas(Network((2, 2, 1)), PARTS)
    first_draw = given_numbers(drawn_case(formulas.network, random_for(3, "Ada Lovelace")))
    assert first_draw == [-0.7, 1.3, 0.6, -0.8, -1.4, 0.4, -1.4, -0.3, 0.2, 1.2, -1.5, 0.7, 0.6]
    composed, decomposed, spaced = "Zoë", "Zoe\u0308", " Zoë "
    numbers = {drawn_sheet(formulas, 1, name, 3, 4).given for name in (composed, decomposed, spaced)}
    assert len(numbers) == 1
    assert len({sheet.given for sheet in sheets_of("two layers", 30)}) == 30  # and others give others


# --- judging ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text, number",
    [
        ("0.5866", (0.5866, 4)),
        ("0,5866", (0.5866, 4)),
        (" -0.02 ", (-0.02, 2)),
        ("\u22120,0266", (-0.0266, 4)),
        ("+.5", (0.5, 1)),
        ("5.", (5.0, 0)),
        ("7", (7.0, 0)),
        ("2.66e-2", (0.0266, 17)),
        ("1.234,5", None),
        ("1,234.5", None),
        ("a", None),
        ("nan", None),
        ("1/2", None),
        ("\u0660\u066b\u0665", None),  # Arabic digits: the page does not read them either
        ("--1", None),
        ("", None),
    ],
)
def test_what_is_read_as_a_number(text, number):
    assert read_number(text) == number


def test_one_mistake_is_one_mistake():
    """The slope left out at the output: what follows from it is right, back to the first layer and into the step."""
    (sheet,) = sheets_of("two layers", 1)
    k = question(sheet, "dL/dz of output[0]")
    verdicts = judged(sheet, typed(by_hand(sheet, {k: lambda own, number: own[k - 2]}, carry_rounded=True)))
    assert (verdicts[k].kind, verdicts[k].ids) == ("mistake", ("L7",))
    assert [verdict.kind for verdict in verdicts[:k]] == ["right"] * k
    assert {verdict.kind for verdict in verdicts[k + 1 :]} == {"follows", "right"}  # right: what does not depend on it
    assert {verdict.start for verdict in verdicts if verdict.kind == "follows"} == {k}
    words = verdict_words(sheet.formulas, k, verdicts[k], 4)
    assert words.startswith("L7: ") and CATALOGUE["L7"].question in words
    assert sheet.formulas.label(k) in verdict_words(sheet.formulas, k + 1, verdicts[k + 1], 4)


def test_a_mistake_is_named_from_a_later_number_alone():
    """Only dL/dw is written down, and the mistake was made on the way to it."""
    (sheet,) = sheets_of("two layers", 1)
    at_slope, at_weight = question(sheet, "dL/dz of output[0]"), question(sheet, "dL/dw[0] of output[0]")
    numbers = by_hand(sheet, {at_slope: lambda own, number: own[at_slope - 2]}, carry_rounded=False)
    texts = [""] * len(numbers)
    texts[at_weight] = f"{numbers[at_weight]:.4f}"
    verdict = judged(sheet, texts)[at_weight]
    assert "L7" in verdict.ids


def test_a_number_that_nothing_explains_is_not_explained():
    (sheet,) = sheets_of("two layers", 1)
    verdicts = judged(sheet, with_answer(sheet, 0, "7.7777"))
    assert verdicts[0].kind == "unknown"
    assert verdict_words(sheet.formulas, 0, verdicts[0], 4) == "I don't recognise this number."


def test_fewer_decimals_are_no_mistake_but_nothing_is_rounded_to_0():
    (sheet,) = sheets_of("two layers", 1)
    right = core_numbers(sheet)
    k = next(k for k, number in enumerate(right) if 0.1 < abs(number) and abs(number - round(number, 2)) > 0.001)
    assert judged(sheet, with_answer(sheet, k, f"{right[k]:.2f}"))[k].kind == "coarse"
    texts = with_answer(sheet, k, f"{right[k]:.2f}")
    texts[0] = "3.3333"  # even where it does not follow from the student's own numbers
    assert judged(sheet, texts)[k].kind == "coarse"
    assert judged(sheet, with_answer(sheet, k, f"{right[k]:.1f}"))[k].kind not in ("right", "coarse")
    assert judged(sheet, with_answer(sheet, k, "0.00"))[k].kind not in ("right", "coarse")


def test_the_slope_from_a_wrong_activation_follows():
    """On paper the slope is a * (1 - a), whatever z says."""
    (sheet,) = sheets_of("two layers", 1)
    k = question(sheet, "a of hidden[0]")
    verdicts = judged(sheet, typed(by_hand(sheet, {k: lambda own, number: number + 0.1}, carry_rounded=False)))
    assert verdicts[question(sheet, "da/dz of hidden[0]")].kind == "follows"


@pytest.mark.parametrize("how_many, count", [(1, 48), (2, 24)])
def test_no_simulated_student_is_blamed_for_what_follows(how_many, count):
    students = students_with_mistakes(count, how_many)
    counts = counts_of_students((sheet, [v.id for v in variants], n) for _, sheet, variants, n in students)
    assert counts["students"] == count and counts["follow-ups blamed"] == 0
    assert counts["all named"] >= (count if how_many == 1 else 0.95 * count)


@pytest.mark.slow
@pytest.mark.parametrize("how_many, count", [(1, 500), (2, 200)])
def test_no_simulated_student_of_many_is_blamed_for_what_follows(how_many, count):
    students = students_with_mistakes(count, how_many)
    counts = counts_of_students((sheet, [v.id for v in variants], n) for _, sheet, variants, n in students)
    assert counts["students"] == count and counts["follow-ups blamed"] == 0
    assert counts["all named"] >= (count if how_many == 1 else 0.98 * count)


def points_of(sheet, numbers):
    return sum(verdict.kind in EARNS for verdict in judged(sheet, typed(numbers)))


@pytest.mark.slow
def test_a_mistake_made_everywhere_costs_one_point():
    """Whatever the mistake, and on however many weights it is made; two mistakes cost at most two."""
    again = 0
    for _, sheet, _, numbers in students_with_mistakes(96, 1):
        verdicts = judged(sheet, typed(numbers))
        assert [verdict.kind not in EARNS for verdict in verdicts].count(True) == 1
        again += sum(verdict.kind == AGAIN for verdict in verdicts)
    assert again > 96
    lost = [len(numbers) - points_of(sheet, numbers) for _, sheet, _, numbers in students_with_mistakes(64, 2)]
    assert set(lost) <= {1, 2} and lost.count(2) >= 0.95 * len(lost)


def test_the_step_that_adds_on_nine_weights_costs_one_point():
    (sheet,) = sheets_of("two layers", 1)
    questions = sheet.formulas.questions
    steps = {k for k, q in enumerate(questions) if q.part == "step"}
    right, texts = core_numbers(sheet), typed(core_numbers(sheet))
    places = given_places(sheet.formulas.network)
    for k in steps:
        q = questions[k]
        place = places.biases[q.layer][q.neuron] if q.weight < 0 else places.weights[q.layer][q.neuron][q.weight]
        texts[k] = f"{2.0 * sheet.given[place] - right[k]:.4f}"
    verdicts = judged(sheet, texts)
    first, *more = sorted(steps)
    assert len(steps) == 9 and verdicts[first].kind == "mistake" and "S1" in verdicts[first].ids
    assert {(verdicts[k].kind, verdicts[k].start) for k in more} == {(AGAIN, first)}
    one = Checked(sheet, texts, verdicts)
    assert (one.points, one.of) == (35, 36) and [name[:3] for name in mistakes_made(one)] == ["S1:"]
    words = verdict_words(sheet.formulas, more[0], verdicts[more[0]], 4)
    assert words.startswith("S1: ") and sheet.formulas.label(first) in words
    texts[first - 1] = "7.7777"  # another mistake costs a point of its own
    assert Checked(sheet, texts, judged(sheet, texts)).points == 34


def test_numbers_that_nothing_explains_cost_a_point_each():
    (sheet,) = sheets_of("two layers", 1)
    texts = typed(core_numbers(sheet))
    texts[0] = texts[1] = "7.7777"
    assert [verdict.kind for verdict in judged(sheet, texts)[:2]] == ["unknown", "unknown"]
    assert Checked(sheet, texts, judged(sheet, texts)).points == 34


@pytest.mark.parametrize(
    "made, kinds",
    [
        (["AB", "BC", "CA"], ["mistake", "again", "mistake"]),  # no one mistake has made all three
        (["AB", "C", "BC", "CA"], ["mistake", "mistake", "again", "again"]),
        (["AB", "", "B", "BA"], ["mistake", "unknown", "again", "again"]),
    ],
)
def test_what_may_be_one_mistake_is_counted_once(made, kinds):
    verdicts = [Verdict("mistake" if ids else "unknown", tuple(ids), k) for k, ids in enumerate(made)]
    assert [verdict.kind for verdict in counted_once(verdicts)] == kinds


def test_students_who_round_on_the_way_are_not_blamed_either():
    students = [(sheet, list(done.values()), numbers) for sheet, done, numbers in students_by_hand(48)]
    counts = counts_of_students(students)
    assert counts["students"] >= 45 and counts["follow-ups blamed"] == 0
    assert counts["all named"] >= 0.95 * counts["students"]


# --- files ------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Sheets for strange names, with everything that can be made."""
    out = tmp_path_factory.mktemp("sheets")
    return worksheet(out, STRANGE, page=True, moodle=True, seed=4)


def text_of(folder, name):
    return Path(folder.folder, name).read_text(encoding="utf-8")


def written_by(answers, path):
    """Fill answers.csv: {sheet: texts}."""
    with open(path, encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    for row in rows[1:]:
        row[2:] = answers.get(int(row[0]), row[2:])
    with open(path, "w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)


def test_names_with_any_characters(folder):
    """They stand on the sheets as they are, run nothing in a spreadsheet or a browser, and are read back."""
    for name in ("sheets.html", "key.html", "page.html"):
        text = text_of(folder, name)
        assert "Ñandú </script>" not in text
        assert "أحمد" in text
    with open(os.path.join(folder.folder, "answers.csv"), encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert [row[0] for row in rows[1:]] == [str(i + 1) for i in range(len(STRANGE))]
    assert all(not row[1].startswith("=") for row in rows)
    assert [sheet.name for sheet in read_sheets(folder.folder)] == [" ".join(name.split()) for name in STRANGE]
    assert [sheet.given for sheet in read_sheets(folder.folder)] == [sheet.given for sheet in folder.sheets]


def test_every_number_of_the_key_is_printed(folder):
    text = text_of(folder, "key.html")
    sections = text.split("<section")[1:]
    assert len(sections) == len(STRANGE)
    for sheet, section in zip(folder.sheets, sections, strict=True):
        cells = dict(re.findall(r"<td[^>]*><small>(\d+)</small>([^<]*)</td>", section))
        right = core_numbers(sheet)
        assert [float(cells[str(k + 1)].replace("\u2212", "-")) for k in range(len(right))] == [
            pytest.approx(number, abs=0.50001e-4) for number in right
        ]


def test_the_sheets_do_not_show_the_answers(folder):
    text = text_of(folder, "sheets.html")
    cells = re.findall(r"<small>\d+</small>([^<]*)</td>", text)
    assert len(cells) == 36 * len(STRANGE) and set(cells) == {""}


def test_parts_that_are_not_asked_are_printed(tmp_path, capsys):
    assert main(["worksheet", "--out", str(tmp_path), "--copies", "2", "--questions", "backward"]) == 0
    capsys.readouterr()
    (sheet, _) = read_sheets(tmp_path)
    right = core_numbers(sheet)
    text = (tmp_path / "sheets.html").read_text(encoding="utf-8").split("<section")[1]
    cells = dict(re.findall(r"<small>(\d+)</small>([^<]*)</td>", text))
    assert cells["1"].replace("\u2212", "-") == f"{right[0]:.4f}" and cells["8"] == ""
    assert [q.part for q in sheet.formulas.questions][-1] == "backward"
    rows = (tmp_path / "answers.csv").read_text(encoding="utf-8-sig").splitlines()
    assert rows[0].startswith("sheet,name,8. ")


def test_a_class_is_checked(tmp_path, capsys):
    """From the command that writes the sheets to the commonest mistakes."""
    (tmp_path / "names.csv").write_text(
        "First name;Surname;Mail\nAda;Lovelace;a@b\nAlan;Turing;c@d\nEmmy;Noether;e@f\n"
    )
    out = tmp_path / "out"
    assert main(["worksheet", "--out", str(out), "--students", str(tmp_path / "names.csv"), "--seed", "5"]) == 0
    sheets = read_sheets(out)
    assert [sheet.name for sheet in sheets] == ["Ada Lovelace", "Alan Turing", "Emmy Noether"]
    k = question(sheets[0], "dL/dz of output[0]")
    without_slope = {k: lambda own, number: own[k - 2]}
    texts = {1: typed(core_numbers(sheets[0]), comma=True), 2: typed(by_hand(sheets[1], without_slope, True))}
    written_by(texts, out / "answers.csv")
    assert main(["worksheet", "check", str(out / "answers.csv")]) == 0
    printed = capsys.readouterr().out
    assert "1 of 2: L7" in printed
    with open(out / "results.csv", encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["name"], row["points"], row["of"]) for row in rows] == [
        ("Ada Lovelace", "36", "36"),
        ("Alan Turing", "35", "36"),
        ("Emmy Noether", "", "36"),
    ]
    assert rows[1]["mistakes"].startswith("L7") and int(rows[1]["from earlier numbers"]) > 10
    page = (out / "class.html").read_text(encoding="utf-8")
    assert "1 of 2: L7" in page and "Emmy Noether" in page
    assert CATALOGUE["L7"].question in (out / "students.html").read_text(encoding="utf-8")
    with pytest.raises(NeuronsError, match="answers already"):
        worksheet(out, ["Ada"])
    assert [sheet.name for sheet in read_sheets(out)] == ["Ada Lovelace", "Alan Turing", "Emmy Noether"]


def test_answers_from_a_spreadsheet_with_decimal_commas(tmp_path):
    made = worksheet(tmp_path, copies=1, sizes=[2, 1])
    (sheet,) = made.sheets
    head, _ = (tmp_path / "answers.csv").read_text(encoding="utf-8-sig").splitlines()
    numbers = typed(core_numbers(sheet), comma=True)
    (tmp_path / "answers.csv").write_text(head.replace(",", ";") + "\n1;Zoë;" + ";".join(numbers), encoding="cp1252")
    assert [one.points for one in check_worksheet(tmp_path / "answers.csv").checked] == [14]
    (tmp_path / "answers.csv").write_text(head + "\n1,Ann," + ",".join(numbers))
    with pytest.raises(FileError, match="row 2 .*semicolons"):
        check_worksheet(tmp_path / "answers.csv")


@pytest.mark.parametrize(
    "text, words",
    [
        ("", "empty"),
        ("a,b\n1,2\n", "no column"),
        ("sheet,name,1. z\n9,Ann,0.5\n", "row 2 begins with '9'"),
        ("sheet,name,1. z\n1,Ann,0.5\n1,Ann,0.5\n", "row 3"),
    ],
)
def test_tables_that_cannot_be_read(tmp_path, text, words):
    worksheet(tmp_path, copies=1, sizes=[2, 1])
    (tmp_path / "answers.csv").write_text(text)
    with pytest.raises(FileError, match=words):
        check_worksheet(tmp_path / "answers.csv")


def test_a_damaged_or_missing_worksheet_json_is_a_sentence(tmp_path):
    worksheet(tmp_path, copies=1, sizes=[2, 1])
    path = tmp_path / "worksheet.json"
    content = json.loads(path.read_text())
    for broken in ("{", "[]", "{}", json.dumps({**content, "version": 2}), json.dumps({**content, "sheets": []})):
        path.write_text(broken)
        with pytest.raises(FileError, match="damaged"):
            check_worksheet(tmp_path / "answers.csv")
    path.unlink()
    with pytest.raises(FileError, match="worksheet.json"):
        check_worksheet(tmp_path / "answers.csv")


@pytest.mark.parametrize(
    "options, words",
    [
        ({}, "students or a number of copies"),
        ({"students": []}, "1 to 5,000 names"),
        ({"students": [3]}, "names"),
        ({"copies": 0}, "copies"),
        ({"copies": 1, "sizes": [2, 9, 1]}, "room for 8 neurons"),
        ({"copies": 1, "sizes": [5, 1]}, "inputs"),
        ({"copies": 1, "questions": ["forwards"]}, "forward, loss, backward, step"),
        ({"copies": 1, "decimals": 2}, "decimals"),
        ({"copies": 1, "decimals": 3, "sizes": [2, 2, 2, 2, 1]}, "ask for more decimals"),
        ({"copies": 1, "hidden": "leaky_relu"}, "ask for more decimals"),  # its slope of 0.01
        ({"copies": 1, "seed": -1}, "seed"),
        ({"copies": 1, "hidden": "swish"}, "hidden must be one of"),
        ({"copies": 1, "sizes": [2, 2], "loss": "bce"}, "one output"),
        ({"copies": 1, "output": "softmax", "sizes": [2, 2]}, "softmax"),
    ],
)
def test_wrong_arguments_are_sentences(tmp_path, options, words):
    with pytest.raises(NeuronsError, match=words):
        worksheet(tmp_path, **options)
    assert list(tmp_path.iterdir()) == []


def test_more_decimals_make_room_for_smaller_numbers(tmp_path):
    """Else the advice above would lead nowhere."""
    (sheet,) = worksheet(tmp_path, copies=1, hidden="leaky_relu", decimals=5).sheets
    smallest = min(abs(number) for number in core_numbers(sheet) if number != 0.0)
    assert 60e-5 <= smallest < 60e-4


def test_the_command_asks_for_what_it_needs(capsys):
    assert main(["worksheet"]) == 2
    assert main(["worksheet", "--out", "somewhere"]) == 2
    assert main(["worksheet", "--out", "somewhere", "--copies", "1", "--sizes", "two"]) == 2
    printed = capsys.readouterr().err
    assert "--out DIR" in printed and "--students names.csv" in printed and "2,2,1" in printed


def test_what_is_returned_says_in_a_line_what_was_done(tmp_path):
    made = worksheet(tmp_path, copies=2)
    assert repr(made).startswith("2 worksheets in ") and len(repr(made.sheets[0])) < 500
    assert repr(check_worksheet(tmp_path / "answers.csv")).startswith("0 sheets checked in ")


def test_two_students_of_one_name_have_sheets_of_their_own(tmp_path):
    made = worksheet(tmp_path, ["Ann", "Ann ", "", "Ann (2)"], sizes=[2, 1])
    assert [sheet.name for sheet in made.sheets] == ["Ann", "Ann (2)", "Ann (2) (2)"]
    assert len({sheet.given for sheet in made.sheets}) == 3


# --- Moodle -----------------------------------------------------------------------------------------------------------


def moodle_answer(question, response):
    """(fraction, feedback) of Moodle's qtype_numerical: the first answer that matches, `*` matches anything."""
    for answer in question.iter("answer"):
        text, tolerance = answer.findtext("text"), float(answer.findtext("tolerance"))
        if text == "*" or abs(response - float(text)) <= tolerance + 1e-12 * abs(float(text)):
            return float(answer.get("fraction")), answer.findtext("feedback/text")
    raise AssertionError("no answer matches")


def test_moodle_gives_the_point_to_right_answers_and_the_question_to_mistakes(folder):
    quiz = ElementTree.fromstring(text_of(folder, "moodle.xml"))
    questions = [q for q in quiz if q.get("type") == "numerical"]
    assert len(quiz) == 37 * len(STRANGE) and len(questions) == 36 * len(STRANGE)
    assert [q.findtext("category/text") for q in quiz if q.get("type") == "category"][0].startswith("$course$/top/")
    sheet, right = folder.sheets[0], core_numbers(folder.sheets[0])
    judge = Judge(sheet)
    named = mistakes = 0
    for k, asked in enumerate(questions[:36]):
        assert asked.find("questiontext").get("format") == "html" and asked.findtext("name/text")
        assert moodle_answer(asked, float(f"{right[k]:.4f}")) == (100.0, "Right.")
        assert moodle_answer(asked, 777.0) == (0.0, "I don't recognise this number.")
        wrong = list(asked.iter("answer"))[1:-1]
        tolerances = [float(answer.findtext("tolerance")) for answer in wrong]
        assert tolerances == sorted(tolerances) and all(answer.get("fraction") == "0" for answer in wrong)
        for mistake_id, formula in sheet.formulas.mistakes[k]:
            number = function_of(formula)(judge.true)
            if abs(number - right[k]) > judge.allowed[sheet.formulas.first + k]:
                fraction, feedback = moodle_answer(asked, float(f"{number:.4f}"))
                assert fraction == 0.0
                mistakes += 1
                named += f"{mistake_id}: " in feedback
    assert mistakes > 100 and named >= 0.95 * mistakes


def test_moodle_reads_any_name():
    (sheet,) = sheets_of("one neuron", 1)
    odd = sheet._replace(name="a/b ]]> \x01 \ud800 <&")
    quiz = ElementTree.fromstring(moodle_quiz([odd]))
    assert quiz[0].findtext("category/text").endswith("/001 a//b <&")
