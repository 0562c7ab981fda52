"""Monthly budgets of groups, looked at before each model call."""

from dataclasses import dataclass

from src.core.clock import Clock
from src.core.events import Usage
from src.core.unit_of_work import Database
from src.engines.base import BudgetExceeded
from src.repositories.group_limit import GroupLimitRepository
from src.services.executions.admission import exhausted
from src.services.runs.context import RunContext
from src.services.runs.patience import Patience
from src.services.runs.usage_book import store_usage

_FRESH_S = 2.0
_MAX_GROUPS = 2_000


@dataclass(frozen=True)
class _Budget:
    usd: float | None
    tokens: int | None
    read_at_s: float


class GroupBudgets:
    """services.runs.context.Budgets. One per worker; called from engine threads.

    A group without a budget costs one small read in two seconds. With one, what the run has used is stored
    before it asks for more: all runs of the group then overshoot by one call each at most.
    """

    def __init__(self, database: Database, clock: Clock, patience: Patience) -> None:
        self._database = database
        self._clock = clock
        self._patience = patience
        self._known: dict[str, _Budget] = {}

    def check(self, context: RunContext) -> None:
        budget = self._budget(context)
        if budget.usd is None and budget.tokens is None:
            return
        used = self._patience.ask(context, lambda: self._stored(context))
        tokens = used.prompt_tokens + used.completion_tokens
        found = exhausted(budget.usd, budget.tokens, used.cost_usd or 0.0, tokens)
        if found is not None:
            name, said = found
            raise BudgetExceeded(said, context.meter.total, budget=f"group.{name}")
        if budget.usd is not None:
            context.meter.require_prices("group.monthly_usd", "monthly_usd of the group")

    def _budget(self, context: RunContext) -> _Budget:
        known = self._known.get(context.group_id)
        if known is not None and self._clock.monotonic_s() - known.read_at_s < _FRESH_S:
            return known
        usd, tokens = self._patience.ask(context, lambda: self._read(context.group_id))
        if len(self._known) >= _MAX_GROUPS:
            self._known.clear()
        budget = _Budget(usd, tokens, self._clock.monotonic_s())
        self._known[context.group_id] = budget
        return budget

    async def _read(self, group_id: str) -> tuple[float | None, int | None]:
        async with self._database.read() as uow:
            return await uow.repo(GroupLimitRepository).budget(group_id)

    async def _stored(self, context: RunContext) -> Usage:
        """What the group has used this month, with what this attempt has."""
        now = self._clock.now()
        if not context.bill.is_open:
            async with self._database.read() as uow:
                return await uow.repo(GroupLimitRepository).used(context.group_id, now)
        async with self._database.write() as uow:
            await store_usage(uow, context)
            return await uow.repo(GroupLimitRepository).used(context.group_id, now)
