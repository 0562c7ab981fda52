"""What `kasal doctor` has found."""

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class Verdict(StrEnum):
    OK = "ok"
    NOTE = "note"
    """Works, but somebody should know."""
    WRONG = "wrong"


@dataclass(frozen=True)
class Finding:
    subject: str
    verdict: Verdict
    text: str
    remedy: str = ""

    @property
    def is_fatal(self) -> bool:
        return self.verdict is Verdict.WRONG

    def as_json(self) -> dict[str, Any]:
        return asdict(self)
