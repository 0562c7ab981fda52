"""What the tenants of tenants.py work with, and what is counted."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime

from src.memory.plan import EmbedderPlan
from src.schemas.databricks_index_schemas import MemoryType
from tests.conformance.arrangement import DIMENSION

GROUPS = ("acme", "acme.eu", "ACME")
"""One is the beginning of another, one differs in case only."""
ONE, TWO, THREE = ("c1" * 16, "c2" * 16, "c3" * 16)
KEYS = tuple(f"k{number:02}" for number in range(30))
VALUES = ("x", "y", "x' OR '1'='1", 'y"} OR group_id: {"$ne": "', "acme", "*", "%", "\x00 \ud800")
"""Of the column that records are chosen by."""
CHOICE = dict.fromkeys(MemoryType, "agent_id") | {MemoryType.DOCUMENT: "source"}
TEXTS = (
    "the price of coffee in Lisbon",
    "coffee' OR group_id = 'acme.eu' -- is no filter",
    'coffee {"group_id": "ACME", "crew_id": {"$ne": ""}}',
    "coffee * % _ \\ NEAR(coffee) OR AND NOT",
    f"coffee of crew {ONE} and of {TWO}",
    "coffee \x00 \ud800 Grüße 日本語 🚀",
)
"""All speak of coffee, so that a search for it would find everybody's."""
WEIGHTS = {
    "upsert": 30,
    "near": 15,
    "said": 15,
    "fetch": 8,
    "scan": 8,
    "count": 8,
    "delete_ids": 5,
    "delete_chosen": 2,
    "empty": 1,
    "recall": 8,
    "trespass": 8,
}
MAX_FAILURES = 20
NOW = datetime(2026, 11, 21, tzinfo=UTC)
EMBEDDER = EmbedderPlan(provider="local", model="toy", dimension=DIMENSION, normalised=True)


@dataclass
class Figures:
    operations: Counter[str] = field(default_factory=Counter)
    returned: int = 0
    """Records that answers held."""
    foreign: int = 0
    """Of those, records that the asking scope must not see."""
    failures: list[str] = field(default_factory=list)
    """Answers that differ from what the model says: the first few."""
    kept: int = 0
    """Records at the end, all of which are as their owner's model has them."""


@dataclass(frozen=True)
class Known:
    """A record as its owner remembers it."""

    crew_id: str
    text: str
    choice: str
    vector: tuple[float, ...]
