"""Reads one document from standard input in a process of its own: files are hostile until proven otherwise.

    python -m src.memory.documents.child pdf <seconds> <bytes>

Writes one line of JSON: {"sections": [[title, text], …]} or {"problem": text}. Whatever else happens to the
process, running out of memory or time above all, is seen by its exit code (reading.py).
"""

import json
import sys
from collections.abc import Iterator

from src.core.child_limits import limit_this_process
from src.core.errors import Invalid
from src.memory.documents.html import html_sections
from src.memory.documents.kinds import DocumentKind, decoded
from src.memory.documents.pdf import pdf_sections
from src.memory.documents.plain import markdown_sections, table_sections, text_sections
from src.memory.documents.sections import Section, UnreadableDocument, bounded
from src.memory.documents.word import word_sections


def sections_of(kind: DocumentKind, content: bytes) -> Iterator[Section]:
    if kind is DocumentKind.PDF:
        return pdf_sections(content)
    if kind is DocumentKind.DOCX:
        return word_sections(content)
    text = decoded(content)
    if kind is DocumentKind.MD:
        return markdown_sections(text)
    if kind is DocumentKind.CSV:
        return table_sections(text)
    return html_sections(text) if kind is DocumentKind.HTML else text_sections(text)


def main() -> None:
    kind, seconds, memory_bytes = sys.argv[1:4]
    limit_this_process(int(seconds), int(memory_bytes))
    answer: dict[str, object]
    try:
        found = bounded(sections_of(DocumentKind(kind), sys.stdin.buffer.read()))
        answer = {"sections": [[section.title, section.text] for section in found]}
    except UnreadableDocument as exc:
        answer = {"problem": str(exc)}
    except Invalid as exc:
        answer = {"problem": exc.message}
    except RecursionError:
        answer = {"problem": "its parts are nested too deeply"}
    except MemoryError:
        answer = {"problem": "reading it takes too much memory"}
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main()
