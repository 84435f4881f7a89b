"""The classroom in one file, in real browsers, opened from a folder with the network cut."""

import builtins
import io
import os
import re
import time
import warnings
import zipfile

import pytest
from browsers import BROWSERS, axe_findings, browser_named
from conftest import ROOT
from correct_variants import VARIANTS, varied
from habits import ALLOWED, REFUSED
from wrong_answers import WRONG

import neurons
from neurons import FileError, NeuronsError
from neurons.__main__ import main
from neurons.classroom.course.course import Course
from neurons.classroom.exercises.check import check
from neurons.classroom.exercises.exercise import exercises
from neurons.web.classroom.page import classroom_page, unit_named
from neurons.web.classroom.session import FOR_PICTURES, WHAT_IS_HERE, Session, told

EXERCISES = {exercise.name: exercise for exercise in exercises()}
BY_NUMBER = {exercise.number: exercise for exercise in exercises()}


@pytest.fixture(scope="module")
def pyodide():
    """The folder with Pyodide's files."""
    folder = os.environ.get("NEURONS_PYODIDE")
    if not folder:
        pytest.skip("NEURONS_PYODIDE names no folder with Pyodide")
    return folder


@pytest.fixture(scope="module")
def built(pyodide, tmp_path_factory):
    """The page, as the command writes it."""
    path = tmp_path_factory.mktemp("room") / "room.html"
    assert main(["page", str(path), "--pyodide", pyodide]) == 0
    return path


class Room:
    """A page that is open: what a student does, and what the student sees."""

    def __init__(self, page):
        self.page = page
        self.wait()

    def wait(self):
        self.page.wait_for("() => ['ready', 'broken'].includes(document.body.dataset.state)")
        assert self.state == "ready", self.text("#state")

    @property
    def state(self):
        return self.page.evaluate("() => document.body.dataset.state")

    def text(self, selector):
        return self.page.evaluate("selector => document.querySelector(selector)?.textContent", selector)

    def count(self, selector):
        return self.page.evaluate("selector => document.querySelectorAll(selector).length", selector)

    def choose(self, name):
        """06, or the title of a program."""
        self.page.evaluate(
            "name => [...document.querySelectorAll('.units button')].find(b => b.textContent === name).click()", name
        )

    def write(self, text):
        self.page.evaluate("() => document.querySelector('#editor .cm-content').focus()")
        self.page.press("Control+a")
        self.page.press("Delete")
        if text:
            self.page.insert(text)

    def press(self, button):
        """Press Run or Check, and wait for the end."""
        self.page.evaluate("() => document.getElementById('answer').replaceChildren()")
        self.page.click(button)
        self.page.wait_for("() => document.getElementById('answer').hasChildNodes()")
        self.wait()

    def run(self, text):
        self.write(text)
        self.press("#run")
        return self.text("#answer")

    def check(self, number, text):
        self.choose(number)
        self.write(text)
        self.press("#check")
        return self.text("#verdict")

    def call(self, name):
        """Type the student's name."""
        self.page.evaluate("""name => {
            const place = document.getElementById("name");
            place.value = name;
            place.dispatchEvent(new Event("change"));
        }""", name)  # fmt: skip

    def downloaded(self, button):
        """The zip that a button lets the browser download; `file_name` is what it is called."""
        self.page.evaluate("""() => {
            window.made = [];
            URL.createObjectURL = (blob) => { window.made.push(blob); return "#"; };
            HTMLAnchorElement.prototype.click = function () { window.fileName = this.download; };
        }""")
        self.page.click(button)
        self.page.wait_for("() => window.made.length")
        self.wait()
        self.file_name = self.page.evaluate("() => window.fileName")
        numbers = self.page.evaluate("async () => [...new Uint8Array(await window.made[0].arrayBuffer())]")
        return zipfile.ZipFile(io.BytesIO(bytes(numbers)))


@pytest.fixture(scope="module", params=BROWSERS)
def browser(request, built):
    with browser_named(request.param) as started:
        yield started


