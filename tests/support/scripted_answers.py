"""What the scripted server answers: its rules, and the shapes that OpenAI and Databricks serving speak."""

import base64
import hashlib
import json
import math
import re
import struct
import threading
import time
from dataclasses import dataclass, field
from typing import Any

Rule = dict[str, Any]

_CONTEXT = "This is the context you're working with:"
_MEMORY = re.compile("<recalled_memory>|<recalled_documents>")
_BEHIND_THE_TASK = re.compile(f"{_CONTEXT}|{_MEMORY.pattern}")


@dataclass
class LoggedRequest:
    """What one request asked for, and how far its answer got."""

    path: str
    body: dict[str, Any]
    headers: dict[str, str]
    task: str = ""
    chunks_sent: int = 0
    aborted: bool = False
    """The client went away in the middle of a stream."""
    at: float = field(default_factory=time.monotonic)

    @property
    def model(self) -> str:
        return str(self.body.get("model", ""))

    @property
    def messages(self) -> list[dict[str, Any]]:
        return list(self.body.get("messages", []))

    @property
    def tools(self) -> list[str]:
        return [tool["function"]["name"] for tool in self.body.get("tools") or []]

    @property
    def stream(self) -> bool:
        return bool(self.body.get("stream"))

    @property
    def api_key(self) -> str:
        return self.headers.get("authorization", "").removeprefix("Bearer ")

    def as_dict(self) -> dict[str, Any]:
        return {
            "path": self.path,
            "model": self.model,
            "task": self.task,
            "tools": self.tools,
            "stream": self.stream,
            "chunks_sent": self.chunks_sent,
            "aborted": self.aborted,
            "body": self.body,
            "headers": self.headers,
        }


@dataclass
class Script:
    """The rules, the log and the holds; shared by the server's loop and the test's thread."""

    rules: list[Rule] = field(default_factory=list)
    log: list[LoggedRequest] = field(default_factory=list)
    changed: threading.Condition = field(default_factory=threading.Condition)
    releases: int = 0
    releases_before: int = 0
    """As many had been given when the rules were set; a request waits for one more."""

    def note(self, entry: LoggedRequest) -> None:
        with self.changed:
            self.log.append(entry)
            self.changed.notify_all()

    def progress(self, entry: LoggedRequest, *, chunk: bool = False, aborted: bool = False) -> None:
        with self.changed:
            entry.chunks_sent += chunk
            entry.aborted |= aborted
            self.changed.notify_all()

    def replace(self, rules: list[Rule]) -> None:
        with self.changed:
            self.rules[:] = [dict(rule) for rule in rules]
            self.log.clear()
            self.releases_before = self.releases

    def interpose(self, rules: list[Rule]) -> None:
        with self.changed:
            self.rules[:0] = [dict(rule) for rule in rules]
            self.releases_before = self.releases

    def release(self) -> None:
        with self.changed:
            self.releases += 1
            self.changed.notify_all()

    def wait_for_release(self, releases_before: int) -> None:
        with self.changed:
            self.changed.wait_for(lambda: self.releases > releases_before, timeout=60)

    def rule_for(self, entry: LoggedRequest) -> Rule:
        with self.changed:
            for rule in self.rules:
                if _fits(rule, entry):
                    rule["_used"] = rule.get("_used", 0) + 1
                    return rule
        return {}


def _fits(rule: Rule, entry: LoggedRequest) -> bool:
    is_failure = "status" in rule or "reset" in rule or "hang" in rule
    times = rule.get("times", 1 if is_failure else math.inf)
    turn = rule.get("turn", 0 if "tool_calls" in rule else None)
    where = json.dumps(entry.messages) if rule.get("anywhere") else entry.task
    return (
        rule.get("_used", 0) < times
        and bool(rule.get("embeddings")) == entry.path.endswith("/embeddings")
        and rule.get("match", "") in where
        and rule.get("model", entry.model) == entry.model
        and (turn is None or turn == tool_results(entry.messages))
    )


def tool_results(messages: list[dict[str, Any]]) -> int:
    return sum(message.get("role") == "tool" for message in messages)


def _text(content: Any) -> str:
    if isinstance(content, list):
        return "".join(block.get("text", "") for block in content if isinstance(block, dict))
    return content or ""


def task_of(messages: list[dict[str, Any]]) -> str:
    """The description of the task a conversation is about, without what earlier tasks said or memory holds."""
    texts = [_text(message.get("content")) for message in messages if message.get("role") == "user"]
    for text in texts:
        _, found, task = text.partition("Current Task:")
        if found:
            return _BEHIND_THE_TASK.split(task)[0].strip()
    return texts[-1].strip() if texts else ""


def _schema(body: dict[str, Any]) -> dict[str, Any] | None:
    wanted = body.get("response_format") or {}
    if wanted.get("type") == "json_schema":
        return dict(wanted["json_schema"]["schema"])
    return {"type": "object"} if wanted.get("type") == "json_object" else None


