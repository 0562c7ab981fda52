"""The Crew that the crew builder uses: crewai's own, minus its habit of writing every output to disk, and
minus memory tools that know no agent."""

from typing import Any

from crewai import Crew
from crewai.tools import BaseTool
from pydantic import PrivateAttr


class NoTaskOutputs:
    """Stands in for crewai's replay store, an SQLite file with every crew's outputs in clear."""

    def update(self, task_index: int, log: dict[str, Any]) -> None:
        """Nothing is kept: `execution_tasks` is the checkpoint of record."""

    def add(self, *args: Any, **kwargs: Any) -> None:
        """See update."""

    def reset(self) -> None:
        """See update."""

    def load(self) -> list[dict[str, Any]]:
        return []


class QuietCrew(Crew):
    """Use it wherever a Crew is built; call quiet.silence_run() in the thread that kicks it off."""

    _task_output_handler: Any = PrivateAttr(default_factory=NoTaskOutputs)

    def _add_memory_tools(self, tools: list[BaseTool], memory: Any) -> list[BaseTool]:
        """crewai gives its own to everybody in a crew with memory; ours come with the agent (RunAgent)."""
        return tools
