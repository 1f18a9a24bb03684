"""The one error tree. Every message is German, names the value and says what to do.

    AuskunftError
    ├── InputError                 a question, option or request body cannot be used
    ├── SourceError                one source (file, URL) cannot be ingested
    │   ├── SourceNotFoundError
    │   ├── SourceUnreadableError
    │   ├── UnsupportedFormatError
    │   ├── EmptySourceError
    │   ├── SourceTooLargeError
    │   ├── SourceRefusedError     a web address that must not be called
    │   └── SourceUnreachableError a web server that does not answer, or not now
    ├── NotFoundError              a document or token that does not exist (for this viewer)
    ├── AccessDeniedError          a role or token is missing, wrong or not enough
    ├── SignInError                somebody cannot be signed in
    │   └── ProviderError          because of the OpenID provider, or the way to it
    ├── DataFolderError            the data folder cannot be used
    │   ├── DataFolderInUseError   another process owns it
    │   └── StorageFullError       no room left; what was stored before is untouched
    ├── IndexMismatchError         the index was built with another model, analyser or chunker
    │   └── RebuildingError        and is being rebuilt just now; answers follow by themselves
    ├── BusyError                  too much of this is being done at once
    ├── EmbeddingError             the embedding model cannot be loaded or used
    ├── TextRefusedError           the embedding model refuses one text, most often for its length
    ├── RerankingError             the configured reranker cannot be loaded or used
    │   └── RerankingTimeoutError  it took longer than its budget; the default order holds
    ├── PausedError                the operator has switched answering off for a while
    ├── LimitReachedError          too much was asked in too short a time
    ├── StoppedError               somebody broke a run off; what it had done is kept
    └── ServiceError               the running service cannot be reached or started

Edges translate: the CLI prints one line and an exit code, HTTP answers problem+json.
"""


class AuskunftError(Exception):
    """Root of all errors raised on purpose; `str(error)` is fit to be shown to the user."""

    #: short machine-readable name, used as problem type and in reports
    code = "error"


class InputError(AuskunftError):
    code = "input"


class SourceError(AuskunftError):
    code = "source"


class SourceNotFoundError(SourceError):
    code = "source-not-found"


class SourceUnreadableError(SourceError):
    code = "source-unreadable"


class UnsupportedFormatError(SourceError):
    code = "unsupported-format"


class EmptySourceError(SourceError):
    code = "empty-source"


class SourceTooLargeError(SourceError):
    code = "source-too-large"


class SourceRefusedError(SourceError):
    code = "source-refused"


class SourceUnreachableError(SourceError):
    """`retry_after`: seconds that the server asked to be left alone, 0 when it did not."""

    code = "source-unreachable"

    def __init__(self, message: str, retry_after: float = 0.0) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class NotFoundError(AuskunftError):
    code = "not-found"


class AccessDeniedError(AuskunftError):
    code = "access-denied"


class SignInError(AuskunftError):
    """`title` says in a few words what is wrong, the message what to do."""

    code = "sign-in"

    def __init__(self, title: str, message: str) -> None:
        super().__init__(message)
        self.title = title


class ProviderError(SignInError):
    code = "provider"


class DataFolderError(AuskunftError):
    code = "data-folder"


class DataFolderInUseError(DataFolderError):
    code = "data-folder-in-use"


class StorageFullError(DataFolderError):
    code = "storage-full"


class IndexMismatchError(AuskunftError):
    code = "index-mismatch"


class RebuildingError(IndexMismatchError):
    """`retry_after`: seconds after which it may be worth asking again."""

    code = "rebuilding"

    def __init__(self, message: str, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class BusyError(AuskunftError):
    """`retry_after`: seconds after which it may be worth asking again."""

    code = "busy"

    def __init__(self, message: str, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class EmbeddingError(AuskunftError):
    code = "embedding"


class TextRefusedError(AuskunftError):
    code = "text-refused"


class RerankingError(AuskunftError):
    code = "reranking"


class RerankingTimeoutError(RerankingError):
    code = "reranking-timeout"


class PausedError(AuskunftError):
    code = "paused"


class LimitReachedError(AuskunftError):
    """`retry_after`: seconds after which it may be worth asking again."""

    code = "limit"

    def __init__(self, message: str, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class StoppedError(AuskunftError):
    code = "stopped"

    def __init__(self, message: str = "Der Lauf wurde abgebrochen.") -> None:
        super().__init__(message)


class ServiceError(AuskunftError):
    code = "service"


def ours_in(error: BaseException) -> BaseException:
    """The error of ours that a library wrapped into its own, or `error` itself."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, AuskunftError):
            return cause
        cause = cause.__cause__
    return error
