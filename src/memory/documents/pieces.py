"""Sections cut into the pieces that are embedded and found."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from semantic_text_splitter import TextSplitter

from src.memory.documents.sections import Section

FEWEST, MOST = 600, 1_000
"""Characters. A piece is full between the two, so that it can end with a sentence or paragraph."""
OVERLAP = 150
_SHORT = 250
_splitter = TextSplitter((FEWEST, MOST), overlap=OVERLAP)


@dataclass(frozen=True)
class DocumentPiece:
    section: str
    text: str


def pieces_of(sections: Iterable[Section]) -> Iterator[DocumentPiece]:
    """In the order of the document; the same sections always give the same pieces."""
    for section in _joined(sections):
        for text in _splitter.chunks(section.text):
            if text.strip():
                yield DocumentPiece(section.title, text)


def _joined(sections: Iterable[Section]) -> Iterator[Section]:
    """A heading with one line below it says too little by itself: short neighbours become one."""
    held: Section | None = None
    for section in sections:
        if held is None:
            held = section
        elif _short(held, section):
            held = Section(held.title or section.title, f"{held.text}\n\n{section.text}")
        else:
            yield held
            held = section
    if held is not None:
        yield held


def _short(held: Section, section: Section) -> bool:
    together = len(held.text) + len(section.text) + 2
    return together <= FEWEST and min(len(held.text), len(section.text)) < _SHORT
