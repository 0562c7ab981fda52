from dataclasses import dataclass

from src.core.events import Usage


@dataclass(frozen=True)
class ModelTrial:
    """What became of one small request to a model."""

    latency_ms: int
    usage: Usage
    error_code: str | None = None
    """None when the model answered."""
    message: str = ""
    """What went wrong and what to do; holds no secret."""
