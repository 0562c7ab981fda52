"""Attacks every operation of the OpenAPI document with another group's ids, in every slot that takes one.

What belongs to another group does not exist: 404, in the same words as for an id that nobody has, and
not a byte of theirs in any answer.
"""

import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass

import httpx
import pytest
import pytest_asyncio
from pydantic import SecretStr

from src.bootstrap import Container
from src.core.settings import Settings
from tests.conftest import BOTH
from tests.support.databases import SqliteFiles
from tests.support.operations import READS, SAMPLES, call, operations, seed
from tests.support.people import Person, client_as, make_person
from tests.support.rows import SampleRows

pytestmark = pytest.mark.asyncio(loop_scope="module")
MARK = "canary-of-ada"
OF_BOB = "of-bob"
UNPAGED = {"/memory/stats", "/memory/health", "/memory/backends/setup/workspace", "/limits"}
WITH_IDS = [name for name in SAMPLES if SAMPLES[name].slots()]
READING = [name for name in WITH_IDS if name.startswith("GET")]
WRITING = [name for name in WITH_IDS if name not in READING]
WITHOUT_IDS = [name for name in operations() if name in SAMPLES and not SAMPLES[name].slots()]


@dataclass(frozen=True)
class Arena:
    container: Container
    ada: httpx.AsyncClient
    bob: httpx.AsyncClient
    ada_person: Person
    bob_person: Person
    theirs: dict[str, str]
    """Of Ada, for attacks that must not change anything."""
    own: dict[str, str]
    """Of Bob, likewise."""


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=BOTH)
async def arena(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    sqlite_files: SqliteFiles,
) -> AsyncIterator[Arena]:
    if request.param == "postgres":
        url = request.getfixturevalue("postgres_server").new(kept=True)
    else:
        url = sqlite_files.new()
    settings = Settings(
        _env_file=None,
        database_url=SecretStr(url),
        kasal_data_dir=tmp_path_factory.mktemp("arena"),
        kasal_auth_mode="token",
    )
    container = Container(settings)
    async with container.database.write() as uow:
        await uow.repo(SampleRows).tool()
    ada = await make_person(container, "ada@example.com")
    bob = await make_person(container, "bob@example.com")
    async with client_as(container, ada) as ada_client, client_as(container, bob) as bob_client:
        for _ in range(2):  # what has a second page has a cursor
            theirs = await seed(ada_client, MARK, container.database)
        own = await seed(bob_client, OF_BOB, container.database)
        yield Arena(container, ada_client, bob_client, ada, bob, theirs, own)
    await container.close()


async def test_every_operation_is_attacked() -> None:
    sampled = {name.partition("#")[0] for name in SAMPLES}
    assert sampled == set(operations()), "give each operation a line in support/operations.py"


@pytest.mark.parametrize("operation", READING)
async def test_ids_of_another_group_cannot_be_read(arena: Arena, operation: str) -> None:
    await _attack(arena, operation, arena.theirs, arena.own)
    assert (await call(arena.ada, operation, arena.theirs)).status_code == SAMPLES[operation].ok


@pytest.mark.parametrize("operation", WRITING)
async def test_ids_of_another_group_cannot_be_written(arena: Arena, operation: str) -> None:
    theirs = await seed(arena.ada, MARK, arena.container.database)
    own = await seed(arena.bob, OF_BOB, arena.container.database)
    before = await _read_all(arena.ada, theirs)
    await _attack(arena, operation, theirs, own)
    assert await _read_all(arena.ada, theirs) == before
    assert (await call(arena.ada, operation, theirs)).status_code == SAMPLES[operation].ok
    assert (await call(arena.bob, operation, own)).status_code == SAMPLES[operation].ok


@pytest.mark.parametrize("operation", operations())
async def test_another_group_cannot_be_named_in_the_header(arena: Arena, operation: str) -> None:
    header = arena.ada_person.group_id
    async with client_as(arena.container, arena.bob_person, group_id=header) as bob:
        answer = await call(bob, operation, arena.theirs)
    assert answer.status_code == 404
    assert MARK.encode() not in answer.content


@pytest.mark.parametrize("operation", WITHOUT_IDS)
async def test_lists_and_writes_without_ids_show_nothing_of_another_group(
    arena: Arena, operation: str
) -> None:
    answer = await call(arena.bob, operation, {})
    assert answer.status_code in (SAMPLES[operation].ok, 409), answer.text
    assert MARK.encode() not in answer.content


@pytest.mark.parametrize(
    "operation", [name for name in operations() if name.startswith("GET") and "{" not in name]
)
async def test_a_cursor_works_for_nobody_else_and_for_no_other_list(
    arena: Arena, operation: str
) -> None:
    if operation == "GET /me":
        return
    path = operation.removeprefix("GET ")
    page = (await arena.ada.get(path, params={"limit": 1})).json()
    if "next_cursor" not in page:
        assert path in UNPAGED
        return
    cursor = page["next_cursor"]
    if cursor is None:
        assert path == "/tools"
        return
    assert (await arena.ada.get(path, params={"cursor": cursor})).status_code == 200
    assert (await arena.bob.get(path, params={"cursor": cursor})).status_code == 400
    other = "/agents" if path != "/agents" else "/tasks"
    assert (await arena.ada.get(other, params={"cursor": cursor})).status_code == 400
    edited = cursor[:-4] + ("AAAA" if not cursor.endswith("AAAA") else "BBBB")
    assert (await arena.ada.get(path, params={"cursor": edited})).status_code == 400


@pytest.mark.parametrize("operation", operations())
async def test_nobody_gets_anything(arena: Arena, operation: str) -> None:
    theirs = dict.fromkeys(READS, str(uuid.uuid4()))
    async with client_as(
        arena.container, Person("", "kasal_x", "", ""), group_id=arena.ada_person.group_id
    ) as nobody:
        assert (await call(nobody, operation, theirs)).status_code == 401


async def _attack(
    arena: Arena, operation: str, theirs: dict[str, str], own: dict[str, str]
) -> None:
    """Puts their ids into all slots together, then into each slot alone beside ids of the attacker's own."""
    sample = SAMPLES[operation]
    for slots in (sample.slots(), *([slot] for slot in sample.slots())):
        ids = {**own, **{slot: theirs[slot] for slot in slots}}
        answer = await call(arena.bob, operation, ids)
        assert (
            answer.status_code == sample.foreign
        ), f"{operation} with their {slots}: {answer.text}"
        assert MARK.encode() not in answer.content
        nobody = {slot: str(uuid.uuid4()) for slot in slots}
        unknown = await call(arena.bob, operation, {**own, **nobody})
        assert _words(unknown, nobody) == _words(answer, theirs)


async def _read_all(client: httpx.AsyncClient, ids: dict[str, str]) -> dict[str, bytes]:
    return {
        name: (await client.get(path.format(ids[name]))).content
        for name, path in READS.items()
        if path is not None
    }


def _words(answer: httpx.Response, ids: dict[str, str]) -> str:
    """The answer without the ids that were asked for and the id of the request."""
    text = answer.text.replace(answer.headers["X-Request-Id"], "")
    for id in ids.values():
        text = text.replace(id, "<id>")
    return text
