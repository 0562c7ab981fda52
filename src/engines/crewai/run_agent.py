"""The Agent and Task that the crew builder uses: crewai's own, where theirs would do the wrong thing.

Measured on crewai 1.15.30 (tests/engines/test_crews*.py): a time limit that expires waits for the work to
end before it says so; a repeated try after a failed check loses the outputs of earlier tasks; delegation
reports nothing and turns a cancelled run into an observation; memory of the crew is memory of every agent, and
what goes wrong while recalling is swallowed.
"""

import json
import threading
from collections.abc import Sequence
from typing import Any

from crewai import Agent, Task
from crewai.agents.agent_builder.base_agent import BaseAgent
from crewai.agents.agent_executor import AgentExecutor
from crewai.tools import BaseTool
from crewai.utilities.i18n import I18N_DEFAULT
from pydantic import BaseModel, PrivateAttr

from src.engines.crewai.attempt import AttemptRun, time_is_up, time_limit
from src.engines.crewai.delegation import AskCoworker, DelegateWork
from src.engines.crewai.llms.errors import CrewCancelled
from src.engines.crewai.memory.crew_memory import CrewMemory
from src.engines.plans import AgentPlan

# Built by the first agent otherwise; two first agents of a process side by side break each other's loop over the
# class ("dictionary changed size during iteration", seen 2026-11).
AgentExecutor.flow_definition()

_BETWEEN_OUTPUTS = "\n\n----------\n\n"
"""As crewai separates the outputs of a task's context."""


class AgentTimedOut(TimeoutError):
    """An agent did not finish within its max_execution_time."""


class RunAgent(Agent):
    _plan: AgentPlan = PrivateAttr()
    _run: AttemptRun = PrivateAttr()
    _delegates_as: str = PrivateAttr()
    _memory_tools: list[BaseTool] = PrivateAttr()
    _first_context: dict[str, str] = PrivateAttr(default_factory=dict)
    _at_work: Any = PrivateAttr(default_factory=threading.RLock)

    def __init__(
        self,
        plan: AgentPlan,
        run: AttemptRun,
        delegates_as: str | None = None,
        memory_tools: Sequence[BaseTool] = (),
        **fields: Any,
    ) -> None:
        """`delegates_as`: the key of the manager, to whom crewai gives the tools of a task's agent."""
        super().__init__(
            role=plan.role,
            goal=plan.goal,
            backstory=plan.backstory or plan.goal,
            max_iter=plan.max_iter,
            max_retry_limit=plan.max_retry_limit,
            respect_context_window=plan.respect_context_window,
            use_system_prompt=plan.use_system_prompt,
            inject_date=plan.inject_date,
            system_template=plan.system_template,
            prompt_template=plan.prompt_template,
            response_template=plan.response_template,
            memory=False,
            cache=False,
            verbose=False,
            **fields,
        )
        self._plan, self._run, self._delegates_as = plan, run, delegates_as or plan.key
        self._memory_tools = list(memory_tools)

    def execute_task(
        self, task: Task, context: str | None = None, tools: list[BaseTool] | None = None
    ) -> Any:
        """Raises AgentTimedOut."""
        limit_s = self._plan.max_execution_time_s
        # A manager may ask the same coworker twice at once, and crewai's executor is not reentrant.
        with self._at_work, time_limit(limit_s):
            try:
                return super().execute_task(task, self._with_first_context(task, context), tools)
            except CrewCancelled as exc:
                if not time_is_up():
                    raise
                raise AgentTimedOut(f"{self.role} took longer than {limit_s} s") from exc

    def get_delegation_tools(self, agents: Sequence[BaseAgent]) -> list[BaseTool]:
        coworkers = ", ".join(agent.role for agent in agents)
        return [
            shape(
                agents=list(agents),
                description=str(I18N_DEFAULT.tools(text)).format(coworkers=coworkers),
                run=self._run,
                agent_key=self._delegates_as,
            )
            for shape, text in ((DelegateWork, "delegate_work"), (AskCoworker, "ask_question"))
        ]

    def _retrieve_memory_context(self, task: Task, task_prompt: str) -> str:
        """The prompt with what the crew remembers behind it, for an agent that has memory."""
        memory = getattr(self.crew, "memory", None)
        if not self._plan.memory or not isinstance(memory, CrewMemory):
            return task_prompt
        block = memory.block(self._plan.key, self._plan.model)
        return f"{task_prompt}\n\n{block}" if block else task_prompt

    def _finalize_task_prompt(
        self, task_prompt: str, tools: list[BaseTool] | None, task: Task
    ) -> str:
        """Where crewai settles which tools an agent has: a task's own instead of the agent's."""
        settled = [*(tools or self.tools or ()), *self._memory_tools]
        return super()._finalize_task_prompt(task_prompt, settled, task)

    def _with_first_context(self, task: Task, context: str | None) -> str | None:
        """After a failed check crewai gives the complaint in place of the context; the task needs both."""
        first = self._first_context.setdefault(str(task.id), context or "")
        if not first or context is None or context.startswith(first):
            return context
        return f"{first}{_BETWEEN_OUTPUTS}{context}"


class ShapedTask(Task):
    """Asks for JSON in the words of crewai, with the schema as the user wrote it.

    crewai's output_json and output_pydantic would rewrite the schema, lose what pydantic cannot say, make
    further model calls to repair an answer, and skip the conversion where a task has guardrails.
    """

    _schema: dict[str, Any] = PrivateAttr()

    def __init__(self, shape: type[BaseModel], **fields: Any) -> None:
        super().__init__(response_model=shape, **fields)
        self._schema = shape.model_json_schema()

    def prompt(self) -> str:
        asked = I18N_DEFAULT.slice("formatted_task_instructions").format(
            output_format=json.dumps(self._schema, ensure_ascii=False)
        )
        return f"{super().prompt()}\n{asked}"
