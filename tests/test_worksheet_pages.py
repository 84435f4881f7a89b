"""The worksheets in a real browser, from files and with the network cut: what is printed, and what the page judges."""

import re
import shutil
import subprocess

import pytest
from browsers import chromium, path_of
from worksheet_students import KINDS, by_hand, core_numbers, sheets_of, students_by_hand, students_with_mistakes, typed

from neurons.classroom import worksheet
from neurons.classroom.grading.reports import student_page
from neurons.classroom.worksheets.judging import judged
from neurons.classroom.worksheets.practice import practice_page
from neurons.classroom.worksheets.printing import key_page, sheets_page
from neurons.classroom.worksheets.words import verdict_words


@pytest.fixture(scope="module")
def browser():
    with chromium(path_of("chromium"), dark=False) as started:
        yield started.launched


@pytest.fixture
def opened(browser, tmp_path):
    """Open a page's bytes from a file; at the end it has complained of nothing, and asked for nothing else."""
    contexts, complaints, requests = [], [], []

    def open_page(data, width=1000, **settings):
        path = tmp_path / f"page{len(contexts)}.html"
        path.write_bytes(data)
        context = browser.new_context(viewport={"width": width, "height": 800}, offline=True, **settings)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(60_000)
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: requests.append(request.url))
        page.goto(path.as_uri())
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []
    assert len(set(requests)) == len(contexts) and all(url.startswith("file:") for url in requests)


def judged_by(page, sheet, texts):
    """The page's own verdicts, without its fields."""
    found = page.evaluate(
        "([given, decimals, answers]) => judge(formulas, given, decimals, answers)",
        [sheet.given, sheet.decimals, texts],
    )
    return [(verdict["kind"], tuple(verdict["ids"]), verdict["start"]) for verdict in found]


@pytest.mark.slow
def test_the_page_judges_as_python_does(opened):
    """Students with one mistake or two, in every kind of sheet; right answers; no answers; no numbers."""
    pages = {}
    for i, (sheet, _, numbers) in enumerate(students_by_hand(24)):
        kind = sheet.formulas.network
        if kind not in pages:
            pages[kind] = opened(practice_page([sheet]))
        texts = typed(numbers, comma=i % 3 == 0)
        texts = ["" if (i + k) % 7 == 0 and i % 2 else text for k, text in enumerate(texts)]
        if i % 5 == 0:
            texts[i % len(texts)] = "what?"
        if i % 5 == 1:
            texts = [text[:-2] for text in texts]
        assert judged_by(pages[kind], sheet, texts) == [tuple(verdict) for verdict in judged(sheet, texts)]
        right = typed(core_numbers(sheet))
        assert {kind for kind, _, _ in judged_by(pages[kind], sheet, right)} == {"right"}
    assert len(pages) == len(KINDS)
    again = 0
    for _, sheet, _, numbers in students_with_mistakes(24, 1):  # wherever they can be made
        found = judged_by(pages[sheet.formulas.network], sheet, typed(numbers))
        assert found == [tuple(verdict) for verdict in judged(sheet, typed(numbers))]
        again += sum(kind == "again" for kind, _, _ in found)
    assert again > 24


def test_answers_are_judged_as_they_are_typed(opened):
    """With the keyboard alone: Enter goes on after a right answer; what is said stands in the live region."""
    sheets = sheets_of("two layers", 2)
    page = opened(practice_page(sheets))
    sheet = sheets[1]
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    assert page.input_value("#sheet") == sheet.name
    k = [q.label(sheet.formulas.network) for q in sheet.formulas.questions].index("dL/dz of output[0]")
    numbers = by_hand(sheet, {k: lambda own, number: own[k - 2]}, carry_rounded=True)
    verdicts = judged(sheet, typed(numbers))
    page.keyboard.press("Tab")
    for number, verdict in zip(typed(numbers, comma=True), verdicts, strict=True):
        place = page.evaluate("Number(document.activeElement.dataset.k)")
        page.keyboard.type(number)
        page.keyboard.press("Enter")
        assert page.text_content("#said") == f"{sheet.formulas.label(place)}: " + verdict_words(
            sheet.formulas, place, verdict, 4
        )
        if place == k:  # wrong: the cursor stays; what comes next is reached with the mouse here
            assert page.evaluate("Number(document.activeElement.dataset.k)") == k
            assert page.get_attribute(f'input[data-k="{k}"]', "aria-invalid") == "true"
            page.focus(f'input[data-k="{k + 1}"]')
    assert page.text_content("#count") == "35 of 36 points"
    said = page.locator("#verdicts li").all_text_contents()
    assert len(said) == sum(verdict.kind != "right" for verdict in verdicts)
    assert any(line.startswith(f"{sheet.formulas.label(k)}: L7: ") for line in said)
    again = page.context.new_page()  # what was typed is still there
    again.goto(page.url)
    again.select_option("#sheet", sheet.name)
    assert again.text_content("#count") == "35 of 36 points"


