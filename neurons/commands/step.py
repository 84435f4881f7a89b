"""python -m neurons step: a page that goes through one training step, line by line."""

import webbrowser
from pathlib import Path

from neurons import Model, NeuronsError
from neurons.checks import checked_count, how_many
from neurons.commands.options import add_number
from neurons.errors import LengthError
from neurons.storage.files import checked_path
from neurons.text import show

HIDDEN = 4
MOST_HIDDEN = 64  # more can be drawn, but one learns nothing more from it
EXAMPLE = "0 1"
LABEL = "1"
LEARNING_RATE = 0.5
OUT = "step.html"

DESCRIPTION = """\
Write a page that goes through one training step of a network: the forward pass,
the loss, the backward pass and the step, line by line of the code that ran,
with all numbers, and with the reason of every gradient.

Without options the network is one for XOR with random first weights. The page
is one file that needs no network: open it in a browser, or give it to others."""

EPILOG = """\
examples:
  python -m neurons step --hidden 2 --seed 3 --open
  python -m neurons step --model model.json --example "0 1" --label 1

The exit code is 0, or 2 if an option is wrong or the file cannot be written."""


def add_options(command):
    """The options, explained for a beginner."""
    add_number(command, "--seed", "N", 0, "which random first weights")
    add_number(command, "--hidden", "N", HIDDEN, "neurons in the hidden layer")
    command.add_argument(
        "--model", metavar="FILE", help="a model of yours instead, saved with model.save('model.json')"
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
    add_number(command, "--learning-rate", "RATE", LEARNING_RATE, "how far the step goes")
    command.add_argument("--out", metavar="PATH", default=OUT, help=f"where to write the page (default {OUT})")
    command.add_argument("--open", action="store_true", help="show it in the browser as well")


def run(options):
    """Write the page and say where it lies; the exit code is 0."""
    from neurons.inspection.page.stepper import Stepper

    path = str(Path(options.out).expanduser())
    checked_path(path, (".html", ".htm"))
    model = Model.load(options.model) if options.model else new_model(options)
    sizes = [model.layers[0].num_inputs, *[len(layer.neurons) for layer in model.layers]]
    inputs = example_of(options.example, sizes[0])
    label = label_of(options.label, sizes[-1])
    trace = model.trace(inputs, label, options.learning_rate)
    Stepper(trace).save(path)
    place = Path(path).resolve()
    print(f"One training step of a {'-'.join(map(str, sizes))} network, in {how_many(len(trace), 'step')}, is in")
    print(f"  {place}")
    if options.open:
        if not webbrowser.open(place.as_uri()):
            print("No browser could be started here: open that file in one.")
    else:
        print("Open it in a browser; it needs no network.")
    return 0


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
            raise NeuronsError(f"the model has {num_outputs} outputs: give the right class, or all, with --label")
        text = LABEL
    label = numbers_in(text, "--label")
    if num_outputs > 1 and len(label) == 1 and label[0].is_integer():
        return int(label[0])
    return label
