"""What is read from files of every kind, and what hostile files come to."""

import zipfile
from io import BytesIO

import pytest

from src.core.errors import Invalid
from src.memory.documents import reading
from src.memory.documents.kinds import DocumentKind, kind_of
from src.memory.documents.pieces import MOST, pieces_of
from src.memory.documents.reading import DocumentUnreadable, read_document
from src.memory.documents.sections import Section
from tests.support.files import pdf, with_part, word

WORD = word(("Prices", "They rose in May."), ("Outlook", "They will fall."))


@pytest.mark.parametrize(
    "name, content, kind",
    [
        ("a.txt", b"hello", "txt"),
        ("A.TXT", "grüße".encode("utf-16"), "txt"),
        ("notes.markdown", b"# Hello", "md"),
        ("page.htm", b"<p>Hello</p>", "html"),
        ("page.html", '<meta charset="windows-1252"><p>Grüße</p>'.encode("cp1252"), "html"),
        ("about-html.txt", b"<html> is a tag", "txt"),
        ("rows.csv", b"a,b\n1,2", "csv"),
        ("a.pdf", pdf("hello"), "pdf"),
        ("a.docx", WORD, "docx"),
        ("noname", pdf("hello"), "pdf"),
        ("noname", WORD, "docx"),
        ("noname", b"<!DOCTYPE html><p>x", "html"),
        ("noname", b"just text", "txt"),
    ],
)
def test_kind_follows_from_name_and_content(name: str, content: bytes, kind: str) -> None:
    assert kind_of(name, content) == kind


@pytest.mark.parametrize(
    "name, content, message",
    [
        ("a.pdf", b"just text", "named .pdf but holds plain text"),
        ("a.txt", pdf("hello"), "named .txt but holds a pdf"),
        ("a.csv", WORD, "named .csv but holds a docx"),
        ("a.docx", pdf("hello"), "named .docx but holds a pdf"),
        ("a.html", b"just text", "named .html but holds plain text"),
        ("a.exe", b"MZ", "ends in '.exe'"),
        ("a.txt", b" \n", "is empty"),
        ("a.txt", b"\x89PNG\r\n\x1a\n\x00", "no text in UTF-8"),
        ("a.md", b"nul \x00 byte", "no text in UTF-8"),
        ("a.docx", b"PK\x03\x04 and no more", "damaged archive"),
        ("a.html", b'<meta charset="zlib_codec"><p>\xff', "no text in UTF-8"),
    ],
)
def test_file_that_is_not_what_it_says_is_refused(name: str, content: bytes, message: str) -> None:
    with pytest.raises(Invalid, match=message):
        kind_of(name, content)


def test_archive_of_very_many_parts_is_refused_without_reading_their_names() -> None:
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for number in range(6_000):
            archive.writestr(f"{number}", b"")
    with pytest.raises(Invalid, match="too many parts"):
        kind_of("a.docx", target.getvalue())


async def test_markdown_is_divided_at_its_headings_but_not_inside_code() -> None:
    text = b"Before\n# One\nfirst\n```\n# no heading\n```\n## Two ##\nsecond"
    assert await read_document(DocumentKind.MD, text) == [
        Section("", "Before"),
        Section("One", "# One\nfirst\n```\n# no heading\n```"),
        Section("Two", "## Two ##\nsecond"),
    ]


async def test_page_is_divided_at_its_headings_and_its_scripts_are_not_read() -> None:
    page = (
        b"<title>T</title><h1>One <b>two</b></h1><p>first&amp;<i>only</i><script>evil()</script>"
        b"<table><tr><td>a<td>b</table><h2>Three</h2>last"
    )
    assert await read_document(DocumentKind.HTML, page) == [
        Section("", "T"),
        Section("One two", "One two\nfirst&only\n| a | b"),
        Section("Three", "Three\nlast"),
    ]


async def test_rows_of_a_table_carry_the_names_of_their_columns() -> None:
    rows = "".join(f"{number};Product {number};\n" for number in range(100))
    found = await read_document(DocumentKind.CSV, f"Id;Name;Note\n{rows}".encode("utf-8-sig"))
    assert found[0].text.startswith("Id: 0; Name: Product 0\nId: 1;")
    assert found[0].title.startswith("rows 2-") and found[-1].title.endswith("-101")
    assert all(section.text.startswith("Id: ") and len(section.text) <= 1000 for section in found)
    assert sum(section.text.count("Name: ") for section in found) == 100


