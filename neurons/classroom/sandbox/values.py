"""What goes through the pipe and is not a plain number: the student's objects, and answers that are refused."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from neurons.classroom.sandbox.transport import Transport


class RemoteObject:
    """One of the student's objects, which lives in the worker."""

    def __init__(self, transport: "Transport", number: int, kind: str) -> None:
        vars(self).update(_transport=transport, _number=number, _kind=kind)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self._transport.get(self._number, name)

    def __setattr__(self, name: str, value: Any) -> None:
        self._transport.set(self._number, name, value)

    def __delattr__(self, name: str) -> None:
        self._transport.delete(self._number, name)

    def __call__(self, *arguments: Any) -> Any:
        return self._transport.call(self._number, None, arguments)

    def __repr__(self) -> str:
        return f"an object of type {self._kind}"


class Lent:
    """A list or an array that its owner lends for one call; `after` is what the call left in it.

    Where it is `reused`, its owner then fills it with zeros.
    """

    def __init__(self, value: Any, *, reused: bool = False) -> None:
        self.value, self.reused = value, reused
        self.after: Any = None


class NotNumeric:
    """Something that came back and is not a number: None, text, a truth value, not-a-number."""

    def __init__(self, what: str) -> None:
        self.what = what

    def __repr__(self) -> str:
        return self.what