def example_of(schema: dict[str, Any], root: dict[str, Any] | None = None) -> Any:
    """The smallest value that a JSON schema allows, the same every time."""
    root = root or schema
    if "$ref" in schema:
        return example_of(root["$defs"][schema["$ref"].rsplit("/", 1)[-1]], root)
    for union in ("anyOf", "oneOf", "allOf"):
        if union in schema:
            return example_of(schema[union][0], root)
    if "enum" in schema:
        return schema["enum"][0]
    if "const" in schema:
        return schema["const"]
    kind = schema.get("type")
    if kind == "object":
        return {key: example_of(part, root) for key, part in schema.get("properties", {}).items()}
    if kind == "array":
        return [example_of(schema.get("items", {"type": "string"}), root)]
    scalars = {"integer": schema.get("minimum", 1), "number": 0.5, "boolean": True, "null": None}
    return scalars.get(str(kind), "text")


def answer_text(rule: Rule, entry: LoggedRequest) -> str:
    if "answer" in rule:
        return str(rule["answer"])
    if "json" in rule:
        return json.dumps(rule["json"])
    if rule.get("digest"):
        return _digest_answer(entry)
    schema = _schema(entry.body)
    if schema is not None:
        return json.dumps(example_of(schema))
    lines = entry.task.splitlines()
    return f"answer to [{lines[0][:80] if lines else ''}]"


def _digest_answer(entry: LoggedRequest) -> str:
    """Tells whether task and context were the same, without what memory holds."""
    said = "\n".join(_text(one.get("content")) for one in entry.messages if one["role"] == "user")
    _, _, context = said.partition(_CONTEXT)
    context = _MEMORY.split(context)[0].strip()
    digest = hashlib.sha256(f"{entry.task}\n{context}".encode()).hexdigest()
    return " ".join([entry.task.splitlines()[0], *(digest[at : at + 4] for at in range(0, 48, 4))])


def tool_calls_of(rule: Rule, turn: int) -> list[dict[str, Any]]:
    return [
        {
            "id": f"call_{turn}_{index}",
            "type": "function",
            "function": {"name": call["name"], "arguments": json.dumps(call.get("arguments", {}))},
        }
        for index, call in enumerate(rule.get("tool_calls", []))
    ]


def reasoning_block(kind: str) -> dict[str, Any]:
    """The block that gpt-oss puts before its answer, in the three shapes seen on Databricks serving."""
    if kind == "content":
        return {"type": "reasoning", "content": [{"type": "reasoning_text", "text": "I think so"}]}
    summary = {"type": "summary_text", "text": "I think so"}
    if kind == "signature":
        summary["signature"] = "sig"
    return {"type": "reasoning", "summary": [summary]}


def usage_of(rule: Rule, entry: LoggedRequest, text: str) -> dict[str, int] | None:
    """Words, unless the rule gives numbers; a tool call counts as its JSON."""
    if rule.get("usage") is False:
        return None
    given = rule.get("usage") or {}
    said = " ".join(_text(message.get("content")) for message in entry.messages)
    prompt = int(given.get("prompt_tokens", len(said.split())))
    completion = int(given.get("completion_tokens", len(text.split())))
    return {
        "prompt_tokens": prompt,
        "completion_tokens": completion,
        "total_tokens": prompt + completion,
    }


def deltas_of(rule: Rule, text: str, calls: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """One delta a word, or a tool call's name and then its arguments in two halves."""
    parts: list[dict[str, Any]] = []
    for index, call in enumerate(calls):
        arguments = call["function"]["arguments"]
        head = {**call, "index": index, "function": {**call["function"], "arguments": ""}}
        parts.append({"tool_calls": [head]})
        for half in (arguments[: len(arguments) // 2], arguments[len(arguments) // 2 :]):
            parts.append({"tool_calls": [{"index": index, "function": {"arguments": half}}]})
    if calls:
        return parts
    words = re.findall(r"\s*\S+\s*$|\s*\S+", text) or [text]
    if "blocks" not in rule:
        return [{"content": word} for word in words]
    blocks = [
        [reasoning_block(rule["blocks"])],
        *([{"type": "text", "text": word}] for word in words),
    ]
    return [{"content": block} for block in blocks]


def embedding_of(text: str, dimension: int) -> list[float]:
    """A bag of hashed words, unit norm: equal texts are equal, shared words are near."""
    vector = [0.0] * dimension
    for word in re.findall(r"\w+", text.lower()):
        vector[int(hashlib.sha256(word.encode()).hexdigest(), 16) % dimension] += 1.0
    norm = math.sqrt(sum(part * part for part in vector)) or 1.0
    return [part / norm for part in vector]


def embeddings_answer(body: dict[str, Any]) -> dict[str, Any]:
    texts = [body["input"]] if isinstance(body["input"], str) else body["input"]
    data = []
    for index, text in enumerate(texts):
        vector: Any = embedding_of(str(text), int(body.get("dimensions") or 64))
        if body.get("encoding_format") == "base64":
            vector = base64.b64encode(struct.pack(f"<{len(vector)}f", *vector)).decode()
        data.append({"object": "embedding", "index": index, "embedding": vector})
    words = sum(len(str(text).split()) for text in texts)
    usage = {"prompt_tokens": words, "total_tokens": words}
    return {"object": "list", "model": body.get("model"), "data": data, "usage": usage}
