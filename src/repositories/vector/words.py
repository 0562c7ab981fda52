"""How texts are cut into words for lexical search, the same for every store that we index ourselves."""

import re
import unicodedata
from collections.abc import Iterable

_MAX_QUERY_WORDS = 32
_WORD = re.compile(r"[^\W_]+")
# Kana and ideographs: scripts without spaces, each character is a word.
_IDEOGRAPH = re.compile(
    "[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0002fa1f]"
)


def words(text: str) -> list[str]:
    """In order, in lower case, without accents."""
    if text.isascii():
        return _WORD.findall(text.casefold())  # the same, ten times as fast
    plain = unicodedata.normalize("NFKD", text.casefold())
    kept = "".join(char for char in plain if not unicodedata.combining(char))
    return _WORD.findall(_IDEOGRAPH.sub(r" \g<0> ", unicodedata.normalize("NFC", kept)))


def searchable(texts: Iterable[str | None]) -> str:
    """Words between spaces, for stores that split at spaces."""
    return " ".join(word for text in texts if text for word in words(text))


def query_words(text: str) -> list[str]:
    """Each once, the first of a long query."""
    return list(dict.fromkeys(words(text)))[:_MAX_QUERY_WORDS]
