from src.core.clock import Clock
from src.core.errors import FieldError, Invalid
from src.core.settings import Settings
from src.core.tenancy import Principal
from src.core.unit_of_work import Database, UnitOfWork
from src.repositories.group_limit import GroupLimitRepository, Standing, month_after, month_of
from src.repositories.model_rate import ModelRateRepository
from src.schemas.execution import UsageRead
from src.schemas.limit import LimitsRead, LimitsUpdate, ModelWaits


class LimitService:
    def __init__(self, database: Database, clock: Clock, settings: Settings) -> None:
        self._database = database
        self._clock = clock
        self._settings = settings

    async def get(self, principal: Principal) -> LimitsRead:
        async with self._database.read() as uow:
            return await self._read(uow, principal.group_id)

    async def update(
        self, principal: Principal, body: LimitsUpdate, expected_version: int | None
    ) -> LimitsRead:
        self._check(body)
        async with self._database.write() as uow:
            await uow.repo(GroupLimitRepository).set(
                principal.group_id,
                body.model_dump(),
                now=self._clock.now(),
                expected_version=expected_version,
            )
            return await self._read(uow, principal.group_id)

    def _check(self, body: LimitsUpdate) -> None:
        settings = self._settings
        most = {
            "max_running": (settings.kasal_group_concurrency, "KASAL_GROUP_CONCURRENCY"),
            "max_queued": (settings.kasal_group_max_queued, "KASAL_GROUP_MAX_QUEUED"),
        }
        errors = []
        for name, (limit, setting) in most.items():
            wanted = getattr(body, name)
            if wanted is not None and wanted > limit:
                said = f"this installation allows a group {limit} ({setting}), got {wanted}"
                errors.append(FieldError(f"/{name}", "above-installation", said))
        if errors:
            raise Invalid(errors[0].message, errors=tuple(errors))

    async def _read(self, uow: UnitOfWork, group_id: str) -> LimitsRead:
        now = self._clock.now()
        standing = await uow.repo(GroupLimitRepository).standing(group_id, now)
        rates = await uow.repo(ModelRateRepository).of_group(group_id)
        return LimitsRead(
            max_running=standing.max_running,
            max_queued=standing.max_queued,
            monthly_usd=standing.monthly_usd,
            monthly_tokens=standing.monthly_tokens,
            keep_executions_days=standing.keep_executions_days,
            keep_events_days=standing.keep_events_days,
            version=standing.version,
            effective_max_running=self._max_running(standing),
            effective_max_queued=standing.max_queued or self._settings.kasal_group_max_queued,
            month=month_of(now),
            month_ends_at=month_after(now),
            used=UsageRead(
                prompt_tokens=standing.used.prompt_tokens,
                completion_tokens=standing.used.completion_tokens,
                llm_calls=standing.used.llm_calls,
                cost_usd=standing.used.cost_usd,
            ),
            queued=standing.queued,
            running=standing.running,
            models=[
                ModelWaits(model=row.model, waits=row.waits, waited_s=row.waited_s) for row in rates
            ],
        )

    def _max_running(self, standing: Standing) -> int:
        most = self._settings.kasal_group_concurrency
        return most if standing.max_running is None else min(standing.max_running, most)
