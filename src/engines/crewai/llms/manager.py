"""Turns a model plan into a model: which provider, which address, whose credentials."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Self

import litellm
from crewai.llms.base_llm import BaseLLM
from pydantic import SecretStr

from src.core.clock import Clock, SystemClock
from src.core.errors import UnsafeUrl
from src.core.outbound import base_url, check_url
from src.core.providers import PROVIDERS
from src.core.settings import Settings
from src.engines.base import RunScope
from src.engines.crewai.llms.databricks_tokens import ClientCredentials
from src.engines.crewai.llms.demo_model import DemoModel
from src.engines.crewai.llms.errors import ModelCallFailed
from src.engines.crewai.llms.litellm_model import Endpoint, LiteLLMModel, RetryPolicy
from src.engines.crewai.llms.replay_model import ReplayModel
from src.engines.plans import ModelPlan

_DATABRICKS_KEY = "DATABRICKS_TOKEN"


@dataclass(frozen=True)
class LlmConfig:
    """What the installation says about model calls."""

    timeout_s: float = 120.0
    retries: RetryPolicy = field(default_factory=RetryPolicy)
    databricks_host: str = ""
    openai_base_url: str = ""
    ollama_api_base: str = ""
    hosted_vllm_api_base: str = ""
    allow_private_urls: bool = False

    @classmethod
    def from_settings(cls, settings: Settings) -> Self:
        return cls(
            timeout_s=settings.kasal_llm_timeout_s,
            retries=RetryPolicy(
                max_retries=settings.kasal_llm_max_retries, outage_s=settings.kasal_llm_outage_s
            ),
            databricks_host=settings.databricks_host,
            openai_base_url=settings.openai_base_url,
            ollama_api_base=settings.ollama_api_base,
            hosted_vllm_api_base=settings.hosted_vllm_api_base,
            allow_private_urls=settings.kasal_allow_private_urls,
        )


@dataclass(frozen=True)
class _Credential:
    """`read` is called before every request: tokens of service principals change while a task runs."""

    read: Callable[[], SecretStr | None]
    identity: str | None = None


class LlmManager:
    """One for the process; thread-safe. Every call returns a new model, for one agent of one run."""

    def __init__(self, config: LlmConfig, clock: Clock | None = None) -> None:
        self._config = config
        self._service_principals = ClientCredentials(clock or SystemClock())

    def model_for(self, plan: ModelPlan, run: RunScope, agent_key: str) -> BaseLLM:
        """Raises ModelCallFailed when an address or a key is missing; no network is touched yet."""
        if plan.provider == "demo":
            return DemoModel(plan, run, agent_key)
        if plan.provider == "replay":
            return ReplayModel(plan, run, agent_key)
        if plan.provider not in PROVIDERS:
            known = ", ".join(sorted(PROVIDERS))
            raise ModelCallFailed(
                "model.bad-request",
                f"{plan.key}: expected a provider of {known}, got {plan.provider}",
            )
        api_base = self._api_base(plan, run)
        if plan.provider == "databricks":
            credential = self._databricks_credential(plan, run)
        else:
            credential = _stored_key(plan, run)
        if credential.identity is not None:
            run.note_identity(credential.identity)
        endpoint = Endpoint(credential.read, api_base, self._config.timeout_s, self._config.retries)
        return LiteLLMModel(plan, run, agent_key, endpoint)

    def can_call_tools(self, plan: ModelPlan) -> bool:
        """False for models that are known not to. Where nobody knows, the provider is asked and crewai writes
        the tools into the prompt if it refuses."""
        names = (f"{plan.provider}/{plan.name}", plan.name)
        known: dict[str, Any] = next(
            (litellm.model_cost[name] for name in names if name in litellm.model_cost), {}
        )
        return known.get("supports_function_calling") is not False

    def _api_base(self, plan: ModelPlan, run: RunScope) -> str | None:
        if plan.base_url:
            try:
                check_url(plan.base_url, self._config.allow_private_urls)
            except UnsafeUrl as exc:
                raise ModelCallFailed("model.bad-request", f"{plan.key}: {exc.message}") from exc
            return plan.base_url.rstrip("/")
        if plan.provider == "databricks":
            return f"{self._databricks_host(plan, run)}/serving-endpoints"
        # These come from settings, so they may be private.
        if plan.provider == "openai":
            return self._config.openai_base_url or None
        if plan.provider == "ollama":
            return _with_v1(_required(plan, "OLLAMA_API_BASE", self._config.ollama_api_base))
        if plan.provider == "hosted_vllm":
            base = self._config.hosted_vllm_api_base
            return _with_v1(_required(plan, "HOSTED_VLLM_API_BASE", base))
        return None

    def _databricks_host(self, plan: ModelPlan, run: RunScope) -> str:
        host = run.credentials.databricks_host or self._config.databricks_host
        return base_url(_required(plan, "DATABRICKS_HOST", host))

    def _databricks_credential(self, plan: ModelPlan, run: RunScope) -> _Credential:
        """User token, service principal, stored key, environment: the first that there is.

        An address of the model's own gets the stored key only: an editor may name any host there, and
        neither a user's token nor the installation's may be sent to it.
        """
        given = run.credentials
        stored = given.keys.get(_DATABRICKS_KEY)
        if not plan.base_url:
            if given.databricks_user_token is not None:
                return _fixed(given.databricks_user_token, "obo")
            if given.databricks_client_id and given.databricks_client_secret is not None:
                host = self._databricks_host(plan, run)
                client_id, secret = given.databricks_client_id, given.databricks_client_secret
                return _Credential(
                    lambda: self._service_principals.token(host, client_id, secret), "oauth-client"
                )
        if stored is not None and _may_see(plan, run, _DATABRICKS_KEY):
            return _fixed(stored, "stored-key")
        if given.databricks_environment_token is not None and not plan.base_url:
            return _fixed(given.databricks_environment_token, "environment")
        raise _no_key(plan, _DATABRICKS_KEY)


def _stored_key(plan: ModelPlan, run: RunScope) -> _Credential:
    name = PROVIDERS[plan.provider].key_name
    if name is None:
        return _Credential(lambda: None)
    key = run.credentials.keys.get(name)
    if key is None or not key.get_secret_value() or not _may_see(plan, run, name):
        raise _no_key(plan, name)
    return _fixed(key)


def _may_see(plan: ModelPlan, run: RunScope, name: str) -> bool:
    """An editor may name any address: only a key of the group's own is ever sent there."""
    return not plan.base_url or plan.installation_address or name in run.credentials.own_keys


def _fixed(key: SecretStr, identity: str | None = None) -> _Credential:
    return _Credential(lambda: key, identity)


def _no_key(plan: ModelPlan, name: str) -> ModelCallFailed:
    return ModelCallFailed(
        "model.no-key",
        f"{plan.key} needs the key {name}, and there is none; store it with POST /api/v1/api-keys or set "
        f"the environment variable {name}",
    )


def _required(plan: ModelPlan, name: str, value: str) -> str:
    if not value:
        raise ModelCallFailed(
            "model.no-address", f"{plan.key} needs an address; set the environment variable {name}"
        )
    return value


def _with_v1(base: str) -> str:
    """Both servers speak OpenAI's protocol below /v1; people set the address with and without it."""
    base = base.rstrip("/")
    return base if base.endswith("/v1") else f"{base}/v1"
