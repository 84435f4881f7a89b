"""python -m neurons step: the page that goes through one training step, line by line, and through a whole training."""

from typing import Any, NamedTuple

from neurons import Model, NeuronsError, SoftmaxCrossEntropy, datasets, health, relu
from neurons.checks import checked_count, how_many
from neurons.commands.options import add_number, checked_page, show_page
from neurons.errors import LengthError
from neurons.text import show, wrapped

HIDDEN = 4
MOST_HIDDEN = 64  # more can be drawn, but one learns nothing more from it
EXAMPLE = "0 1"
LABEL = "1"
LEARNING_RATE = 1.0
OUT = "step.html"
DIGIT_SIZES = [64, 16, 10]
DIGIT_EPOCHS = 3
DIGIT_LEARNING_RATE = 0.05

DESCRIPTION = """\
Write a page that goes through one training step of a network, line by line: the
forward pass, the loss, the backward pass and the step, with every number and the
reason for every gradient. On the same page you can watch the whole training, go
back in time, and change it.

Without options, a network with random first weights learns XOR. The page is one
file that works offline: open it in a browser, or give it to others."""

EPILOG = """\
examples:
  python -m neurons step --hidden 2 --seed 3 --open
  python -m neurons step --model model.json --example "0 1" --label 1
  python -m neurons step --digit 7

The exit code is 0, or 2 if an option is wrong or the file cannot be written."""


def add_options(command):
    """The options, explained for a beginner."""
    add_number(command, "--seed", "N", 0, "chooses the random first weights and the order of the examples")
    add_number(command, "--hidden", "N", HIDDEN, "neurons in the hidden layer")
    command.add_argument("--model", metavar="FILE", help="your own model instead, saved with model.save('model.json')")
    command.add_argument(
        "--digit",
        metavar="D",
        help="a network for handwritten digits instead; begin with a picture of this one",
    )
    command.add_argument(
        "--example", metavar="NUMBERS", help=f'the inputs, in quotes (default "{EXAMPLE}", if there are two inputs)'
    )
    command.add_argument(
        "--label",
        metavar="NUMBERS",
        help="what the outputs should be: one number per output, or the number of the right class"
        f" (default {LABEL}, if there is one output)",
    )
    command.add_argument(
        "--learning-rate",
        type=float,
        metavar="RATE",
        help=f"how far each step goes (default {LEARNING_RATE:g}, for digits {DIGIT_LEARNING_RATE:g})",
    )
    command.add_argument("--out", metavar="PATH", default=OUT, help=f"where to write the page (default {OUT})")
    command.add_argument("--open", action="store_true", help="also open it in the browser")


class Subject(NamedTuple):
    """What the page is about."""

    model: Model
    inputs: Any
    labels: Any
    example: int  # the one to begin with
    learning_rate: float
    epochs: int | None


def run(options):
    """Write the page and say where it lies; the exit code is 0."""
    path = checked_page(options.out)
    model, inputs, labels, example, learning_rate, epochs = subject_of(options)
    checked = model.find_engine().checked_examples(model, inputs, labels)
    for finding in health.before_training(model, *checked):
        if finding.kind == "label out of reach":
            raise NeuronsError(finding.message)
    if options.learning_rate is not None:
        learning_rate = options.learning_rate
    page = model.page(inputs, labels, learning_rate=learning_rate, epochs=epochs, seed=options.seed, example=example)
    page.save(path)
    place = path.resolve()
    print(wrapped(f"The page shows one training step and a whole training of a {page.title} network. It is in"))
    print(f"  {place}")
    show_page(place, options.open, "Open it in a browser. It works offline.")
    return 0


def subject_of(options):
    """The model and the examples that the options ask for."""
    if options.digit is not None:
        return digits_of(options)
    model = Model.load(options.model) if options.model else new_model(options)
    sizes = [model.layers[0].num_inputs, *[len(layer.neurons) for layer in model.layers]]
    example = example_of(options.example, sizes[0])
    label = label_of(options.label, sizes[-1])
    if (sizes[0], sizes[-1]) != (2, 1):
        return Subject(model, [example], [label], 0, LEARNING_RATE, None)
    inputs, labels = datasets.xor()
    if example in inputs:
        place = inputs.index(example)
        labels[place] = label
    else:
        place = len(inputs)
        inputs, labels = [*inputs, example], [*labels, label]
    return Subject(model, inputs, labels, place, LEARNING_RATE, None)


def digits_of(options):
    """A network for digits, or the saved one, and the digits, beginning with the one that was asked for."""
    if options.digit not in list("0123456789"):
        raise NeuronsError(f"--digit must be a digit from 0 to 9 but got {options.digit}")
    if options.example is not None or options.label is not None:
        raise NeuronsError("--digit brings its own examples and labels: leave out --example and --label")
    if options.model:
        model = Model.load(options.model)
    else:
        loss = SoftmaxCrossEntropy()
        model = Model.from_sizes(DIGIT_SIZES, hidden=relu, loss=loss, seed=options.seed, engine="loops")
    num_inputs, num_outputs = model.layers[0].num_inputs, len(model.layers[-1].neurons)
    if num_inputs not in (64, 784) or num_outputs != 10:
        raise NeuronsError(
            "--digit needs a model with 64 or 784 inputs, the pixels, and 10 outputs, one per digit, but"
            f" this one has {how_many(num_inputs, 'input')} and {how_many(num_outputs, 'output')}"
        )
    data = datasets.digits() if num_inputs == 64 else datasets.mnist()
    labels = list(map(int, data.train_labels))
    place = labels.index(int(options.digit))
    return Subject(model, data.train_inputs, labels, place, DIGIT_LEARNING_RATE, DIGIT_EPOCHS)


def new_model(options):
    """A model for XOR with random first weights."""
    hidden = checked_count(options.hidden, "hidden")
    if hidden > MOST_HIDDEN:
        raise NeuronsError(f"hidden must be at most {MOST_HIDDEN} for a page but got {hidden}")
    return Model.from_sizes([2, hidden, 1], seed=options.seed, engine="loops")


def numbers_in(text, option):
    """The numbers in an option's text, between spaces or commas."""
    try:
        return [float(word) for word in text.replace(",", " ").split()]
    except ValueError:
        raise NeuronsError(f'{option} must be numbers such as "{EXAMPLE}" but got {show(text)}') from None


def example_of(text, num_inputs):
    """The inputs, one for each that the model takes."""
    if text is None:
        if num_inputs != 2:
            raise NeuronsError(f"the model takes {how_many(num_inputs, 'input')}: give them with --example")
        text = EXAMPLE
    inputs = numbers_in(text, "--example")
    if len(inputs) != num_inputs:
        raise LengthError(f"--example must be {how_many(num_inputs, 'number')} but got {len(inputs)}")
    return inputs


def label_of(text, num_outputs):
    """The label, one number per output, or the right class where one whole number is given for several outputs."""
    if text is None:
        if num_outputs != 1:
            raise NeuronsError(
                f"the model has {num_outputs} outputs: give --label the right class, or a number for each"
            )
        text = LABEL
    label = numbers_in(text, "--label")
    if num_outputs > 1 and len(label) == 1 and label[0].is_integer():
        return int(label[0])
    return label
