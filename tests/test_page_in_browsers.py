"""The page in real browsers, with the network cut: what it shows and calculates is what Python's objects say.

Where numbers are compared in every bit, a script before the page's own puts Python's exp, tanh, log, log1p and pow in
the place of the browser's, by what Python recorded.
"""

import html
import json
import math
from random import Random

import pytest
from browsers import BROWSERS, browser_named

from neurons import (
    MSE,
    SGD,
    Adam,
    BinaryCrossEntropy,
    Layer,
    LeakyReLU,
    Model,
    Momentum,
    Neuron,
    SoftmaxCrossEntropy,
    datasets,
    leaky_relu,
    tanh,
)
from neurons import activations as activations_module
from neurons import losses as losses_module
from neurons.inspection.page.keys import numbers_of_step
from neurons.inspection.recording.substitution import Number

XOR = datasets.xor()
SIZES = [(890, 700), (390, 844), *(pytest.param(size, marks=pytest.mark.slow) for size in ((1280, 800), (1024, 768)))]
BOUND = 1e-12  # of one pass with the browser's own exp and tanh
BOUND_OF_TRAINING = 1e-7  # of 600 steps with them

# Puts records in the place of the functions; what Python never asked for is left to the browser.
INJECTION = """<script>
for (const [name, pairs] of Object.entries(RECORDS)) {
    const known = new Map(pairs.map(([key, value]) => [String(key), value])), own = Math[name];
    Math[name] = (...numbers) => known.get(String(numbers)) ?? own(...numbers);
}
</script>"""


@pytest.fixture(
    scope="module", params=[BROWSERS[0], *(pytest.param(one, marks=pytest.mark.slow) for one in BROWSERS[1:])]
)
def browser(request):
    with browser_named(request.param) as launched:
        yield launched


@pytest.fixture
def opened(browser, tmp_path):
    """Open a page; at the end nothing was complained of, and nothing but its file asked for."""
    pages = []

    def open_page(page, width=1280, height=800, records=None, mode=""):
        path = tmp_path / f"page{len(pages)}.html"
        text = page.html()
        if records is not None:
            lists = {name: list(pairs.items()) for name, pairs in records.items()}
            text = text.replace("<script", INJECTION.replace("RECORDS", json.dumps(lists)) + "<script", 1)
        path.write_text(text, encoding="utf-8")
        shown = browser.open(path, width, height)
        pages.append(shown)
        shown.wait_for("() => document.body.dataset.ready === '1'")
        if mode == "live":
            shown.click("#mode-live")
        return shown

    yield open_page
    for shown in pages:
        shown.close()
        assert shown.complaints == []
        assert len(shown.requests) <= 1  # Firefox does not count the file itself
        assert all(address.startswith("file:") for address in shown.requests)


@pytest.fixture
def records(monkeypatch):
    """{function: {argument: value}}: what Python asks of exp, tanh, log, log1p and pow from now on."""
    kept = {name: {} for name in ("exp", "tanh", "log", "log1p", "pow")}

    def recording(name):
        def ask(argument):
            kept[name][argument] = getattr(math, name)(argument)
            return kept[name][argument]

        return ask

    monkeypatch.setattr(activations_module, "exp", recording("exp"))
    monkeypatch.setattr(activations_module, "_tanh", recording("tanh"))
    for name in ("exp", "log", "log1p"):
        monkeypatch.setattr(losses_module, name, recording(name))
    for beta in (Adam().beta1, Adam().beta2):
        kept["pow"] |= {f"{beta!r},{step}": beta**step for step in range(1, 700)}
    return kept


def row(model):
    return [value for layer in model.layers for neuron in layer.neurons for value in [*neuron.weights, neuron.bias]]


def softmax_data():
    """Three classes of points."""
    rng = Random(4)
    inputs = [[rng.uniform(-1.0, 1.0) for _ in range(3)] for _ in range(6)]
    return inputs, [index % 3 for index in range(6)]


