"""Completes the answers' types of the openai package before threads use them.

openai 2.54 defers building its pydantic models (2.12) to their first use, and two threads that use one for the first
time at once break each other: a call that was answered and paid for fails with "BaseModel cannot be instantiated
directly". tests/engines/test_ready_types.py fails when the package does not defer any more.
"""

from collections.abc import Iterator
from typing import Any, get_args

from openai.types import CreateEmbeddingResponse
from openai.types.chat import ChatCompletion, ChatCompletionChunk
from pydantic import BaseModel


def complete_types() -> None:
    """Takes 30 ms the first time."""
    seen: set[type[BaseModel]] = set()
    for model in (ChatCompletion, ChatCompletionChunk, CreateEmbeddingResponse):
        _complete(model, seen)


def _complete(model: type[BaseModel], seen: set[type[BaseModel]]) -> None:
    if model in seen:
        return
    seen.add(model)
    model.model_rebuild()
    for field in model.model_fields.values():
        for part in _parts(field.annotation):
            if isinstance(part, type) and issubclass(part, BaseModel):
                _complete(part, seen)


def _parts(annotation: Any) -> Iterator[Any]:
    yield annotation
    for part in get_args(annotation):
        yield from _parts(part)
