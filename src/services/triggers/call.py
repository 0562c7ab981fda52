"""Calls of triggers by whoever knows their secret: no principal, only a signature says who may."""

import asyncio
import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from src.core.clock import Clock
from src.core.crypto import KeyRing
from src.core.errors import (
    AppError,
    Conflict,
    Forbidden,
    Invalid,
    TooManyRequests,
    Unauthenticated,
    Unavailable,
)
from src.core.logging import get_logger
from src.core.tenancy import Principal
from src.core.unit_of_work import Database, UnitOfWork
from src.core.webhook_signature import is_recent, is_signed
from src.repositories.trigger import CalledTrigger, TriggerCallRepository, TriggerRepository
from src.schemas.execution import ExecutionCreate
from src.services.definitions.saved_source import SavedSource
from src.services.executions.execution import ExecutionService
from src.services.people.identity import IdentityService
from src.services.triggers.mapping import map_inputs, read_payload
from src.services.triggers.trigger import trigger_secrets

log = get_logger(__name__)

_ID = re.compile("[0-9a-f-]{36}")
_DELIVERY = re.compile("[!-~]{1,255}")
_TIMESTAMP = re.compile("[0-9]{1,12}")
_MAPPING_TIMEOUT_S = 20.0
_NOBODY = "00000000-0000-0000-0000-000000000000"
_MAX_REASON = 500
KEPT_FOR = timedelta(days=30)
"""Senders repeat for a few days at most; a later repetition starts another run."""


@dataclass(frozen=True)
class TriggerRequest:
    """As the transport delivered it: nothing of it is known to be true."""

    trigger_id: str
    delivery: str
    timestamp: str
    signatures: str
    body: bytes


@dataclass(frozen=True)
class SignedCall:
    """Made by somebody who knows the secret of the trigger."""

    principal: Principal
    trigger: CalledTrigger
    delivery: str
    body: bytes


@dataclass(frozen=True)
class TakenCall:
    execution_id: str | None
    """None when it was deleted since."""
    replayed: bool


class _AlreadyTaken(Exception):
    """The same delivery came twice at once; this one must not start anything."""