@pytest.fixture(scope="module")
def open_room(browser, built):
    """One page for many tests; at the end nothing was complained of, and nothing asked for."""
    page = browser.open(built)
    room = Room(page)
    yield room
    assert page.complaints == []
    assert [address for address in page.requests if not address.startswith(("file:", "blob:", "data:"))] == []
    page.close()


@pytest.fixture
def room(open_room):
    """The page, with nothing kept."""
    open_room.page.evaluate("() => document.getElementById('really').click()")
    return open_room


def verdict(exercise, text, folder):
    """What `course check` prints."""
    path = folder / f"{exercise.name}.py"
    path.write_text(text, encoding="utf-8")
    return str(check(exercise, path))


def test_xor_runs_and_its_page_is_alive(room):
    room.choose("XOR")
    room.press("#run")
    answers = re.findall(r"^\[(.), (.)\]|(\S+)$", room.text(".printed"), re.MULTILINE)
    assert [round(float(a[2])) for a in answers if "." in a[2]][-4:] == [0, 1, 1, 0]
    assert room.count("figure.page iframe[sandbox='allow-scripts']") == 1


def test_what_a_program_prints_raises_and_gives_is_shown(room):
    room.choose("XOR")
    assert room.run("print('a' * 3)\n1 + 1") == "aaa\n2\n"
    assert room.run("x = 1") == "The program has finished. It printed nothing."
    said = room.run("import neurons\n\ndef f():\n    return neurons.Neuron(2).forward([1.0])\n\nf()\n")
    assert said.startswith("Traceback") and said.endswith("neuron has 2 weights but got 1 inputs\n")
    assert "line 4, in f" in said and "neuron.py" not in said
    assert room.text(".cm-wrong").strip() == "return neurons.Neuron(2).forward([1.0])"
    assert "SyntaxError" in room.run("x = (1\ny")
    assert room.run("import sys\nprint(1)\nsys.exit('enough')") == "1\nThe program has ended itself: enough\n"
    assert "write the value into the program" in room.run("x = input('x? ')")
    assert room.run("print('<b>not bold</b>')") == "<b>not bold</b>\n" and room.count("#answer b") == 0


def test_an_exercise_is_failed_then_passed(room, tmp_path):
    exercise = BY_NUMBER["06"]
    old, new = WRONG[exercise.name][0][1:]
    wrong = exercise.text("solution.py").replace(old, new)
    assert room.check("06", wrong) == verdict(exercise, wrong, tmp_path)
    assert room.text("#passed") == "0 of 17 passed"
    solution = exercise.text("solution.py")
    assert room.check("06", solution) == verdict(exercise, solution, tmp_path)
    assert room.text("#verdict h3") == "06 weight gradients: passed.\n"
    assert room.text("#passed") == "1 of 17 passed"
    room.page.click("#next")
    assert room.text("#file") == "07_input_gradients.py"


def test_neurons_is_refused_in_an_answer(room):
    said = room.check("01", "from neurons import Neuron\n\n\ndef weighted_sum(w, i, b):\n    return 0.0\n")
    assert "stopped" in said.lower() and "neurons" in said


def test_the_hints_come_one_by_one(room):
    room.choose("05")
    for seen in range(1, 4):
        room.page.click("#hint")
        assert room.count("#hints li") == seen
    assert room.page.evaluate("() => document.getElementById('hint').hidden")


def test_the_editor_lets_the_keyboard_go(room):
    room.choose("XOR")
    room.write("x = 1")
    room.page.press("Tab")
    assert room.page.evaluate("() => document.activeElement.closest('#editor') !== null")
    room.page.press("Escape")
    room.page.press("Tab")
    assert room.page.evaluate("() => document.activeElement.closest('#editor') === null")


ENDLESS = ["while True:\n    print('again')\n", "sum(iter(int, 1))\n"]  # the second stays in C


@pytest.mark.parametrize("program", ENDLESS)
def test_stop_ends_a_loop_and_python_starts_again(room, program, record_property):
    room.choose("XOR")
    room.write(program)
    room.page.click("#run")
    room.page.wait_for("() => document.body.dataset.state === 'busy'")
    time.sleep(0.3)  # it is in its loop
    start = time.monotonic()
    room.page.click("#stop")
    room.wait()
    record_property("seconds until Python was ready again", round(time.monotonic() - start, 2))
    assert room.text("#answer").endswith("Stopped.")
    assert room.run("print('here')") == "here\n"