TRAININGS = {
    "2-3-1, SGD": ([2, 3, 1], {}, XOR, {"learning_rate": 1.0, "epochs": 150}),
    "2-3-1 tanh, BCE, Momentum": (
        [2, 3, 1],
        {"hidden": tanh, "loss": BinaryCrossEntropy()},
        XOR,
        {"learning_rate": 0.05, "epochs": 150, "optimiser": Momentum()},
    ),
    "3-4-3 softmax, Adam, batches of 4": (
        [3, 4, 3],
        {"loss": SoftmaxCrossEntropy()},
        softmax_data(),
        {"learning_rate": 0.05, "epochs": 300, "optimiser": Adam(), "batch_size": 4},
    ),
    "2-4-4-1 leaky relu, half": (
        [2, 4, 4, 1],
        {"hidden": leaky_relu, "loss": MSE(0.5)},
        XOR,
        {"learning_rate": 0.5, "epochs": 40, "optimiser": SGD()},
    ),
    "2-3-1, leaky relus of two slopes": (
        [2, 3, 1],
        {"hidden": LeakyReLU(0.2), "output": LeakyReLU(-0.5)},
        XOR,
        {"learning_rate": 0.1, "epochs": 150},
    ),
}


def trained_page(name):
    """(page, history, inputs, labels) of one of the trainings."""
    sizes, settings, (inputs, labels), of_fit = TRAININGS[name]
    model = Model.from_sizes(sizes, seed=1, **settings)
    history = model.copy().fit(inputs, labels, seed=0, keep=True, progress=False, **of_fit)
    return model.page(inputs, labels, history=history), history, inputs, labels


WEIGHTS_AT = """async steps => {
    const {app} = window.page;
    while (app.original.done < app.original.numSteps) await new Promise(next => setTimeout(next, 10));
    return steps.map(step => [...app.original.stateAt(step).parameters]);
}"""


@pytest.mark.parametrize("name", TRAININGS)
def test_the_training_is_pythons_in_every_bit(opened, records, name):
    page, history, inputs, labels = trained_page(name)
    shown = opened(page, records=records)
    steps = [1, 4, 40, 400, len(history.steps)]
    steps = [step for step in steps if step <= len(history.steps)]
    assert shown.evaluate(WEIGHTS_AT, steps) == [row(history.model_at(step)) for step in steps]
    assert shown.evaluate("() => [...window.page.app.original.means]") == history.loss
    solved = page.data["training"]["solved"]
    assert shown.evaluate("() => window.page.app.original.solved") == (-1 if solved is None else solved)


@pytest.mark.parametrize("name", TRAININGS)
def test_with_its_own_functions_a_training_stays_close(opened, name):
    page, history, *_ = trained_page(name)
    ((numbers,),) = [opened(page).evaluate(WEIGHTS_AT, [len(history.steps)])]
    assert numbers == pytest.approx(row(history.model_at(len(history.steps))), abs=BOUND_OF_TRAINING)


SHOWN_LINES = """(step, example) => {
    const {app, compute} = window.page;
    app.step = step;
    app.shown = example;
    compute();
    return app.events.filter(event => event.fn >= 0).map(event =>
        [app.walk.functions[event.fn].name, event.line, app.walk.numbersOf(event, app.moment)]);
}"""


@pytest.mark.parametrize(
    "name",
    [
        "2-3-1, SGD",
        "2-3-1 tanh, BCE, Momentum",
        "3-4-3 softmax, Adam, batches of 4",
        "2-3-1, leaky relus of two slopes",
    ],
)
def test_at_steps_that_nobody_recorded_the_lines_are_those_of_a_fresh_recording(opened, records, name):
    """All lines, character for character, at 20 random places of the training."""
    page, history, inputs, labels = trained_page(name)
    rng = Random(7)
    places = [(rng.randrange(len(history.steps)), rng.randrange(len(inputs))) for _ in range(20)]
    traces = []
    for step, example in places:
        trace = history.model_at(step).trace(inputs[example], labels[example], history.steps.learning_rate)
        is_sgd = type(history.steps.optimiser) is SGD  # the step of a trace
        traces.append([event for event in trace.events if is_sgd or event.phase != "step"])
    shown = opened(page, records=records)
    shown.evaluate(WEIGHTS_AT, [])
    for (step, example), events in zip(places, traces, strict=True):
        expected = [[event.function, event.line, event.numbers.removeprefix(event.source).strip()] for event in events]
        found = shown.evaluate(SHOWN_LINES, step, example)
        assert found[: len(expected)] == expected, (step, example)
        assert not any("NaN" in text or "undefined" in text for _, _, text in found)


