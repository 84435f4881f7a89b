"""The stepper's page in a real browser, with the network cut: what it shows is what the trace and the core say.

After a change of the page, `python tests/test_stepper.py` takes the README's picture of it again; look at it then.
"""

import html
import json
import os
import re
import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import nbconvert
import nbformat
import pytest
from playwright.sync_api import sync_playwright

import neurons
from neurons import MSE, FileError, Model, Neuron, NeuronsError, SoftmaxCrossEntropy, Stepper, relu, sigmoid
from neurons.__main__ import main
from neurons.inspection.page.stepper import page_data

SIZES = [[2, 2, 1], [2, 4, 1], [2, 8, 1], [4, 8, 3], [784, 16, 10]]
WIDTHS = [1280, 800]
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def name_of(sizes):
    return "-".join(map(str, sizes))


def trace_of(sizes):
    """A trace of a model of these sizes; the large one sees a ring."""
    large = sizes[0] == 784
    loss = MSE() if sizes[-1] == 1 else SoftmaxCrossEntropy()
    model = Model.from_sizes(sizes, hidden=relu if large else sigmoid, loss=loss, seed=0, engine="loops")
    inputs = [0.0, 1.0, -0.25, 0.75][: sizes[0]]
    if large:
        radii = [((row - 13.5) ** 2 + (column - 13.5) ** 2) ** 0.5 for row in range(28) for column in range(28)]
        inputs = [max(0.0, 1.0 - abs(radius - 8.0) / 3.0) for radius in radii]
    return model.trace(inputs, [1.0] if sizes[-1] == 1 else 1, 0.5)


PICTURE = Path(__file__).parents[1] / "notebooks" / "pictures" / "stepper.png"


@contextmanager
def chromium():
    path = next(filter(None, map(shutil.which, ["chromium", "chromium-browser", "google-chrome"])), None)
    if path is None:
        pytest.skip("no Chromium is installed: apt-get install chromium")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield launched
        launched.close()


@pytest.fixture(scope="module")
def browser():
    with chromium() as launched:
        yield launched


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """{"2-4-1": (trace, path of its page)}, each made when it is first asked for."""
    folder = tmp_path_factory.mktemp("pages")
    pages = {}

    def make(sizes):
        name = name_of(sizes)
        if name not in pages:
            trace = trace_of(sizes)
            Stepper(trace).save(folder / f"{name}.html")
            pages[name] = trace, folder / f"{name}.html"
        return pages[name]

    return make


@pytest.fixture
def opened(browser):
    """Open a file in a page that has no network; at the end nothing was complained of, and nothing asked for."""
    contexts, complaints, requests = [], [], []

    def open_file(path, width=1280, **settings):
        context = browser.new_context(viewport={"width": width, "height": 900}, offline=True, **settings)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(60_000)  # milliseconds; longer than a busy machine takes
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: requests.append(request.url))
        page.goto(path.as_uri())
        return page

    yield open_file
    for context in contexts:
        context.close()
    assert complaints == []
    assert [url for url in requests if not url.startswith("file:")] == []
    assert len(requests) == len(contexts)


def at(page):
    return int(page.evaluate("document.body.dataset.at"))


def go(page, place):
    page.evaluate(
        "at => {const s = document.getElementById('slider'); s.value = at; s.dispatchEvent(new Event('input'))}", place
    )
    assert at(page) == place


SHOWN = """() => ({
    at: Number(document.body.dataset.at),
    line: [...document.querySelectorAll("#lines .active .no")].map(e => Number(e.textContent)),
    code: [...document.querySelectorAll("#lines .active code")].map(e => e.textContent),
    numbers: document.getElementById("numbers").textContent,
    title: document.getElementById("now-title").textContent,
    file: document.getElementById("code-title").textContent,
    phase: document.querySelector("#phases [aria-current]").id,
    say: document.getElementById("say").textContent,
    active: [...document.querySelectorAll("#network .active[data-neuron]")].map(e => e.dataset.neuron),
    values: [...document.querySelectorAll("[data-key]")].filter(e => e.dataset.key)
        .map(e => [e.dataset.key, e.dataset.value ?? null, e.textContent]),
    table: document.getElementById("neuron-title").textContent,
})"""


