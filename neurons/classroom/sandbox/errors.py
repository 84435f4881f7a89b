"""What keeps a student's file from giving a number."""


class StudentError(Exception):
    """Why a student's file gives no number, in a sentence that the student may read.

    `line` is where, or 0; `called_in` the line outside of all functions that led there while the file was loaded, or 0.
    """

    def __init__(self, message: str, line: int = 0, raised: str = "", called_in: int = 0) -> None:
        super().__init__(message)
        self.line, self.called_in = line, called_in
        self.raised = raised  # the type of the exception, where it is one of the student's code


class MissingName(StudentError, AttributeError):
    """The name `missing`, which the student's file does not have, or an object of its class `owner`."""

    def __init__(self, name: str, owner: str = "") -> None:
        where, why = (f"your {owner}", ": it was never set") if owner else ("your file", "")
        super().__init__(f"{where} has no `{name}`{why}")
        self.missing, self.owner = name, owner
