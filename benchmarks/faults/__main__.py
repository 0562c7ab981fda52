"""Crews of six tasks under every kind of fault, held against the same crews without: `python -m benchmarks.faults`.

First all crews without a fault, then a share of them for each kind on PostgreSQL, then some on SQLite. The workers
run in process id namespaces of their own, as on machines of their own, so that a death shows only by its lease; that and
the full disk need root. The figures of each kind are printed; exit code 1 says that a promise was broken.
"""

import argparse
import random
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.faults import kinds, sqlite_kinds
from benchmarks.faults.campaign import Campaign, Fault
from benchmarks.faults.checks import PROMISES, Checks, Findings, Outputs
from benchmarks.faults.crews import Crew
from benchmarks.findings import quantiles
from tests.emulator.server import DatabricksEmulator
from tests.support.database_clock import DatabaseClock
from tests.support.databases import PostgresServer
from tests.support.faulty_memory import FaultyMemory
from tests.support.faulty_proxy import FaultyProxy
from tests.support.http_recorder import Answer, HttpRecorder, http_recorder
from tests.support.processes import Installation, Nursery
from tests.support.scripted_openai import ScriptedOpenAI

_LEASE_S = 15.0
"""The product's default."""
_GROUP_CONCURRENCY = 25
_LLM_TIMEOUT_S = 10
_SLOW_S = 0.2
"""Between two of an answer's thirteen words: runs take long enough to be struck more than once."""


@dataclass(frozen=True)
class World:
    """What stands around an installation."""

    model: ScriptedOpenAI
    to_model: FaultyProxy
    effects: HttpRecorder
    workspace: DatabricksEmulator
    to_workspace: FaultyProxy

    @property
    def environment(self) -> dict[str, str]:
        return {
            "OPENAI_API_KEY": "scripted",
            "OPENAI_BASE_URL": f"http://127.0.0.1:{self.to_model.port}/v1",
            "DATABRICKS_HOST": f"http://127.0.0.1:{self.to_workspace.port}",
            "DATABRICKS_TOKEN": self.workspace.token,
            "KASAL_ALLOW_PRIVATE_URLS": "true",
            "KASAL_GROUP_CONCURRENCY": str(_GROUP_CONCURRENCY),
            "KASAL_LLM_TIMEOUT_S": str(_LLM_TIMEOUT_S),
            "KASAL_LEASE_TTL_S": str(_LEASE_S),
        }


@contextmanager
def world() -> Iterator[World]:
    with ExitStack() as stack:
        model = stack.enter_context(ScriptedOpenAI())
        workspace = stack.enter_context(DatabricksEmulator())
        workspace_port = int(workspace.host.rpartition(":")[2])
        yield World(
            model,
            stack.enter_context(FaultyProxy(("127.0.0.1", model.port))),
            stack.enter_context(http_recorder({"/effect": Answer(b"done")})),
            workspace,
            stack.enter_context(FaultyProxy(("127.0.0.1", workspace_port))),
        )


@dataclass
class Suite:
    options: argparse.Namespace
    around: World
    dice: random.Random
    reference: dict[str, Outputs]
    findings: dict[str, Findings]
    checks: Checks = field(init=False)

    @contextmanager
    def campaign(self, folder: Path, url: str | None, workers: int) -> Iterator[Campaign]:
        folder.mkdir(exist_ok=True)
        installation = Installation(
            folder,
            Nursery(),
            database_url=url,
            environment=self.around.environment,
            far=not self.options.near,
        )
        with installation as kasal:
            model, effects = self.around.model, self.around.effects
            campaign = Campaign(kasal, model, effects, self.dice, workers)
            campaign.open()
            try:
                memory = FaultyMemory(kasal, self.around.workspace)
                memory.set_up()
                self.checks = Checks(campaign, memory)
                yield campaign
            finally:
                campaign.close()

    def strike(self, campaign: Campaign, faults: Sequence[Fault], crews: Sequence[Crew]) -> None:
        chosen = [one for one in faults if any(name in one.name for name in self.options.only)]
        for at, fault in enumerate(chosen):
            mine = crews[at :: len(chosen)]
            # So that all points are passed.
            slow_s = 3 * _SLOW_S if isinstance(fault, kinds.FailPoints) else _SLOW_S
            outcome = campaign.run(mine, fault, slow_s)
            found = self.checks.of(outcome, self.reference)
            self.note(fault.name, found)

    def make_reference(self, campaign: Campaign, crews: Sequence[Crew]) -> None:
        outcome = campaign.run(crews, None, 0.0)
        found = self.checks.of(outcome, None)
        self.reference.update(found.outputs)
        self.note("none", found)

    def note(self, name: str, found: Findings) -> None:
        self.findings[name] = found
        for line in found.details:
            print(line, file=sys.stderr)
        print(f"{name}: {_row(found)}", file=sys.stderr, flush=True)


