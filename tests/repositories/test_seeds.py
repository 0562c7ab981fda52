"""Seeding on real databases: put in once, kept up to date, never undoing what somebody chose."""

from typing import Any

import pytest

from src.bootstrap import Container
from src.core import ids
from src.core.clock import SystemClock
from src.core.errors import Invalid
from src.core.ids import SYSTEM_GROUP_ID
from src.core.tenancy import Role
from src.models.group import Group, User
from src.models.model_config import ModelConfig
from src.models.output_schema import OutputSchema
from src.repositories.crew import CrewRepository
from src.repositories.group import GroupRepository
from src.repositories.model_config import ModelConfigRepository
from src.repositories.output_schema import OutputSchemaRepository
from src.repositories.seed import Outcome, SeedKind, SeedRepository, seed_hash
from src.seeds import runner
from src.seeds.example_crews import KEYS, example_crews
from src.seeds.model_configs import MODEL_CONFIGS
from src.seeds.output_schemas import OUTPUT_SCHEMAS
from src.seeds.tools import TOOLS

CLOCK = SystemClock()


async def _seed(container: Container, **options: Any) -> dict[str, dict[Outcome, int]]:
    reports = await runner.seed(container.database, CLOCK, **options)
    return {report.seeder: report.counts for report in reports}


async def _upsert(container: Container, values: dict[str, Any]) -> Outcome:
    async with container.database.write() as uow:
        seeds = uow.repo(SeedRepository)
        return await seeds.upsert(SeedKind.OUTPUT_SCHEMAS, "shape", values, CLOCK.now())


async def _shape(container: Container) -> OutputSchema:
    async with container.database.read() as uow:
        rows = await uow.repo(OutputSchemaRepository).page(SYSTEM_GROUP_ID, limit=10)
    return next(row for row in rows if row.name == "shape")


async def _new_group(container: Container) -> str:
    now = CLOCK.now()
    user = User(id=ids.new(), email=f"{ids.new()}@example.com", created_at=now)
    group = Group(
        id=ids.random(), name="g", personal_user_id=user.id, created_at=now, updated_at=now
    )
    async with container.database.write() as uow:
        assert await uow.repo(GroupRepository).add_user(user, group, Role.ADMIN)
    return group.id


async def test_the_first_run_creates_and_the_second_changes_nothing(
    each_container: Container,
) -> None:
    first = await _seed(each_container)
    assert first["models"] == {Outcome.CREATED: len(MODEL_CONFIGS)}
    assert first["output_schemas"] == {Outcome.CREATED: len(OUTPUT_SCHEMAS)}
    assert first["tools"] == {Outcome.CREATED: len(TOOLS)}
    second = await _seed(each_container)
    assert second["models"] == {Outcome.UNCHANGED: len(MODEL_CONFIGS)}
    assert second["tools"] == {Outcome.UNCHANGED: len(TOOLS)}


async def test_seeded_models_are_everybodys(container: Container) -> None:
    await _seed(container, only=["models"])
    async with container.database.read() as uow:
        rows = await uow.repo(ModelConfigRepository).page("some-group", limit=200)
    assert {row.key for row in rows} == set(MODEL_CONFIGS)


async def test_a_newer_seed_updates_a_row_that_nobody_touched(each_container: Container) -> None:
    first = {"description": "old", "json_schema": {"b": 1, "a": {"x": 1.0}}}
    assert await _upsert(each_container, first) is Outcome.CREATED
    assert await _upsert(each_container, first) is Outcome.UNCHANGED
    assert await _upsert(each_container, {**first, "description": "new"}) is Outcome.UPDATED
    row = await _shape(each_container)
    assert (row.description, row.version) == ("new", 2)


async def test_a_row_that_an_administrator_changed_stays(container: Container) -> None:
    values = {"description": "ours", "json_schema": {}}
    await _upsert(container, values)
    row = await _shape(container)
    async with container.database.write() as uow:
        await uow.repo(OutputSchemaRepository).update(
            SYSTEM_GROUP_ID, row.id, {"description": "theirs"}, now=CLOCK.now()
        )
    assert await _upsert(container, {**values, "description": "newer"}) is Outcome.KEPT
    assert (await _shape(container)).description == "theirs"


async def test_a_row_that_an_administrator_deleted_stays_away(container: Container) -> None:
    values = {"description": "", "json_schema": {}}
    await _upsert(container, values)
    row = await _shape(container)
    async with container.database.write() as uow:
        await uow.repo(OutputSchemaRepository).delete(SYSTEM_GROUP_ID, row.id)
    assert await _upsert(container, values) is Outcome.KEPT


async def test_a_row_that_somebody_made_under_the_same_key_is_theirs(container: Container) -> None:
    now = CLOCK.now()
    row = OutputSchema(
        id=ids.new(),
        group_id=SYSTEM_GROUP_ID,
        name="shape",
        json_schema={"mine": True},
        created_at=now,
        updated_at=now,
    )
    async with container.database.write() as uow:
        await uow.repo(OutputSchemaRepository).add(row)
    assert await _upsert(container, {"description": "x", "json_schema": {}}) is Outcome.KEPT


async def test_a_dry_run_counts_and_writes_nothing(container: Container) -> None:
    planned = await _seed(container, dry_run=True)
    assert planned["models"] == {Outcome.CREATED: len(MODEL_CONFIGS)}
    async with container.database.read() as uow:
        assert await uow.repo(ModelConfigRepository).page(SYSTEM_GROUP_ID, limit=1) == []


async def test_one_seeder_can_be_chosen(container: Container) -> None:
    assert set(await _seed(container, only=["tools"])) == {"tools"}


async def test_an_unknown_seeder_is_named(container: Container) -> None:
    with pytest.raises(Invalid, match="no seeder 'flowers'"):
        await _seed(container, only=["flowers"])


async def test_groups_get_each_example_once_and_keep_their_deletions(
    each_container: Container,
) -> None:
    group_id = await _new_group(each_container)
    first = await _seed(each_container, only=["example_crews"])
    assert first["example_crews"][Outcome.CREATED] >= len(KEYS)
    async with each_container.database.write() as uow:
        crews = uow.repo(CrewRepository)
        rows = await crews.page(group_id, limit=10)
        assert {row.seed_key for row in rows} == set(KEYS)
        await crews.delete(group_id, rows[0].id)
    assert (await _seed(each_container, only=["example_crews"]))["example_crews"] == {}
    async with each_container.database.read() as uow:
        assert len(await uow.repo(CrewRepository).page(group_id, limit=10)) == len(KEYS) - 1


def test_a_column_added_later_does_not_make_rows_look_changed() -> None:
    assert seed_hash({"a": 1}) == seed_hash({"a": 1, "b": None})


def test_seeded_values_are_columns() -> None:
    for values in MODEL_CONFIGS.values():
        assert set(values) <= set(ModelConfig.__table__.columns.keys())


def test_examples_name_only_what_is_seeded() -> None:
    for values in example_crews().values():
        definition = values["definition"]
        tools = {
            tool for agent in definition["agents_yaml"].values() for tool in agent.get("tools", ())
        }
        assert tools <= set(TOOLS)
        shapes = {task.get("output_json") for task in definition["tasks_yaml"].values()} - {None}
        assert shapes <= set(OUTPUT_SCHEMAS)
