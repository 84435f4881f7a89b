"""The pictures show the model's numbers, their texts neither overlap nor are cut, and matplotlib is left as it was."""

import itertools
import sys

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pytest
from conftest import run
from matplotlib.colors import to_hex
from PIL import Image

from neurons import LeakyReLU, Model, NeuronsError, OrderError, SoftmaxCrossEntropy, datasets, plots, relu, sigmoid

SIZES = [[2, 2, 1], [2, 4, 1], [2, 8, 1], [3, 5, 4, 2]]
XOR = datasets.xor()


def passed(sizes, seed=1, **settings):
    """A model after one forward and backward pass, and the inputs of it."""
    model = Model.from_sizes(sizes, seed=seed, engine="loops", **settings)
    inputs = [0.05 * (i + 1) * (-1) ** i for i in range(sizes[0])]
    model.backward_pass(model.loss.output_gradients(model.forward(inputs), [0.5] * sizes[-1]))
    return model, inputs


def trained():
    """XOR, solved, and its history."""
    model = Model.from_sizes([2, 4, 1], seed=3)
    return model, model.fit(*XOR, epochs=600, learning_rate=1.0, seed=0)


def neurons_of(model):
    return [neuron for layer in model.layers for neuron in layer.neurons]


def numbers_of(model, of_gradients=False):
    """{"hidden[0].w[1]": number} for all weights and biases, or for their gradients."""
    numbers = {}
    for neuron in neurons_of(model):
        for i, number in enumerate(neuron.gradients if of_gradients else neuron.weights):
            numbers[f"{neuron.name}.w[{i}]"] = number
        numbers[f"{neuron.name}.b"] = neuron.bias_gradient if of_gradients else neuron.bias
    return numbers


def edges(ax):
    """The lines that are named after a weight or bias."""
    return {line.get_gid(): line for line in ax.lines if line.get_gid()}


def texts(figure):
    """(text, its box in pixels) for every text that is seen."""
    figure.draw_without_rendering()
    found = [*figure.texts]
    for ax in figure.axes:
        found += [*ax.texts, ax.title]
        if ax.axison:
            (left, right), (low, high) = sorted(ax.get_xlim()), sorted(ax.get_ylim())
            found += [ax.xaxis.label, ax.yaxis.label]
            found += [label for label in ax.get_xticklabels() if left <= label.get_position()[0] <= right]
            found += [label for label in ax.get_yticklabels() if low <= label.get_position()[1] <= high]
        if ax.get_legend():
            found += ax.get_legend().get_texts()
    renderer = figure.canvas.get_renderer()
    return [
        (text.get_text(), text.get_window_extent(renderer))
        for text in found
        if text.get_visible() and text.get_text().strip()
    ]


def check_texts(figure):
    """No text lies on another or over the edge of the page, to half a pixel."""
    found = texts(figure)
    for (one, first), (other, second) in itertools.combinations(found, 2):
        across = min(first.x1, second.x1) - max(first.x0, second.x0)
        up = min(first.y1, second.y1) - max(first.y0, second.y0)
        assert min(across, up) < 0.5, f"{one!r} overlaps {other!r}"
    for text, box in found:
        inside = min(box.x0, box.y0, figure.bbox.x1 - box.x1, figure.bbox.y1 - box.y1)
        assert inside > -0.5, f"{text!r} is cut"


def drawn_networks(sizes):
    model, inputs = passed(sizes)
    first = model.layers[0].neurons[0].name
    targets = [0.0] * sizes[-1]
    yield plots.network(model)
    yield plots.network(model, show="weights")
    yield plots.network(model, show="gradients")
    yield plots.before_after_step(model, inputs, targets, learning_rate=0.5)
    yield from (plots.paths(model, name) for name in (f"{first}.w[0]", f"{first}.b", "x[0]", "output[0].w[0]"))


@pytest.mark.parametrize("sizes", [*SIZES, [20, 30, 10]], ids=str)
def test_no_text_of_a_network_overlaps_or_is_cut(sizes):
    """On screens and printers of several resolutions: letters come out in whole pixels, wider on some than others."""
    for ax in drawn_networks(sizes):
        for dpi in (72, 96, 100):
            ax.figure.set_dpi(dpi)
            check_texts(ax.figure)