def test_the_optimisers_lines_show_what_it_remembers(opened, records):
    """Of Momentum, at the example that the training takes next: the velocity and the weight after the next step."""
    page, history, inputs, labels = trained_page("2-3-1 tanh, BCE, Momentum")
    shown = opened(page, records=records)
    shown.evaluate(WEIGHTS_AT, [])
    step = 37
    (example,) = history.steps.examples_of(step + 1)
    lines = [text for name, _, text in shown.evaluate(SHOWN_LINES, step, example) if name == "move"]
    after = history.model_at(step + 1).layers[0].neurons[0]
    assert lines[1].endswith(f" = {Number(after.weights[0], True, '').text}")
    velocity = (history.model_at(step).layers[0].neurons[0].weights[0] - after.weights[0]) / history.steps.learning_rate
    remembered = [text for name, _, text in shown.evaluate(SHOWN_LINES, step, example) if text.startswith("0.9 * ")]
    assert float(remembered[0].rpartition("= ")[2]) == pytest.approx(velocity, rel=1e-3)


NUMBERS = """(step, example, keys) => {
    const {app, compute} = window.page;
    app.step = step;
    app.shown = example;
    compute();
    return keys.map(key => app.network.value(key, app.moment));
}"""


@pytest.mark.parametrize(
    "name",
    [
        "2-3-1, SGD",
        "3-4-3 softmax, Adam, batches of 4",
        "2-4-4-1 leaky relu, half",
        "2-3-1, leaky relus of two slopes",
    ],
)
def test_all_numbers_of_one_pass_are_pythons(opened, name):
    page, history, inputs, labels = trained_page(name)
    shown = opened(page)
    shown.evaluate(WEIGHTS_AT, [])
    for example in range(len(inputs)):
        before = history.model_at(0)
        after = before.copy()
        label = after.loss.label_vector(labels[example], len(after.layers[-1].neurons))
        after.backward_pass(after.loss.output_gradients(after.forward(inputs[example]), label))
        after.step(history.steps.learning_rate)
        expected = numbers_of_step(before, after, inputs[example], label, history.steps.learning_rate)
        if type(history.steps.optimiser) is not SGD:
            expected = {key: value for key, value in expected.items() if not key.startswith("v:")}
        found = dict(zip(expected, shown.evaluate(NUMBERS, 0, example, list(expected)), strict=True))
        assert found == pytest.approx(expected, rel=BOUND, abs=BOUND)


def test_the_walk_ends_with_the_weights_after_the_step(opened):
    model = Model.from_sizes([2, 2, 1], seed=1)
    shown = opened(model.page(*XOR, learning_rate=0.5, epochs=20))
    shown.press("End")
    model.train_batch(XOR[0][1:2], XOR[1][1:2], 0.5)
    keys = [f"w:{place}:{i}" for place in ("1:0", "1:1", "2:0") for i in range(3)]
    assert shown.evaluate("keys => keys.map(key => window.page.app.known.get(key))", keys) == pytest.approx(
        row(model), abs=BOUND
    )
    assert f"{model.mean_loss(XOR[0][1:2], XOR[1][1:2]):.3f}" in shown.evaluate("() => document.body.innerText")


@pytest.mark.parametrize(
    ("sizes", "settings", "data"),
    [
        ([3, 4, 3], {"loss": SoftmaxCrossEntropy()}, softmax_data()),
        ([2, 3, 1], {"loss": BinaryCrossEntropy()}, XOR),
        ([20, 12, 4], {"loss": SoftmaxCrossEntropy()}, ([[i / 20 for i in range(20)], [0.5] * 20], [2, 0])),  # dots
    ],
    ids=["softmax", "cross-entropy", "softmax, as dots"],
)
def test_after_the_step_the_probabilities_are_those_of_the_new_weights(opened, sizes, settings, data):
    model = Model.from_sizes(sizes, seed=1, **settings)
    shown = opened(model.page(*data, learning_rate=0.5, epochs=2, example=0))
    texts = "() => [...document.querySelectorAll('#picture [data-key^=\"p:\"] text')].map(one => one.textContent)"
    shown.click("#phases button:nth-child(3)")
    before = [float(text) for text in shown.evaluate(texts)]
    assert before == pytest.approx(model.predict(data[0][:1])[0], abs=5e-4)
    shown.press("End")
    model.train_batch(data[0][:1], data[1][:1], 0.5)
    after = [float(text) for text in shown.evaluate(texts)]
    assert after == pytest.approx(model.predict(data[0][:1])[0], abs=5e-4) and after != before


