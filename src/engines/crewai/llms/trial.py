"""One small request to a model, outside of any run: does the key work, does the address answer?"""

import threading
import time
from dataclasses import dataclass, field, replace
from typing import Any

from src.core.approval import Review
from src.core.clock import Clock
from src.core.events import EventType, RecordedCall, Usage
from src.core.model_trial import ModelTrial
from src.core.settings import Settings
from src.engines.base import Credentials, ModelRates, RunCancelled, RunScope, TaskMemory, ToolLedger
from src.engines.crewai.llms.errors import ModelCallFailed
from src.engines.crewai.llms.litellm_model import RetryPolicy
from src.engines.crewai.llms.manager import LlmConfig, LlmManager
from src.engines.plans import CrewPlan, ModelPlan, RatePlan

_PATIENCE_S = 20.0
_ANSWER_TOKENS = 16
"""The least that every provider takes; models that think first may use them up and answer with nothing."""
_ANSWERED_ALL_THE_SAME = "model.empty-answer"
_QUESTION = "Answer with the word OK."


class CrewAIModelProbe:
    """services.definitions.model_trial.ModelProbe. Asks once, without retries."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        config = LlmConfig.from_settings(settings)
        timeout_s = min(config.timeout_s, _PATIENCE_S)
        hurried = replace(config, timeout_s=timeout_s, retries=RetryPolicy(max_retries=0))
        self._models = LlmManager(hurried, clock)

    def try_model(
        self, plan: ModelPlan, credentials: Credentials, cancelled: threading.Event
    ) -> ModelTrial:
        scope = _TrialScope(credentials, cancelled)
        # Its rate limit is for runs, which nobody should wait behind to see whether a key works.
        asked = plan.model_copy(update={"rate": None, "max_output_tokens": _ANSWER_TOKENS})
        began_s = time.monotonic()
        code, message = None, ""
        try:
            model = self._models.model_for(asked, scope, "trial")
            model.call([{"role": "user", "content": _QUESTION}])
        except ModelCallFailed as exc:
            if exc.code != _ANSWERED_ALL_THE_SAME:
                code, message = exc.code, exc.message
        latency_ms = round((time.monotonic() - began_s) * 1000)
        return ModelTrial(latency_ms, scope.usage, code, message)


class _NoRates:
    """engines.base.ModelRates for a plan without limits."""

    def admit(self, run: RunScope, rate: RatePlan, tokens: int, agent: str | None) -> None:
        raise AssertionError("a trial has no rate limit")

    def settle(self, run: RunScope, rate: RatePlan, reserved: int, used: int) -> None:
        raise AssertionError("a trial has no rate limit")


class _NoLedger:
    """engines.base.ToolLedger where no tool is."""

    def decision(self, run: RunScope, call_key: str) -> None:
        return None

    def begin(self, run: RunScope, tool: str, call_key: str) -> str | None:
        raise AssertionError("a trial calls no tools")

    def finish(self, run: RunScope, call_key: str, result: str) -> None:
        raise AssertionError("a trial calls no tools")


@dataclass
class _TrialScope:
    """engines.base.RunScope of no run: nothing is recorded but usage."""

    credentials: Credentials
    cancelled: threading.Event
    execution_id: str = "trial"
    group_id: str = "trial"
    attempt: int = 1
    task_key: str | None = None
    plan: CrewPlan = field(default_factory=lambda: CrewPlan(name="trial", agents=(), tasks=()))
    ledger: ToolLedger = field(default_factory=_NoLedger)
    memory: TaskMemory | None = None
    rates: ModelRates = field(default_factory=_NoRates)
    reviews: tuple[Review, ...] = ()
    usage: Usage = field(default_factory=Usage)

    def earlier_answer(
        self, agent: str, roles: tuple[str, ...], tools: tuple[str, ...]
    ) -> dict[str, Any] | None:
        return None

    def recording(self, execution_id: str) -> tuple[RecordedCall, ...]:
        return ()

    def emit(
        self,
        type: EventType,
        data: dict[str, Any],
        *,
        agent: str | None = None,
        span_id: str | None = None,
        parent_span_id: str | None = None,
    ) -> str:
        return "trial"

    def before_model_call(self) -> None:
        self.before_tool_call()

    def before_tool_call(self) -> None:
        if self.cancelled.is_set():
            raise RunCancelled("the test of the model was cancelled")

    def stop(self, reason: Exception) -> None:
        self.cancelled.set()

    def record_usage(self, usage: Usage) -> None:
        self.usage = self.usage + usage

    def note_identity(self, name: str) -> None:
        """Whoever it was: the answer says whether it may."""