def test_no_text_of_the_other_pictures_overlaps_or_is_cut():
    model, history = trained()
    model.backward_pass(model.loss.output_gradients(model.forward(XOR[0][1]), XOR[1][1]))
    deep, _ = passed([2, 4, 4, 4, 4, 1])
    for axes in (
        plots.decision_boundary(model, *XOR),
        plots.hidden_planes(model, XOR[0]),
        plots.hidden_planes({"epoch 0": Model.from_sizes([2, 4, 1], seed=3), "epoch 600": model}),
        plots.loss_curve(history),
        plots.accuracy_curve(history),
        plots.loss_against_weight(model, "hidden[0].w[1]", XOR[0][1], XOR[1][1], learning_rates=[1.0, 10.0, 40.0]),
        plots.activation_curve(model.layers[0].neurons[0]),
        plots.gradient_flow(model),
        plots.gradient_flow(deep),
        plots.confusion(model, *XOR),
    ):
        check_texts(np.ravel(axes)[0].figure)


@pytest.mark.parametrize("sizes", SIZES, ids=str)
@pytest.mark.parametrize("show", ["weights", "gradients"])
def test_the_edges_of_a_network_are_its_numbers(sizes, show):
    model, _ = passed(sizes)
    numbers, ax = numbers_of(model, show == "gradients"), plots.network(model, show=show)
    lines = edges(ax)
    assert lines.keys() == numbers.keys()
    written = [text.get_text().split() for text in ax.texts]
    for neuron in neurons_of(model):
        own = {name: number for name, number in numbers.items() if name.startswith(f"{neuron.name}.")}
        for name, number in own.items():
            assert to_hex(lines[name].get_color()) == (
                "#555555" if number == 0.0 else "#d55e00" if number > 0.0 else "#0072b2"
            )
            assert lines[name].is_dashed() == (number < 0.0)
            short = name.rpartition(".")[2]
            shown = [float(words[1]) for words in written if len(words) == 2 and words[0] == short]
            assert any(value == pytest.approx(number, rel=6e-3, abs=6e-5) for value in shown)
    for layer in model.layers:  # the width grows with the size in a straight line, up to the largest of the layer
        own = [name for name in numbers if name.startswith(f"{layer.name}[")]
        sizes = np.abs([numbers[name] for name in own])
        widths = [lines[name].get_linewidth() for name in own]
        np.testing.assert_allclose(widths, 0.6 + 3.4 * sizes / sizes.max())


def test_a_network_shows_weights_and_gradients_of_the_last_pass_side_by_side():
    model, _ = passed([2, 4, 1])
    rows = [text.get_text().split() for text in plots.network(model).texts]
    weights, gradients = numbers_of(model), numbers_of(model, of_gradients=True)
    shown = [(row[0], float(row[1]), float(row[2])) for row in rows if len(row) == 3 and row[0][0] in "wb"]
    expected = [(name.rpartition(".")[2], weights[name], gradients[name]) for name in weights]
    assert [row[0] for row in shown] == [row[0] for row in expected]
    np.testing.assert_allclose([row[1:] for row in shown], [row[1:] for row in expected], rtol=6e-3, atol=6e-5)


def test_each_card_shows_what_its_neuron_calculated():
    model, inputs = passed([2, 4, 1])
    shown = [text.get_text().split() for text in plots.network(model).texts]
    names = {"z": "linear_activation", "a": "activation", "dL/da": "output_gradient", "dL/dz": "error"}
    for word, attribute in names.items():
        numbers = [float(words[1]) for words in shown if len(words) == 2 and words[0] == word]
        expected = [getattr(neuron, attribute) for neuron in neurons_of(model)]
        np.testing.assert_allclose(numbers, expected, rtol=6e-3, atol=6e-5)
    assert [float(words[1]) for words in shown if words[0].startswith("x[")] == pytest.approx(inputs, rel=6e-3)


