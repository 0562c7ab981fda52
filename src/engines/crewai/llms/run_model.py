"""What all our models share: budget and cancel checks, events, usage, structured answers."""

import asyncio
from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from crewai.llms.base_llm import BaseLLM
from pydantic import BaseModel, PrivateAttr, ValidationError

from src.core.events import Usage
from src.engines.base import RunScope
from src.engines.crewai.llms.call_events import Answer, CallEvents
from src.engines.crewai.llms.content import text_of
from src.engines.crewai.llms.errors import CrewCancelled, ModelCallFailed, stopping_the_crew
from src.engines.plans import ModelPlan

USABLE_WINDOW = 0.85
"""Share of the context window that crewai fills before it summarises; the rest is for the answer."""
_USUAL_ANSWER = 500
"""Tokens that are set aside for an answer whose length nobody knows yet."""
_MESSAGE_KEYS = ("role", "content", "name", "tool_calls", "tool_call_id")
_Method = TypeVar("_Method", bound=Callable[..., Any])


def not_retried_by_crewai(method: _Method) -> _Method:
    """crewai wraps every BaseLLM.call in three attempts on rate limits (llms/retry.py) unless it is marked."""
    setattr(method, "_crewai_rate_limit_wrapped", True)
    return method


@dataclass(frozen=True)
class Prompt:
    """One request, in OpenAI's chat format."""

    messages: list[dict[str, Any]]
    tools: list[dict[str, Any]]
    response_model: type[BaseModel] | None = None
    task_name: str = ""
    task_description: str = ""
    summarise_when_full: bool = True
    """Whether crewai may shorten the conversation when it does not fit (Agent.respect_context_window)."""

    @property
    def tool_names(self) -> list[str]:
        return [tool["function"]["name"] for tool in self.tools]

    def shown_messages(self) -> list[dict[str, Any]]:
        """The conversation as events show it."""
        return [_shown(message) for message in self.messages]


def _shown(message: dict[str, Any]) -> dict[str, Any]:
    shown: dict[str, Any] = {"role": message["role"], "content": text_of(message.get("content"))}
    if message.get("tool_calls"):
        shown["tool_calls"] = [call["function"] for call in message["tool_calls"]]
    return shown


