"""python -m neurons mnist: train on handwritten digits, and look at the result."""

from pathlib import Path

from neurons import NeuronsError
from neurons.checks import checked_count, checked_learning_rate
from neurons.commands.digit_model import (
    BATCH_SIZE,
    EPOCHS,
    HIDDEN,
    LEARNING_RATE,
    NUM_CLASSES,
    add_source,
    check_source,
    for_pictures,
    read_images,
    train,
)
from neurons.commands.options import add_number, checked_page
from neurons.errors import FileError
from neurons.text import show, wrapped

PICTURE = "mnist.png"
PAGE = "draw.html"
NEURONS_PER_CLASS = 4
LEARNED = 0.5  # of the test images right: less is a training that failed
STRONGEST = 8  # pixels listed for the wrong answer
INK = " .:-=+*#%@"  # from paper to full ink

DESCRIPTION = """\
Train a network with one hidden layer on MNIST: 60,000 images of handwritten
digits to learn from, 10,000 others to be tested on. With the defaults it takes
a few seconds and reads about 98 of 100 right.

Prints how well it learns, which digits it confuses, and why it got one of them
wrong. Saves a picture of what its hidden neurons look for, and a page on which
it reads the digits that you draw."""

EPILOG = """\
The images come from --data DIR. Without it, the command looks in the folder
that NEURONS_DATA names, then in a cache. If they are in neither, it downloads
them once (11 MB). --digits needs no files and no download.

The exit code is 0, or 2 if an option is wrong or the images are missing."""


def add_options(command):
    """The options, explained for a beginner."""
    add_source(command)
    add_number(command, "--hidden", "N", HIDDEN, "neurons in the hidden layer")
    add_number(command, "--epochs", "N", EPOCHS, "how often to go through all images")
    how_far = "how large the first steps are; later ones get smaller, down to nearly 0"
    add_number(command, "--learning-rate", "RATE", LEARNING_RATE, how_far)
    add_number(command, "--batch-size", "N", BATCH_SIZE, "images per step")
    add_number(command, "--seed", "N", 0, "chooses the random first weights and the order")
    command.add_argument(
        "--picture", metavar="PATH", help=f"where to save the picture, as .png, .pdf or .svg (default {PICTURE})"
    )
    command.add_argument(
        "--page", metavar="PATH", help=f"where to write the page to draw on, as .html (default {PAGE})"
    )
    command.add_argument("--quiet", action="store_true", help="print nothing; save only what --picture and --page name")


def run(options):
    """Train, test and explain; the exit code is 0."""
    checked_count(options.hidden, "hidden")
    checked_count(options.epochs, "epochs")
    checked_learning_rate(options.learning_rate)
    checked_count(options.batch_size, "batch_size")
    picture = checked_picture(options.picture or PICTURE)
    page = checked_page(options.page or PAGE)
    check_source(options)
    try:
        images = read_images(options)
        model, caught = train(
            images,
            options.hidden,
            options.epochs,
            options.learning_rate,
            options.batch_size,
            options.seed,
            options.quiet,
        )
    except ImportError as error:
        raise NeuronsError(f"mnist needs the package {error.name}, which is not installed") from None
    if not options.quiet:
        for warning in caught:
            print("\n" + wrapped(f"Why: {' '.join(warning.split())}"))
        answers = model.predict(images.test_inputs)  # (image, class)
        has_learned = show_what_happened(answers.argmax(axis=1), images.test_labels, options.learning_rate)
        show_confusion(answers.argmax(axis=1), images.test_labels)
        if has_learned:  # of a network that has not, no single answer says anything
            show_a_wrong_answer(model, images, answers)
    if options.picture or not options.quiet:
        save_picture(model, images.shape, picture)
    if options.page or not options.quiet:
        for_pictures(model, images).draw_page(page)
    if not options.quiet:
        what = (
            f"shows what the hidden neurons look for: in each column the {NEURONS_PER_CLASS} that speak most for that"
        )
        print(
            "\n" + wrapped(f"{picture} {what} digit. Light: ink here counts for it; dark: ink here counts against it.")
        )
        print("\n" + wrapped(f"Draw a digit yourself, and see what the network reads: open {page} in a browser."))
        show_what_next(options)
    return 0


def checked_picture(path):
    """`path` as a path that a picture can be saved to, known before the training rather than after it."""
    path = Path(path).expanduser()
    if path.suffix.lower() not in (".png", ".pdf", ".svg"):
        raise NeuronsError(f"the picture must be a .png, .pdf or .svg file but got {show(str(path))}")
    if not path.parent.is_dir():
        raise FileError(f"the picture cannot be saved to {path}: there is no folder {path.parent}")
    return path


def show_what_happened(answers, labels, learning_rate):
    """Say in words that the network has not learned, and why if that is known; return whether it has."""
    right = (answers == labels).mean()
    if right >= LEARNED:
        return True
    counts = [int((answers == digit).sum()) for digit in range(NUM_CLASSES)]
    share = max(counts) / len(answers)
    what = f"Only {100 * right:.0f} of 100 test images are right: the network has not learned to read."
    if share > LEARNED:
        what += f" It answers {counts.index(max(counts))} for {100 * share:.0f} of 100 images, whatever they show."
    if learning_rate > LEARNING_RATE:
        what += (
            f" The likely cause: a learning rate of {learning_rate:g} is too large, and the first steps threw the"
            f" weights so far that little gradient comes through. Try {LEARNING_RATE:g}, the default."
        )
    elif learning_rate < LEARNING_RATE:
        what += (
            f" The likely cause: with a learning rate of {learning_rate:g} each step is small. Try {LEARNING_RATE:g},"
            " the default, or many more epochs."
        )
    print("\n" + wrapped(what))
    return False


