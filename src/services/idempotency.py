"""A POST that is repeated with the same Idempotency-Key takes effect once and is answered alike."""

import hashlib
import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Generic, TypeVar

from pydantic import BaseModel

from src.core.clock import Clock
from src.core.errors import IdempotencyMismatch
from src.core.tenancy import Principal
from src.core.unit_of_work import UnitOfWork
from src.repositories.idempotency import IdempotencyRepository, IdempotencyScope

T = TypeVar("T", bound=BaseModel)
KEPT_FOR = timedelta(hours=24)


@dataclass(frozen=True)
class Replayable(Generic[T]):
    body: T
    replayed: bool
    """The answer gets the header `Idempotent-Replayed: true`."""


class Idempotency:
    """One request with its key, inside the unit of work that acts on it: recall, act, remember.

    A failed request leaves nothing behind, so its key may be used again.
    """

    def __init__(
        self, principal: Principal, route: str, key: str | None, request: BaseModel, clock: Clock
    ) -> None:
        self._scope = (
            None
            if key is None
            else IdempotencyScope(principal.group_id, principal.user_id, route, key)
        )
        self._request = request
        self._clock = clock

    async def recall(self, uow: UnitOfWork, schema: type[T]) -> Replayable[T] | None:
        """The first answer, or None for a first request. Raises IdempotencyMismatch."""
        if self._scope is None:
            return None
        records = uow.repo(IdempotencyRepository)
        now, request_hash = self._clock.now(), _hash(self._request)
        if await records.claim(self._scope, request_hash, now=now, expired=now - KEPT_FOR):
            return None
        found = await records.answer(self._scope)
        if found is None or found[0] != request_hash:
            raise IdempotencyMismatch(
                "this Idempotency-Key came before with another body; use a new key for a new request"
            )
        return Replayable(schema.model_validate(found[2]), replayed=True)

    async def remember(self, uow: UnitOfWork, status: int, answer: BaseModel) -> None:
        if self._scope is not None:
            await uow.repo(IdempotencyRepository).fill(
                self._scope, status, answer.model_dump(mode="json", by_alias=True)
            )


def _hash(request: BaseModel) -> str:
    text = json.dumps(request.model_dump(mode="json"), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
