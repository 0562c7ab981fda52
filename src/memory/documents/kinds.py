"""What kind of document a file is: its name and its content must agree."""

import codecs
import re
import struct
import zipfile
from enum import StrEnum
from io import BytesIO
from pathlib import PurePosixPath

from src.core.errors import FieldError, Invalid

_WORD_BODY = "word/document.xml"
_MOST_PARTS = 5_000
_MAX_DIRECTORY_BYTES = 1_000_000
_END_OF_DIRECTORY = struct.Struct("<4s4H2LH")
_MAX_COMMENT = 65_535
_HTML = re.compile(r"<(!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_TAG = re.compile(r"</?[a-z][a-z0-9]*(\s[^<>]*)?/?>", re.IGNORECASE)
_CHARSET = re.compile(rb"<meta[^>]{0,200}charset=[\"']?([A-Za-z0-9_-]{1,40})", re.IGNORECASE)
_HEAD = 4_096
_CODECS = frozenset(
    {"ascii", "iso8859-1", "iso8859-2", "iso8859-15", "cp1250", "cp1251", "cp1252", "koi8-r"}
    | {"shift_jis", "euc_jp", "gb2312", "gbk", "gb18030", "big5", "euc_kr", "utf-8"}
)
"""Of the encodings that a page may declare: others are slow to decode, or no encodings of text."""


class DocumentKind(StrEnum):
    TXT = "txt"
    MD = "md"
    PDF = "pdf"
    DOCX = "docx"
    HTML = "html"
    CSV = "csv"


_BY_SUFFIX = {
    **{f".{kind}": kind for kind in DocumentKind},
    ".text": DocumentKind.TXT,
    ".markdown": DocumentKind.MD,
    ".htm": DocumentKind.HTML,
}


def kind_of(file_name: str, content: bytes) -> DocumentKind:
    """Raises Invalid for a file of another kind, or one that is not what its name says."""
    if not content.strip():
        raise _refused("the file is empty")
    suffix = PurePosixPath(file_name).suffix.lower()
    named = _BY_SUFFIX.get(suffix)
    if suffix and named is None:
        raise _refused(f"Kasal reads {_known()}; got a file that ends in {suffix[:20]!r}")
    found = _binary_kind(content)
    if found is None and _HTML.search(decoded(content)[:_HEAD]):
        found = DocumentKind.HTML
    if named is None:
        return found or DocumentKind.TXT
    if not _agree(named, found, content):
        raise _refused(f"the file is named {suffix} but holds {_described(found)}")
    return named


def decoded(content: bytes) -> str:
    """The text of a file of no binary kind. Raises Invalid where the encoding cannot be told."""
    encodings = ["utf-8-sig"]
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    declared = _CHARSET.search(content[:_HEAD])
    if declared is not None and (codec := _codec(declared[1].decode("ascii"))) in _CODECS:
        encodings.append(codec)
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" in text:
            break
        return text
    raise _refused(f"the file is no text in UTF-8, and none of the other kinds: {_known()}")


def _codec(name: str) -> str:
    try:
        return codecs.lookup(name).name
    except LookupError:
        return ""


def _binary_kind(content: bytes) -> DocumentKind | None:
    if content[:1024].lstrip().startswith(b"%PDF-"):
        return DocumentKind.PDF
    if not content.startswith(b"PK\x03\x04"):
        return None
    if not _has_small_directory(content):
        raise _refused("the file is an archive of too many parts, not a document")
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as exc:
        raise _refused("the file is a damaged archive; save the document again") from exc
    if _WORD_BODY in names:
        return DocumentKind.DOCX
    raise _refused(f"the file is an archive, but no Word document; Kasal reads {_known()}")


def _has_small_directory(content: bytes) -> bool:
    """Reading the names of millions of parts takes longer than a request may."""
    at = content.rfind(b"PK\x05\x06", max(0, len(content) - _MAX_COMMENT - _END_OF_DIRECTORY.size))
    end = content[at : at + _END_OF_DIRECTORY.size] if at >= 0 else b""
    if len(end) < _END_OF_DIRECTORY.size:
        return True  # the archive's reader says what is wrong with it
    parts, size = _END_OF_DIRECTORY.unpack(end)[4:6]
    return bool(parts <= _MOST_PARTS and size <= _MAX_DIRECTORY_BYTES)


def _agree(named: DocumentKind, found: DocumentKind | None, content: bytes) -> bool:
    if named in (DocumentKind.PDF, DocumentKind.DOCX):
        return found is named
    if named is DocumentKind.HTML:
        return found is named or (found is None and bool(_TAG.search(decoded(content)[:_HEAD])))
    # A text about HTML may begin like HTML.
    return found in (None, DocumentKind.HTML)


def _described(found: DocumentKind | None) -> str:
    return "plain text" if found is None else f"{'an' if found == 'html' else 'a'} {found} document"


def _known() -> str:
    return ", ".join(DocumentKind)


def _refused(message: str) -> Invalid:
    return Invalid(message, errors=(FieldError("/file", "document", message),))
