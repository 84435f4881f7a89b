"""Grading a class: the right grades whatever is handed in, however it runs, and however often it is stopped."""

import csv
import html
import io
import json
import os
import re
import shutil
import signal
import stat
import struct
import subprocess
import sys
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from conftest import ROOT
from hostile import ATTACKS, WRONG

from neurons.__main__ import main
from neurons.classroom.exercises.exercise import exercises
from neurons.classroom.exercises.result import Result
from neurons.classroom.grading import tasks
from neurons.classroom.grading.archives import LARGEST_ZIP
from neurons.classroom.grading.grading import grade
from neurons.classroom.grading.notebook_answers import answers_of
from neurons.classroom.grading.submissions import read_submissions
from neurons.classroom.grading.tasks import cut_result
from neurons.classroom.sandbox.containment import AUDIT_HOOK, available_levels
from neurons.errors import FileError, NeuronsError

FIRST = exercises()[:3]
NAMES = [exercise.name for exercise in FIRST]
SOLUTIONS = {exercise.name: exercise.text("solution.py") for exercise in FIRST}
STRONG = [level for level in available_levels() if level != AUDIT_HOOK]
QUICK = [attack for attack in ATTACKS if not attack.slow and "{{" not in attack.source and not attack.earns]


def zipped(path, files):
    """A zip with these {name: text}."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)


def named(files):
    return {f"{name}.py": text for name, text in files.items()}


def folder_of(path, files):
    """The same as a folder."""
    path.mkdir()
    for name, text in files.items():
        (path / name).write_text(text)


def small_class(folder, size=8):
    """Students of each kind; returns the number of passed exercises that each has earned."""
    folder.mkdir()
    earned = {}
    for number in range(size):
        student = f"student{number:03}"
        kind = number % 4
        files = dict(SOLUTIONS)
        if kind == 1:
            files[NAMES[0]] = WRONG
        elif kind == 2:
            files = {NAMES[0]: SOLUTIONS[NAMES[0]], NAMES[1]: "def sigmoid(z):\n    return z\n"}
        elif kind == 3:
            files = {name: QUICK[(7 * number + i) % len(QUICK)].source for i, name in enumerate(NAMES)}
        if number % 2:
            folder_of(folder / student, named(files))
        else:
            zipped(folder / f"{student}.zip", named(files))
        earned[student] = {0: 3, 1: 2, 2: 1, 3: 0}[kind]
    return earned


def rows(out):
    """grades.csv as {student: row}."""
    return {row["student"]: row for row in csv.DictReader(io.StringIO((out / "grades.csv").read_text("utf-8")))}


def passed(out):
    return {student: int(row["passed"]) for student, row in rows(out).items()}


pytestmark = pytest.mark.skipif(not STRONG, reason="this machine has neither bubblewrap nor Landlock")


def test_each_gets_what_was_earned_and_nothing_more(tmp_path):
    earned = small_class(tmp_path / "class")
    report = grade(str(tmp_path / "class"), str(tmp_path / "out"), exercises=FIRST)
    assert report.complete and passed(tmp_path / "out") == earned
    assert {row["containment"] for row in rows(tmp_path / "out").values()} == {STRONG[0]}
    again = grade(str(tmp_path / "class"), str(tmp_path / "again"), exercises=FIRST, jobs=2)
    assert again.complete
    assert (tmp_path / "again" / "grades.csv").read_bytes() == (tmp_path / "out" / "grades.csv").read_bytes()


def test_stopped_half_way_it_goes_on_to_the_same_grades(tmp_path, monkeypatch):
    earned = small_class(tmp_path / "class", 6)
    out = tmp_path / "out"
    program = (
        "import os, sys\n"
        "from neurons.classroom.exercises.exercise import exercises\n"
        "from neurons.classroom.grading.grading import grade\n"
        "def say(line):\n"
        "    if line.split()[:2] == ['3', 'of']:\n"
        "        os.kill(os.getpid(), 9)\n"
        "grade(sys.argv[1], sys.argv[2], exercises=exercises()[:3], say=say)\n"
    )
    result = subprocess.run([sys.executable, "-c", program, str(tmp_path / "class"), str(out)], timeout=120)
    assert result.returncode == -signal.SIGKILL
    kept = {path: path.read_bytes() for path in out.glob("results/*.json")}
    assert len(kept) == 3 and not (out / "grades.csv").exists()
    (out / "running" / "neurons-x").mkdir()  # as a kill in the middle of a file leaves it
    graded = []
    monkeypatch.setattr(
        tasks, "grade_one", lambda task, own=tasks.grade_one: (graded.append(task.student), own(task))[1]
    )
    grade(str(tmp_path / "class"), str(out), exercises=FIRST)
    assert passed(out) == earned and not (out / "running").exists()
    assert len(graded) == 6 - len(kept)
    assert all(path.read_bytes() == content for path, content in kept.items())
    graded.clear()
    shutil.copy(tmp_path / "class" / "student000.zip", tmp_path / "class" / "student002.zip")  # handed in again
    grade(str(tmp_path / "class"), str(out), exercises=FIRST)
    assert graded == ["student002"] and passed(out) == earned | {"student002": 3}


def test_ctrl_c_leaves_what_is_graded(tmp_path, monkeypatch, capsys):
    small_class(tmp_path / "class", 2)
    command = ["grade", str(tmp_path / "class"), "--out", str(tmp_path / "out"), "--jobs", "1"]
    with monkeypatch.context() as patch:
        patch.setattr("neurons.classroom.course.course.exercises", lambda folder: FIRST)
        patch.setattr(tasks, "WAITING", 1)
        done = []

        def stopped(task, own=tasks.grade_one):
            if done:
                raise KeyboardInterrupt
            done.append(task.student)
            return own(task)

        patch.setattr(tasks, "grade_one", stopped)
        assert main(command) == 130
    assert "the same command goes on" in capsys.readouterr().out
    assert len(list((tmp_path / "out" / "results").iterdir())) == 1 and not (tmp_path / "out" / "running").exists()


def test_a_damaged_result_is_graded_again(tmp_path):
    earned = small_class(tmp_path / "class", 2)
    out = tmp_path / "out"
    grade(str(tmp_path / "class"), str(out), exercises=FIRST)
    for path in out.glob("results/*.json"):
        path.write_bytes(path.read_bytes()[:50])
    grade(str(tmp_path / "class"), str(out), exercises=FIRST)
    assert passed(out) == earned
    for path in out.glob("results/*.json"):
        path.write_text("[]")
    grade(str(tmp_path / "class"), str(out), exercises=FIRST[:1])
    (out / "grading.json").write_text("[]")
    with pytest.raises(NeuronsError, match="damaged"):
        grade(str(tmp_path / "class"), str(out), exercises=FIRST)


def test_two_gradings_into_one_folder_exclude_each_other(tmp_path):
    small_class(tmp_path / "class", 1)
    out = str(tmp_path / "out")
    refused = []

    def again(line):
        with pytest.raises(NeuronsError, match="another grading is writing into"):
            grade(str(tmp_path / "class"), out, exercises=FIRST)
        refused.append(line)

    assert grade(str(tmp_path / "class"), out, exercises=FIRST, say=again).complete
    assert len(refused) == 2  # before the first submission, and after it: the folder for temporary files is in use
    assert grade(str(tmp_path / "class"), out, exercises=FIRST).complete


def test_the_folder_for_the_grades_is_no_submission(tmp_path):
    earned = small_class(tmp_path / "class", 1)
    for _ in range(2):
        grade(str(tmp_path / "class"), str(tmp_path / "class" / "out"), exercises=FIRST[:1])
        assert passed(tmp_path / "class" / "out").keys() == earned.keys()
    with pytest.raises(NeuronsError, match="holds the submissions"):
        grade(str(tmp_path / "class"), str(tmp_path / "class"), exercises=FIRST)


def test_a_folder_for_the_grades_that_cannot_be_written_is_said(tmp_path):
    small_class(tmp_path / "class", 1)
    (tmp_path / "out" / "grading.lock").mkdir(parents=True)
    with pytest.raises(FileError, match=r"grading\.lock cannot be written: Is a directory"):
        grade(str(tmp_path / "class"), str(tmp_path / "out"), exercises=FIRST)


def test_where_one_stands_is_a_submission_like_the_others(tmp_path, monkeypatch):
    earned = small_class(tmp_path / "class", 2)
    monkeypatch.chdir(tmp_path / "class" / "student001")
    assert [submission.student for submission in read_submissions("..", NAMES)] == sorted(earned)


class Breaking(ThreadPoolExecutor):
    """An executor that loses one of its tasks."""

    def submit(self, function, task):
        if task.student == "student001":
            return super().submit(os.strerror, "no number")
        return super().submit(function, task)


def test_what_breaks_off_is_said_and_tried_again(tmp_path):
    earned = small_class(tmp_path / "class", 3)
    out = tmp_path / "out"
    with Breaking(1) as executor:
        report = grade(str(tmp_path / "class"), str(out), exercises=FIRST, executor=executor)
    assert not report.complete and list(report.failed) == ["student001"]
    assert "not graded: TypeError" in rows(out)["student001"]["remarks"]
    assert grade(str(tmp_path / "class"), str(out), exercises=FIRST).complete
    assert passed(out) == earned


def test_on_a_cluster(tmp_path):
    """An executor of Dask, with two workers of their own processes."""
    pytest.importorskip("distributed")
    program = tmp_path / "on_a_cluster.py"
    program.write_text(
        "import sys\n"
        "from distributed import Client, LocalCluster\n"
        "from neurons.classroom.exercises.exercise import exercises\n"
        "from neurons.classroom.grading.grading import grade\n"
        "if __name__ == '__main__':\n"
        "    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:\n"
        "        with Client(cluster) as client:\n"
        "            report = grade(*sys.argv[1:], exercises=exercises()[:3], executor=client.get_executor())\n"
        "    assert report.complete, report\n"
    )
    earned = small_class(tmp_path / "class", 4)
    result = subprocess.run(
        [sys.executable, str(program), str(tmp_path / "class"), str(tmp_path / "out")],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert result.returncode == 0, result.stderr
    assert passed(tmp_path / "out") == earned


def test_on_the_weakest_containment_other_peoples_files_are_refused(tmp_path):
    small_class(tmp_path / "class", 1)
    with pytest.raises(NeuronsError, match="--trust"):
        grade(str(tmp_path / "class"), str(tmp_path / "out"), exercises=FIRST, level=AUDIT_HOOK)
    assert not (tmp_path / "out").exists()
    grade(str(tmp_path / "class"), str(tmp_path / "out"), exercises=FIRST, level=AUDIT_HOOK, trust=True)
    assert rows(tmp_path / "out")["student000"]["containment"] == AUDIT_HOOK
    with pytest.raises(NeuronsError, match="does not run on this machine"):
        grade(str(tmp_path / "class"), str(tmp_path / "out"), level="a wall")


# Odd files

RIGHT = SOLUTIONS[NAMES[0]]


def odd_files(folder):
    """One student for each oddity; returns a word that must be said of each."""
    folder.mkdir()
    said = {}

    def single(student, content, word):
        path = folder / f"{student}_{NAMES[0]}.py"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        said[student] = word

    single("syntax", "def weighted_sum(:\n", "cannot read the file in line 1")
    single("misnamed", "def weigthed_sum(w, i, b):\n    return 0\n", "no function `weighted_sum`")
    single("latin1", "# Größe\n".encode("latin-1") + RIGHT.encode(), "not UTF-8")
    single("utf16", RIGHT.encode("utf-16"), "UTF-16")
    single("unknown_encoding", "# coding: klingon\n" + RIGHT, "unknown encoding")
    single("tabs", "def weighted_sum(w, i, b):\n\tx = 1\n        return x\n", "line 3")
    single("huge", b"#" * 10 * 2**20, "longer than 1 MB")
    single("empty", b"", "empty")
    single("binary", os.urandom(16) + b"\0" + os.urandom(5000), "zero bytes")
    single("nested", "x = " + "(" * 5000 + ")" * 5000, "cannot read the file")
    single("bom", b"\xef\xbb\xbf" + RIGHT.encode(), "passed")
    single("windows", RIGHT.replace("\n", "\r\n"), "passed")
    single("=cmd()", RIGHT, "passed")
    single("Zoë <b>", RIGHT, "passed")
    (folder / "notes_alone.py").write_text(RIGHT)
    said["notes_alone"] = "does not say which exercise"
    (folder / "letter.pdf").write_bytes(b"%PDF-1.4")
    said["letter.pdf"] = "not a zip"
    (folder / "linked.zip").symlink_to("/etc/passwd")
    said["linked"] = "symbolic link"
    folder_of(folder / "links", {})
    (folder / "links" / f"{NAMES[0]}.py").symlink_to("/etc/passwd")
    (folder / "links" / "loop").symlink_to(folder)
    said["links"] = "symbolic link"
    if hasattr(os, "mkfifo"):
        folder_of(folder / "pipes", {})
        os.mkfifo(folder / "pipes" / f"{NAMES[0]}.py")
        said["pipes"] = "ordinary file"
    (folder / "damaged.zip").write_bytes(b"PK\x03\x04 and no more")
    said["damaged"] = "the zip is damaged"
    with zipfile.ZipFile(folder / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{NAMES[0]}.py", b"#" * 200 * 2**20)
    said["bomb"] = "longer than 1 MB"
    with zipfile.ZipFile(folder / "liar.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{NAMES[0]}.py", b"#" * 20 * 2**20)
    data = (folder / "liar.zip").read_bytes()
    data = data.replace((20 * 2**20).to_bytes(4, "little"), (900).to_bytes(4, "little"))
    (folder / "liar.zip").write_bytes(data)
    said["liar"] = "cannot be unpacked"
    with zipfile.ZipFile(folder / "lzma.zip", "w", zipfile.ZIP_LZMA) as archive:  # may ask for gigabytes, or be damaged
        archive.writestr(f"{NAMES[0]}.py", RIGHT)
    said["lzma"] = "packed in an unusual way"
    for letter in ("\x01", " "):  # shown alike
        (folder / f"two{letter}names_{NAMES[0]}.py").write_text(RIGHT if letter == " " else "x = 1\n")
    said[f"two names_{NAMES[0]}.py"], said[f"two names_{NAMES[0]}.py (2)"] = "no function `weighted_sum`", "passed"
    zipped(folder / "outside.zip", {f"../../{NAMES[0]}.py": RIGHT, "../../evil": "x"})
    said["outside"] = "leads out of the zip"
    zipped(folder / "absolute.zip", {f"/tmp/{NAMES[0]}.py": RIGHT})
    said["absolute"] = "leads out of the zip"
    with zipfile.ZipFile(folder / "link_inside.zip", "w") as archive:
        member = zipfile.ZipInfo(f"{NAMES[0]}.py")
        member.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(member, "/etc/passwd")
    said["link_inside"] = "symbolic link"
    zipped(folder / "twice.zip", {f"a/{NAMES[0]}.py": RIGHT, f"b/{NAMES[0]}.py": "x = 1\n"})
    said["twice"] = "two different files"
    zipped(
        folder / "same_twice.zip",
        {f"a/{NAMES[0]}.py": RIGHT, f"__MACOSX/{NAMES[0]}.py": "x", f"b/{NAMES[0]}.py": RIGHT},
    )
    said["same_twice"] = "passed"
    zipped(folder / "nothing.zip", {"readme.txt": "hello"})
    said["nothing"] = "no file with the name of an exercise"
    zipped(folder / "deep.zip", {f"my course/{NAMES[0]} (1).py": RIGHT})
    said["deep"] = "passed"
    zipped(folder / "Alice.zip", {f"{NAMES[0]}.py": RIGHT})
    folder_of(folder / "alice", {f"{NAMES[0]}.py": "x = 1\n"})
    said["Alice.zip"], said["alice"] = "passed", "no function `weighted_sum`"
    (folder / ".DS_Store").write_bytes(b"x")
    return said


def test_a_clear_word_for_every_odd_file(tmp_path):
    said = odd_files(tmp_path / "class")
    before = sorted(str(path) for path in tmp_path.rglob("*"))
    report = grade(str(tmp_path / "class"), str(tmp_path / "out"), exercises=FIRST[:1])
    assert not report.complete and not report.failed
    graded = {entry["student"]: entry for entry in report.graded}
    assert graded.keys() == said.keys()
    of_the_code = (
        "passed",
        "`weighted_sum`",
        "cannot read",
        "not UTF-8",
        "UTF-16",
        "encoding",
        "line 3",
        "empty",
        "zero",
    )
    unread = {student for student, word in said.items() if not any(part in word for part in of_the_code)}
    unread |= {"huge"}
    assert set(report.unread) == unread, set(report.unread) ^ unread
    page = (tmp_path / "out" / "class.html").read_text("utf-8")
    for student in unread:  # in the last words of the command, and on the page of the class
        assert f"Not read: {student}: " in str(report) and f"<li>{html.escape(student)}: " in page
    for student, word in said.items():
        (result,) = graded[student]["results"]
        text = " ".join([*graded[student]["remarks"], result["verdict"], result["message"]])
        assert word.lower() in text.lower(), f"{student}: {text}"
        assert result["passed"] == (word == "passed"), student
    assert [path for path in before if not os.path.lexists(path)] == []
    outside = {path for path in tmp_path.rglob("*") if path.parts[len(tmp_path.parts)] not in ("class", "out")}
    assert outside == set()
    table = (tmp_path / "out" / "grades.csv").read_text("utf-8")
    assert "'=cmd()" in table and "\n=" not in table
    pages = [path.read_text("utf-8") for path in (tmp_path / "out" / "students").iterdir()]
    assert len(pages) == len(said) and not any("<b>" in page for page in pages)


def test_folders_in_folders_do_not_end_the_grading(tmp_path):
    (tmp_path / "class" / "deep").mkdir(parents=True)
    (tmp_path / "class" / "deep" / f"{NAMES[0]}.py").write_text(RIGHT)
    place = str(tmp_path / "class" / "deep")
    try:
        for _ in range(1200):
            place += "/d"
            os.mkdir(place)
        (submission,) = read_submissions(str(tmp_path / "class"), NAMES)
        assert list(submission.files) == [NAMES[0]]
    finally:
        subprocess.run(["rm", "-r", str(tmp_path / "class" / "deep" / "d")], check=True)


def test_what_is_too_much_is_refused(tmp_path):
    folder = tmp_path / "class"
    folder.mkdir()
    with open(folder / "large.zip", "wb") as file:
        file.truncate(LARGEST_ZIP + 1)
    zipped(folder / "many.zip", {f"{n}.txt": "" for n in range(10_001)})
    with zipfile.ZipFile(folder / "same.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for n in range(66):
            archive.writestr(f"{n}/{NAMES[0]}.py", b"#" * 2**20)
    data = (folder / "same.zip").read_bytes()
    start = data.index(b"PK\x01\x02")  # of the list of files; each entry's sum is in its bytes 16 to 19
    (folder / "damaged.zip").write_bytes(data[:start] + data[start:].replace(data[start + 16 : start + 20], b"oops"))
    remarks = {submission.student: submission.remarks for submission in read_submissions(str(folder), NAMES)}
    assert remarks == {
        "large": ["the zip is larger than 64 MB"],
        "many": ["the zip holds more than 10,000 files"],
        "same": ["the zip unpacks to more than 64 MB; the rest was not looked at"],
        "damaged": ["the zip unpacks to more than 64 MB; the rest was not looked at"],
    }
    for place, word in (
        ("class/many.zip", "unpack it"),
        ("class/large.zip", "not a folder"),
        ("nowhere", "not a fold"),
    ):
        with pytest.raises(NeuronsError, match=word):
            list(read_submissions(str(tmp_path / place), NAMES))
    (tmp_path / "nobody").mkdir()
    with pytest.raises(NeuronsError, match="is empty"):
        list(read_submissions(str(tmp_path / "nobody"), NAMES))


def zip_bytes(files):
    """A zip with these {name: text or bytes}."""
    buffer = io.BytesIO()
    zipped(buffer, files)
    return buffer.getvalue()


def read_all(folder, **how):
    """{student: (exercises, what could not be read)}."""
    return {s.student: (sorted(s.files), s.unread) for s in read_submissions(str(folder), NAMES, **how)}


def test_zips_in_folders_and_in_zips_are_read(tmp_path):
    """As Moodle's download has them: a folder per student, what they handed in within."""
    folder = tmp_path / "class"
    handed_in = zip_bytes(named(SOLUTIONS))
    place = folder / "Ann Lee_4711_assignsubmission_file_"
    place.mkdir(parents=True)
    (place / "submission.zip").write_bytes(handed_in)
    place = folder / "Bo_4712_assignsubmission_file_"
    place.mkdir()
    (place / f"{NAMES[1]}.py").write_text(SOLUTIONS[NAMES[1]])
    (folder / "Cy_4713_assignsubmission_file_submission.zip").write_bytes(handed_in)
    (folder / "dee.zip").write_bytes(zip_bytes({"work/submission.zip": handed_in}))
    (folder / "eve.zip").write_bytes(zip_bytes({"a.zip": zip_bytes({"b.zip": handed_in})}))
    (folder / "fay").mkdir()
    (folder / "fay" / "broken.zip").write_bytes(b"PK\3\4")
    (folder / "fay" / "work.rar").write_bytes(b"Rar!")
    (folder / "fay" / f"{NAMES[0]}.py").write_text(RIGHT)
    (folder / "fay" / "01_wieghted_sum.py").write_text(RIGHT)
    (folder / "fay" / f"{NAMES[0]}.old1.py").write_text(RIGHT)  # what `course reset` keeps
    found = read_all(folder)
    for student in ("Ann Lee", "Cy", "dee"):
        assert found.pop(student) == (NAMES, []), student
    assert found.pop("Bo") == (NAMES[1:2], [])
    assert found.pop("eve") == ([], ["b.zip is a zip in a zip in a zip, which is not read"])
    exercises_of_fay, unread = found.pop("fay")
    assert exercises_of_fay == NAMES[:1] and not found
    assert [word in line for word, line in zip(("01_wieghted", "broken.zip", "work.rar"), unread, strict=True)] == [
        True
    ] * 3


