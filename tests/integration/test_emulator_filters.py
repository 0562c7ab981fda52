"""Filters of the emulator: dictionaries on STANDARD endpoints, strings on STORAGE_OPTIMIZED ones."""

from collections.abc import Iterator
from typing import Any

import pytest
from databricks.ai_search.exceptions import BadRequest

from tests.emulator.arrange import found_in, make_index, make_row
from tests.emulator.server import DatabricksEmulator

pytestmark = pytest.mark.integration


@pytest.fixture
def emulator() -> Iterator[DatabricksEmulator]:
    with DatabricksEmulator() as running:
        yield running


STANDARD_FILTERS: list[tuple[Any, list[int]]] = [
    ({"group_id": "a"}, [0, 2, 4]),
    ({"group_id": ["a", "b"]}, [0, 1, 2, 3, 4, 5]),
    ({"group_id": []}, []),
    ({"group_id NOT": "a"}, [1, 3, 5]),
    ({"group_id": "a", "place >=": 2}, [2, 4]),
    ({"place <": 2}, [0, 1]),
    ({"place >": 1, "place <=": 3}, [2, 3]),
    ({"group_id OR place": ["b", 0]}, [0, 1, 3, 5]),
    ({"text LIKE": "red"}, [0, 3]),
    ({"text LIKE": "%ed c%"}, [0, 3]),
    ({"text NOT LIKE": "red"}, [1, 2, 4, 5]),
    ({"tags": "x"}, [0, 3]),
    ({"tags NOT": "x"}, [1, 2, 4, 5]),
    ({"made_at >=": "2026-11-03T00:00:00Z", "made_at <": "2026-11-05 00:00:00"}, [2, 3]),
    ([{"text LIKE": "%red c%"}, {"place >": 1}], [3]),
    ({"group_id": "nobody"}, []),
]
SQL_FILTERS: list[tuple[str, list[int]]] = [
    ("group_id = 'a'", [0, 2, 4]),
    ("group_id IN ('a', 'b') AND NOT place = 1", [0, 2, 3, 4, 5]),
    ("group_id != 'a' AND place < 5", [1, 3]),
    ("place BETWEEN 2 AND 3 OR (group_id = 'b' and place >= 5)", [2, 3, 5]),
    ("text LIKE 'red%'", [0, 3]),
    ("text NOT LIKE '%red %'", [1, 2, 4, 5]),
    ("array_contains(tags, 'x')", [0, 3]),
    ("`place` <> 0 AND \"group_id\" = 'a'", [2, 4]),
    ("made_at >= TIMESTAMP '2026-11-05'", [4, 5]),
    ("tags IS NULL", []),
    ("group_id = 'it''s'", []),
    ("", [0, 1, 2, 3, 4, 5]),
]


def make_filtered(emulator: DatabricksEmulator, kind: str = "STANDARD") -> Any:
    index = make_index(emulator, kind=kind, dimension=16)
    index.upsert(
        [
            make_row(
                number,
                group_id="ab"[number % 2],
                text="red car" if number % 3 == 0 else "blue redcar",
                tags=["x", "y"] if number % 3 == 0 else ["z"],
                made_at=f"2026-11-0{number + 1}T12:00:00Z",
                emb=[float(number)] * 16,
            )
            for number in range(6)
        ]
    )
    return index


def numbers_in(answer: dict[str, Any]) -> list[int]:
    return sorted(int(found) for found in found_in(answer, "place"))


def test_standard_endpoints_take_dictionaries(emulator: DatabricksEmulator) -> None:
    index = make_filtered(emulator)
    for filters, expected in STANDARD_FILTERS:
        answer = index.similarity_search(
            ["place"], query_vector=[0.5] * 16, filters=filters, num_results=10
        )
        assert numbers_in(answer) == expected, filters


def test_storage_optimized_endpoints_take_strings(emulator: DatabricksEmulator) -> None:
    index = make_filtered(emulator, "STORAGE_OPTIMIZED")
    for filters, expected in SQL_FILTERS:
        answer = index.similarity_search(
            ["place"], query_vector=[0.5] * 16, filters=filters, num_results=10
        )
        assert numbers_in(answer) == expected, filters


@pytest.mark.parametrize(
    ("kind", "filters"),
    [
        ("STANDARD", "group_id = 'a'"),
        ("STANDARD", {"nobody": 1}),
        ("STANDARD", {"place": "one"}),
        ("STANDARD", {"group_id >": "a"}),
        ("STANDARD", {"group_id OR place": ["a"]}),
        ("STANDARD", {"place": list(range(1025))}),
        ("STORAGE_OPTIMIZED", {"group_id": "a"}),
        ("STORAGE_OPTIMIZED", "group_id = 'a' OR"),
        ("STORAGE_OPTIMIZED", "group_id = 'a'; DROP"),
        ("STORAGE_OPTIMIZED", "group_id = 'it's'"),
        ("STORAGE_OPTIMIZED", "nobody = 1"),
        ("STORAGE_OPTIMIZED", "(" * 500 + "place = 1" + ")" * 500),
    ],
)
def test_a_filter_that_cannot_be_meant_is_refused(
    emulator: DatabricksEmulator, kind: str, filters: Any
) -> None:
    index = make_filtered(emulator, kind)

    with pytest.raises(BadRequest):
        index.similarity_search(["place"], query_vector=[0.5] * 16, filters=filters)


def test_a_filter_in_the_wrong_form_can_have_no_effect(emulator: DatabricksEmulator) -> None:
    emulator.options.lenient_filters = True
    index = make_filtered(emulator)

    answer = index.similarity_search(["place"], query_vector=[0.5] * 16, filters="group_id = 'a'")

    assert len(numbers_in(answer)) == 5, "rows of every group: the leak a client must exclude"


def test_a_quote_is_escaped_in_one_of_two_ways(emulator: DatabricksEmulator) -> None:
    index = make_index(emulator, kind="STORAGE_OPTIMIZED", dimension=16)
    index.upsert([make_row(0, group_id="it's", emb=[0.0] * 16)])

    def count(filters: str) -> int:
        answer = index.similarity_search(["id"], query_vector=[1.0] * 16, filters=filters)
        return len(found_in(answer))

    assert count("group_id = 'it''s'") == 1
    emulator.options.filter_string_escapes = "spark"
    assert count("group_id = 'it\\'s'") == 1
    with pytest.raises(BadRequest):
        count("group_id = 'it''s'")
