"""Oracles for the worksheets, and simulated students: nothing here uses the formulas that the worksheets read off.

The right numbers come from the core's neurons and from `autograd`; `lesson_number` is the lesson's arithmetic, typed
in; students with a catalogued mistake are computed by the diagnosis's reference as a whole pass.
"""

import math
import random
from collections import Counter

import autograd.numpy as anp
import numpy as np
from autograd import grad

from neurons import MSE, BinaryCrossEntropy, Model, SoftmaxCrossEntropy
from neurons.activations import ACTIVATIONS
from neurons.classroom.diagnosis.cases import Network
from neurons.classroom.diagnosis.reference import run
from neurons.classroom.worksheets.drawing import drawn_sheet
from neurons.classroom.worksheets.formulas import function_of, sheet_formulas, sheet_variants
from neurons.classroom.worksheets.judging import GOOD, Judge, judged
from neurons.classroom.worksheets.questions import PARTS, given_places
from neurons.classroom.worksheets.sheet import case_of

KINDS = {
    "one neuron": Network((2, 1)),
    "one layer": Network((2, 2)),
    "two layers": Network((2, 2, 1)),
    "two layers, ReLU": Network((2, 2, 1), "relu", "identity"),
    "two layers, ReLU, yes or no": Network((2, 2, 1), "relu", "sigmoid", "bce"),
    "three classes": Network((2, 3), "sigmoid", "softmax", "ce"),
    "two layers, three classes": Network((2, 2, 3), "sigmoid", "softmax", "ce"),
    "two layers, tanh": Network((3, 2, 2), "tanh", "sigmoid"),
}


def sheets_of(kind, count, seed=1, decimals=4):
    """That many sheets of a kind."""
    formulas = sheet_formulas(KINDS[kind], PARTS)
    return [drawn_sheet(formulas, i + 1, f"student {i + 1}", seed, decimals) for i in range(count)]


# --- the right numbers ------------------------------------------------------------------------------------------------


def core_numbers(sheet):
    """Each question's number from the neurons themselves."""
    network, v, places = sheet.formulas.network, sheet.given, given_places(sheet.formulas.network)
    loss = {"mse": MSE, "bce": BinaryCrossEntropy, "ce": SoftmaxCrossEntropy}[network.loss]()
    output = ACTIVATIONS[network.output] if network.loss == "mse" else ACTIVATIONS["identity"]
    model = Model.from_sizes(list(network.sizes), hidden=ACTIVATIONS[network.hidden], output=output, loss=loss, seed=0)
    for layer, W, b in zip(model.layers, places.weights, places.biases, strict=True):
        for neuron, row, bias in zip(layer.neurons, W, b, strict=True):
            neuron.weights, neuron.bias = [v[place] for place in row], v[bias]
    inputs, label = [v[place] for place in places.inputs], [v[place] for place in places.labels]
    outputs = model.forward(inputs)
    probabilities = loss.predict(outputs)
    back = [model.backward_pass(loss.output_gradients(outputs, label))]
    back += [[neuron.output_gradient for neuron in layer.neurons] for layer in model.layers[:-1]]
    found = {}
    for k, question in enumerate(sheet.formulas.questions):
        neuron = model.layers[question.layer].neurons[question.neuron]
        last = question.layer == network.num_layers - 1
        found[k] = {
            "z": lambda n=neuron: n.linear_activation,
            "a": lambda n=neuron, q=question, last=last: probabilities[q.neuron] if last else n.activation,
            "L": lambda: loss.value(outputs, label),
            "g": lambda n=neuron: n.output_gradient,
            "slope": lambda n=neuron: n.activation_gradient,
            "d": lambda n=neuron: n.error,
            "gW": lambda n=neuron, q=question: n.gradients[q.weight],
            "gb": lambda n=neuron: n.bias_gradient,
            "gx": lambda q=question: back[q.layer][q.weight],
            "new W": lambda: 0.0,
            "new b": lambda: 0.0,
        }[question.quantity]()
    model.step(v[places.learning_rate])
    for k, question in enumerate(sheet.formulas.questions):
        neuron = model.layers[question.layer].neurons[question.neuron]
        if question.quantity == "new W":
            found[k] = neuron.weights[question.weight]
        elif question.quantity == "new b":
            found[k] = neuron.bias
    return [found[k] for k in range(len(found))]