def test_every_edge_and_number_lies_at_a_card():
    """Nothing floats: edges end at a card, and only titles and legends stand outside of all of them."""
    model, inputs = passed([2, 4, 1])
    for ax in (plots.network(model), plots.before_after_step(model, inputs, [0.0], learning_rate=0.5)):
        ax.figure.draw_without_rendering()
        boxes = [patch.get_window_extent() for patch in ax.patches]
        assert len(boxes) == 2 + 4 + 1
        for line in edges(ax).values():
            x, y = line.get_transform().transform(line.get_xydata()[-1])
            assert any(abs(box.x0 - x) < 1.0 and box.y0 < y < box.y1 for box in boxes)
        renderer = ax.figure.canvas.get_renderer()
        for text in ax.texts:
            if any(letter in text.get_text() for letter in "[="):
                box = text.get_window_extent(renderer)
                assert any(one.x0 <= box.x0 and box.x1 <= one.x1 + 1.0 for one in boxes), text.get_text()
                assert any(one.y0 <= box.y0 and box.y1 <= one.y1 for one in boxes), text.get_text()


def test_no_zero_has_a_sign():
    model, inputs = passed([2, 2, 1])
    model.layers[0].neurons[0].weights[0] = -0.0
    model.layers[0].neurons[1].bias = 0.0
    model.backward_pass(model.loss.output_gradients(model.forward([-0.0, 1.0]), [0.5]))
    for ax in (plots.network(model), plots.before_after_step(model, [-0.0, 1.0], [0.5], learning_rate=0.5)):
        words = [word for text in ax.texts for word in text.get_text().split()]
        zeros = [word for word in words if word.strip("+-0.") == "" and any(letter == "0" for letter in word)]
        assert zeros and set(zeros) == {"0"}


def test_in_small_axes_the_letters_stay_readable():
    """A grid of axes shows less of each network instead of smaller letters."""
    model, _ = passed([2, 4, 1])
    figure, axes = plt.subplots(2, 3, figsize=(11, 6))
    for ax in axes.flat:
        plots.network(model, ax=ax)
        assert min(text.get_fontsize() for text in ax.texts) > 5.0
        assert len(edges(ax)) >= 12
    check_texts(figure)
    plt.close(figure)


def test_the_step_is_shown_as_it_is_taken():
    model, inputs = passed([2, 2, 1])
    before = numbers_of(model)
    ax = plots.before_after_step(model, inputs, [0.0], learning_rate=0.5)
    assert numbers_of(model) == before  # looking changes nothing
    twin = Model.from_sizes([2, 2, 1], seed=1)
    loss_before = twin.train_batch([inputs], [[0.0]], 0.5)
    after = numbers_of(twin)
    for name, line in edges(ax).items():
        assert line.is_dashed() == (after[name] < before[name])
    assert f"{loss_before:.3g} → {twin.mean_loss([inputs], [[0.0]]):.3g}" in ax.get_title()
    rows = [text.get_text().replace("→", " ").split() for text in ax.texts]
    shown = [[float(row[1]), float(row[2])] for row in rows if len(row) == 3 and row[0][0] in "wb"]
    np.testing.assert_allclose(shown, [[before[name], after[name]] for name in before], atol=6e-5)


@pytest.mark.parametrize("name", ["hidden1[0].w[0]", "hidden2[1].b", "x[2]"])
def test_the_paths_are_those_of_why(name):
    model, _ = passed([3, 5, 4, 2])
    why, ax = model.why(name), plots.paths(model, name)
    shown = {
        text.get_text().split("via ")[1]: float(text.get_text().split()[0])
        for text in ax.texts
        if "via " in text.get_text()
    }
    assert shown.keys() == dict(why.paths).keys()
    for path, share in why.paths:
        assert shown[path] == pytest.approx(share, rel=6e-3, abs=6e-5)
        assert next(line for gid, line in edges(ax).items() if path in gid).is_dashed() == (share < 0.0)
    with pytest.raises(OrderError):
        plots.paths(Model.from_sizes([2, 2, 1]), "hidden[0].w[0]")


