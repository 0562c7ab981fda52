"""The inbox: a person sees what is asked and from where, and approves, sends back or rejects it."""

import re

import httpx
from playwright.sync_api import Page, expect

from tests.e2e.browser.test_runs import asking
from tests.support.browser import Watched
from tests.support.processes import Installation


def waiting(kasal: Installation, *names: str) -> list[str]:
    ids = [kasal.start(asking(name)) for name in names]
    for id in ids:
        kasal.wait_for_status(id, "WAITING_FOR_APPROVAL")
    return ids


def choose(page: Page, id: str) -> None:
    """Its question in the list, which names runs by the end of their ids."""
    questions = page.get_by_role("list", name="Questions").get_by_role("link")
    questions.filter(has_text=id[-8:]).click()
    panel = page.get_by_role("region", name="Is this answer good?")
    expect(panel.get_by_role("link", name=re.compile(id[-8:]))).to_be_visible()


def test_questions_are_approved_sent_back_and_rejected_from_the_inbox(
    watched: Watched, kasal: Installation
) -> None:
    good, poor, bad = waiting(kasal, "Good answer", "Poor answer", "Bad answer")
    page = watched.open("/approvals")
    choose(page, good)
    panel = page.get_by_role("region", name="Is this answer good?")
    expect(panel.get_by_text("Analyst").or_(panel.get_by_text("analyst")).first).to_be_visible()
    expect(panel.get_by_role("region", name="The answer")).to_contain_text("bicycles")
    assert watched.axe() == []
    panel.get_by_role("button", name="Approve").click()
    expect(page.get_by_text("Approved. The run goes on.")).to_be_visible()
    kasal.wait_for_status(good, "COMPLETED")

    choose(page, poor)
    panel.get_by_role("button", name="Send back").click()
    expect(panel.get_by_text("Say what is to be changed")).to_be_visible()
    comment = panel.get_by_role("textbox", name="Comment")
    expect(comment).to_be_focused()
    comment.fill("Name the years.")
    panel.get_by_role("button", name="Send back").press("Enter")
    expect(page.get_by_text("Sent back with your comment.")).to_be_visible()

    choose(page, bad)
    panel.get_by_role("textbox", name="Comment").fill("Out of date.")
    panel.get_by_role("button", name="Reject").click()
    expect(page.get_by_text("Rejected.", exact=True)).to_be_visible()
    kasal.wait_for_status(bad, "FAILED")

    page.get_by_role("link", name="Rejected").click()
    choose(page, bad)
    expect(panel).to_contain_text("Out of date.")
    expect(panel.get_by_role("button", name="Approve")).to_have_count(0)
    assert watched.axe() == []


def test_who_decides_second_is_told_who_was_first(watched: Watched, kasal: Installation) -> None:
    [id] = waiting(kasal, "Contested answer")
    page = watched.open("/approvals")
    choose(page, id)
    panel = page.get_by_role("region", name="Is this answer good?")
    watched.allowed.append("409")

    asked = httpx.get(f"{kasal.url}/api/v1/executions/{id}/approvals").json()["items"][0]
    decision = f"{kasal.url}/api/v1/approvals/{asked['id']}/decision"
    assert httpx.post(decision, json={"decision": "approve"}).status_code == 200
    # Before the page asks again by itself, or after: either way it says who was first.
    reject = panel.get_by_role("button", name="Reject")
    decided = panel.get_by_text(re.compile("local@localhost decided"))
    expect(reject.or_(decided).first).to_be_visible()
    if reject.count() > 0:
        reject.click()
        expect(page.get_by_role("alert")).to_contain_text("Somebody decided before you")
    expect(decided).to_be_visible()
    kasal.wait_for_status(id, "COMPLETED")