def moodle_class():
    """{path in Moodle's zip: content}: names with umlauts and twice the same one, zips, a notebook, online text."""
    handed_in = zip_bytes({f"course/{name}": text for name, text in named(SOLUTIONS).items()})
    notebook = notebook_of(SOLUTIONS[NAMES[0]], f'check("{NAMES[0][:2]}", weighted_sum)')
    return {
        "Ada Lovelace_4711_assignsubmission_file_/submission.zip": handed_in,
        "Ada Lovelace_4711_assignsubmission_onlinetext_/onlinetext.html": "<p>Here is my work.</p>",
        "Ada Lovelace_4712_assignsubmission_file_/notes.txt": "",
        f"Ada Lovelace_4712_assignsubmission_file_/{NAMES[0]} (1).py": SOLUTIONS[NAMES[0]],
        f"Jörg Größe_4713_assignsubmission_file_/answers/{NAMES[1]}.py": SOLUTIONS[NAMES[1]],
        "李雷_4714_assignsubmission_file_/answers.ipynb": notebook,
        f"Eve_4715_assignsubmission_file/{NAMES[0]}.py": SOLUTIONS[NAMES[0]],  # Moodle has it with and without the _
        "Eve_4715_assignsubmission_file/more.zip": zip_bytes({f"{NAMES[0]}.py": WRONG}),
        "Finn_4716_assignsubmission_onlinetext_/onlinetext.html": "<p>Sorry.</p>",
        f"__MACOSX/Eve_4715_assignsubmission_file/._{NAMES[0]}.py": "x",
    }


