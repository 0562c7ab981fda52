"""Puts together what a worker needs for runs and for their memory."""

from dataclasses import dataclass

from src.bootstrap import Container
from src.engines.base import CrewEngine, LoopBridge
from src.services.engine_threads import EngineThreads
from src.services.event_writer import EventWriter
from src.services.group_budget import GroupBudgets
from src.services.memory_background import SETTLE_S, MemoryBackground
from src.services.memory_journal import MemoryJournal
from src.services.memory_leftovers import MemoryLeftovers
from src.services.memory_run import MemoryOpener
from src.services.memory_turns import MemoryTurns
from src.services.memory_writes import MemoryWrites
from src.services.model_rates import SharedRates
from src.services.ownership import Ownership
from src.services.patience import Patience
from src.services.run import RunService
from src.services.run_contexts import RunContexts
from src.services.run_journal import RunJournal
from src.services.run_page import RunPages


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