def test_a_screen_reader_finds_names_and_a_status(opened):
    (sheet,) = sheets_of("two layers, three classes", 1)
    page = opened(practice_page([sheet]))
    for k, question in enumerate(sheet.formulas.questions):
        field = page.locator(f'input[data-k="{k}"]')
        assert field.get_attribute("aria-label") == f"{k + 1}: {question.label(sheet.formulas.network)}"
    assert page.get_attribute("#said", "aria-live") == "polite" and page.get_attribute("#said", "role") == "status"
    assert page.locator("label[for=sheet]").count() == 1
    assert page.locator("svg[role=img][aria-label]").count() == 1
    assert page.locator("tbody th:not([scope=row])").count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("kind", ["one neuron", "two layers", "two layers, tanh"])
def test_on_a_phone_nothing_is_wider_than_the_screen(opened, kind, scheme):
    page = opened(practice_page(sheets_of(kind, 1)), width=390, color_scheme=scheme)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    if kind != "two layers, tanh":  # five columns scroll, inside their own frame
        assert page.evaluate("document.querySelector('.scroll').scrollWidth") <= 390
    ink, paper = page.evaluate(
        "[getComputedStyle(document.body).color, getComputedStyle(document.body).backgroundColor]"
    )
    assert (brightness(ink) > brightness(paper)) == (scheme == "dark")
    assert abs(brightness(ink) - brightness(paper)) > 180


@pytest.mark.parametrize("width", [390, 890])
def test_sheets_and_keys_fit_the_screen_and_stand_apart(opened, width):
    for kind in ("two layers", "two layers, three classes"):
        for make in (sheets_page, key_page):
            page = opened(make(sheets_of(kind, 2)), width=width)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, kind
            tops = page.evaluate("""[...document.querySelectorAll("header")].map((one) => {
                const before = one.closest("section").previousElementSibling;
                const isSheet = before && before.matches("section");
                return one.getBoundingClientRect().top - (isSheet ? before.getBoundingClientRect().bottom : 0);
            })""")
            assert min(tops) >= 10


MESSAGE = """The slope of the activation function is missing.

  weights = [-0.5], bias = 2
                                                    yours    correct
  z = -0.5 * 3 + 2                                    0.5        0.5
  error = output_gradient * activation_gradient         2  -0.235004  <- differs

Which factor is missing?"""


