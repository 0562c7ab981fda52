"""The Prometheus page: what the database says about the installation, and what this process says about itself."""

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from prometheus_client import PlatformCollector, ProcessCollector
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.metrics_core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from src.core.clock import Clock
from src.core.errors import Unavailable
from src.core.logging import get_logger
from src.core.unit_of_work import Database
from src.repositories.fleet_report import FleetReport, FleetReportRepository
from src.repositories.metric import MetricKey, MetricRepository
from src.services.operations.measures import (
    INFINITY,
    REQUESTS,
    SHARED,
    SUM,
    Measure,
    Measures,
    label_values,
)

log = get_logger(__name__)

MEDIA_TYPE = CONTENT_TYPE_LATEST
_KEPT_S = 5.0
"""However many ask, the database is asked once in as long."""


class MetricsService:
    def __init__(
        self,
        database: Database,
        clock: Clock,
        measures: Measures,
        requests: Measures,
        lease_ttl_s: float,
    ) -> None:
        """`requests` are this process's own; `measures` go to the table of all processes."""
        self._database = database
        self._clock = clock
        self._measures = measures
        self._requests = requests
        self._lease_ttl_s = lease_ttl_s
        self._process: tuple[Collector, ...] = (
            ProcessCollector(registry=None),
            PlatformCollector(registry=None),
        )
        self._asking = asyncio.Lock()
        self._shared: list[Metric] = []
        self._asked_at_s: float | None = None

    async def text(self) -> bytes:
        """With the database away, what this process knows itself, and `kasal_database_up 0`."""
        own = families((REQUESTS,), self._requests.values())
        shared = await self._of_installation()
        process = [family for one in self._process for family in one.collect()]
        return generate_latest(_Page([*shared, *own, *process]))

    async def _of_installation(self) -> list[Metric]:
        async with self._asking:
            now_s = self._clock.monotonic_s()
            if self._asked_at_s is None or now_s - self._asked_at_s >= _KEPT_S:
                self._shared = await self._ask()
                self._asked_at_s = now_s
            return self._shared

    async def _ask(self) -> list[Metric]:
        up = "Whether the database answered"
        now = self._clock.now()
        try:
            await self._measures.store(self._database)
            async with self._database.read() as uow:
                report = await uow.repo(FleetReportRepository).report(now)
                totals = await uow.repo(MetricRepository).all()
        except Unavailable as exc:
            log.warning("the metrics lack the installation's: {}", exc.message)
            return [GaugeMetricFamily("kasal_database_up", up, value=0)]
        return [
            GaugeMetricFamily("kasal_database_up", up, value=1),
            *_gauges(report, now.timestamp(), self._lease_ttl_s),
            *families(SHARED, totals),
        ]


class _Page(Collector):
    def __init__(self, found: Iterable[Metric]) -> None:
        self._found = found

    def collect(self) -> Iterable[Metric]:
        return self._found


def _gauges(report: FleetReport, now_s: float, lease_ttl_s: float) -> Iterator[Metric]:
    yield _by(
        "kasal_executions",
        "Executions that have not ended",
        ("status",),
        {(status,): number for status, number in report.executions.items()},
    )
    yield GaugeMetricFamily(
        "kasal_queue_oldest_seconds",
        "How long the run at the end of the queue has waited",
        value=_age_s(now_s, report.oldest_queued_at),
    )
    yield _by(
        "kasal_jobs",
        "Background jobs that have not ended, and those that failed within 24 hours",
        ("kind", "status"),
        {tuple(key): number for key, number in report.jobs.items()},
    )
    yield GaugeMetricFamily(
        "kasal_jobs_oldest_seconds",
        "How long a job has waited, be it for a pause between tries",
        value=_age_s(now_s, report.oldest_queued_job_at),
    )
    ages_s = [lease_ttl_s - (end_s - now_s) for end_s in report.lease_ends_s]
    alive = [age_s for age_s in ages_s if age_s < lease_ttl_s]
    yield GaugeMetricFamily("kasal_workers", "Workers with a valid lease", value=len(alive))
    yield GaugeMetricFamily(
        "kasal_worker_lease_oldest_seconds",
        "Time since the worker that was silent longest renewed its lease; 0 without workers",
        value=max(0.0, *ages_s, 0.0),
    )
    yield GaugeMetricFamily(
        "kasal_approvals_pending", "Questions that people have not decided", value=report.approvals
    )
    yield _by(
        "kasal_memory_writes",
        "What finished tasks left to memory and is not stored there",
        ("status",),
        {(status,): number for status, number in report.memory_writes.items()},
    )
    yield GaugeMetricFamily(
        "kasal_schedules_paused",
        "Schedules that Kasal paused by itself",
        value=report.paused_schedules,
    )
    yield GaugeMetricFamily(
        "kasal_webhooks_disabled",
        "Webhooks that Kasal disabled by itself",
        value=report.disabled_webhooks,
    )
    yield _by(
        "kasal_chore_done_timestamp_seconds",
        "When a worker last ended a chore such as housekeeping",
        ("chore",),
        {(name,): at.timestamp() for name, at in report.chores_done_at.items()},
    )


def families(measures: Iterable[Measure], values: Mapping[MetricKey, float]) -> Iterator[Metric]:
    """A measure that nothing was added to yet is shown as 0 where it has no labels."""
    for measure in measures:
        mine = {key: value for key, value in values.items() if key.metric == measure.name}
        if not mine and not measure.labels:
            mine = {MetricKey(measure.name, "", SUM if measure.bounds else ""): 0.0}
        if measure.bounds:
            yield _histogram(measure, mine)
        else:
            counter = CounterMetricFamily(measure.name, measure.help, labels=measure.labels)
            for key in sorted(mine):
                counter.add_metric(label_values(key), mine[key])
            yield counter


def _histogram(measure: Measure, values: Mapping[MetricKey, float]) -> Metric:
    family = HistogramMetricFamily(measure.name, measure.help, labels=measure.labels)
    for label in sorted({key.label for key in values}):
        reached, buckets = 0.0, []
        for bound in (*map(str, measure.bounds), INFINITY):
            reached += values.get(MetricKey(measure.name, label, bound), 0.0)
            buckets.append((bound, reached))
        total = values.get(MetricKey(measure.name, label, SUM), 0.0)
        family.add_metric(label_values(MetricKey(measure.name, label, "")), buckets, total)
    return family


def _by(
    name: str, help: str, labels: tuple[str, ...], values: Mapping[tuple[str, ...], float]
) -> Metric:
    family = GaugeMetricFamily(name, help, labels=labels)
    for label in sorted(values):
        family.add_metric(label, values[label])
    return family


def _age_s(now_s: float, since: datetime | None) -> float:
    return 0.0 if since is None else max(0.0, now_s - since.timestamp())