def test_labels_that_are_no_classes_are_told_in_numbers_all_of_them(opened):
    """One output each for x[0] > 0 and for x[1] > 0: a label may have one 1, two, or none."""
    inputs = [[-0.5, 0.1, 0.2], [0.3, 0.9, 0.1], [-0.5, -0.5, 0.9]]
    labels = [[0.0, 1.0], [1.0, 1.0], [0.0, 0.0]]
    model = Model.from_sizes([3, 5, 4, 2], seed=0)
    shown = opened(model.page(inputs, labels, learning_rate=0.5, epochs=3, example=0))
    assert "It should answer 0 1." in shown.evaluate("() => document.getElementById('say').textContent")
    shown.click("#mode-live")
    cells = shown.evaluate("() => [...document.querySelectorAll('#examples tbody tr')].map(row =>"
                           " [row.cells[1].textContent, row.cells[2].textContent])")  # fmt: skip
    titles = shown.evaluate("() => [...document.querySelectorAll('#examples tbody button')].map(one => one.title)")
    assert all(title.endswith(name) for title, name in zip(titles, ["0.2", "0.1", "0.9"], strict=True))  # the whole row
    answers = [" ".join(f"{round(value, 2):g}" for value in row) for row in model.predict(inputs)]
    assert cells == [[label, answer] for label, answer in zip(["0 1", "1 1", "0 0"], answers, strict=True)]


def test_what_the_step_did_to_the_others_is_told_as_python_finds_it(opened):
    model = Model.from_sizes([2, 4, 1], seed=0)
    shown = opened(model.page(*XOR, learning_rate=1.0, epochs=2))
    shown.press("End")
    k = shown.evaluate("() => window.page.app.shown")
    others = [example for example in range(4) if example != k]

    def losses():
        return [model.mean_loss(XOR[0][n : n + 1], XOR[1][n : n + 1]) for n in others]

    before = losses()
    model.train_batch(XOR[0][k : k + 1], XOR[1][k : k + 1], 1.0)
    better = sum(now < then for now, then in zip(losses(), before, strict=True))
    assert 0 < better < 3
    told = shown.evaluate("() => document.getElementById('result').textContent")
    assert f"Of the others, {better} got better and {3 - better} worse" in told


def test_live_tells_the_mean_loss_of_now_and_a_whole_row_can_be_pressed(opened):
    model = Model.from_sizes([2, 4, 1], seed=0)
    shown = opened(model.page(*XOR, learning_rate=1.0, epochs=20), 1138, 700, mode="live")
    told = f"mean loss {model.mean_loss(*XOR):.3f}"
    assert told in shown.evaluate("() => document.getElementById('bar').textContent")
    shown.evaluate("() => document.querySelector('#rate').select()")
    shown.type("#rate", "0.25")
    shown.press("Enter")
    assert told in shown.evaluate("() => document.getElementById('bar').textContent")
    shown.click("#examples tbody tr:nth-child(4) td:last-child")
    assert shown.evaluate("() => window.page.app.shown") == 3
    assert (
        shown.evaluate("() => document.querySelectorAll('#picture canvas').length") == 5
    )  # four small planes, a large one


def set_by_hand(shown, key, number):
    """Choose a number in the picture and type another, as a user does."""
    shown.click(f'.cell[data-key="{key}"]')
    shown.wait_for("() => document.querySelector('#why .slider input[type=text]')")
    shown.evaluate("() => document.querySelector('#why .slider input[type=text]').select()")
    shown.type("#why .slider input[type=text]", number)
    shown.press("Enter")


