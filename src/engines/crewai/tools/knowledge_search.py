"""Searches the documents of the crew and its group."""

from pydantic import BaseModel, Field

from src.engines.crewai.memory.block import documents_block
from src.engines.crewai.tools.base import ToolBody, ToolContext, ToolError
from src.engines.plans import KNOWLEDGE_SEARCH


class KnowledgeSearchArguments(BaseModel):
    query: str = Field(description="A question or a few words", min_length=1, max_length=1_000)
    limit: int = Field(5, description="Passages at most", ge=1, le=10)


def knowledge_search(context: ToolContext) -> ToolBody:
    def search(arguments: KnowledgeSearchArguments) -> str:
        # Asked for here: the planning step describes tools in a run that has no memory yet.
        memory = context.run.memory
        if memory is None:
            raise ToolError("not-configured", "this run has no documents; start the crew again")
        found = memory.search_knowledge(arguments.query, context.agent_key, arguments.limit)
        return documents_block(found.documents) or "No document says anything about this."

    return ToolBody(
        KNOWLEDGE_SEARCH,
        "Searches the documents that were stored for this crew and its group, and returns the passages that "
        "fit best, with their titles.",
        KnowledgeSearchArguments,
        search,
    )
