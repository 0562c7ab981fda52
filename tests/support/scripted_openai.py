"""A scripted server that speaks OpenAI's protocol: the one language model of all tests.

In a test: `with ScriptedOpenAI() as server: server.script({"match": "prices", "answer": "42"})`, then call
`server.base_url` (OpenAI, vLLM, Ollama) or `server.databricks_host` (model serving). As a process:
`python -m tests.support.scripted_openai --port N --script FILE`, driven by `POST /__script` (a list of
rules, replaces all), `GET /__log`, `DELETE /__log` and `POST /__release`.

The first rule that fits answers; without one the server echoes the task. A rule is a dict:

  match         substring of the task: the text behind "Current Task:" without the context of earlier
                tasks, else the last user message; "anywhere": true looks at the whole conversation
  embeddings    true: for requests of embeddings, which only a rule's delay_s changes; else for chats
  model         only for requests that name this model
  turn          only after this many tool results (a rule with tool_calls has 0 unless it says otherwise)
  times         how often it answers before the next rule gets its chance (failures: 1, answers: always)
  digest        true: the task and a digest of it and of the context it was given, in thirteen words
  answer        text; "json": any value, sent as text; "tool_calls": [{"name", "arguments": {…}}]
  blocks        "plain" | "signature" | "content": the answer as gpt-oss content blocks (see scripted_answers.reasoning_block)
  finish_reason instead of "stop" or "tool_calls"
  usage         {"prompt_tokens", "completion_tokens"}, or false to send none
  status        an HTTP failure with this status; "retry_after": seconds; "error": {"message", "code"}
  hang          true never answers; "reset": n cuts the connection after n chunks (streams only)
  unfinished    n ends the stream after n chunks, as if that were all
  hold          n waits after n chunks for release()
  delay_s       before the answer; "chunk_delay_s" before each chunk
"""

import argparse
import asyncio
import hashlib
import json
import socket
import threading
from collections.abc import AsyncIterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import uvicorn
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse, StreamingResponse

from tests.support.scripted_answers import (
    LoggedRequest,
    Rule,
    Script,
    answer_text,
    deltas_of,
    embeddings_answer,
    reasoning_block,
    task_of,
    tool_calls_of,
    tool_results,
    usage_of,
)

START_TIMEOUT_S = 20.0


class _Chat:
    """One answer to one chat request."""

    def __init__(self, script: Script, entry: LoggedRequest, rule: Rule) -> None:
        self._script, self._entry, self._rule = script, entry, rule
        self._releases_before = script.releases_before
        self._calls = tool_calls_of(rule, tool_results(entry.messages))
        self._text = "" if self._calls else answer_text(rule, entry)
        said = json.dumps(rule.get("tool_calls")) if self._calls else self._text
        self._usage = usage_of(rule, entry, said)
        self._finish = rule.get("finish_reason", "tool_calls" if self._calls else "stop")
        digest = hashlib.sha256(json.dumps(entry.body).encode()).hexdigest()[:24]
        self._base = {"id": f"chatcmpl-{digest}", "created": 1, "model": entry.model}

    def whole(self) -> JSONResponse:
        content: Any = self._text if not self._calls else None
        if "blocks" in self._rule and not self._calls:
            content = [reasoning_block(self._rule["blocks"]), {"type": "text", "text": self._text}]
        message = {"role": "assistant", "content": content}
        if self._calls:
            message["tool_calls"] = self._calls
        choice = {"index": 0, "message": message, "finish_reason": self._finish}
        body = {**self._base, "object": "chat.completion", "choices": [choice]}
        return JSONResponse({**body, **({"usage": self._usage} if self._usage else {})})

    async def stream(self) -> AsyncIterator[str]:
        finished = False
        try:
            yield self._chunk({"role": "assistant", "content": ""})
            for number, delta in enumerate(deltas_of(self._rule, self._text, self._calls)):
                await self._between(number)
                if number == self._rule.get("unfinished"):
                    return
                yield self._chunk(delta)
                self._script.progress(self._entry, chunk=True)
            yield self._chunk({}, self._finish)
            asked = (self._entry.body.get("stream_options") or {}).get("include_usage")
            # Databricks serving sends usage unasked; litellm does not pass stream_options on to it.
            if self._usage and (asked or self._entry.path.startswith("/serving-endpoints")):
                yield self._line({"choices": [], "usage": self._usage})
            yield "data: [DONE]\n\n"
            finished = True
        finally:
            if not finished:
                self._script.progress(self._entry, aborted=True)

    async def _between(self, number: int) -> None:
        if number == self._rule.get("reset"):
            raise ConnectionResetError("scripted reset")
        if number == self._rule.get("hold"):
            await asyncio.to_thread(self._script.wait_for_release, self._releases_before)
        await asyncio.sleep(self._rule.get("chunk_delay_s", 0))

    def _chunk(self, delta: dict[str, Any], finish: str | None = None) -> str:
        return self._line({"choices": [{"index": 0, "delta": delta, "finish_reason": finish}]})

    def _line(self, extra: dict[str, Any]) -> str:
        whole = {**self._base, "object": "chat.completion.chunk", **extra}
        return f"data: {json.dumps(whole)}\n\n"


