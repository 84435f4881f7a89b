"""The command line as a whole: what it says alone, about wrong options, and where output cannot go."""

import contextlib
import os
import subprocess
import sys
import zipapp

import pytest
from conftest import ROOT

from neurons.__main__ import main
from neurons.text import fitted

COMMANDS = ("xor", "mnist", "step", "notebooks", "examples", "debug", "diagnose", "course", "grade", "worksheet")


def test_alone_it_lists_its_commands(capsys):
    assert main([]) == 0
    printed = capsys.readouterr().out
    assert [name for name in COMMANDS if name not in printed] == []


def test_course_alone_lists_what_to_do(capsys):
    assert main(["course"]) == 0
    printed = capsys.readouterr().out
    assert [verb for verb in ("start", "check", "hint", "watch", "submit") if verb not in printed] == []


@pytest.mark.parametrize("command", COMMANDS)
def test_a_wrong_option_shows_the_usage_of_its_command(command, capsys):
    needed = {
        "notebooks": ["folder"],
        "examples": ["folder"],
        "grade": ["folder", "--out", "grades"],
        "diagnose": ["program.py"],
    }.get(command, [])
    arguments = [command, "--no-such-option"] if command == "debug" else [command, *needed, "--no-such-option"]
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert f"usage: python -m neurons {command}" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["course", "check"], ["course", "reset", "01"], ["worksheet", "check", "a.csv"]])
def test_a_wrong_option_shows_the_usage_of_the_innermost_command(arguments, capsys):
    with pytest.raises(SystemExit) as ended:
        main([*arguments, "--no-such-option"])
    assert ended.value.code == 2
    assert f"usage: python -m neurons {' '.join(arguments[:2])} [-h]" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["--version"], ["course"], ["xor", "--epochs", "3"]])
def test_a_closed_output_is_no_error(arguments, capsys, monkeypatch):
    """Python's own None for it: so it is under Windows' pythonw."""
    monkeypatch.setattr(sys, "stdout", None)
    try:
        code = main(arguments)
    except SystemExit as ended:
        code = ended.code
    assert code == (1 if arguments[0] == "xor" else 0)


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full here")
@pytest.mark.parametrize("arguments", [["xor"], ["course"], [], ["course", "check", "--help"], ["--version"]])
def test_a_full_disk_is_a_sentence(arguments):
    with open("/dev/full", "w") as full:
        result = subprocess.run(
            [sys.executable, "-m", "neurons", *arguments], stdout=full, stderr=subprocess.PIPE, text=True, cwd=ROOT
        )
    assert "No space left" in result.stderr
    assert "Traceback" not in result.stderr and result.returncode != 0


def test_a_zipapp_is_refused_with_a_sentence(tmp_path):
    """The exercises, the sandbox and the pages are files beside the code."""
    source = tmp_path / "app"
    (source / "neurons").parent.mkdir()
    for path in (ROOT / "neurons").rglob("*.py"):
        target = source / path.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(path.read_bytes())
    zipapp.create_archive(source, tmp_path / "neurons.pyz", main="neurons.__main__:main")
    result = subprocess.run(
        [sys.executable, "-I", str(tmp_path / "neurons.pyz"), "xor"], cwd=tmp_path, capture_output=True, text=True
    )
    assert "zip file" in result.stderr and "Traceback" not in result.stderr


@pytest.mark.parametrize("folder", ["", "x" * 300, "file/inside"])
@pytest.mark.parametrize("command", ["notebooks", "examples", "course"])
def test_an_odd_target_folder_is_a_sentence(command, folder, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert main([command, "start", folder] if command == "course" else [command, folder]) == 2
    told = capsys.readouterr().err
    assert told.startswith("neurons: ") and "Traceback" not in told
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


WIDTH = 80  # of a terminal as it opens
PRINTING = [
    ["xor"],
    ["xor", "--hidden", "2", "--seed", "3"],
    ["xor", "--learning-rate", "200"],
    ["xor", "--epochs", "5"],
    ["mnist", "--digits", "--epochs", "2"],
    ["mnist", "--digits", "--epochs", "1", "--learning-rate", "100"],
    ["step", "--out", "page.html"],
    ["step", "--digit", "7", "--out", "page.html"],
    ["examples", "my-examples"],
    ["notebooks", "my-notebooks"],
    ["course", "start", "my-course"],
    *([name, "--help"] for name in [*COMMANDS, "page", "site", "draw"]),
]


@pytest.mark.parametrize("arguments", PRINTING, ids=" ".join)
def test_no_line_is_wider_than_a_terminal(arguments, tmp_path, monkeypatch, capsys):
    """A terminal breaks such a line in the midst of a word."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", str(WIDTH))
    with contextlib.suppress(SystemExit):
        main(arguments)
    lines = [line for line in capsys.readouterr().out.splitlines() if str(tmp_path) not in line]
    assert lines and [line for line in lines if len(line) > WIDTH] == []


def test_a_complaint_is_broken_between_words_in_a_terminal_alone(monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", "40")
    assert main(["step", "--label", "3"]) == 2
    whole = capsys.readouterr().err
    assert whole.count("\n") == 1 and len(whole) > WIDTH
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    assert main(["step", "--label", "3"]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert max(map(len, lines)) <= 40 and " ".join(lines) == whole.strip()


def test_what_goes_on_stands_below_its_column():
    told = "  da/dz    = +0.124398   the slope of the sigmoid at this z"
    assert fitted(told, 44).splitlines() == [
        "  da/dz    = +0.124398   the slope of the",
        "           sigmoid at this z",
    ]
    assert fitted(told, 80) == told