def test_work_is_kept_by_name_and_forgotten(room):
    call = room.call
    room.choose("02")
    room.write("a = 1\n")
    call("Ada")  # what was written without a name is hers
    room.page.reload()
    room.wait()
    assert room.page.evaluate("() => document.getElementById('name').value") == "Ada"
    assert (room.text("#file"), room.text(".cm-line")) == ("02_activations.py", "a = 1")
    call("<img src=x onerror=alert(1)>")
    assert room.text("#file") == "xor.py"
    room.choose("02")
    assert room.text(".cm-line") != "a = 1"
    call("Ada")
    assert room.text(".cm-line") == "a = 1"
    room.page.evaluate("() => document.getElementById('really').click()")
    assert room.page.evaluate("() => Object.keys(localStorage).filter(key => key.includes('Ada'))") == []
    call("Ada")
    room.choose("02")
    assert room.text(".cm-line") != "a = 1"


def test_save_open_and_hand_in(room, tmp_path):
    solution = BY_NUMBER["01"].text("solution.py")
    assert room.check("01", solution).startswith("01 weighted sum: passed.")
    room.page.click("#hint")
    saved = room.downloaded("#save")
    handed_in = room.downloaded("#submit")

    course = Course.start(str(tmp_path / "course"))  # the same by the command line
    with open(course.path(BY_NUMBER["01"]), "w", encoding="utf-8") as file:
        file.write(solution)
    course.check(BY_NUMBER["01"])
    course.hint(BY_NUMBER["01"])
    with open(course.progress_path, encoding="utf-8") as file:
        assert saved.read("progress.txt").decode() == file.read()
    with zipfile.ZipFile(course.submit()[0]) as expected:
        assert handed_in.namelist() == expected.namelist()
        for name in expected.namelist():
            assert handed_in.read(name) == expected.read(name), name
            assert saved.read(name) == expected.read(name), name

    saved.fp.seek(0)
    path = tmp_path / "neurons-course.zip"
    path.write_bytes(saved.fp.read())
    room.page.evaluate("() => document.getElementById('really').click()")
    assert room.text("#passed") == "0 of 17 passed"
    room.page.give_file("#opened", path)
    room.page.wait_for("() => document.getElementById('passed').textContent === '1 of 17 passed'")
    room.wait()
    room.choose("01")
    assert room.text(".cm-content").startswith(solution[:60].split("\n")[0]) and room.count("#hints li") == 1
    path.write_text("no zip")
    room.page.give_file("#opened", path)
    room.page.wait_for("() => document.getElementById('answer').textContent.includes('not a file that the page')")
    room.wait()


def test_a_file_is_named_after_the_student(room):
    names = {
        "": ("submission.zip", "neurons-course.zip"),
        "Ada Lovelace": ("ada_lovelace.zip", "ada_lovelace-course.zip"),
        "../<Zoë>: ": ("zoë.zip", "zoë-course.zip"),
        "陈 伟": ("陈_伟.zip", "陈_伟-course.zip"),
    }
    for name, files in names.items():
        room.call(name)
        for button, file in zip(("#submit", "#save"), files, strict=True):
            room.downloaded(button)
            assert room.file_name == file
            assert file in room.text("#state")


def test_another_exercise_begins_without_what_the_last_one_said(room):
    room.choose("XOR")
    room.run("x = 1")
    assert "s." in room.text("#state")
    room.choose("01")
    assert room.text("#state") == ""


