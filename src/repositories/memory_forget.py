"""Every text that executions keep, for a search that must find all of one group's and change none of another's."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from src.models.execution import Execution, ExecutionEvent, ExecutionPlan, ExecutionTask
from src.models.job import Job
from src.models.knowledge import KnowledgeDocument
from src.models.memory import MemoryReceipt, MemoryWrite
from src.models.tool import ToolCall

Rewrite = Callable[[Any], tuple[Any, int]]
"""A value as it may stay, and how many texts in it had to go."""
_EVENTS_AT_ONCE = 500
_IDS_AT_ONCE = 500
_CHUNK = "llm_chunk"


@dataclass(frozen=True)
class _Texts:
    name: str
    model: type[Any]
    columns: tuple[str, ...]
    execution: str = "execution_id"
    keys: tuple[str, ...] = ()
    """Of one row, beside the execution."""


_TABLES = (
    _Texts(
        "executions", Execution, ("inputs", "result", "error_message", "run_name"), execution="id"
    ),
    _Texts("plans", ExecutionPlan, ("plan", "notes")),
    _Texts("tasks", ExecutionTask, ("output", "output_json", "error_message"), keys=("index",)),
    _Texts("receipts", MemoryReceipt, ("excerpt",), keys=("id",)),
    _Texts(
        "memory_writes", MemoryWrite, ("request", "lessons", "error_message"), keys=("task_index",)
    ),
    _Texts("tool_calls", ToolCall, ("result",), keys=("attempt", "task_key", "call_key")),
)


class MemoryForgetRepository:
    """Texts are compared here and not by the database: JSON is stored with escapes, and a pattern of LIKE
    would let a subject mean more than it says."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def executions(
        self, group_id: str, crew: str | None, *, after: str, limit: int
    ) -> list[str]:
        """Ids behind the id `after`, in their order; `crew` is a saved crew's id or an identity."""
        query = select(Execution.id).where(Execution.group_id == group_id, Execution.id > after)
        if crew is not None:
            query = query.where(or_(Execution.crew_id == crew, Execution.crew_identity == crew))
        return list(await self.session.scalars(query.order_by(Execution.id).limit(limit)))

    async def rewrite(
        self, group_id: str, execution_id: str, rewrite: Rewrite, *, dry_run: bool
    ) -> dict[str, int]:
        """How many texts of the execution had to go, by what they are; with `dry_run` they stay."""
        found = {}
        for table in _TABLES:
            count = await self._rewrite_rows(group_id, execution_id, table, rewrite, dry_run)
            if count:
                found[table.name] = count
        count = await self._rewrite_events(group_id, execution_id, rewrite, dry_run)
        return found | ({"events": count} if count else {})

    async def blank_excerpts(
        self, group_id: str, record_ids: Sequence[str], blank: str, *, dry_run: bool
    ) -> int:
        """Of the receipts of these records; returns how many showed something."""
        total = 0
        for start in range(0, len(record_ids), _IDS_AT_ONCE):
            showing = (
                MemoryReceipt.group_id == group_id,
                MemoryReceipt.record_id.in_(record_ids[start : start + _IDS_AT_ONCE]),
                MemoryReceipt.excerpt != blank,
            )
            query = select(func.count()).select_from(MemoryReceipt).where(*showing)
            total += await self.session.scalar(query) or 0
            if not dry_run:
                await self._update(MemoryReceipt, showing, {"excerpt": blank})
        return total

    async def stored_records(self, group_id: str, execution_id: str) -> list[tuple[str, str]]:
        """(type, id) of what the tasks of an execution left in memory."""
        query = select(MemoryWrite.records).where(
            MemoryWrite.group_id == group_id, MemoryWrite.execution_id == execution_id
        )
        rows = await self.session.scalars(query)
        return [(one["type"], one["id"]) for records in rows for one in records]

    async def executions_about(self, group_id: str, records: Sequence[tuple[str, str]]) -> set[str]:
        """Those that had one of the records in front of them, or stored it."""
        found: set[str] = set()
        ids = [id for _, id in records]
        for start in range(0, len(ids), _IDS_AT_ONCE):
            query = (
                select(MemoryReceipt.execution_id)
                .distinct()
                .where(
                    MemoryReceipt.group_id == group_id,
                    MemoryReceipt.record_id.in_(ids[start : start + _IDS_AT_ONCE]),
                )
            )
            found.update(await self.session.scalars(query))
        wanted = set(records)
        writes = select(MemoryWrite.execution_id, MemoryWrite.records).where(
            MemoryWrite.group_id == group_id
        )
        for execution_id, stored in await self.session.execute(writes):
            if wanted & {(one["type"], one["id"]) for one in stored}:
                found.add(execution_id)
        return found

    async def documents(self, group_id: str, source: str, crew_id: str | None) -> set[str]:
        """Ids of the knowledge documents with this title or file name."""
        query = select(KnowledgeDocument.id).where(
            KnowledgeDocument.group_id == group_id,
            or_(KnowledgeDocument.title == source, KnowledgeDocument.file_name == source),
        )
        if crew_id is not None:
            query = query.where(KnowledgeDocument.crew_id == crew_id)
        return set(await self.session.scalars(query))

    async def scrub_job(
        self, group_id: str, id: str, arguments: Mapping[str, Any], state: Mapping[str, Any]
    ) -> None:
        """What was to be forgotten stands in the order itself, too."""
        await self.session.execute(
            update(Job)
            .where(Job.group_id == group_id, Job.id == id)
            .values(arguments=dict(arguments), state=dict(state))
            .execution_options(synchronize_session=False)
        )

    async def _rewrite_rows(
        self, group_id: str, execution_id: str, table: _Texts, rewrite: Rewrite, dry_run: bool
    ) -> int:
        model = table.model
        owned: tuple[ColumnElement[bool], ...] = (
            model.group_id == group_id,
            getattr(model, table.execution) == execution_id,
        )
        keys = [getattr(model, name) for name in table.keys]
        columns = [getattr(model, name) for name in table.columns]
        total = 0
        for row in (await self.session.execute(select(*keys, *columns).where(*owned))).all():
            place, values = row[: len(keys)], row[len(keys) :]
            changed, count = _changed(table.columns, values, rewrite)
            total += count
            if changed and not dry_run:
                this_row = [key == value for key, value in zip(keys, place, strict=True)]
                await self._update(model, (*owned, *this_row), changed)
        return total

    async def _rewrite_events(
        self, group_id: str, execution_id: str, rewrite: Rewrite, dry_run: bool
    ) -> int:
        owned = (ExecutionEvent.group_id == group_id, ExecutionEvent.execution_id == execution_id)
        streamed = await self._streams_with(owned, rewrite)
        total, after = 0, 0
        while True:
            query = (
                select(
                    ExecutionEvent.seq,
                    ExecutionEvent.type,
                    ExecutionEvent.span_id,
                    ExecutionEvent.data,
                )
                .where(*owned, ExecutionEvent.seq > after)
                .order_by(ExecutionEvent.seq)
                .limit(_EVENTS_AT_ONCE)
            )
            rows = (await self.session.execute(query)).all()
            for seq, type, span_id, data in rows:
                kept, count = rewrite(data)
                if type == _CHUNK and span_id in streamed and data.get("text"):
                    kept, count = {**kept, "text": ""}, max(1, count)
                total += count
                if count and not dry_run:
                    await self._update(
                        ExecutionEvent, (*owned, ExecutionEvent.seq == seq), {"data": kept}
                    )
            if len(rows) < _EVENTS_AT_ONCE:
                return total
            after = rows[-1][0]

    async def _streams_with(
        self, owned: tuple[ColumnElement[bool], ...], rewrite: Rewrite
    ) -> set[str]:
        """Model calls whose pieces together say what no piece says alone."""
        query = (
            select(ExecutionEvent.span_id, ExecutionEvent.data)
            .where(*owned, ExecutionEvent.type == _CHUNK)
            .order_by(ExecutionEvent.seq)
        )
        texts: dict[str, list[str]] = {}
        for span_id, data in await self.session.execute(query):
            texts.setdefault(span_id, []).append(str(data.get("text") or ""))
        return {span_id for span_id, pieces in texts.items() if rewrite("".join(pieces))[1]}

    async def _update(
        self, model: type[Any], where: tuple[ColumnElement[bool], ...], values: Mapping[str, Any]
    ) -> None:
        await self.session.execute(
            update(model)
            .where(*where)
            .values(**values)
            .execution_options(synchronize_session=False)
        )


def _changed(
    columns: Sequence[str], values: Sequence[Any], rewrite: Rewrite
) -> tuple[dict[str, Any], int]:
    changed: dict[str, Any] = {}
    total = 0
    for name, value in zip(columns, values, strict=True):
        kept, count = rewrite(value)
        if count:
            changed[name] = kept
            total += count
    return changed, total
