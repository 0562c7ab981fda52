"""http_get and http_post: calls to HTTP APIs that answer with text."""

from typing import Literal

from pydantic import BaseModel, Field

from src.engines.crewai.tools.base import ToolBody, ToolContext, ToolError
from src.engines.crewai.tools.fetching import Fetched, Fetcher

_TEXTUAL = ("text/", "json", "xml", "csv", "javascript", "yaml", "x-www-form-urlencoded")
_SHOWN_ERROR_CHARS = 2_000


class HttpGetArguments(BaseModel):
    url: str = Field(description="Complete address, https://…", min_length=1, max_length=2_000)


class HttpPostArguments(HttpGetArguments):
    body: str = Field(description="What to send, as text", max_length=200_000)
    content_type: Literal["application/json", "text/plain", "application/x-www-form-urlencoded"] = (
        Field("application/json", description="How the body is to be read")
    )


def http_get(context: ToolContext) -> ToolBody:
    def call(arguments: HttpGetArguments) -> str:
        return _written(Fetcher(context).fetch("GET", arguments.url))

    return ToolBody(
        "http_get",
        "Reads from an HTTP API with GET and returns the answer as text.",
        HttpGetArguments,
        call,
    )


def http_post(context: ToolContext) -> ToolBody:
    def call(arguments: HttpPostArguments) -> str:
        fetched = Fetcher(context).fetch(
            "POST",
            arguments.url,
            content=arguments.body.encode("utf-8", "replace"),
            headers={"Content-Type": arguments.content_type},
        )
        return _written(fetched)

    return ToolBody(
        "http_post",
        "Sends text to an HTTP API with POST and returns the answer. May change something there: call it "
        "once for one purpose.",
        HttpPostArguments,
        call,
    )


def _written(fetched: Fetched) -> str:
    status = f"HTTP {fetched.status} {fetched.reason}".rstrip()
    textual = not fetched.content_type or any(kind in fetched.content_type for kind in _TEXTUAL)
    if fetched.status >= 300:
        shown = fetched.text()[:_SHOWN_ERROR_CHARS] if textual else ""
        raise ToolError(
            f"http-{fetched.status}", f"{fetched.url} answered {status}\n{shown}".strip()
        )
    if not textual:
        raise ToolError(
            "not-text", f"{fetched.url} answered with {fetched.content_type}, which is not text"
        )
    note = f"\n[cut after {len(fetched.body)} bytes]" if fetched.truncated else ""
    return f"{status}, {fetched.content_type or 'no content type'}\n\n{fetched.text()}{note}"
