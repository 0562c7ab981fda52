"""Answers that must have a shape or pass checks: JSON schemas and guardrails inside whole crews."""

import json
from typing import Any

import pytest

from src.core.events import EventType
from tests.support.crew_runs import CrewRun, code_of
from tests.support.plans import a_crew, a_task, an_agent
from tests.support.scripted_openai import ScriptedOpenAI

PRICE: dict[str, Any] = {
    "type": "object",
    "properties": {
        "product": {"type": "string", "minLength": 2},
        "euros": {"type": "integer", "minimum": 0},
        "kind": {"enum": ["bike", "helmet"]},
        "tags": {"type": "array", "items": {"$ref": "#/$defs/tag"}},
        "maker": {
            "type": "object",
            "properties": {"name": {"type": "string"}, "city": {"type": "string"}},
            "required": ["name"],
        },
        "note": {"type": ["string", "null"]},
    },
    "required": ["product", "euros"],
    "$defs": {"tag": {"type": "string", "pattern": "^[a-z]+$"}},
}
GOOD = {
    "product": "Helmet «X»",
    "euros": 49,
    "kind": "helmet",
    "tags": ["safe", "red"],
    "maker": {"name": "Ann"},
}
TREE = {
    "type": "object",
    "properties": {
        "name": {"type": "string"},
        "children": {"type": "array", "items": {"$ref": "#"}},
    },
}
both_kinds = pytest.mark.parametrize("kind", ["output_json", "output_pydantic"])


def crew(tools: Any = None, **task: Any) -> dict[str, Any]:
    agents = {"analyst": an_agent(tools=tools or [])}
    return a_crew(agents=agents, tasks={"moves": a_task(**task)})


def checks(run: CrewRun) -> list[tuple[str, bool]]:
    return [
        (event.data["guardrail"], event.data["passed"])
        for event in run.events.of_type(EventType.GUARDRAIL_CHECKED)
    ]


@both_kinds
def test_an_answer_comes_back_as_json_of_its_schema(server: ScriptedOpenAI, kind: str) -> None:
    server.script({"json": GOOD})
    run = CrewRun(server, crew(**{kind: PRICE}))

    output = run.run()

    assert output.json == GOOD
    assert json.loads(output.text) == GOOD
    assert "response_format" in server.chats[0].body
    assert json.dumps(PRICE) in server.chats[0].messages[1]["content"]
    assert checks(run) == [("output_schema", True)]


@both_kinds
def test_after_tools_the_answer_is_read_from_the_text(server: ScriptedOpenAI, kind: str) -> None:
    call = {"name": "calculator", "arguments": {"expression": "40+9"}}
    server.script({"tool_calls": [call]}, {"turn": 1, "answer": f"Here:\n{json.dumps(GOOD)}\nBye"})

    assert CrewRun(server, crew(["calculator"], **{kind: PRICE})).run().json == GOOD
    assert len(server.chats) == 2


@pytest.mark.parametrize(
    "answer",
    [
        json.dumps(GOOD),
        f"```json\n{json.dumps(GOOD, indent=2)}\n```",
        f"Sure: {json.dumps(GOOD)}.",
        json.dumps(GOOD, ensure_ascii=True),
    ],
)
def test_fences_and_words_around_the_json_do_not_matter(
    server: ScriptedOpenAI, answer: str
) -> None:
    server.script({"answer": answer})

    assert CrewRun(server, crew(output_json=PRICE)).run().json == GOOD
    assert len(server.chats) == 1


def test_keys_that_are_left_out_stay_out(server: ScriptedOpenAI) -> None:
    small = {"product": "Bell", "euros": 5, "note": None, "model_dump": "a field like any other"}
    server.script({"json": small})

    assert CrewRun(server, crew(output_json=PRICE)).run().json == small


def test_optional_fields_are_not_demanded_of_the_model(server: ScriptedOpenAI) -> None:
    server.script({"json": GOOD})
    CrewRun(server, crew(output_json=PRICE)).run()
    wanted = server.chats[0].body["response_format"]["json_schema"]
    assert (wanted["name"], wanted["schema"], wanted["strict"]) == ("MovesOutput", PRICE, False)

    closed = {
        "type": "object",
        "properties": {"euros": {"type": "integer"}},
        "required": ["euros"],
        "additionalProperties": False,
    }
    server.script({"json": {"euros": 5}})
    CrewRun(server, crew(output_json=closed)).run()
    assert server.chats[0].body["response_format"]["json_schema"]["strict"] is True


