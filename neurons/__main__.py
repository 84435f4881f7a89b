"""The command line: python -m neurons xor, mnist, step, debug, notebooks, examples, course, grade."""

import argparse
import os
import sys
import warnings
from functools import partial

from neurons import (
    BinaryCrossEntropy,
    Model,
    NeuronsError,
    __version__,
    check_gradients,
    course_material,
    datasets,
    debug_command,
    mnist_command,
    step_command,
)
from neurons.activations import ACTIVATIONS
from neurons.classroom import course_command, grade_command
from neurons.errors import HealthWarning, checked_count, how_many
from neurons.losses import MSE

HIDDEN = 8
MOST_HIDDEN = 1000  # more would take minutes, and fill the memory, to learn four examples
EPOCHS = 2000
LEARNING_RATES = {"sigmoid": 1.0, "tanh": 0.2, "relu": 0.1, "leaky_relu": 0.1, "identity": 0.1}
LEARNING_RATES_BCE = LEARNING_RATES | {"tanh": 0.05, "relu": 0.05}
LOSSES = {"mse": MSE, "bce": BinaryCrossEntropy}
CLOSE_ENOUGH = 0.1

XOR_DESCRIPTION = """\
Train a small network on XOR (exclusive or): two inputs, and the answer is 1 if
exactly one of them is 1. No single neuron can learn this; a hidden layer can.

Prints what the network answers after training, the gradients of one neuron with
all their factors, and what to try next. Without options, XOR is solved."""

XOR_EPILOG = """\
The exit code is 0 if XOR is solved (all four answers within 0.1 of right),
1 if it is not, 2 if an option is wrong."""


def train_xor(
    seed=0, hidden=HIDDEN, epochs=EPOCHS, learning_rate=None, loss="mse", activation="sigmoid", progress=False
):
    """Train a 2-`hidden`-1 model on XOR until it is solved, for at most `epochs` epochs; return (model, history)."""
    hidden = checked_count(hidden, "hidden")
    if hidden > MOST_HIDDEN:
        raise NeuronsError(f"hidden must be at most {MOST_HIDDEN} for XOR but got {hidden}")
    if learning_rate is None:
        learning_rate = (LEARNING_RATES_BCE if loss == "bce" else LEARNING_RATES)[activation]
    inputs, labels = datasets.xor()
    act = ACTIVATIONS[activation]
    model = Model.from_sizes([2, hidden, 1], hidden=act, loss=LOSSES[loss](), seed=seed, engine="loops")
    history = model.fit(
        inputs,
        labels,
        epochs=epochs,
        learning_rate=learning_rate,
        seed=seed,
        on_epoch=lambda epoch, model, history: is_solved(model),
        progress=progress,
    )
    return model, history


def is_solved(model):
    """True if all four outputs lie within 0.1 of their labels."""
    inputs, labels = datasets.xor()
    outputs = model.predict(inputs)
    return all(abs(output[0] - label[0]) <= CLOSE_ENOUGH for output, label in zip(outputs, labels, strict=True))


def xor(options):
    """Solve XOR and show how; the exit code says whether it is solved."""
    settings = vars(options).copy()
    quiet = settings.pop("quiet")
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", HealthWarning)
        model, history = train_xor(**settings, progress=not quiet)
    solved = is_solved(model)
    if not quiet:
        show_answers(model, history, solved)
        for warning in caught:
            print(f"\nWhy: {warning.message}")
        show_gradient(model)
        show_what_next(options, solved)
    return 0 if solved else 1


def show_answers(model, history, solved):
    """The truth table, with the network's outputs beside it."""
    inputs, labels = datasets.xor()
    verdict = "XOR is solved" if solved else "XOR is not solved"
    first, last = history.loss[0], history.loss[-1]
    print(f"\n{verdict} after {how_many(len(history), 'epoch')}: the loss went from {first:.4f} to {last:.4f}.\n")
    print("  inputs   label   output")
    for example, label, output in zip(inputs, labels, model.predict(inputs), strict=True):
        right = "" if abs(output[0] - label[0]) <= CLOSE_ENOUGH else "   <- not within 0.1"
        print(f"  {example[0]:.0f}  {example[1]:.0f}     {label[0]:.0f}      {output[0]:.4f}{right}")


