"""What a run looks like so far, folded from its events; both kinds of display read it."""

from dataclasses import dataclass, field
from datetime import datetime

from src.schemas.execution import EventRead, ExecutionTaskRead

_TAIL_CHARS = 2000


@dataclass
class ToolUse:
    name: str
    arguments: object = None
    result: str | None = None
    error: str | None = None


@dataclass
class TaskLine:
    key: str
    agent: str | None = None
    status: str = "PENDING"
    started_at: datetime | None = None
    finished_at: datetime | None = None
    tokens: int = 0
    tools: dict[str, ToolUse] = field(default_factory=dict)
    """By span."""
    text: str = ""
    """The end of what the model is saying right now."""
    error: str | None = None
    recalled: int = 0
    """Records and documents that memory put before the task."""
    asks: str = ""
    """Id of the approval that it waits for."""


@dataclass
class RunState:
    name: str
    tasks: dict[str, TaskLine] = field(default_factory=dict)
    started_at: datetime | None = None
    finished_at: datetime | None = None
    calls: int = 0
    tokens: int = 0
    cost_usd: float | None = None
    warnings: list[str] = field(default_factory=list)
    kept: int = 0
    """Records that the run left to memory; `merged` of them went into ones that were there."""
    merged: int = 0

    @classmethod
    def of(
        cls, name: str, tasks: list[ExecutionTaskRead], *, as_they_are: bool = False
    ) -> "RunState":
        """Before its first event, or `as_they_are` for those who join later."""
        lines = {}
        for task in sorted(tasks, key=lambda task: task.index):
            line = lines[task.key] = TaskLine(task.key, task.agent)
            if as_they_are:
                line.status = task.status
                line.started_at, line.finished_at = task.started_at, task.finished_at
        return cls(name, lines)

    def apply(self, event: EventRead) -> None:
        kind, _, phase = event.type.rpartition("_")
        if kind == "task" and event.task is not None:
            self._task(event, phase)
        elif kind == "approval" and event.task is not None:
            self._approval(event, phase)
        elif kind == "tool" and event.task is not None:
            self._tool(event, phase)
        elif event.type.startswith("llm_"):
            self._llm(event)
        elif kind == "memory":
            self._memory(event)
        elif kind == "execution":
            if phase in ("started", "resumed"):
                self.started_at, self.finished_at = self.started_at or event.at, None
            elif phase != "queued":
                self.finished_at = event.at
        elif event.type == "log" and event.data.get("level") in ("warning", "error"):
            self.warnings.append(str(event.data.get("message", "")))

    def _line(self, key: str) -> TaskLine:
        return self.tasks.setdefault(key, TaskLine(key))

    def _task(self, event: EventRead, phase: str) -> None:
        line = self._line(str(event.task))
        line.agent = event.agent or line.agent
        line.text = ""
        if phase == "started":
            # A task that starts again after a lost worker begins from nothing.
            line.status, line.started_at, line.finished_at = "RUNNING", event.at, None
            line.tools.clear()
            return
        line.status = phase.upper()
        line.finished_at = event.at
        error = event.data.get("error")
        line.error = str(error.get("message")) if isinstance(error, dict) else None

    def _approval(self, event: EventRead, phase: str) -> None:
        line = self._line(str(event.task))
        line.text = ""
        if phase == "requested":
            line.status, line.asks = "WAITING_FOR_APPROVAL", str(event.data.get("approval_id", ""))
        elif line.status == "WAITING_FOR_APPROVAL":
            # What was approved says next how it ended, or that it begins.
            line.status, line.asks = "PENDING", ""

    def _tool(self, event: EventRead, phase: str) -> None:
        line = self._line(str(event.task))
        name = str(event.data.get("tool", "tool"))
        use = line.tools.setdefault(event.span_id, ToolUse(name))
        if phase == "started":
            use.arguments = event.data.get("arguments")
        elif phase == "completed":
            use.result = str(event.data.get("result", ""))
        else:
            error = event.data.get("error")
            use.error = str(error.get("message") if isinstance(error, dict) else error)

    def _memory(self, event: EventRead) -> None:
        if event.type == "memory_recalled" and event.task is not None:
            found = [event.data.get("records"), event.data.get("documents")]
            self._line(event.task).recalled += sum(
                len(some) for some in found if isinstance(some, list)
            )
        elif event.type == "memory_saved":
            records = event.data.get("records")
            self.kept += len(records) if isinstance(records, list) else 0
            self.merged += _count(event, "merged")
        elif event.type == "memory_failed":
            self.warnings.append(f"memory: {event.data.get('message', '')}")

    def _llm(self, event: EventRead) -> None:
        line = self._line(event.task) if event.task is not None else None
        if event.type == "llm_chunk":
            if line is not None:
                text = "" if event.data.get("restart") else line.text
                line.text = (text + str(event.data.get("text", "")))[-_TAIL_CHARS:]
            return
        if line is not None and event.type == "llm_call_started":
            line.text = ""
        if event.type != "llm_call_completed":
            return
        tokens = _count(event, "prompt_tokens") + _count(event, "completion_tokens")
        self.calls += 1
        self.tokens += tokens
        cost = event.data.get("cost_usd")
        if isinstance(cost, int | float):
            self.cost_usd = (self.cost_usd or 0.0) + cost
        if line is not None:
            line.tokens += tokens


def _count(event: EventRead, name: str) -> int:
    value = event.data.get(name)
    return value if isinstance(value, int) else 0
