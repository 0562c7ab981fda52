from typing import Any, cast

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession


def upsert(session: AsyncSession, model: type[Any]) -> postgresql.Insert:
    """INSERT … ON CONFLICT, which SQLAlchemy (2.0) has for each database in a module of its own, with the same
    methods."""
    dialect = session.get_bind().dialect.name
    insert = sqlite.insert if dialect == "sqlite" else postgresql.insert
    return cast(postgresql.Insert, insert(model))
