"""Domain errors: what the record refuses, said in Chinese to the person who asked.

Services, importers and the sandbox raise these and nothing else for anything that a user or a file can cause.
No HTTP here: one table in ``portal`` turns each class into a status and a page. Every message is a whole Chinese
sentence that says what is wrong and what to do about it; ``code`` is a short stable English word for programs.

This module imports nothing, because the sandbox's child process loads it before it locks itself in.
"""


# ruff: noqa: N818  # they say what happened to a request: "Refused" reads better than "RefusedError"


class DomainError(Exception):
    """The root. ``message`` is shown to people as it is, so it never carries a path of the server or a secret."""

    default_code = "error"

    def __init__(self, message: str, *, code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.default_code

    def __str__(self) -> str:
        return self.message


class Refused(DomainError):
    """The content is understood and not accepted (422). `findings`: the single faults where a check found several."""

    default_code = "refused"

    def __init__(self, message: str, *, code: str | None = None, findings: tuple[object, ...] = ()) -> None:
        super().__init__(message, code=code)
        self.findings = findings


class FileRefused(Refused):
    """A file, or a place in it, is not accepted (422). Rows and columns count from 1, as a spreadsheet shows them."""

    default_code = "file-refused"

    def __init__(
        self,
        message: str,
        *,
        code: str | None = None,
        file: str | None = None,
        sheet: str | None = None,
        row: int | None = None,
        column: int | str | None = None,
    ) -> None:
        super().__init__(message, code=code)
        self.file = file
        self.sheet = sheet
        self.row = row
        self.column = column


class TooLarge(DomainError):
    """The file or the shape is beyond what one request may cost (413)."""

    default_code = "too-large"


class NotPermitted(DomainError):
    """The person may see the thing but lacks the role for this action (403)."""

    default_code = "not-permitted"


class NotFound(DomainError):
    """No such thing, or it lies outside the person's scope: the two are never told apart (404)."""

    default_code = "not-found"


class Withdrawn(NotFound):
    """It was public once and is no more; the message gives the day and the reason (410). `successor`: the code of the
    public project that the reason names, such as the one it was merged into."""

    default_code = "withdrawn"

    def __init__(self, message: str, *, code: str | None = None, successor: str = "") -> None:
        super().__init__(message, code=code)
        self.successor = successor


class Conflict(DomainError):
    """The action does not fit the present state of the record (409, or 412 for an edit)."""

    default_code = "conflict"


class StaleEdit(Conflict):
    """Somebody changed the record after this person read it (412): nothing is overwritten."""

    default_code = "stale-edit"


class Unconditional(DomainError):
    """An edit that does not say which state of the record it was made on (428): it might overwrite the unseen."""

    default_code = "precondition-required"


class Busy(DomainError):
    """Out of capacity for the moment; the same request may succeed a little later (503)."""

    default_code = "busy"


class BadParameter(DomainError):
    """A parameter of an address is unknown or unreadable (400)."""

    default_code = "bad-parameter"


class TooFast(DomainError):
    """Too many tries in a short time (429); `retry_after` in seconds."""

    default_code = "too-fast"

    def __init__(self, message: str, *, code: str | None = None, retry_after: int = 30) -> None:
        super().__init__(message, code=code)
        self.retry_after = retry_after
