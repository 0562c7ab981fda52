"""Which texts mention what is to be forgotten, and what is left of them. Pure."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

FORGOTTEN = "[forgotten]"
_MARK = re.compile(r"\[forgotten\]( \d+)*")
_SPACES = re.compile(r"\s+")
_QUOTES = ("excerpt", "text", "content")
_NEEDLE_CHARS = 80
_SHORT = 20
"""A shorter text of a record ("Yes.") stands in many places that have nothing to do with it."""
_UNSPACED = "\u2e80"
"""From here on Unicode has the scripts that put no spaces between words."""


def plain(text: str) -> str:
    """For comparing: without differences of case, width, spaces and composition."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return _SPACES.sub(" ", unicodedata.normalize("NFKC", folded)).strip()


class Mentions:
    """Of a subject: as whole words, wherever they stand. Of records: their text, or how it begins, and what
    stands beside their id."""

    def __init__(
        self,
        subject: str | None = None,
        records: Iterable[str] = (),
        record_ids: Iterable[str] = (),
    ) -> None:
        self._ids = frozenset(record_ids)
        self._subject = None if subject is None else _as_words(plain(subject))
        texts = {plain(text) for text in records} - {""}
        self._beginnings = sorted({text[:_NEEDLE_CHARS] for text in texts if len(text) >= _SHORT})
        self._whole = {text for text in texts if len(text) < _SHORT}

    def stand_in(self, text: str) -> bool:
        if _MARK.fullmatch(text):
            return False
        found = plain(text)
        if self._subject is not None and self._subject.search(found):
            return True
        if found in self._whole:
            return True
        return any(beginning in found for beginning in self._beginnings)

    def quote(self, value: Mapping[Any, Any], name: Any) -> bool:
        """Whether the text under this name is what an event or a receipt showed of such a record."""
        return name in _QUOTES and value.get("id") in self._ids and value[name] != FORGOTTEN


def _as_words(subject: str) -> re.Pattern[str]:
    before = r"(?<!\w)" if _has_borders(subject[:1]) else ""
    after = r"(?!\w)" if _has_borders(subject[-1:]) else ""
    return re.compile(before + re.escape(subject) + after)


def _has_borders(character: str) -> bool:
    return character.isalnum() and character < _UNSPACED


def without(value: Any, mentions: Mentions) -> tuple[Any, int]:
    """A JSON value in which each text that mentions it is replaced as a whole, and how many were."""
    if isinstance(value, str):
        return (FORGOTTEN, 1) if mentions.stand_in(value) else (value, 0)
    if isinstance(value, list | tuple):
        parts = [without(item, mentions) for item in value]
        return [part for part, _ in parts], sum(count for _, count in parts)
    if isinstance(value, Mapping):
        return _mapping_without(value, mentions)
    return value, 0


def _mapping_without(value: Mapping[Any, Any], mentions: Mentions) -> tuple[dict[Any, Any], int]:
    kept: dict[Any, Any] = {}
    total = 0
    for name, item in value.items():
        is_quote = isinstance(item, str) and mentions.quote(value, name)
        part, count = (FORGOTTEN, 1) if is_quote else without(item, mentions)
        if isinstance(name, str) and mentions.stand_in(name):
            count += 1
            name = _free_name(kept)
        kept[name] = part
        total += count
    return kept, total


def _free_name(taken: Mapping[Any, Any]) -> str:
    name, number = FORGOTTEN, 2
    while name in taken:
        name, number = f"{FORGOTTEN} {number}", number + 1
    return name