def test_after_two_changes_the_future_is_pythons_in_every_bit(opened, records):
    """A weight at step 0, then the learning rate at step 100."""
    model = Model.from_sizes([2, 2, 1], seed=1)
    page = model.page(*XOR, learning_rate=1.0, epochs=100, seed=0)
    twin = model.copy()
    twin.layers[0].neurons[1].weights[0] = -1.25
    for step, example in enumerate(example for order in page.data["training"]["order"] for example in order):
        twin.train_batch([XOR[0][example]], [XOR[1][example]], 1.0 if step < 100 else 0.25)
    shown = opened(page, records=records, mode="live")
    shown.evaluate(WEIGHTS_AT, [])
    set_by_hand(shown, "w:1:1:0", "-1.25")
    shown.evaluate("() => { window.page.app.step = 100; window.page.compute(); window.page.refresh(); }")
    shown.evaluate("() => document.querySelector('#rate').select()")
    shown.type("#rate", "0.25")
    shown.press("Enter")
    shown.wait_for("() => window.page.app.run.done === window.page.app.run.numSteps")
    assert shown.evaluate("() => [...window.page.app.run.stateAt(400).parameters]") == row(twin)
    assert shown.evaluate(WEIGHTS_AT, [400]) != [row(twin)]  # the original is still there


NUMBERS_IN_VIEW = """() => {
    const {app} = window.page, hidden = [];
    let count = 0;
    for (;;) {
        const before = app.line;
        document.dispatchEvent(new KeyboardEvent("keydown", {key: "ArrowRight", bubbles: true}));
        if (app.line === before) break;
        const numbers = document.getElementById("numbers");
        if (!numbers || app.events[app.line].phase === 4) continue;
        count += 1;
        const box = numbers.getBoundingClientRect(), inner = document.getElementById("lines").getBoundingClientRect();
        const low = Math.min(innerHeight, inner.bottom), high = Math.max(0, inner.top);
        const isSeen = box.bottom <= low + 1 && box.top >= high - 1 && box.height > 5;
        if (!isSeen) hidden.push([app.line, box.top, box.bottom, low]);
    }
    return {count, hidden, wide: document.documentElement.scrollWidth - innerWidth};
}"""


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_the_line_of_numbers_is_always_in_view(opened, size):
    for sizes in ([2, 2, 1], [2, 4, 1]):
        page = Model.from_sizes(sizes, seed=1).page(*XOR, learning_rate=1.0, epochs=2)
        shown = opened(page, *size)
        found = shown.evaluate(NUMBERS_IN_VIEW)
        assert found["count"] == {2: 44, 4: 78}[sizes[1]] and found["hidden"] == [] and found["wide"] <= 0


WIDTHS = [390, 890, 1280, *(pytest.param(width, marks=pytest.mark.slow) for width in (800, 1024))]
OUT_OF_PLACE = """() => {
    const box = (one) => (typeof one === "string" ? document.querySelector(one) : one).getBoundingClientRect();
    const found = [];
    const isFixed = innerWidth >= 860;
    const stage = box("#stage"), edges = box("#edges");
    for (const one of document.querySelectorAll("#picture .box, #picture canvas, #picture svg text")) {
        const {left, top, right, bottom} = box(one);
        if (!one.getClientRects().length || (isFixed && bottom > stage.bottom)) found.push(["out", one.textContent]);
        const isUnder = left < edges.right && right > edges.left && top < edges.bottom && bottom > edges.top;
        if (isUnder) found.push(["under the buttons", one.textContent]);
    }
    const texts = [...document.querySelectorAll("#picture svg text")].filter((one) => one.textContent.trim());
    const boxes = texts.map(box);
    const cards = texts.map((one) => one.closest("g:not(.cell)"));
    boxes.forEach((one, k) => boxes.forEach((next, n) => {
        const isBeside = Math.min(one.bottom, next.bottom) - Math.max(one.top, next.top) > 6;
        const gap = next.left - one.right;
        if (isBeside && cards[k] === cards[n] && next.left >= one.left && next.right > one.right && gap < 4) {
            found.push([gap, texts[k].textContent, texts[n].textContent]);
        }
    }));
    for (const one of document.querySelectorAll("#phases span, .chain, .chain .chip, #bar .where, #keys td")) {
        if (one.scrollWidth > one.clientWidth + 1 && one.clientWidth) found.push(["cut", one.textContent]);
    }
    const row = box("#bar").height;
    if (isFixed && row > 40) found.push(["the bar has two rows", row]);
    return found;
}"""


