"""How a run's failures are told to people."""

from src.core.errors import AppError
from src.engines.base import BudgetExceeded


class TaskLost(Exception):
    code = "task.lost"

    def __init__(self, key: str, times: int) -> None:
        super().__init__(
            f"the worker was lost {times} times while task {key!r} ran; it is not tried again. Look at "
            "the worker's log, mend the task, then retry from it"
        )


def describe(exc: BaseException) -> tuple[str, str]:
    """Code and message for people; details of foreign errors stay in the log."""
    code = getattr(exc, "code", None)
    if isinstance(exc, AppError):
        return exc.code, exc.message
    if isinstance(exc, BudgetExceeded):
        return "budget.exceeded", str(exc)
    if isinstance(code, str) and "." in code:
        return code, str(exc)
    return (
        "internal",
        f"the task ended with an unexpected {type(exc).__name__}; the worker's log has it",
    )
