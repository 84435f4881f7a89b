"""The page: a model and its examples, to go through one step line by line and to watch the whole training."""

import html
import os
from typing import TYPE_CHECKING, Any

from neurons.checks import ListLike
from neurons.errors import NeuronsError
from neurons.inspection.page.assembly import assembled
from neurons.inspection.page.data import data_and_engine
from neurons.inspection.trace import Trace
from neurons.storage.files import checked_path, write_whole
from neurons.text import for_debuggers, show

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
    data, engine = data_and_engine(
        model, inputs, labels, learning_rate, history, epochs, batch_size, optimiser, seed, example
    )
    return Page(data["title"], data, engine)


def Stepper(trace: Trace) -> Page:  # noqa: N802 (it was a class, and notebooks still call it)
    """The page of a `Trace` of `model.trace(...)`, with its one example: `model.page` does more."""
    if not isinstance(trace, Trace):
        raise NeuronsError(f"Stepper takes a trace, as in Stepper(model.trace(...)), but got {show(trace)}")
    return page(trace.before, [trace.inputs], [trace.label], learning_rate=trace.learning_rate)
