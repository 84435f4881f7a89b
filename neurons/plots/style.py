"""What all pictures share: the page, the colours, how a number is written, and the checks of what is drawn."""

import io
import textwrap
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.transforms import ScaledTranslation

from neurons.checks import advised, how_many
from neurons.errors import LengthError, NeuronsError, OrderError
from neurons.inspection.models import is_model
from neurons.text import show

if TYPE_CHECKING:
    from neurons.model import Model

# Okabe and Ito's colours, told apart with any colour vision; the dash says the same again, also printed in grey.
POSITIVE, NEGATIVE, NEUTRAL = "#D55E00", "#0072B2", "#555555"
SERIES = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
DASHES = ("solid", (0, (4, 2)), (0, (1, 1.5)), (0, (6, 2, 1, 2)))
MARKERS = ("s", "o", "^", "D", "v", "P", "X", "*", "<", ">")
VALUES = "cividis"  # from dark blue over grey to light yellow: its brightness rises all the way
# Below, at and above a middle; pale enough at its ends for points in the full colours.
SIGNED = LinearSegmentedColormap.from_list("signed", ["#4a9bcb", "white", "#e38a4a"])
FONT, SMALL_FONT = 10.0, 8.0  # points
DPI = 100


class PictureAxes(Axes):
    """Axes on a page of their own, which a notebook shows without pyplot."""

    def _repr_png_(self) -> bytes:
        return png(self.figure)


class Panels(np.ndarray):
    """Several axes in an array, which a notebook shows as the one picture that they are."""

    def _repr_png_(self) -> bytes:
        return png(self.flat[0].figure)


def png(figure: Any) -> bytes:
    """The picture as the bytes of a PNG file."""
    file = io.BytesIO()
    figure.savefig(file, format="png", dpi=DPI)
    return file.getvalue()


def new_figure(width: float, height: float) -> Figure:
    """A page of this size in inches that pyplot does not know: nothing opens and nothing stays open."""
    figure = Figure(figsize=(width, height), layout="constrained")
    FigureCanvasAgg(figure)
    return figure


def one_axes(ax: Any, width: float, height: float) -> Any:
    """`ax`, or the axes of a new page of this size in inches."""
    if ax is None:
        return new_figure(width, height).add_subplot(axes_class=PictureAxes)
    if not isinstance(ax, Axes):
        if isinstance(ax, np.ndarray) and ax.size and isinstance(ax.flat[0], Axes):
            raise NeuronsError(f"ax must be one matplotlib Axes but got {how_many(ax.size, 'axes')}: pick one of them")
        raise NeuronsError(f"ax must be a matplotlib Axes, such as plt.gca(), but got {advised(ax)}")
    return ax


def many_axes(ax: Any, rows: int, columns: int, width: float, height: float, what: str) -> Panels:
    """`ax` as `rows` times `columns` axes, or those of a new page of this size in inches."""
    if ax is None:
        figure = new_figure(width, height)
        axes = figure.subplots(rows, columns, squeeze=False, subplot_kw={"axes_class": PictureAxes})
        return axes.view(Panels)
    given = np.atleast_1d(np.array(ax, dtype=object))
    for one in given.flat:
        if not isinstance(one, Axes):
            raise NeuronsError(f"ax must be matplotlib Axes, such as those of plt.subplots(), but got {advised(one)}")
    if given.size != rows * columns:
        raise LengthError(f"{what} has {rows} x {columns} parts and needs as many axes but got {given.size}")
    return given.reshape(rows, columns).view(Panels)


def set_title(ax: Any, text: str, size: float = FONT + 1.0) -> None:
    """A title in lines short enough for the axes."""
    width = size_in_points(ax)[0]
    ax.set_title(textwrap.fill(text, max(12, int(width / (0.53 * size)))), fontsize=size)


def set_figure_title(axes: Panels, text: str) -> None:
    """A title over all panels, in lines short enough for the page."""
    figure: Any = axes.flat[0].figure
    size = FONT + 1.0
    width = int(72.0 * figure.get_size_inches()[0] / (0.56 * size))
    figure.suptitle(textwrap.fill(text, width), fontsize=size)


def legend_below(ax: Any, **style: Any) -> None:
    """A legend under the axes, as far from them as their numbers and label need, however high they are."""
    down = ScaledTranslation(0.0, -34.0 / 72.0, ax.figure.dpi_scale_trans)
    place = {"loc": "upper center", "bbox_to_anchor": (0.5, 0.0), "bbox_transform": ax.transAxes + down}
    ax.legend(fontsize=SMALL_FONT, borderaxespad=0.0, **place, **style)


