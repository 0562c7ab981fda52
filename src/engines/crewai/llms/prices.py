"""What a call costs: the model row's own prices, else litellm's local table, else unknown."""

import litellm

from src.engines.plans import ModelPlan

_PER_MTOK = 1_000_000


def cost_usd(plan: ModelPlan, prompt_tokens: int, completion_tokens: int) -> float | None:
    prices = _own_prices(plan) or _listed_prices(plan)
    if prices is None:
        return None
    return prompt_tokens * prices[0] + completion_tokens * prices[1]


def _own_prices(plan: ModelPlan) -> tuple[float, float] | None:
    if plan.input_cost_per_mtok is None and plan.output_cost_per_mtok is None:
        return None
    return (plan.input_cost_per_mtok or 0) / _PER_MTOK, (plan.output_cost_per_mtok or 0) / _PER_MTOK


def _listed_prices(plan: ModelPlan) -> tuple[float, float] | None:
    for key in (f"{plan.provider}/{plan.name}", plan.name):
        entry = litellm.model_cost.get(key)
        if entry and entry.get("litellm_provider", plan.provider).startswith(plan.provider):
            return entry.get("input_cost_per_token", 0.0), entry.get("output_cost_per_token", 0.0)
    return None
