"""Making the endpoint and indexes of a memory backend: a plan of steps that goes on where it was interrupted.

Before anything is made it is entered in the job's state. A step that fails takes back what this job made and
nothing that was there before; what was made, who may remove it and what is left stand in the job.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

from src.core.clock import Clock
from src.core.errors import AppError, NotFound, Unavailable
from src.core.job_status import JobStatus
from src.core.logging import get_logger
from src.core.unit_of_work import Database
from src.memory.configuration import ActiveBackend, active_backend, embedder_of
from src.memory.plan import BackendKind
from src.repositories.databricks.endpoints import EndpointState, HasEndpoints
from src.repositories.job import JobRepository
from src.repositories.memory_backend import MemoryBackendRepository
from src.repositories.vector.base import (
    IndexRef,
    IndexSpec,
    IndexState,
    NewRecord,
    VectorIndexRepository,
    VectorQuery,
)
from src.repositories.vector.errors import (
    EndpointMissing,
    IndexExists,
    IndexMissing,
    IndexNotReady,
)
from src.repositories.vector.filters import MemoryScope, RecordFilter
from src.schemas.memory_backend import CheckStatus
from src.services.credentials import ENDED_SIGN_IN
from src.services.jobs.handler import JobOrder, JobProgress, StepStatus
from src.services.memory.backend_access import BackendAccess
from src.services.memory.inspection import endpoints_of, fit, identity_of, index_refs
from src.services.memory.setup_state import Made, SetupState
from src.services.memory.setup_undo import SetupUndo, Sleep

log = get_logger(__name__)
# The service's own clients wait up to 20 and 60 minutes (databricks-sdk 0.156, databricks-ai-search 0.81).
_ENDPOINT_WAIT = timedelta(minutes=60)
_INDEX_WAIT = timedelta(minutes=20)
_SEARCH_WAIT = timedelta(minutes=2)
_LONGEST_PAUSE_S = 15.0
_USABLE = (CheckStatus.READY, CheckStatus.NOT_READY)
_PROBE_CREW = "setup-probe"


class SetupFailed(AppError):
    status, code, title = 502, "setup-failed", "Memory could not be set up"


class MemorySetupHandler:
    """services.jobs.handler.JobHandler for memory_setup; the subject is the backend."""

    def __init__(
        self,
        database: Database,
        stores: BackendAccess,
        clock: Clock,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._database = database
        self._stores = stores
        self._clock = clock
        self._sleep = sleep

    async def run(self, order: JobOrder, progress: JobProgress) -> Mapping[str, Any]:
        backend = await self._backend(order)
        async with self._stores.open_for(order.group_id, backend, order.user_token) as repository:
            setup = _Setup(order, progress, repository, backend, self._clock, self._sleep)
            if not setup.state.failure:
                try:
                    result = await setup.build()
                    return result | {"activated": await self._activated(order, progress)}
                except Unavailable:
                    raise  # the job is tried again, from here
                except AppError as exc:
                    await setup.note_failure(exc.message)
            raise SetupFailed(await setup.take_back())

    async def abandoned(self, order: JobOrder, message: str) -> None:
        """After a cancellation, or when it was given up: run() had no chance to take back what was made."""
        async with self._database.read() as uow:
            row = await uow.repo(JobRepository).find(order.group_id, order.id)
        if row is None or not SetupState.read(row.state).made:
            return
        progress = _EndedProgress(self._database, self._clock, order, row.state, row.steps)
        backend, token = await self._backend(order), order.user_token
        if order.arguments["signed_in"] and token is None:
            token = ENDED_SIGN_IN  # nobody else's rights stand in for those of whoever started it
        async with self._stores.open_for(order.group_id, backend, token) as repository:
            identity = await identity_of(repository)
            user = (identity.user if identity else "") or ""
            state = await SetupUndo(repository, progress, user, self._sleep).run()
        for left in state.left:
            log.warning("set-up {} was {}, and left behind {}", order.id, message, left)

    async def _backend(self, order: JobOrder) -> ActiveBackend:
        async with self._database.read() as uow:
            backends = uow.repo(MemoryBackendRepository)
            try:
                row = await backends.get(order.group_id, order.subject_id or "")
            except NotFound:
                # Its row went after the job had ended; what the job made may still have to go.
                return ActiveBackend(None, BackendKind(order.arguments["kind"]))
            return active_backend(row)

    async def _activated(self, order: JobOrder, progress: JobProgress) -> bool:
        if not order.arguments["activate"]:
            return False
        async with self._database.write() as uow:
            backends = uow.repo(MemoryBackendRepository)
            await backends.activate(order.group_id, order.subject_id, now=self._clock.now())
        await progress.step("activate", StepStatus.DONE, "runs that start from now on use it")
        return True


class _Setup:
    def __init__(
        self,
        order: JobOrder,
        progress: JobProgress,
        repository: VectorIndexRepository,
        backend: ActiveBackend,
        clock: Clock,
        sleep: Sleep,
    ) -> None:
        self.state = SetupState.read(progress.state)
        self._order = order
        self._progress = progress
        self._repository = repository
        self._store = repository if isinstance(repository, HasEndpoints) else None
        self._backend = backend
        self._embedder = embedder_of(backend)
        self._clock = clock
        self._sleep = sleep
        self._user = ""
        self._failed_at = ""

    async def build(self) -> dict[str, Any]:
        identity = await self._check_identity()
        for name in endpoints_of(self._backend) if self._store else ():
            async with self._step(f"endpoint {name}"):
                await self._endpoint(self._store, name)
        for ref in index_refs(self._backend):
            async with self._step(f"index {ref.name}"):
                await self._index(ref)
        async with self._step("verify", "one record was written, found and deleted in each index"):
            for ref in index_refs(self._backend):
                await self._probe(ref)
        made = [one.step for one in self.state.made]
        return {"backend_id": self._order.subject_id, "made": made, "identity": identity}

    async def note_failure(self, message: str) -> None:
        await self._save(replace(self.state, failure=message, failed_at=self._failed_at))

    async def take_back(self) -> str:
        """Returns what to tell people."""
        await self._identify()
        for name in self.state.probed:
            await self._clean_probe(name)
        made = [one.step for one in self.state.made]
        undo = SetupUndo(self._repository, self._progress, self._user, self._sleep)
        left = (await undo.run()).left
        removed = [step for step in made if not any(one.startswith(f"{step}: ") for one in left)]
        told = [f"{self.state.failure}. "]
        told += [f"What it had made was removed: {', '.join(removed)}"] if removed else []
        told += [f"{'; ' if removed else ''}left behind: {'; '.join(left)}"] if left else []
        return "".join(told) if made else f"{told[0]}Nothing had been made"

    async def _check_identity(self) -> dict[str, str | None] | None:
        """Also finds out whether the workspace lets it use vector search at all."""
        async with self._step("identity"):
            if self._store is None:
                return None
            await self._store.endpoints.list()
            identity = await self._identify()
        return identity

    async def _identify(self) -> dict[str, str | None] | None:
        identity = await identity_of(self._repository)
        if identity is None:
            return None
        self._user = identity.user or ""
        return identity.model_dump()

    async def _endpoint(self, store: HasEndpoints | None, name: str) -> None:
        assert store is not None
        step = f"endpoint {name}"
        try:
            info = await store.endpoints.get(name)
        except EndpointMissing:
            await self._save(self.state.with_made(Made("endpoint", name)))
            try:
                info = await store.endpoints.create(name)
                await self._confirm(step, is_ours=True)
            except IndexExists:
                info = await store.endpoints.get(name)
        await self._confirm(step, is_ours=bool(self._user) and info.creator == self._user)
        async for wait in self._waits(step, _ENDPOINT_WAIT):
            if info.state is EndpointState.ONLINE:
                return
            if info.state is EndpointState.OFFLINE:
                raise SetupFailed(
                    f"endpoint {name} is offline; start it in the workspace. {info.message}".strip()
                )
            await wait(f"{info.state}; it takes some minutes. {info.message}".strip())
            info = await store.endpoints.get(name)

    async def _index(self, ref: IndexRef) -> None:
        step = f"index {ref.name}"
        async for wait in self._waits(step, _INDEX_WAIT):
            try:
                found = await self._repository.describe_index(ref)
            except IndexMissing:
                if not await self._create(ref):
                    await wait("the store does not take it yet")
                continue
            await self._confirm(step, is_ours=bool(self._user) and found.info.creator == self._user)
            status, detail = fit(found, self._embedder)
            if status not in _USABLE or found.info.state is IndexState.FAILED:
                raise SetupFailed(detail)
            if status is CheckStatus.READY:
                return
            await wait(detail)

    async def _create(self, ref: IndexRef) -> bool:
        """False when the name is still being deleted, or the endpoint is not ready after all."""
        made = Made("index", ref.name, ref.type, ref.endpoint)
        await self._save(self.state.with_made(made))
        try:
            await self._repository.create_index(
                IndexSpec(ref, self._embedder.dimension, self._embedder.name)
            )
        except IndexNotReady:
            return False
        except IndexExists:
            return True  # whose it is turns out when it is described
        await self._confirm(made.step, is_ours=True)
        return True

    async def _confirm(self, step: str, *, is_ours: bool) -> None:
        """Of what was about to be made and now is there."""
        made = self.state.find(step)
        if made is None or made.is_sure:
            return
        sure = replace(made, is_sure=True)
        await self._save(self.state.with_made(sure) if is_ours else self.state.without(made))

    async def _probe(self, ref: IndexRef) -> None:
        scope, id = self._probe_of(ref)
        vector = [1.0] + [0.0] * (self._embedder.dimension - 1)
        await self._save(self.state.probing(ref.name, True))
        await self._repository.upsert(scope, ref, [NewRecord(id, {}, vector)])
        query = VectorQuery(vector, filter=RecordFilter(ids=(id,)))
        step = f"search in {ref.name}"
        async for wait in self._waits(step, _SEARCH_WAIT, shown_at="verify"):
            hits = await self._repository.similarity_search(scope, ref, query)
            if any(hit.record.id == id for hit in hits):
                break
            await wait(f"{ref.name} does not show what was written to it yet")
        await self._repository.delete_records(scope, ref, RecordFilter(ids=(id,)))
        await self._save(self.state.probing(ref.name, False))

    async def _clean_probe(self, name: str) -> None:
        ref = next(one for one in index_refs(self._backend) if one.name == name)
        scope, id = self._probe_of(ref)
        try:
            await self._repository.delete_records(scope, ref, RecordFilter(ids=(id,)))
        except Unavailable:
            raise
        except AppError as exc:
            log.warning("the probe record in {} could not be removed: {}", name, exc.message)
        else:
            await self._save(self.state.probing(name, False))

    def _probe_of(self, ref: IndexRef) -> tuple[MemoryScope, str]:
        scope = MemoryScope(self._order.group_id, (_PROBE_CREW,))
        return scope, scope.record_id(ref.type, f"probe-{self._order.id}")

    async def _waits(
        self, step: str, at_most: timedelta, shown_at: str | None = None
    ) -> AsyncIterator["_Wait"]:
        """Turns of a loop that waits; each ends it or calls `wait` with what is to be told meanwhile."""
        until = self.state.deadline(step)
        if until is None:
            until = self._clock.now() + at_most
            await self._save(self.state.with_deadline(step, until))
        wait = _Wait(self._progress, shown_at or step, self._clock, self._sleep)
        while True:
            yield wait
            if self._clock.now() >= until:
                raise SetupFailed(
                    f"{step}: not ready after {at_most.total_seconds() / 60:g} minutes: {wait.told}"
                )

    @asynccontextmanager
    async def _step(self, name: str, detail: str = "") -> AsyncIterator[None]:
        await self._progress.step(name, StepStatus.RUNNING)
        try:
            yield
        except Unavailable:
            raise
        except AppError as exc:
            self._failed_at = name
            await self._progress.step(name, StepStatus.FAILED, exc.message)
            raise
        made = self.state.find(name)
        await self._progress.step(name, StepStatus.DONE, detail or self._outcome(name, made))

    def _outcome(self, name: str, made: Made | None) -> str:
        if name == "identity":
            return f"going on as {self._user}" if self._user else ""
        return "made" if made is not None else "it was there before"

    async def _save(self, state: SetupState) -> None:
        self.state = state
        await self._progress.save(state.as_json())


class _Wait:
    def __init__(self, progress: JobProgress, step: str, clock: Clock, sleep: Sleep) -> None:
        self.told = ""
        self._progress = progress
        self._step = step
        self._clock = clock
        self._sleep = sleep
        self._began = clock.now()
        self._pause_s = 1.0

    async def __call__(self, detail: str) -> None:
        self.told = detail
        waited_s = (self._clock.now() - self._began).total_seconds()
        await self._progress.step(
            self._step, StepStatus.RUNNING, f"{detail} (waiting for {waited_s:.0f} s)"
        )
        await self._sleep(self._pause_s)
        self._pause_s = min(self._pause_s * 2, _LONGEST_PAUSE_S)


class _EndedProgress:
    """job_handler.JobProgress of a job that has ended."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        order: JobOrder,
        state: Mapping[str, Any],
        steps: list[dict[str, Any]],
    ) -> None:
        self._database = database
        self._clock = clock
        self._order = order
        self._steps = steps
        self.state: Mapping[str, Any] = state

    async def save(self, state: Mapping[str, Any]) -> None:
        await self._store(state=dict(state))
        self.state = state

    async def step(self, name: str, status: StepStatus, detail: str = "") -> None:
        at = self._clock.now().isoformat()
        step = {"name": name, "status": status, "detail": detail, "at": at}
        known = [one["name"] for one in self._steps]
        if name in known:
            self._steps = [step if one["name"] == name else one for one in self._steps]
        else:
            self._steps = [*self._steps, step]
        await self._store(steps=self._steps)

    async def _store(self, **values: Any) -> None:
        ended = (JobStatus.FAILED, JobStatus.CANCELLED)
        async with self._database.write() as uow:
            await uow.repo(JobRepository).change(
                self._order.group_id, self._order.id, ended, now=self._clock.now(), **values
            )
