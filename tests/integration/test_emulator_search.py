"""What the emulator's index answers: scores, query types, limits, provisioning."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from databricks.ai_search.exceptions import BadRequest, NotFound

from tests.emulator.arrange import (
    ENDPOINT,
    INDEX,
    client_of,
    found_in,
    make_index,
    make_row,
)
from tests.emulator.server import DatabricksEmulator

pytestmark = pytest.mark.integration
AXIS = [1.0, 0.0, 0.0, 0.0]


@pytest.fixture
def emulator() -> Iterator[DatabricksEmulator]:
    with DatabricksEmulator() as running:
        yield running


def test_vector_search_is_exact(emulator: DatabricksEmulator) -> None:
    random = np.random.default_rng(7)
    vectors = random.standard_normal((3000, 16)) * 20
    index = make_index(emulator, dimension=16)
    for start in range(0, 3000, 1000):
        rows = [make_row(n, emb=vectors[n].tolist()) for n in range(start, start + 1000)]
        index.upsert(rows)
    query = vectors[17] + random.standard_normal(16) * 0.01

    answer = index.similarity_search(["id"], query_vector=query.tolist(), num_results=20)

    distances = ((vectors.astype(np.float32) - query) ** 2).sum(axis=1)
    best = np.argsort(distances)[:20]
    assert found_in(answer) == [f"r{number:05}" for number in best]
    expected = [1 / (1 + distances[number]) for number in best]
    assert found_in(answer, "score") == pytest.approx(expected, rel=1e-4)


def test_hybrid_fuses_both_rankings(emulator: DatabricksEmulator) -> None:
    index = make_index(emulator)
    index.upsert(
        [
            make_row(0, text="the harbour opens at six"),
            make_row(1, text="tickets for SKU-77 are sold out"),
            make_row(2, text="nothing of interest"),
        ]
    )
    by_text = index.similarity_search(["id"], query_text="sku 77", query_type="FULL_TEXT")
    both = index.similarity_search(
        ["id"], query_text="sku 77", query_vector=[0.0, 1, 0, 0], query_type="hybrid"
    )

    assert found_in(by_text) == ["r00001"]
    assert found_in(both)[0] == "r00001"
    assert found_in(both, "score")[0] == 1.0, "first in both lists"
    assert len(found_in(both)) == 3


def test_full_text_scores_fall_with_length_and_frequency(emulator: DatabricksEmulator) -> None:
    index = make_index(emulator)
    index.upsert(
        [
            make_row(0, text="harbour"),
            make_row(1, text="harbour " + "word " * 30),
            make_row(2, text="word word"),
        ]
    )

    answer = index.similarity_search(
        ["id"], query_text="harbour", query_type="FULL_TEXT", query_columns=["text"]
    )

    assert found_in(answer) == ["r00000", "r00001"]
    first, second = found_in(answer, "score")
    assert first > second > 0


def test_text_is_searched_as_it_is_now(emulator: DatabricksEmulator) -> None:
    index = make_index(emulator)
    index.upsert([make_row(0, text="harbour"), make_row(1, text="harbour")])
    index.similarity_search(["id"], query_text="harbour", query_type="FULL_TEXT")

    index.upsert([make_row(0, text="station")])
    index.delete(["r00001"])

    for text, found in (("harbour", []), ("station", ["r00000"])):
        answer = index.similarity_search(["id"], query_text=text, query_type="FULL_TEXT")
        assert found_in(answer) == found


def test_an_index_with_a_model_embeds_the_query(emulator: DatabricksEmulator) -> None:
    model = emulator.serving.endpoints["databricks-bge-large-en"].model
    assert model is not None
    index = make_index(emulator, dimension=1024, model=model.name)
    texts = ["the price of apples", "a walk in the rain"]
    rows = [make_row(n, text=text, emb=model.embed(text).tolist()) for n, text in enumerate(texts)]
    index.upsert(rows)

    answer = index.similarity_search(["text"], query_text="apple prices", num_results=1)

    assert found_in(answer, "text") == ["the price of apples"]


def test_vectors_that_are_not_normalised_score_next_to_nothing(
    emulator: DatabricksEmulator,
) -> None:
    model = emulator.serving.endpoints["databricks-gte-large-en"].model
    assert model is not None
    question, text = (model.embed(one) for one in ("price of apples", "the price of red apples"))
    index = make_index(emulator, dimension=1024)

    def score(stored: Any, query: Any) -> float:
        index.upsert([make_row(0, emb=stored.tolist())])
        answer = index.similarity_search(["id"], query_vector=query.tolist())
        return float(found_in(answer, "score")[0])

    assert score(text, question) < 0.1, "though the texts are near"
    unit = score(text / np.linalg.norm(text), question / np.linalg.norm(question))
    cosine = float(text @ question / np.linalg.norm(text) / np.linalg.norm(question))
    assert 1 - (1 / unit - 1) / 2 == pytest.approx(cosine, abs=1e-5)


def test_rows_that_do_not_fit_fail_alone(emulator: DatabricksEmulator) -> None:
    index = make_index(emulator)

    outcome = index.upsert(
        [
            make_row(0),
            make_row(1, unknown=1),
            make_row(2, emb=[1.0]),
            make_row(3, place="three"),
            make_row(4, text="x" * 200_000),
            make_row(5, made_at="yesterday"),
        ]
    )

    assert outcome["status"] == "PARTIAL_SUCCESS"
    assert outcome["result"]["success_row_count"] == 1
    assert outcome["result"]["failed_primary_keys"] == [f"r{number:05}" for number in range(1, 6)]
    assert list(emulator.workspace.rows_of(INDEX)) == ["r00000"]
    assert index.upsert([make_row(1, unknown=1)])["status"] == "FAILURE"


def test_the_limits_of_the_service_hold(emulator: DatabricksEmulator) -> None:
    index = make_index(emulator)

    refusals: list[Callable[[], Any]] = [
        lambda: index.upsert([make_row(number) for number in range(1001)]),
        lambda: index.upsert([make_row(n, text="x" * 90_000) for n in range(130)]),
        lambda: index.delete([str(number) for number in range(101)]),
        lambda: index.similarity_search(["id"], query_vector=AXIS, num_results=10_001),
        lambda: index.similarity_search(
            ["id"], query_text="a", query_type="FULL_TEXT", num_results=201
        ),
        lambda: index.similarity_search(["id"], query_text="a" * 40_000, query_vector=AXIS),
        lambda: make_index(emulator, name="main.mem.wide", dimension=5000),
    ]
    for refused in refusals:
        with pytest.raises(BadRequest):
            refused()


def test_the_limits_can_be_lifted(emulator: DatabricksEmulator) -> None:
    emulator.options.change({"limits": {"enforced": False}})
    index = make_index(emulator)

    index.upsert([make_row(number) for number in range(1500)])

    assert index.delete([f"r{n:05}" for n in range(1500)])["result"]["success_row_count"] == 1500


def test_a_scan_of_too_many_vectors_is_too_large(emulator: DatabricksEmulator) -> None:
    index = make_index(emulator, dimension=1024)
    vector = np.random.default_rng(1).standard_normal(1024).tolist()
    for start in range(0, 600, 300):
        index.upsert([make_row(number, emb=vector) for number in range(start, start + 300)])

    with pytest.raises(BadRequest, match="too large"):
        index.scan(600)
    assert len(index.scan(200)["data"]) == 200


def test_an_endpoint_and_an_index_take_their_time(emulator: DatabricksEmulator) -> None:
    emulator.options.endpoint_provisioning_s = 300
    emulator.options.index_provisioning_s = 60
    client = client_of(emulator)
    index = make_index(emulator)
    assert client.get_endpoint(ENDPOINT)["endpoint_status"]["state"] == "PROVISIONING"

    emulator.clock.advance(301)

    assert client.get_endpoint(ENDPOINT)["endpoint_status"]["state"] == "ONLINE"
    assert index.describe()["status"]["ready"]


def test_an_index_that_is_not_ready_refuses(emulator: DatabricksEmulator) -> None:
    emulator.options.index_provisioning_polls = 2
    index = make_index(emulator)

    with pytest.raises(BadRequest, match="not ready"):
        index.upsert([make_row(0)])
    states = [index.describe()["status"]["detailed_state"] for _ in range(3)]

    assert states == ["PROVISIONING_INDEX", "PROVISIONING_INDEX", "ONLINE_DIRECT_ACCESS"]
    index.wait_until_ready()
    assert index.upsert([make_row(0)])["status"] == "SUCCESS"


def test_a_stopped_endpoint_serves_nothing(emulator: DatabricksEmulator) -> None:
    client, index = client_of(emulator), make_index(emulator)

    client.stop_endpoint(ENDPOINT)

    with pytest.raises(BadRequest, match="OFFLINE"):
        index.similarity_search(["id"], query_vector=AXIS)
    client.start_endpoint(ENDPOINT)
    assert found_in(index.similarity_search(["id"], query_vector=AXIS)) == []


def test_a_deleted_name_stays_taken_for_a_while(emulator: DatabricksEmulator) -> None:
    emulator.options.pending_deletion_s = 120
    client = client_of(emulator)
    make_index(emulator)
    client.delete_index(ENDPOINT, INDEX)

    with pytest.raises(NotFound):
        client.get_index(ENDPOINT, INDEX)
    with pytest.raises(BadRequest, match="pending deletion"):
        make_index(emulator)
    emulator.clock.advance(121)
    assert make_index(emulator).describe()["status"]["indexed_row_count"] == 0


def test_a_new_endpoint_of_the_same_name_has_no_indexes(emulator: DatabricksEmulator) -> None:
    client = client_of(emulator)
    make_index(emulator).upsert([make_row(0)])
    client.delete_endpoint(ENDPOINT)
    client.create_endpoint(ENDPOINT)

    assert client.list_indexes(ENDPOINT).get("vector_indexes") == []
    with pytest.raises(NotFound):
        client.get_index(ENDPOINT, INDEX)


def test_a_read_may_not_see_the_write_before_it(emulator: DatabricksEmulator) -> None:
    emulator.options.stale_first_read = True
    index = make_index(emulator)
    index.upsert([make_row(0)])

    assert found_in(index.similarity_search(["id"], query_vector=AXIS)) == []
    assert found_in(index.similarity_search(["id"], query_vector=AXIS)) == ["r00000"]


def test_a_storage_optimized_index_follows_its_table(emulator: DatabricksEmulator) -> None:
    columns = {"id": "string", "text": "string", "emb": "array<float>"}
    rows: list[dict[str, Any]] = [{"id": "a", "text": "one", "emb": [0.0] * 16}]
    emulator.workspace.add_table("main.mem.source", columns, rows)
    client = client_of(emulator)
    client.create_endpoint(ENDPOINT, "STORAGE_OPTIMIZED")
    index = client.create_delta_sync_index(
        ENDPOINT,
        "main.mem.synced",
        "id",
        "main.mem.source",
        "TRIGGERED",
        embedding_dimension=16,
        embedding_vector_column="emb",
    )
    rows.append({"id": "b", "text": "two", "emb": [1.0] * 16})
    before = found_in(index.similarity_search(["id"], query_vector=[1.0] * 16))

    index.sync()

    after = index.similarity_search(["id"], query_vector=[1.0] * 16, filters="text = 'two'")
    assert (before, found_in(after)) == (["a"], ["b"])
    with pytest.raises(BadRequest, match="DIRECT_ACCESS"):
        index.upsert(rows)


@pytest.mark.parametrize("omit", [False, True])
def test_an_empty_answer_has_one_of_two_shapes(emulator: DatabricksEmulator, omit: bool) -> None:
    emulator.options.omit_empty_data_array = omit
    index = make_index(emulator)

    answer = index.similarity_search(["id"], query_vector=AXIS)

    assert ("data_array" in answer["result"]) is not omit
    assert answer["result"]["row_count"] == 0


def test_a_second_page_may_be_empty(emulator: DatabricksEmulator) -> None:
    emulator.options.empty_next_page = True
    index = make_index(emulator)
    index.upsert([make_row(0)])

    assert found_in(index.similarity_search(["id"], query_vector=AXIS)) == ["r00000"]
    assert len(emulator.recorder.matching("GET", "*/query-next-page")) == 1


def test_the_reserved_and_the_odd_columns_are_refused(emulator: DatabricksEmulator) -> None:
    client = client_of(emulator)
    client.create_endpoint(ENDPOINT)

    for schema in (
        {"id": "string", "emb": "array<float>", "_id": "string"},
        {"id": "string", "emb": "array<float>", "blob": "binary"},
        {"id": "string", "emb": "array<double>"},
        {"emb": "array<float>"},
    ):
        with pytest.raises(BadRequest):
            client.create_direct_access_index(ENDPOINT, INDEX, "id", 4, "emb", schema)
        assert INDEX not in json.dumps(client.list_indexes(ENDPOINT))