ARRAY_ACTS = {
    "sigmoid": lambda z: 1.0 / (1.0 + anp.exp(-z)),
    "tanh": anp.tanh,
    "relu": lambda z: anp.where(z > 0.0, z, 0.0),
    "identity": lambda z: z,
    "softmax": lambda z: anp.exp(z) / anp.sum(anp.exp(z)),
}


def autograd_numbers(sheet):
    """{question: its number} of L and of everything that is differentiated: dL/da and dL/dz by numbers added there."""
    network, case = sheet.formulas.network, case_of(sheet)
    y = case.labels[0]

    def loss(parameters, x, added_to_z, added_to_a):
        values = x
        for layer_idx, (W, b) in enumerate(parameters):
            z = anp.dot(W, values) + b + added_to_z[layer_idx]
            values = ARRAY_ACTS[network.act(layer_idx)](z) + added_to_a[layer_idx]
        if network.loss == "mse":
            return anp.sum((values - y) ** 2)
        if network.loss == "ce":
            return -anp.sum(y * anp.log(values))
        return -anp.sum(y * anp.log(values) + (1.0 - y) * anp.log(1.0 - values))

    zeros = [np.zeros(size) for size in network.sizes[1:]]
    arguments = [(W, b) for W, b in case.parameters], case.inputs[0], zeros, zeros
    of_parameters, of_x, of_z, of_a = grad(lambda pack: loss(*pack))(arguments)
    found = {}
    for k, q in enumerate(sheet.formulas.questions):
        if q.quantity == "L":
            found[k] = loss(*arguments)
        elif q.quantity in ("g", "d"):
            found[k] = (of_a if q.quantity == "g" else of_z)[q.layer][q.neuron]
        elif q.quantity == "gx":
            found[k] = of_x[q.weight] if q.layer == 0 else of_a[q.layer - 1][q.weight]
        elif q.quantity == "gW":
            found[k] = of_parameters[q.layer][0][q.neuron, q.weight]
        elif q.quantity == "gb":
            found[k] = of_parameters[q.layer][1][q.neuron]
    return {k: float(number) for k, number in found.items()}


# --- students who work by hand ----------------------------------------------------------------------------------------

ACTS = {
    "sigmoid": lambda z: 1.0 / (1.0 + math.exp(-z)),
    "tanh": math.tanh,
    "relu": lambda z: max(z, 0.0),
    "identity": lambda z: z,
}
SLOPES = {
    "sigmoid": lambda a: a * (1.0 - a),
    "tanh": lambda a: 1.0 - a * a,
    "relu": lambda a: 1.0 if a > 0.0 else 0.0,
    "identity": lambda a: 1.0,
}


def lesson_number(sheet, k, own):
    """The number of question k by the lesson's arithmetic, from the student's `own` numbers before it."""
    network, v, places = sheet.formulas.network, sheet.given, given_places(sheet.formulas.network)
    questions = sheet.formulas.questions
    q = questions[k]
    last = network.num_layers - 1

    def mine(quantity, layer, neuron=-1, weight=-1):
        return own[next(i for i, o in enumerate(questions) if o[1:] == (quantity, layer, neuron, weight))]

    def inputs(layer):
        if layer == 0:
            return [v[place] for place in places.inputs]
        return [mine("a", layer - 1, j) for j in range(network.sizes[layer])]

    weights = [v[place] for place in places.weights[q.layer][q.neuron]]
    y = [v[place] for place in places.labels]
    if q.quantity == "z":
        return sum(w * i for w, i in zip(weights, inputs(q.layer), strict=True)) + v[places.biases[q.layer][q.neuron]]
    if q.quantity == "a":
        if network.act(q.layer) == "softmax":
            powers = [math.exp(mine("z", q.layer, j)) for j in range(network.sizes[-1])]
            return powers[q.neuron] / sum(powers)
        return ACTS[network.act(q.layer)](mine("z", q.layer, q.neuron))
    if q.quantity == "L":
        a = [mine("a", last, j) for j in range(network.sizes[-1])]
        if network.loss == "mse":
            return sum((a_j - y_j) ** 2 for a_j, y_j in zip(a, y, strict=True))
        if network.loss == "ce":
            return -math.log(a[y.index(1.0)])
        return -math.log(a[0]) if y[0] == 1.0 else -math.log(1.0 - a[0])
    if q.quantity == "g":
        return 2.0 * (mine("a", q.layer, q.neuron) - y[q.neuron])
    if q.quantity == "slope":
        return SLOPES[network.act(q.layer)](mine("a", q.layer, q.neuron))
    if q.quantity == "d":
        if q.layer == last and network.loss != "mse":
            return mine("a", q.layer, q.neuron) - y[q.neuron]
        arrived = mine("g", q.layer, q.neuron) if q.layer == last else mine("gx", q.layer + 1, -1, q.neuron)
        return arrived * mine("slope", q.layer, q.neuron)
    if q.quantity == "gW":
        return mine("d", q.layer, q.neuron) * inputs(q.layer)[q.weight]
    if q.quantity == "gb":
        return mine("d", q.layer, q.neuron)
    if q.quantity == "gx":
        rows = places.weights[q.layer]
        return sum(mine("d", q.layer, j) * v[row[q.weight]] for j, row in enumerate(rows))
    rate = v[places.learning_rate]
    if q.quantity == "new W":
        return weights[q.weight] - rate * mine("gW", q.layer, q.neuron, q.weight)
    return v[places.biases[q.layer][q.neuron]] - rate * mine("gb", q.layer, q.neuron)