def test_the_paths_end_with_a_product_that_a_calculator_confirms():
    model, _ = passed([3, 5, 4, 2])
    *_, line = (text.get_text() for text in plots.paths(model, "hidden1[0].w[0]").texts)
    gradient, *factors = (float(number) for number in line.replace("=", "*").split("*"))
    assert gradient == pytest.approx(model.layers[0].neurons[0].gradients[0], rel=1e-3)
    assert float(f"{np.prod(factors):.4g}") == gradient


def test_of_many_paths_the_largest_are_drawn_and_the_rest_is_one():
    model, _ = passed([2, 2, 20])
    why, ax = model.why("hidden[1].w[0]"), plots.paths(model, "hidden[1].w[0]")
    check_texts(ax.figure)
    rows = [text.get_text().split("via ") for text in ax.texts if "via " in text.get_text()]
    largest = sorted(why.paths, key=lambda path: -abs(path[1]))[:7]
    assert [name for _, name in rows] == [name for name, _ in largest] + ["the other 13"]
    assert sum(float(share) for share, _ in rows) == pytest.approx(why.factors["dL/da"], abs=1e-3)


def test_several_classes_are_parted_where_the_largest_output_changes():
    model = Model.from_sizes([2, 4, 3], loss=SoftmaxCrossEntropy(), seed=1)
    for neuron, weights in zip(model.layers[1].neurons, [[9, 0, 0, 0], [0, 9, 0, 0], [0, 0, 9, 0]], strict=True):
        neuron.weights = weights
    corners = [[-3.0, -3.0], [3.0, 3.0]]
    ax = plots.decision_boundary(model, corners, [0, 1])
    check_texts(ax.figure)
    lines = [line for line in ax.collections if line.get_linewidth()[0] == 1.5]
    points = np.concatenate([path.vertices for line in lines for path in line.get_paths() if len(path.vertices)])
    outputs = np.sort(model.predict(points.tolist()), axis=1)
    assert len(points) > 20
    assert (outputs[:, 2] - outputs[:, 1]).max() < 0.02


@pytest.mark.parametrize("size", [(3.2, 2.4), (5.0, 7.0), (12.0, 4.0)])
def test_a_network_fits_axes_of_any_size(size):
    model, _ = passed([2, 4, 1])
    figure, ax = plt.subplots(figsize=size)
    check_texts(plots.network(model, ax=ax).figure)
    plt.close(figure)


@pytest.mark.parametrize("name", ["hidden[0].w[1]", "output[0].w[2]", "output[0].b"])
def test_the_slope_of_the_tangent_is_the_gradient(name):
    """The gradient as the central difference of the drawn curve itself, too."""
    model, inputs = passed([2, 4, 1])
    label = [1.0]
    ax = plots.loss_against_weight(model, name, inputs, label, learning_rates=[0.5, 2.0])
    curve, tangent, point, *steps = ax.lines
    (x0, x1), (y0, y1) = tangent.get_data()
    slope = (y1 - y0) / (x1 - x0)
    model.backward_pass(model.loss.output_gradients(model.forward(inputs), label))
    assert slope == pytest.approx(model.why(name).value, rel=1e-9)
    weight, loss = point.get_xdata()[0], point.get_ydata()[0]
    assert weight == numbers_of(model)[name]
    assert loss == model.loss.value(model.forward(inputs), label)
    xs, ys = (np.asarray(data) for data in curve.get_data())
    middle = np.argmin(abs(xs - weight))
    central = (ys[middle + 1] - ys[middle - 1]) / (xs[middle + 1] - xs[middle - 1])
    assert central == pytest.approx(slope, rel=0.02, abs=1e-5)
    for rate, step in zip([0.5, 2.0], steps, strict=True):
        assert step.get_xdata()[0] == pytest.approx(weight - rate * slope, rel=1e-12)
        assert step.get_ydata()[0] == pytest.approx(np.interp(step.get_xdata()[0], xs, ys), abs=1e-4)


