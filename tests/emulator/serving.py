"""Model serving: embeddings computed here, chat completions by the scripted server's own code."""

import base64
import hashlib
import json
from dataclasses import dataclass
from typing import Any

from fastapi import Request
from starlette.types import Message, Receive, Scope, Send

from tests.emulator.embeddings import EmbeddingModel
from tests.emulator.errors import ApiError, denied, invalid, missing
from tests.emulator.exchange import answer, exchange_of, replay
from tests.emulator.options import Options
from tests.emulator.schemas import Vector
from tests.support.scripted_answers import LoggedRequest, Rule, Script
from tests.support.scripted_openai import create_app

CHAT = "llm/v1/chat"
EMBEDDING = "llm/v1/embeddings"
CHAT_MODELS = (
    "databricks-gpt-oss-120b",
    "databricks-gpt-oss-20b",
    "databricks-llama-4-maverick",
    "databricks-meta-llama-3-3-70b-instruct",
    "databricks-claude-sonnet-4-6",
)
EMBEDDING_MODELS = (
    EmbeddingModel("databricks-gte-large-en", normalised=False),
    EmbeddingModel(
        "databricks-bge-large-en",
        instruction="Represent this sentence for searching relevant passages: ",
    ),
    EmbeddingModel("databricks-qwen3-embedding-0-6b"),
)
ASGI_KEYS = {
    *("type", "asgi", "http_version", "server", "client", "scheme", "method"),
    *("path", "raw_path", "query_string", "headers"),
}


@dataclass
class ServingEndpoint:
    name: str
    task: str
    model: EmbeddingModel | None = None
    is_ready: bool = True
    route_optimized: bool = False

    @property
    def id(self) -> str:
        return hashlib.sha256(self.name.encode()).hexdigest()[:32]

    def describe(self) -> dict[str, Any]:
        ready = "READY" if self.is_ready else "NOT_READY"
        return {
            "id": self.id,
            "name": self.name,
            "state": {"ready": ready, "config_update": "NOT_UPDATING"},
            "task": self.task,
            "config": {"served_entities": [{"name": self.name, "entity_name": self.name}]},
            "route_optimized": self.route_optimized,
        }


class GptOssScript(Script):
    """gpt-oss answers in content blocks on this platform, whether a rule says so or not."""

    def rule_for(self, entry: LoggedRequest) -> Rule:
        rule = super().rule_for(entry)
        is_plain = "gpt-oss" not in entry.model or "blocks" in rule or "tool_calls" in rule
        return rule if is_plain else {"blocks": "plain", **rule}


class Serving:
    def __init__(self, options: Options) -> None:
        self._options = options
        self.script = GptOssScript()
        self.endpoints: dict[str, ServingEndpoint] = {}
        for name in CHAT_MODELS:
            self.add(name)
        for model in EMBEDDING_MODELS:
            self.add(model.name, model)

    def add(self, name: str, model: EmbeddingModel | None = None) -> ServingEndpoint:
        """A chat endpoint, or with a model one for embeddings."""
        made = ServingEndpoint(name, EMBEDDING if model else CHAT, model)
        self.endpoints[name] = made
        return made

    def find(self, name: str) -> ServingEndpoint:
        if name not in self.endpoints:
            raise missing(f"The given endpoint {name} does not exist.")
        return self.endpoints[name]

    def embed(self, name: str, text: str) -> Vector:
        """For query_text of an index with an embedding model endpoint."""
        model = self.find(name).model
        if model is None:
            raise invalid(f"Endpoint {name} is not an embedding endpoint.")
        return model.embed(text)

    def embeddings(self, endpoint: ServingEndpoint, body: dict[str, Any]) -> dict[str, Any]:
        model = endpoint.model
        texts = [body["input"]] if isinstance(body.get("input"), str) else body.get("input")
        if model is None or not isinstance(texts, list) or not texts:
            raise ApiError(400, "BAD_REQUEST", "Expected 'input': a string or a list of strings.")
        if not all(isinstance(text, str) for text in texts):
            raise ApiError(400, "BAD_REQUEST", "Every input must be a string.")
        if body.get("dimensions") not in (None, model.dimension):
            message = f"{endpoint.name} has {model.dimension} dimensions and no choice of others."
            raise ApiError(400, "BAD_REQUEST", message)
        limits = self._options.limits
        if limits.enforced and len(texts) > limits.embedding_inputs:
            message = f"At most {limits.embedding_inputs} inputs in a request, got {len(texts)}."
            raise ApiError(400, "BAD_REQUEST", message)
        as_text = body.get("encoding_format") == "base64"
        data = [
            {"object": "embedding", "index": index, "embedding": _encoded(vector, as_text)}
            for index, vector in enumerate(map(model.embed, texts))
        ]
        words = sum(len(text.split()) for text in texts)
        usage = {"prompt_tokens": words, "total_tokens": words}
        return {"object": "list", "data": data, "model": endpoint.name, "usage": usage}


