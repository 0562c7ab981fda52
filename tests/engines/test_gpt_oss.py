"""gpt-oss on Databricks answers in content blocks; crews must see text, whichever way it is called."""

from typing import Any

import pytest

from src.core.events import EventType
from src.engines.crewai.llms.content import text_of
from tests.support.crews import make_agent, make_task, run_crew
from tests.support.models import databricks_plan, make_model, make_run
from tests.support.scripted_openai import ScriptedOpenAI

PLAN = databricks_plan("databricks-gpt-oss-120b")
each_shape = pytest.mark.parametrize("blocks", ["plain", "signature", "content"])
REFUSES_STREAMS = {"status": 400, "error": {"message": "streaming is not supported"}}


@each_shape
def test_blocks_become_text_when_streamed(server: ScriptedOpenAI, blocks: str) -> None:
    server.script({"answer": "The price is 42.", "blocks": blocks})
    run = make_run()

    assert make_model(server, run, PLAN).call("Price?") == "The price is 42."

    assert server.chats[0].stream
    shown = "".join(event.data["text"] for event in run.of_type(EventType.LLM_CHUNK))
    assert shown == "The price is 42."
    (completed,) = run.of_type(EventType.LLM_CALL_COMPLETED)
    assert completed.data["answer"] == {"text": "The price is 42."}


@each_shape
def test_blocks_become_text_when_the_answer_comes_whole(
    server: ScriptedOpenAI, blocks: str
) -> None:
    server.script(REFUSES_STREAMS, {"answer": "The price is 42.", "blocks": blocks})

    assert make_model(server, make_run(), PLAN).call("Price?") == "The price is 42."

    assert not server.chats[1].stream


@each_shape
async def test_blocks_become_text_when_called_from_a_loop(
    server: ScriptedOpenAI, blocks: str
) -> None:
    server.script({"answer": "The price is 42.", "blocks": blocks})

    assert await make_model(server, make_run(), PLAN).acall("Price?") == "The price is 42."


@each_shape
def test_blocks_become_the_output_of_a_task(server: ScriptedOpenAI, blocks: str) -> None:
    server.script({"answer": "The price is 42.", "blocks": blocks})
    agent = make_agent(make_model(server, make_run(), PLAN))

    assert run_crew(make_task(agent)) == "The price is 42."


def test_models_of_databricks_take_the_databricks_route(server: ScriptedOpenAI) -> None:
    """On litellm's openai/ route the same blocks end in an InternalServerError."""
    make_model(server, make_run(), PLAN).call("Price?")

    assert server.chats[0].path == "/serving-endpoints/chat/completions"
    assert server.chats[0].model == "databricks-gpt-oss-120b"


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("plain", "plain"),
        (None, ""),
        ([{"type": "text", "text": "a"}, {"type": "text", "text": "b"}], "ab"),
        ([{"type": "reasoning", "summary": [{"text": "hm"}]}, {"type": "text", "text": "a"}], "a"),
        ([{"type": "reasoning", "content": [{"type": "reasoning_text", "text": "hm"}]}], ""),
        ([{"type": "output_text", "text": "a"}, "b"], "ab"),
        ({"text": "a"}, "a"),
        (42, "42"),
    ],
)
def test_the_guard_reads_any_content_as_text(content: Any, text: str) -> None:
    assert text_of(content) == text
