"""Opening memory: what is made, what is refused, and under whose name Databricks is called."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from src.bootstrap import Container
from src.core.errors import NotConfigured
from src.engines.base import Credentials
from src.memory.configuration import ActiveBackend, memory_plan
from src.memory.embedders.base import Purpose
from src.memory.embedders.errors import EmbedderMismatch
from src.memory.plan import BackendKind, MemoryPlan
from src.memory.storage import MemoryStorage
from src.repositories.databricks.tokens import TokenEnded
from src.repositories.vector.base import Hit, IndexSpec, NewRecord, TextQuery, VectorQuery
from src.repositories.vector.errors import (
    CircuitOpen,
    DimensionMismatch,
    IndexMissing,
    StoreUnavailable,
    TokenRefused,
)
from src.schemas.databricks_index_schemas import MemoryType
from src.schemas.memory_backend import EmbedderConfig, MemoryConfig
from src.services.credentials import ENDED_SIGN_IN
from tests.conftest import Kind, MakeContainer, SettingsFor
from tests.emulator.server import DatabricksEmulator
from tests.support.clock import MovableClock

pytestmark = pytest.mark.integration
GROUP, OTHER_GROUP, CREW = "g1", "g2", "c1" * 16
SHORT = MemoryType.SHORT_TERM
NOBODY = Credentials(keys={})
ON_DATABRICKS = MemoryConfig(
    endpoint_name="crews",
    short_term_index="main.mem.short",
    long_term_index="main.mem.long",
    entity_index="main.mem.entity",
    document_index="main.mem.document",
)


def plan_of(kind: BackendKind, config: MemoryConfig | None = None, crew: str = CREW) -> MemoryPlan:
    return memory_plan(ActiveBackend("b1", kind, config or MemoryConfig()), [crew])


async def remember(storage: MemoryStorage, text: str) -> None:
    [vector] = await storage.embedder.embed([text], Purpose.DOCUMENT)
    record_id = storage.scope.record_id(SHORT, text.replace(" ", "-"))
    await storage.write(SHORT, [NewRecord(record_id, {"content": text}, vector)])


async def recall(storage: MemoryStorage, text: str) -> list[Hit]:
    [vector] = await storage.embedder.embed([text], Purpose.QUERY)
    return await storage.search(SHORT, VectorQuery(vector))


class TestOwnStores:
    """The default, and PostgreSQL: nobody sets them up."""

    @pytest.fixture(params=[BackendKind.DEFAULT, BackendKind.PGVECTOR])
    def kind(self, request: pytest.FixtureRequest) -> BackendKind:
        kind: BackendKind = request.param
        return kind

    @pytest.fixture
    async def container(
        self, kind: BackendKind, settings_for: SettingsFor, make_container: MakeContainer
    ) -> Container:
        database: Kind = "postgres" if kind is BackendKind.PGVECTOR else "sqlite"
        return await make_container(settings_for(database))

    async def test_the_first_use_makes_every_index_of_the_plan(
        self, container: Container, kind: BackendKind
    ) -> None:
        storage = await container.memory_access.storage(GROUP, plan_of(kind), NOBODY)
        await remember(storage, "apples are red")

        [hit] = await recall(storage, "red apples")
        assert hit.record.fields["content"] == "apples are red"
        for memory_type in MemoryType:
            info = await storage.repository.get_index(storage.index(memory_type))
            assert (info.dimension, info.embedding_model) == (256, "local/wordllama-256")

    async def test_another_group_and_another_crew_find_nothing(
        self, container: Container, kind: BackendKind
    ) -> None:
        access = container.memory_access
        await remember(await access.storage(GROUP, plan_of(kind), NOBODY), "apples are red")

        other_group = await access.storage(OTHER_GROUP, plan_of(kind), NOBODY)
        other_crew = await access.storage(GROUP, plan_of(kind, crew="c2" * 16), NOBODY)
        assert await recall(other_group, "apples are red") == []
        assert await recall(other_crew, "apples are red") == []

    async def test_another_embedder_than_the_one_that_filled_the_index_is_refused(
        self, container: Container, kind: BackendKind
    ) -> None:
        container.settings.ollama_api_base = "https://example.com"
        access = container.memory_access
        await access.storage(GROUP, plan_of(kind), NOBODY)
        other = EmbedderConfig(provider="ollama", model="x", dimension=256)
        config = MemoryConfig(embedder=other, short_term_index="short_term_memory")
        with pytest.raises(
            EmbedderMismatch, match="filled by local/wordllama-256, not by ollama/x"
        ):
            await access.storage(GROUP, plan_of(kind, config), NOBODY)

    async def test_another_dimension_is_refused_though_nobody_noted_the_embedder(
        self, container: Container, kind: BackendKind
    ) -> None:
        access = container.memory_access
        plan = plan_of(kind)
        repository = await access.repository(kind, GROUP, NOBODY)
        await repository.create_index(IndexSpec(plan.indexes[SHORT].ref(SHORT), 8))
        with pytest.raises(EmbedderMismatch, match="holds vectors of 8 dimensions"):
            await access.storage(GROUP, plan, NOBODY)

    async def test_an_index_that_was_dropped_meanwhile_is_made_again(
        self, container: Container, kind: BackendKind
    ) -> None:
        storage = await container.memory_access.storage(GROUP, plan_of(kind), NOBODY)
        await storage.repository.delete_index(storage.index(SHORT))

        await remember(storage, "apples are red")
        assert len(await recall(storage, "apples")) == 1

    async def test_many_who_come_at_once_share_one_store(
        self, container: Container, kind: BackendKind
    ) -> None:
        access = container.memory_access
        opened = await asyncio.gather(
            *(access.storage(f"g{number}", plan_of(kind), NOBODY) for number in range(20))
        )

        assert len({id(storage.repository) for storage in opened}) == 1

    async def test_no_databricks_identity_answers(
        self, container: Container, kind: BackendKind
    ) -> None:
        storage = await container.memory_access.storage(GROUP, plan_of(kind), NOBODY)
        await remember(storage, "apples are red")

        assert storage.identity is None


async def test_two_processes_may_make_the_default_indexes_at_once(
    settings_for: SettingsFor, make_container: MakeContainer
) -> None:
    containers = [await make_container(settings_for()) for _ in range(4)]
    plan = plan_of(BackendKind.DEFAULT)
    storages = await asyncio.gather(
        *(one.memory_access.storage(GROUP, plan, NOBODY) for one in containers)
    )
    await remember(storages[0], "apples are red")

    assert len(await recall(storages[3], "apples")) == 1


async def test_a_crew_has_a_directory_of_its_own_below_the_data_directory(
    container: Container, tmp_path: Path
) -> None:
    plan = plan_of(BackendKind.DEFAULT)
    await remember(await container.memory_access.storage(GROUP, plan, NOBODY), "apples are red")

    files = await asyncio.to_thread(lambda: list(tmp_path.glob(f"kasal_default_{CREW}/*.db")))
    assert len(files) == 1


async def test_pgvector_on_sqlite_says_what_to_do(container: Container) -> None:
    with pytest.raises(NotConfigured, match="runs on SQLite"):
        await container.memory_access.storage(GROUP, plan_of(BackendKind.PGVECTOR), NOBODY)


async def test_databricks_without_a_host_says_what_to_set(container: Container) -> None:
    plan = plan_of(BackendKind.DATABRICKS, ON_DATABRICKS)
    with pytest.raises(NotConfigured, match="DATABRICKS_HOST"):
        await container.memory_access.storage(GROUP, plan, NOBODY)


class TestDatabricks:
    @pytest.fixture(scope="class")
    def server(self) -> Iterator[DatabricksEmulator]:
        with DatabricksEmulator() as emulator:
            yield emulator

    @pytest.fixture
    def clock(self) -> MovableClock:
        return MovableClock()

    @pytest.fixture(autouse=True)
    def no_profile(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """A developer's login must not be found."""
        for name in ("HOME", "PATH"):
            monkeypatch.setenv(name, str(tmp_path))
        monkeypatch.setenv("DATABRICKS_CONFIG_FILE", str(tmp_path / "profile"))

    @pytest.fixture
    async def container(
        self,
        server: DatabricksEmulator,
        clock: MovableClock,
        settings_for: SettingsFor,
        make_container: MakeContainer,
    ) -> AsyncIterator[Container]:
        server.reset()
        server.workspace.create_endpoint({"name": "crews", "endpoint_type": "STANDARD"}, "someone")
        container = await make_container(settings_for(databricks_host=server.host), clock)
        owner = Credentials(keys={}, databricks_environment_token=SecretStr(server.token))
        plan = plan_of(BackendKind.DATABRICKS, ON_DATABRICKS)
        repository = await container.memory_access.repository(plan.kind, GROUP, owner)
        for memory_type, index in plan.indexes.items():
            await repository.create_index(IndexSpec(index.ref(memory_type), 1024))
        server.recorder.clear()
        yield container

    @pytest.fixture
    def plan(self) -> MemoryPlan:
        return plan_of(BackendKind.DATABRICKS, ON_DATABRICKS)

    def user(self, server: DatabricksEmulator, name: str, *grants: str) -> SecretStr:
        everything = ("USE_*", "SELECT *", "MODIFY *", "CAN_USE *", "CAN_QUERY *")
        return SecretStr(server.identities.add_user(name, grants or everything))

    def credentials(self, **given: Any) -> Credentials:
        """`stored` is the group's own token."""
        stored = given.pop("stored", None)
        keys = {} if stored is None else {"DATABRICKS_TOKEN": stored}
        return Credentials(keys=keys, own_keys=frozenset(keys), **given)

    def callers(self, server: DatabricksEmulator) -> set[str]:
        return {request.identity.partition(":")[2] for request in server.requests}

    @pytest.mark.parametrize(
        ("given", "identity"),
        [
            ({"obo", "stored", "environment"}, "on_behalf_of"),
            ({"stored", "environment"}, "stored_pat"),
            ({"environment"}, "environment_pat"),
        ],
    )
    async def test_the_first_identity_that_there_is_is_used_for_records_and_vectors_alike(
        self,
        container: Container,
        server: DatabricksEmulator,
        plan: MemoryPlan,
        given: set[str],
        identity: str,
    ) -> None:
        names = {"obo": "databricks_user_token", "environment": "databricks_environment_token"}
        tokens = {names.get(name, name): self.user(server, name) for name in given}
        storage = await container.memory_access.storage(GROUP, plan, self.credentials(**tokens))
        await remember(storage, "apples are red")

        assert [hit.record.fields["content"] for hit in await recall(storage, "apples")] == [
            "apples are red"
        ]
        assert storage.identity == identity
        first = next(name for name in ("obo", "stored", "environment") if name in given)
        assert self.callers(server) == {first}

    async def test_a_service_principal_is_never_used(
        self, container: Container, server: DatabricksEmulator, plan: MemoryPlan
    ) -> None:
        client_id, secret = server.service_principal
        given = self.credentials(
            databricks_client_id=client_id, databricks_client_secret=SecretStr(secret)
        )
        storage = await container.memory_access.storage(GROUP, plan, given)
        with pytest.raises(NotConfigured, match="no usable Databricks token"):
            await storage.count(SHORT)

    async def test_the_installations_key_is_not_taken_for_the_groups_own(
        self, container: Container, server: DatabricksEmulator, plan: MemoryPlan
    ) -> None:
        given = Credentials(
            keys={"DATABRICKS_TOKEN": self.user(server, "somebody")},
            databricks_environment_token=self.user(server, "environment"),
        )
        storage = await container.memory_access.storage(GROUP, plan, given)
        await storage.count(SHORT)

        assert storage.identity == "environment_pat"

    async def test_an_ended_sign_in_bars_stronger_identities(
        self,
        container: Container,
        server: DatabricksEmulator,
        plan: MemoryPlan,
        clock: MovableClock,
    ) -> None:
        given = self.credentials(
            databricks_user_token=self.user(server, "obo"),
            databricks_user_token_expires_at=clock.now() + timedelta(hours=1),
            stored=self.user(server, "stored"),
        )
        storage = await container.memory_access.storage(GROUP, plan, given)
        await remember(storage, "apples are red")
        clock.days += 1

        with pytest.raises(TokenEnded, match="sign in"):
            await storage.count(SHORT)
        with pytest.raises(TokenEnded):
            await storage.embedder.embed(["apples"], Purpose.QUERY)
        assert self.callers(server) == {"obo"}

    async def test_a_sign_in_that_had_ended_before_the_task_began_bars_them_too(
        self,
        container: Container,
        server: DatabricksEmulator,
        plan: MemoryPlan,
        clock: MovableClock,
    ) -> None:
        given = self.credentials(
            databricks_user_token_expires_at=clock.now() - timedelta(minutes=1),
            stored=self.user(server, "stored"),
        )
        storage = await container.memory_access.storage(GROUP, plan, given)
        with pytest.raises(TokenEnded):
            await storage.count(SHORT)

        allowed = plan.model_copy(update={"may_fall_back": True})
        storage = await container.memory_access.storage(GROUP, allowed, given)
        await storage.count(SHORT)
        assert storage.identity == "stored_pat"

    async def test_a_sign_in_that_ended_while_a_job_waited_bars_them_too(
        self, container: Container, server: DatabricksEmulator, plan: MemoryPlan
    ) -> None:
        none = await container.credentials.for_run(GROUP)
        ended = await container.credentials.for_run(GROUP, user_token=ENDED_SIGN_IN)
        token, access = self.user(server, "environment"), container.memory_access

        given = replace(none, databricks_environment_token=token)
        assert await (await access.storage(GROUP, plan, given)).count(SHORT) == 0
        given = replace(ended, databricks_environment_token=token)
        storage = await access.storage(GROUP, plan, given)
        with pytest.raises(TokenEnded):
            await storage.count(SHORT)

    async def test_a_refused_sign_in_falls_back_only_where_the_group_allows_it(
        self, container: Container, server: DatabricksEmulator, plan: MemoryPlan
    ) -> None:
        given = self.credentials(
            databricks_user_token=SecretStr("revoked"), stored=self.user(server, "stored")
        )
        storage = await container.memory_access.storage(GROUP, plan, given)
        with pytest.raises(TokenRefused):
            await storage.count(SHORT)

        allowed = plan.model_copy(update={"may_fall_back": True})
        storage = await container.memory_access.storage(GROUP, allowed, given)
        await storage.count(SHORT)
        assert storage.identity == "stored_pat"

    async def test_one_users_sign_in_is_never_used_for_anothers_run(
        self, container: Container, server: DatabricksEmulator, plan: MemoryPlan
    ) -> None:
        access = container.memory_access
        ann = self.credentials(databricks_user_token=self.user(server, "ann"))
        eve = self.credentials(databricks_user_token=self.user(server, "eve"))
        of_ann = await access.storage(GROUP, plan, ann)
        of_eve = await access.storage(GROUP, plan, eve)
        await asyncio.gather(remember(of_ann, "from ann"), remember(of_eve, "from eve"))

        assert of_ann.repository is not of_eve.repository
        wrote = {
            request.identity.partition(":")[2]: request.json["inputs_json"]
            for request in server.recorder.matching("POST", "*/upsert-data")
        }
        assert "from ann" in wrote["ann"]
        assert "from eve" in wrote["eve"]

    async def test_two_groups_never_share_a_chain_though_their_tokens_are_equal(
        self, container: Container, server: DatabricksEmulator, plan: MemoryPlan
    ) -> None:
        given = self.credentials(databricks_environment_token=self.user(server, "environment"))
        access = container.memory_access
        first = await access.storage(GROUP, plan, given)
        again = await access.storage(GROUP, plan, given)
        other = await access.storage(OTHER_GROUP, plan, given)

        assert first.repository is again.repository
        assert first.repository is not other.repository

    async def test_a_new_token_of_the_group_is_used_at_once(
        self, container: Container, server: DatabricksEmulator, plan: MemoryPlan
    ) -> None:
        access = container.memory_access
        old = self.credentials(stored=self.user(server, "old"))
        await (await access.storage(GROUP, plan, old)).count(SHORT)
        server.recorder.clear()
        new = replace(old, keys={"DATABRICKS_TOKEN": self.user(server, "new")})
        await (await access.storage(GROUP, plan, new)).count(SHORT)

        assert self.callers(server) == {"new"}

    async def test_a_token_that_was_refused_once_is_tried_again_later(
        self,
        container: Container,
        server: DatabricksEmulator,
        plan: MemoryPlan,
        clock: MovableClock,
    ) -> None:
        access = container.memory_access
        given = self.credentials(stored=self.user(server, "stored"))
        server.faults.add(status=401)
        storage = await access.storage(GROUP, plan, given)
        with pytest.raises(TokenRefused):
            await storage.count(SHORT)
        clock.days += 11 / 1440

        assert await (await access.storage(GROUP, plan, given)).count(SHORT) == 0

    async def test_many_identities_do_not_pile_up_and_those_in_use_go_on(
        self, container: Container, server: DatabricksEmulator, plan: MemoryPlan
    ) -> None:
        access = container.memory_access
        given = self.credentials(databricks_environment_token=self.user(server, "environment"))
        first = await access.storage(GROUP, plan, given)
        for number in range(70):
            await access.storage(f"group-{number}", plan, given)

        assert await first.count(SHORT) == 0
        assert (await access.storage(GROUP, plan, given)).repository is not first.repository

    async def test_a_workspace_that_is_down_is_left_alone_by_everybody(
        self, container: Container, server: DatabricksEmulator, plan: MemoryPlan
    ) -> None:
        given = self.credentials(databricks_environment_token=self.user(server, "environment"))
        access = container.memory_access
        # A wait that is too long to be begun: each call fails at its first request.
        server.faults.add(path="*/vector-search/*", status=503, retry_after=600, times=None)
        storage = await access.storage(GROUP, plan, given)
        for _ in range(5):
            with pytest.raises(StoreUnavailable):
                await storage.count(SHORT)
        seen = len(server.requests)

        other = await access.storage(OTHER_GROUP, plan, given)
        with pytest.raises(CircuitOpen):
            await other.count(SHORT)
        assert len(server.requests) == seen

    async def test_an_index_of_another_dimension_is_refused_before_anything_is_asked_of_it(
        self, container: Container, server: DatabricksEmulator, plan: MemoryPlan
    ) -> None:
        given = self.credentials(databricks_environment_token=self.user(server, "environment"))
        local = plan_of(
            BackendKind.DATABRICKS,
            ON_DATABRICKS.model_copy(update={"embedder": EmbedderConfig(provider="local")}),
        )
        storage = await container.memory_access.storage(GROUP, local, given)
        with pytest.raises(DimensionMismatch, match="holds 1024-dimensional vectors, got 256"):
            await storage.search(SHORT, TextQuery("apples"))

        assert server.recorder.matching("*", "*/query") == []

    async def test_an_index_that_is_missing_is_not_made(
        self, container: Container, server: DatabricksEmulator
    ) -> None:
        given = self.credentials(databricks_environment_token=self.user(server, "environment"))
        config = ON_DATABRICKS.model_copy(update={"short_term_index": "main.mem.nowhere"})
        plan = plan_of(BackendKind.DATABRICKS, config)
        storage = await container.memory_access.storage(GROUP, plan, given)
        with pytest.raises(IndexMissing):
            await remember(storage, "apples are red")

        assert "main.mem.nowhere" not in server.workspace.indexes

    async def test_databricks_models_serve_memory_that_is_kept_elsewhere(
        self, container: Container, server: DatabricksEmulator
    ) -> None:
        given = self.credentials(stored=self.user(server, "stored"))
        config = MemoryConfig(embedder=EmbedderConfig(provider="databricks"))
        plan = plan_of(BackendKind.DEFAULT, config)
        storage = await container.memory_access.storage(GROUP, plan, given)
        await remember(storage, "apples are red")

        assert len(await recall(storage, "red apples")) == 1
        assert self.callers(server) == {"stored"}
