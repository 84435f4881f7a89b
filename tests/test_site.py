"""The site: its pages lead to each other and to nobody else, and the sample class is graded as its page says."""

import configparser
import csv
import html.parser
import io
import os
import re
import sys
import venv
import zipfile

import pytest
from browsers import axe_findings, browser_named
from conftest import ROOT, run

import neurons
from neurons import FileError, Model, NeuronsError
from neurons.__main__ import main
from neurons.classroom.exercises.check import check
from neurons.classroom.exercises.exercise import exercises
from neurons.classroom.sandbox.local import LocalTransport
from neurons.web.site import lab
from neurons.web.site.lab import lock_entry
from neurons.web.site.notebook_pages import NO_PICTURE, notebook_page, published
from neurons.web.site.sample_class import MISTAKES, sample_class
from neurons.web.site.site import HERE, write_site
from neurons.web.wheel import REQUIRES, WHEEL, neurons_wheel

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The folder, as the command writes it."""
    if not os.environ.get("NEURONS_PYODIDE"):
        pytest.skip("NEURONS_PYODIDE names no folder with Pyodide")
    folder = tmp_path_factory.mktemp("site") / "site"
    assert main(["site", str(folder)]) == 0
    return folder


class Links(html.parser.HTMLParser):
    """What a page leads to, and the places in it that something can lead to."""

    def __init__(self, text):
        super().__init__()
        self.targets, self.places, self.policy = [], set(), ""
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        self.places.add(found.get("id"))
        self.targets += [found[name] for name in ("href", "src") if name in found]
        if tag == "a" and found.get("href", "").startswith("https:"):
            self.targets.pop()  # it leads away, but only when somebody clicks it
        if found.get("http-equiv") == "Content-Security-Policy":
            self.policy = found["content"]


def test_its_pages_lead_to_each_other(site):
    pages = {path: Links(path.read_text(encoding="utf-8")) for path in site.rglob("*.html")}
    names = {path.relative_to(site).as_posix() for path in pages}
    assert {
        "index.html",
        "classroom.html",
        "xor.html",
        "draw.html",
        "first-lesson.html",
        "teachers.html",
        "reference.html",
    } <= names
    assert {f"notebooks/{path.stem}.html" for path in NOTEBOOKS} <= names
    for path, page in pages.items():
        assert page.policy.startswith("default-src 'none'"), path
        for target in page.targets:
            if target.startswith(("data:", "blob:")):
                continue
            file, _, place = target.partition("#")
            other = (path.parent / file).resolve() if file else path
            assert other.is_file(), (path, target)
            assert not place or place in pages[other].places, (path, target)


def test_nothing_is_asked_of_anybody(site):
    with browser_named("chromium") as browser:
        for name in (
            "index.html",
            "xor.html",
            "draw.html",
            "first-lesson.html",
            "notebooks/03_step_through_gradients.html",
            "reference.html",
        ):
            page = browser.open(site / name)
            assert page.complaints == []
            assert all(address.startswith(("file:", "data:", "about:")) for address in page.requests), page.requests
            for width in (390, 800, 1280):
                page.resize(width, 800)
                page.wait_for("() => document.documentElement.scrollWidth <= innerWidth")  # drawn anew by then
            page.close()


def test_what_stands_in_columns_fills_them(site):
    """Four cards are 2 × 2; the reference's index has names in every column."""
    with browser_named("chromium") as browser:
        start, reference = browser.open(site / "index.html"), browser.open(site / "reference.html")
        for width in (890, 1024, 1280):
            places = []
            for page, what in ((start, ".cards a"), (reference, ".index li")):
                page.resize(width, 800)
                lefts = page.evaluate(
                    "what => [...document.querySelectorAll(what)].map(one => one.getBoundingClientRect().left)", what
                )
                places.append([lefts.count(left) for left in sorted(set(lefts))])
            cards, names = places
            assert cards == [2, 2]
            assert len(names) >= 3 and min(names) > max(names) / 2, names
        start.close()
        reference.close()


@pytest.mark.slow
@pytest.mark.parametrize("dark", [False, True])
def test_axe_finds_nothing(site, dark):
    with browser_named("chromium", dark=dark) as browser:
        for name in ("index", "first-lesson", "teachers", "reference", "notebooks/01_one_neuron", "licences"):
            page = browser.open(site / f"{name}.html")
            page.evaluate("() => document.querySelectorAll('details').forEach(part => { part.open = true; })")
            assert axe_findings(page) == [], name
            page.close()


def test_outputs_are_folded_and_mnist_is_not_published(site):
    (path,) = [path for path in NOTEBOOKS if path.stem == "06_mnist"]
    with_pictures, _ = notebook_page(published(path, mnist=True))
    without, _ = notebook_page(published(path))
    assert with_pictures.count("data:image/png") > 2 and without.count("data:image/png") == 0
    assert without.count(NO_PICTURE) == with_pictures.count("data:image/png")
    assert "image/png" not in (site / "notebooks" / "06_mnist.ipynb").read_text(encoding="utf-8")
    xor = (site / "notebooks" / "02_xor.html").read_text(encoding="utf-8")
    assert xor.count('<details class="output">') >= 8 and "data:image/png" in xor and "<details open" not in xor


