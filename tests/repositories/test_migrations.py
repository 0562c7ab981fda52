"""The one migration history: up, down and up again with data in every table, on both databases."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from src.core.settings import Settings
from src.models.registry import metadata
from tests.conftest import Kind
from tests.support.databases import ROOT, migrate
from tests.support.every_table import DOCUMENT, sample


@pytest.fixture
def settings(database_kind: Kind, settings_for: Callable[..., Settings]) -> Settings:
    return settings_for(database_kind)


def test_there_is_one_head() -> None:
    script = ScriptDirectory.from_config(Config(str(ROOT / "alembic.ini")))
    assert len(script.get_heads()) == 1


def test_the_models_say_what_the_migrations_made(settings: Settings) -> None:
    engine = sa.create_engine(settings.sync_database_url)
    with engine.connect() as connection:
        options = {"compare_type": True, "include_object": _is_ours}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, metadata) == []
    engine.dispose()


def test_every_table_goes_down_and_comes_back_and_keeps_what_is_put_in(settings: Settings) -> None:
    url = settings.sync_database_url
    _fill_every_table(url)
    migrate(url, "base")
    assert not _tables(url) & set(metadata.tables)
    migrate(url, "head")
    assert _fill_every_table(url) == len(metadata.tables)


def _is_ours(_object: object, name: str | None, kind: str, reflected: bool, _other: object) -> bool:
    # The durable queue keeps its own tables beside ours.
    return kind != "table" or not reflected or name in metadata.tables


def _fill_every_table(url: str) -> int:
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        for table in metadata.sorted_tables:
            row = {column.name: sample(column) for column in table.columns}
            connection.execute(table.insert().values(row))
            stored = connection.execute(sa.select(table)).mappings().one()
            for column in table.columns:
                if isinstance(column.type, sa.JSON):
                    assert list(stored[column.name]) == list(DOCUMENT), "keys keep their order"
    engine.dispose()
    return len(metadata.sorted_tables)


def _tables(url: str) -> set[str]:
    engine = sa.create_engine(url)
    names = set(sa.inspect(engine).get_table_names())
    engine.dispose()
    return names