def walk(page, button):
    """What the page shows at each step on the way that `button` goes, from here to the end."""
    return page.evaluate(
        f"""() => {{
            const look = {SHOWN}, all = [look()];
            for (;;) {{
                const before = document.body.dataset.at;
                document.getElementById("{button}").click();
                if (document.body.dataset.at === before) return all;
                all.push(look());
            }}
        }}"""
    )


def look_at(page, place):
    go(page, place)
    return page.evaluate(SHOWN)


def the_line(event):
    """The line as it stands in the file."""
    return (Path(neurons.__file__).parent / event.file).read_text(encoding="utf-8").splitlines()[event.line - 1]


@pytest.mark.parametrize("sizes", SIZES, ids=name_of)
def test_each_step_shows_the_line_and_its_numbers(opened, made, sizes):
    """All steps of the smaller models, one of every so many of the larger."""
    trace, path = made(sizes)
    page = opened(path)
    if sizes in SIZES[:2]:
        events, seen = trace.events, walk(page, "forward")
    else:
        events = trace.events[1 :: len(trace) // 40]
        seen = [look_at(page, event.index) for event in events]
    assert len(seen) == len(events)
    for event, shown in zip(events, seen, strict=True):
        assert shown["at"] == event.index
        assert shown["line"] == [event.line]
        assert shown["code"][0].strip() == the_line(event).strip()
        assert shown["title"] == f"{event.where}: {event.function}, line {event.line}"
        assert shown["file"] == f"{event.function} in {event.file}"
        assert shown["phase"] == f"phase-{event.phase}"
        numbers = event.numbers.removeprefix(event.source).strip()
        assert shown["numbers"] == (numbers or "no numbers in this line")
        for words in (event.where, event.function, event.source, numbers, f"line {event.line}", event.phase):
            assert words in shown["say"]
        if "[" in event.where:
            assert shown["active"] == [event.where]
            assert shown["table"] == f"{event.where}, at work now"
        elif event.where in ("model", "loss"):
            assert shown["active"] == []


def flat(numbers):
    """{"hidden[0].w[1]": 0.5, ...} of {"hidden[0].w": [..., 0.5], ...}."""
    values = {}
    for name, value in numbers.items():
        if isinstance(value, list):
            values.update({f"{name}[{i}]": item for i, item in enumerate(value)})
        else:
            values[name] = value
    return values


def test_the_numbers_are_those_of_the_core_and_unknown_ones_are_blank(opened, made):
    """In every bit, at every step; also on the way back."""
    trace, path = made([2, 2, 1])
    page = opened(path)
    seen = walk(page, "forward")
    back = walk(page, "back")
    assert [shown["values"] for shown in back[::-1]] == [shown["values"] for shown in seen]
    inputs = {f"x[{i}]": value for i, value in enumerate(trace.inputs)}
    for event, shown in zip(trace.events, seen, strict=True):
        core = inputs | flat(trace.numbers_at(event.index))
        names = set()
        for name, value, text in shown["values"]:
            if name == "product":
                continue
            names.add(name)
            value = None if value is None else float(value)
            expected = core.get(name)
            assert value == expected, (event, name)
            check_text(text, expected)
        assert {f"{neuron.name}.w[0]" for layer in trace.before.layers for neuron in layer.neurons} <= names
    final = {name: value for name, value, _ in seen[-1]["values"]}
    before_the_step = {name: value for name, value, _ in seen[last_of_the_backward_pass(trace)]["values"]}
    for layer in trace.after.layers:
        for neuron in layer.neurons:
            assert [float(final[f"{neuron.name}.w[{i}]"]) for i in range(neuron.num_inputs)] == neuron.weights
            assert float(final[f"{neuron.name}.b"]) == neuron.bias
            assert float(final[f"{neuron.name}.error"]) == neuron.error
            seen_gradients = [float(before_the_step[f"{neuron.name}.gradients[{i}]"]) for i in range(neuron.num_inputs)]
            assert seen_gradients == neuron.gradients
    assert float(final["loss.value"]) == trace.loss


def check_text(text, value):
    """The text is `value` rounded, with its sign, and no longer than there is room for."""
    if value is None:
        assert text == ""
        return
    assert len(text) <= 8
    assert float(text) == pytest.approx(value, rel=0.01, abs=0.5e-4 if abs(value) >= 0.001 else 0.0)
    assert text[0] == ("0" if value == 0 else "-" if value < 0 else "+")


def test_the_products_are_those_of_the_forward_pass(opened, made):
    trace, path = made([2, 4, 1])
    page = opened(path)
    place = next(event.index for event in trace.events if event.phase == "loss")
    go(page, place)
    page.locator('#network [data-neuron="hidden[2]"]').click()
    neuron = trace.before.layers[0].neurons[2]
    cells = page.locator('#neuron-body [data-key="product"]')
    assert cells.count() == 2
    for i in range(2):
        assert float(cells.nth(i).get_attribute("data-value")) == neuron.weights[i] * trace.inputs[i]
    go(page, 0)
    assert page.locator('#neuron-body [data-key="product"]').all_inner_texts() == ["", ""]


def visits(trace):
    """The first event of each neuron's turn in each phase."""
    places, last = [], None
    for event in trace.events:
        if "[" in event.where and (event.phase, event.where) != last:
            last = event.phase, event.where
            places.append(event.index)
    return places


@pytest.mark.parametrize("how", ["buttons", "keys"])
def test_every_control_leads_where_it_says(opened, made, how):
    trace, path = made([2, 4, 1])
    page = opened(path)
    keys = {"forward": "ArrowRight", "back": "ArrowLeft", "next-neuron": "n", "next-phase": "p"}

    def use(name):
        if how == "buttons":
            page.locator(f"#{name}").click(force=True)  # also at the end, where it is marked as disabled
        else:
            page.keyboard.press(keys[name])
        return at(page)

    phases = [next(e.index for e in trace.events if e.phase == phase) for phase in ("loss", "backward", "step")]
    assert at(page) == 0
    assert use("back") == 0
    assert [use("forward") for _ in range(5)] == [1, 2, 3, 4, 5]
    assert [use("back") for _ in range(2)] == [4, 3]
    expected = [place for place in visits(trace) if place > 3]
    assert [use("next-neuron") for _ in expected] == expected
    assert use("next-neuron") == expected[-1]
    go(page, 0)
    assert [use("next-phase") for _ in range(4)] == [*phases, phases[-1]]
    go(page, len(trace) - 1)
    assert use("forward") == len(trace) - 1


def test_first_last_slider_and_phases(opened, made):
    trace, path = made([2, 4, 1])
    page = opened(path)
    page.keyboard.press("End")
    assert at(page) == len(trace) - 1
    page.keyboard.press("Home")
    assert at(page) == 0
    page.locator("#slider").focus()
    page.keyboard.press("ArrowRight")  # the slider's own key: one step, not two
    assert at(page) == 1
    page.keyboard.press("End")
    assert at(page) == len(trace) - 1
    for phase in ("backward", "forward", "step", "loss"):
        page.locator(f"#phase-{phase}").click()
        assert at(page) == next(event.index for event in trace.events if event.phase == phase)


def test_play_goes_on_until_it_is_paused_or_at_the_end(opened, made):
    trace, path = made([2, 2, 1])
    page = opened(path)
    page.locator("#pace").select_option("fast")
    page.locator("h1").click()
    page.keyboard.press(" ")
    assert page.locator("#play").inner_text() == "Pause"
    page.locator('body:not([data-at="0"]):not([data-at="1"])').wait_for()
    page.locator("#play").click()
    stopped = at(page)
    assert page.locator("#play").inner_text() == "Play"
    page.wait_for_timeout(500)
    assert at(page) == stopped
    go(page, len(trace) - 2)
    page.locator("#play").click()
    page.locator("#play", has_text="Play").wait_for()
    assert at(page) == len(trace) - 1


def why_shown(page):
    return page.locator("#why-title").inner_text() + "\n" + page.locator("#why-text").inner_text()


def words(text):
    return text.split()


@pytest.mark.parametrize("sizes", [[2, 4, 1], [4, 8, 3]], ids=name_of)
def test_a_weight_says_why(opened, made, sizes):
    """Each weight and bias in the drawing, clicked: the text of model.why after the same pass."""
    trace, path = made(sizes)
    model = trace.before.copy()
    model.backward_pass(model.loss.output_gradients(model.forward(trace.inputs), trace.label))
    page = opened(path)
    go(page, last_of_the_backward_pass(trace))
    names = page.evaluate("[...document.querySelectorAll('#network [data-why]')].map(e => e.dataset.why)")
    expected = [f"{neuron.name}.{part}" for layer in model.layers for neuron in layer.neurons for part in parts(neuron)]
    assert names == expected
    for name in names[:: 1 if len(names) < 20 else 5]:
        page.locator(f'#network [data-why="{name}"]').click()
        assert words(why_shown(page)) == words(str(model.why(name)))
    assert "has moved" not in why_shown(page)
    page.locator("#phase-step").click()
    assert "has moved" not in why_shown(page)
    go(page, next(event.index for event in trace.events if "hidden[0].w[0]" in event.changes and event.phase == "step"))
    said = str(model.why(names[-1])) + " the step has moved weights since: these are the numbers of the pass, before it"
    page.locator(f'#network [data-why="{names[-1]}"]').click()
    assert words(why_shown(page)) == words(said)
    page.keyboard.press("Escape")
    assert not page.locator("#why").is_visible()


def last_of_the_backward_pass(trace):
    return [event.index for event in trace.events if event.phase == "backward"][-1]


def parts(neuron):
    return [*[f"w[{i}]" for i in range(neuron.num_inputs)], "b"]


def test_why_with_the_keyboard_before_it_is_known(opened, made):
    """It says when it will be known, and goes there."""
    trace, path = made([2, 4, 1])
    page = opened(path)
    go(page, 10)
    button = page.locator('#neuron-body [data-why="hidden[0].w[1]"]')
    button.focus()
    page.keyboard.press("Enter")
    known_at = next(event.index for event in trace.events if event.changes.get("hidden[0].gradients"))
    assert "Not known yet" in why_shown(page)
    assert f"step {known_at + 1}." in why_shown(page)
    page.keyboard.press("Tab")  # Close
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert at(page) == known_at
    assert why_shown(page).startswith("why is dL/d hidden[0].w[1] =")
    page.locator("#back").click()
    assert "Not known yet" in why_shown(page)
    page.locator("#why-close").click()
    assert not page.locator("#why").is_visible()


OVERLAPS = """() => {
    const found = [], boxes = [], svg = document.querySelector("#network svg"), outer = svg.getBoundingClientRect();
    const name = (e) => `${e.tagName} ${e.id || e.className.baseVal || e.className} ${e.textContent.slice(0, 30)}`;
    for (const text of svg.querySelectorAll("text")) {
        const box = text.getBoundingClientRect();
        if (!text.textContent.trim() || !box.width) continue;
        if (parseFloat(getComputedStyle(text).fontSize) < 11) found.push(`small: ${name(text)}`);
        if (box.left < outer.left - 1 || box.right > outer.right + 1
            || box.top < outer.top - 1 || box.bottom > outer.bottom + 1)
            found.push(`cut: ${name(text)}`);
        boxes.push([text, box]);
    }
    boxes.forEach(([text, a], i) => boxes.slice(i + 1).forEach(([other, b]) => {
        const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
        const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
        if (across > 0.5 && down > 3) found.push(`overlap: ${name(text)} and ${name(other)}`);
    }));
    for (const e of document.querySelectorAll("body, body *:not(svg *):not(.unseen):not(option)"))
        if (e.scrollWidth > e.clientWidth + 1 && e.clientWidth && getComputedStyle(e).display !== "inline")
            found.push(`too wide: ${name(e)} ${e.scrollWidth} ${e.clientWidth}`);
    return found;
}"""


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("sizes", SIZES, ids=name_of)
def test_nothing_overlaps_and_nothing_is_cut(opened, made, sizes, width):
    trace, path = made(sizes)
    page = opened(path, width)
    count = len(trace)
    for place in [0, count // 7, count // 3, count // 2, 2 * count // 3, count - 1]:
        if place:
            go(page, place)
        assert page.evaluate(OVERLAPS) == [], place
    page.locator("#neuron-body [data-why]").first.click()
    assert page.evaluate(OVERLAPS) == []


def test_a_drawing_wider_than_the_page_goes_along(opened, made):
    """Of three layers, at 800 pixels: the neuron at work is never out of sight."""
    trace, path = made([2, 3, 3, 2])
    page = opened(path, 800)
    for place in [event.index for event in trace.events if event.function == "Neuron.backward_pass"][::7]:
        go(page, place)
        inside = """() => {
            const active = document.querySelector("#network .active[data-neuron]").getBoundingClientRect();
            const frame = document.getElementById("network").getBoundingClientRect();
            return frame.left <= active.left && active.right <= frame.right;
        }"""
        assert page.evaluate(inside), place


def test_the_measure_of_overlaps_finds_one(opened, made):
    _, path = made([2, 4, 1])
    page = opened(path)
    page.evaluate("document.querySelectorAll('#network text')[3].setAttribute('x', 60)")
    page.evaluate("document.getElementById('about').style.whiteSpace = 'nowrap'")
    page.evaluate("document.getElementById('about').style.width = '90px'")
    found = page.evaluate(OVERLAPS)
    assert any(words.startswith("overlap") for words in found)
    assert any(words.startswith("too wide") for words in found)


def test_a_large_model_is_condensed_to_its_strongest_weights(opened, made):
    trace, path = made([784, 16, 10])
    assert path.stat().st_size < 3_000_000
    page = opened(path)
    count = len(trace)
    for place in (1, count // 5, count // 2, count - 1):
        core = flat(trace.numbers_at(place)) | {f"x[{i}]": value for i, value in enumerate(trace.inputs)}
        for name, value, _ in look_at(page, place)["values"]:
            if value is not None and name != "product":
                assert float(value) == pytest.approx(core[name], rel=1e-5, abs=0.0), name
    page.locator('#network [data-neuron="hidden[3]"]').click()
    neuron = trace.before.layers[0].neurons[3]
    sizes = [abs(weight * value) for weight, value in zip(neuron.weights, trace.inputs, strict=True)]
    strongest = sorted(sorted(range(784), key=lambda i: -sizes[i])[:8])
    names = page.evaluate("[...document.querySelectorAll('#neuron-body [data-why]')].map(e => e.dataset.why)")
    assert names == [*[f"hidden[3].w[{i}]" for i in strongest], "hidden[3].b"]
    go(page, last_of_the_backward_pass(trace))
    page.locator('#network [data-neuron="hidden[3]"]').click()
    page.locator(f'#network [data-why="{names[0]}"]').click()
    model = trace.before.copy()
    model.backward_pass(model.loss.output_gradients(model.forward(trace.inputs), trace.label))
    assert words(why_shown(page)) == words(str(model.why(names[0])))
    assert "Condensed" in page.locator("#condensed").inner_text()


def test_the_sign_is_not_told_by_colour_alone(opened, made):
    trace, path = made([2, 4, 1])
    page = opened(path)
    dashes = page.evaluate(
        "[...document.querySelectorAll('#network path.edge')].map(e => getComputedStyle(e).strokeDasharray !== 'none')"
    )
    weights = [weight for layer in trace.before.layers for neuron in layer.neurons for weight in neuron.weights]
    assert dashes == [weight < 0 for weight in weights]
    assert len(set(dashes)) == 2


CONTRASTS = """() => {
    const light = (colour) => {
        const parts = colour.match(/[\\d.]+/g).slice(0, 3).map(Number)
            .map(v => v / 255).map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
    };
    const probe = document.body.appendChild(document.createElement("i"));
    const parts = (colour) => colour.match(/[\\d.]+/g).slice(0, 3).map(Number);
    const value = (name) => { probe.style.color = `var(--${name})`; return getComputedStyle(probe).color; };
    const contrast = (a, b) => (Math.max(light(a), light(b)) + 0.05) / (Math.min(light(a), light(b)) + 0.05);
    const pairs = [], measured = [];
    for (const ink of ["ink", "soft", "plus", "minus"])
        for (const paper of ["paper", "card", "faint", "now"]) pairs.push([ink, paper, 4.5]);
    for (const paper of ["paper", "card", "now"]) pairs.push(["rim", paper, 3]);
    pairs.push(["accent-ink", "accent", 4.5], ["accent", "card", 3], ["now-edge", "card", 3]);
    for (const [a, b, least] of pairs) measured.push([a, b, least, contrast(value(a), value(b))]);
    for (const line of document.querySelectorAll("#network path.edge, #network .wire, #network .box")) {
        const style = getComputedStyle(line), card = parts(value("card")), share = Number(style.opacity);
        if (style.stroke === "none") continue;  // it has no place in the drawing yet
        const seen = parts(style.stroke).map((part, i) => share * part + (1 - share) * card[i]);
        measured.push([line.className.baseVal, "card", 3, contrast(`rgb(${seen})`, value("card"))]);
    }
    return measured;
}"""


@pytest.mark.parametrize("sizes", [[2, 2, 1], [4, 9, 1]], ids=name_of)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_and_lines_stand_out_in_light_and_dark(opened, made, scheme, sizes):
    """Contrasts of 4.5 and of 3, as the accessibility guidelines of the web (WCAG 2.1: 1.4.3, 1.4.11) ask for."""
    page = opened(made(sizes)[1], color_scheme=scheme, reduced_motion="reduce")
    measured = page.evaluate(CONTRASTS)
    assert {"edge plus", "edge minus", "box"} <= {words[0].removesuffix(" of-active") for words in measured}
    assert [words for words in measured if words[3] < words[2]] == []
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor").startswith("rgb(20")
    assert dark == (scheme == "dark")


def test_nothing_moves_where_that_is_not_wanted(opened, made):
    duration = "getComputedStyle(document.querySelector('#network .edge')).transitionDuration"
    _, path = made([2, 2, 1])
    assert opened(path, reduced_motion="reduce").evaluate(duration) == "0s"
    assert opened(path).evaluate(duration) != "0s"


def test_every_control_has_a_name_and_can_be_reached(opened, made):
    page = opened(made([2, 2, 1])[1])
    page.keyboard.press("Tab")
    reached = set()
    for _ in range(40):
        reached.add(page.evaluate("(e => e.id || e.dataset.neuron || e.dataset.why)(document.activeElement)"))
        page.keyboard.press("Tab")
    for name in ("phase-loss", "back", "play", "forward", "next-neuron", "next-phase", "pace", "slider", "lines"):
        assert name in reached
    assert {"hidden[0]", "hidden[1]", "output[0]", "hidden[0].w[1]", "hidden[0].b"} <= reached
    unnamed = """[...document.querySelectorAll('button:not([hidden]), [role=button]')]
        .filter(e => !(e.textContent.trim() || e.ariaLabel)).length"""
    assert page.evaluate(unnamed) == 0
    assert page.locator("#say").get_attribute("aria-live") == "polite"


def test_names_that_look_like_html_do_no_harm(opened, tmp_path):
    model = Model.from_sizes([2, 2, 1], seed=0)
    model.layers[0].name = "</script><b>[[DATA]]"
    Stepper(model.trace([0.0, 1.0], [1.0], 0.5)).save(tmp_path / "page.html")
    page = opened(tmp_path / "page.html")
    assert page.locator("b:not(#phases b)").count() == 0
    page.locator("#next-neuron").click()
    assert page.locator("#now-title").inner_text().startswith("</script><b>[[DATA]][0]: ")


NOTEBOOK = """from neurons import Model, Stepper
Stepper(Model.from_sizes([2, 4, 1], seed=0).trace([0.0, 1.0], [1.0], 0.5))"""


def test_in_a_notebook_executed_and_exported(browser, tmp_path):
    """The frame is in the export, and works with the network cut."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(NOTEBOOK)])
    nbformat.write(notebook, tmp_path / "page.ipynb")
    command = [sys.executable, "-m", "nbconvert", "--to", "html", "--execute", "page.ipynb"]
    folders = {name: str(tmp_path / name) for name in ("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR")}
    # nbconvert's templates lie beside it, also where this environment borrows the packages of another
    shares = [parent / "share" / "jupyter" for parent in Path(nbconvert.__file__).parents]
    folders["JUPYTER_PATH"] = str(next(share for share in shares if (share / "nbconvert").is_dir()))
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, env={**os.environ, **folders})
    assert result.returncode == 0, result.stderr
    context = browser.new_context(viewport={"width": 1280, "height": 1000}, offline=True)
    page = context.new_page()
    complaints, requests = [], []
    page.goto((tmp_path / "page.html").as_uri(), wait_until="domcontentloaded")
    element = page.locator("iframe").element_handle()
    frame = element.content_frame()
    page.on("request", lambda request: requests.append(request.url) if request.frame == frame else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    frame.wait_for_selector("#network svg")
    for _ in range(3):
        frame.click("#forward")
    assert frame.evaluate("document.body.dataset.at") == "3"
    assert frame.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert element.bounding_box()["height"] >= 900
    assert (complaints, requests) == ([], [])
    context.close()


def test_the_frame_holds_the_whole_page():
    stepper = Stepper(trace_of([2, 2, 1]))
    (source,) = re.findall(r'srcdoc="([^"]*)"', stepper._repr_html_())
    assert html.unescape(source) == stepper.page()
    stripped = re.sub(r"<[^>]*>", "", stepper._repr_html_())  # as JupyterLab does it before the notebook is trusted
    assert stripped == "The stepper stands here as soon as this cell has been run, or the notebook is trusted."


def test_it_is_small_and_asks_for_nothing(opened, made):
    """Few elements, as well: laying them out is what opening takes its time for (a tenth of a second, measured)."""
    _, path = made([2, 4, 1])
    assert opened(path).locator("*").count() < 500
    text = path.read_text(encoding="utf-8")
    assert len(text.encode()) <= 400_000
    assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)|\beval\(|new Function|@import|url\(", text)
    data = json.loads(re.search(r'<script type="application/json" id="data">(.*?)</script>', text, re.DOTALL)[1])
    assert data["sizes"] == [2, 4, 1]


class AbsoluteLoss:
    """A loss of a student's own, which gets its label as a list."""

    def value(self, outputs, label):
        return abs(outputs[0] - label[0])

    def output_gradients(self, outputs, label):
        return [1.0 if outputs[0] > label[0] else -1.0]


def test_a_loss_of_ones_own_and_one_number_as_the_label():
    model = Model.from_sizes([2, 2, 1], seed=0, loss=AbsoluteLoss())
    whys = page_data(model.trace([0.0, 1.0], 1.0, 0.5))["why"]
    model.forward([0.0, 1.0])
    model.backward_pass([-1.0])
    assert whys["hidden[1].w[1]"] == str(model.why("hidden[1].w[1]"))


def test_every_line_is_there_where_neurons_of_two_kinds_are_in_a_layer():
    class Halving(Neuron):
        """Among neurons of the package, one of a student's own."""

        def step(self, learning_rate):
            super().step(learning_rate / 2.0)

    model = Model.from_sizes([2, 2, 1], seed=0)
    model.layers[0].neurons[1] = Halving(2, name="hidden[1]")
    functions = {function["name"]: function for function in page_data(model.trace([0.0, 1.0], 1.0, 0.5))["functions"]}
    assert functions["Halving.step"]["lines"][1].strip() == "super().step(learning_rate / 2.0)"
    assert all(function["lines"] for function in functions.values())


def test_wrong_calls(tmp_path):
    model = Model.from_sizes([2, 2, 1], seed=0)
    with pytest.raises(NeuronsError, match="Stepper takes a trace.* but got .*Model 2-2-1"):
        Stepper(model)
    stepper = Stepper(model.trace([0.0, 1.0], [1.0], 0.5))
    with pytest.raises(FileError, match=r"must end in \.html"):
        stepper.save(tmp_path / "page.png")
    with pytest.raises(FileError, match="there is no folder"):
        stepper.save(tmp_path / "nowhere" / "page.html")
    assert repr(stepper).startswith(
        f"Stepper: {len(stepper.trace)} steps through Model 2-2-1, sigmoid to sigmoid, MSE()"
    )


def test_the_command_says_where_the_page_lies(tmp_path, capsys, monkeypatch):
    shown = []
    monkeypatch.setattr("webbrowser.open", lambda address: shown.append(address) or True)
    path = tmp_path / "xor.html"
    assert main(["step", "--hidden", "2", "--seed", "3", "--out", str(path), "--open"]) == 0
    printed = capsys.readouterr().out
    assert str(path) in printed
    assert "2-2-1" in printed
    assert shown == [path.as_uri()]
    assert "Model 2-2-1" in path.read_text(encoding="utf-8")


def test_the_command_takes_a_saved_model(tmp_path, capsys):
    model = Model.from_sizes([3, 2, 2], loss=SoftmaxCrossEntropy(), seed=1)
    model.save(tmp_path / "model.json")
    options = ["step", "--model", str(tmp_path / "model.json"), "--out", str(tmp_path / "page.html")]
    assert main([*options, "--example", "0.5, -1, 2", "--label", "1", "--learning-rate", "0.1"]) == 0
    text = (tmp_path / "page.html").read_text(encoding="utf-8")
    data = json.loads(re.search(r'id="data">(.*?)</script>', text, re.DOTALL)[1])
    assert data["inputs"] == [0.5, -1.0, 2.0]
    assert data["label"] == [0.0, 1.0]
    assert data["learningRate"] == 0.1
    assert data["layers"][0]["neurons"][1]["w"] == model.layers[0].neurons[1].weights
    capsys.readouterr()
    for more, message in {
        (): "the model takes 3 inputs: give them with --example",
        ("--example", "1 2"): "--example must be 3 numbers but got 2",
        ("--example", "1 2 x"): "--example must be numbers",
        ("--example", "1 2 3"): "the model has 2 outputs: give the right class",
    }.items():
        assert main([*options, *more]) == 2
        assert message in capsys.readouterr().err


def take_picture(browser, path):
    """The README's: one weight of XOR, in the middle of the backward pass."""
    trace = Model.from_sizes([2, 4, 1], seed=3).trace([0.0, 1.0], [1.0], 1.0)
    page = browser.new_page(viewport={"width": 1280, "height": 800}, offline=True, reduced_motion="reduce")
    page.set_content(Stepper(trace).page())
    products = [event for event in trace.events if event.where == "hidden[0]" and event.source.startswith("gradients[")]
    go(page, products[1].index)  # of its second weight
    path.write_bytes(page.screenshot())
    page.close()


def test_the_picture_in_the_readme_can_be_taken_again(browser, tmp_path):
    take_picture(browser, tmp_path / "stepper.png")
    header = (tmp_path / "stepper.png").read_bytes()[:24]
    assert header[:8] == b"\x89PNG\r\n\x1a\n" and header == PICTURE.read_bytes()[:24]  # and as wide and high


if __name__ == "__main__":
    with chromium() as launched:
        take_picture(launched, PICTURE)