def test_a_visitor_can_install_neurons(site, tmp_path):
    """The pages link to the file, and name no folder that a visitor lacks; pip installs it in a new environment."""
    for name in ("index.html", "first-lesson.html", "teachers.html", "notebooks/01_one_neuron.html"):
        text = (site / name).read_text(encoding="utf-8")
        assert f'{"../" * name.count("/")}{WHEEL}"' in text and "README of" not in text, name
    assert all("README of" not in path.read_text(encoding="utf-8") for path in (site / "notebooks").iterdir())
    venv.create(tmp_path / "new", with_pip=True)
    python = str(tmp_path / "new" / ("Scripts" if os.name == "nt" else "bin") / "python")
    run(python, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", WHEEL, cwd=site)
    assert run(python, "-m", "neurons", "--version", cwd=tmp_path, PYTHONPATH="") == f"neurons {neurons.__version__}\n"
    run(python, "-m", "neurons", "course", "start", "course", cwd=tmp_path, PYTHONPATH="")
    run(python, "-m", "neurons", "notebooks", "books", cwd=tmp_path, PYTHONPATH="")
    run(python, "-m", "neurons", "examples", "scripts", cwd=tmp_path, PYTHONPATH="")
    assert len(list((tmp_path / "course").glob("*.py"))) == 17
    assert {path.name for path in (tmp_path / "books").glob("*.ipynb")} == {path.name for path in NOTEBOOKS}
    assert (tmp_path / "scripts" / "xor.py").read_bytes() == (ROOT / "examples" / "xor.py").read_bytes()


def test_the_wheel_asks_for_what_setup_asks_for():
    settings = configparser.ConfigParser()
    settings.read(ROOT / "setup.cfg", encoding="utf-8")
    assert settings["options"]["install_requires"].split("\n")[1:] == list(REQUIRES)


def test_the_reference_names_what_can_be_imported(site):
    text = (site / "reference.html").read_text(encoding="utf-8")
    for name in neurons.__all__:
        thing = getattr(neurons, name)
        assert type(thing) is type(neurons) or f'id="neurons.{name}"' in text, name
    assert " at 0x" not in text


def expected_verdicts():
    """{(student, exercise): passed?} from the table of the page on the first lesson."""
    text = (HERE / "pages" / "first_lesson.md").read_text(encoding="utf-8")
    rows = [[cell.strip() for cell in row.strip("|").split("|")] for row in re.findall(r"^\|.*\|$", text, re.MULTILINE)]
    numbers = next(row[1:] for row in rows if row[0] == "student")
    rows = rows[[row[0] for row in rows].index("student") + 2 :]
    return {(row[0], number): word == "passed" for row in rows for number, word in zip(numbers, row[1:], strict=True)}


def test_the_sample_class_is_as_its_page_says(tmp_path):
    expected, found = expected_verdicts(), {}
    assert len(expected) == 18
    by_number = {exercise.number: exercise for exercise in exercises()}
    with zipfile.ZipFile(io.BytesIO(sample_class())) as archive:
        for name in archive.namelist():
            student = name.removeprefix("class/").removesuffix(".zip")
            with zipfile.ZipFile(io.BytesIO(archive.read(name))) as submission:
                assert submission.namelist() == [f"{exercise.name}.py" for exercise in exercises()]
                for number in ("01", "04", "06"):
                    exercise = by_number[number]
                    path = tmp_path / f"{exercise.name}.py"
                    path.write_bytes(submission.read(path.name))
                    found[student, number] = check(exercise, path, transport=LocalTransport)
    assert {key: bool(result) for key, result in found.items()} == expected
    names = {key: result.names for key, result in found.items() if not result}
    assert len(set(map(str, names.values()))) == len(names)  # six different mistakes


@pytest.mark.slow
def test_the_sample_class_is_graded(tmp_path):
    with zipfile.ZipFile(io.BytesIO(sample_class())) as archive:
        archive.extractall(tmp_path)
    assert main(["grade", str(tmp_path / "class"), "--out", str(tmp_path / "graded"), "--trust"]) == 0
    with open(tmp_path / "graded" / "grades.csv", encoding="utf-8", newline="") as table:
        assert [row["student"] for row in csv.DictReader(table)] == sorted(MISTAKES)


def test_the_browsers_wheel_is_whole_and_named_in_the_lock(tmp_path):
    """What JupyterLite's kernel installs: pip takes it, and it runs."""
    path = tmp_path / WHEEL
    path.write_bytes(neurons_wheel(requires=("numpy", "matplotlib")))
    entry = lock_entry(path.name, path.read_bytes())
    assert (entry["name"], entry["imports"], entry["depends"]) == (
        "neurons-by-hand",
        ["neurons"],
        ["numpy", "matplotlib"],
    )
    run(sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(tmp_path / "there"), str(path))
    printed = run(sys.executable, "-m", "neurons", "--version", cwd=tmp_path, PYTHONPATH=str(tmp_path / "there"))
    assert printed == f"neurons {neurons.__version__}\n"


def test_without_jupyterlite_it_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setattr(lab, "NEEDED", ("a_package_that_is_nowhere",))
    with pytest.raises(NeuronsError, match=r"pip install 'neurons-by-hand\[lab\]'"):
        write_site(tmp_path, notebooks=[], reader=Model.from_sizes([64, 10]), lab=True)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_with_other_files_is_left_alone(tmp_path):
    (tmp_path / "thesis.tex").write_text("three years of work")
    with pytest.raises(FileError, match="holds other files"):
        write_site(tmp_path, notebooks=[], reader=Model.from_sizes([64, 10]))
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]
