"""What an agent with memory may ask of it and tell it."""

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, Field, StringConstraints

from src.engines.base import TaskMemory
from src.engines.crewai.memory.block import BLOCK_CHARS, as_data, memory_block
from src.engines.crewai.tools.base import ToolBody
from src.memory.records import RecalledRecord, Recollection

SEARCH_MEMORY = "search_memory"
SAVE_TO_MEMORY = "save_to_memory"

_MAX_QUERIES = 5
_MAX_TEXTS = 10
_FOUND_FOR_A_QUERY = 8


def _as_list(value: Any) -> Any:
    # Models leave the brackets out when there is one item.
    return [value] if isinstance(value, str) else value


_Query = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1_000)]
_Note = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4_000)]


class SearchMemoryArguments(BaseModel):
    queries: Annotated[list[_Query], BeforeValidator(_as_list)] = Field(
        description="What to look for, each as a short phrase or question",
        min_length=1,
        max_length=_MAX_QUERIES,
    )


class SaveToMemoryArguments(BaseModel):
    texts: Annotated[list[_Note], BeforeValidator(_as_list)] = Field(
        description="Facts, decisions or preferences, each understandable by itself",
        min_length=1,
        max_length=_MAX_TEXTS,
    )


def memory_tools(memory: TaskMemory, agent_key: str, *, may_save: bool) -> list[ToolBody]:
    tools = [_search_tool(memory, agent_key)]
    return [*tools, _save_tool(memory, agent_key)] if may_save else tools


def _search_tool(memory: TaskMemory, agent_key: str) -> ToolBody:
    return ToolBody(
        SEARCH_MEMORY,
        "Searches what this crew kept from earlier work: results, decisions, preferences, people and things. "
        "What fits the task best was shown already; ask for what is missing, with different words for lists "
        "and totals.",
        SearchMemoryArguments,
        lambda arguments: _search(memory, arguments.queries, agent_key),
    )


def _save_tool(memory: TaskMemory, agent_key: str) -> ToolBody:
    def save(arguments: SaveToMemoryArguments) -> str:
        for text in arguments.texts:
            memory.keep(text, agent_key)
        count = len(arguments.texts)
        return f"{count} {'note' if count == 1 else 'notes'} will be kept when the task has ended."

    return ToolBody(
        SAVE_TO_MEMORY,
        "Keeps facts, decisions or preferences for later runs of this crew. The task's answer is kept anyway: "
        "save what it does not say.",
        SaveToMemoryArguments,
        save,
    )


def _search(memory: TaskMemory, queries: list[str], agent_key: str) -> str:
    """A block for each query; a record that several of them find stands in the first only."""
    seen: set[tuple[str, str]] = set()
    limit_chars = BLOCK_CHARS // len(queries)
    parts = []
    for query in dict.fromkeys(queries):
        found = memory.search(query, agent_key, _FOUND_FOR_A_QUERY)
        fresh = Recollection(_unseen(found.records, seen), _unseen(found.documents, seen))
        block = memory_block(fresh, limit_chars) or "Nothing new was found."
        parts.append(f"{as_data({'query': query})}\n{block}")
    return "\n\n".join(parts)


def _unseen(
    records: tuple[RecalledRecord, ...], seen: set[tuple[str, str]]
) -> tuple[RecalledRecord, ...]:
    fresh = []
    for record in records:
        key = (str(record.type), record.id)
        if key not in seen:
            seen.add(key)
            fresh.append(record)
    return tuple(fresh)
