"""Scopes, filters and vectors before any store sees them."""

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from src.repositories.vector.base import unit_vector
from src.repositories.vector.databricks_filters import EndpointKind, is_complete, rendered
from src.repositories.vector.databricks_rows import cosine, index_state
from src.repositories.vector.errors import DimensionMismatch, InvalidFilter, InvalidRecord
from src.repositories.vector.filters import (
    AtLeast,
    Equals,
    MemoryScope,
    NoneOf,
    OneOf,
    RecordFilter,
    canonical_time,
    select,
)
from src.repositories.vector.words import words
from src.schemas.databricks_index_schemas import (
    DatabricksIndexSchemas,
    MalformedRow,
    MemoryType,
    UnknownMemoryType,
)

SCOPE = MemoryScope("g", ("c1", "c2"))
SHORT = MemoryType.SHORT_TERM
names = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._:@-]{0,20}", fullmatch=True)


@pytest.mark.parametrize("name", ["", {"$ne": "x"}, ["g"], None, "a b", "a\n", "a'", "a" * 201, 7])
def test_a_scope_takes_plain_names_only(name: Any) -> None:
    with pytest.raises(InvalidFilter):
        MemoryScope(name, ("c",))
    with pytest.raises(InvalidFilter):
        MemoryScope("g", ("c", name))


@pytest.mark.parametrize("crew_ids", [(), ("c", "c"), tuple(f"c{at}" for at in range(201))])
def test_a_scope_names_some_different_crews(crew_ids: tuple[str, ...]) -> None:
    with pytest.raises(InvalidFilter):
        MemoryScope("g", crew_ids)


@given(names, names, names, names)
def test_different_scopes_never_make_the_same_id(a: str, b: str, c: str, d: str) -> None:
    one, other = MemoryScope(a, (b,)), MemoryScope(c, (d,))
    same = one.record_id(SHORT, "k") == other.record_id(SHORT, "k")
    assert same == ((a, b) == (c, d))
    assert (one.owner_of(SHORT, other.record_id(SHORT, "k")) is not None) == same


@pytest.mark.parametrize("key", ["", "-a", "a b", "a/b", "a" * 81, "é"])
def test_a_record_key_is_a_plain_word(key: str) -> None:
    with pytest.raises(InvalidRecord):
        SCOPE.record_id(SHORT, key)


def test_the_scope_stands_first_in_both_forms() -> None:
    chosen = RecordFilter(
        ids=("i",),
        where=(Equals("agent_id", "x"), AtLeast("version", 2), NoneOf("llm_model", ("m",))),
    )
    selection = select(SCOPE, SHORT, chosen)
    assert rendered(selection, EndpointKind.STANDARD) == {
        "group_id": "g",
        "crew_id": ["c1", "c2"],
        "id": ["i"],
        "agent_id": "x",
        "version >=": 2,
        "llm_model NOT": ["m"],
    }
    assert rendered(selection, EndpointKind.STORAGE_OPTIMIZED) == (
        "group_id = 'g' AND crew_id IN ('c1', 'c2') AND id IN ('i') AND agent_id = 'x'"
        " AND version >= 2 AND llm_model NOT IN ('m')"
    )


@pytest.mark.parametrize("value", ["it's", "\\", "\\' OR 1=1 --", "x' OR '1'='1"])
def test_a_text_that_could_end_a_literal_stays_out_of_filter_strings(value: str) -> None:
    for condition in (Equals("agent_id", value), OneOf("agent_id", ("a", value))):
        selection = select(SCOPE, SHORT, RecordFilter(where=(condition,)))
        text = rendered(selection, EndpointKind.STORAGE_OPTIMIZED)
        assert text == "group_id = 'g' AND crew_id IN ('c1', 'c2')"
        assert not is_complete(selection, EndpointKind.STORAGE_OPTIMIZED)
        assert is_complete(selection, EndpointKind.STANDARD)


def test_a_column_is_compared_once_in_each_way() -> None:
    for where in (
        (Equals("agent_id", "x"), OneOf("agent_id", ("y",))),
        (AtLeast("version", 1), AtLeast("version", 2)),
        (NoneOf("agent_id", ()),),
    ):
        with pytest.raises(InvalidFilter):
            select(SCOPE, SHORT, RecordFilter(where=where))


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=50))
def test_vectors_become_unit_vectors_of_the_same_direction(parts: list[float]) -> None:
    if math.hypot(*parts) < 1e-300:
        return
    unit = unit_vector("i", len(parts), parts)
    assert math.hypot(*unit) == pytest.approx(1.0, abs=1e-6)
    with pytest.raises(DimensionMismatch):
        unit_vector("i", len(parts) + 1, parts)


