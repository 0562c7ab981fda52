"""Model endpoints that cannot be reached, or break off, for longer than a few retries take."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from src.core.events import EventType
from src.engines.crewai.llms.litellm_model import RetryPolicy
from src.engines.crewai.llms.manager import LlmConfig, LlmManager
from tests.support.faulty_proxy import FaultyProxy
from tests.support.models import make_model, make_run, openai_plan
from tests.support.processes import wait_until
from tests.support.scripted_openai import ScriptedOpenAI


@pytest.fixture(scope="module")
def server() -> Iterator[ScriptedOpenAI]:
    with ScriptedOpenAI() as server:
        yield server


def test_a_model_that_breaks_off_is_asked_until_it_is_back(server: ScriptedOpenAI) -> None:
    server.script({"reset": 1, "answer": "no no", "times": 6}, {"answer": "right"})
    patient = RetryPolicy(max_retries=1, first_wait_s=0.001, outage_s=30.0)

    assert make_model(server, make_run(), retries=patient).call("Hello") == "right"

    assert len(server.chats) == 7


def test_a_model_that_refuses_connections_is_asked_until_it_is_back(
    server: ScriptedOpenAI,
) -> None:
    server.script({"answer": "right"})
    patient = RetryPolicy(max_retries=0, first_wait_s=0.01, outage_s=30.0)
    with FaultyProxy(("127.0.0.1", server.port)) as proxy, ThreadPoolExecutor(1) as pool:
        base_url, run = f"http://127.0.0.1:{proxy.port}/v1", make_run()
        proxy.cut()
        config = LlmConfig(openai_base_url=base_url, retries=patient, timeout_s=10.0)
        model = LlmManager(config).model_for(openai_plan(), run, "analyst")
        call = pool.submit(model.call, "Hello")
        wait_until(lambda: len(run.of_type(EventType.LOG)) >= 3, 20, "it asks again")
        proxy.mend()
        assert call.result(timeout=20) == "right"


def test_an_answer_that_ends_in_the_middle_is_asked_for_again(server: ScriptedOpenAI) -> None:
    """As from servers that announce no length: a closed connection is the end, whenever it comes."""
    server.script({"unfinished": 2, "answer": "one two three", "times": 1}, {"answer": "right"})
    run = make_run()

    assert make_model(server, run, openai_plan()).call("Hello") == "right"

    assert len(server.chats) == 2
    assert run.usage.llm_calls == 1
