"""Approvals as people see and decide them. What a decision does is in services/approvals/effects.py."""

from contextlib import suppress
from datetime import timedelta

from src.core.approval import STATUS_AFTER, ApprovalKind, ApprovalStatus, Decision
from src.core.clock import Clock
from src.core.cursor import CursorSigner, ListScope, Paging
from src.core.errors import Conflict, FieldError, Forbidden, Invalid, NotFound
from src.core.events import EngineEvent, EventType
from src.core.logging import get_logger
from src.core.tenancy import Principal, Role
from src.core.unit_of_work import Database, UnitOfWork
from src.models.approval import Approval
from src.models.execution import ExecutionCredential
from src.repositories.approval import ApprovalRepository, filters
from src.repositories.execution import ExecutionRepository
from src.schemas.approval import ApprovalDecision, ApprovalRead
from src.schemas.common import Page
from src.services.approvals.effects import ApprovalEffects, Verdict
from src.services.approvals.questions import Question, ask, asked_event_data
from src.services.base import page_of, read_cursor
from src.services.credentials import CredentialService
from src.services.executions.endings import Endings
from src.services.idempotency import Idempotency, Replayable

log = get_logger(__name__)

_FORWARDED_TOKEN_LIFE = timedelta(hours=1)
"""Databricks OAuth tokens live for an hour (docs.databricks.com, 2026-08)."""
_AT_ONCE = 100
_REVISED = (ApprovalKind.TASK_BEFORE, ApprovalKind.TASK_AFTER)


