"""Builds tools the way the engine does, from the seeded catalogue."""

from datetime import UTC, datetime
from typing import Any

from crewai.tools import BaseTool

from src.engines.crewai.tools.factory import ToolFactory
from src.engines.plans import SideEffect, ToolPlan
from src.seeds.tools import TOOLS
from tests.support.fake_run import FakeRun


class FixedClock:
    def now(self) -> datetime:
        return datetime(2026, 1, 15, 12, 0, tzinfo=UTC)

    def monotonic_s(self) -> float:
        return 0.0


def plan(key: str, **config: Any) -> ToolPlan:
    return ToolPlan(key=key, side_effect=SideEffect(TOOLS[key]["side_effect"]), config=config)


def build(factory: ToolFactory, run: FakeRun, key: str, **config: Any) -> BaseTool:
    (tool,) = factory.build([plan(key, **config)], run, "analyst")
    return tool
