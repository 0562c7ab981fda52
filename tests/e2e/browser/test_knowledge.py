"""A document goes in, is found by what it says, and goes again."""

import re

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
    expect(uploads.filter(has_text="Skagen.txt")).to_contain_text("Ready · 1 passage")
    documents = page.get_by_role("region", name="Documents")
    row = documents.get_by_role("row").filter(has_text="Skagen.txt")
    expect(row.get_by_text("Ready")).to_be_visible()
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
    expect(row).to_have_count(0)


def test_an_upload_says_how_far_it_is_and_is_stopped_and_tried_again(watched: Watched) -> None:
    page = watched.open("/knowledge")
    network = page.context.new_cdp_session(page)
    slow = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 40_000}
    network.send("Network.enable")
    network.send("Network.emulateNetworkConditions", slow)
    harbours = b"".join(b"Harbour %d is open from May to October.\n" % one for one in range(8_000))
    long: FilePayload = {"name": "Harbours.txt", "mimeType": "text/plain", "buffer": harbours}
    short: FilePayload = {"name": "Skagen.txt", "mimeType": "text/plain", "buffer": TEXT}
    page.locator("input[type=file]").first.set_input_files([long, short])
    uploads = page.get_by_role("list", name="Uploads").get_by_role("listitem")
    upload = uploads.filter(has_text="Harbours.txt")
    bar = upload.get_by_role("progressbar", name="Harbours.txt is uploaded")
    expect(bar).to_have_attribute("aria-valuenow", re.compile(r"^[1-9]\d?$"))
    expect(upload).to_contain_text(re.compile(r"Uploading\d+ %"))
    expect(uploads.filter(has_text="Skagen.txt")).to_contain_text("Waiting")
    assert not watched.axe()

    upload.get_by_role("button", name="Stop uploading Harbours.txt").click()
    expect(upload).to_contain_text("Stopped")
    expect(uploads.filter(has_text="Skagen.txt")).to_contain_text("Ready · 1 passage")
    network.send("Network.emulateNetworkConditions", {**slow, "uploadThroughput": -1})
    upload.get_by_role("button", name="Try again").click()
    expect(upload).to_contain_text(re.compile(r"Ready · \d+ passages"))
    upload.get_by_role("button", name="Take Harbours.txt off this list").click()
    expect(upload).to_have_count(0)
