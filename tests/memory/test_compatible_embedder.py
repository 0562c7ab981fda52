"""Embeddings over HTTP: what is sent, whose key goes along, and what every fault becomes."""

import math
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from pydantic import SecretStr

from src.core.clock import SystemClock
from src.core.errors import NotConfigured
from src.memory.embedders.base import Embedder, Purpose
from src.memory.embedders.catalogue import embedder_plan
from src.memory.embedders.errors import (
    EmbedderRefused,
    EmbedderThrottled,
    EmbedderUnavailable,
    EmbeddingFailed,
)
from src.memory.embedders.opening import EmbedderOpener
from src.repositories.vector.call_policy import CallLimits
from src.schemas.memory_backend import EmbedderConfig
from tests.conformance.databricks_support import chain_of
from tests.emulator.server import DatabricksEmulator
from tests.support.scripted_openai import ScriptedOpenAI

pytestmark = pytest.mark.integration
EMBEDDINGS = "/serving-endpoints/embeddings"
GTE = EmbedderConfig(provider="databricks", model="databricks-gte-large-en")
BGE = EmbedderConfig(provider="databricks", model="databricks-bge-large-en")
LIMITS = CallLimits(attempt_s=2.0, total_s=5.0, attempts=3, first_wait_s=0.01, failures_to_open=3)


@pytest.fixture(scope="module")
def server() -> Iterator[DatabricksEmulator]:
    with DatabricksEmulator() as emulator:
        yield emulator


@pytest.fixture(autouse=True)
def clean(server: DatabricksEmulator) -> None:
    server.reset()


@pytest.fixture
async def opener(server: DatabricksEmulator) -> AsyncIterator[EmbedderOpener]:
    opener = EmbedderOpener({"databricks": server.host}, SystemClock(), LIMITS)
    yield opener
    await opener.close()


@pytest.fixture
def gte(opener: EmbedderOpener, server: DatabricksEmulator) -> Embedder:
    return opener.open(embedder_plan(GTE), {}, chain_of(server.token))


def sent(server: DatabricksEmulator) -> list[Any]:
    return [request.json for request in server.recorder.matching("POST", EMBEDDINGS)]


def answer_with(server: DatabricksEmulator, *data: Any) -> None:
    server.faults.add(path=EMBEDDINGS, body={"data": list(data)}, times=None)


@pytest.mark.parametrize("config", [GTE, BGE])
async def test_vectors_have_unit_norm_whether_the_model_normalises_or_not(
    opener: EmbedderOpener, server: DatabricksEmulator, config: EmbedderConfig
) -> None:
    embedder = opener.open(embedder_plan(config), {}, chain_of(server.token))
    vectors = await embedder.embed(["apples", "pears and apples"], Purpose.DOCUMENT)

    assert [len(vector) for vector in vectors] == [1024, 1024]
    assert [math.hypot(*vector) for vector in vectors] == pytest.approx([1.0, 1.0])


async def test_numbers_are_asked_for_and_never_base64(
    gte: Embedder, server: DatabricksEmulator
) -> None:
    await gte.embed(["apples"], Purpose.QUERY)

    assert sent(server) == [{"model": "databricks-gte-large-en", "input": ["apples"]}]


async def test_many_texts_go_in_portions_and_come_back_in_order(
    gte: Embedder, server: DatabricksEmulator
) -> None:
    texts = [f"text number {number}" for number in range(310)]
    vectors = await gte.embed(texts, Purpose.DOCUMENT)

    assert sorted(len(body["input"]) for body in sent(server)) == [10, 150, 150]
    assert vectors[200] == (await gte.embed([texts[200]], Purpose.DOCUMENT))[0]


async def test_a_query_is_put_to_the_model_as_it_was_trained(
    opener: EmbedderOpener, server: DatabricksEmulator
) -> None:
    embedder = opener.open(embedder_plan(BGE), {}, chain_of(server.token))
    await embedder.embed(["apples"], Purpose.QUERY)
    await embedder.embed(["apples"], Purpose.DOCUMENT)

    asked, stored = (body["input"][0] for body in sent(server))
    assert asked.endswith(": apples")
    assert stored == "apples"


async def test_a_text_that_the_model_finds_too_long_is_cut_until_it_fits(
    gte: Embedder, server: DatabricksEmulator
) -> None:
    server.faults.add(path=EMBEDDINGS, status=400, message="Input exceeds 512 tokens", times=2)
    await gte.embed(["word " * 800], Purpose.DOCUMENT)

    assert [len(body["input"][0]) for body in sent(server)] == [4000, 2000, 1000]