def _failure(rule: Rule) -> JSONResponse:
    error = {
        "message": "scripted failure",
        "type": "scripted",
        "code": None,
        **rule.get("error", {}),
    }
    headers = {"retry-after": str(rule["retry_after"])} if "retry_after" in rule else {}
    return JSONResponse({"error": error}, status_code=rule["status"], headers=headers)


def create_app(script: Script) -> FastAPI:
    app = FastAPI()

    async def entry_of(request: Request, model: str | None = None) -> LoggedRequest:
        raw = await request.body()
        is_json = "json" in request.headers.get("content-type", "")
        body = json.loads(raw or b"{}") if is_json else {"form": raw.decode()}
        if model is not None:
            body["model"] = model
        entry = LoggedRequest(request.url.path, body, dict(request.headers))
        entry.task = task_of(entry.messages)
        script.note(entry)
        return entry

    @app.post("/v1/chat/completions")
    @app.post("/serving-endpoints/chat/completions")
    @app.post("/serving-endpoints/{model}/invocations")
    async def chat(request: Request, model: str | None = None) -> Response:
        entry = await entry_of(request, model)
        rule = script.rule_for(entry)
        await asyncio.sleep(rule.get("delay_s", 0))
        if rule.get("hang"):
            await request.receive()  # the body is read, so the next message is the disconnect
        if "status" in rule:
            return _failure(rule)
        answer = _Chat(script, entry, rule)
        if entry.stream:
            return StreamingResponse(answer.stream(), media_type="text/event-stream")
        return answer.whole()

    @app.post("/v1/embeddings")
    @app.post("/serving-endpoints/embeddings")
    async def embeddings(request: Request) -> dict[str, Any]:
        entry = await entry_of(request)
        await asyncio.sleep(script.rule_for(entry).get("delay_s", 0))
        return embeddings_answer(entry.body)

    @app.post("/oidc/v1/token")
    async def token(request: Request) -> dict[str, Any]:
        entry = await entry_of(request)
        minted = sum(one.path == entry.path for one in script.log)
        return {"access_token": f"oauth-{minted}", "token_type": "Bearer", "expires_in": 3600}

    _add_controls(app, script)
    return app


def _add_controls(app: FastAPI, script: Script) -> None:
    @app.get("/__log")
    async def log() -> dict[str, Any]:
        return {"log": [entry.as_dict() for entry in script.log]}

    @app.delete("/__log")
    async def forget() -> dict[str, Any]:
        script.log.clear()
        return {}

    @app.post("/__script")
    async def replace(request: Request) -> dict[str, Any]:
        script.replace(await request.json())
        return {"rules": len(script.rules)}

    @app.post("/__release")
    async def release() -> dict[str, Any]:
        script.release()
        return {}


class ScriptedOpenAI:
    """The server on a free loopback port, in a thread of this process."""

    def __init__(self, *rules: Rule) -> None:
        self._script = Script(rules=[dict(rule) for rule in rules])
        # With its protocol named, asyncio sets TCP_NODELAY (see server_thread.py).
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        self._socket.bind(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        config = uvicorn.Config(
            create_app(self._script), log_level="critical", access_log=False, lifespan="off"
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(
            target=self._server.run, args=([self._socket],), name="scripted-openai", daemon=True
        )

    @property
    def databricks_host(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def base_url(self) -> str:
        return f"{self.databricks_host}/v1"

    @property
    def requests(self) -> list[LoggedRequest]:
        return list(self._script.log)

    @property
    def chats(self) -> list[LoggedRequest]:
        return [entry for entry in self._script.log if entry.messages]

    def script(self, *rules: Rule) -> None:
        """Replaces the rules and forgets the log."""
        self._script.replace(list(rules))

    def interpose(self, *rules: Rule) -> None:
        """Puts rules before the others; the log goes on. One release() frees what waits and what comes."""
        self._script.interpose(list(rules))

    def release(self) -> None:
        self._script.release()

    def wait_until_chunks(self, chunks: int, timeout_s: float = 10.0) -> None:
        """Waits until the latest request has been sent this many pieces of its answer."""
        with self._script.changed:
            if not self._script.changed.wait_for(
                lambda: bool(self._script.log) and self._script.log[-1].chunks_sent >= chunks,
                timeout_s,
            ):
                raise TimeoutError(f"no request was sent {chunks} chunks within {timeout_s} s")

    def wait_until_requests(self, count: int, timeout_s: float = 10.0) -> None:
        with self._script.changed:
            if not self._script.changed.wait_for(lambda: len(self._script.log) >= count, timeout_s):
                raise TimeoutError(f"expected {count} requests, got {len(self._script.log)}")

    def __enter__(self) -> Self:
        self._thread.start()
        # uvicorn has no event for "started"; connecting succeeds as soon as the socket listens.
        self._socket.listen(128)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._script.release()
        self._server.should_exit = self._server.force_exit = True
        self._thread.join(START_TIMEOUT_S)
        self._socket.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--script", type=Path)
    arguments = parser.parse_args()
    rules = json.loads(arguments.script.read_text()) if arguments.script else []
    app = create_app(Script(rules=rules))
    uvicorn.run(app, host="127.0.0.1", port=arguments.port, log_level="warning", access_log=False)


if __name__ == "__main__":
    main()