class ApprovalService:
    def __init__(
        self,
        database: Database,
        cursors: CursorSigner,
        clock: Clock,
        effects: ApprovalEffects,
        credentials: CredentialService,
        endings: Endings,
    ) -> None:
        self._database = database
        self._cursors = cursors
        self._clock = clock
        self._effects = effects
        self._credentials = credentials
        self._endings = endings

    async def list(
        self,
        principal: Principal,
        paging: Paging,
        *,
        status: ApprovalStatus | None = None,
        execution_id: str | None = None,
    ) -> Page[ApprovalRead]:
        """Newest first. Raises NotFound for an execution that this group does not have."""
        wanted = (("status", status), ("execution", execution_id))
        scope = ListScope(principal.group_id, "approvals", wanted)
        before = read_cursor(self._cursors, paging, scope)
        async with self._database.read() as uow:
            rows = await uow.repo(ApprovalRepository).page(
                principal.group_id,
                limit=paging.limit + 1,
                before=before,
                where=filters(status=status, execution_id=execution_id),
            )
            if execution_id is not None and not rows:
                await uow.repo(ExecutionRepository).status(principal.group_id, execution_id)
            return page_of(
                rows,
                paging.limit,
                ApprovalRead.model_validate,
                lambda row: row.id,
                self._cursors,
                scope,
            )

    async def get(self, principal: Principal, id: str) -> ApprovalRead:
        async with self._database.read() as uow:
            row = await uow.repo(ApprovalRepository).get(principal.group_id, id)
            return ApprovalRead.model_validate(row)

    async def decide(
        self, principal: Principal, id: str, body: ApprovalDecision, idempotency_key: str | None
    ) -> Replayable[ApprovalRead]:
        """Once, whoever races: Conflict says what was decided first."""
        route = f"approvals/{id}/decision"
        idempotency = Idempotency(principal, route, idempotency_key, body, self._clock)
        async with self._database.write() as uow:
            replayed = await idempotency.recall(uow, ApprovalRead)
            if replayed is not None:
                return replayed
            approvals = uow.repo(ApprovalRepository)
            row = await approvals.get(principal.group_id, id)
            _check(row, principal, body)
            verdict = Verdict(
                decision=body.decision,
                status=STATUS_AFTER[body.decision],
                comment=body.comment,
                by=principal.email,
                at=self._clock.now(),
            )
            if not await self._effects.apply(uow, row, verdict):
                raise _decided_before(await approvals.fresh(row))
            await self._lend_sign_in(uow, principal, row.execution_id)
            shown = ApprovalRead.model_validate(await approvals.fresh(row))
            await idempotency.remember(uow, 200, shown)
        return Replayable(shown, replayed=False)

    async def tick(self) -> int:
        """Decides what nobody decided in time; returns how many. Any number of workers may do so at once."""
        now = self._clock.now()
        async with self._database.read() as uow:
            due = await uow.repo(ApprovalRepository).due(now, _AT_ONCE)
        expired = 0
        for group_id, id in due:
            with suppress(NotFound):  # deleted meanwhile, with its execution
                expired += await self._expire(group_id, id)
        return expired

    async def request_gate(
        self,
        uow: UnitOfWork,
        group_id: str,
        execution_id: str,
        question: Question,
    ) -> Approval:
        """For flows: asks, in the caller's transaction; the same key finds the question that was asked before.
        What is decided is in the row, and whoever `gate_decided` names hears of it."""
        now = self._clock.now()
        executions = uow.repo(ExecutionRepository)
        state = await executions.lock(group_id, execution_id)
        known = await uow.repo(ApprovalRepository).find(group_id, execution_id, question.key)
        if known is not None:
            return known
        row = await ask(uow, group_id, execution_id, question, now)
        event = EngineEvent.of_execution(
            group_id,
            execution_id,
            EventType.APPROVAL_REQUESTED,
            now,
            asked_event_data(row, state.attempt),
            question.task,
        )
        await executions.append_events(group_id, execution_id, [event], now=now)
        await self._endings.asked(uow, row)
        return row

    async def _expire(self, group_id: str, id: str) -> bool:
        async with self._database.write() as uow:
            row = await uow.repo(ApprovalRepository).get(group_id, id)
            verdict = Verdict(
                decision=Decision(row.on_expiry),
                status=ApprovalStatus.EXPIRED,
                comment="",
                by=None,
                at=self._clock.now(),
            )
            done = await self._effects.apply(uow, row, verdict)
        if done:
            log.info("approval {} expired: {} [{}]", id, row.on_expiry, row.execution_id)
        return done

    async def _lend_sign_in(self, uow: UnitOfWork, principal: Principal, execution_id: str) -> None:
        """The run goes on as who started it. Only their own decision brings a token that is valid again."""
        if principal.forwarded_token is None:
            return
        executions = uow.repo(ExecutionRepository)
        execution = await executions.get(principal.group_id, execution_id)
        if execution.created_by != principal.email:
            return
        sealed = self._credentials.seal_user_token(
            principal.forwarded_token, principal.group_id, execution_id
        )
        await executions.keep_credential(
            ExecutionCredential(
                execution_id=execution_id,
                group_id=principal.group_id,
                sealed_token=sealed,
                expires_at=self._clock.now() + _FORWARDED_TOKEN_LIFE,
            )
        )


def _check(row: Approval, principal: Principal, body: ApprovalDecision) -> None:
    if not principal.role.includes(Role(row.role)):
        raise Forbidden(
            f"this approval needs the role {row.role} in the group; yours is {principal.role}"
        )
    if row.status != ApprovalStatus.PENDING:
        raise _decided_before(row)
    if body.shown_hash not in (None, row.shown_hash):
        raise Conflict(
            f"you looked at {body.shown_hash}, but what is asked is {row.shown_hash}; read the "
            "approval again and decide about that"
        )
    if body.decision is Decision.REVISE and row.kind not in _REVISED:
        message = f"a {row.kind} is approved or rejected; only tasks can be revised"
        raise Invalid(message, errors=(FieldError("/decision", "not-revisable", message),))


def _decided_before(row: Approval) -> Conflict:
    if row.status == ApprovalStatus.WITHDRAWN:
        return Conflict("the execution has ended; nothing is left to decide")
    when = row.decided_at.isoformat() if row.decided_at else ""
    if row.status == ApprovalStatus.EXPIRED:
        return Conflict(f"this approval expired at {when}, which counts as {row.on_expiry}")
    return Conflict(f"this approval was {row.status} by {row.decided_by} at {when}")
