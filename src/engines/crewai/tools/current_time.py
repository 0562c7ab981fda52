"""What time it is, because a model does not know."""

import difflib
from datetime import tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from pydantic import BaseModel, Field

from src.engines.crewai.tools.base import ToolBody, ToolContext, ToolError


class CurrentTimeArguments(BaseModel):
    time_zone: str = Field("UTC", description="IANA name such as Europe/Berlin", max_length=64)


def current_time(context: ToolContext) -> ToolBody:
    def now(arguments: CurrentTimeArguments) -> str:
        local = context.clock.now().astimezone(_zone(arguments.time_zone))
        return f"{local.isoformat(timespec='seconds')} ({local:%A}, {arguments.time_zone})"

    return ToolBody(
        "current_time",
        "Tells the current date, time and weekday in a time zone.",
        CurrentTimeArguments,
        now,
    )


def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as exc:
        near = difflib.get_close_matches(name, sorted(available_timezones()), n=3)
        hint = f" such as {', '.join(near)}" if near else ", for example Europe/Berlin or UTC"
        raise ToolError(
            "unknown-time-zone", f"{name!r} is no time zone; expected an IANA name{hint}"
        ) from exc