def by_hand(sheet, slips, carry_rounded):
    """A student's numbers: in each question of `slips` its function of (own numbers, right number) instead."""
    own = []
    for k in range(len(sheet.formulas.questions)):
        number = lesson_number(sheet, k, own)
        if k in slips:
            number = slips[k](own, number)
        own.append(round(number, sheet.decimals) if carry_rounded else number)
    return own


def typed(numbers, decimals=4, comma=False):
    """The numbers as a student types them."""
    texts = [f"{number:.{decimals}f}" for number in numbers]
    return [text.replace(".", ",") for text in texts] if comma else texts


# --- students who make a mistake of the catalogue ---------------------------------------------------------------------


def mistaken_numbers(sheet, variants):
    """Each question's number in a pass with these mistakes, made wherever they can be made; None for L."""
    case = case_of(sheet)
    with np.errstate(all="ignore"):
        done = run(case, variants)
        steps = done.steps()
    found = []
    for q in sheet.formulas.questions:
        layer = done.layers[q.layer]
        W, b = case.parameters[q.layer]
        if q.quantity == "L":
            found.append(None)
        elif q.quantity == "new W":
            found.append(W[q.neuron, q.weight] - case.learning_rate * steps[f"W{q.layer + 1}"][q.neuron, q.weight])
        elif q.quantity == "new b":
            found.append(b[q.neuron] - case.learning_rate * steps[f"b{q.layer + 1}"][q.neuron])
        elif q.quantity == "gW":
            found.append(layer.gW[q.neuron, q.weight])
        elif q.quantity == "gb":
            found.append(layer.gb[q.neuron])
        elif q.quantity == "gx":
            found.append(layer.gx[0, q.weight])
        else:
            found.append(getattr(layer, q.quantity)[0, q.neuron])
    at_loss = next(k for k, number in enumerate(found) if number is None)
    found[at_loss] = lesson_number(sheet, at_loss, found)
    return [float(number) for number in found]


def students_with_mistakes(count, how_many, seed=3):
    """(kind, sheet, variants, numbers) of students who make one mistake, or two that one person can make."""
    rng = random.Random(seed)
    kinds = list(KINDS)
    found = []
    while len(found) < count:
        kind = kinds[len(found) % len(kinds)]
        formulas = sheet_formulas(KINDS[kind], PARTS)
        sheet = drawn_sheet(formulas, 1, f"simulated {rng.random()}", seed, 4)
        variants = tuple(rng.sample(sheet_variants(KINDS[kind]), how_many))
        if how_many == 2 and variants[0].excludes(variants[1]):
            continue
        alone = [mistaken_numbers(sheet, (variant,)) for variant in variants]
        numbers = mistaken_numbers(sheet, variants)
        right = core_numbers(sheet)
        shows = all(np.abs(np.array(one) - right).max() > 0.02 for one in alone)
        if shows and np.isfinite(numbers).all() and np.isfinite(alone).all() and np.abs(numbers).max() < 1000.0:
            found.append((kind, sheet, variants, numbers))
    return found