@pytest.mark.parametrize("width", WIDTHS)
def test_every_text_has_room_at_every_width(opened, width):
    """Before and after `s`, which fills the status; with a gradient chosen; amid the backward pass."""
    page = Model.from_sizes([2, 4, 1], seed=0).page(*XOR, learning_rate=1.0, seed=0)
    shown = opened(page, width, 800)
    shown.wait_for("() => window.page.app.original.done === window.page.app.original.numSteps")
    shown.click("#phases button:nth-child(3)")
    for _ in range(14):
        shown.press("ArrowRight")
        assert shown.evaluate(OUT_OF_PLACE) == []
    shown.click("#mode-live")
    assert shown.evaluate(OUT_OF_PLACE) == []
    shown.press("s")
    settle(shown)
    assert shown.evaluate("() => window.page.app.step === window.page.app.run.solved")
    assert shown.evaluate(OUT_OF_PLACE) == []
    if width > 390:  # a phone has room for no gradient
        shown.press("Home")
        shown.click('.cell[data-key="g:1:0:1"]')
        settle(shown)
        assert shown.evaluate(OUT_OF_PLACE) == []
        wanted = str(width in (890, 1024)).lower()
        shown.wait_for(f"""() => {{
            const why = document.getElementById("why"), {{height}} = why.getBoundingClientRect();
            const goesOn = why.scrollHeight > height + 10, isSaid = getComputedStyle(why, "::after").content !== "none";
            return goesOn === {wanted} && isSaid === {wanted};
        }}""")


@pytest.mark.parametrize("size", [(1280, 800), (1366, 768), (1024, 768)], ids=str)
def test_eight_hidden_neurons_have_their_planes_and_weights_to_drag(opened, size):
    shown = opened(Model.from_sizes([2, 8, 1], seed=0).page(*XOR, learning_rate=1.0, seed=0), *size, mode="live")
    settle(shown)
    assert shown.evaluate("() => document.querySelectorAll('#picture canvas').length") == 10
    assert shown.evaluate("() => document.querySelectorAll('#picture .cell.edit[data-key^=\"w:\"]').length") == 24
    assert shown.evaluate(OUT_OF_PLACE) == []


@pytest.mark.parametrize("mode", ["step", "live"])
def test_a_network_of_three_layers_has_room_for_each_text(opened, mode):
    inputs, labels = [[-0.52, 0.09, -0.26], [0.25, -0.87, -0.97]], [[0.0, 1.0], [1.0, 0.0]]
    page = Model.from_sizes([3, 5, 4, 2], seed=0).page(inputs, labels, learning_rate=0.5, epochs=9)
    shown = opened(page, mode=mode)
    for key in ("End", "Home"):
        shown.press(key)
        settle(shown)
        assert shown.evaluate(OUT_OF_PLACE) == []


OVERLAPPING = """() => {
    const texts = [...document.querySelectorAll("#time text")];
    const boxes = texts.map((one) => one.getBoundingClientRect());
    const areOne = (a, b) => a.left < b.right && b.left < a.right && a.top + 4 < b.bottom && b.top + 4 < a.bottom;
    const isCovered = (_, k) => boxes.some((box, n) => n < k && areOne(box, boxes[k]));
    return texts.filter(isCovered).map((one) => one.textContent);
}"""


def test_a_time_line_of_few_checkpoints_has_room_for_its_numbers(opened):
    inputs = [[(i * n % 7) / 7 for i in range(64)] for n in range(1100)]
    labels = [n % 3 for n in range(1100)]
    model = Model.from_sizes([64, 3, 3], loss=SoftmaxCrossEntropy(), seed=0)
    options = {"epochs": 1, "learning_rate": 0.01, "keep": True, "progress": False}
    history = model.copy().fit(inputs, labels, batch_size=1100, **options)  # one step
    shown = opened(model.page(inputs, labels, history=history), mode="live")
    assert shown.evaluate("() => document.getElementById('time').textContent").count("checkpoint 1") == 1
    assert shown.evaluate(OVERLAPPING) == []
    assert shown.evaluate("() => document.querySelector('#time .curve').getAttribute('d')").endswith("h.01")