class RunModel(BaseLLM):
    """A model for one agent of one run: crewai counts tokens per instance, so it is never shared.

    Holds no secret in a field: crewai serialises fields into checkpoints and traces.
    """

    llm_type: str = "kasal"
    _plan: ModelPlan = PrivateAttr()
    _run: RunScope = PrivateAttr()
    _agent_key: str = PrivateAttr()

    def __init__(self, plan: ModelPlan, run: RunScope, agent_key: str) -> None:
        # "kasal" is no provider that crewai's Instructor path knows, so that path cannot build a client of its own.
        super().__init__(model=plan.key, provider="kasal", temperature=plan.temperature)
        self._plan, self._run, self._agent_key = plan, run, agent_key

    @abstractmethod
    def _answer(self, prompt: Prompt, events: CallEvents) -> Answer:
        """Asks the model; text goes to `events.text` as it arrives. Raises ModelCallFailed."""

    def _admit(self, prompt: Prompt) -> int:
        """Waits for the model's rate limit, before every request. Returns the tokens that it set aside."""
        rate = self._plan.rate
        if rate is None:
            return 0
        answer = min(self._plan.max_output_tokens or _USUAL_ANSWER, _USUAL_ANSWER)
        tokens = self.get_input_tokens_count(prompt.messages) + answer
        self._run.rates.admit(self._run, rate, tokens, self._agent_key)
        return tokens

    def _settle(self, reserved: int, answer: Answer) -> None:
        """Corrects what _admit() set aside by what the provider counted."""
        rate = self._plan.rate
        if rate is not None and rate.tokens_per_minute is not None:
            used = answer.prompt_tokens + answer.completion_tokens
            self._run.rates.settle(self._run, rate, reserved, used)

    @not_retried_by_crewai
    def call(
        self,
        messages: Any,
        tools: list[dict[str, Any]] | None = None,
        callbacks: list[Any] | None = None,
        available_functions: dict[str, Any] | None = None,
        from_task: Any = None,
        from_agent: Any = None,
        response_model: type[BaseModel] | None = None,
    ) -> Any:
        """Returns text, a list of OpenAI tool calls, or an instance of `response_model`."""
        prompt = Prompt(
            messages=_plain(messages),
            tools=list(tools or []),
            response_model=response_model,
            task_name=getattr(from_task, "name", None) or "",
            task_description=getattr(from_task, "description", None) or "",
            summarise_when_full=getattr(from_agent, "respect_context_window", True),
        )
        with stopping_the_crew():
            self._run.before_model_call()
            answer = self._earlier_answer(prompt) or self._answer_with_events(prompt)
        self._count(answer)
        if answer.tool_calls:
            return [call.for_crewai() for call in answer.tool_calls]
        text = self._apply_stop_words(answer.text)
        return text if response_model is None else _structured(text, response_model)

    @not_retried_by_crewai
    async def acall(self, *args: Any, **kwargs: Any) -> Any:
        return await asyncio.to_thread(self.call, *args, **kwargs)

    def supports_function_calling(self) -> bool:
        return True

    def get_context_window_size(self) -> int:
        return int(self._plan.context_window * USABLE_WINDOW)

    def get_input_tokens_count(
        self, messages: Any, tools: Any = None, response_model: Any = None
    ) -> int:
        """Four characters a token: crewai asks before every call whether the window is full."""
        return sum(len(text_of(message.get("content"))) for message in _plain(messages)) // 4 + 1

    def _earlier_answer(self, prompt: Prompt) -> Answer | None:
        """What was said to this prompt before the task had to wait for a person: it has been paid."""
        roles = tuple(message["role"] for message in prompt.messages)
        said = self._run.earlier_answer(self._agent_key, roles, tuple(prompt.tool_names))
        if said is None:
            return None
        answer = Answer.of_event(said)
        events = CallEvents(self._run, self._agent_key, self._plan.key)
        events.started(prompt.shown_messages(), prompt.tool_names)
        events.completed(answer, replayed=True)
        return answer

    def _answer_with_events(self, prompt: Prompt) -> Answer:
        events = CallEvents(self._run, self._agent_key, self._plan.key)
        events.started(prompt.shown_messages(), prompt.tool_names)
        try:
            with stopping_the_crew():
                answer = self._answer(prompt, events)
        except ModelCallFailed as exc:
            events.failed(exc.code, exc.message)
            raise
        except CrewCancelled as exc:
            events.failed("run.cancelled", f"stopped while the model was answering: {exc}")
            raise
        events.completed(answer)
        return answer

    def _spend(self, answer: Answer) -> None:
        """Books one attempt. Subclasses call it once for every answer that a provider charges."""
        usage = Usage(answer.prompt_tokens, answer.completion_tokens, 1, answer.cost_usd)
        self._run.record_usage(usage)

    def _count(self, answer: Answer) -> None:
        total = answer.prompt_tokens + answer.completion_tokens
        self._track_token_usage_internal(
            {
                "prompt_tokens": answer.prompt_tokens,
                "completion_tokens": answer.completion_tokens,
                "total_tokens": total,
            }
        )


def _plain(messages: Any) -> list[dict[str, Any]]:
    """Copies without crewai's own keys (cache_breakpoint, files, raw parts), which providers refuse."""
    if isinstance(messages, str):
        return [{"role": "user", "content": messages}]
    return [{key: message[key] for key in _MESSAGE_KEYS if key in message} for message in messages]


def _structured(text: str, response_model: type[BaseModel]) -> BaseModel | str:
    """The text as the model class, or as it is: crewai then repairs it or asks again."""
    try:
        return response_model.model_validate_json(without_fence(text))
    except ValidationError:
        return text


def without_fence(text: str) -> str:
    """The JSON of an answer that is wrapped in ```json … ```."""
    stripped = text.strip()
    if not stripped.startswith("```"):
        return stripped
    return stripped.split("\n", 1)[-1].rsplit("```", 1)[0].strip()