@pytest.mark.parametrize("act", [sigmoid, relu, LeakyReLU(-0.5)], ids=str)
def test_the_activation_curve_shows_z_and_its_slope(act):
    model, _ = passed([2, 2, 1], hidden=act)
    neuron = model.layers[0].neurons[0]
    curve, tangent, _, point = plots.activation_curve(neuron).lines
    for z, a in zip(*curve.get_data(), strict=True):
        assert a == neuron.act(z)
    assert (point.get_xdata()[0], point.get_ydata()[0]) == (neuron.linear_activation, neuron.activation)
    (z0, z1), (a0, a1) = tangent.get_data()
    nudged = (neuron.act(neuron.linear_activation + 1e-6) - neuron.act(neuron.linear_activation - 1e-6)) / 2e-6
    assert (a1 - a0) / (z1 - z0) == pytest.approx(nudged, abs=1e-6)
    neuron.bias = 20.0
    neuron.forward([0.0, 0.0])
    assert ("hardly learns" in plots.activation_curve(neuron).get_title()) == (act is sigmoid)
    neuron.bias = -20.0
    neuron.forward([0.0, 0.0])
    ax = plots.activation_curve(neuron)
    assert ("hardly learns" in ax.get_title()) == (act in (sigmoid, relu))
    across, up = ax.lines[1].get_data()
    assert across[0] < -20.0 < across[1] and (up[1] - up[0]) / (across[1] - across[0]) == pytest.approx(
        neuron.delta_act(-20.0)
    )


def test_the_bars_are_the_mean_gradients():
    model, _ = passed([3, 5, 4, 2])
    ax = plots.gradient_flow(model)
    means = [np.mean([abs(g) for neuron in layer.neurons for g in neuron.gradients]) for layer in model.layers]
    np.testing.assert_allclose([bar.get_height() for bar in ax.patches], means, rtol=1e-12)
    assert [label.get_text() for label in ax.get_xticklabels()] == ["hidden1", "hidden2", "output"]
    with pytest.raises(OrderError, match="gradients .* there are none"):
        plots.gradient_flow(Model.from_sizes([2, 2, 1]))


def test_the_plane_is_what_the_model_predicts():
    model, _ = trained()
    mesh = plots.decision_boundary(model, *XOR).collections[0]
    corners = mesh.get_coordinates().reshape(-1, 2)
    predicted = [output[0] for output in model.predict(corners.tolist())]
    np.testing.assert_allclose(np.ravel(mesh.get_array()), predicted, rtol=1e-12)


def test_the_boundary_is_where_the_model_answers_a_half():
    model, _ = trained()
    ax = plots.decision_boundary(model, *XOR)
    lines = [line for line in ax.collections[1:] if len(line.get_paths()[0].vertices) > 20]
    points = np.concatenate([path.vertices for line in lines for path in line.get_paths()])
    np.testing.assert_allclose([output[0] for output in model.predict(points.tolist())], 0.5, atol=0.02)


def test_a_plane_without_a_boundary_says_why():
    model = Model.from_sizes([2, 2, 1], seed=1)
    model.layers[1].neurons[0].bias = -9.0
    said = [text.get_text() for text in plots.decision_boundary(model, *XOR).texts]
    assert said == ["no boundary: the output is below 0.5 everywhere"]
    panels = plots.hidden_planes(model, *XOR)
    assert [text.get_text() for text in panels.flat[-1 - panels.size + 3].texts] == ["z < 0 everywhere"]
    several = Model.from_sizes([2, 3, 3], loss=SoftmaxCrossEntropy(), seed=1)
    several.layers[1].neurons[2].bias = 99.0
    said = [text.get_text() for text in plots.decision_boundary(several, XOR[0][:3], [0, 1, 2]).texts]
    assert said == ["no boundary: the answer is 2 everywhere"]


def test_planes_are_white_in_the_middle_and_classes_differ_in_form():
    model, _ = trained()
    ax = plots.decision_boundary(model, *XOR)
    colours = ax.collections[0]
    low, middle, high = (colours.cmap(colours.norm(value)) for value in (0.0, 0.5, 1.0))
    assert middle[:3] == pytest.approx((1.0, 1.0, 1.0), abs=0.01)
    assert low[2] > low[0] and high[0] > high[2]  # blue, orange
    assert len({line.get_marker() for line in ax.lines}) == len({line.get_color() for line in ax.lines}) == 2
    panel = plots.hidden_planes(model, *XOR)[0, 0]
    assert {line.get_marker() for line in panel.lines} == {line.get_marker() for line in ax.lines}


