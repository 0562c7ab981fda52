"""What can go wrong between a text and its vector."""

from src.core.errors import AppError, Conflict
from src.repositories.vector.errors import StoreUnavailable, Throttled


class EmbeddingFailed(AppError):
    """The model answered, but not with usable vectors; trying again changes nothing."""

    status, code, title = 502, "embedding-failed", "The embedding model gave no usable vectors"


class EmbedderRefused(EmbeddingFailed):
    code, title = "embedder-refused", "The embedding model does not accept the key or the request"


class EmbedderUnavailable(StoreUnavailable):
    """Trying again later may help."""

    code, title = "embedder-unavailable", "The embedding model does not answer right now"


class EmbedderThrottled(EmbedderUnavailable, Throttled):
    """It works, but is asked too often."""

    code, title = "embedder-throttled", "The embedding model is asked too often"


class EmbedderMismatch(Conflict):
    code, title = "embedder-mismatch", "The index was filled by another embedding model"
