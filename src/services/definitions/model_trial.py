"""Trying out a model: the API checks that it may be called, a worker asks it one small question.

A worker, because the libraries that speak to providers take seconds to import and the API imports none.
"""

import asyncio
import threading
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from src.core.errors import FieldError, Invalid
from src.core.model_trial import ModelTrial
from src.core.tenancy import Principal
from src.core.unit_of_work import Database
from src.engines.base import Catalogue, Credentials
from src.engines.plans import ModelPlan
from src.schemas.job import JobRead
from src.schemas.model_config import ModelTest
from src.services.credentials import CredentialService
from src.services.definitions.catalogue import CatalogueService
from src.services.jobs.handler import JobKind, JobOrder, JobProgress, StepStatus
from src.services.jobs.job import JobService, job_read
from src.services.runs.engine_threads import EngineThreads

_REPLAY = "replay"


class ModelChooser(Protocol):
    def __call__(self, catalogue: Catalogue, name: str, pointer: str) -> ModelPlan:
        """Raises Invalid with all that keeps the group from calling it."""
        ...


class ModelProbe(Protocol):
    """Synchronous: called on the engine's own threads."""

    def try_model(
        self, plan: ModelPlan, credentials: Credentials, cancelled: threading.Event
    ) -> ModelTrial:
        """Raises RunCancelled soon after `cancelled` was set."""
        ...


class ModelTrialService:
    def __init__(
        self,
        database: Database,
        catalogues: CatalogueService,
        choose: ModelChooser,
        jobs: JobService,
    ) -> None:
        self._database = database
        self._catalogues = catalogues
        self._choose = choose
        self._jobs = jobs

    async def start(self, principal: Principal, body: ModelTest) -> JobRead:
        """A refusal of the provider is the job's result, not its failure."""
        catalogue = await self._catalogues.of(principal, fresh=True)
        plan = self._choose(catalogue, body.model, "/model")
        if plan.provider == _REPLAY:
            message = "a recorded execution answers always; there is nothing to test"
            raise Invalid(message, errors=(FieldError("/model", "no-model", message),))
        async with self._database.write() as uow:
            row = await self._jobs.start(
                uow,
                group_id=principal.group_id,
                kind=JobKind.MODEL_TEST,
                subject_id=None,
                arguments={"model": plan.model_dump(mode="json")},
                created_by=principal.email,
                user_token=principal.forwarded_token,
            )
            return job_read(row)


class ModelTrialHandler:
    """services.jobs.handler.JobHandler for model_test. Repeating it asks again, which costs a few tokens."""

    def __init__(
        self,
        credentials: CredentialService,
        threads: EngineThreads,
        load_probe: Callable[[], ModelProbe],
    ) -> None:
        self._credentials = credentials
        self._threads = threads
        self._load_probe = load_probe

    async def run(self, order: JobOrder, progress: JobProgress) -> Mapping[str, Any]:
        plan = ModelPlan.model_validate(order.arguments["model"])
        step = f"ask {plan.key}"
        await progress.step(step, StepStatus.RUNNING)
        keys = await self._credentials.for_run(order.group_id, user_token=order.user_token)
        stopped, cancelled = asyncio.Event(), threading.Event()
        try:
            trial = await self._threads.run(
                stopped, lambda: self._load_probe().try_model(plan, keys, cancelled)
            )
        finally:
            cancelled.set()
        ok = trial.error_code is None
        await progress.step(step, StepStatus.DONE if ok else StepStatus.FAILED, trial.message)
        error = None if ok else {"code": trial.error_code, "message": trial.message}
        return {
            "model": plan.key,
            "ok": ok,
            "latency_ms": trial.latency_ms,
            "prompt_tokens": trial.usage.prompt_tokens,
            "completion_tokens": trial.usage.completion_tokens,
            "error": error,
        }

    async def abandoned(self, order: JobOrder, message: str) -> None:
        """Nothing is left behind."""
