"""From an embedder plan to an embedder: which server, whose key."""

from collections.abc import Mapping
from http.cookiejar import CookieJar, DefaultCookiePolicy

import httpx
from pydantic import SecretStr

from src.core.clock import Clock
from src.core.errors import NotConfigured
from src.core.outbound import OutboundLimits, base_url, open_async_client
from src.core.providers import PROVIDERS
from src.memory.embedders.base import Embedder, Purpose, Vector
from src.memory.embedders.compatible import (
    Authorised,
    CompatibleEmbedder,
    KeyRefused,
    Send,
    Server,
)
from src.memory.plan import EmbedderPlan
from src.repositories.databricks.tokens import TokenChain
from src.repositories.vector.call_policy import CallLimits, CallPolicy

_PUBLIC = {
    "openai": "api.openai.com/v1",
    "gemini": "generativelanguage.googleapis.com/v1beta/openai",
}
_SETTINGS = {
    "databricks": "DATABRICKS_HOST",
    "ollama": "OLLAMA_API_BASE",
    "hosted_vllm": "HOSTED_VLLM_API_BASE",
}
# Inputs in one request, by the providers' references (2026-11); the last two have no limit of their own.
_MAX_TEXTS = {"databricks": 150, "openai": 2048, "gemini": 100, "ollama": 64, "hosted_vllm": 64}
_MAX_CHARS = {
    ("databricks", "databricks-bge-large-en"): 2_000,  # 512 tokens
    ("gemini", "gemini-embedding-001"): 6_000,  # 2,048 tokens
}
_USUAL_MAX_CHARS = 24_000
"""About the 8,192 tokens that most models take."""
_PREFIXES = {
    "nomic-embed-text": {
        Purpose.QUERY: "search_query: ",
        Purpose.DOCUMENT: "search_document: ",
    },
    "databricks-bge-large-en": {
        Purpose.QUERY: "Represent this sentence for searching relevant passages: "
    },
}
_MAX_ANSWER_BYTES = 100_000_000


class EmbedderOpener:
    """Keeps what embedders share: connections, and what is known of each server's health. One event loop.

    Every address comes from the installation's settings, so it may be a private one, and a key of the
    installation never reaches an address that somebody else chose.
    """

    def __init__(
        self, addresses: Mapping[str, str], clock: Clock, limits: CallLimits | None = None
    ) -> None:
        """`addresses`: provider -> base URL as configured; empty or missing takes the public one."""
        self._addresses = addresses
        self._clock = clock
        self._limits = limits
        self._http: httpx.AsyncClient | None = None
        self._policies: dict[tuple[str, str], CallPolicy] = {}

    def open(
        self, plan: EmbedderPlan, keys: Mapping[str, SecretStr], tokens: TokenChain | None
    ) -> Embedder:
        """`tokens` for Databricks. Raises NotConfigured when an address or a key is missing."""
        if plan.provider == "local":
            # numpy and a tokenizer are loaded with the first local embedding, not when an API starts.
            from src.memory.embedders.local import LocalEmbedder

            return LocalEmbedder(plan)
        server = Server(
            url=self._url(plan.provider),
            max_texts=_MAX_TEXTS[plan.provider],
            max_chars=_MAX_CHARS.get((plan.provider, plan.model), _USUAL_MAX_CHARS),
            prefixes=_PREFIXES.get(plan.model, {}),
        )
        authorised = _by_key(plan, keys) if tokens is None else _by_token(tokens)
        policy = self._policies.setdefault((plan.provider, plan.model), self._policy(plan))
        return CompatibleEmbedder(plan, server, authorised, http=self._client(), policy=policy)

    async def close(self) -> None:
        if self._http is not None:
            await self._http.aclose()

    def _url(self, provider: str) -> str:
        address = self._addresses.get(provider) or _PUBLIC.get(provider, "")
        if not address:
            raise NotConfigured(
                f"embeddings of {provider} need an address; set the environment variable "
                f"{_SETTINGS[provider]}"
            )
        address = base_url(address)
        if provider == "databricks":
            return f"{address}/serving-endpoints"
        if provider in ("ollama", "hosted_vllm") and not address.endswith("/v1"):
            return f"{address}/v1"
        return address

    def _policy(self, plan: EmbedderPlan) -> CallPolicy:
        return CallPolicy(f"the embedding model {plan.name}", self._limits, clock=self._clock)

    def _client(self) -> httpx.AsyncClient:
        if self._http is None:
            limits = OutboundLimits(
                allow_private=True, max_bytes=_MAX_ANSWER_BYTES, follow_redirects=False
            )
            self._http = open_async_client(limits)
            # Cookies of one group's answer must not go out with another's request.
            self._http.cookies = CookieJar(DefaultCookiePolicy(allowed_domains=()))
        return self._http


def _by_key(plan: EmbedderPlan, keys: Mapping[str, SecretStr]) -> Authorised:
    name = PROVIDERS[plan.provider].key_name
    key = None if name is None else keys.get(name)
    if name is not None and (key is None or not key.get_secret_value()):
        raise NotConfigured(
            f"embeddings of {plan.provider} need the key {name}; store it with POST /api/v1/api-keys or "
            f"set the environment variable {name}"
        )

    async def authorised(send: Send) -> list[Vector]:
        return await send(key)

    return authorised


def _by_token(tokens: TokenChain) -> Authorised:
    async def authorised(send: Send) -> list[Vector]:
        token = await tokens.token()
        try:
            return await send(token.value)
        except KeyRefused:
            replacement = await tokens.replace(token)
            if replacement is None:
                raise
            return await send(replacement.value)

    return authorised
