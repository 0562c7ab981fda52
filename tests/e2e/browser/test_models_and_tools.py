"""A key that is refused says what to do; a tool is made to ask, and remembers no secret in the page."""

from playwright.sync_api import Browser, expect

from tests.e2e.browser.conftest import started
from tests.support.browser import Watched, watched_page
from tests.support.scripted_openai import ScriptedOpenAI

SOON_MS = 60_000


def test_a_key_is_refused_with_a_remedy_and_the_next_one_works(browser: Browser) -> None:
    with ScriptedOpenAI() as provider, started(OPENAI_BASE_URL=provider.base_url) as kasal:
        refusal = {"message": "Incorrect API key provided"}
        provider.script({"match": "", "status": 401, "error": refusal, "times": 1})
        with watched_page(browser, kasal.url.rstrip("/")) as watched:
            page = watched.open("/models")
            card = page.get_by_role("region", name="OpenAI")
            expect(card.get_by_text("No key")).to_be_visible()
            card.get_by_label("OPENAI_API_KEY").fill("sk-wrong-0123456789")
            card.get_by_role("button", name="Save and test").click()
            refused = card.get_by_role("alert")
            expect(refused).to_contain_text("The provider refused the key", timeout=SOON_MS)
            expect(refused).to_contain_text("Check the API key")
            assert watched.axe() == []
            assert "sk-wrong" not in page.content()

            card.get_by_label("OPENAI_API_KEY").fill("sk-right-0123456789")
            card.get_by_role("button", name="Save and test").click()
            expect(card.get_by_role("status")).to_contain_text("answered", timeout=SOON_MS)
            assert provider.chats[-1].api_key == "sk-right-0123456789"
            card.get_by_role("button", name="Remove the key").click()
            page.get_by_role("button", name="Remove", exact=True).click()
            expect(card.get_by_text("No key")).to_be_visible()


def test_a_tool_is_made_to_ask_and_keeps_its_secret(watched: Watched) -> None:
    page = watched.open("/tools")
    page.get_by_role("link", name="HTTP POST").click()
    form = page.get_by_role("dialog", name="HTTP POST")
    form.get_by_role("radio", name="Ask a person").check()
    form.get_by_role("combobox", name="Allowed hosts").fill("example.com")
    form.get_by_role("combobox", name="Allowed hosts").press("Enter")
    form.get_by_label("Authorization header").fill("Bearer very-secret")
    assert watched.axe() == []
    form.get_by_role("button", name="Save").click()
    expect(page.get_by_role("row").filter(has_text="HTTP POST")).to_contain_text("Ask a person")

    page.get_by_role("link", name="HTTP POST").click()
    expect(form.get_by_role("radio", name="Ask a person")).to_be_checked()
    expect(form.get_by_text("A value is stored")).to_be_visible()
    assert "very-secret" not in page.content()


def test_limits_are_set_and_an_address_that_may_not_be_called_is_told_at_its_field(
    watched: Watched,
) -> None:
    page = watched.open("/settings")
    page.get_by_role("textbox", name="Budget of a month").fill("25")
    page.get_by_role("button", name="Save the limits").click()
    expect(page.get_by_text("The limits are saved.")).to_be_visible()
    expect(page.get_by_text("of $25")).to_be_visible()
    assert watched.axe() == []

    page = watched.open("/tools?tab=mcp")
    page.get_by_role("link", name="Add an MCP server").first.click()
    form = page.get_by_role("dialog", name="Add an MCP server")
    form.get_by_role("textbox", name="Name").fill("nobody")
    form.get_by_role("textbox", name="Address").fill("http://127.0.0.1:9/mcp")
    watched.allowed.append("422")
    form.get_by_role("button", name="Add and test").click()
    expect(form.get_by_role("alert")).to_contain_text("This address may not be called")
    expect(form.get_by_role("textbox", name="Address")).to_have_attribute("aria-invalid", "true")
    assert watched.axe() == []