def test_each_hidden_plane_is_its_neurons_activation():
    model, _ = trained()
    axes = plots.hidden_planes(model, XOR[0])
    assert [ax.get_title() for ax in axes.flat] == [neuron.name for neuron in neurons_of(model)]
    for ax, neuron in zip(axes.flat, neurons_of(model), strict=True):
        mesh = ax.collections[0]
        points, activations = mesh.get_coordinates().reshape(-1, 2), np.ravel(mesh.get_array())
        for point in range(0, len(points), 97):
            model.forward(points[point].tolist())
            assert activations[point] == pytest.approx(neuron.activation, rel=1e-12)


def test_the_curves_are_the_history():
    model = Model.from_sizes([2, 4, 1], seed=3)
    history = model.fit(*XOR, epochs=30, learning_rate=1.0, seed=0, validation_data=XOR)
    loss, validation = plots.loss_curve(history).lines
    assert (list(loss.get_ydata()), list(validation.get_ydata())) == (history.loss, history.validation_loss)
    assert list(loss.get_xdata()) == list(range(1, 31))
    assert list(plots.accuracy_curve(history).lines[0].get_ydata()) == history.accuracy


@pytest.fixture(scope="module")
def digits_model():
    digits = datasets.digits()
    model = Model.from_sizes([64, 16, 10], hidden=relu, loss=SoftmaxCrossEntropy(), seed=0, engine="numpy")
    model.fit(digits.train_inputs, digits.train_labels, epochs=10, learning_rate=0.1, batch_size=16, seed=0)
    return model, digits.test_inputs, digits.test_labels


def test_confusion_and_mistakes_count_what_the_model_says(digits_model):
    model, inputs, labels = digits_model
    answers = np.argmax(model.predict(inputs), axis=1)
    ax = plots.confusion(model, inputs, labels)
    check_texts(ax.figure)
    shown = np.zeros((10, 10), int)
    for text in ax.texts:
        column, row = text.get_position()
        shown[row, column] = int(text.get_text())
    counted = np.zeros((10, 10), int)
    for label, answer in zip(labels, answers, strict=True):
        counted[label, answer] += 1
    assert (shown == counted).all()

    axes = plots.mistakes(model, inputs, labels, (8, 8))
    check_texts(axes[0, 0].figure)
    wrong = {inputs[i].tobytes(): (labels[i], answers[i]) for i in np.flatnonzero(answers != labels)}
    drawn = [ax for ax in axes.flat if ax.images]
    assert len(drawn) == min(10, len(wrong)) > 0
    for ax in drawn:
        label, answer = wrong[np.asarray(ax.images[0].get_array(), dtype=inputs.dtype).tobytes()]
        assert ax.get_title().startswith(f"{label}, taken\nfor {answer} (")
    sureness = [float(ax.get_title().split("(")[1].rstrip(")")) for ax in drawn]
    largest = np.sort(np.max(model.predict(inputs), axis=1)[answers != labels])[::-1][: len(drawn)]
    np.testing.assert_allclose(sureness, largest, atol=0.005001)


def test_weight_images_are_the_weights(digits_model):
    model, *_ = digits_model
    first = Model.from_sizes([64, 16, 10], hidden=relu, loss=SoftmaxCrossEntropy(), seed=0, engine="numpy")
    axes = plots.weight_images({"epoch 0": first, "epoch 10": model}, neurons=[3, 5, 8])
    check_texts(axes[0, 0].figure)
    assert axes.shape == (2, 3)
    for row, shown in zip(axes, [first, model], strict=True):
        for ax, j in zip(row, [3, 5, 8], strict=True):
            assert (ax.images[0].get_array().ravel() == shown.layers[0].weights[j]).all()
    (low, high), *others = {ax.images[0].get_clim() for ax in axes.flat}
    assert low == -high < 0 and others == []  # grey is 0, and a colour the same weight in every picture
    assert [ax.get_title() for ax in axes[0]] == ["hidden[3]", "hidden[5]", "hidden[8]"]


