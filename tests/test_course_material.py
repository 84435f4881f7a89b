"""The notebooks and examples reach a folder of the student's own, however `neurons` was installed."""

import nbformat
import pytest
from conftest import ROOT, run

from neurons.__main__ import main

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