def show_gradient(model):
    """The gradients of one hidden neuron for one example, factor by factor, and the check of all gradients."""
    inputs, label = [0.0, 1.0], [1.0]
    model = model.copy()
    model.backward_pass(model.loss.output_gradients(model.forward(inputs), label))
    neuron = max(model.layers[0].neurons, key=lambda neuron: abs(neuron.error))
    j = model.layers[0].neurons.index(neuron)
    output = model.layers[1].neurons[0]
    error, slope = f"{neuron.error:+.6g}", f"{neuron.activation_gradient:+.6g}"
    print(f"\nThe gradients of one neuron, {neuron.name}, for the inputs 0 1 (label 1), by the chain rule:\n")
    print(f"  output_gradient     dL/da    = {neuron.output_gradient:+.4g}")
    print(f"      {output.name}'s error {output.error:+.6g} * its weight w[{j}] {output.weights[j]:+.6g}")
    print(f"  activation_gradient da/dz    = {slope}")
    print(f"      the slope of {neuron.activation_function} at z = {neuron.linear_activation:+.6g}")
    print(f"  error               dL/dz    = {neuron.output_gradient:+.6g} * {slope} = {neuron.error:+.4g}")
    for i, gradient in enumerate(neuron.gradients):
        product = f"{gradient:+.4g}" if gradient else "0"
        print(f"  gradients           dL/dw[{i}] = {error} * {neuron.input_activation[i]:g} = {product}")
    print(f"  bias_gradient       dL/db    = {neuron.bias_gradient:+.4g}")
    print(f"\n  {check_gradients(model, inputs, label).verdict.capitalize()}.")


def show_what_next(options, solved):
    """Something to try, fitting what just happened."""
    print("\nTry next:")
    if solved:
        print(f"  python -m neurons xor --seed {options.seed + 1:<13} other first weights")
        print("  python -m neurons xor --hidden 2 --seed 3  two hidden neurons, stuck in a local minimum")
    else:
        print("  python -m neurons xor                      the defaults, which solve it")
    print("  python -m neurons xor --help               activations, losses, learning rates")


def parser():
    """The command line's options, explained for a beginner."""
    root = argparse.ArgumentParser(
        prog="python -m neurons", description="Neural networks to read, to step through and to teach with."
    )
    root.add_argument("--version", action="version", version=f"neurons {__version__}")
    commands = root.add_subparsers(title="commands", metavar="COMMAND", required=True)
    command = commands.add_parser(
        "xor",
        help="train a small network on XOR and explain one gradient",
        description=XOR_DESCRIPTION,
        epilog=XOR_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.add_argument("--seed", type=int, default=0, metavar="N", help="which random first weights (default 0)")
    command.add_argument(
        "--hidden", type=int, default=HIDDEN, metavar="N", help=f"neurons in the hidden layer (default {HIDDEN})"
    )
    command.add_argument(
        "--epochs",
        type=int,
        default=EPOCHS,
        metavar="N",
        help=f"how often to see all four examples at most (default {EPOCHS})",
    )
    rates = ", ".join(f"{rate:g} for {name}" for name, rate in LEARNING_RATES.items())
    command.add_argument(
        "--learning-rate",
        type=float,
        metavar="RATE",
        help=f"how far each step goes (default {rates}; for bce 0.05 for tanh and relu)",
    )
    command.add_argument(
        "--loss", choices=LOSSES, default="mse", help="squared error, or binary cross-entropy (default mse)"
    )
    command.add_argument(
        "--activation",
        choices=ACTIVATIONS,
        default="sigmoid",
        help="activation function of the hidden neurons (default sigmoid)",
    )
    command.add_argument("--quiet", action="store_true", help="print nothing; the exit code tells")
    command.set_defaults(run=xor)

    command = commands.add_parser(
        "mnist",
        help="train on handwritten digits and look at what was learned",
        description=mnist_command.DESCRIPTION,
        epilog=mnist_command.EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    mnist_command.add_options(command)
    command.set_defaults(run=mnist_command.run)

    command = commands.add_parser(
        "step",
        help="write a page that goes through one training step line by line",
        description=step_command.DESCRIPTION,
        epilog=step_command.EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    step_command.add_options(command)
    command.set_defaults(run=step_command.run)

    for kind, what in (("notebooks", "the course's notebooks"), ("examples", "the example scripts")):
        command = commands.add_parser(kind, help=f"copy {what} to a folder of your own")
        course_material.add_options(command)
        command.set_defaults(run=partial(course_material.run, kind))

    command = commands.add_parser(
        "debug",
        help="run a script in a debugger that knows neurons",
        description=debug_command.DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    debug_command.add_options(command)
    command.set_defaults(run=debug_command.run)

    for name, text, room in (
        ("course", "exercises that say what is wrong", course_command),
        ("grade", "grade what a class handed in", grade_command),
    ):
        command = commands.add_parser(
            name,
            help=text,
            description=room.DESCRIPTION,
            epilog=room.EPILOG,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        room.add_options(command)
        command.set_defaults(run=room.run)
    return root


def main(arguments=None):
    """Run one command; return the exit code."""
    options = parser().parse_args(arguments)
    run = options.run
    del options.run
    try:
        return run(options)
    except NeuronsError as error:
        print(f"neurons: {error}", file=sys.stderr)
        return 2
    except BrokenPipeError:  # whoever read the output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


if __name__ == "__main__":
    sys.exit(main())
