"""What a group may use right now, gathered for planning a crew."""

from dataclasses import replace

from src.core.clock import Clock
from src.core.ids import SYSTEM_GROUP_ID
from src.core.providers import DEMO_MODEL, PROVIDERS
from src.core.settings import Settings
from src.core.tenancy import Principal
from src.core.unit_of_work import Database, UnitOfWork
from src.engines.base import Catalogue
from src.engines.plans import ModelPlan, RatePlan, SideEffect, ToolPlan
from src.memory.configuration import active_backend
from src.models.model_config import ModelConfig
from src.repositories.api_key import ApiKeyRepository
from src.repositories.memory_backend import MemoryBackendRepository
from src.repositories.model_config import ModelConfigRepository
from src.repositories.output_schema import OutputSchemaRepository
from src.repositories.tool import McpServerRepository, ToolRepository
from src.schemas.memory_backend import MemoryConfig
from src.services.credentials import CredentialService
from src.services.definitions.tool import side_effect_of

_FRESH_S = 2.0
_MAX_GROUPS = 500
_DEFAULTS = (
    ("databricks", "databricks/databricks-llama-4-maverick"),
    ("openai", "openai/gpt-4o-mini"),
    ("anthropic", "anthropic/claude-sonnet-4-5"),
    ("gemini", "gemini/gemini-2.5-flash"),
    ("deepseek", "deepseek/deepseek-chat"),
)
"""Model for a configuration that names none: that of the first provider with a key."""


class CatalogueService:
    """Remembers each group's models, keys and schemas for two seconds: starting runs asks for them all the time.

    Tools are read every time: one that an admin has just switched off, or made to ask a person, must not be
    called freely by the next run.
    """

    def __init__(
        self,
        database: Database,
        settings: Settings,
        clock: Clock,
        credentials: CredentialService,
    ) -> None:
        self._credentials = credentials
        self._database = database
        self._settings = settings
        self._clock = clock
        self._known: dict[str, tuple[float, Catalogue]] = {}

    async def of(self, principal: Principal, *, fresh: bool = False) -> Catalogue:
        key = f"{principal.group_id}:{principal.forwarded_token is not None}"
        known = self._known.get(key)
        async with self._database.read() as uow:
            tools, disabled = await _tools(uow, principal.group_id)
            if known is None or fresh or self._clock.monotonic_s() - known[0] >= _FRESH_S:
                known = self._clock.monotonic_s(), await self._gather(uow, principal)
                self._remember(key, known)
        return replace(known[1], tools=tools, disabled_tools=disabled)

    def _remember(self, key: str, known: tuple[float, Catalogue]) -> None:
        if len(self._known) >= _MAX_GROUPS:
            self._known.clear()
        self._known[key] = known

    async def _gather(self, uow: UnitOfWork, principal: Principal) -> Catalogue:
        """All but the tools."""
        group_id = principal.group_id
        models = await uow.repo(ModelConfigRepository).by_key(group_id)
        schemas = await uow.repo(OutputSchemaRepository).by_name(group_id)
        stored = await uow.repo(ApiKeyRepository).names(group_id)
        memory = active_backend(await uow.repo(MemoryBackendRepository).active(group_id))
        keys = self._key_names(principal, stored)
        switched_off = {(row.provider, row.name) for row in models.values() if not row.enabled}
        return Catalogue(
            tools={},
            models={key: _plan(row) for key, row in models.items()},
            disabled_models=frozenset(key for key, row in models.items() if not row.enabled),
            key_names=keys,
            own_key_names=frozenset(stored),
            base_urls=self._base_urls(),
            output_schemas={name: row.json_schema for name, row in schemas.items()},
            default_model=self._default_model(keys, switched_off),
            memory_model=_lesson_model(memory.effective.config),
        )

    def _key_names(self, principal: Principal, own: frozenset[str]) -> frozenset[str]:
        names = self._credentials.key_names(own)
        if principal.forwarded_token is not None:
            names.add("DATABRICKS_TOKEN")
        return frozenset(names)

    def _base_urls(self) -> dict[str, str]:
        settings = self._settings
        given = {
            "databricks": settings.databricks_host,
            "openai": settings.openai_base_url,
            "ollama": settings.ollama_api_base,
            "hosted_vllm": settings.hosted_vllm_api_base,
        }
        return {provider: url for provider, url in given.items() if url}

    def _default_model(self, keys: frozenset[str], switched_off: set[tuple[str, str]]) -> str:
        if self._settings.kasal_default_model:
            return self._settings.kasal_default_model
        for provider, model in _DEFAULTS:
            has_host = provider != "databricks" or bool(self._settings.databricks_host)
            is_on = (provider, model.removeprefix(f"{provider}/")) not in switched_off
            if PROVIDERS[provider].key_name in keys and has_host and is_on:
                return model
        return DEMO_MODEL


async def _tools(uow: UnitOfWork, group_id: str) -> tuple[dict[str, ToolPlan], frozenset[str]]:
    """Tools and MCP servers the group may use, and the keys of those that are switched off."""
    usable: dict[str, ToolPlan] = {}
    disabled: set[str] = set()
    for tool, own in await uow.repo(ToolRepository).catalogue(group_id):
        enabled = tool.enabled if own is None else tool.enabled and own.enabled
        if not enabled:
            disabled.add(tool.key)
            continue
        config = {**tool.default_config, **(own.config if own is not None else {})}
        usable[tool.key] = ToolPlan(
            key=tool.key, side_effect=SideEffect(side_effect_of(tool, own)), config=config
        )
    for server in await uow.repo(McpServerRepository).by_name(group_id):
        key = f"mcp:{server.name}"
        if not server.enabled:
            disabled.add(key)
            continue
        usable[key] = ToolPlan(
            key=key,
            side_effect=SideEffect(server.side_effect),
            config={"name": server.name, "url": server.url},
        )
    return usable, frozenset(disabled)


def _plan(row: ModelConfig) -> ModelPlan:
    return ModelPlan(
        key=row.key,
        provider=row.provider,
        name=row.name,
        temperature=row.temperature,
        context_window=row.context_window,
        max_output_tokens=row.max_output_tokens,
        base_url=row.base_url,
        installation_address=row.group_id == SYSTEM_GROUP_ID,
        input_cost_per_mtok=row.input_cost_per_mtok,
        output_cost_per_mtok=row.output_cost_per_mtok,
        rate=_rate(row),
    )


def _rate(row: ModelConfig) -> RatePlan | None:
    if row.requests_per_minute is None and row.tokens_per_minute is None:
        return None
    return RatePlan(
        model=row.key,
        requests_per_minute=row.requests_per_minute,
        tokens_per_minute=row.tokens_per_minute,
    )


def _lesson_model(config: MemoryConfig) -> str | None:
    """Where nothing is extracted, a model that was named for it keeps no crew from running."""
    return config.extraction_model if config.extraction else None