def size_in_points(ax: Any) -> tuple[float, float]:
    """How wide and high the axes are, about: the layout is made when the picture is drawn."""
    page, place, points = ax.figure.bbox, ax.get_position(), 72.0 / ax.figure.dpi
    return points * page.width * place.width, points * page.height * place.height


def signed_number(value: float) -> str:
    """+0.1500, or +1.5e-07 where four digits after the point would not say much; 0 is 0, without a sign."""
    text = number_in_words(value)
    return f"+{text}" if value > 0.0 else text


def number_in_words(value: float) -> str:
    """0.1500, or 1.5e-07 where four digits after the point would not say much."""
    if value == 0.0:
        return "0"
    return f"{value:.4f}" if 0.001 <= abs(value) < 100.0 else f"{value:.2e}"


def short_number(value: float) -> str:
    """0.15, for places with little room."""
    return f"{value + 0.0:.3g}"  # + 0.0 makes 0 of -0


def percent(share: float) -> str:
    """97.71 %"""
    return f"{100.0 * share:.4g} %"


def line_style(value: float, largest: float) -> dict[str, Any]:
    """How the line for a number is drawn: colour and dash by the sign, width by the size."""
    colour = NEUTRAL if value == 0.0 else POSITIVE if value > 0.0 else NEGATIVE
    share = abs(value) / largest if largest > 0.0 else 0.0
    dash = (0, (4.0, 2.0)) if value < 0.0 else "solid"
    return {"color": colour, "linestyle": dash, "linewidth": 0.6 + 3.4 * share}


def checked_model(model: Any) -> "Model":
    """`model` if it is a `Model`."""
    if not is_model(model):
        raise NeuronsError(f"model must be a Model but got {advised(model)}")
    return model


def checked_models(model: Any) -> "dict[str, Model]":
    """One model, or several as {"epoch 5": model, ...}, as such a dictionary."""
    if isinstance(model, dict):
        if not model:
            raise NeuronsError('a dictionary of models must hold at least one, such as {"epoch 0": model.copy()}')
        return {str(name): checked_model(one) for name, one in model.items()}
    return {"": checked_model(model)}


def checked_plane(model: Any, what: str) -> None:
    """Raise unless the inputs of the model are points of a plane."""
    num_inputs = checked_model(model).layers[0].num_inputs
    if num_inputs != 2:
        raise NeuronsError(
            f"{what} is drawn over a plane and needs a model with 2 inputs but this one has {num_inputs}"
        )


def sizes_of(model):
    """2-4-1"""
    return "-".join(str(size) for size in [model.layers[0].num_inputs, *(layer.num_neurons for layer in model.layers)])


def has_pass(model: Any) -> bool:
    """True if the neurons hold the numbers of a forward pass."""
    return model.layers[-1].neurons[0].activation is not None


def has_gradients(model: Any) -> bool:
    """True if the neurons hold the numbers of a backward pass."""
    return has_pass(model) and all(layer.neurons[0].error is not None for layer in model.layers)


def check_has_gradients(model: Any, what: str) -> None:
    """Raise where there has been no backward pass."""
    if not has_gradients(checked_model(model)):
        raise OrderError(
            f"{what} shows the gradients of the last pass, but there are none: forward and backward_pass first"
        )


def checked_shape(shape: Any, num_pixels: int) -> tuple[int, int]:
    """`shape` as (rows, columns) of an image of `num_pixels`."""
    try:
        rows, columns = (int(number) for number in shape)
    except (TypeError, ValueError):
        raise NeuronsError(
            f"shape must be two numbers (rows, columns), such as (28, 28), but got {show(shape)}"
        ) from None
    if rows < 1 or columns < 1 or rows * columns != num_pixels:
        raise LengthError(f"shape {rows} x {columns} has {rows * columns} pixels, but there are {num_pixels} inputs")
    return rows, columns


def square_shape(num_pixels: int) -> tuple[int, int]:
    """The shape of a square image of `num_pixels`."""
    side = round(num_pixels**0.5)
    if side * side != num_pixels:
        raise NeuronsError(f"{num_pixels} inputs make no square image: give shape=(rows, columns)")
    return side, side
