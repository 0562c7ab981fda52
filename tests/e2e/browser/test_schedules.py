"""A schedule is made, runs now, pauses, and says when it fires."""

import re

from playwright.sync_api import expect

from tests.support.browser import Watched


def test_a_schedule_is_created_run_now_paused_and_changed(watched: Watched) -> None:
    page = watched.open("/schedules")
    page.get_by_role("button", name="Add a schedule").first.click()
    form = page.get_by_role("dialog", name="Add a schedule")
    form.get_by_role("textbox", name="Name", exact=True).fill("Morning brief")
    form.get_by_role("combobox", name="What it runs").click()
    page.get_by_role("option", name=re.compile("Market brief", re.IGNORECASE)).click()
    form.get_by_role("combobox", name="How often").click()
    page.get_by_role("option", name=re.compile("Every weekday")).click()
    form.locator("input[type=time]").fill("06:30")
    form.get_by_role("combobox", name="Time zone").fill("Berlin")
    page.get_by_role("option", name="Europe/Berlin").click()
    expect(form.get_by_text("Weekdays at 06:30, as cron: 30 6 * * MON-FRI")).to_be_visible()
    assert watched.axe() == []
    form.get_by_role("button", name="Create the schedule").click()

    detail = page.get_by_role("dialog", name="Morning brief")
    times = detail.get_by_role("region", name="Next times")
    expect(times.get_by_text("06:30")).to_have_count(5)
    expect(detail.get_by_text("Active")).to_be_visible()
    assert watched.axe() == []

    detail.get_by_role("button", name="Run now").click()
    started = detail.get_by_role("link", name=re.compile("open run"))
    expect(started).to_have_attribute("href", re.compile("/runs/"))

    detail.get_by_role("button", name="Pause").click()
    expect(times.get_by_text("None while it is paused.")).to_be_visible()
    expect(detail.get_by_role("button", name="Resume")).to_be_visible()

    detail.get_by_role("button", name="Edit").click()
    detail.get_by_role("textbox", name="Name", exact=True).fill("Evening brief")
    detail.get_by_role("button", name="Save").click()
    expect(page.get_by_role("dialog", name="Evening brief")).to_contain_text("Paused")
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    sure = page.get_by_role("dialog", name="Delete Evening brief?")
    sure.get_by_role("button", name="Delete", exact=True).click()
    expect(page.get_by_text("Nothing is scheduled")).to_be_visible()