def _encoded(vector: Vector, as_text: bool) -> Any:
    return base64.b64encode(vector.astype("<f4").tobytes()).decode() if as_text else vector


class ServingRoute:
    """An ASGI endpoint, because streamed answers pass through untouched.

    Serves /serving-endpoints/{name}/invocations, /serving-endpoints/chat/completions,
    /serving-endpoints/embeddings and the AI gateway's /ai-gateway/mlflow/v1/chat/completions.
    """

    def __init__(self, serving: Serving) -> None:
        self._serving = serving
        self._chat = create_app(serving.script)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        body = exchange_of(request).fields()
        endpoint = self._allowed(request, body)
        wants_embedding = scope["path"].endswith("/embeddings")
        is_invocation = scope["path"].endswith("/invocations")
        if not is_invocation and wants_embedding != (endpoint.task == EMBEDDING):
            message = f"Endpoint {endpoint.name} does not serve this API; its task is "
            raise ApiError(400, "BAD_REQUEST", message + endpoint.task)
        if endpoint.task == EMBEDDING:
            response = answer(request, self._serving.embeddings(endpoint, body))
            await response(scope, receive, send)
            return
        if not body.get("messages"):
            raise ApiError(400, "BAD_REQUEST", "Expected 'messages', a list that is not empty.")
        inner = {key: value for key, value in scope.items() if key in ASGI_KEYS}
        if not is_invocation:
            inner["path"] = "/serving-endpoints/chat/completions"
        await self._chat(inner, replay(exchange_of(request).body, receive), _named(send, endpoint))

    def _allowed(self, request: Request, body: dict[str, Any]) -> ServingEndpoint:
        name = request.path_params.get("name") or body.get("model")
        endpoint = self._serving.find(str(name))
        identity = exchange_of(request).token.identity
        if not identity.may("CAN_QUERY", endpoint.name):
            raise denied(f"User does not have permission CAN_QUERY on endpoint {endpoint.name}.")
        if not endpoint.is_ready:
            raise ApiError(400, "BAD_REQUEST", f"Endpoint {endpoint.name} is not ready.")
        return endpoint


def _named(send: Send, endpoint: ServingEndpoint) -> Send:
    async def with_header(message: Message) -> None:
        if message["type"] == "http.response.start":
            header = (b"served-model-name", endpoint.name.encode())
            message = {**message, "headers": [*message.get("headers", []), header]}
        await send(message)

    return with_header


def chunk_of(text: str) -> str:
    """One line of a stream, for faults that write their own."""
    delta = {"index": 0, "delta": {"role": "assistant", "content": text}, "finish_reason": None}
    base = {"id": "chatcmpl-fault", "created": 1, "model": "fault"}
    line = json.dumps({**base, "object": "chat.completion.chunk", "choices": [delta]})
    return f"data: {line}\n\n"
