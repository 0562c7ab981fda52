"""Puts together what a worker needs for runs and for their memory."""

from dataclasses import dataclass

from src.bootstrap import Container
from src.engines.base import CrewEngine, LoopBridge
from src.services.memory.turns import MemoryTurns
from src.services.runs.contexts import RunContexts
from src.services.runs.engine_threads import EngineThreads
from src.services.runs.event_writer import EventWriter
from src.services.runs.group_budget import GroupBudgets
from src.services.runs.journal import RunJournal
from src.services.runs.memory_background import SETTLE_S, MemoryBackground
from src.services.runs.memory_journal import MemoryJournal
from src.services.runs.memory_leftovers import MemoryLeftovers
from src.services.runs.memory_writes import MemoryWrites
from src.services.runs.model_rates import SharedRates
from src.services.runs.ownership import Ownership
from src.services.runs.page import RunPages
from src.services.runs.patience import Patience
from src.services.runs.run import RunService
from src.services.runs.task_memory import MemoryOpener


@dataclass(frozen=True)
class RunServices:
    runs: RunService
    leftovers: MemoryLeftovers


def run_services(
    container: Container,
    engine: CrewEngine,
    writer: EventWriter,
    threads: EngineThreads,
    ownership: Ownership,
    bridge: LoopBridge,
    opener: MemoryOpener,
    settle_s: float = SETTLE_S,
) -> RunServices:
    database, clock = container.database, container.clock
    pages = RunPages(database, clock, writer, ownership)
    patience = Patience(clock, bridge)
    rates = SharedRates(database, clock, patience)
    budgets = GroupBudgets(database, clock, patience)
    contexts = RunContexts(
        database, clock, bridge, ownership, writer, opener, patience, rates, budgets
    )
    writes = MemoryWrites(
        MemoryJournal(database, clock, pages),
        MemoryTurns(database, clock, ownership.executor_id),
        contexts,
        engine,
        threads,
        opener,
    )
    runs = RunService(
        database,
        clock,
        engine,
        writer,
        container.credentials,
        threads,
        contexts,
        RunJournal(database, clock, pages, container.endings, container.queue),
        MemoryBackground(writes, settle_s),
    )
    return RunServices(runs, MemoryLeftovers(database, container.credentials, writes))
