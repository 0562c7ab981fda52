from collections.abc import Iterator
from io import BytesIO

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from src.memory.documents.sections import Section, UnreadableDocument

_MAX_PAGES = 5_000


def pdf_sections(content: bytes) -> Iterator[Section]:
    """One for each page."""
    try:
        reader = PdfReader(BytesIO(content), strict=False)
        # Many are encrypted with an empty password, only so that they cannot be changed.
        if reader.is_encrypted and not reader.decrypt(""):
            raise UnreadableDocument("it is protected by a password; save it without one")
        if len(reader.pages) > _MAX_PAGES:
            raise UnreadableDocument(f"it has more than {_MAX_PAGES} pages; divide it")
        for number, page in enumerate(reader.pages, 1):
            yield Section(f"page {number}", page.extract_text())
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError) as exc:
        # The library raises these, too, where a file is not built as it says.
        raise UnreadableDocument(
            f"it is a damaged PDF ({type(exc).__name__}); save it again"
        ) from exc