def students_by_hand(count, seed=5):
    """(sheet, {question: what was done there}, numbers) of students who err in one number, or in two, and round.

    What is done: the id of a mistake, or "slip" for a number that is off by a fifth and a bit.
    """
    rng = random.Random(seed)
    kinds = list(KINDS)
    for i in range(count):
        formulas = sheet_formulas(KINDS[kinds[i % len(kinds)]], PARTS)
        sheet = drawn_sheet(formulas, 1, f"by hand {i}", seed, 4)
        done, slips = {}, {}
        for k in sorted(rng.sample(range(len(formulas.questions)), 1 + i % 2)):
            if rng.random() < 0.5 and formulas.mistakes[k]:
                done[k], text = formulas.mistakes[k][rng.randrange(len(formulas.mistakes[k]))]
                slips[k] = lambda own, number, text=text: function_of(text)([*sheet.given, *own])  # noqa: B023
            else:
                done[k] = "slip"
                slips[k] = lambda own, number: 1.2 * number + 0.0437
        yield sheet, done, by_hand(sheet, slips, carry_rounded=i % 4 < 2)


# --- counting ---------------------------------------------------------------------------------------------------------


def right_texts(number, decimals=4):
    """A right answer as different people type it: rounded, with a comma, cut, with a decimal less, with all digits."""
    cut = math.trunc(number * 10**decimals) / 10**decimals
    texts = [f"{number:.{decimals}f}", f"{number:.{decimals}f}".replace(".", ","), f"{cut:.{decimals}f}", repr(number)]
    less = f"{number:.{decimals - 1}f}"
    return [*texts, less] if float(less) else texts


def counts_of_numbers(sheet):
    """Counts for one sheet: the key against the oracles, right answers typed in, each mistake's number typed alone."""
    counts = Counter(sheets=1)
    judge = Judge(sheet)
    right = judge.true[sheet.formulas.first :]
    core, differentiated = core_numbers(sheet), autograd_numbers(sheet)
    counts["numbers"] = len(right)
    counts["key wrong"] = sum(
        abs(number - core[k]) > 1e-9 or abs(number - differentiated.get(k, number)) > 1e-9
        for k, number in enumerate(right)
    )
    for texts in zip(*(right_texts(number)[:4] for number in right), strict=True):
        verdicts = Judge(sheet).verdicts(texts)
        counts["right typed"] += len(texts)
        counts["blamed"] += sum(verdict.kind != "right" for verdict in verdicts)
    for k, mistakes in enumerate(sheet.formulas.mistakes):
        alone = [""] * len(right)
        for text in right_texts(right[k])[4:]:
            alone[k] = text
            counts["right typed"] += 1
            counts["blamed"] += Judge(sheet).verdicts(alone)[k].kind not in ("right", "coarse")
        texts = {}
        for mistake_id, formula in mistakes:
            number = function_of(formula)(judge.true)
            if math.isfinite(number) and abs(number - right[k]) > 1e-9:  # otherwise the mistake changes nothing here
                texts.setdefault(f"{number:.4f}", set()).add(mistake_id)
        for text, ids in texts.items():
            alone[k] = text
            verdict = Judge(sheet).verdicts(alone)[k]
            counts["mistakes"] += len(ids)
            counts["named"] += len(ids & set(verdict.ids))
            counts["alone"] += verdict.ids[:1] == tuple(ids) and verdict.start == k
    return counts


def counts_of_students(students):
    """Counts over (sheet, what was done wrong, numbers): is a number blamed that follows, is a wrong one not named?"""
    counts = Counter()
    for sheet, done, numbers in students:
        if not np.isfinite(numbers).all():
            continue
        verdicts = judged(sheet, typed(numbers))
        allowed = Judge(sheet).allowed[sheet.formulas.first :]
        counts["students"] += 1
        wrong = []
        for k, (number, verdict) in enumerate(zip(numbers, verdicts, strict=True)):
            follows = abs(lesson_number(sheet, k, numbers) - number) <= allowed[k]
            blamed = verdict.kind not in GOOD
            counts["follow-ups"] += follows
            counts["follow-ups blamed"] += follows and blamed
            if blamed and not follows:
                wrong.append(verdict)
        counts["all named"] += all(set(done) & {*verdict.ids, "slip"} for verdict in wrong)
    return counts
