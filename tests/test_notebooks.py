"""The notebooks run as they stand: no error, no warning, and the outputs that were committed.

After a change, `python tests/test_notebooks.py` runs them again and writes their outputs; look at the pictures then.
"""

import os
import re
import sys
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

NOTEBOOKS = sorted((Path(__file__).parents[1] / "notebooks").glob("*.ipynb"))
ANSWER = re.compile(r"```python\n(?P<code>.*?)```\s+It prints\s+```text\n(?P<printed>.*?)```", re.DOTALL)
TIMEOUT = 120  # seconds for one cell


def run(notebook):
    """Run all cells of `notebook` in a fresh kernel; their outputs are in the cells then."""
    NotebookClient(notebook, kernel_name="python3", timeout=TIMEOUT, coalesce_streams=True).execute()
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)  # the time of day, which differs in every run
    notebook.metadata.language_info = {"name": "python"}  # without the version of this one Python


def printed(cell):
    """What `cell` printed or returned, as text; a progress bar that a slow machine shows does not count."""
    text = ""
    for output in cell.outputs:
        if output.output_type == "stream":
            text += re.sub(r"\r[^\n]*\n?|^ *\d+%\|[^\n]*\n?", "", output.text, flags=re.MULTILINE)
        elif output.output_type == "execute_result":
            text += output.data["text/plain"] + "\n"
    return text


def pictures(cell):
    return [output for output in cell.outputs if "image/png" in output.get("data", {})]


def complaints(cell):
    """Errors, and warnings: they go to standard error."""
    return [output for output in cell.outputs if output.output_type == "error" or output.get("name") == "stderr"]


def has_mnist():
    """True if the images are there without a download."""
    return (Path(os.environ.get("NEURONS_DATA", "")) / "mnist" / "train-images-idx3-ubyte.gz").exists()


@pytest.fixture(scope="module", params=NOTEBOOKS, ids=lambda path: path.stem)
def pair(request):
    """A notebook as committed, and the same run again, with the exercises' answers run at its end."""
    if "mnist" in request.param.stem and not has_mnist():
        pytest.skip("MNIST's files are not at hand: NEURONS_DATA does not name a folder with them")
    committed = nbformat.read(request.param, as_version=4)
    fresh = nbformat.read(request.param, as_version=4)
    for cell in committed.cells:
        if cell.cell_type == "markdown":
            fresh.cells += [nbformat.v4.new_code_cell(answer["code"]) for answer in ANSWER.finditer(cell.source)]
    run(fresh)
    return committed, fresh


def test_there_are_notebooks():
    assert "02_xor" in [path.stem for path in NOTEBOOKS]


def test_no_error_and_no_warning(pair):
    for notebook in pair:
        for cell in notebook.cells:
            if cell.cell_type == "code":
                assert complaints(cell) == [], cell.source


def test_the_committed_outputs_are_those_of_a_fresh_run(pair):
    committed, fresh = pair
    for number, (old, new) in enumerate(zip(committed.cells, fresh.cells, strict=False)):
        if old.cell_type == "code":
            assert old.execution_count == new.execution_count, "not run from top to bottom"
            assert printed(old) == printed(new), f"cell {number}:\n{old.source}"
            assert len(pictures(old)) == len(pictures(new)), f"cell {number}:\n{old.source}"


def test_the_answers_print_what_they_say(pair):
    committed, fresh = pair
    text = "\n".join(cell.source for cell in committed.cells if cell.cell_type == "markdown")
    answers = list(ANSWER.finditer(text))
    assert len(answers) == text.count("```python") == text.count("<details>") > 0
    for answer, cell in zip(answers, fresh.cells[len(committed.cells) :], strict=True):
        assert printed(cell).strip() == answer["printed"].strip()


def test_it_asks_before_it_shows(pair):
    committed, _ = pair
    text = "\n".join(cell.source for cell in committed.cells if cell.cell_type == "markdown")
    assert "you can" in committed.cells[0].source
    assert "Predict, then run" in text
    assert 2 <= text.count("<details>") == text.count("</details>") <= 3


if __name__ == "__main__":
    for path in NOTEBOOKS:
        notebook = nbformat.read(path, as_version=4)
        run(notebook)
        nbformat.write(notebook, path)
        print(f"{path.name} is run", file=sys.stderr)
