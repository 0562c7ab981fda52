"""What clients sent, without their secrets."""

import fnmatch
import json
import threading
import urllib.parse
from collections import deque
from dataclasses import dataclass, field
from typing import Any

KEPT_REQUESTS = 20_000
KEPT_BODY_BYTES = 512 * 1024
KEPT_BODIES_BYTES = 64 * 1024 * 1024
SECRET_FORM_FIELDS = {"client_secret", "assertion", "password", "refresh_token"}
UNINTERESTING = {"host", "connection", "accept-encoding", "content-length"}


@dataclass
class RecordedRequest:
    plane: str
    """"workspace" or "data": the port it came in by."""
    method: str
    path: str
    query: list[tuple[str, str]]
    headers: dict[str, str]
    """Lower-case names; Authorization keeps its scheme and says whose it is, never the credential."""
    identity: str
    body_bytes: int = 0
    status: int | None = None
    fault: str | None = None
    _body: bytes = field(default=b"", repr=False)

    @property
    def text(self) -> str:
        """Empty for bodies above 512 KB and for those that had to make room."""
        return self._body.decode("utf-8", "replace")

    @property
    def json(self) -> Any:
        return json.loads(self._body) if self._body else None

    @property
    def form(self) -> dict[str, str]:
        pairs = urllib.parse.parse_qsl(self.text, keep_blank_values=True)
        return {key: "***" if key in SECRET_FORM_FIELDS else value for key, value in pairs}

    def as_dict(self) -> dict[str, Any]:
        is_form = "form-urlencoded" in self.headers.get("content-type", "")
        return {
            "plane": self.plane,
            "method": self.method,
            "path": self.path,
            "query": self.query,
            "headers": self.headers,
            "identity": self.identity,
            "status": self.status,
            "fault": self.fault,
            "body_bytes": self.body_bytes,
            "body": self.form if is_form else self.text,
        }


class Recorder:
    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._requests: deque[RecordedRequest] = deque(maxlen=KEPT_REQUESTS)
        self._with_body: deque[RecordedRequest] = deque()
        self._held_bytes = 0

    def note(self, request: RecordedRequest, body: bytes) -> None:
        request.body_bytes = len(body)
        with self._changed:
            if 0 < len(body) <= KEPT_BODY_BYTES:
                request._body = body
                self._with_body.append(request)
                self._held_bytes += len(body)
            while self._held_bytes > KEPT_BODIES_BYTES:
                oldest = self._with_body.popleft()
                self._held_bytes -= len(oldest._body)
                oldest._body = b""
            self._requests.append(request)
            self._changed.notify_all()

    def clear(self) -> None:
        with self._changed:
            self._requests.clear()
            self._with_body.clear()
            self._held_bytes = 0

    def all(self) -> list[RecordedRequest]:
        with self._changed:
            return list(self._requests)

    def matching(self, method: str = "*", path: str = "*") -> list[RecordedRequest]:
        """`path` is a glob: `matching("GET", "*/query")`."""
        return [
            one
            for one in self.all()
            if method in ("*", one.method) and fnmatch.fnmatchcase(one.path, path)
        ]

    def wait_for(
        self, count: int, method: str = "*", path: str = "*", timeout_s: float = 10.0
    ) -> list[RecordedRequest]:
        """Returns when so many requests of the kind have arrived (their answers may be under way)."""
        with self._changed:
            if not self._changed.wait_for(
                lambda: len(self.matching(method, path)) >= count, timeout_s
            ):
                found = len(self.matching(method, path))
                raise TimeoutError(f"expected {count} x {method} {path}, got {found}")
        return self.matching(method, path)


def visible_headers(raw: list[tuple[bytes, bytes]], identity: str) -> dict[str, str]:
    headers: dict[str, str] = {}
    for name, value in raw:
        key, text = name.decode("latin-1").lower(), value.decode("latin-1")
        if key in UNINTERESTING:
            continue
        if key == "authorization":
            text = f"{text.split(' ', 1)[0]} [{identity}]"
        elif key in ("cookie", "x-forwarded-access-token"):
            text = "***"
        headers[key] = text
    return headers