def show_confusion(answers, labels):
    """How often each digit (rows) was taken for each digit (columns)."""
    counts = [[0] * NUM_CLASSES for _ in range(NUM_CLASSES)]
    for label, answer in zip(labels.tolist(), answers.tolist(), strict=True):
        counts[label][answer] += 1
    print("\nWhat the test images show (rows), and what the network took them for (columns):\n")
    print("     " + "".join(f"{answer:6}" for answer in range(NUM_CLASSES)) + "    right")
    for label, row in enumerate(counts):
        cells = "".join(f"{count or '.':>6}" for count in row)
        print(f"  {label}  {cells}  {100 * row[label] / max(sum(row), 1):5.1f} %")


def show_a_wrong_answer(model, images, answers):
    """The wrong answer that the network was surest of, and the pixels that led to it.

    With ReLU an output is a sum over the pixels: the weights along all paths of active neurons, times the brightness,
    plus what does not depend on the brightness. A backward pass of 1 for the wrong class and -1 for the right one
    gives those summed products of weights, for the difference of the two outputs.
    """
    labels, wrong = images.test_labels, answers.argmax(axis=1)  # (image,)
    mistakes = (wrong != labels).nonzero()[0]  # (mistake,)
    if len(mistakes) == 0:
        print("\nIt got every test image right.")
        return
    image = int(mistakes[answers[mistakes].max(axis=1).argmax()])
    label, answer = int(labels[image]), int(wrong[image])
    probabilities = f"a probability of {answers[image, answer]:.4f} and {label} one of {answers[image, label]:.4f}"
    what = f"test image {image} shows a {label}, but the network gives {answer} {probabilities}"
    print("\n" + wrapped(f"The wrong answer it was surest of: {what}.") + "\n")

    model = model.copy()  # looking leaves the model as it was
    logits = model.forward(images.test_inputs[image : image + 1])[0].tolist()  # (class,)
    output_gradients = [0.0] * NUM_CLASSES
    output_gradients[answer], output_gradients[label] = 1.0, -1.0
    gradients = model.backward_pass([output_gradients])[0].tolist()  # (pixel,)
    inks = [float(brightness) * images.scale for brightness in images.brightness[image]]  # (pixel,)
    shares = [ink * gradient for ink, gradient in zip(inks, gradients, strict=True)]  # (pixel,)
    strongest = sorted(range(len(shares)), key=lambda pixel: -shares[pixel])[:STRONGEST]

    columns = images.shape[1]
    print(f"  row   columns 0 to {columns - 1}, two characters each; empty rows left out")
    for row, start in enumerate(range(0, len(inks), columns)):
        if any(inks[start : start + columns]):
            marks = "".join(INK[round(ink * (len(INK) - 1))] * 2 for ink in inks[start : start + columns])
            print(f"{row:5}   {marks}".rstrip())
    difference = logits[answer] - logits[label]
    print(f"\nWhy {answer}? Its output is {logits[answer]:+.3f}, that of {label} is {logits[label]:+.3f}.")
    print(f"The pixels that count most for {answer} and against {label}, counted from 0 at the top left:\n")
    print("   row column    ink * weight = share")
    for pixel in strongest:
        row, column = divmod(pixel, columns)
        print(f"  {row:4} {column:6}   {inks[pixel]:.2f} * {gradients[pixel]:+.3f} = {shares[pixel]:+.3f}")
    named = sum(shares[pixel] for pixel in strongest)
    against = sum(share for share in shares if share < 0.0)
    other = sum(shares) - named - against
    rest = difference - sum(shares)
    print(f"\n  {named:+8.3f}   these {len(strongest)}")
    print(f"  {other:+8.3f}   the other pixels that count for {answer}")
    print(f"  {against:+8.3f}   the pixels that count for {label}")
    print(f"  {rest:+8.3f}   without any ink (biases, and the mean that was subtracted)")
    print(f"  {difference:+8.3f}   = the output of {answer} less that of {label}")
    print("\nA pixel's weight here is the sum, over the paths through the active hidden")
    print("neurons, of the products of the weights along each path.")


def save_picture(model, shape, path):
    """The hidden neurons' weights as images: below each digit those with the largest weights to its output."""
    from neurons import plots

    hidden, output = model.layers
    num_rows = min(NEURONS_PER_CLASS, hidden.num_neurons)
    strongest = (-output.weights).argsort(axis=1)[:, :num_rows].T.ravel().tolist()  # by row, a column for each digit
    axes = plots.weight_images(model, shape, neurons=strongest)
    for place, (ax, j) in enumerate(zip(axes.flat, strongest, strict=True)):
        digit = place % NUM_CLASSES
        ax.set_title(str(digit) if place < NUM_CLASSES else "", fontsize=14)
        ax.set_xlabel(f"{hidden.neurons[j].name}\n{output.weights[digit, j]:+.2f}", fontsize=7)
    figure = axes[0, 0].figure
    figure.suptitle("The weights of the neurons that speak most for each digit (below each: its weight to that output)")
    try:
        figure.savefig(path, dpi=120)
    except OSError as error:
        raise FileError(f"the picture cannot be saved to {path}: {error.strerror or error}") from None


def show_what_next(options):
    """Something to try."""
    digits = " --digits" if options.digits else ""
    print("\nTry next:")
    print(f"  python -m neurons mnist{digits} --hidden 16  how far does a small layer get?")
    print(f"  python -m neurons mnist{digits} --seed {options.seed + 1:<4}  other first weights: is it luck?")
    print(f"  python -m neurons mnist --help{' ' * len(digits)}       rate, batch size, epochs")
