"""The page: a model and its examples, to go through one step line by line and to watch the whole training."""

import html
import os
from typing import TYPE_CHECKING, Any

from neurons.checks import ListLike, checked_learning_rate
from neurons.errors import NeuronsError
from neurons.inspection.page.assembly import assembled
from neurons.inspection.page.data import classes_of, frozen_data, image_of, model_data
from neurons.inspection.page.examples import examples_for
from neurons.inspection.page.own_parts import plain_twin
from neurons.inspection.page.timeline import settings_for, train_copy, training_of, untrained
from neurons.inspection.page.walk import walk
from neurons.inspection.trace import Trace, clean_copy
from neurons.storage.files import checked_path, write_whole
from neurons.text import for_debuggers, show
from neurons.training.arguments import checked_optimiser
from neurons.unrolled.javascript import javascript_source

if TYPE_CHECKING:
    from neurons.model import Model
    from neurons.training.history import History

FRAME_HEIGHT = 700  # pixels, in a notebook
FRAME_STYLE = "border: 1px solid #8888; border-radius: 8px; background: #fff"
# JupyterLab takes the frame out of a notebook that it does not trust yet,
# and shows the text inside; a browser shows the frame alone.
UNTRUSTED = "The page stands here as soon as this cell has been run, or the notebook is trusted."


class Page:
    """A page of `model.page(...)`: in a notebook it shows itself, and `save(path)` writes it.

    One self-contained file: its drawing, its script and its numbers are inside, so it opens from a disk, with no
    network. The lines it shows are those of the classes that ran; it trains with the statements of
    `model.unrolled_source()`, written in JavaScript.
    """

    def __init__(self, title: str, data: dict[str, Any], engine: str) -> None:
        self.title, self.data, self.engine = title, data, engine
        self._html: str | None = None

    def html(self) -> str:
        """The page as HTML."""
        if self._html is None:
            self._html = assembled(f"A {self.title} network learns", self.data, self.engine)
        return self._html

    def save(self, path: "str | os.PathLike[str]") -> None:
        """Write the page to `path`, which ends in .html; `FileError` where that cannot be done."""
        text, _ = checked_path(path, (".html", ".htm"))
        write_whole(text, self.html().encode())

    def _repr_html_(self) -> str:
        """A frame that holds the whole page: it survives the export of a notebook and needs no widgets."""
        page = html.escape(self.html(), quote=True)
        return (
            f'<iframe title="A network learns, step by step and live" srcdoc="{page}" sandbox="allow-scripts"'
            f' width="100%" height="{FRAME_HEIGHT}" style="{FRAME_STYLE}">{UNTRUSTED}</iframe>'
        )

    @for_debuggers
    def __repr__(self) -> str:
        return f"Page of a {self.title} network; .save('page.html') writes it"


def page(
    model: "Model",
    inputs: ListLike,
    labels: ListLike,
    learning_rate: float | None = None,
    history: "History | None" = None,
    epochs: int | None = None,
    batch_size: int | None = None,
    optimiser: Any = None,
    seed: int | None = None,
    example: int | None = None,
) -> Page:
    """The `Page` of a model: see `Model.page`."""
    if history is not None and any(setting is not None for setting in (epochs, batch_size, optimiser, seed)):
        raise NeuronsError("epochs, batch_size, optimiser and seed are those of the history: leave them out")
    optimiser = checked_optimiser(optimiser)
    start = model if history is None else history.model_at(0)
    copy = clean_copy(start)
    examples = examples_for(copy, inputs, labels, example)
    data = model_data(copy) | {
        "image": image_of(examples.inputs),
        "classes": classes_of(copy, examples),
        "examples": examples.as_data(),
        "shown": examples.shown,
    }
    twin = plain_twin(copy)
    if twin is None:
        data |= frozen_data(copy, examples, checked_learning_rate(learning_rate))
        return Page(data["title"], data, "")
    if history is None:
        settings = settings_for(examples.total, learning_rate, epochs, batch_size, optimiser, seed)
        if examples.all_travel:
            history = train_copy(twin, examples, settings)
    else:
        optimiser = history.kept_steps().optimiser or optimiser
    training = untrained(copy, settings["learning_rate"]) if history is None else training_of(history, examples)
    data |= {
        "optimiser": {"name": optimiser.name, "text": repr(optimiser)},
        "training": training,
        "walk": walk(copy, optimiser),
    }
    return Page(data["title"], data, javascript_source(twin, optimiser))


def Stepper(trace: Trace) -> Page:  # noqa: N802 (it was a class, and notebooks still call it)
    """The page of a `Trace` of `model.trace(...)`, with its one example: `model.page` does more."""
    if not isinstance(trace, Trace):
        raise NeuronsError(f"Stepper takes a trace, as in Stepper(model.trace(...)), but got {show(trace)}")
    return page(trace.before, [trace.inputs], [trace.label], learning_rate=trace.learning_rate)