def test_a_large_network_becomes_images(digits_model):
    model, *_ = digits_model
    ax = plots.network(model, show="weights")
    check_texts(ax.figure)
    for image, layer in zip(ax.images, model.layers, strict=True):
        assert (image.get_array() == layer.weights).all()
    assert edges(ax) == {}


def test_the_film_is_the_training():
    model = Model.from_sizes([2, 4, 1], seed=3)
    before = numbers_of(model)
    film = plots.animate(model, *XOR, epochs=100, learning_rate=1.0, seed=0)
    assert numbers_of(model) == before
    twin = Model.from_sizes([2, 4, 1], seed=3)
    assert twin.fit(*XOR, epochs=100, learning_rate=1.0, seed=0).loss == film.history.loss
    assert (film.frames[0].epoch, film.frames[-1].epoch) == (0, 100)
    assert film.frames[-1].loss == twin.mean_loss(*XOR)
    assert 20 <= len(film.frames) <= 60


def test_a_film_can_be_kept(tmp_path):
    film = plots.animate(Model.from_sizes([2, 2, 1], seed=3), *XOR, epochs=3, learning_rate=1.0, seed=0)
    film.save(tmp_path / "xor.gif")
    with Image.open(tmp_path / "xor.gif") as picture:
        assert picture.n_frames == len(film.frames)
    film.save(tmp_path / "xor.html")
    html = (tmp_path / "xor.html").read_text(encoding="utf-8")
    assert html.count("data:image/png;base64") == len(film.frames)
    assert "src=\"http" not in html  # fmt: skip
    with pytest.raises(NeuronsError, match=r"saved as \.gif or \.html"):
        film.save(tmp_path / "xor.mp4")


def test_every_picture_takes_axes_and_gives_them_back():
    model, history = trained()
    model.backward_pass(model.loss.output_gradients(model.forward(XOR[0][1]), XOR[1][1]))
    figure, ax = plt.subplots(figsize=(7, 6))
    for draw in (
        lambda: plots.network(model, ax=ax),
        lambda: plots.paths(model, "hidden[0].w[1]", ax=ax),
        lambda: plots.before_after_step(model, XOR[0][1], XOR[1][1], learning_rate=1.0, ax=ax),
        lambda: plots.decision_boundary(model, *XOR, ax=ax),
        lambda: plots.loss_curve(history, ax=ax),
        lambda: plots.loss_against_weight(model, "hidden[0].b", XOR[0][1], XOR[1][1], ax=ax),
        lambda: plots.activation_curve(model.layers[0].neurons[0], ax=ax),
        lambda: plots.gradient_flow(model, ax=ax),
        lambda: plots.confusion(model, *XOR, ax=ax),
    ):
        ax.clear()
        assert draw() is ax
    plt.close(figure)