NOTHING = [f"there is no file with the name of an exercise, such as {NAMES[0]}.py"]
TWICE = [f"two different files are answers to {NAMES[0]}: hand in one of them"]
MOODLE_READ = {
    "Ada Lovelace_4711": (NAMES, []),
    "Ada Lovelace_4712": (NAMES[:1], []),
    "Jörg Größe": (NAMES[1:2], []),
    "李雷": (NAMES[:1], []),
    "Eve": ([], TWICE),
    "Finn": ([], NOTHING),
}


def unpacked(files, folder):
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())


@pytest.mark.parametrize("within", ["", "assignment-download/"])
def test_moodles_zip_is_a_class(tmp_path, within):
    """Given itself, in the folder of the class, or unpacked; also packed anew with a folder around it."""
    files = {within + name: content for name, content in moodle_class().items()}
    folder = tmp_path / "class"
    folder.mkdir()
    zipped(folder / "CS-Step-4711.zip", files)
    assert read_all(folder / "CS-Step-4711.zip") == MOODLE_READ
    zipped(folder / "bob.zip", named(SOLUTIONS))
    expected = {name.replace("Ada", "CS-Step-4711.zip/Ada"): what for name, what in MOODLE_READ.items()}
    assert read_all(folder) == expected | {"bob": (NAMES, [])}
    unpacked(files, tmp_path / "unpacked")
    assert read_all(tmp_path / "unpacked" / within) == MOODLE_READ
    if within:  # beside another student
        zipped(tmp_path / "unpacked" / "bob.zip", named(SOLUTIONS))
        expected = {name.replace("Ada", f"{within}Ada"): what for name, what in MOODLE_READ.items()}
        assert read_all(tmp_path / "unpacked") == expected | {"bob": (NAMES, [])}