ODD = {
    "nothing": "",
    "no Python": "def f(:\n",
    "a loop without an end": "def weighted_sum(w, i, b):\n    while True:\n        pass\n",
    "None": "def weighted_sum(w, i, b):\n    b + 1\n",
    "text": "def weighted_sum(w, i, b):\n    return 'z'\n",
    "another name": "def weightedsum(w, i, b):\n    return 0.0\n",
    "prints": "print('hello')\n\ndef weighted_sum(w, i, b):\n    print(w)\n    return 1.0\n",
    "calls itself": "def weighted_sum(w, i, b):\n    raise ValueError('no')\n\n\nweighted_sum([1], [], 0)\n",
    "a name from paper": "def weighted_sum(weights, inputs, bias):\n    return w[0] * inputs[0] + bias\n",
    "a function": "def weighted_sum(weights, inputs, bias):\n    return weights.copy\n",
    "leaves": "import sys\nsys.exit(3)\n",
    "numpy": "import numpy as np\n\ndef weighted_sum(w, i, b):\n    return float(np.dot(w, i)) + b\n",
    "a file": "open('/etc/passwd').read()\n",
    "a program": "import subprocess\nsubprocess.run(['ls'])\n",
}
NOT_COMPARED = {
    "the time",  # is another when it is asked again
    "timing",  # prints the times it measured
    "an event loop",  # asyncio.run is the browser's own there
    "a loop without an end",  # the system may end a process before its time is over
}


def corpus():
    """(exercise, what it is, answer): wrong ones, right ones in other styles, odd ones."""
    for name, mistakes in WRONG.items():
        for ids, old, new in mistakes[::2]:
            yield name, ids, EXERCISES[name].text("solution.py").replace(old, new)
    for name, styles in VARIANTS.items():
        for style, replacements in list(styles.items())[:2]:
            yield name, style, varied(EXERCISES[name].text("solution.py"), replacements)
    for exercise in EXERCISES.values():
        yield exercise.name, "the solution", exercise.text("solution.py")
        yield exercise.name, "the stub", exercise.text("stub.py")
    habits = {**ALLOWED, **{habit: refused[0] for habit, refused in REFUSED.items()}}
    for what, answer in {**ODD, **habits}.items():
        if what not in NOT_COMPARED:
            yield "01_weighted_sum", what, answer


def compare(room, answers, folder, monkeypatch):
    monkeypatch.delenv("NEURONS_DATA", raising=False)  # the page has no MNIST
    different = []
    for name, what, answer in answers:
        said = room.check(EXERCISES[name].number, answer)
        expected = verdict(EXERCISES[name], answer, folder)
        if said != expected:
            different.append((name, what, said, expected))
    assert different == []


def test_some_verdicts_are_those_of_the_command_line(room, tmp_path, monkeypatch):
    compare(room, list(corpus())[5::60], tmp_path, monkeypatch)


@pytest.mark.slow
def test_all_verdicts_are_those_of_the_command_line(built, tmp_path, monkeypatch):
    answers = list(corpus())
    assert len(answers) >= 60
    with browser_named("chromium") as browser:
        compare(Room(browser.open(built)), answers, tmp_path, monkeypatch)


def test_it_is_readable_at_every_width(browser, room):
    page = room.page
    room.check("06", EXERCISES["06_weight_gradients"].text("stub.py"))
    for width in (390, 800, 1280):
        page.resize(width, 800)
        assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth"), width
        tops = page.evaluate("""() => ["left", "middle", "right"].map(
            id => document.getElementById(id).getBoundingClientRect().top)""")
        assert (len(set(tops)) == 1) == (width == 1280)
    page.resize(1280, 800)


def test_a_verdicts_table_is_whole_at_every_width(room):
    """The longest name of a row, two numbers and the arrow."""
    solution = BY_NUMBER["07"].text("solution.py")
    room.check("07", solution.replace("error * weight", "error"))
    for width in (390, 800, 890, 1000, 1024, 1280, 1800):
        room.page.resize(width, 800)
        cut, order = room.page.evaluate("""() => {
            const box = (one) => one.getBoundingClientRect();
            const place = box(document.getElementById("verdict"));
            const cells = [...document.querySelectorAll(".table .row span")].filter((one) => one.textContent.trim());
            const row = [...document.querySelectorAll(".table .row")].pop();
            const [yours, correct, arrow] = [...row.children].slice(1).map(box);
            return [
                cells.filter((one) => box(one).right > place.right + 1 || one.scrollWidth > one.clientWidth + 1)
                    .map((one) => one.textContent),
                yours.right < correct.left && correct.right < arrow.left && yours.top === arrow.top,
            ];
        }""")
        assert cut == [] and order, width
    room.page.resize(1280, 800)


