"""The exceptions. Each carries the sentence a student needs: what was expected, what came, and where."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from neurons.training.history import History


class NeuronsError(ValueError):
    """A wrong call: the message says what was expected, what came, and where."""


class LengthError(NeuronsError):
    """Two lengths that must match do not."""


class OrderError(NeuronsError):
    """A pass or step came before the one that it builds on."""


class NotFiniteError(NeuronsError):
    """A number became infinite or not-a-number (nan). Raised by `fit`, it holds the finished epochs in `history`."""

    history: "History | None" = None


class FileError(NeuronsError):
    """A file is missing, damaged, or of the wrong kind."""


class HealthWarning(UserWarning):
    """Training can run, but something keeps the model from learning; the message says what and where."""
