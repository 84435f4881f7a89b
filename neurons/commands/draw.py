"""python -m neurons draw: a page on which a network reads the digits that one draws."""

from neurons import Model, NeuronsError
from neurons.commands.digit_model import add_source, check_source, for_pictures, read_images, train
from neurons.commands.options import checked_page, show_page

OUT = "draw.html"

DESCRIPTION = """\
Write a page on which you draw a digit with mouse, pen or finger, and a network
reads it while you draw. Click a neuron to see what it looks for, and an answer
to see why it is 3 and not 9.

It can be your own network, trained on pictures and saved, such as

    model.save("model.npz")

Without one, the command first trains the network of `python -m neurons mnist`,
which takes a few seconds. The page is one file that works offline: open it in a
browser, or give it to others."""

EPILOG = """\
examples:
  python -m neurons draw --digits --open
  python -m neurons draw model.npz --out mine.html

A model takes pictures from 0.0 (paper) to 1.0 (ink): 784 inputs for MNIST's
28x28 pixels, 64 for the 8x8 digits. The default network reads about 19 of 20
digits drawn with a mouse. That of --digits has learned from few, small pictures:
it reads 4 of 5.

The exit code is 0, or 2 if an option is wrong or the images are missing."""


def add_options(command):
    """The options, explained for a beginner."""
    command.add_argument("model", metavar="MODEL", nargs="?", help="your own model, saved as .npz or .json")
    add_source(command)
    command.add_argument("--out", metavar="PATH", default=OUT, help=f"where to write the page (default {OUT})")
    command.add_argument("--open", action="store_true", help="also open it in the browser")


def run(options):
    """Write the page and say where it lies; the exit code is 0."""
    path = checked_page(options.out)
    if options.model and (options.digits or options.data):
        raise NeuronsError("give a model, or the images to train one on, but not both")
    try:
        model = Model.load(options.model) if options.model else new_model(options)
        model.draw_page(path)
    except ImportError as error:
        raise NeuronsError(f"draw needs the package {error.name}, which is not installed") from None
    place = path.resolve()
    print(f"The page is in\n  {place}")
    show_page(place, options.open, "Open it in a browser, and draw. It works offline.")
    return 0


def new_model(options):
    """The model of `python -m neurons mnist`, trained now."""
    check_source(options)
    images = read_images(options)
    model, _ = train(images)
    print()
    return for_pictures(model, images)