def test_flat_downloads_of_moodle_canvas_and_blackboard(tmp_path):
    """Without folders the student is in the names of the files; several files are one student's."""
    right = SOLUTIONS
    platforms = {
        "moodle": {
            f"Ann Lee_4711_assignsubmission_file_{NAMES[0]}.py": right[NAMES[0]],
            f"Ann Lee_4711_assignsubmission_file_{NAMES[1]}.py": right[NAMES[1]],
            "Ann Lee_4711_assignsubmission_onlinetext_onlinetext.html": "<p>Hello",
            "Bo_4712_assignsubmission_file_submission.zip": zip_bytes(named(right)),
        },
        "canvas": {
            f"leeann_340934_208490284_{NAMES[0]}.py": right[NAMES[0]],
            f"leeann_340934_208490285_{NAMES[1]}-1.py": right[NAMES[1]],
            "leeann_340934_208490286_screen.png": "PNG",
            "bo_LATE_334244_394803489_submission.zip": zip_bytes(named(right)),
        },
        "blackboard": {
            f"CS_Step_leeann_attempt_2024-01-30-15-00-00_{NAMES[0]}.py": right[NAMES[0]],
            f"CS_Step_leeann_attempt_2024-01-30-15-00-00_{NAMES[1]}.py": right[NAMES[1]],
            "CS_Step_leeann_attempt_2024-01-30-15-00-00.txt": "Name: Ann Lee",
            "CS_Step_bo_attempt_2024-01-30-16-00-00_submission.zip": zip_bytes(named(right)),
        },
    }
    for platform, files in platforms.items():
        ann, bo = ("Ann Lee", "Bo") if platform == "moodle" else ("leeann", "bo")
        expected = {ann: (NAMES[:2], []), bo: (NAMES, [])}
        zipped(tmp_path / f"{platform}.zip", files)
        assert read_all(tmp_path / f"{platform}.zip") == expected, platform
        unpacked(files, tmp_path / platform)
        assert read_all(tmp_path / platform) == expected, platform


