"""The command line as a whole: what it says alone, about wrong options, and where output cannot go."""

import os
import subprocess
import sys
import zipapp

import pytest
from conftest import ROOT

from neurons.__main__ import main

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