def settle(shown):
    """Wait until what a new size asks for is drawn."""
    shown.evaluate("() => new Promise(done => setTimeout(() => requestAnimationFrame(() => done(1)), 150))")


@pytest.mark.parametrize("width", [560, 700, 859, 860])
def test_the_phases_fill_one_row_of_single_lines(opened, width):
    shown = opened(Model.from_sizes([2, 4, 1], seed=0).page(*XOR, learning_rate=1.0, epochs=2), width, 900)
    lines = shown.evaluate(
        "() => [...document.querySelectorAll('#phases b, #phases span')].map(one => one.offsetHeight)"
    )
    assert len(lines) == 10 and max(lines) <= 21
    assert sum(line > 0 for line in lines) == (5 if width < 860 else 10)
    assert (
        shown.evaluate("() => new Set([...document.querySelectorAll('#phases button')].map(b => b.offsetTop)).size")
        == 1
    )


def test_where_all_are_right_is_written_in_front_of_the_line_through_now(opened):
    page = Model.from_sizes([2, 4, 1], seed=0).page(*XOR, learning_rate=1.0, seed=0)
    shown = opened(page, 1024, 768, mode="live")
    shown.wait_for("() => window.page.app.original.done === window.page.app.original.numSteps")
    shown.press("s")
    settle(shown)
    assert shown.evaluate("""() => {
        const words = [...document.querySelectorAll("#time text")].find((one) => one.textContent.startsWith("all 4"));
        const line = document.querySelector("#time line[stroke-width='2']");
        return Boolean(line.compareDocumentPosition(words) & Node.DOCUMENT_POSITION_FOLLOWING);
    }""")


def test_names_that_look_like_html_are_text(opened):
    model = Model.from_sizes([2, 2, 1], seed=0)
    model.layers[0].name = "</script><img src=x onerror=document.title=1>[[DATA]]"
    shown = opened(model.page(*XOR, learning_rate=1.0, epochs=2))
    shown.press("n")
    shown.press("n")
    assert shown.evaluate("() => document.images.length") == 0
    assert "</script>" in shown.evaluate("() => document.getElementById('picture').textContent")


class Doubled(Neuron):
    """A neuron with a mistake."""

    def backward_pass(self, output_gradient):
        return super().backward_pass(2.0 * output_gradient)


def test_a_model_with_a_mistake_of_its_own_is_shown_as_it_ran(opened):
    model = Model([Layer(2, 2), Layer(2, 1)])
    old = model.layers[1].neurons[0]
    model.layers[1].neurons[0] = Doubled(2, weights=old.weights, bias=old.bias, name=old.name)
    trace = model.trace(XOR[0][1], XOR[1][1], 1.0)
    shown = opened(model.page(*XOR, learning_rate=1.0))
    texts = shown.evaluate(
        "() => window.page.app.events.map(e => window.page.app.walk.numbersOf(e, window.page.app.moment))"
    )
    assert texts[1:-1] == [event.numbers.removeprefix(event.source).strip() for event in trace.events]
    assert "Doubled" in shown.evaluate("() => document.body.innerText")


def test_in_a_sandboxed_frame(browser, tmp_path):
    """As a notebook shows it: no storage, no other origin, and a width that may change."""
    page = Model.from_sizes([2, 2, 1], seed=1).page(*XOR, learning_rate=1.0, epochs=2)
    told = 'parent.postMessage(document.body.dataset.ready + document.querySelectorAll(".cell").length, "*")'
    inside = html.escape(page.html().replace("</body>", f"<script>setTimeout(() => {told}, 1500)</script></body>"))
    frame = f'<iframe srcdoc="{inside}" sandbox="allow-scripts" width="890" height="700"></iframe>'
    script = "<script>addEventListener('message', event => { document.title = event.data; });</script>"
    (tmp_path / "frame.html").write_text(f"<!doctype html><body>{script}{frame}</body>", encoding="utf-8")
    shown = browser.open(tmp_path / "frame.html", 1000, 800)
    shown.wait_for("() => document.title !== ''")
    title = shown.evaluate("() => document.title")
    assert title.startswith("1") and int(title[1:]) > 10
    assert shown.complaints == []
    shown.close()
