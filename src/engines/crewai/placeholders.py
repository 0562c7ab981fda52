"""Fills {placeholders} of a configuration with the inputs of a run."""

import json
import re
from collections.abc import Mapping
from typing import Any

from src.engines.crewai.problems import Problems

_PLACEHOLDER = re.compile(r"\{([A-Za-z_][A-Za-z0-9_\-]*)\}")
_MAX_TEXT_CHARS = 1_000_000
_MAX_TOTAL_CHARS = 20_000_000
"""A short text that names a long input a thousand times would fill the memory."""


class Placeholders:
    def __init__(self, inputs: Mapping[str, Any], problems: Problems) -> None:
        self._values = {name: _text_of(value) for name, value in inputs.items()}
        self._problems = problems
        self._chars_left = _MAX_TOTAL_CHARS
        self.wanted: dict[str, None] = {}
        """Names that the texts so far have used, in the order of their first use."""

    def fill(self, text: str, pointer: str) -> str:
        """Values are inserted as they are: a placeholder inside an input stays text."""
        wanted = _PLACEHOLDER.findall(text)
        if not wanted:
            return text
        self.wanted.update(dict.fromkeys(wanted))
        for name in wanted:
            if name not in self._values:
                message = f"the text uses {{{name}}}, but inputs has no {name!r}; add it to inputs"
                self._problems.add(pointer, "missing-input", message)
        chars = len(text) + sum(len(self._values.get(name, "")) for name in wanted)
        if chars > min(_MAX_TEXT_CHARS, self._chars_left):
            message = (
                f"with its inputs filled in the text has {chars} characters; at most "
                f"{_MAX_TEXT_CHARS} a text and {_MAX_TOTAL_CHARS} a crew are taken"
            )
            self._problems.add(pointer, "too-long", message)
            return text
        self._chars_left -= chars
        return _PLACEHOLDER.sub(lambda match: self._values.get(match[1], match[0]), text)


def _text_of(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
