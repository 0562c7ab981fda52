"""The text of web pages, read as a stream: nesting costs nothing."""

from collections.abc import Iterator
from html.parser import HTMLParser

from src.memory.documents.sections import Section

_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_UNSEEN = frozenset({"script", "style", "noscript", "template"})
_IN_LINE_TAGS = (
    "a abbr b bdi bdo cite code data em font i kbd mark q s samp small span strong sub sup time u "
    "var wbr"
)
_IN_LINE = frozenset(_IN_LINE_TAGS.split())
_CELLS = frozenset({"td", "th"})
_LIMIT = 65_536
"""Fed at a time, so that what is found can be passed on."""


def html_sections(text: str) -> Iterator[Section]:
    reader = _Reader()
    for start in range(0, len(text), _LIMIT):
        reader.feed(text[start : start + _LIMIT])
        yield from reader.take()
    reader.close()
    reader.end_section()
    yield from reader.take()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._done: list[Section] = []
        self._parts: list[str] = []
        self._heading: list[str] | None = None
        self._title = ""
        self._unseen: list[str] = []

    def take(self) -> list[Section]:
        done, self._done = self._done, []
        return done

    def end_section(self) -> None:
        lines = (" ".join(line.split()) for line in "".join(self._parts).splitlines())
        self._done.append(Section(self._title, "\n".join(line for line in lines if line)))
        self._parts = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag in _UNSEEN:
            self._unseen.append(tag)
        elif tag in _HEADINGS:
            self.end_section()
            self._heading, self._title = [], ""
        elif tag not in _IN_LINE:
            self._parts.append(" | " if tag in _CELLS else "\n")

    def handle_endtag(self, tag: str) -> None:
        if self._unseen and tag == self._unseen[-1]:
            self._unseen.pop()
        elif tag in _HEADINGS and self._heading is not None:
            self._title = " ".join("".join(self._heading).split())
            self._heading = None
            self._parts.append("\n")
        elif tag not in _IN_LINE and tag not in _CELLS:
            self._parts.append("\n")

    def handle_startendtag(self, tag: str, attrs: object) -> None:
        if tag not in _IN_LINE and tag not in _UNSEEN:
            self._parts.append("\n")

    def handle_data(self, data: str) -> None:
        if self._unseen:
            return
        self._parts.append(data)
        if self._heading is not None:
            self._heading.append(data)
