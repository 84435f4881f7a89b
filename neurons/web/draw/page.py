"""The page of a model: its weights as bytes, and the files of this folder around them."""

import base64
import os
from array import array
from math import isfinite, isqrt
from pathlib import Path
from typing import TYPE_CHECKING, Any

from neurons.checks import how_many
from neurons.errors import NeuronsError, NotFiniteError
from neurons.losses import SoftmaxCrossEntropy
from neurons.pages import data, filled, head, joined, licence_list, source_hash
from neurons.storage.files import checked_path, write_whole
from neurons.storage.formats import plain_lists
from neurons.storage.models import numbers_of
from neurons.training.own_parts import find_own_part

if TYPE_CHECKING:
    from neurons.model import Model

FOLDER = Path(__file__).parent
SCRIPTS = (  # each after those that it needs
    "activations.js",
    "network.js",
    "shares.js",
    "ink.js",
    "centring.js",
    "colours.js",
    "words.js",
    "pad.js",
    "tiles.js",
    "outputs.js",
    "sums.js",
    "why.js",
    "app.js",
)
SMALLEST_SIDE = 8  # pixels; on fewer no digit can be told from another
LARGEST_SIDE = 64
LARGEST_BYTE = 127
PENS = {8: 36}  # dots of 280 across, as thick as the strokes that the 8x8 digits were made of
PEN = 20  # as thick as MNIST's
CENTRED = {
    8: "as in the digits it learned from: set upright, 8 pixels high and up to 5 wide.",
}
CENTRED_ELSE = "as in the digits it learned from: {box} pixels high or wide, the centre of mass in the middle."


def draw_page(model: "Model", path: "str | os.PathLike[str]") -> None:
    """Write a page to `path`, one .html file, on which `model` reads drawings: see `Model.draw_page`."""
    text, _ = checked_path(path, (".html", ".htm"))
    write_whole(text, page(model).encode())


def page(model: "Model") -> str:
    """The page as HTML: its script, its style and the model's numbers are inside, and it can load nothing."""
    side = checked_side(model)
    script = joined(FOLDER / name for name in SCRIPTS)
    style = text_of(FOLDER.parent / "look.css") + text_of(FOLDER / "draw.css")
    sources = f"script-src {source_hash(script)}", f"style-src {source_hash(style)}"
    parts = {
        "HEAD": head("Draw a digit", style, *sources, "img-src data:"),
        "SCRIPT": script,
        "MODEL": data(quantised(model, side)),
        "NUMBERS": f"{side} × {side} numbers",
        "CENTRED": CENTRED.get(side, CENTRED_ELSE.format(box=round(side * 20 / 28))),
        "LICENCES": licence_list({"neurons": text_of((FOLDER.parent / "licences" / "neurons").with_suffix(".txt"))}),
    }
    return filled(text_of(FOLDER / "draw.html"), parts)


def text_of(path: Path) -> str:
    """The text of one of the files the page is made of."""
    return path.read_text(encoding="utf-8")


def checked_side(model: Any) -> int:
    """The rows and columns of the pictures that `model` reads; a `NeuronsError` where one cannot draw for it."""
    own_part = find_own_part(model)
    if own_part is not None:
        raise NeuronsError(f"the page has our activations and losses only, but this model is your own: {own_part}")
    num_inputs, num_outputs = model.layers[0].num_inputs, model.layers[-1].num_neurons
    side = isqrt(num_inputs)
    if side * side != num_inputs or not SMALLEST_SIDE <= side <= LARGEST_SIDE:
        raise NeuronsError(
            "a model that reads drawings takes a square picture, 784 inputs for MNIST's 28x28 pixels or 64 for 8x8,"
            f" but this one takes {how_many(num_inputs, 'input')}"
        )
    if not 2 <= num_outputs <= 10:
        raise NeuronsError(f"a model that reads digits has 10 outputs, one per digit, but this one has {num_outputs}")
    return side


def quantised(model: Any, side: int) -> dict[str, Any]:
    """What the script needs of `model`: each weight as a signed byte, with one scale per neuron; biases as they are."""
    numbers = numbers_of(model)
    layers = []
    for layer_idx, layer in enumerate(model.layers):
        weights, scales = array("b"), []
        for neuron_weights in plain_lists(numbers[f"layers[{layer_idx}].weights"]):
            if not all(map(isfinite, neuron_weights)):
                raise NotFiniteError(f"{layer.name} has weights that are not finite: such a model reads nothing")
            scale = max(map(abs, neuron_weights)) / LARGEST_BYTE or 1.0  # all weights 0: any scale will do
            weights.extend(round(weight / scale) for weight in neuron_weights)
            scales.append(shortened(scale))
        biases = [shortened(bias) for bias in plain_lists(numbers[f"layers[{layer_idx}].biases"])]
        layers.append(
            {
                "name": str(layer.name),
                "act": layer.activation_function.name,
                "weights": base64.b64encode(weights.tobytes()).decode(),
                "scales": scales,
                "biases": biases,
            }
        )
    softmax = isinstance(model.loss, SoftmaxCrossEntropy)
    return {"side": side, "pen": PENS.get(side, PEN), "softmax": softmax, "layers": layers}


def shortened(number: float) -> float:
    """`number` in the 7 digits that are enough beside weights of 8 bits."""
    return float(f"{number:.7g}")
