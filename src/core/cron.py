"""When a schedule fires: cron expressions in a time zone, with daylight saving as Debian's cron has it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cronsim import CronSim, CronSimError

_FIELDS = 5
_FAR_YEARS = 5
"""A date that does not come within so many years (30 February) never comes."""


class BadCron(ValueError):
    """The message is for people."""


def zone_of(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as exc:
        raise BadCron(
            f"expected an IANA time zone such as Europe/Berlin or UTC, got {name!r}"
        ) from exc


def fire_times(expression: str, zone: str, after: datetime) -> Iterator[datetime]:
    """UTC moments later than `after`, in order, for ever. Raises BadCron.

    A time that a clock change skips fires once, right behind the gap; one that happens twice fires once. Both
    are for jobs at fixed hours; `*/10` and the like follow real time (Debian's cron, and cronsim 2.8).
    """
    if len(expression.split()) != _FIELDS:
        raise BadCron(
            "expected five fields (minute hour day month weekday), such as `0 7 * * MON-FRI`, "
            f"got {len(expression.split())}"
        )
    try:
        times = CronSim(expression.upper(), after.astimezone(zone_of(zone)))
    except CronSimError as exc:
        raise BadCron(f"{exc}; expected something like `0 7 * * MON-FRI`") from exc
    return _in_utc(times, after)


def _in_utc(times: CronSim, after: datetime) -> Iterator[datetime]:
    last = after.astimezone(UTC)
    for moment in times:
        found = moment.astimezone(UTC)
        if found - last > timedelta(days=366 * _FAR_YEARS):
            return
        # Two local times can be one moment where a clock change skips them.
        if found > last:
            last = found
            yield found


def next_time(expression: str, zone: str, after: datetime) -> datetime | None:
    """None where no such date ever comes."""
    return next(fire_times(expression, zone, after), None)


def last_times(expression: str, zone: str, until: datetime, since: datetime) -> Iterator[datetime]:
    """The fire times in (since, until], the latest first."""
    local = (until + timedelta(microseconds=1)).astimezone(zone_of(zone))
    last = None
    for moment in CronSim(expression.upper(), local, reverse=True):
        found = moment.astimezone(UTC)
        if found <= since:
            return
        if found <= until and found != last:
            last = found
            yield found
