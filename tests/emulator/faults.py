"""Faults by rule: which requests they strike, and what the client then sees."""

import fnmatch
import threading
from collections.abc import Hashable, Iterable, Sequence
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from tests.emulator.clock import EmulatorClock
from tests.emulator.recorder import RecordedRequest

HOLD_LIMIT_S = 120.0
CODES = {
    400: "INVALID_PARAMETER_VALUE",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "RESOURCE_DOES_NOT_EXIST",
    409: "RESOURCE_ALREADY_EXISTS",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL_ERROR",
    503: "TEMPORARILY_UNAVAILABLE",
    504: "DEADLINE_EXCEEDED",
}


class FaultRule(BaseModel):
    """The first rule that fits a request and is not used up strikes it.

    It strikes before the handler runs unless `after_handler` is set: then the work is done and only
    the answer is lost. Without `status`, `body` or `connection` the handler's own answer is sent,
    late (`delay_s`, `hold`) or with failed rows (`fail_keys`, `fail_every`).
    """

    model_config = ConfigDict(extra="forbid")

    name: str = "fault"
    method: str = "*"
    path: str = "*"
    """A glob over the decoded path, without the query."""
    plane: Literal["any", "workspace", "data"] = "any"
    identity: str = "*"
    body_contains: str = ""
    skip: int = 0
    """So many matching requests pass first, struck by other rules or not: `skip=2` strikes the third."""
    times: int | None = 1
    """None: until the rules are cleared."""
    allow: int | None = None
    window_s: float = 1.0
    """Throttling: `allow` requests pass in each window of the emulator's clock, the rest is struck."""

    status: int | None = None
    error_code: str | None = None
    message: str = "injected fault"
    retry_after: int | None = None
    headers: dict[str, str] = Field(default_factory=dict)
    body: Any = None
    """JSON, or a str that is sent as it is."""
    content_type: str = "application/json"
    delay_s: float = 0.0
    hold: bool = False
    """Waits for `faults.release()`."""
    after_handler: bool = False
    connection: Literal["keep", "reset", "half", "cut"] = "keep"
    """reset: no answer at all. half: half of the announced bytes, then the end. cut: a stream
    without its last quarter, without the closing chunk."""
    malformed: bool = False
    """The handler's answer, cut in the middle of its JSON, with a fitting Content-Length."""
    fail_keys: list[str | int] | None = None
    """Upserts and deletes answer 200 and list these keys as failed; nothing happens to their rows."""
    fail_every: int | None = None
    """The same for every n-th row; 1 fails all."""

    def fits(self, request: RecordedRequest, body: bytes) -> bool:
        return (
            self.method in ("*", request.method)
            and self.plane in ("any", request.plane)
            and fnmatch.fnmatchcase(request.path, self.path)
            and fnmatch.fnmatchcase(request.identity, self.identity)
            and (not self.body_contains or self.body_contains.encode() in body)
        )

    @property
    def answers_itself(self) -> bool:
        return self.status is not None or self.body is not None or self.connection == "reset"

    def failed(self, keys: Sequence[Hashable]) -> set[Hashable]:
        failed: set[Hashable] = {key for key in keys if key in (self.fail_keys or ())}
        if self.fail_every:
            failed.update(keys[self.fail_every - 1 :: self.fail_every])
        return failed

    def answer(self) -> tuple[int, dict[str, str], Any]:
        """Status, headers and body of the failure."""
        status = self.status or 200
        headers = {"content-type": self.content_type, **self.headers}
        if self.retry_after is not None:
            headers["retry-after"] = str(self.retry_after)
        if self.body is not None:
            return status, headers, self.body
        code = self.error_code or CODES.get(status, "UNKNOWN")
        return status, headers, {"error_code": code, "message": self.message}


class Faults:
    def __init__(self, clock: EmulatorClock) -> None:
        self._clock = clock
        self._changed = threading.Condition()
        self._rules: list[FaultRule] = []
        self._seen: dict[int, int] = {}
        self._struck: dict[int, int] = {}
        self._windows: dict[int, list[float]] = {}
        self.releases = 0

    def add(self, *rules: FaultRule, **fields: Any) -> FaultRule:
        """`faults.add(path="*/query", status=503, times=2)`; behind the rules that are there."""
        added = [*rules, *([FaultRule(**fields)] if fields else [])]
        with self._changed:
            self._rules.extend(added)
        return added[-1]

    def replace(self, rules: Iterable[FaultRule]) -> None:
        self.clear()
        with self._changed:
            self._rules.extend(rules)

    def clear(self) -> None:
        """Forgets the rules and lets go what they hold."""
        with self._changed:
            for table in (self._rules, self._seen, self._struck, self._windows):
                table.clear()
        self.release()

    def release(self) -> None:
        with self._changed:
            self.releases += 1
            self._changed.notify_all()

    def wait_for_release(self, releases_before: int) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self.releases > releases_before, HOLD_LIMIT_S)

    def rules(self) -> list[dict[str, Any]]:
        with self._changed:
            return [
                {
                    "name": rule.name,
                    **rule.model_dump(exclude_defaults=True),
                    "struck": self._struck.get(id(rule), 0),
                }
                for rule in self._rules
            ]

    def struck(self, rule: FaultRule) -> int:
        with self._changed:
            return self._struck.get(id(rule), 0)

    def wait_until_struck(self, rule: FaultRule, times: int = 1, timeout_s: float = 10.0) -> None:
        with self._changed:
            if not self._changed.wait_for(
                lambda: self._struck.get(id(rule), 0) >= times, timeout_s
            ):
                raise TimeoutError(f"{rule.name} did not strike {times} times in {timeout_s} s")

    def take(self, request: RecordedRequest, body: bytes) -> FaultRule | None:
        with self._changed:
            fitting = [rule for rule in self._rules if rule.fits(request, body)]
            for rule in fitting:
                self._seen[id(rule)] = self._seen.get(id(rule), 0) + 1
            for rule in fitting:
                if self._is_due(rule):
                    self._struck[id(rule)] = self._struck.get(id(rule), 0) + 1
                    self._changed.notify_all()
                    request.fault = rule.name
                    return rule
        return None

    def _is_due(self, rule: FaultRule) -> bool:
        if self._seen[id(rule)] <= rule.skip:
            return False
        if rule.times is not None and self._struck.get(id(rule), 0) >= rule.times:
            return False
        return rule.allow is None or self._is_over(rule)

    def _is_over(self, rule: FaultRule) -> bool:
        now = self._clock.monotonic_s()
        passed = [at for at in self._windows.get(id(rule), []) if at > now - rule.window_s]
        is_over = len(passed) >= (rule.allow or 0)
        self._windows[id(rule)] = passed if is_over else [*passed, now]
        return is_over
