"""Rate limits and budgets for runs without a database."""

from dataclasses import dataclass, field

from src.engines.base import RunScope
from src.engines.plans import RatePlan
from src.services.runs.context import RunContext


@dataclass
class NotedRates:
    """Implements ModelRates: lets everything through and keeps what was asked."""

    admitted: list[tuple[str, int]] = field(default_factory=list)
    """Model and tokens."""
    settled: list[tuple[str, int, int]] = field(default_factory=list)
    """Model, reserved and used tokens."""

    def admit(self, run: RunScope, rate: RatePlan, tokens: int, agent: str | None) -> None:
        self.admitted.append((rate.model, tokens))

    def settle(self, run: RunScope, rate: RatePlan, reserved: int, used: int) -> None:
        self.settled.append((rate.model, reserved, used))


class NoBudgets:
    """Implements Budgets: the group may use what it likes."""

    def check(self, context: RunContext) -> None:
        return
