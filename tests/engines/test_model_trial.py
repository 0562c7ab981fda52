"""One small request to a model outside of any run, as the test of a key makes it."""

import threading
from typing import Any

import pytest
from pydantic import SecretStr

from src.core.clock import SystemClock
from src.core.model_trial import ModelTrial
from src.core.settings import Settings
from src.engines.base import Credentials, RunCancelled
from src.engines.crewai.llms.trial import CrewAIModelProbe
from src.engines.plans import ModelPlan
from tests.support.models import KEY, openai_plan
from tests.support.scripted_openai import ScriptedOpenAI

DEMO = ModelPlan(key="demo/demo", provider="demo", name="demo")
KEYS = Credentials(keys={"OPENAI_API_KEY": SecretStr(KEY)})


def try_model(
    server: ScriptedOpenAI, plan: ModelPlan, credentials: Credentials = KEYS, **more: Any
) -> ModelTrial:
    probe = CrewAIModelProbe(Settings(openai_base_url=server.base_url), SystemClock())
    return probe.try_model(plan, credentials, more.get("cancelled") or threading.Event())


def test_model_that_answers_is_told_with_its_tokens(server: ScriptedOpenAI) -> None:
    trial = try_model(server, openai_plan())

    assert trial.error_code is None
    assert trial.usage.prompt_tokens > 0
    assert server.chats[0].body["max_tokens"] == 16


def test_refused_key_is_told_with_what_to_do_and_without_the_key(server: ScriptedOpenAI) -> None:
    server.script({"match": "", "status": 401, "error": {"message": f"no such key {KEY}"}})

    trial = try_model(server, openai_plan())

    assert trial.error_code == "model.auth"
    assert "refused the credentials (HTTP 401)" in trial.message
    assert "Check the API key" in trial.message
    assert KEY not in trial.message
    assert len(server.chats) == 1


def test_model_that_thinks_all_its_tokens_away_has_answered(server: ScriptedOpenAI) -> None:
    server.script({"match": "", "answer": ""})

    assert try_model(server, openai_plan()).error_code is None


def test_missing_key_is_told_without_a_request(server: ScriptedOpenAI) -> None:
    trial = try_model(server, openai_plan(), Credentials(keys={}))

    assert trial.error_code == "model.no-key"
    assert not server.chats


def test_demo_model_answers_at_once(server: ScriptedOpenAI) -> None:
    assert try_model(server, DEMO).error_code is None
    assert not server.chats


def test_cancelled_test_asks_nobody(server: ScriptedOpenAI) -> None:
    cancelled = threading.Event()
    cancelled.set()

    with pytest.raises(RunCancelled):
        try_model(server, openai_plan(), cancelled=cancelled)
    assert not server.chats
