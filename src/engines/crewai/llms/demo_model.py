"""A model for the first run without a key: no language model runs, everything around it does.

Deterministic and labelled. It calls the agent's tools for what the task's words give them to do, then
writes a short report of the task, its inputs, earlier results, what the tools returned and what memory told.
"""

import json
import re
from dataclasses import dataclass
from typing import Any

from src.core.text import clean_text
from src.engines.base import RunScope
from src.engines.crewai.llms.call_events import Answer, CallEvents, ToolCall
from src.engines.crewai.llms.content import text_of
from src.engines.crewai.llms.demo_json import DemoJson, schema_in, verdict_or_plan
from src.engines.crewai.llms.demo_memory import lessons_answer, recalled_lines, without_memory
from src.engines.crewai.llms.demo_tools import Facts, planned_calls, subject_of
from src.engines.crewai.llms.errors import ModelCallFailed
from src.engines.crewai.llms.run_model import Prompt, RunModel, without_fence
from src.engines.plans import ModelPlan, SideEffect

LABEL = "[demo model: no language model ran]"
_EXPECTED = "This is the expected criteria for your final answer:"
_CONTEXT = "This is the context you're working with:"
_REVIEW = re.compile(r"### Previous attempt failed validation: (.+?)\n\n", re.DOTALL)
_QUOTE_CHARS = 600


@dataclass(frozen=True)
class _ToolResult:
    name: str
    arguments: dict[str, Any]
    output: str


class DemoModel(RunModel):
    """`demo/demo`. Tokens are words, the cost is zero."""

    llm_type: str = "demo"

    def __init__(self, plan: ModelPlan, run: RunScope, agent_key: str) -> None:
        super().__init__(plan, run, agent_key)

    def _answer(self, prompt: Prompt, events: CallEvents) -> Answer:
        reserved = self._admit(prompt)
        conversation = _Conversation(prompt)
        calls = self._next_calls(prompt, conversation)
        text = "" if calls else self._final_text(prompt, conversation)
        for line in text.splitlines(keepends=True):
            events.text(line)
        said = text or " ".join(call.name + " " + call.arguments for call in calls)
        answer = Answer(
            text=text,
            tool_calls=calls,
            prompt_tokens=sum(_words(text_of(one.get("content"))) for one in prompt.messages),
            completion_tokens=_words(said),
            cost_usd=0.0,
            finish_reason="tool_calls" if calls else "stop",
        )
        self._spend(answer)
        self._settle(reserved, answer)
        return answer

    def _next_calls(self, prompt: Prompt, conversation: "_Conversation") -> tuple[ToolCall, ...]:
        """The first planned call that has not been made yet; one a turn, so that results stay in order."""
        once = (tool.key for tool in self._run.plan.tools if tool.side_effect is SideEffect.ONCE)
        facts = Facts(conversation.task, self._run.plan.inputs, frozenset(once))
        made = [(result.name, result.arguments) for result in conversation.results]
        for number, call in enumerate(planned_calls(prompt.tools, facts)):
            if (call.name, call.arguments) not in made:
                arguments = json.dumps(call.arguments, ensure_ascii=False)
                return (ToolCall(f"demo_{number}", call.name, arguments),)
        return ()

    def _final_text(self, prompt: Prompt, conversation: "_Conversation") -> str:
        lessons = lessons_answer(text_of(prompt.messages[-1].get("content")))
        if lessons is not None:
            return lessons
        if prompt.response_model is not None:
            schema: dict[str, Any] | None = prompt.response_model.model_json_schema()
        else:
            schema = schema_in(conversation.everything)
        if schema is None:
            return _report(conversation, dict(self._run.plan.inputs))
        answer = verdict_or_plan(schema, conversation.everything, LABEL)
        answer = answer or DemoJson(schema, LABEL, subject_of(conversation.task)).text()
        if prompt.response_model is not None:
            _check(answer, prompt)
        return answer


