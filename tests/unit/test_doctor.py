"""What `kasal doctor` says about a running installation."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from src.repositories.fleet_report import FleetReport
from src.services.operations.doctor_fleet import findings
from src.services.operations.finding import Finding, Verdict

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
WELL = FleetReport(
    executions={"PENDING": 0, "RUNNING": 3},
    oldest_queued_at=None,
    jobs={("webhook", "queued"): 4},
    oldest_queued_job_at=NOW,
    lease_ends_s=(NOW.timestamp() + 10, NOW.timestamp() - 10),
    approvals=2,
    memory_writes={"pending": 1, "failed": 0},
    paused_schedules=0,
    disabled_webhooks=0,
    chores_done_at={"housekeeping": NOW - timedelta(minutes=10)},
)


def notes(report: FleetReport) -> list[Finding]:
    return [one for one in findings(report, NOW) if one.verdict is not Verdict.OK]


def test_an_installation_that_is_well_gets_no_note() -> None:
    assert notes(WELL) == []
    assert next(iter(findings(WELL, NOW))).text == "1 alive"


@pytest.mark.parametrize(
    ("report", "subject", "text"),
    [
        (replace(WELL, lease_ends_s=(NOW.timestamp() - 1,)), "workers", "none is alive"),
        (
            replace(
                WELL,
                executions={"PENDING": 7},
                oldest_queued_at=NOW - timedelta(minutes=3),
            ),
            "queue",
            "7 run(s) wait, the oldest for 0:03:00",
        ),
        (
            replace(WELL, jobs={("webhook", "failed"): 2, ("memory_setup", "failed"): 1}),
            "jobs",
            "1 memory_setup, 2 webhook",
        ),
        (
            replace(WELL, memory_writes={"pending": 0, "failed": 5}),
            "memory writes",
            "5 task(s)",
        ),
        (replace(WELL, paused_schedules=1), "schedules and webhooks", "paused 1 schedule(s)"),
        (
            replace(WELL, disabled_webhooks=2),
            "schedules and webhooks",
            "disabled 2 webhook(s)",
        ),
        (
            replace(WELL, chores_done_at={"housekeeping": NOW - timedelta(days=1)}),
            "housekeeping",
            "last done at 2026-10-31 12:00",
        ),
    ],
)
def test_what_an_operator_should_know_is_noted_with_a_remedy(
    report: FleetReport, subject: str, text: str
) -> None:
    (found,) = notes(report)
    assert (found.subject, found.verdict) == (subject, Verdict.NOTE)
    assert text in found.text
    assert found.remedy


def test_a_short_queue_is_no_news() -> None:
    short = replace(WELL, executions={"PENDING": 7}, oldest_queued_at=NOW - timedelta(seconds=3))
    assert notes(short) == []