@pytest.mark.parametrize("status", [429, 500, 503])
async def test_what_may_pass_is_tried_again(
    gte: Embedder, server: DatabricksEmulator, status: int
) -> None:
    rule = server.faults.add(path=EMBEDDINGS, status=status, times=2)

    assert len(await gte.embed(["apples"], Purpose.QUERY)) == 1
    assert server.faults.struck(rule) == 2


async def test_a_server_that_asks_for_more_time_than_there_is_gets_no_second_request(
    gte: Embedder, server: DatabricksEmulator
) -> None:
    rule = server.faults.add(path=EMBEDDINGS, status=429, retry_after=60, times=None)
    with pytest.raises(EmbedderThrottled) as caught:
        await gte.embed(["apples"], Purpose.QUERY)

    assert caught.value.headers == {"Retry-After": "60"}
    assert server.faults.struck(rule) == 1


@pytest.mark.parametrize("connection", ["reset", "half"])
async def test_a_lost_connection_is_unavailable(
    gte: Embedder, server: DatabricksEmulator, connection: str
) -> None:
    server.faults.add(path=EMBEDDINGS, connection=connection, times=None)
    with pytest.raises(EmbedderUnavailable, match="cannot be reached"):
        await gte.embed(["apples"], Purpose.QUERY)


async def test_a_silent_server_is_left_after_a_while(server: DatabricksEmulator) -> None:
    limits = CallLimits(attempt_s=0.2, attempts=1)
    opener = EmbedderOpener({"databricks": server.host}, SystemClock(), limits)
    embedder = opener.open(embedder_plan(GTE), {}, chain_of(server.token))
    server.faults.add(path=EMBEDDINGS, hold=True)
    with pytest.raises(EmbedderUnavailable, match="did not answer within"):
        await embedder.embed(["apples"], Purpose.QUERY)
    server.faults.release()
    await opener.close()


async def test_a_server_that_keeps_failing_is_given_a_rest(
    opener: EmbedderOpener, gte: Embedder, server: DatabricksEmulator
) -> None:
    rule = server.faults.add(path=EMBEDDINGS, status=503, times=None)
    for _ in range(4):
        with pytest.raises(EmbedderUnavailable):
            await gte.embed(["apples"], Purpose.QUERY)

    assert server.faults.struck(rule) == 9
    another = opener.open(embedder_plan(GTE), {}, chain_of(server.token))
    with pytest.raises(EmbedderUnavailable, match="times in a row"):
        await another.embed(["apples"], Purpose.QUERY)


VECTOR = [0.5] * 1024


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ([{"index": 0, "embedding": VECTOR}], "one vector for each of 2 texts"),
        ([{"index": 0, "embedding": VECTOR}] * 2, "one vector for each of 2 texts"),
        ([{"index": 0, "embedding": [1.0, 2.0]}], "expected 1024 dimensions"),
        ([{"index": 0, "embedding": [0.0] * 1024}], "zero or not finite"),
        ([{"index": 0, "embedding": [1e400, *VECTOR[1:]]}], "unknown form"),
        ([{"index": 0, "embedding": "AAAA"}], "unknown form"),
        ([{"index": 0}], "unknown form"),
        ([None], "unknown form"),
    ],
)
async def test_an_answer_without_a_usable_vector_for_each_text_is_an_error(
    gte: Embedder, server: DatabricksEmulator, data: list[Any], said: str
) -> None:
    answer_with(server, *data)
    with pytest.raises(EmbeddingFailed, match=said):
        await gte.embed(["apples", "pears"], Purpose.DOCUMENT)


async def test_vectors_are_put_in_the_order_of_their_index(
    gte: Embedder, server: DatabricksEmulator
) -> None:
    first, second = [1.0, *[0.0] * 1023], [0.0, 1.0, *[0.0] * 1022]
    answer_with(server, {"index": 1, "embedding": second}, {"index": 0, "embedding": first})

    assert await gte.embed(["a", "b"], Purpose.DOCUMENT) == [tuple(first), tuple(second)]


async def test_a_page_instead_of_json_is_an_error(
    gte: Embedder, server: DatabricksEmulator
) -> None:
    server.faults.add(path=EMBEDDINGS, body="<html>", content_type="text/html")
    with pytest.raises(EmbeddingFailed, match="unknown form"):
        await gte.embed(["apples"], Purpose.QUERY)


