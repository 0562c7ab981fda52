"""The one text type for everything that people or models send.

NUL passes SQLite and fails PostgreSQL; a lone surrogate fails at the database write as a
UnicodeEncodeError (both measured 2026-11). Both are refused at the door, and text is stored in NFC so
that equal-looking names are equal.
"""

import re
import unicodedata
from typing import Annotated, Any

from pydantic import AfterValidator, StringConstraints

_SURROGATE = re.compile("[\ud800-\udfff]")


def clean_text(value: str) -> str:
    if "\x00" in value:
        raise ValueError("text must not contain NUL characters")
    if _SURROGATE.search(value):
        raise ValueError("text must not contain lone surrogates (half of an emoji, for example)")
    return unicodedata.normalize("NFC", value)


def storable(value: Any) -> Any:
    """For what models and tools say, which cannot be refused: the same JSON value with the characters that
    no database takes replaced by U+FFFD."""
    if isinstance(value, str):
        return _SURROGATE.sub("\ufffd", value).replace("\x00", "\ufffd")
    if isinstance(value, dict):
        return {storable(key): storable(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [storable(item) for item in value]
    return value


SafeText = Annotated[str, AfterValidator(clean_text), StringConstraints(max_length=200_000)]
ShortText = Annotated[
    str,
    # First: behind a validator, pydantic 2.12 measures the length before it strips.
    StringConstraints(min_length=1, max_length=200, strip_whitespace=True),
    AfterValidator(clean_text),
]
"""Names and roles."""
LongText = Annotated[
    str, AfterValidator(clean_text), StringConstraints(min_length=1, max_length=50_000)
]
"""Goals, descriptions, prompts."""
Key = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9 ._:/-]{0,119}$")]
"""How an agent, task, tool or model is referred to inside a configuration."""
