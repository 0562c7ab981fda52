from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Seed:
    """A shipped row: its key within its table, and the columns that the product sets."""

    key: str
    values: Mapping[str, Any]
