"""The one wrapper through which every tool of an agent is called.

A tool itself is a ToolBody: a name, a description, an arguments model and a function. KasalTool adds what
holds for all of them: cancel check, events, redaction, the ledger of side effects, readable errors.

How crewai 1.15.30 treats a tool that raises (tests/engines/test_tools_in_crewai.py): it turns every Exception,
RunCancelled too, into an observation and asks the model again. So RunCancelled ends the run at the next
before_model_call; until then no tool body runs any more, because each call asks before_tool_call first.
"""

import hashlib
import json
import threading
import traceback
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from crewai.tools import BaseTool
from pydantic import BaseModel, PrivateAttr, SecretStr, ValidationError

from src.core.approval import ApprovalNeeded, CallQuestion
from src.core.clock import Clock
from src.core.errors import AppError, CodedFailure, Unavailable
from src.core.events import EventType
from src.core.logging import get_logger
from src.engines.base import BudgetExceeded, OutcomeUnknown, RunCancelled, RunScope
from src.engines.crewai.tools.redaction import Redactor, printable
from src.engines.plans import SideEffect

log = get_logger(__name__)

_MAX_RESULT_CHARS = 100_000
_SHOWN_RESULT_CHARS = 20_000


class ToolError(CodedFailure):
    """What a tool could not do, in words that a model can act on."""


@dataclass(frozen=True)
class ToolBody:
    name: str
    description: str
    arguments: type[BaseModel]
    call: Callable[[Any], str]
    """Gets an instance of `arguments`; raises ToolError or AppError. Runs on an engine thread."""


@dataclass(frozen=True)
class ToolContext:
    """What a builder may use to make its body."""

    run: RunScope
    agent_key: str
    config: Mapping[str, Any]
    secrets: Mapping[str, SecretStr]
    allow_private_urls: bool
    clock: Clock


class CallOrdinals:
    """Counts identical calls within one attempt, so that asking twice on purpose is two calls."""

    def __init__(self) -> None:
        self._seen: Counter[str] = Counter()
        self._lock = threading.Lock()

    def key(self, tool: str, arguments: str) -> str:
        with self._lock:
            self._seen[_digest(tool, arguments)] += 1
            return _digest(tool, arguments, str(self._seen[_digest(tool, arguments)]))


@dataclass(frozen=True)
class ToolBinding:
    """Ties a body to the run that calls it."""

    run: RunScope
    agent_key: str
    side_effect: SideEffect
    ordinals: CallOrdinals
    redactor: Redactor
    clock: Clock


@dataclass(frozen=True)
class _Outcome:
    text: str
    error_code: str | None = None
    reused: bool = field(default=False, compare=False)

    def recorded(self) -> str:
        return json.dumps({"text": self.text, "error_code": self.error_code})

    @classmethod
    def read(cls, recorded: str) -> "_Outcome":
        stored = json.loads(recorded)
        return cls(stored["text"], stored["error_code"], reused=True)


def _never_cache(_arguments: Any = None, _result: Any = None) -> bool:
    return False


