"""Identifiers: time-ordered for rows, random where an id must not be guessable from another."""

import uuid
from datetime import datetime

import uuid_utils

SYSTEM_GROUP_ID = "00000000-0000-0000-0000-000000000000"
"""Owner of what every group may read and only a system administrator may change (seeded models, tools)."""


def new() -> str:
    """UUIDv7: ids made later sort later, so a list ordered by id is ordered by age (to the millisecond)."""
    return str(uuid_utils.uuid7())


def earliest(moment: datetime) -> str:
    """Sorts before every id that new() makes from then on, and behind all that it made before."""
    milliseconds = f"{max(0, int(moment.timestamp() * 1000)):012x}"
    return f"{milliseconds[:8]}-{milliseconds[8:]}-"


def random() -> str:
    """UUIDv4: for groups, where order would tell who came when."""
    return str(uuid.uuid4())
