"""Passing work on to another agent, as a tool whose calls are seen and whose agents' calls hang below it."""

import time
from collections.abc import Callable
from typing import Any

from crewai import Task
from crewai.agents.agent_builder.base_agent import BaseAgent
from crewai.hooks import HookAborted
from crewai.tools.agent_tools.ask_question_tool import AskQuestionToolSchema
from crewai.tools.agent_tools.base_agent_tools import BaseAgentTool
from crewai.tools.agent_tools.delegate_work_tool import DelegateWorkToolSchema
from crewai.utilities.i18n import I18N_DEFAULT
from pydantic import BaseModel, PrivateAttr

from src.core.events import EventType
from src.core.logging import get_logger
from src.engines.crewai.attempt import AttemptRun, below_span
from src.engines.crewai.llms.errors import stopping_the_crew

log = get_logger(__name__)

_SHOWN_RESULT_CHARS = 20_000


class _CoworkerTool(BaseAgentTool):
    _run_scope: AttemptRun = PrivateAttr()
    _agent_key: str = PrivateAttr()

    def __init__(self, run: AttemptRun, agent_key: str, **fields: Any) -> None:
        super().__init__(**fields)
        self._run_scope, self._agent_key = run, agent_key

    def run(self, /, *args: Any, **kwargs: Any) -> str:
        """Called by crewai for native tool calls, before any validation of its own."""
        return str(self._run(**kwargs))

    def _ask(self, coworker: str | None, request: str, context: str) -> str:
        """Raises what stops the crew; everything else is an answer for the model that asked."""
        run = self._run_scope
        with stopping_the_crew():
            run.before_tool_call()
        agent = self._agent_named(coworker)
        arguments = {"coworker": coworker, "request": request, "context": context}
        started_s = time.monotonic()
        span_id = run.emit(
            EventType.TOOL_STARTED,
            {"tool": self.name, "arguments": arguments},
            agent=self._agent_key,
        )

        def report(type: EventType, data: dict[str, Any]) -> None:
            latency_ms = round((time.monotonic() - started_s) * 1000)
            told = {"tool": self.name, "latency_ms": latency_ms, **data}
            run.emit(type, told, agent=self._agent_key, span_id=span_id)

        if agent is None:
            roles = "\n".join(f"- {one.role}" for one in self.agents)
            message = f"there is no coworker {coworker!r}; choose one of:\n{roles}"
            report(EventType.TOOL_FAILED, _error("unknown-coworker", message))
            return f"Error (unknown-coworker): {message}"
        with below_span(span_id):
            return self._answer_of(agent, request, context, report)

    def _answer_of(
        self,
        agent: BaseAgent,
        request: str,
        context: str,
        report: Callable[[EventType, dict[str, Any]], None],
    ) -> str:
        task = Task(
            description=request,
            agent=agent,
            expected_output=I18N_DEFAULT.slice("manager_request"),
        )
        try:
            answer = str(agent.execute_task(task, context))
        except HookAborted as exc:
            report(EventType.TOOL_FAILED, _error("stopped", str(exc)))
            self._run_scope.stop(exc)
            raise
        except Exception as exc:  # crewai's border: the agent that asked may find another way
            log.warning("a coworker failed: {}", type(exc).__name__)
            message = f"{agent.role} could not do it: {exc}"
            report(EventType.TOOL_FAILED, _error("coworker-failed", message))
            return f"Error (coworker-failed): {message}"
        shown = {
            "result": answer[:_SHOWN_RESULT_CHARS],
            "truncated": len(answer) > _SHOWN_RESULT_CHARS,
        }
        report(EventType.TOOL_COMPLETED, shown)
        return answer

    def _agent_named(self, role: str | None) -> BaseAgent | None:
        wanted = self.sanitize_agent_name(role or "")
        same = (one for one in self.agents if self.sanitize_agent_name(one.role) == wanted)
        return next(same, None)


class DelegateWork(_CoworkerTool):
    name: str = "delegate_work_to_coworker"
    args_schema: type[BaseModel] = DelegateWorkToolSchema

    def _run(
        self, task: str = "", context: str = "", coworker: str | None = None, **others: Any
    ) -> str:
        return self._ask(self._get_coworker(coworker, **others), task, context)


class AskCoworker(_CoworkerTool):
    name: str = "ask_question_to_coworker"
    args_schema: type[BaseModel] = AskQuestionToolSchema

    def _run(
        self, question: str = "", context: str = "", coworker: str | None = None, **others: Any
    ) -> str:
        return self._ask(self._get_coworker(coworker, **others), question, context)


def _error(code: str, message: str) -> dict[str, Any]:
    return {"error": {"code": code, "message": message}}
