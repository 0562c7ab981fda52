"""What stops a crew: crewai lets one exception family through untouched, so ours belong to it.

Measured on crewai 1.15.30 (tests/engines/test_litellm_model.py): any other exception raised by a model or
a tool is retried `max_retry_limit` times by the agent, wrapped in RuntimeError when the agent has a time
limit, turned into an observation for the model (tools) or into a failed guardrail. HookAborted is
re-raised everywhere as it is, so these come out of `Crew.kickoff` as themselves.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from crewai.hooks import HookAborted

from src.core.approval import ApprovalNeeded, CallQuestion
from src.core.events import Usage
from src.engines.base import BudgetExceeded, RunCancelled


class ModelCallFailed(HookAborted):
    """A model call that is not worth repeating: our own retries are used up or would not help."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message, source="model")
        self.code = code
        self.message = message


class CrewCancelled(HookAborted, RunCancelled):
    """RunCancelled in the form that crewai does not swallow."""

    def __init__(self, message: str) -> None:
        super().__init__(message, source="cancel")


class CrewOverBudget(HookAborted, BudgetExceeded):
    """BudgetExceeded in the form that crewai does not swallow."""

    def __init__(self, message: str, usage: Usage, *, budget: str) -> None:
        BudgetExceeded.__init__(
            self, message, usage, budget=budget
        )  # HookAborted's would call it without usage
        self.reason, self.source = message, "budget"


class CrewWaits(HookAborted, ApprovalNeeded):
    """ApprovalNeeded in the form that crewai does not swallow."""

    def __init__(self, question: CallQuestion) -> None:
        ApprovalNeeded.__init__(self, question)
        self.reason, self.source = str(self), "approval"


@contextmanager
def stopping_the_crew() -> Iterator[None]:
    """Wrap every RunScope check inside a model or a tool in this."""
    try:
        yield
    except HookAborted:
        raise
    except RunCancelled as stop:
        raise CrewCancelled(str(stop) or "the run was cancelled") from stop
    except ApprovalNeeded as stop:
        raise CrewWaits(stop.question) from stop
    except BudgetExceeded as stop:
        raise CrewOverBudget(str(stop), stop.usage, budget=stop.budget) from stop
