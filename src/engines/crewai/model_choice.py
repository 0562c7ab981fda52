"""Which model a configuration means, and whether the group can call it."""

from src.core.errors import FieldError, Invalid
from src.core.providers import DEMO_MODEL, PROVIDERS
from src.engines.base import Catalogue
from src.engines.crewai.problems import Problems
from src.engines.plans import ModelPlan

_ADDRESS_SETTINGS = {
    "databricks": "DATABRICKS_HOST",
    "ollama": "OLLAMA_API_BASE",
    "hosted_vllm": "HOSTED_VLLM_API_BASE",
}


class ModelChoice:
    def __init__(self, catalogue: Catalogue, crews_model: str | None, problems: Problems) -> None:
        self._catalogue = catalogue
        self._default = crews_model or catalogue.default_model
        self._problems = problems
        self._rows: dict[tuple[str, str], list[ModelPlan]] = {}
        for plan in catalogue.models.values():
            self._rows.setdefault((plan.provider, plan.name), []).append(plan)

    def model(self, name: str | None, pointer: str) -> ModelPlan:
        """`pointer` is where `name` stands; without a name it is the crew's model."""
        if name is None:
            name, pointer = self._default, "/model"
        plan = self._catalogue.models.get(name) or self._by_path(name)
        if plan is None:
            providers = ", ".join(f"{provider}/…" for provider in PROVIDERS)
            also = f"or write provider/name with {providers}"
            self._problems.add_unknown(pointer, "model", name, self._catalogue.models, also)
            return ModelPlan(key=name, provider="demo", name="demo")
        if self._is_disabled(name, plan):
            message = f"the model {name!r} is disabled; enable it under /api/v1/models"
            self._problems.add(pointer, "disabled-model", message)
        self._check_provider(plan, pointer)
        return plan

    def _by_path(self, wanted: str) -> ModelPlan | None:
        """`provider/name` with the provider's own settings; window, prices and limits are those of a row for it."""
        provider, slash, name = wanted.partition("/")
        if not slash or not name or provider not in PROVIDERS:
            return None
        if provider == "demo" and wanted != DEMO_MODEL:
            return None
        facts = {}
        for row in self._rows.get((provider, name), ())[:1]:
            facts = row.model_dump(
                include={"context_window", "input_cost_per_mtok", "output_cost_per_mtok", "rate"}
            )
        return ModelPlan(key=wanted, provider=provider, name=name, **facts)

    def _is_disabled(self, name: str, plan: ModelPlan) -> bool:
        """A path is no way around a disabled row."""
        if name in self._catalogue.models:
            return name in self._catalogue.disabled_models
        rows = self._rows.get((plan.provider, plan.name), ())
        return bool(rows) and all(row.key in self._catalogue.disabled_models for row in rows)

    def _check_provider(self, plan: ModelPlan, pointer: str) -> None:
        provider = PROVIDERS.get(plan.provider)
        if provider is None:
            message = (
                f"the model {plan.key!r} names an unknown provider; mend its row in /api/v1/models"
            )
            self._problems.add(pointer, "unknown-provider", message)
            return
        self._check_key(plan, provider.key_name, pointer)
        setting = _ADDRESS_SETTINGS.get(plan.provider)
        if setting and not (plan.base_url or self._catalogue.base_urls.get(plan.provider)):
            message = (
                f"the model {plan.key!r} needs an address; set {setting} or the model's base_url"
            )
            self._problems.add(pointer, "no-address", message)

    def _check_key(self, plan: ModelPlan, name: str | None, pointer: str) -> None:
        own_address = bool(plan.base_url) and not plan.installation_address
        known = self._catalogue.own_key_names if own_address else self._catalogue.key_names
        if name is None or name in known:
            return
        message = f"the model {plan.key!r} needs {name}; add it with POST /api/v1/api-keys"
        if own_address:
            message += "; the server's own key is not sent to an address that the group chose"
        else:
            message += f" or set the environment variable {name} for the whole server"
        self._problems.add(pointer, "no-key", message)


def model_plan(catalogue: Catalogue, name: str, pointer: str) -> ModelPlan:
    """For choices outside a crew. Raises Invalid with all that keeps the group from calling it."""
    problems = Problems()
    plan = ModelChoice(catalogue, None, problems).model(name, pointer)
    problems.raise_if_any()
    return plan


def model_problems(catalogue: Catalogue, name: str, pointer: str) -> tuple[FieldError, ...]:
    """What keeps the group from calling a model, for choices outside a crew."""
    try:
        model_plan(catalogue, name, pointer)
    except Invalid as exc:
        return exc.errors
    return ()