async def test_a_model_that_is_not_there_is_named(
    opener: EmbedderOpener, server: DatabricksEmulator
) -> None:
    plan = embedder_plan(EmbedderConfig(provider="databricks", model="missing", dimension=8))
    with pytest.raises(EmbedderRefused, match="no embedding model databricks/missing"):
        await opener.open(plan, {}, chain_of(server.token)).embed(["a"], Purpose.QUERY)


async def test_a_refused_token_is_replaced_only_where_the_group_allows_it(
    opener: EmbedderOpener, server: DatabricksEmulator
) -> None:
    plan = embedder_plan(GTE)
    strict = opener.open(plan, {}, chain_of("bad", server.token))
    with pytest.raises(EmbedderRefused, match="does not accept the key"):
        await strict.embed(["apples"], Purpose.QUERY)

    lenient = opener.open(plan, {}, chain_of("bad", server.token, may_fall_back=True))
    assert len(await lenient.embed(["apples"], Purpose.QUERY)) == 1


async def test_no_message_shows_a_key_or_a_text(gte: Embedder, server: DatabricksEmulator) -> None:
    server.faults.add(path=EMBEDDINGS, status=401, times=None)
    with pytest.raises(EmbedderRefused) as caught:
        await gte.embed(["a private sentence"], Purpose.QUERY)

    assert server.token not in str(caught.value)
    assert "private" not in str(caught.value)


async def test_an_empty_text_is_not_sent(gte: Embedder, server: DatabricksEmulator) -> None:
    with pytest.raises(EmbeddingFailed, match="text 1 of 1 is empty"):
        await gte.embed([""], Purpose.QUERY)

    assert sent(server) == []


async def test_redirects_are_not_followed(gte: Embedder, server: DatabricksEmulator) -> None:
    server.faults.add(path=EMBEDDINGS, status=307, headers={"location": f"{server.host}/x"})
    with pytest.raises(EmbedderRefused, match="307"):
        await gte.embed(["apples"], Purpose.QUERY)


async def test_cookies_of_one_answer_do_not_go_out_with_the_next_request(
    gte: Embedder, server: DatabricksEmulator
) -> None:
    headers = {"set-cookie": "session=somebody"}
    data = [{"index": 0, "embedding": VECTOR}]
    server.faults.add(path=EMBEDDINGS, body={"data": data}, headers=headers)
    await gte.embed(["apples"], Purpose.QUERY)
    await gte.embed(["apples"], Purpose.QUERY)

    latest = server.recorder.matching("POST", EMBEDDINGS)[-1]
    assert "cookie" not in {name.lower() for name in latest.headers}


PROVIDERS = [
    ("openai", "sk-group"),
    ("gemini", "gm-group"),
    ("ollama", None),
    ("hosted_vllm", None),
]


@pytest.mark.parametrize(("provider", "key"), PROVIDERS)
async def test_each_provider_is_asked_at_the_configured_address_with_its_own_key(
    provider: Any, key: str | None
) -> None:
    with ScriptedOpenAI() as openai:
        bare = provider in ("ollama", "hosted_vllm")
        address = openai.databricks_host if bare else openai.base_url
        opener = EmbedderOpener({provider: address}, SystemClock(), LIMITS)
        config = EmbedderConfig(provider=provider, model="small", dimension=64)
        keys = {"OPENAI_API_KEY": SecretStr("sk-group"), "GEMINI_API_KEY": SecretStr("gm-group")}
        vectors = await opener.open(embedder_plan(config), keys, None).embed(["a"], Purpose.QUERY)
        await opener.close()
        [request] = openai.requests

    assert len(vectors[0]) == 64
    assert request.path == "/v1/embeddings"
    assert request.headers.get("authorization") == (key and f"Bearer {key}")


def test_a_missing_key_or_address_is_said_before_anything_is_sent() -> None:
    opener = EmbedderOpener({}, SystemClock())
    with pytest.raises(NotConfigured, match="OPENAI_API_KEY"):
        opener.open(embedder_plan(EmbedderConfig(provider="openai")), {}, None)
    with pytest.raises(NotConfigured, match="OLLAMA_API_BASE"):
        opener.open(embedder_plan(EmbedderConfig(provider="ollama")), {}, None)
