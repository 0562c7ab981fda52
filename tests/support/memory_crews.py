"""Crews that remember, over the scripted model, and what a test asks about their runs."""

from typing import Any

from tests.support.processes import Installation
from tests.support.run_bodies import crew_body
from tests.support.scripted_answers import LoggedRequest
from tests.support.scripted_openai import ScriptedOpenAI

ENDED = ("COMPLETED", "FAILED", "CANCELLED")
LESSON = "Invoices of Acme are in Danish kroner."
LESSONS_PROMPT = "A crew of agents has finished a task"
LEARN = {
    "match": LESSONS_PROMPT,
    "json": {
        "lesson": LESSON,
        "importance": 0.8,
        "entities": [
            {"name": "Acme", "type": "company", "description": "Pays late", "relationships": []}
        ],
    },
}


def memory_crew(*descriptions: str, **body: Any) -> dict[str, Any]:
    return crew_body(*descriptions, memory=True, **body)


def run(kasal: Installation, body: dict[str, Any]) -> str:
    id = kasal.start(body)
    ended = kasal.wait_for_status(id, *ENDED, timeout_s=60)
    assert ended["status"] == "COMPLETED", (ended, kasal.report())
    return id


def of_type(kasal: Installation, id: str, type: str) -> list[dict[str, Any]]:
    return [event for event in kasal.events(id) if event["type"] == type]


def receipts(kasal: Installation, id: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = kasal.http.get(f"/api/v1/executions/{id}/receipts").json()[
        "items"
    ]
    return found


def text_of(request: LoggedRequest) -> str:
    return "\n".join(str(message["content"]) for message in request.messages)


def answers_of(model: ScriptedOpenAI) -> list[LoggedRequest]:
    """Model calls of tasks, without those that look for lessons."""
    return [one for one in model.chats if LESSONS_PROMPT not in text_of(one)]
