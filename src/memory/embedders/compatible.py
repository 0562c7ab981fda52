"""Embeddings from any server that speaks OpenAI's protocol: OpenAI, Gemini, Databricks, Ollama, vLLM."""

from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

import httpx
import orjson
from pydantic import SecretStr

from src.memory.embedders.base import Purpose, Vector
from src.memory.embedders.errors import (
    EmbedderRefused,
    EmbedderThrottled,
    EmbedderUnavailable,
    EmbeddingFailed,
)
from src.memory.embedders.texts import check_texts, unit_norm
from src.memory.plan import EmbedderPlan
from src.repositories.vector.call_policy import CallPolicy, retry_after_s
from src.repositories.vector.databricks_batches import a_few_at_once
from src.repositories.vector.errors import StoreUnavailable

_BATCH_CHARS = 200_000
_SHORTEST_CUT = 500
_PATIENCE = {Purpose.QUERY: 1.0, Purpose.DOCUMENT: 3.0}
_SHOWN_CHARS = 300
_BUSY = {408, 425, 429, 500, 502, 503, 504}
_TOO_LONG = ("token", "too long", "length", "context")
"""What servers say about a text that is too long; none of them has a code for it."""

Send = Callable[[SecretStr | None], Awaitable[list[Vector]]]
Authorised = Callable[[Send], Awaitable[list[Vector]]]
"""Sends under a key or token, and under the next one when KeyRefused is raised and there is one."""


class KeyRefused(EmbedderRefused):
    pass


class _TooLong(EmbeddingFailed):
    pass


@dataclass(frozen=True)
class Server:
    url: str
    """Without /embeddings."""
    max_texts: int
    """In one request."""
    max_chars: int
    """Of one text; what is longer is cut there, as models do by themselves."""
    prefixes: Mapping[Purpose, str] = field(default_factory=dict)
    """What the model was trained to see in front of a text."""


class CompatibleEmbedder:
    """For the event loop of its client and policy."""

    def __init__(
        self,
        plan: EmbedderPlan,
        server: Server,
        authorised: Authorised,
        *,
        http: httpx.AsyncClient,
        policy: CallPolicy,
    ) -> None:
        self.plan = plan
        self._server = server
        self._authorised = authorised
        self._http = http
        self._policy = policy

    async def embed(self, texts: Sequence[str], purpose: Purpose) -> list[Vector]:
        check_texts(texts)
        prefix = self._server.prefixes.get(purpose, "")
        shaped = (f"{prefix}{text[: self._server.max_chars]}" for text in texts)
        calls = [
            partial(self._batch, batch, _PATIENCE[purpose])
            for batch in _portions(shaped, self._server.max_texts)
        ]
        return [vector for vectors in await a_few_at_once(calls) for vector in vectors]

    async def _batch(self, texts: list[str], patience: float) -> list[Vector]:
        """Cuts texts that the model finds too long in half, until they fit."""
        most = max(map(len, texts))
        while True:
            send = partial(self._send, [text[:most] for text in texts], patience)
            try:
                return await self._authorised(send)
            except _TooLong:
                if most <= _SHORTEST_CUT:
                    raise
                most //= 2

    async def _send(self, texts: list[str], patience: float, key: SecretStr | None) -> list[Vector]:
        try:
            return await self._policy.run(partial(self._request, texts, key), patience)
        except EmbedderUnavailable:
            raise
        except StoreUnavailable as exc:  # the policy's own: no answer in time, an open circuit
            raise EmbedderUnavailable(exc.message, retry_after_s=exc.retry_after_s) from exc

    async def _request(self, texts: list[str], key: SecretStr | None) -> list[Vector]:
        headers = {} if key is None else {"Authorization": f"Bearer {key.get_secret_value()}"}
        body = {"model": self.plan.model, "input": texts}
        try:
            response = await self._http.post(
                f"{self._server.url}/embeddings", json=body, headers=headers
            )
        except httpx.HTTPError as exc:
            raise EmbedderUnavailable(
                f"{self.plan.name} cannot be reached ({type(exc).__name__})"
            ) from exc
        if response.status_code != 200:
            raise self._error(response)
        return self._vectors(response, len(texts))

    def _vectors(self, response: httpx.Response, count: int) -> list[Vector]:
        found: dict[int, Vector] = {}
        try:
            for position, item in enumerate(orjson.loads(response.content)["data"]):
                values = [float(value) for value in item["embedding"]]
                vector = unit_norm(self.plan.name, self.plan.dimension, values)
                found[int(item.get("index", position))] = vector
        except (ValueError, KeyError, TypeError, AttributeError) as exc:
            raise EmbeddingFailed(
                f"{self.plan.name} answered in an unknown form; expected OpenAI's data[].embedding"
            ) from exc
        if sorted(found) != list(range(count)):
            raise EmbeddingFailed(
                f"expected one vector for each of {count} texts, {self.plan.name} sent {len(found)}"
            )
        return [found[number] for number in range(count)]

    def _error(self, response: httpx.Response) -> Exception:
        status, name = response.status_code, self.plan.name
        said = response.text[:_SHOWN_CHARS]
        lowered = said.lower()
        if status in _BUSY:
            wait_s = retry_after_s(response.headers.get("Retry-After"))
            kind = EmbedderThrottled if status == 429 else EmbedderUnavailable
            return kind(f"{name} answered {status}", retry_after_s=wait_s)
        if status == 401 or (status == 403 and "invalid access token" in lowered):
            return KeyRefused(f"{name} does not accept the key; store a new one or sign in again")
        if status in (400, 413, 422) and any(sign in lowered for sign in _TOO_LONG):
            return _TooLong(f"{name} finds a text too long: {said}")
        if status == 404:
            return EmbedderRefused(f"there is no embedding model {name} at this address: {said}")
        return EmbedderRefused(f"{name} refuses the request with {status}: {said}")


def _portions(texts: Iterable[str], most: int) -> Iterator[list[str]]:
    portion: list[str] = []
    chars = 0
    for text in texts:
        if portion and (len(portion) == most or chars + len(text) > _BATCH_CHARS):
            yield portion
            portion, chars = [], 0
        portion.append(text)
        chars += len(text)
    if portion:
        yield portion
