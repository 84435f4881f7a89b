"""The decision boundary while it is learned, as a film."""

import os
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from matplotlib.animation import FuncAnimation, PillowWriter

from neurons.checks import ListLike, checked_count
from neurons.errors import FileError, NeuronsError
from neurons.plots.planes import Plane, draw_boundary, draw_examples, outputs_on
from neurons.plots.style import checked_plane, one_axes, set_title
from neurons.text import for_debuggers, show

if TYPE_CHECKING:
    from neurons.model import Model

FRAMES = 30
FRAMES_PER_SECOND = 8


class Frame(NamedTuple):
    """One picture of the film: the epochs learned so far, the mean loss, and the outputs (row, column, output)."""

    epoch: int
    loss: float
    outputs: Any


class Film:
    """What `animate` returns: a notebook plays it, `save("xor.gif")` or `save("xor.html")` keeps it.

    `frames` are its pictures, the first before the training; `model` is the trained copy, `history` its `History`.
    """

    def __init__(self, model: "Model", inputs: ListLike, labels: ListLike) -> None:
        self.model, self.inputs, self.labels = model, inputs, labels
        self.history: Any = None
        self.plane = Plane(inputs, 41)
        self.frames: list[Frame] = []

    def add_frame(self, epoch: int) -> None:
        """Keep how the plane looks now."""
        loss = self.model.mean_loss(self.inputs, self.labels)
        self.frames.append(Frame(epoch, loss, outputs_on(self.model, self.plane)))

    def draw(self, ax: Any, frame_idx: int) -> Any:
        """Draw one frame in these axes, instead of what is there."""
        ax.clear()
        frame = self.frames[frame_idx]
        draw_boundary(ax, self.plane, frame.outputs, self.model, self.labels)
        draw_examples(ax, self.model, self.inputs, self.labels)
        set_title(ax, f"epoch {frame.epoch:,}: loss {frame.loss:.4f}")
        return ax

    def animation(self) -> FuncAnimation:
        """The film as a matplotlib animation, on its own page."""
        ax = one_axes(None, 4.4, 4.4)
        ax.figure.set_dpi(72)  # a film of small pictures, for a notebook of a few megabytes at most
        pause = 1000 / FRAMES_PER_SECOND
        return FuncAnimation(ax.figure, lambda idx: [self.draw(ax, idx)], range(len(self.frames)), interval=pause)

    def to_html(self) -> str:
        """The film as HTML with buttons to play, stop and step; it needs no network and no other file."""
        return self.animation().to_jshtml(fps=FRAMES_PER_SECOND, embed_frames=True, default_mode="once")

    def save(self, path: "str | os.PathLike[str]") -> None:
        """Write the film as a .gif or .html file; raises `FileError` where that cannot be written."""
        path = Path(path)
        kind = path.suffix.lower()
        if kind not in (".gif", ".html"):
            raise NeuronsError(f"a film is saved as .gif or .html but got {show(str(path))}")
        try:
            if kind == ".html":
                path.write_text(f"<!DOCTYPE html>\n<meta charset='utf-8'>\n{self.to_html()}", encoding="utf-8")
            else:
                self.animation().save(path, writer=PillowWriter(fps=FRAMES_PER_SECOND))
        except OSError as error:
            raise FileError(f"the film cannot be saved to {path}: {error.strerror or error}") from None

    def _repr_html_(self) -> str:
        return self.to_html()

    @for_debuggers
    def __repr__(self) -> str:
        first, last = self.frames[0], self.frames[-1]
        return f"Film: {len(self.frames)} pictures to epoch {last.epoch}, loss {first.loss:.4g} to {last.loss:.4g}"


def animate(
    model: "Model",
    inputs: ListLike,
    labels: ListLike,
    *,
    epochs: int,
    learning_rate: float,
    batch_size: int = 1,
    seed: int | None = None,
    optimiser: Any = None,
) -> Film:
    """Train a copy of `model`, and return the `Film` of its decision boundary from the first weights to the last.

    The arguments are those of `fit`. The film has the plane before the training, about 30 pictures evenly spread over
    the epochs, and the end. The model itself stays as it was; the trained one is the film's `model`. It needs 2 inputs.
    """
    checked_plane(model, "animate")
    epochs = checked_count(epochs, "epochs")
    twin = model.copy()
    twin.start_batch()
    inputs, labels = model.find_engine().checked_examples(twin, inputs, labels)
    film = Film(twin, inputs, labels)
    film.add_frame(0)
    every = ceil(epochs / FRAMES)

    def on_epoch(epoch: int, *_: Any) -> None:
        if epoch % every == 0 or epoch == epochs:
            film.add_frame(epoch)

    film.history = twin.fit(
        inputs,
        labels,
        epochs=epochs,
        learning_rate=learning_rate,
        batch_size=batch_size,
        seed=seed,
        optimiser=optimiser,
        on_epoch=on_epoch,
    )
    return film
