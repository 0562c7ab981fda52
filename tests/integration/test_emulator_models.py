"""Model serving of the emulator, driven by litellm and the openai client."""

import json
import os
from collections.abc import Iterator
from typing import Any

os.environ.setdefault("LITELLM_LOCAL_MODEL_COST_MAP", "True")  # else the import asks the internet

import litellm
import numpy as np
import openai
import pytest

from tests.emulator.server import DatabricksEmulator

pytestmark = pytest.mark.integration
QUESTION: list[Any] = [{"role": "user", "content": "Price?"}]
GPT_OSS = "databricks-gpt-oss-120b"


@pytest.fixture
def emulator() -> Iterator[DatabricksEmulator]:
    with DatabricksEmulator() as running:
        running.script({"answer": "The price is 42."})
        yield running


@pytest.fixture
def client(emulator: DatabricksEmulator) -> Iterator[openai.OpenAI]:
    base = f"{emulator.host}/serving-endpoints"
    with openai.OpenAI(base_url=base, api_key=emulator.token, max_retries=0) as client:
        yield client


def ask(emulator: DatabricksEmulator, model: str, **options: Any) -> Any:
    return litellm.completion(
        f"databricks/{model}",
        QUESTION,
        api_key=emulator.token,
        api_base=f"{emulator.host}/serving-endpoints",
        **options,
    )


def test_litellm_reads_gpt_oss_blocks(emulator: DatabricksEmulator) -> None:
    message = ask(emulator, GPT_OSS).choices[0].message

    assert message.content == "The price is 42."
    assert message.reasoning_content == "I think so"
    (sent,) = emulator.requests
    assert sent.path == "/serving-endpoints/chat/completions"
    assert sent.json["model"] == GPT_OSS
    assert sent.headers["user-agent"].startswith("litellm/")


def test_litellm_streams_gpt_oss_blocks(emulator: DatabricksEmulator) -> None:
    chunks = ask(emulator, GPT_OSS, stream=True)

    text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks)
    assert text == "The price is 42."


async def test_litellm_asks_from_a_loop(emulator: DatabricksEmulator) -> None:
    answer = await litellm.acompletion(
        "databricks/databricks-llama-4-maverick",
        QUESTION,
        api_key=emulator.token,
        api_base=f"{emulator.host}/serving-endpoints",
    )

    assert answer.choices[0].message.content == "The price is 42."


def test_litellm_embeds(emulator: DatabricksEmulator) -> None:
    answer = litellm.embedding(
        "databricks/databricks-gte-large-en",
        ["a price", "another"],
        api_key=emulator.token,
        api_base=f"{emulator.host}/serving-endpoints",
    )

    assert [len(one["embedding"]) for one in answer.data] == [1024, 1024]
    (sent,) = emulator.requests
    assert sent.path == "/serving-endpoints/embeddings"
    assert sent.json["input"] == ["a price", "another"]


def test_litellm_mints_a_token_a_call_from_the_environment(
    emulator: DatabricksEmulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    client_id, secret = emulator.service_principal
    monkeypatch.setenv("DATABRICKS_CLIENT_ID", client_id)
    monkeypatch.setenv("DATABRICKS_CLIENT_SECRET", secret)

    ask(emulator, GPT_OSS)
    ask(emulator, GPT_OSS)

    minted = [one for one in emulator.requests if one.path == "/oidc/v1/token"]
    chats = [one for one in emulator.requests if one.path.endswith("/chat/completions")]
    assert len(minted) == 2
    assert {one.identity for one in chats} == {"pat:ada@example.com"}, "and throws it away"


def test_the_openai_client_sees_the_blocks_as_they_are(client: openai.OpenAI) -> None:
    raw = client.chat.completions.with_raw_response.create(model=GPT_OSS, messages=QUESTION)

    assert raw.headers["served-model-name"] == GPT_OSS
    content: Any = raw.parse().choices[0].message.content
    assert [block["type"] for block in content] == ["reasoning", "text"]


def test_tool_calls_are_scripted(emulator: DatabricksEmulator, client: openai.OpenAI) -> None:
    emulator.script({"tool_calls": [{"name": "look_up", "arguments": {"id": 1}}]})

    answer = client.chat.completions.create(model=GPT_OSS, messages=QUESTION)
    message: Any = answer.choices[0].message

    assert message.tool_calls[0].function.name == "look_up"
    assert json.loads(message.tool_calls[0].function.arguments) == {"id": 1}


def test_the_openai_client_asks_for_base64(
    emulator: DatabricksEmulator, client: openai.OpenAI
) -> None:
    packed = client.embeddings.create(model="databricks-bge-large-en", input="a price")
    plain = client.embeddings.create(
        model="databricks-bge-large-en", input="a price", encoding_format="float"
    )

    assert emulator.requests[0].json["encoding_format"] == "base64"
    assert packed.data[0].embedding == pytest.approx(plain.data[0].embedding)


@pytest.mark.parametrize(
    ("model", "is_unit"), [("databricks-gte-large-en", False), ("databricks-bge-large-en", True)]
)
def test_only_some_models_normalise(client: openai.OpenAI, model: str, is_unit: bool) -> None:
    texts = ["one text", "another text", ""]
    answer = client.embeddings.create(model=model, input=texts)

    norms = [float(np.linalg.norm(one.embedding)) for one in answer.data]
    assert all((abs(norm - 1) < 1e-5) is is_unit for norm in norms)
    assert is_unit or len({round(norm, 3) for norm in norms}) == 3


def test_embeddings_are_near_for_shared_words(client: openai.OpenAI) -> None:
    texts = ["the price of apples", "apple prices", "a walk in the rain", "the price of apples"]
    found = client.embeddings.create(model="databricks-bge-large-en", input=texts).data
    price, inflected, rain, again = (np.array(one.embedding) for one in found)

    assert price @ again == pytest.approx(1.0)
    assert price @ inflected > price @ rain + 0.05


@pytest.mark.parametrize(
    ("status", "expected"), [(429, openai.RateLimitError), (503, openai.InternalServerError)]
)
def test_models_can_be_throttled_or_away(
    emulator: DatabricksEmulator,
    client: openai.OpenAI,
    status: int,
    expected: type[openai.APIStatusError],
) -> None:
    emulator.faults.add(path="/serving-endpoints/*", status=status, retry_after=0)

    with pytest.raises(expected):
        client.chat.completions.create(model=GPT_OSS, messages=QUESTION)


def test_an_unknown_model_is_not_found(client: openai.OpenAI) -> None:
    with pytest.raises(openai.NotFoundError, match="does not exist"):
        client.chat.completions.create(model="databricks-none", messages=QUESTION)


def test_a_stream_can_be_cut(emulator: DatabricksEmulator, client: openai.OpenAI) -> None:
    emulator.inject("cut_stream")
    pieces = []

    with pytest.raises(Exception, match=r"peer closed|incomplete"):
        for chunk in client.chat.completions.create(
            model="databricks-llama-4-maverick", messages=QUESTION, stream=True
        ):
            pieces.append(chunk)

    assert pieces


def test_a_stream_can_be_throttled_in_the_middle(
    emulator: DatabricksEmulator, client: openai.OpenAI
) -> None:
    emulator.inject("throttled_midstream")
    chunks = client.chat.completions.create(model=GPT_OSS, messages=QUESTION, stream=True)

    first, second = list(chunks)

    assert first.choices[0].delta.content == "The "
    assert not second.choices, "an error line that the client takes for an empty chunk"