@pytest.mark.parametrize("angle", [0.0, 0.3, math.pi / 2, 2.5, math.pi])
def test_scores_of_the_service_become_cosines(angle: float) -> None:
    squared = (math.cos(angle) - 1) ** 2 + math.sin(angle) ** 2
    assert cosine(1 / (1 + squared)) == pytest.approx(math.cos(angle), abs=1e-6)


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ({"detailed_state": "ONLINE_DIRECT_ACCESS", "ready": True}, "ready"),
        ({"detailed_state": "PROVISIONING_INDEX", "ready": False}, "provisioning"),
        ({"detailed_state": "OFFLINE_FAILED"}, "failed"),
        ({"detailed_state": "OFFLINE"}, "offline"),
        ({"detailed_state": "SOMETHING_NEW", "ready": True}, "ready"),
        ({"detailed_state": "SOMETHING_NEW"}, "unknown"),
        ({"ready": True}, "ready"),
        ({}, "unknown"),
    ],
)
def test_states_are_read_from_plain_strings(status: dict[str, Any], state: str) -> None:
    assert index_state(status) == state


@pytest.mark.parametrize("time", ["2026-11-21T10:00:00Z", "2026-11-21T12:00+02:00", 1795255200])
def test_times_have_one_form(time: Any) -> None:
    assert canonical_time(time) == "2026-11-21T10:00:00.000000+00:00"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Don't PANIC, 42!", ["don", "t", "panic", "42"]),
        ("Crème BRÛLÉE ﬁne", ["creme", "brulee", "fine"]),
        ("東京tower です", ["東", "京", "tower", "て", "す"]),
        ("한국어 цена", ["한국어", "цена"]),
        ("", []),
        ("?!🚀", []),
    ],
)
def test_texts_are_cut_into_words(text: str, found: list[str]) -> None:
    assert words(text) == found


# DatabricksIndexSchemas


@pytest.mark.parametrize(
    ("memory_type", "count"),
    [("short_term", 17), ("long_term", 17), ("entity", 13), ("document", 16)],
)
def test_search_columns_are_the_schema_without_the_vector(memory_type: str, count: int) -> None:
    schema = DatabricksIndexSchemas.get_schema(memory_type)
    columns = DatabricksIndexSchemas.get_search_columns(memory_type)
    assert len(schema) == count
    assert columns == [column for column in schema if column != "embedding"]
    positions = DatabricksIndexSchemas.get_column_positions(memory_type)
    assert [columns[at] for at in positions.values()] == list(positions)
    assert (columns[0], schema["embedding"]) == ("id", "array<float>")


def test_columns_stand_in_the_order_of_existing_indexes() -> None:
    assert list(DatabricksIndexSchemas.get_schema("entity")) == [
        *("id", "entity_name", "entity_type", "description", "relationships", "timestamp"),
        *("crew_id", "agent_id", "group_id", "llm_model", "tools_used"),
        *("embedding", "embedding_model"),
    ]
    assert list(DatabricksIndexSchemas.get_schema("short_term")) == [
        *("id", "content", "query_text", "session_id", "interaction_sequence", "timestamp"),
        *("created_at", "ttl_hours", "metadata", "crew_id", "agent_id", "group_id", "llm_model"),
        *("tools_used", "embedding", "embedding_model", "version"),
    ]


def test_a_search_result_is_read_with_its_score() -> None:
    columns = DatabricksIndexSchemas.get_search_columns("document")
    row = DatabricksIndexSchemas.parse_search_result("document", [*range(len(columns)), 0.5])
    assert (row["id"], row["version"], row["score"]) == (0, len(columns) - 1, 0.5)
    with pytest.raises(MalformedRow):
        DatabricksIndexSchemas.parse_search_result("document", list(range(len(columns))))


@pytest.mark.parametrize("memory_type", ["", "unified", "SHORT_TERM", "memory"])
def test_an_unknown_type_is_an_error(memory_type: str) -> None:
    for method in (
        DatabricksIndexSchemas.get_schema,
        DatabricksIndexSchemas.get_search_columns,
        DatabricksIndexSchemas.get_column_positions,
    ):
        with pytest.raises(UnknownMemoryType, match="short_term"):
            method(memory_type)
    with pytest.raises(UnknownMemoryType):
        DatabricksIndexSchemas.parse_search_result(memory_type, [])
