"""Records as people and prompts read them, whoever wrote them."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from src.memory.texts import (
    condensed,
    embedded_text,
    is_expired,
    provenance,
    relationships_of,
    sources_of,
    text_of,
    time_of,
)
from src.repositories.vector.base import Record
from tests.memory.arrangement import DOCUMENT, ENTITY, LONG, NOW, SHORT


def record(**fields: Any) -> Record:
    return Record("id", "group-a", "crew", fields)


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ('["owned by Ada", "rival of Tazza"]', ("owned by Ada", "rival of Tazza")),
        ('["owned by Ada", {"observed_in": ["run1-0"]}]', ("owned by Ada",)),
        (json.dumps(json.dumps(["owned by Ada"])), ("owned by Ada",)),
        (json.dumps("- owned by Ada"), ("- owned by Ada",)),
        ("owned by Ada", ("owned by Ada",)),
        ("[broken", ("[broken",)),
        ("", ()),
        (None, ()),
    ],
)
def test_relationships_of_any_product_can_be_read(
    stored: str | None, shown: tuple[str, ...]
) -> None:
    assert relationships_of({"relationships": stored}) == shown


def test_an_entity_is_its_name_its_type_and_what_is_known() -> None:
    fields = {"entity_name": "Acme", "entity_type": "firm", "description": "Sells coffee."}
    assert text_of(ENTITY, fields) == "Acme (firm): Sells coffee."
    assert text_of(ENTITY, {"entity_name": "Acme"}) == "Acme"
    assert text_of(ENTITY, {"entity_name": None, "description": "x"}) == "x"


def test_an_observation_is_found_by_its_question_too() -> None:
    fields = {"content": "7 percent", "query_text": "how much did coffee rise"}
    assert text_of(SHORT, fields) == "7 percent"
    assert embedded_text(SHORT, fields) == "how much did coffee rise\n7 percent"
    assert embedded_text(LONG, fields) == "7 percent"
    assert embedded_text(DOCUMENT, {"title": "Handbook", "content": "x"}) == "Handbook\nx"


def test_people_see_where_a_record_came_from() -> None:
    about = json.dumps({"task": "moves", "execution": "run1"})
    assert (
        provenance(SHORT, record(agent_id="Analyst", metadata=about))
        == "Analyst, task moves, run run1"
    )
    assert provenance(SHORT, record(session_id="run1", metadata="{broken")) == "run run1"
    assert provenance(ENTITY, record(agent_id="Analyst")) == "Analyst"
    assert provenance(DOCUMENT, record(title="Handbook", section="Returns")) == "Handbook, Returns"
    assert provenance(DOCUMENT, record(source="https://example.com/a")) == "https://example.com/a"
    assert provenance(LONG, record()) == ""


@pytest.mark.parametrize(
    ("hours", "created", "expired"),
    [
        (24, NOW - timedelta(hours=24), True),
        (24, NOW - timedelta(hours=23), False),
        (0, NOW - timedelta(days=999), False),
        (None, NOW - timedelta(days=999), False),
        (24, None, False),
    ],
)
def test_short_term_records_expire_by_their_own_time(
    hours: int | None, created: datetime | None, expired: bool
) -> None:
    fields = {"ttl_hours": hours, "created_at": created.isoformat() if created else None}
    assert is_expired(SHORT, fields, NOW) is expired
    assert not is_expired(LONG, fields, NOW)


@pytest.mark.parametrize("stored", ["yesterday", "", "2026-13-45", None, "1732190400"])
def test_what_is_no_time_is_none(stored: str | None) -> None:
    assert time_of(LONG, {"timestamp": stored}) is None


def test_a_time_without_a_zone_is_in_utc() -> None:
    assert time_of(ENTITY, {"timestamp": "2026-11-21T12:00:00"}) == datetime(
        2026, 11, 21, 12, tzinfo=UTC
    )


def test_a_long_text_keeps_its_beginning_and_its_end() -> None:
    short = condensed("the  question\n" + "x" * 100_000 + " the answer", 200)
    assert len(short) <= 200
    assert short.startswith("the question xxx")
    assert short.endswith("the answer")
    assert condensed("a\n\n b", 10) == "a b"
    assert "\x00" not in condensed("a\x00b", 10)


@pytest.mark.parametrize(
    "stored", ['{"sources": "x"}', '{"sources": null}', "[1]", "null", "x", None]
)
def test_sources_that_cannot_be_read_are_none(stored: str | None) -> None:
    assert sources_of(LONG, {"metadata": stored}) == ()
    assert sources_of(ENTITY, {"relationships": stored}) == ()