def test_a_class_in_a_zip_is_graded(tmp_path, capsys):
    zipped(tmp_path / "download.zip", moodle_class())
    out = tmp_path / "out"
    report = grade(str(tmp_path / "download.zip"), str(out), exercises=FIRST)
    assert passed(out) == {name: len(files) for name, (files, _) in MOODLE_READ.items()}
    assert report.unread == {"Eve": TWICE, "Finn": NOTHING}
    with zipfile.ZipFile(tmp_path / "download.zip", "w") as archive:
        archive.writestr(f"Ann_4711_assignsubmission_file_/{NAMES[0]}.py", RIGHT)
    assert main(["grade", str(tmp_path / "download.zip"), "--out", str(tmp_path / "again"), "--jobs", "1"]) == 0
    assert "Ann: 1 passed" in capsys.readouterr().out


def test_the_limits_hold_for_each_student_of_a_class(tmp_path):
    path = tmp_path / "download.zip"
    deep = {"deep_4711_assignsubmission_file_/a.zip": zip_bytes({"b.zip": zip_bytes({"c.zip": zip_bytes({})})})}
    link = zipfile.ZipInfo(f"link_4712_assignsubmission_file_/{NAMES[0]}.py")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(*next(iter(deep.items())))
        archive.writestr(link, "/etc/passwd")
        archive.writestr(f"bomb_4713_assignsubmission_file_/{NAMES[0]}.py", b"#" * 200 * 2**20)
        for n in range(66):
            archive.writestr(f"same_4714_assignsubmission_file_/{n}/{NAMES[0]}.py", b"#" * 2**20)
        archive.writestr(f"../../outside_4715_assignsubmission_file_/{NAMES[0]}.py", RIGHT)
        archive.writestr(f"fine_4716_assignsubmission_file_/{NAMES[0]}.py", RIGHT)
    found = read_all(path)
    assert found.pop("fine") == (NAMES[:1], [])
    words = {
        "bomb": "longer than 1 MB",
        "same": "unpacks to more than 64 MB",
        "outside": "leads out of the zip",
        "link": "symbolic link",
        "deep": "a zip in a zip in a zip",
    }
    assert found.keys() == words.keys()
    assert [name for name, word in words.items() if not any(word in line for line in found[name][1])] == []
    unpacked(deep, tmp_path / "unpacked")
    assert read_all(tmp_path / "unpacked") == {"deep": found["deep"]}


