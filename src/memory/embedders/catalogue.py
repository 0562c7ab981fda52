"""Which embedding models Kasal knows, and what their vectors look like."""

from src.core.errors import FieldError, Invalid
from src.memory.plan import EmbedderPlan
from src.schemas.memory_backend import EmbedderConfig

_USUAL = {
    "local": "wordllama-256",
    "databricks": "databricks-gte-large-en",
    "openai": "text-embedding-3-small",
    "gemini": "gemini-embedding-001",
    "ollama": "nomic-embed-text",
}
_KNOWN: dict[tuple[str, str], tuple[int, bool]] = {
    ("local", "wordllama-256"): (256, True),
    ("databricks", "databricks-gte-large-en"): (1024, False),
    ("databricks", "databricks-bge-large-en"): (1024, True),
    ("openai", "text-embedding-3-small"): (1536, True),
    ("openai", "text-embedding-3-large"): (3072, True),
    ("gemini", "gemini-embedding-001"): (3072, True),
    ("ollama", "nomic-embed-text"): (768, True),
}
"""(provider, model) -> dimension, and whether the model answers with unit vectors."""


def embedder_plan(config: EmbedderConfig) -> EmbedderPlan:
    """Raises Invalid for a model of unknown dimension when none is given."""
    model = config.model or _USUAL.get(config.provider)
    if model is None:
        raise _unusable("/embedder/model", f"name the embedding model of {config.provider}")
    dimension, normalised = _KNOWN.get((config.provider, model), (config.dimension, False))
    if dimension is None:
        raise _unusable(
            "/embedder/dimension",
            f"Kasal does not know {model}; give the dimension of its vectors",
        )
    if config.dimension is not None and config.dimension != dimension:
        raise _unusable(
            "/embedder/dimension", f"{model} makes {dimension} dimensions, not {config.dimension}"
        )
    return EmbedderPlan(
        provider=config.provider, model=model, dimension=dimension, normalised=normalised
    )


def _unusable(pointer: str, message: str) -> Invalid:
    return Invalid(message, errors=(FieldError(pointer, "embedder", message),))
