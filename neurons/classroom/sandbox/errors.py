"""What keeps a student's file from giving a number."""


class StudentError(Exception):
    """Why a student's file gives no number, in a sentence that the student may read; `line` is where, or 0."""

    def __init__(self, message: str, line: int = 0, raised: str = "") -> None:
        super().__init__(message)
        self.line = line
        self.raised = raised  # the type of the exception, where it is one of the student's code


class MissingName(StudentError, AttributeError):
    """A name that the student's code does not have."""
