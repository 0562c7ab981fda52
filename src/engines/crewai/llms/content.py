"""Message content as text, whatever shape a provider gives it."""

from typing import Any

_TEXT_BLOCKS = ("text", "output_text", "input_text")


def text_of(content: Any) -> str:
    """The words for the reader: text blocks joined, reasoning and signatures left out.

    gpt-oss on Databricks answers with blocks, `[{"type": "reasoning", "summary": […]}, {"type": "text",
    "text": …}]`, with or without `signature`, or with the reasoning under `content`. litellm's `databricks/`
    route turns them into text (1.105.0); this is the guard for what slips through.
    """
    if content is None:
        return ""
    if isinstance(content, str):
        return content
    if isinstance(content, list):
        return "".join(text_of(block) for block in content)
    if isinstance(content, dict):
        if content.get("type", "text") in _TEXT_BLOCKS:
            return text_of(content.get("text"))
        return ""
    return str(content)
