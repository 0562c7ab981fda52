"""A document goes in, is found by what it says, and goes again."""

from playwright.sync_api import FilePayload, expect

from tests.support.browser import Watched

TEXT = b"The lighthouse of Skagen was lit on the first of November 1858.\nIts keeper was paid in rye.\n"


def test_a_document_is_uploaded_found_by_a_question_and_deleted(watched: Watched) -> None:
    page = watched.open("/knowledge")
    files: list[FilePayload] = [
        {"name": "Skagen.txt", "mimeType": "text/plain", "buffer": TEXT},
        {"name": "virus.exe", "mimeType": "application/octet-stream", "buffer": b"MZ"},
    ]
    page.locator("input[type=file]").first.set_input_files(files)
    uploads = page.get_by_role("list", name="Uploads").get_by_role("listitem")
    expect(uploads.filter(has_text="virus.exe")).to_contain_text("cannot be read")
    expect(uploads.filter(has_text="Skagen.txt")).to_contain_text("Ready")
    documents = page.get_by_role("region", name="Documents")
    expect(documents.get_by_text("Ready")).to_be_visible()
    assert not watched.axe()

    search = page.get_by_role("textbox", name="Search in the documents")
    search.fill("When was the lighthouse lit?")
    passages = page.get_by_role("region", name="Passages")
    expect(passages.get_by_text("1858")).to_be_visible()
    expect(passages.locator("mark").filter(has_text="lighthouse")).to_be_visible()
    assert not watched.axe()
    search.fill("")

    page.get_by_role("button", name="Delete Skagen").click()
    page.get_by_role("button", name="Delete", exact=True).click()
    expect(page.get_by_text("No document yet")).to_be_visible()