def test_a_student_cannot_pass_for_another_by_the_names_in_a_zip(tmp_path):
    """Names that only a platform gives, in a zip that a student has made, take nothing from anybody."""
    folder = tmp_path / "class"
    forged = {f"Ben_4711_assignsubmission_file_/{NAMES[0]}.py": WRONG}
    unpacked(
        {
            "Ben_4711_assignsubmission_file_/submission.zip": zip_bytes(named(SOLUTIONS)),
            "Mallory_4712_assignsubmission_file_/submission.zip": zip_bytes(forged),
            "Aaron.zip": zip_bytes(forged),
            "Ben.zip": zip_bytes(forged | {f"{NAMES[1]}.py": SOLUTIONS[NAMES[1]]}),
        },
        folder,
    )
    assert read_all(folder) == {
        "Ben_4711": (NAMES, []),
        "Mallory": (NAMES[:1], []),
        "Aaron.zip/Ben_4711": (NAMES[:1], []),
        "Ben.zip": (NAMES[:2], []),
    }


def test_a_zip_that_is_one_students_is_not_a_class(tmp_path):
    zipped(tmp_path / "ada.zip", named(SOLUTIONS))
    (tmp_path / "damaged.zip").write_bytes((tmp_path / "ada.zip").read_bytes().replace(b"PK\1\2", b"PK\1\3"))
    for name, word in (("ada.zip", "unpack it"), ("damaged.zip", "damaged")):
        with pytest.raises(FileError, match=word):
            list(read_submissions(str(tmp_path / name), NAMES))


def test_files_of_one_name_are_one_students_where_the_teacher_says_so(tmp_path, capsys):
    folder = tmp_path / "class"
    folder.mkdir()
    for name in NAMES:
        (folder / f"bob_{name}.py").write_text(SOLUTIONS[name])
    (folder / f"Bob_{NAMES[0]}.py").write_text(WRONG)
    (folder / "bob.zip").write_bytes(zip_bytes({f"{NAMES[0]}.py": WRONG}))
    assert sorted(len(files) for files, _ in read_all(folder).values()) == [1, 1, 1, 1, 1]
    found = read_all(folder, join=True)
    assert found.pop("bob") == (NAMES, []) and sorted(files for files, _ in found.values()) == [NAMES[:1], NAMES[:1]]
    shutil.rmtree(folder)
    folder.mkdir()
    for name in NAMES:
        (folder / f"bob_{name}.py").write_text(SOLUTIONS[name])
    assert main(["grade", str(folder), "--out", str(tmp_path / "out"), "--jobs", "1", "--join"]) == 0
    assert "bob: 3 passed" in capsys.readouterr().out and passed(tmp_path / "out") == {"bob": 3}


def test_what_could_not_be_read_is_in_the_exit_code(tmp_path, capsys):
    folder = tmp_path / "class"
    folder_of(tmp_path / "class", {f"ann_{NAMES[0]}.py": RIGHT, "bob.rar": "Rar!"})
    assert main(["grade", str(folder), "--out", str(tmp_path / "out"), "--jobs", "1"]) == 1
    last = capsys.readouterr().out.splitlines()[-2]
    assert last.startswith("Not read: bob.rar: ")
    assert "bob.rar" in (tmp_path / "out" / "class.html").read_text("utf-8").partition("By exercise")[0]
    (folder / "bob.rar").unlink()
    assert main(["grade", str(folder), "--out", str(tmp_path / "out"), "--jobs", "1"]) == 0


MILLION = 2**20


@pytest.mark.parametrize("says", [MILLION, 3])
def test_a_zip_with_a_million_members_costs_nothing(tmp_path, says):
    """Whether it says so (in a record of 64 bits) or lies."""
    entry = struct.pack("<4s4B4HL2L5H2L", b"PK\1\2", 20, 0, 20, 0, 0, 0, 0, 33, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0) + b"a"
    size = len(entry) * MILLION
    large = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, says, says, size, 0)
    locator = struct.pack("<4sLQL", b"PK\6\7", 0, size, 1)
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    (tmp_path / "class").mkdir()
    (tmp_path / "class" / "million.zip").write_bytes(entry * MILLION + large + locator + end)
    start = time.process_time()
    (submission,) = read_submissions(str(tmp_path / "class"), NAMES)
    assert submission.remarks == ["the zip holds more than 10,000 files"]
    assert time.process_time() - start < 0.5  # reading its list takes many seconds


def notebook_of(*cells):
    return json.dumps({"cells": [{"cell_type": "code", "source": cell.splitlines(True)} for cell in cells]})


