"""What `fit` saw, epoch by epoch; with `fit(keep=True)` step by step."""

from typing import TYPE_CHECKING

from neurons.checks import how_many
from neurons.errors import NeuronsError
from neurons.text import for_debuggers

if TYPE_CHECKING:
    from neurons.model import Model
    from neurons.training.moments import Moment
    from neurons.training.steps import Steps


class History:
    """What `fit` saw, one number per epoch, in plain lists.

    `loss` and `accuracy` are means over the epoch's examples, each taken before the step it led to; the validation
    numbers are taken after the epoch. Some lists may stay empty: the accuracy if the labels are not
    classes, the validation numbers without `validation_data`.

    After `fit(keep=True)` the history also knows every step: `steps` can repeat them, and the
    methods below look at them. Step 1 is the first. Without it they raise a `NeuronsError`.
    """

    def __init__(self) -> None:
        self.loss: list[float] = []
        self.accuracy: list[float] = []
        self.validation_loss: list[float] = []
        self.validation_accuracy: list[float] = []
        self.steps: Steps | None = None

    def model_at(self, step: int) -> "Model":
        """The model as it was after `step` steps, bit for bit, with what `on_epoch` changed there; 0 is the start."""
        return self.kept_steps().model_at(step)

    def when(self, name: str | None = None, count: int = 5) -> "list[Moment]":
        """The steps that changed a weight or bias the most, such as "hidden[0].w[1]"; None looks at all of them.

        Each `Moment` has the step, its epoch and examples, and the number before and after; its `why()` explains the
        gradient. The largest change comes first. What `on_epoch` changed by hand is not a step: it is listed in
        `history.steps.events`.
        """
        from neurons.training.moments import when

        return when(self.kept_steps(), name, count)

    def when_worst(self, count: int = 5) -> "list[Moment]":
        """The steps whose examples had the largest loss, the worst first."""
        from neurons.training.moments import when_worst

        return when_worst(self.kept_steps(), count)

    def when_right(self, example: int) -> int | None:
        """The step from which this example, counted from 0, stays right to the end; None if it is wrong there."""
        from neurons.training.moments import when_right

        return when_right(self.kept_steps(), example)

    def kept_steps(self) -> "Steps":
        """`steps`, or the `NeuronsError` that says how to get them."""
        if self.steps is None:
            raise NeuronsError("this history remembers only epochs: fit(..., keep=True) remembers every step")
        return self.steps

    def __len__(self) -> int:
        return len(self.loss)

    @for_debuggers
    def __repr__(self) -> str:
        if not self.loss:
            return "History: no epochs yet"
        accuracy = f", accuracy {self.accuracy[-1]:.4g}" if self.accuracy else ""
        return f"History: {how_many(len(self.loss), 'epoch')}, loss {self.loss[0]:.4g} to {self.loss[-1]:.4g}{accuracy}"