async def test_pages_of_a_pdf_are_told_apart() -> None:
    found = await read_document(DocumentKind.PDF, pdf("The first (page)", "The second"))
    assert found == [Section("page 1", "The first (page)"), Section("page 2", "The second")]


async def test_word_document_is_divided_at_its_headings_and_its_tables_are_read() -> None:
    assert await read_document(DocumentKind.DOCX, WORD) == [
        Section("Prices", "Prices\nThey rose in May."),
        Section("Outlook", "Outlook\nThey will fall.\nRegion | Price\nEurope | 7"),
    ]


def bomb() -> bytes:
    return with_part(WORD, "word/document.xml", b" " * 300_000_000)


def laughs() -> bytes:
    entities = "".join(
        f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' if n else '<!ENTITY l0 "ha">' for n in range(12)
    )
    text = f'<?xml version="1.0"?><!DOCTYPE x [{entities}]><x>&l11;</x>'
    return with_part(WORD, "word/document.xml", text.encode())


@pytest.mark.parametrize(
    "kind, content, message",
    [
        ("docx", bomb(), "unpacks to"),
        ("docx", laughs(), "damaged Word document"),
        ("docx", with_part(WORD, "word/document.xml", b"<x>"), "damaged Word document"),
        ("docx", with_part(WORD, "[Content_Types].xml", b"<x/>"), "damaged Word document"),
        ("pdf", b"%PDF-1.4 and no more", "damaged PDF"),
        ("pdf", pdf("x")[:200], "damaged PDF|no text"),
        ("pdf", pdf(""), "no text in it"),
        ("csv", b'a,b\n"' + b"x" * 300_000, "field larger than"),
        ("txt", b"word " * 1_100_000, "more than 5000000 characters"),
        ("html", b"<h1>a</h1>" * 60_000, "50000 sections"),
    ],
)
async def test_hostile_file_is_refused_in_words(kind: str, content: bytes, message: str) -> None:
    with pytest.raises(DocumentUnreadable, match=message):
        await read_document(DocumentKind(kind), content)


async def test_nesting_costs_nothing() -> None:
    page = b"<div>" * 200_000 + b"deep"
    assert await read_document(DocumentKind.HTML, page) == [Section("", "deep")]


@pytest.mark.parametrize("what", ["seconds", "bytes", "wall"])
async def test_reading_ends_when_it_takes_too_much(
    monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    if what == "seconds":
        monkeypatch.setattr(reading, "_CPU_S", 1)
    elif what == "bytes":
        monkeypatch.setattr(reading, "_MEMORY_BYTES", 150_000_000)
    else:
        monkeypatch.setattr(reading, "_WALL_S", 0.05)
    # A comment that never ends is looked at again with everything that comes.
    page = b"<p>x" * 4_000_000 if what == "bytes" else b"<!--" + b"<div>" * 4_000_000
    with pytest.raises(DocumentUnreadable, match=r"more than|too much memory|longer than"):
        await read_document(DocumentKind.HTML, page)


def test_pieces_are_full_overlap_and_keep_their_sections() -> None:
    sentences = " ".join(f"Sentence number {number} says something." for number in range(200))
    pieces = list(pieces_of([Section("One", sentences), Section("Two", "Short.")]))
    assert all(len(piece.text) <= MOST for piece in pieces)
    assert pieces == list(pieces_of([Section("One", sentences), Section("Two", "Short.")]))
    assert [piece.section for piece in pieces][-2:] == ["One", "Two"]
    assert pieces[0].text[-20:] in pieces[1].text
    for number in range(200):
        assert any(f"number {number} says" in piece.text for piece in pieces)


def test_short_neighbours_become_one_piece() -> None:
    sections = [Section(f"S{number}", f"S{number}\nOne line.") for number in range(3)]
    assert [(piece.section, piece.text.count("One line")) for piece in pieces_of(sections)] == [
        ("S0", 3)
    ]