def test_a_schema_that_refers_to_itself_can_be_answered(server: ScriptedOpenAI) -> None:
    tree = {"name": "a", "children": [{"name": "b", "children": []}]}
    server.script({"json": tree})

    assert CrewRun(server, crew(output_pydantic=TREE)).run().json == tree


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({**GOOD, "euros": "many"}, "/euros: expected type 'integer'"),
        ({**GOOD, "kind": "car"}, "/kind: expected enum"),
        ({**GOOD, "tags": ["Red"]}, "/tags/0: expected pattern"),
        ({**GOOD, "maker": {}}, "/maker/name: this field is required"),
        ({"product": "Bell"}, "/euros: this field is required"),
        ({**GOOD, "note": "nul\x00"}, "NUL"),
        ([GOOD, GOOD], "expected type 'object'"),
    ],
)
def test_a_wrong_answer_goes_back_with_what_is_wrong(
    server: ScriptedOpenAI, wrong: Any, words: str
) -> None:
    server.script({"json": wrong, "times": 1}, {"json": GOOD})
    run = CrewRun(server, crew(output_json=PRICE))

    assert run.run().json == GOOD

    assert words in server.chats[1].messages[1]["content"]
    assert checks(run) == [("output_schema", False), ("output_schema", True)]


def test_an_answer_that_stays_wrong_fails_the_task_in_words(server: ScriptedOpenAI) -> None:
    server.script({"answer": "no idea"})
    run = CrewRun(server, crew(output_json=PRICE, guardrail_max_retries=2))

    with pytest.raises(Exception, match="refused in all 3 tries") as raised:
        run.run()

    assert code_of(raised.value) == "task.output-schema"
    assert "must be one JSON object" in str(raised.value)
    assert len(server.chats) == 3


def test_a_schema_and_guardrails_hold_together(server: ScriptedOpenAI) -> None:
    rail = {"type": "contains", "must": ["Helmet"]}
    server.script(
        {"answer": "Helmet, but no JSON", "times": 1},
        {"json": {"product": "Bell", "euros": 5}, "times": 1},
        {"json": GOOD},
    )
    run = CrewRun(server, crew(output_json=PRICE, guardrail=rail))

    assert run.run().json == GOOD

    assert checks(run) == [
        ("output_schema", False),
        ("output_schema", True),
        ("contains", False),
        ("output_schema", True),
        ("contains", True),
    ]


def test_a_second_try_still_reads_the_earlier_tasks(server: ScriptedOpenAI) -> None:
    server.script(
        {"match": "Find", "answer": "five moves"},
        {"match": "Write", "answer": "bad", "times": 1},
        {"match": "Write", "answer": "worse", "times": 1},
        {"match": "Write", "answer": "good enough"},
    )
    rail = {"type": "contains", "must": ["good"]}
    tasks = {
        "find": a_task(description="Find"),
        "write": a_task(description="Write", guardrail=rail),
    }

    assert CrewRun(server, a_crew(tasks=tasks)).run().text == "good enough"

    for chat, previous in zip(server.chats[2:], ("bad", "worse"), strict=True):
        text = chat.messages[1]["content"]
        assert text.count("five moves") == 1
        assert "Previous attempt failed validation: the answer must contain" in text
        assert f"### Previous result:\n{previous}\n" in text


def test_a_guardrail_that_is_never_met_fails_the_task_in_words(server: ScriptedOpenAI) -> None:
    rail = {"type": "minimum_number", "min_value": 100}
    server.script({"answer": "only 7"})
    run = CrewRun(server, crew(guardrail=rail, guardrail_max_retries=1))

    with pytest.raises(Exception, match="largest number in the answer is 7") as raised:
        run.run()

    assert code_of(raised.value) == "task.guardrail"
    assert "refused in all 2 tries" in str(raised.value)
    assert len(server.chats) == 2


def test_without_retries_one_try_decides(server: ScriptedOpenAI) -> None:
    run = CrewRun(
        server, crew(guardrail={"type": "length", "min_chars": 99}, guardrail_max_retries=0)
    )

    with pytest.raises(Exception, match="refused in its try"):
        run.run()

    assert len(server.chats) == 1


def test_a_sentence_is_judged_by_a_model_and_its_feedback_goes_back(
    server: ScriptedOpenAI,
) -> None:
    server.script(
        {
            "match": "You check whether",
            "json": {"valid": False, "feedback": "add a price"},
            "times": 1,
        },
        {"match": "You check whether", "json": {"valid": True, "feedback": ""}},
        {"match": "List the moves", "answer": "moves", "times": 1},
        {"match": "List the moves", "answer": "moves with a price"},
    )
    run = CrewRun(server, crew(guardrail="names a price"))

    assert run.run().text == "moves with a price"

    assert "add a price" in server.chats[2].messages[1]["content"]
    assert checks(run) == [("llm", False), ("llm", True)]
    judged = [event for event in run.events.all if event.agent == "(guardrail)"]
    assert judged[0].type is EventType.LLM_CALL_STARTED


def test_a_judge_that_cannot_be_called_ends_the_task(server: ScriptedOpenAI) -> None:
    server.script({"match": "You check whether", "status": 401})

    with pytest.raises(Exception, match="refused the credentials") as raised:
        CrewRun(server, crew(guardrail="names a price")).run()

    assert code_of(raised.value) == "model.auth"
