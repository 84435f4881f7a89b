"""python -m neurons xor: train on XOR, and explain one gradient of what was learned."""

import warnings

from neurons import BinaryCrossEntropy, Model, NeuronsError, check_gradients, datasets
from neurons.activations import ACTIVATIONS
from neurons.checks import checked_count, how_many
from neurons.commands.options import add_number
from neurons.errors import HealthWarning
from neurons.losses import MSE
from neurons.text import wrapped

HIDDEN = 8
MOST_HIDDEN = 1000  # more would take minutes, and fill the memory, to learn four examples
EPOCHS = 2000
LEARNING_RATES = {"sigmoid": 1.0, "tanh": 0.2, "relu": 0.1, "leaky_relu": 0.1, "identity": 0.1}
LEARNING_RATES_BCE = LEARNING_RATES | {"tanh": 0.05, "relu": 0.05}
LOSSES = {"mse": MSE, "bce": BinaryCrossEntropy}
CLOSE_ENOUGH = 0.1

DESCRIPTION = """\
Train a small network on XOR (exclusive or): two inputs, and the answer is 1 if
exactly one of them is 1. No single neuron can learn this; a hidden layer can.

Prints what the network answers after training, the gradients of one neuron with
all their factors, and what to try next. Without options, XOR is solved."""

EPILOG = """\
The exit code is 0 if XOR is solved (all four answers within 0.1 of right),
1 if it is not, 2 if an option is wrong."""


def add_options(command):
    """The options, explained for a beginner."""
    add_number(command, "--seed", "N", 0, "chooses the random first weights")
    add_number(command, "--hidden", "N", HIDDEN, "neurons in the hidden layer")
    add_number(command, "--epochs", "N", EPOCHS, "train for at most N epochs: times through all four examples")
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
        metavar="NAME",
        help=f"of the hidden neurons: {', '.join(ACTIVATIONS)} (default sigmoid)",
    )
    command.add_argument("--quiet", action="store_true", help="print nothing; the exit code says whether XOR is solved")


def run(options):
    """Solve XOR and show how; the exit code says whether it is solved."""
    settings = vars(options).copy()
    quiet = settings.pop("quiet")
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", HealthWarning)
        model, history = train_xor(**settings, progress=not quiet)
        reason = "" if quiet or is_solved(model) else why_the_rate(settings)
    solved = is_solved(model)
    if not quiet:
        show_answers(model, len(history), solved)
        for message in [reason] if reason else [str(warning.message) for warning in caught]:
            print("\n" + wrapped(f"Why: {message}"))
        show_gradient(model)
        show_what_next(options, solved)
    return 0 if solved else 1


def train_xor(
    seed=0, hidden=HIDDEN, epochs=EPOCHS, learning_rate=None, loss="mse", activation="sigmoid", progress=False
):
    """Train a 2-`hidden`-1 model on XOR until it is solved, for at most `epochs` epochs; return (model, history)."""
    hidden = checked_count(hidden, "hidden")
    if hidden > MOST_HIDDEN:
        raise NeuronsError(f"hidden must be at most {MOST_HIDDEN} for XOR but got {hidden}")
    if learning_rate is None:
        learning_rate = usual_rate(loss, activation)
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


def usual_rate(loss, activation):
    """The learning rate without --learning-rate."""
    return (LEARNING_RATES_BCE if loss == "bce" else LEARNING_RATES)[activation]


def why_the_rate(settings):
    """That the learning rate is the cause, if the same network solves XOR with the usual one; "" if it does not."""
    usual, rate = usual_rate(settings["loss"], settings["activation"]), settings["learning_rate"]
    if rate is None or rate == usual:
        return ""
    model, history = train_xor(**settings | {"learning_rate": usual})
    if not is_solved(model):
        return ""
    size, effect = "large", "the first steps jump so far that the weights end where little gradient comes through"
    if rate < usual:
        size, effect = "small", "each step moves the weights too little"
    return (
        f"a learning rate of {rate:g} is too {size}: {effect}. With {usual:g} the same network solves XOR after"
        f" {how_many(len(history), 'epoch')}."
    )


def is_solved(model):
    """True if all four outputs lie within 0.1 of their labels."""
    inputs, labels = datasets.xor()
    outputs = model.predict(inputs)
    return all(abs(output[0] - label[0]) <= CLOSE_ENOUGH for output, label in zip(outputs, labels, strict=True))


def show_answers(model, num_epochs, solved):
    """The truth table, with the network's outputs beside it."""
    inputs, labels = datasets.xor()
    verdict = "XOR is solved" if solved else "XOR is not solved"
    loss = model.mean_loss(inputs, labels)
    about_loss = f"The mean loss of these four outputs is {loss:.4f}."
    print("\n" + wrapped(f"{verdict} after {how_many(num_epochs, 'epoch')}. {about_loss}") + "\n")
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
    print(f"\nThe gradients of {neuron.name} for the inputs 0 1 (label 1), by the chain rule:\n")
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
        print("  python -m neurons step --open              how a gradient is computed")
        print("  python -m neurons notebooks my-notebooks   from one neuron to MNIST")
        print("  python -m neurons course start my-course   write it yourself, with a checker")
        print("  python -m neurons xor --hidden 2 --seed 3  two neurons, stuck on a plateau")
    else:
        print("  python -m neurons xor                      the defaults, which solve it")
        if options.epochs < EPOCHS:
            print(f"  python -m neurons xor --epochs {EPOCHS:<11} more epochs")
        print("  python -m neurons xor --help               activations, losses, learning rates")
