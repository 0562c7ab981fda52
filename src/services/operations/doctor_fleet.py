"""How a running installation is: the part of `kasal doctor` that looks at queue, jobs and workers."""

from datetime import datetime, timedelta

from src.core.job_status import JobStatus
from src.repositories.fleet_report import FleetReport
from src.services.operations.finding import Finding, Verdict
from src.services.operations.housekeeping import CHORE, EVERY

LONG_WAIT_S = 60.0
"""Runs that wait longer are more than the workers and the limits of groups take."""
_LATE = 4 * EVERY


def findings(report: FleetReport, now: datetime) -> list[Finding]:
    return [
        _workers(report, now),
        _queue(report, now),
        _jobs(report),
        _memory(report),
        _paused(report),
        _housekeeping(report, now),
    ]


def _workers(report: FleetReport, now: datetime) -> Finding:
    alive = sum(1 for end_s in report.lease_ends_s if end_s > now.timestamp())
    if alive:
        return Finding("workers", Verdict.OK, f"{alive} alive")
    text = "none is alive: runs wait until one starts"
    return Finding("workers", Verdict.NOTE, text, "kasal worker, or ./run.sh starts one")


def _queue(report: FleetReport, now: datetime) -> Finding:
    waiting = report.executions["PENDING"]
    if report.oldest_queued_at is None:
        return Finding("queue", Verdict.OK, "no run waits")
    waits_s = (now - report.oldest_queued_at).total_seconds()
    text = f"{waiting} run(s) wait, the oldest for {timedelta(seconds=round(waits_s))}"
    if waits_s < LONG_WAIT_S:
        return Finding("queue", Verdict.OK, text)
    remedy = (
        "start more workers; if those are idle, runs wait for the limits of their group "
        "(KASAL_GROUP_CONCURRENCY, kasal limits show)"
    )
    return Finding("queue", Verdict.NOTE, text, remedy)


def _jobs(report: FleetReport) -> Finding:
    failed = {
        kind: number for (kind, status), number in report.jobs.items() if status == JobStatus.FAILED
    }
    if not failed:
        return Finding("jobs", Verdict.OK, "none has failed within 24 hours")
    kinds = ", ".join(f"{number} {kind}" for kind, number in sorted(failed.items()))
    text = f"failed within 24 hours: {kinds}"
    return Finding("jobs", Verdict.NOTE, text, "kasal jobs list, in the group's name, has reasons")


def _memory(report: FleetReport) -> Finding:
    failed, pending = report.memory_writes["failed"], report.memory_writes["pending"]
    if not failed:
        return Finding("memory writes", Verdict.OK, f"none has failed, {pending} to do")
    text = f"{failed} task(s) left to memory what could not be stored, {pending} to do"
    remedy = "kasal memory verify; the tasks of kasal executions show have the reasons"
    return Finding("memory writes", Verdict.NOTE, text, remedy)


def _paused(report: FleetReport) -> Finding:
    if not report.paused_schedules and not report.disabled_webhooks:
        text = "no schedule and no webhook was stopped by Kasal itself"
        return Finding("schedules and webhooks", Verdict.OK, text)
    text = (
        f"Kasal itself paused {report.paused_schedules} schedule(s) and disabled "
        f"{report.disabled_webhooks} webhook(s)"
    )
    remedy = "GET /api/v1/schedules and /api/v1/webhooks say why; resume them when that is mended"
    return Finding("schedules and webhooks", Verdict.NOTE, text, remedy)


def _housekeeping(report: FleetReport, now: datetime) -> Finding:
    done_at = report.chores_done_at.get(CHORE)
    if done_at is None:
        return Finding("housekeeping", Verdict.OK, "not done yet; the first worker begins with it")
    text = f"last done at {done_at:%Y-%m-%d %H:%M} UTC"
    if now - done_at < _LATE:
        return Finding("housekeeping", Verdict.OK, text)
    return Finding("housekeeping", Verdict.NOTE, text, "workers do it; their logs say what fails")
