"""Puts shipped rows into the database. Idempotent; what an administrator changed or deleted stays so."""

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from src.core.clock import Clock
from src.core.errors import Invalid
from src.core.logging import get_logger
from src.core.unit_of_work import Database, UnitOfWork
from src.repositories.seed import Outcome, SeedKind, SeedRepository
from src.seeds.example_crews import example_crew_rows, example_crews
from src.seeds.model_configs import MODEL_CONFIGS
from src.seeds.output_schemas import OUTPUT_SCHEMAS
from src.seeds.tools import TOOLS

log = get_logger(__name__)


@dataclass(frozen=True)
class SeedReport:
    seeder: str
    counts: dict[Outcome, int]

    def __str__(self) -> str:
        return (
            ", ".join(f"{count} {outcome}" for outcome, count in self.counts.items()) or "nothing"
        )


class _DryRun(Exception):
    """Ends the transaction without keeping what it wrote."""


async def seed(
    database: Database, clock: Clock, *, only: Sequence[str] = (), dry_run: bool = False
) -> list[SeedReport]:
    """Runs the named seeders, or all, each in its own transaction. A dry run writes and rolls back."""
    unknown = sorted(set(only) - set(SEEDERS))
    if unknown:
        raise Invalid(f"there is no seeder {unknown[0]!r}; there are {', '.join(SEEDERS)}")
    reports = []
    for name in only or SEEDERS:
        counts: Counter[Outcome] = Counter()
        try:
            async with database.write() as uow:
                counts.update(await SEEDERS[name](uow, clock))
                if dry_run:
                    raise _DryRun
        except _DryRun:
            pass
        reports.append(SeedReport(name, dict(counts)))
        log.info("seeder {}: {}{}", name, reports[-1], " (dry run)" if dry_run else "")
    return reports


def _table(kind: SeedKind, seeds: Mapping[str, Mapping[str, Any]]) -> "Seeder":
    async def run(uow: UnitOfWork, clock: Clock) -> list[Outcome]:
        repository = uow.repo(SeedRepository)
        now = clock.now()
        return [await repository.upsert(kind, key, seeds[key], now) for key in seeds]

    return run


async def _example_crews(uow: UnitOfWork, clock: Clock) -> list[Outcome]:
    repository = uow.repo(SeedRepository)
    outcomes = []
    for key in example_crews():
        groups = await repository.groups_without(SeedKind.EXAMPLE_CREWS, key)
        for group_id in groups:
            await repository.add_all(example_crew_rows(group_id, clock, only=[key]))
            outcomes.append(Outcome.CREATED)
    return outcomes


Seeder = Callable[[UnitOfWork, Clock], Awaitable[list[Outcome]]]
SEEDERS: dict[str, Seeder] = {
    SeedKind.MODELS.value: _table(SeedKind.MODELS, MODEL_CONFIGS),
    SeedKind.OUTPUT_SCHEMAS.value: _table(SeedKind.OUTPUT_SCHEMAS, OUTPUT_SCHEMAS),
    SeedKind.TOOLS.value: _table(SeedKind.TOOLS, TOOLS),
    SeedKind.EXAMPLE_CREWS.value: _example_crews,
}
