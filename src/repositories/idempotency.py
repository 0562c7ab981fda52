from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from src.models.execution import IdempotencyRecord
from src.repositories.upsert import upsert


@dataclass(frozen=True)
class IdempotencyScope:
    group_id: str
    user_id: str
    route: str
    key: str


class IdempotencyRepository:
    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def claim(
        self, scope: IdempotencyScope, request_hash: str, *, now: datetime, expired: datetime
    ) -> bool:
        """True for the first request. A second one meanwhile waits here until the first has ended."""
        values = {"request_hash": request_hash, "status": 0, "body": {}, "created_at": now}
        # PostgreSQL makes the second insert wait; SQLite has one writer at a time anyway.
        statement = (
            upsert(self.session, IdempotencyRecord)
            .values(**vars(scope), **values)
            .on_conflict_do_update(
                index_elements=["group_id", "user_id", "route", "key"],
                set_=values,
                where=IdempotencyRecord.created_at < expired,
            )
            .returning(IdempotencyRecord.key)
        )
        return (await self.session.execute(statement)).first() is not None

    async def answer(self, scope: IdempotencyScope) -> tuple[str, int, Any] | None:
        """Hash of the request, status and body of its answer."""
        query = select(
            IdempotencyRecord.request_hash, IdempotencyRecord.status, IdempotencyRecord.body
        ).where(*_is(scope))
        row = (await self.session.execute(query)).one_or_none()
        return None if row is None else (row[0], row[1], row[2])

    async def fill(self, scope: IdempotencyScope, status: int, body: Any) -> None:
        await self.session.execute(
            update(IdempotencyRecord)
            .where(*_is(scope))
            .values(status=status, body=body)
            .execution_options(synchronize_session=False)
        )


def _is(scope: IdempotencyScope) -> tuple[Any, ...]:
    return tuple(getattr(IdempotencyRecord, name) == value for name, value in vars(scope).items())