class TriggerCallService:
    def __init__(
        self,
        database: Database,
        clock: Clock,
        key_ring: KeyRing,
        executions: ExecutionService,
        identity: IdentityService,
    ) -> None:
        self._database = database
        self._clock = clock
        self._secrets = trigger_secrets(key_ring)
        self._executions = executions
        self._identity = identity
        self._decoy = self._make_decoy()

    async def authenticate(self, request: TriggerRequest) -> SignedCall:
        """Raises Unauthenticated in the same words and after the same work, whatever is wrong."""
        trigger = await self._find(request.trigger_id)
        if not self._is_signed(trigger or self._decoy, request) or trigger is None:
            raise _refused()
        if not trigger.enabled:
            raise _refused()
        principal = await self._identity.acting_for(trigger.acts_for, trigger.group_id)
        if principal is None:
            gone = Forbidden(
                f"{trigger.acts_for} is no member of the group any more; whoever changes the trigger "
                "becomes the one in whose name it runs"
            )
            await self._note(trigger, gone)
            raise _refused()
        return SignedCall(principal, trigger, request.delivery, request.body)

    async def take(self, call: SignedCall) -> TakenCall:
        """Starts the crew or flow, once for each delivery."""
        before = await self._taken(call)
        if before is not None:
            return before
        try:
            body = await self._execution(call)
        except AppError as exc:
            await self._note(call.trigger, exc)
            raise
        try:
            return await self._start(call, body)
        except _AlreadyTaken:
            taken = await self._taken(call)
            assert taken is not None
            return taken
        except (TooManyRequests, Unauthenticated, Unavailable):
            raise
        except AppError as exc:
            # Its text may speak of the crew or flow, which the caller does not own.
            await self._note(call.trigger, exc)
            raise Conflict(
                f"the {SavedSource.of(call.trigger).noun} of this trigger cannot be started; its owners see "
                "the reason at the trigger"
            ) from exc

    async def _find(self, id: str) -> CalledTrigger | None:
        wanted = id if _ID.fullmatch(id) else _NOBODY
        async with self._database.read() as uow:
            return await uow.repo(TriggerCallRepository).trigger(wanted)

    def _is_signed(self, trigger: CalledTrigger, request: TriggerRequest) -> bool:
        now = self._clock.now()
        is_readable = (
            _TIMESTAMP.fullmatch(request.timestamp) is not None
            and _DELIVERY.fullmatch(request.delivery) is not None
        )
        timestamp = int(request.timestamp) if is_readable else 0
        secrets = self._secrets.valid(trigger, now)
        fits = is_signed(secrets, request.delivery, timestamp, request.signatures, request.body)
        return fits and is_readable and is_recent(timestamp, now)

    def _make_decoy(self) -> CalledTrigger:
        """Stands for every trigger that there is not."""
        return CalledTrigger(
            id=_NOBODY,
            group_id=_NOBODY,
            crew_id=None,
            flow_id=None,
            request={},
            mapping={},
            enabled=False,
            acts_for="",
            sealed_old_secret=None,
            old_secret_until=None,
            **self._secrets.first(_NOBODY, _NOBODY).columns,
        )

    async def _execution(self, call: SignedCall) -> ExecutionCreate:
        trigger = call.trigger

        def read() -> dict[str, Any]:
            return map_inputs(trigger.mapping, read_payload(call.body))

        try:
            inputs = await asyncio.wait_for(asyncio.to_thread(read), _MAPPING_TIMEOUT_S)
        except TimeoutError as exc:
            raise Invalid(
                f"the mapping took longer than {_MAPPING_TIMEOUT_S:g} s with this payload; simplify it"
            ) from exc
        request = dict(trigger.request)
        request["inputs"] = {**request["inputs"], **inputs}
        return SavedSource.of(trigger).body(request)

    async def _start(self, call: SignedCall, body: ExecutionCreate) -> TakenCall:
        trigger, now = call.trigger, self._clock.now()

        async def claim(uow: UnitOfWork, execution_id: str) -> None:
            values = {
                "last_execution_id": execution_id,
                "refused_at": None,
                "refused_because": None,
            }
            # The trigger's row first: it cannot be deleted before the delivery refers to it.
            if not await uow.repo(TriggerRepository).note(trigger.group_id, trigger.id, **values):
                raise _refused()
            is_first = await uow.repo(TriggerCallRepository).claim(
                trigger.group_id, trigger.id, call.delivery, execution_id, now
            )
            if not is_first:
                raise _AlreadyTaken

        started = await self._executions.start(
            call.principal, body, None, trigger="webhook", claim=claim
        )
        log.info("trigger {} started execution {}", trigger.id, started.body.id)
        return TakenCall(started.body.id, replayed=False)

    async def _taken(self, call: SignedCall) -> TakenCall | None:
        async with self._database.read() as uow:
            found = await uow.repo(TriggerCallRepository).find(
                call.trigger.group_id, call.trigger.id, call.delivery
            )
        return None if found is None else TakenCall(found.execution_id, replayed=True)

    async def _note(self, trigger: CalledTrigger, reason: AppError) -> None:
        log.warning("a call of trigger {} was refused: {}", trigger.id, reason.code)
        said = "; ".join([reason.message, *(error.message for error in reason.errors)])
        values = {"refused_at": self._clock.now(), "refused_because": said[:_MAX_REASON]}
        async with self._database.write() as uow:
            await uow.repo(TriggerRepository).note(trigger.group_id, trigger.id, **values)


def _refused() -> Unauthenticated:
    return Unauthenticated(
        "expected a call that is signed with the secret of this trigger: webhook-id, webhook-timestamp "
        "(at most 5 minutes off) and webhook-signature over `id.timestamp.body`"
    )
