import zipfile
from collections.abc import Iterator
from io import BytesIO

from docx import Document
from docx.opc.exceptions import PackageNotFoundError
from docx.table import Table

from src.memory.documents.sections import Section, UnreadableDocument

_MAX_UNPACKED = 200_000_000
_HEADINGS = ("Heading", "Title")
_DAMAGES: tuple[type[Exception], ...] = (PackageNotFoundError, zipfile.BadZipFile, SyntaxError)
_DAMAGES += (LookupError, ValueError, AttributeError, TypeError)
"""What the library raises where a file is not built as it should be; lxml's errors are SyntaxErrors."""


def word_sections(content: bytes) -> Iterator[Section]:
    """One for each heading, which its text begins with. Tables stand where they are, row by row."""
    _refuse_bombs(content)
    try:
        yield from _sections(content)
    except _DAMAGES as exc:
        raise UnreadableDocument(
            f"it is a damaged Word document ({type(exc).__name__}); save it again"
        ) from exc


def _sections(content: bytes) -> Iterator[Section]:
    title, lines = "", []
    for block in Document(BytesIO(content)).iter_inner_content():
        if isinstance(block, Table):
            lines += [" | ".join(_cells(row.cells)) for row in block.rows]
            continue
        style = block.style.name if block.style is not None else ""
        if (style or "").startswith(_HEADINGS) and block.text.strip():
            yield Section(title, "\n".join(lines))
            title, lines = block.text, []
        lines.append(block.text)
    yield Section(title, "\n".join(lines))


def _cells(cells: tuple[object, ...]) -> Iterator[str]:
    """A merged cell once."""
    before = None
    for cell in cells:
        element = getattr(cell, "_tc", cell)
        if element is not before:
            yield str(getattr(cell, "text", "")).strip()
        before = element


def _refuse_bombs(content: bytes) -> None:
    # What a part unpacks to is no more than its entry says: zipfile stops reading there.
    with zipfile.ZipFile(BytesIO(content)) as archive:
        unpacked = sum(part.file_size for part in archive.infolist())
    if unpacked > _MAX_UNPACKED:
        raise UnreadableDocument(
            f"it unpacks to {unpacked} bytes; a document may unpack to {_MAX_UNPACKED}"
        )
