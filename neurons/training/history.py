"""What `fit` saw, epoch by epoch."""

from neurons.checks import how_many
from neurons.text import for_debuggers


class History:
    """What `fit` saw, one number per epoch, in plain lists.

    `loss` and `accuracy` are means over the epoch's examples, each taken before the step it led to; the validation
    numbers are taken after the epoch. Lists stay empty where there is nothing to say: the accuracy of labels that are
    not classes, the validation numbers without `validation_data`.
    """

    def __init__(self) -> None:
        self.loss: list[float] = []
        self.accuracy: list[float] = []
        self.validation_loss: list[float] = []
        self.validation_accuracy: list[float] = []

    def __len__(self) -> int:
        return len(self.loss)

    @for_debuggers
    def __repr__(self) -> str:
        if not self.loss:
            return "History: no epochs yet"
        accuracy = f", accuracy {self.accuracy[-1]:.4g}" if self.accuracy else ""
        return f"History: {how_many(len(self.loss), 'epoch')}, loss {self.loss[0]:.4g} to {self.loss[-1]:.4g}{accuracy}"
