"""What can go wrong with a vector index, the same for every implementation."""

from collections.abc import Sequence

from src.core.errors import AppError, Conflict, Invalid, NotFound, Unavailable


class IndexMissing(NotFound):
    code, title = "index-missing", "The vector index does not exist"


class EndpointMissing(NotFound):
    code, title = "endpoint-missing", "The vector search endpoint does not exist"


class IndexExists(Conflict):
    code, title = "index-exists", "A vector index of this name exists already"


class WrongColumns(Conflict):
    code, title = "wrong-columns", "The vector index was made for something else"


class IndexNotReady(Unavailable):
    code, title = "index-not-ready", "The vector index is not ready"


class NotPermitted(AppError):
    status, code, title = 403, "index-not-permitted", "The vector store does not allow this"


class TokenRefused(NotPermitted):
    code, title = "token-refused", "The vector store does not accept the identity"


class DimensionMismatch(Invalid):
    code, title = "dimension-mismatch", "The vector does not fit the index"

    def __init__(self, index: str, expected: int, got: int) -> None:
        super().__init__(
            f"index {index} holds {expected}-dimensional vectors, got {got}; pick the embedder that "
            "filled the index, or make a new index for this one"
        )


class InvalidVector(Invalid):
    code, title = "invalid-vector", "This is not a usable vector"


class InvalidRecord(Invalid):
    code, title = "invalid-record", "The record does not fit its index"


class ForeignRecord(NotFound):
    code, title = "not-found", "Not found"


class InvalidFilter(Invalid):
    code, title = "invalid-filter", "This filter cannot be used"


class InvalidIndexName(Invalid):
    code, title = "invalid-index-name", "This is not a name for a vector index"


class StoreRefused(AppError):
    """The store understood the request and refuses it; trying again changes nothing."""

    status, code, title = 502, "store-refused", "The vector store refuses the request"


class WriteFailed(AppError):
    """Some records were not stored. Those that are not named are; writing all again does no harm."""

    status, code, title = 502, "write-failed", "Records were not stored"

    def __init__(self, index: str, failed_ids: Sequence[str], written: int, reason: str) -> None:
        shown = ", ".join(failed_ids[:5]) + (", …" if len(failed_ids) > 5 else "")
        super().__init__(
            f"index {index} stored {written} records and refused {len(failed_ids)} ({shown}): {reason}"
        )
        self.failed_ids = tuple(failed_ids)
        self.written = written


class RecreationFailed(AppError):
    """The index was dropped in order to empty it, and could not be made again."""

    status, code, title = 502, "recreation-failed", "The index is gone"


class StoreUnavailable(Unavailable):
    """Trying again later may help."""

    code, title = "store-unavailable", "The vector store does not answer right now"

    def __init__(self, message: str, *, retry_after_s: float | None = None) -> None:
        headers = (
            {} if retry_after_s is None else {"Retry-After": str(max(1, round(retry_after_s)))}
        )
        super().__init__(message, headers=headers)
        self.retry_after_s = retry_after_s


class Throttled(StoreUnavailable):
    code, title = "store-throttled", "The vector store is asked too often"


class StoreTimeout(StoreUnavailable):
    code, title = "store-timeout", "The vector store did not answer in time"


class CircuitOpen(StoreUnavailable):
    code, title = "store-circuit-open", "The vector store failed repeatedly and is given a rest"
