"""Testing a model from its order to its result, with a probe that says what it is told to say."""

import threading
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from src.bootstrap import Container
from src.core.events import Usage
from src.core.model_trial import ModelTrial
from src.engines.base import Credentials
from src.engines.plans import ModelPlan
from src.services.definitions.model_trial import ModelTrialHandler
from src.services.jobs.handler import JobKind
from src.services.jobs.runner import JobRunnerService
from src.services.runs.engine_threads import EngineThreads
from src.services.runs.ownership import Ownership
from tests.support.http import client_of
from tests.support.rows import SampleRows
from tests.support.worker_parts import WORKER, FakeLease

REFUSED = ModelTrial(7, Usage(), "model.auth", "openai/gpt-4o-mini: refused. Check the API key.")


@dataclass
class ScriptedProbe:
    """services.definitions.model_trial.ModelProbe"""

    trial: ModelTrial
    asked: list[tuple[str, Credentials]] = field(default_factory=list)

    def try_model(
        self, plan: ModelPlan, credentials: Credentials, cancelled: threading.Event
    ) -> ModelTrial:
        self.asked.append((plan.key, credentials))
        return self.trial


@pytest.fixture
async def http(each_container: Container) -> AsyncIterator[httpx.AsyncClient]:
    async with each_container.database.write() as uow:
        await uow.repo(SampleRows).lease(expires_at=0.0)
    async with client_of(each_container) as client:
        yield client


async def work(container: Container, job: dict[str, Any], probe: ScriptedProbe) -> None:
    """As a worker does with its job."""
    handler = ModelTrialHandler(container.credentials, EngineThreads(16), lambda: probe)
    runner = JobRunnerService(
        container.database,
        container.clock,
        container.queue,
        container.settings.key_ring,
        {JobKind.MODEL_TEST: handler},
        Ownership(WORKER, FakeLease()),
    )
    await runner.run_job(job["id"], job["group_id"])


async def test_refused_key_is_the_result_of_a_test_that_was_done(
    each_container: Container, http: httpx.AsyncClient
) -> None:
    await http.post("/api-keys", json={"name": "OPENAI_API_KEY", "value": "sk-mine"})
    started = await http.post("/models/test", json={"model": "openai/gpt-4o-mini"})
    probe = ScriptedProbe(REFUSED)

    await work(each_container, started.json(), probe)

    job = (await http.get(started.headers["location"].removeprefix("/api/v1"))).json()
    assert (started.status_code, job["status"]) == (202, "done")
    assert job["result"] == {
        "model": "openai/gpt-4o-mini",
        "ok": False,
        "latency_ms": 7,
        "prompt_tokens": 0,
        "completion_tokens": 0,
        "error": {"code": "model.auth", "message": REFUSED.message},
    }
    [(_, credentials)] = probe.asked
    assert credentials.keys["OPENAI_API_KEY"].get_secret_value() == "sk-mine"
    assert "sk-mine" not in str(job)


async def test_model_that_answered_is_told_with_tokens_and_time(
    each_container: Container, http: httpx.AsyncClient
) -> None:
    started = await http.post("/models/test", json={"model": "demo/demo"})

    await work(each_container, started.json(), ScriptedProbe(ModelTrial(3, Usage(12, 2, 1, 0.0))))

    job = (await http.get(f"/jobs/{started.json()['id']}")).json()
    assert job["result"]["ok"] is True
    assert (job["result"]["prompt_tokens"], job["result"]["completion_tokens"]) == (12, 2)
    assert [step["status"] for step in job["steps"]] == ["done"]


@pytest.mark.parametrize(
    "model, code",
    [
        ("openai/gpt-4o-mini", "no-key"),
        ("nobody/knows", "unknown-model"),
        ("replay/0190b2f0-0000-7000-8000-000000000000", "no-model"),
    ],
)
async def test_what_cannot_be_asked_is_refused_at_the_field(
    http: httpx.AsyncClient, model: str, code: str
) -> None:
    refused = await http.post("/models/test", json={"model": model})

    assert refused.status_code == 422
    assert [(one["pointer"], one["code"]) for one in refused.json()["errors"]] == [("/model", code)]
