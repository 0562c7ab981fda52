"""What a task's answer must pass before it is accepted, as the one guardrail that crewai is given."""

import time
from typing import Any

from crewai.tasks.task_output import TaskOutput

from src.core.events import EventType
from src.engines.base import RunScope
from src.engines.crewai.guardrails.factory import GuardrailCallable, Judge, build_guardrails
from src.engines.crewai.output_shape import read_answer
from src.engines.plans import TaskPlan


class AnswerChecks:
    """The output schema first, then the guardrails. Remembers what was last complained about."""

    def __init__(self, plan: TaskPlan, run: RunScope, judge: Judge) -> None:
        self._plan = plan
        self._run = run
        self._rails = build_guardrails(plan.guardrails, run, judge, agent=plan.agent)
        self._refusals = 0
        self.failed_code = ""
        self.complaint = ""

    @property
    def are_used_up(self) -> bool:
        """Whether crewai has no further try, and fails the task because of the last complaint."""
        return self._refusals > self._plan.guardrail_max_retries

    @property
    def quality(self) -> float | None:
        """Of the accepted answer: the share of its tries that were left, so 1 when it passed at once. None
        where any answer would have done."""
        if not self._is_checking:
            return None
        return 1 - self._refusals / (self._plan.guardrail_max_retries + 1)

    @property
    def _is_checking(self) -> bool:
        return self._plan.output_schema is not None or bool(self._rails)

    def guardrail(self) -> GuardrailCallable | None:
        """None when any answer will do."""
        if not self._is_checking:
            return None

        # A plain function: crewai reads the source of what it is given, which a method does not have.
        def guardrail(output: TaskOutput) -> tuple[bool, Any]:
            return self._check(output)

        return guardrail

    def _check(self, output: TaskOutput) -> tuple[bool, Any]:
        passed, result = self._verdict(output)
        self._refusals += not passed
        return passed, result

    def _verdict(self, output: TaskOutput) -> tuple[bool, Any]:
        schema = self._plan.output_schema
        if schema is not None and (complaint := self._observed(schema, output.raw)):
            self.failed_code, self.complaint = "task.output-schema", complaint
            return False, complaint
        for rail in self._rails:
            passed, result = rail(output)
            if not passed:
                self.failed_code, self.complaint = "task.guardrail", str(result)
                return False, result
        return True, output

    def _observed(self, schema: dict[str, Any], text: str) -> str:
        started_s = time.monotonic()
        complaint = read_answer(schema, text).complaint
        data = {
            "guardrail": "output_schema",
            "passed": not complaint,
            "message": complaint or "follows the output schema",
            "latency_ms": round((time.monotonic() - started_s) * 1000),
        }
        self._run.emit(EventType.GUARDRAIL_CHECKED, data, agent=self._plan.agent)
        return complaint