def _postgres(suite: Suite, stack: ExitStack, folder: Path, crews: Sequence[Crew]) -> None:
    server = PostgresServer(f"faults{suite.options.seed}", folder / "postgres.lock")
    stack.callback(server.stop)
    url = server.new()
    clock = DatabaseClock(url)
    around = suite.around
    lone: list[Fault] = [
        kinds.KilledWorkers(),
        kinds.FailPoints(),
        kinds.KilledApi(),
        kinds.PostgresAway(server),
        kinds.TerminatedConnections(url),
        kinds.Network("network to the model", around.to_model),
        kinds.Network("network to vector search", around.to_workspace),
        kinds.Zombies(_LEASE_S),
        kinds.Clocks(clock),
    ]
    with suite.campaign(folder / "postgres", url, suite.options.workers) as campaign:
        suite.make_reference(campaign, crews)
        suite.strike(campaign, [*lone, kinds.Everything(lone)], crews)


def _sqlite(suite: Suite, stack: ExitStack, folder: Path, crews: Sequence[Crew]) -> None:
    disk = folder / "disk"
    if not suite.options.near:
        stack.enter_context(sqlite_kinds.small_disk(disk))
    faults: list[Fault] = [
        sqlite_kinds.Locked(disk / "kasal.db", 10.0),
        *([] if suite.options.near else [sqlite_kinds.FullDisk(disk)]),
    ]
    with suite.campaign(disk, None, 2) as campaign:
        suite.strike(campaign, faults, crews)


def _row(found: Findings) -> str:
    broken = {name: found.broken[name] for name in PROMISES if found.broken[name]}
    return (
        f"{found.executions} runs, {found.faults} faults, {found.seconds:.0f} s; taken over "
        f"{len(found.takeovers)}, after {quantiles(found.takeovers)} s; broken: {broken or 'nothing'}"
    )


def _print(findings: Mapping[str, Findings], seed: int) -> None:
    print("| fault | runs | faults | s | broken promises | taken over | p50 / p95 / max (s) |")
    print("|---|---|---|---|---|---|---|")
    for name, found in findings.items():
        print(
            f"| {name} | {found.executions} | {found.faults} | {found.seconds:.0f} | "
            f"{sum(found.broken.values())} | {len(found.takeovers)} | {quantiles(found.takeovers)} |"
        )
    struck = [found for name, found in findings.items() if name != "none"]
    print("\n| all kinds together | |\n|---|---|")
    for promise in PROMISES:
        print(f"| {promise} | {sum(found.broken[promise] for found in struck)} |")
    waits = [wait for found in struck for wait in found.takeovers]
    print(f"| takeovers, p50 / p95 / max (s) | {len(waits)}, {quantiles(waits)} |")
    print(f"| effects cut off, and told so | {sum(found.unknown_effects for found in struck)} |")
    print(f"| model calls of lost attempts | {sum(found.uncounted_calls for found in struck)} |")
    print(f"| seed | {seed} |")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--crews", type=int, default=200)
    parser.add_argument("--sqlite-crews", type=int, default=20, help="0 leaves SQLite out")
    parser.add_argument("--workers", type=int, default=3)
    parser.add_argument("--only", nargs="*", default=[""], help="kinds with this in their names")
    parser.add_argument("--near", action="store_true", help="without root")
    parser.add_argument("--folder", type=Path, help="for data and logs, kept; new and empty")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


def main() -> None:
    options = _options()
    with ExitStack() as stack:
        folder = options.folder or Path(
            stack.enter_context(tempfile.TemporaryDirectory(prefix="kasal-faults-"))
        )
        folder.mkdir(exist_ok=True)
        around = stack.enter_context(world())
        suite = Suite(options, around, random.Random(options.seed), {}, {})
        crews = [Crew(number) for number in range(options.crews)]
        _postgres(suite, stack, folder, crews)
        if options.sqlite_crews:
            _sqlite(suite, stack, folder, crews[: options.sqlite_crews])
        _print(suite.findings, options.seed)
    sys.exit(any(found.broken for found in suite.findings.values()))


if __name__ == "__main__":
    main()