def test_the_cells_of_notebook_09_are_read(tmp_path):
    """The notebook as it is, with the answers in it: handed in alone, in a folder, in a zip."""
    notebook = json.loads((ROOT / "notebooks" / "09_exercises.ipynb").read_text("utf-8"))
    all_names = [exercise.name for exercise in exercises()]
    folder = tmp_path / "class"
    folder.mkdir()
    (folder / "stubs.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    checked, before = {}, {}
    for cell in notebook["cells"]:
        found = re.match(r'check\("(\d\d)"', "".join(cell["source"]))
        if cell["cell_type"] == "code" and found:
            number = int(found.group(1))
            checked[exercises()[number - 1].name] = before
            before["source"] = exercises()[number - 1].text("solution.py").splitlines(True)
        before = cell
    assert len(checked) >= 12
    solved = json.dumps(notebook)
    (folder / "alone.ipynb").write_text(solved, encoding="utf-8")
    folder_of(folder / "folder", {"09_exercises.ipynb": solved})
    (folder / "zip.zip").write_bytes(zip_bytes({"09_exercises.ipynb": solved}))
    submissions = {s.student: s for s in read_submissions(str(folder), all_names)}
    assert {student: sorted(s.files) for student, s in submissions.items()} == dict.fromkeys(
        submissions, sorted(checked)
    )
    assert all(not s.unread for s in submissions.values())
    report = grade(str(folder), str(tmp_path / "out"), exercises=exercises()[:3])
    assert {entry["student"]: sum(r["passed"] for r in entry["results"]) for entry in report.graded} == {
        "alone": 3,
        "folder": 3,
        "stubs": 0,
        "zip": 3,
    }


def test_answers_in_a_notebook_of_ones_own():
    content = notebook_of(
        "from neurons.classroom import check\n%matplotlib inline\n!ls",
        "def helper(a, b):\n    return a * b",
        "def weighted_sum(w, i, b):\n    return 0.0\nprint(check('1', weighted_sum))",
        "def weighted_sum(w, i, b):\n    check = 1\n    return helper(w[0], i[0]) + b",
        "assert (result := check(\n    '01',\n    weighted_sum,\n)), result\nx = 1",
        'def sigmoid(z):\n    return z\nresult = check("02", sigmoid)',
    )
    answers = answers_of(content.encode())
    assert list(answers) == ["01", "02"]
    space = {}
    exec(answers["01"], space)
    assert space["weighted_sum"]([2.0], [3.0], 0.5) == 6.5 and space["x"] == 1
    assert answers["02"] == "def sigmoid(z):\n    return z\n"
    for damaged in (b"", b"[]", b"{}", b'{"cells": 3}', b'{"cells": [{}]}', b"[" * 10**5, b"\xff"):
        with pytest.raises(ValueError, match="notebook"):
            answers_of(damaged)


LONG = "z" * 10**5
# Forged by the student's own code, which finds the channel on the stack.
FORGED = """
import json, sys
frame = sys._getframe()
while 'channel' not in frame.f_locals:
    frame = frame.f_back
send = frame.f_locals['channel'].send
send({answer})
"""
UNCUT = {
    "a message": f"raise ValueError('{LONG}')",
    "a type": f"raise type('{LONG}', (Exception,), {{}})",
    "a name": f"def weighted_sum(w, i, b):\n    return type('{LONG}', (), {{}})()",
    "text": f"def weighted_sum(w, i, b):\n    return '{LONG}'",
    "numbers": "def weighted_sum(w, i, b):\n    return [0.1234567] * 10**5",
    "digits": "def weighted_sum(w, i, b):\n    return 10**300 + 0.5",
    "prints": f"print('{LONG}')\nx = y",
    "an error that names it": f"import {LONG}",
    "a file": f"open('/{LONG}')",
    "a line": FORGED.format(answer="{'raised': 'E', 'message': 'm', 'line': 10**4000}"),
    "a line of text": FORGED.format(answer=f"{{'raised': 'E', 'message': 'm', 'line': '{LONG}'}}"),
    "a refused call": FORGED.format(answer=f"{{'forbidden': '{LONG}', 'line': 10**4000}}"),
    "a syntax": FORGED.format(answer=f"{{'syntax': '{LONG}', 'line': -1}}"),
    "a missing name": FORGED.format(answer=f"{{'missing': '{LONG}', 'in': '{LONG}'}}"),
    "an object": FORGED.format(answer=f"{{'raised': ['{LONG}'], 'message': {{'a': '{LONG}'}}, 'line': 1}}"),
    "a callback": FORGED.format(answer="{'loaded': 1}") + f"send({{'callback': 0, 'arguments': '{LONG}'}})",
}


def test_nothing_of_a_submission_enters_a_report_uncut(tmp_path):
    folder = tmp_path / "class"
    folder_of(folder, {f"{kind}_{NAMES[0]}.py": source for kind, source in UNCUT.items()})
    (folder / "names.zip").write_bytes(zip_bytes({f"{LONG[:60000]}/{n}_{NAMES[0]}.py": "" for n in range(99)}))
    report = grade(str(folder), str(tmp_path / "out"), exercises=FIRST[:1])
    assert len(report.graded) == len(UNCUT) + 1 and not passed(tmp_path / "out").get("digits")
    written = [path for path in (tmp_path / "out").rglob("*") if path.is_file()]
    assert len(written) > 3 * len(UNCUT)
    for path in written:
        text = path.read_text("utf-8")
        assert "z" * 400 not in text and "0" * 400 not in text, path
        assert len(text) < (12_000 if path.parent.name != "out" else 60_000), path
    assert len(report.unread["names"]) <= 11 and len(str(report)) < 10_000


def test_a_result_is_cut_whatever_it_holds():
    """The last gate before the reports: also for texts that come through an exercise of the teacher's own."""
    result = Result("x", False, LONG, LONG + "\x1b[2J", names=(LONG,) * 99, notes=(LONG,) * 99, printed=LONG)
    cut = cut_result(result)
    assert len(str(cut)) < 40_000 and "\x1b" not in str(cut) and len(cut.names) == 20
    short = Result("x", True, "passed", "one\ntwo", names=("a",), notes=("b",), printed="c\nd")
    assert cut_result(short) == short


def odd_targets(folder):
    """Folders that cannot be written, and words that must be said of each."""
    (folder / "file").write_text("x")
    (folder / "dangling").symlink_to("nowhere")
    return {
        "file": "file",
        "file/x": "file/x",
        "dangling": "dangling",
        "": "folder",
        "/dev/null": "/dev/null",
        "/dev/null/x": "/dev/null/x",
        "/proc/nowhere": "/proc/nowhere",
        "x" * 300: "too long",
        "x/" * 3000: "deep",
    }


@pytest.mark.parametrize("command", ["course", "grade"])
def test_an_odd_target_folder_is_a_sentence(command, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    folder_of(tmp_path / "class", {f"ann_{NAMES[0]}.py": RIGHT})
    words = ["course", "start"] if command == "course" else ["grade", "class", "--jobs", "1", "--out"]
    for target, said in odd_targets(tmp_path).items():
        assert main([*words, target]) == 2, target
        error = capsys.readouterr().err
        assert error.startswith("neurons: ") and said in error and error.count("\n") == 1, error


def test_folders_in_the_place_of_files_are_a_sentence(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    folder_of(tmp_path / "class", {f"ann_{NAMES[0]}.py": RIGHT})
    for place in ("grades.csv", "class.html", "grading.json", "grading.lock"):
        (tmp_path / "out" / place).mkdir(parents=True)
        assert main(["grade", "class", "--jobs", "1", "--out", "out"]) == 2
        assert place in capsys.readouterr().err
        shutil.rmtree("out")
    for place in ("results", "students", "gradescope", "running"):
        folder_of(tmp_path / "out", {place: "x"})
        assert main(["grade", "class", "--jobs", "1", "--out", "out"]) == 2
        assert "out" in capsys.readouterr().err
        shutil.rmtree("out")
    os.makedirs("mine/progress.txt")
    assert main(["course", "start", "mine"]) == 2 and "progress.txt" in capsys.readouterr().err


def test_a_folder_whose_name_is_no_text(tmp_path):
    """In a terminal that is strict about what it shows."""
    environment = dict(os.environ, PYTHONPATH=str(ROOT), PYTHONIOENCODING="utf-8:strict")
    (tmp_path / "class").mkdir()
    (tmp_path / "class" / f"ann_{NAMES[0]}.py").write_text("x = 1")
    for command in (["course", "start"], ["grade", "class", "--jobs", "1", "--out"]):
        run = [sys.executable, "-m", "neurons", *command, os.fsencode(f"odd{command[0]}") + b"\xff"]
        result = subprocess.run(run, cwd=tmp_path, env=environment, capture_output=True)
        assert result.returncode == 0 and b"odd" in result.stdout, result.stderr


# What comes out


def test_the_result_files_of_other_systems(tmp_path):
    small_class(tmp_path / "class", 2)
    out = tmp_path / "out"
    grade(str(tmp_path / "class"), str(out), exercises=FIRST)
    (gradescope,) = out.glob("gradescope/student001-*/results.json")
    content = json.loads(gradescope.read_text())
    assert content["score"] == 2.0 and [test["status"] for test in content["tests"]] == ["failed", "passed", "passed"]
    assert all({"name", "score", "max_score", "output"} <= set(test) for test in content["tests"])
    assert "smallest case" in content["tests"][0]["output"]
    (github,) = out.glob("github/student001-*/autograding.json")
    content = json.loads(github.read_text())
    assert content["version"] == 1 and content["status"] == "fail" and content["max_score"] == 3
    assert [(test["status"], test["score"]) for test in content["tests"]] == [("fail", 0), ("pass", 1), ("pass", 1)]


def test_the_class_page_counts_the_commonest_mistakes(tmp_path):
    folder = tmp_path / "class"
    folder.mkdir()
    wrong = "from math import exp\ndef sigmoid(z):\n    return 1 / (1 + exp(-z))\ndef delta_sigmoid(z):\n"
    wrong += "    a = sigmoid(sigmoid(z))\n    return a * (1 - a)\ndef delta_relu(z):\n    return float(z > 0)\n"
    for number in range(3):
        (folder / f"s{number}_{NAMES[2]}.py").write_text(wrong)
    (folder / f"s3_{NAMES[2]}.py").write_text(SOLUTIONS[NAMES[2]])
    (folder / f"s4_{NAMES[1]}.py").write_text(FIRST[1].text("stub.py"))
    loop = "def weighted_sum(w, i, b):\n    while True:\n        pass\n"
    (folder / f"s5_{NAMES[0]}.py").write_text(loop)
    (folder / f"s6_{NAMES[0]}.py").write_text("import os\ndef weighted_sum(w, i, b):\n    os._exit(3)\n")
    neuron = exercises()[5]
    without_slope = neuron.text("solution.py").replace("output_gradient * activation_gradient", "output_gradient")
    (folder / f"s7_{neuron.name}.py").write_text(without_slope)
    grade(str(folder), str(tmp_path / "out"), exercises=[*FIRST, neuron])
    page = (tmp_path / "out" / "class.html").read_text("utf-8")
    mistakes = re.findall(r"1 of \d: ([^<]*)", page)
    assert all(word not in line.lower().split() for line in mistakes for word in ("it", "its", "your")), mistakes
    (slope,) = {line.partition(" (06")[0] for line in mistakes if "slope" in line and "A2" not in line}
    assert "layer" not in slope  # the exercise has one neuron
    assert "3 of 4: A2: The slope is the one at a" in page
    assert "1 of 4" in page
    assert "not written" in page and "not written" not in page.partition("<h2>By exercise")[0]  # that is no mistake
    (student,) = (tmp_path / "out" / "students").glob("s0-*.html")
    assert "Your slope is the one at a, not at z" in student.read_text("utf-8")


def test_a_course_from_submit_to_grade(tmp_path, monkeypatch, capsys):
    """As a student and a teacher do it, on the command line; every exercise is solved."""
    monkeypatch.chdir(tmp_path)
    assert main(["course", "start", "mine"]) == 0
    for exercise in exercises():
        shutil.copy(exercise.path("solution.py"), f"mine/{exercise.name}.py")
    monkeypatch.chdir(tmp_path / "mine")
    assert main(["course", "submit"]) == 0
    monkeypatch.chdir(tmp_path)
    os.mkdir("class")
    shutil.copy("mine/submission.zip", "class/me.zip")
    assert main(["grade", "class", "--out", "out", "--jobs", "1"]) == 0
    assert "me: 17 passed" in capsys.readouterr().out
    assert passed(Path("out")) == {"me": 17}
    assert main(["grade", "nowhere", "--out", "out"]) == 2
    assert main(["grade", "class", "--out", "out", "--jobs", "0"]) == 2
    assert main(["course", "new", "18_mean"]) == 0
    os.mkdir("own")
    shutil.copy("exercises/18_mean/solution.py", "own/me_18_mean.py")
    assert main(["grade", "own", "--out", "own_out", "--jobs", "1", "--exercises", "exercises"]) == 0
    assert passed(Path("own_out")) == {"me": 1}