def test_the_network_of_xor_has_its_buttons_in_view(room):
    room.choose("XOR")
    for width, height in ((1280, 800), (1024, 768), (890, 800)):
        room.page.resize(width, height)
        room.press("#run")
        bottom = room.page.evaluate("() => document.querySelector('iframe').getBoundingClientRect().bottom")
        assert bottom <= height, (width, bottom)
    room.page.resize(1280, 800)


@pytest.mark.slow
@pytest.mark.parametrize("dark", [False, True])
def test_axe_finds_nothing(built, dark):
    with browser_named("chromium", dark=dark) as browser:
        room = Room(browser.open(built))
        room.press("#run")
        assert axe_findings(room.page) == []
        room.choose("06")
        room.page.click("#hint")
        room.press("#check")
        assert axe_findings(room.page) == []
        room.page.click("#about")
        assert axe_findings(room.page) == []


def test_each_page_states_its_licences_and_asks_for_nothing(built):
    text = built.read_text(encoding="utf-8")
    assert "default-src &#x27;none&#x27;" in text or "default-src 'none'" in text
    for name in ("neurons", "Python", "Pyodide", "CodeMirror", "numpy"):
        assert re.search(rf"<summary>[^<]*{name}", text), name
    assert neurons.__version__ in text


def test_it_opens_with_the_exercise_that_is_named(pyodide):
    assert [unit_named(word) for word in ("6", "06", "06_weight_gradients.py")] == ["06_weight_gradients"] * 3
    assert '"first":"06_weight_gradients"' in classroom_page(exercise="6", pyodide=pyodide)
    with pytest.raises(NeuronsError, match="no exercise 99: the exercises go from 01 to 17"):
        classroom_page(exercise="99", pyodide=pyodide)


def test_the_licence_is_the_packages_own():
    assert (ROOT / "LICENSE").read_bytes() == (ROOT / "neurons" / "web" / "licences" / "neurons.txt").read_bytes()


def test_without_pyodide_it_says_what_to_download(tmp_path, monkeypatch, capsys):
    assert main(["page", str(tmp_path / "room.html"), "--pyodide", str(tmp_path)]) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1 and "pyodide-314.0.3.tar.bz2" in said and "--pyodide DIR" in said


def test_a_file_of_another_release_is_refused(pyodide, tmp_path):
    for name in os.listdir(pyodide):
        os.symlink(os.path.join(pyodide, name), tmp_path / name)
    (tmp_path / "pyodide.mjs").unlink()
    (tmp_path / "pyodide.mjs").write_text("// another\n")
    with pytest.raises(FileError, match=r"pyodide.mjs is not the file of Pyodide"):
        classroom_page(pyodide=str(tmp_path))


@pytest.fixture
def session(tmp_path, monkeypatch):
    """(The Python of a page, here; what it has shown)."""
    monkeypatch.setattr(builtins, "input", input)
    monkeypatch.setenv("MPLBACKEND", "agg")
    shown = []
    with warnings.catch_warnings():
        yield Session(str(tmp_path / "course"), lambda kind, content: shown.append((kind, content))), shown


@pytest.mark.parametrize(
    "picture",
    [
        "plots.network(model)",
        "plots.hidden_planes(model, *datasets.xor())",
        "plots.decision_boundary(model, *datasets.xor())",
    ],
)
def test_a_picture_in_the_last_line_is_shown(session, picture):
    python, shown = session
    start = "from neurons import Model, datasets, plots\nmodel = Model.from_sizes([2, 3, 1], seed=0)\n"
    assert python.run("xor.py", start + picture) == {"line": 0}
    ((kind, content),) = shown
    assert kind == "picture" and content.startswith(b"\x89PNG")


def test_a_module_that_is_not_in_the_page_is_explained(session):
    python, shown = session
    assert python.run("xor.py", "import math\nimport pandas_of_nobody") == {"line": 2}
    assert "pandas_of_nobody" in shown[0][1] and WHAT_IS_HERE in shown[0][1]
    error = ModuleNotFoundError("No module named 'matplotlib'", name="matplotlib")
    assert told(error, "xor.py")[0].endswith(FOR_PICTURES) and "--plots" in FOR_PICTURES