def test_matplotlib_is_left_as_it_was(tmp_path):
    """Its settings, its backend and the list of open figures; also in a program without a display."""
    settings, backend = dict(matplotlib.rcParams), matplotlib.get_backend()
    model, history = trained()
    plots.loss_curve(history)
    plots.network(model)
    plots.hidden_planes(model)
    plots.animate(model, *XOR, epochs=2, learning_rate=1.0).to_html()
    assert (dict(matplotlib.rcParams), matplotlib.get_backend(), plt.get_fignums()) == (settings, backend, [])
    program = (
        "import sys\n"
        "from neurons import Model, plots\n"
        "plots.network(Model.from_sizes([2, 2, 1], seed=0)).figure.savefig(sys.argv[1])\n"
        "assert 'matplotlib.pyplot' not in sys.modules\n"
    )
    run(sys.executable, "-c", program, str(tmp_path / "picture.png"), DISPLAY="")
    assert (tmp_path / "picture.png").stat().st_size > 1000


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: plots.decision_boundary(Model.from_sizes([3, 2, 1]), [[0, 0, 0]], [[1]]), "but this one has 3"),
        (lambda: plots.network("model"), "model must be a Model"),
        (lambda: plots.network(Model.from_sizes([2, 2, 1]), show="everything"), 'show must be "weights", "gradients"'),
        (lambda: plots.network(Model.from_sizes([2, 2, 1]), ax=3), "ax must be a matplotlib Axes"),
        (lambda: plots.loss_against_weight(passed([2, 2, 1])[0], "x[0]", [0, 0], [1]), "x[0] is an input"),
        (lambda: plots.hidden_planes(Model.from_sizes([2, 1]), [[0, 0, 1], [1, 1, 2]]), "must be 2 numbers but got 3"),
        (lambda: plots.hidden_planes(Model.from_sizes([2, 1]), []), "inputs must hold at least one example"),
        (lambda: plots.weight_images(Model.from_sizes([3, 2, 1])), "3 inputs make no square image"),
        (lambda: plots.activation_curve(Model.from_sizes([2, 1]).layers[0].neurons[0]), "forward first"),
        (lambda: plots.confusion(Model.from_sizes([2, 1]), [[0, 0]] * 3, [[0.1], [0.2], [0.3]]), "that are classes"),
    ],
)  # fmt: skip
def test_a_wrong_call_says_what_is_wrong(call, message):
    with pytest.raises(NeuronsError) as caught:
        call()
    assert message in str(caught.value)


@pytest.mark.parametrize("scale", [1.0, 100.0, 1e6], ids=str)
def test_inputs_of_different_sizes_fill_the_plane(scale):
    """Heights in centimetres beside a share from 0 to 1: drawn to one scale they would be a line."""
    inputs = [[scale * x, y] for x, y in XOR[0]]
    model = Model.from_sizes([2, 4, 1], seed=3)
    ax = plots.decision_boundary(model, inputs, XOR[1])
    check_texts(ax.figure)
    panel = plots.hidden_planes(model, inputs)[0, 0]
    for one in (ax, panel):
        one.figure.draw_without_rendering()
        box = one.get_window_extent()
        assert 0.4 < box.width / box.height < 2.5
        assert (one.get_aspect() == 1.0) == (scale == 1.0)


@pytest.mark.parametrize("size", [(3.2, 2.4), (4.0, 3.0), (5.0, 8.0)], ids=str)
def test_a_legend_below_keeps_off_the_label(size):
    model, _ = trained()
    figure, ax = plt.subplots(figsize=size)
    for draw in (
        lambda: plots.decision_boundary(model, *XOR, ax=ax),
        lambda: plots.loss_against_weight(model, "hidden[0].b", XOR[0][0], XOR[1][0], ax=ax),
    ):
        ax.clear()
        draw()
        figure.draw_without_rendering()
        assert ax.get_legend().get_window_extent().y1 < ax.xaxis.label.get_window_extent().y0 + 0.5
    plt.close(figure)


def test_large_numbers_and_dark_styles_stay_readable():
    model = Model.from_sizes([3, 4, 1], seed=1)
    neuron = model.layers[0].neurons[0]
    neuron.bias = -7.5e5
    outputs = model.forward([0.1, 0.2, 0.3])
    check_texts(plots.activation_curve(neuron).figure)
    model.backward_pass(model.loss.output_gradients(outputs, [1.0]))
    with plt.style.context("dark_background"):
        ax = plots.network(model)
        inside = [text for text in ax.texts if text.get_text().split()[-1] in ("0.1", "0.2", "0.3")]
        assert [text.get_color() for text in inside] == ["#1a1f2b"] * 3  # on white cards
        assert plots.activation_curve(neuron).lines[-1].get_markeredgecolor() == "white"
        legend = plots.decision_boundary(Model.from_sizes([2, 1], seed=0), *XOR).get_legend()
        assert {to_hex(text.get_color()) for text in legend.get_texts()} == {"#000000"}


def test_one_epoch_is_one_epoch():
    history = Model.from_sizes([2, 8, 1], seed=1).fit(*XOR, epochs=1, learning_rate=0.1, seed=0)
    assert plots.accuracy_curve(history).get_title().endswith("after 1 epoch")
