"""What a document is made of, and how much of it is read."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

MAX_CHARACTERS = 5_000_000
"""About 2,500 pages; some 6,000 pieces."""
MAX_SECTIONS = 50_000


@dataclass(frozen=True)
class Section:
    title: str
    """A heading, `page 3` or `rows 2-9`; empty where a document has none."""
    text: str


class UnreadableDocument(Exception):
    """Says for people what is wrong with the document."""


def bounded(sections: Iterable[Section]) -> Iterator[Section]:
    """Those with text in them. Raises UnreadableDocument for more than is read."""
    characters, count = 0, 0
    for section in sections:
        text = section.text.strip()
        if not text:
            continue
        characters += len(text)
        count += 1
        if characters > MAX_CHARACTERS or count > MAX_SECTIONS:
            raise UnreadableDocument(
                f"it holds more than {MAX_CHARACTERS} characters or {MAX_SECTIONS} sections; "
                "divide it into several documents"
            )
        yield Section(section.title.strip()[:200], text)
    if count == 0:
        raise UnreadableDocument(
            "there is no text in it; pictures of pages must go through text recognition first"
        )