def _check(answer: str, prompt: Prompt) -> None:
    try:
        if prompt.response_model is not None:
            prompt.response_model.model_validate_json(without_fence(answer))
    except ValueError as exc:
        raise ModelCallFailed(
            "demo.schema",
            "the demo model cannot invent a value that this output schema accepts (a pattern, for "
            "example); choose a language model for this task",
        ) from exc


class _Conversation:
    """What the messages say, taken apart along crewai's own headings."""

    def __init__(self, prompt: Prompt) -> None:
        said = [(one["role"], text_of(one.get("content"))) for one in prompt.messages]
        self.recalled = recalled_lines("\n".join(text for role, text in said if role == "user"))
        texts = [(role, without_memory(text)) for role, text in said]
        self.everything = "\n".join(text for _, text in texts)
        users = [text for role, text in texts if role == "user"]
        current = next(
            (text for text in users if "Current Task:" in text), users[-1] if users else ""
        )
        current = current.partition("Current Task:")[2] or current
        current = current.partition("Provide your complete response:")[0]
        body, _, self.context = (part.strip() for part in current.partition(_CONTEXT))
        described, _, expected = body.partition(_EXPECTED)
        self.task = (prompt.task_description or described).strip()
        self.expected = expected.partition("you MUST return")[0].strip()
        review = _REVIEW.search(self.everything)
        self.review = review.group(1).strip() if review else ""
        self.results = _results(prompt.messages)


def _results(messages: list[dict[str, Any]]) -> list[_ToolResult]:
    asked = {
        call["id"]: call["function"] for one in messages for call in one.get("tool_calls") or ()
    }
    found = []
    for message in messages:
        function = asked.get(message.get("tool_call_id"))
        if message["role"] == "tool" and function is not None:
            arguments = json.loads(function["arguments"] or "{}")
            output = text_of(message.get("content"))
            found.append(_ToolResult(function["name"], arguments, output))
    return found


def _report(conversation: _Conversation, inputs: dict[str, Any]) -> str:
    sections = [LABEL, f"## {subject_of(conversation.task)}", _quoted(conversation.task)]
    used = {key: value for key, value in inputs.items() if value not in (None, "")}
    if used:
        lines = [f"- **{key}**: {_short(_shown(value), 200)}" for key, value in used.items()]
        sections.append("### Inputs\n" + "\n".join(lines))
    if conversation.results:
        lines = [_result_line(result) for result in conversation.results]
        sections.append("### What the tools returned\n" + "\n".join(lines))
    if conversation.recalled:
        lines = [f"- {line.replace(LABEL, '').strip()}" for line in conversation.recalled]
        sections.append("### What memory told\n" + "\n".join(lines))
    earlier = conversation.context.replace(LABEL, "").strip()
    if earlier:
        sections.append("### From earlier tasks\n" + _quoted(earlier))
    if conversation.review:
        sections.append("### Asked to correct\n" + _quoted(conversation.review))
    wanted = _short(conversation.expected, 300) or "the answer"
    sections.append(f"### Still to do\nA language model would now write: {wanted}")
    return clean_text("\n\n".join(sections).replace("\x00", ""))


def _result_line(result: _ToolResult) -> str:
    given = ", ".join(
        f"{key}={_short(_shown(value), 80)}" for key, value in result.arguments.items()
    )
    told = "\n".join(recalled_lines(result.output)) or result.output
    output = _short(told.replace(LABEL, ""), _QUOTE_CHARS)
    if "\n" in output:
        quoted = "\n".join(f"  > {line}".rstrip() for line in output.splitlines())
        return f"- `{result.name}({given})` returned:\n\n{quoted}"
    return f"- `{result.name}({given})` returned: {output}"


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in _short(text, _QUOTE_CHARS).splitlines())


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _short(text: str, chars: int) -> str:
    text = text.strip()
    return text if len(text) <= chars else f"{text[:chars].rstrip()} …"


def _words(text: str) -> int:
    return len(text.split())
