"""Which memories and documents entered which prompt."""

from src.core.cursor import CursorSigner, ListScope, Paging
from src.core.tenancy import Principal
from src.core.unit_of_work import Database
from src.models.memory import MemoryReceipt
from src.repositories.execution import ExecutionRepository
from src.repositories.memory import MemoryReceiptRepository
from src.schemas.common import Page
from src.schemas.execution import ReceiptRead, ReceiptRecord
from src.services.base import page_of, read_cursor


class ReceiptService:
    def __init__(self, database: Database, cursors: CursorSigner) -> None:
        self._database = database
        self._cursors = cursors

    async def of_execution(
        self, principal: Principal, paging: Paging, execution_id: str
    ) -> Page[ReceiptRead]:
        """Oldest first: as the tasks used them."""
        scope = ListScope(principal.group_id, "receipts", (("execution", execution_id),))
        after = read_cursor(self._cursors, paging, scope)
        async with self._database.read() as uow:
            await uow.repo(ExecutionRepository).status(principal.group_id, execution_id)
            rows = await uow.repo(MemoryReceiptRepository).of_execution(
                principal.group_id, execution_id, limit=paging.limit + 1, after=after
            )
        return page_of(rows, paging.limit, _receipt_read, lambda row: row.id, self._cursors, scope)


def _receipt_read(row: MemoryReceipt) -> ReceiptRead:
    return ReceiptRead(
        id=row.id,
        task=row.task,
        agent=row.agent,
        attempt=row.attempt,
        via=row.via,
        rank=row.rank,
        score=row.score,
        record=ReceiptRecord(type=row.record_type, id=row.record_id),
        backend=row.backend,
        latency_ms=row.latency_ms,
        excerpt=row.excerpt,
        at=row.at,
    )
