from functools import cache
from pathlib import Path

from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.exc import OperationalError, ProgrammingError
from sqlalchemy.ext.asyncio import AsyncSession

_ROOT = Path(__file__).resolve().parents[2]


class SchemaVersionRepository:
    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def current(self) -> str | None:
        """None on a database that was never migrated. For a read-only unit of work."""
        try:
            found = await self.session.scalar(text("SELECT version_num FROM alembic_version"))
        except (OperationalError, ProgrammingError) as exc:
            if "alembic_version" not in str(exc.orig):
                raise
            return None
        return None if found is None else str(found)


@cache
def expected_version() -> str | None:
    """The newest migration that came with this code."""
    config = Config()
    config.set_main_option("script_location", str(_ROOT / "alembic"))
    return ScriptDirectory.from_config(config).get_current_head()
