"""Answers from a recorded execution, byte for byte: the same run again without a model."""

from collections import deque

from pydantic import PrivateAttr

from src.core.events import RecordedCall
from src.engines.base import RunScope
from src.engines.crewai.llms.call_events import Answer, CallEvents
from src.engines.crewai.llms.errors import ModelCallFailed
from src.engines.crewai.llms.run_model import Prompt, RunModel
from src.engines.plans import ModelPlan


class ReplayModel(RunModel):
    """`replay/<execution id>`: the recorded answers of this task and agent, in order, at no cost."""

    llm_type: str = "replay"
    _answers: deque[RecordedCall] | None = PrivateAttr(default=None)
    _given: int = PrivateAttr(default=0)

    def __init__(self, plan: ModelPlan, run: RunScope, agent_key: str) -> None:
        super().__init__(plan, run, agent_key)

    def _earlier_answer(self, prompt: Prompt) -> None:
        """The recording is told from its beginning in every attempt."""
        return None

    def _answer(self, prompt: Prompt, events: CallEvents) -> Answer:
        if self._answers is None:
            self._answers = self._recorded()
        if not self._answers:
            raise ModelCallFailed(
                "replay.exhausted",
                f"execution {self._plan.name} recorded {self._given} answers for task "
                f"{self._run.task_key} and agent {self._agent_key}, and this run asks for one more; "
                "it has taken another path than the recorded one",
            )
        self._given += 1
        answer = Answer.of_event(self._answers.popleft().answer)
        events.text(answer.text)
        self._spend(answer)
        return answer

    def _recorded(self) -> deque[RecordedCall]:
        calls = self._run.recording(self._plan.name)
        mine = [call for call in calls if call.task == self._run.task_key]
        if not mine:
            known = ", ".join(sorted({str(call.task) for call in calls})) or "none"
            raise ModelCallFailed(
                "replay.unknown-task",
                f"execution {self._plan.name} recorded no answer for task {self._run.task_key}; "
                f"it has: {known}",
            )
        return deque(call for call in mine if call.agent == self._agent_key)
