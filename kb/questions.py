"""What can be said of a question that was asked, and of the work that comes of it."""

from enum import StrEnum


class Outcome(StrEnum):
    """What came of a question; `broken_off`: the visitor had left before there was an answer."""

    ANSWERED = "answered"
    PARTIAL = "partial"
    NOT_FOUND = "not_found"
    REFUSED = "refused"
    FAILED = "failed"
    BROKEN_OFF = "broken_off"


class Way(StrEnum):
    """How a question came in."""

    WEB = "web"
    WIDGET = "widget"
    API = "api"
    SLACK = "slack"
    CLI = "cli"


class WorkKind(StrEnum):
    """Questions that the documents do not answer, or a person who wants to be called."""

    QUESTION = "question"
    CALLBACK = "callback"


class WorkState(StrEnum):
    """`open` and `in_work` items take in further questions."""

    OPEN = "open"
    IN_WORK = "in_work"
    ANSWERED = "answered"
    DISMISSED = "dismissed"


class WrittenState(StrEnum):
    """A draft waits for approval; a withdrawn answer is no document (any more)."""

    DRAFT = "draft"
    APPROVED = "approved"
    WITHDRAWN = "withdrawn"