@pytest.mark.parametrize("width", [390, 800, 1280])
def test_a_students_report_keeps_the_columns_of_a_table(opened, width):
    result = {"submitted": True, "passed": False, "verdict": "06", "message": MESSAGE, "notes": [], "printed": ""}
    page = opened(student_page({"student": "Ada", "results": [result], "remarks": []}), width=width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    rows = page.evaluate("""[...document.querySelectorAll(".row")].map((row) => [...row.children].slice(1, 3)
        .map((cell) => [cell.textContent.trim(), cell.getBoundingClientRect().right]))""")
    assert [[text for text, _ in row] for row in rows] == [["yours", "correct"], ["0.5", "0.5"], ["2", "-0.235004"]]
    assert len({right for row in rows for right in [row[0][1]]}) == len({row[1][1] for row in rows}) == 1


def brightness(colour):
    return sum(map(int, re.findall(r"\d+", colour)[:3])) / 3


def test_the_policy_lets_nothing_in_but_its_own_script(opened):
    page = opened(practice_page([sheets_of("one neuron", 1)[0]._replace(name="<img src=x onerror=alert(1)>")]))
    policy = page.get_attribute("meta[http-equiv]", "content")
    assert policy.startswith("default-src 'none'; ") and "unsafe" not in policy
    assert page.locator("img").count() == 0
    assert page.locator("#sheet option").text_content() == "<img src=x onerror=alert(1)>"


def test_the_numbers_of_parts_that_are_not_asked_are_shown(opened, tmp_path):
    made = worksheet(tmp_path / "out", ["Ann", "Ben"], questions=["backward"], page=True)
    page = opened((tmp_path / "out" / "page.html").read_bytes())
    for sheet in made.sheets:
        page.select_option("#sheet", sheet.name)
        right = core_numbers(sheet)
        shown = page.locator("[data-printed='0']").text_content().replace("\u2212", "-")
        assert shown == f"{right[0]:.4f}" and page.locator("input").count() == 20
        page.fill("input[data-k='7']", f"{right[7]:.4f}")
        page.press("input[data-k='7']", "Enter")
        assert page.text_content("#count") == "1 of 20 points"


# --- printed ----------------------------------------------------------------------------------------------------------


SOME = [
    ("one neuron", "Letter"),
    ("two layers", "A4"),
    ("two layers", "Letter"),
    ("two layers, three classes", "Letter"),
]
LONG_KEYS = ("two layers, three classes", "two layers, tanh")  # two pages
REST = [(kind, size) for kind in KINDS for size in ("A4", "Letter") if (kind, size) not in SOME]


@pytest.mark.parametrize("kind, size", [*SOME, *(pytest.param(*one, marks=pytest.mark.slow) for one in REST)])
def test_every_sheet_is_one_page_with_nothing_cut(browser, tmp_path, kind, size):
    """The PDF has a page per sheet, and at the width of paper nothing sticks out."""
    if shutil.which("pdfinfo") is None:
        pytest.skip("no pdfinfo: apt-get install poppler-utils")
    sheets = [sheet._replace(name=name) for sheet, name in zip(sheets_of(kind, 3), ["Ada", "", "N" * 120], strict=True)]
    page = browser.new_page()
    counts = {}
    for name, make in (("sheets", sheets_page), ("key", key_page)):
        path = tmp_path / f"{name}.html"
        path.write_bytes(make(sheets))
        page.goto(path.as_uri())
        page.pdf(path=tmp_path / f"{name}.pdf", format=size)
        info = subprocess.run(["pdfinfo", tmp_path / f"{name}.pdf"], capture_output=True, text=True, check=True).stdout
        counts[name] = int(re.search(r"Pages: +(\d+)", info)[1])
        page.set_viewport_size({"width": 700, "height": 1000})  # 185 mm
        page.emulate_media(media="print")
        assert page.evaluate("document.documentElement.scrollWidth") <= 700
    page.close()
    assert counts["sheets"] == 3
    assert counts["key"] == (6 if kind in LONG_KEYS else 3)


def test_no_two_labels_of_the_drawing_overlap(browser, tmp_path):
    page = browser.new_page(viewport={"width": 700, "height": 1000})
    for kind in KINDS:
        path = tmp_path / "sheets.html"
        path.write_bytes(sheets_page(sheets_of(kind, 1)))
        page.goto(path.as_uri())
        boxes = page.evaluate(
            "[...document.querySelectorAll('svg text')].map((t) => t.getBoundingClientRect())"
            ".map((b) => [b.left, b.top, b.right, b.bottom])"
        )
        for i, (left, top, right, bottom) in enumerate(boxes):
            for other_left, other_top, other_right, other_bottom in boxes[:i]:
                wide = min(right, other_right) - max(left, other_left)
                high = min(bottom, other_bottom) - max(top, other_top)
                assert wide <= 0 or high <= 4, (kind, boxes[i])  # a line is 4 pixels higher than its digits
    page.close()