class KasalTool(BaseTool):
    _body: ToolBody = PrivateAttr()
    _binding: ToolBinding = PrivateAttr()

    def __init__(self, body: ToolBody, binding: ToolBinding) -> None:
        super().__init__(
            name=body.name,
            description=body.description,
            args_schema=body.arguments,
            # crewai would answer a repeated call from its cache: the ledger decides that here.
            cache_function=_never_cache,
        )
        self._body = body
        self._binding = binding

    def run(self, /, *args: Any, **kwargs: Any) -> str:
        """Called by crewai for native tool calls, before any validation of its own."""
        return self._run(**kwargs)

    def _run(self, /, **kwargs: Any) -> str:
        binding = self._binding
        binding.run.before_tool_call()
        started_s = binding.clock.monotonic_s()
        span_id = binding.run.emit(
            EventType.TOOL_STARTED,
            {"tool": self.name, "arguments": binding.redactor.shown(kwargs)},
            agent=binding.agent_key,
        )
        try:
            outcome = self._outcome(kwargs)
        except ApprovalNeeded as exc:
            self._report(span_id, started_s, _Outcome(str(exc), "approval-needed"))
            binding.run.stop(exc)
            raise
        except (RunCancelled, BudgetExceeded) as exc:
            self._report(span_id, started_s, _Outcome(str(exc), "cancelled"))
            raise
        self._report(span_id, started_s, outcome)
        if outcome.error_code is not None:
            return f"Error ({outcome.error_code}): {outcome.text}"
        return outcome.text

    def _outcome(self, given: dict[str, Any]) -> _Outcome:
        try:
            arguments = self._body.arguments.model_validate(given)
            if self._binding.side_effect is SideEffect.ASK:
                return self._asked(arguments, self._call_key(arguments))
            if self._binding.side_effect is SideEffect.ONCE:
                return self._once(arguments, self._call_key(arguments))
            return self._attempt(arguments)
        except ValidationError as exc:
            return _Outcome(_explain(exc), "invalid-arguments")
        except OutcomeUnknown:
            return _Outcome(
                f"an earlier attempt at this same {self.name} call was interrupted and may have taken "
                "effect; it was not repeated. Check its effect another way, or report that it is unknown.",
                "outcome-unknown",
            )
        except AppError as exc:
            return _Outcome(self._clean(exc.message), exc.code)

    def _call_key(self, arguments: BaseModel) -> str:
        canonical = json.dumps(
            arguments.model_dump(mode="json"), sort_keys=True, separators=(",", ":")
        )
        return self._binding.ordinals.key(self.name, canonical)

    def _asked(self, arguments: BaseModel, call_key: str) -> _Outcome:
        """Makes the call that a person has approved. Raises ApprovalNeeded where nobody was asked."""
        run = self._binding.run
        try:
            decision = run.ledger.decision(run, call_key)
        except TimeoutError as exc:
            raise Unavailable(f"{self.name} was not run: its approval could not be read") from exc
        if decision is None:
            shown = self._binding.redactor.shown(arguments.model_dump(mode="json"))
            agent = self._binding.agent_key
            raise ApprovalNeeded(CallQuestion(call_key, self.name, agent, shown))
        if not decision.approved:
            reason = f" and said: {decision.comment}" if decision.comment else ""
            message = (
                f"a person refused this {self.name} call{reason}. It was not made; do not try it again, "
                "go on without it"
            )
            return _Outcome(message, "approval.rejected")
        return self._once(arguments, call_key)

    def _once(self, arguments: BaseModel, call_key: str) -> _Outcome:
        run = self._binding.run
        try:
            recorded = run.ledger.begin(run, self.name, call_key)
        except TimeoutError as exc:
            raise Unavailable(f"{self.name} was not run: its call could not be recorded") from exc
        if recorded is not None:
            return _Outcome.read(recorded)
        outcome = self._attempt(arguments)
        try:
            run.ledger.finish(run, call_key, outcome.recorded())
        except (AppError, TimeoutError) as exc:
            # The effect is there: telling the model of a failure would make it try again.
            log.error("the result of {} could not be recorded: {}", self.name, type(exc).__name__)
        return outcome

    def _attempt(self, arguments: BaseModel) -> _Outcome:
        try:
            result = self._clean(self._body.call(arguments))
        except (RunCancelled, BudgetExceeded):
            raise
        except ToolError as exc:
            return _Outcome(self._clean(exc.message), exc.code)
        except AppError as exc:
            return _Outcome(self._clean(exc.message), exc.code)
        except Exception as exc:  # a tool is foreign code: whatever it raises is its answer
            log.error("tool {} crashed:\n{}", self.name, self._clean(traceback.format_exc()))
            return _Outcome(self._clean(f"{self.name} failed: {exc!r}"), "tool-crashed")
        if len(result) > _MAX_RESULT_CHARS:
            result = (
                f"{result[:_MAX_RESULT_CHARS]}\n"
                f"[cut: {len(result) - _MAX_RESULT_CHARS} more characters]"
            )
        return _Outcome(result)

    def _report(self, span_id: str, started_s: float, outcome: _Outcome) -> None:
        binding = self._binding
        data: dict[str, Any] = {
            "tool": self.name,
            "latency_ms": round((binding.clock.monotonic_s() - started_s) * 1000),
        }
        if outcome.reused:
            data["reused"] = True
        if outcome.error_code is None:
            data["result"] = outcome.text[:_SHOWN_RESULT_CHARS]
            data["truncated"] = len(outcome.text) > _SHOWN_RESULT_CHARS
        else:
            data["error"] = {"code": outcome.error_code, "message": outcome.text}
        event = EventType.TOOL_FAILED if outcome.error_code else EventType.TOOL_COMPLETED
        binding.run.emit(event, data, agent=binding.agent_key, span_id=span_id)

    def _clean(self, text: str) -> str:
        return self._binding.redactor.text(printable(text))


def _digest(*parts: str) -> str:
    return hashlib.sha256("".join(f"{len(part)}:{part}" for part in parts).encode()).hexdigest()


def _explain(error: ValidationError) -> str:
    """Which arguments are wrong and how, without repeating their values."""
    lines = [
        f"{'.'.join(str(part) for part in item['loc']) or 'arguments'}: {item['msg']}"
        for item in error.errors(include_input=False, include_url=False, include_context=False)
    ]
    return "the arguments do not fit; " + "; ".join(lines)
