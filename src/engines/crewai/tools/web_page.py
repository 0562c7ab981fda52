"""Reads a web page as Markdown: what a person would read, without menus, scripts and styles."""

from dataclasses import replace
from typing import Any
from urllib.parse import urljoin

from bs4 import BeautifulSoup, Tag
from markdownify import MarkdownConverter
from pydantic import BaseModel, Field

from src.engines.crewai.tools.base import ToolBody, ToolContext, ToolError
from src.engines.crewai.tools.fetching import Fetched, Fetcher

_DROPPED = (
    "script",
    "style",
    "noscript",
    "template",
    "svg",
    "canvas",
    "iframe",
    "object",
    "form",
    "nav",
    "header",
    "footer",
    "aside",
    "dialog",
)
_HTML_TYPES = ("", "text/html", "application/xhtml+xml")
_DEFAULT_MAX_CHARS = 20_000


class WebPageArguments(BaseModel):
    url: str = Field(
        description="Complete address of the page, https://…", min_length=1, max_length=2_000
    )


def web_page(context: ToolContext) -> ToolBody:
    def read(arguments: WebPageArguments) -> str:
        config = dict(context.config)
        max_chars = int(config.pop("max_chars", _DEFAULT_MAX_CHARS))
        fetcher = Fetcher(replace(context, config=config))
        return _cut(_as_text(fetcher.fetch("GET", arguments.url)), max_chars)

    return ToolBody(
        "web_page",
        "Reads a public web page and returns its text as Markdown, without menus and scripts.",
        WebPageArguments,
        read,
    )


def _as_text(fetched: Fetched) -> str:
    if fetched.status >= 300:
        raise ToolError(
            f"http-{fetched.status}", f"{fetched.url} answered {fetched.status} {fetched.reason}"
        )
    if fetched.content_type not in _HTML_TYPES:
        if fetched.content_type.startswith("text/") or "json" in fetched.content_type:
            return fetched.text()
        raise ToolError(
            "not-a-page", f"{fetched.url} is {fetched.content_type}; expected a page of text"
        )
    return page_to_markdown(fetched.body, fetched.url, fetched.charset)


def page_to_markdown(html: bytes, url: str, charset: str | None = None) -> str:
    try:
        soup = BeautifulSoup(html, "html.parser", from_encoding=charset)
        title = soup.title.get_text(strip=True) if soup.title else ""
        for tag in soup.find_all(_DROPPED):
            tag.decompose()
        main = soup.find("main") or soup.find("article") or soup.body or soup
        _make_links_absolute(main, url)
        markdown = str(MarkdownConverter(heading_style="ATX", strip=["img"]).convert_soup(main))
    except RecursionError as exc:
        raise ToolError("page-too-deep", f"{url} is nested too deeply to be read") from exc
    lines = [line.rstrip() for line in markdown.splitlines()]
    text = "\n".join(
        line for index, line in enumerate(lines) if line or (index and lines[index - 1])
    ).strip()
    if not text:
        raise ToolError("empty-page", f"{url} holds no text without its scripts")
    return f"# {title}\n\n{text}" if title and not text.startswith(f"# {title}") else text


def _make_links_absolute(main: Any, url: str) -> None:
    for link in main.find_all("a", href=True):
        assert isinstance(link, Tag)
        try:
            link["href"] = urljoin(url, str(link["href"]))
        except ValueError:
            del link["href"]


def _cut(text: str, max_chars: int) -> str:
    if len(text) <= max_chars:
        return text
    return f"{text[:max_chars]}\n\n[cut: {len(text) - max_chars} more characters]"
