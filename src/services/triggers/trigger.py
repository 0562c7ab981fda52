"""Triggers as administrators manage them; services/triggers/call.py answers those who call them."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from src.core import ids
from src.core.clock import Clock
from src.core.crypto import KeyRing
from src.core.cursor import CursorSigner
from src.core.documents import pointer_step
from src.core.errors import FieldError, Invalid
from src.core.query import QueryFailed, check_query
from src.core.tenancy import Principal
from src.core.unit_of_work import Database
from src.models.trigger import Trigger
from src.repositories.sealed_column import OLD_TRIGGER_SECRET, TRIGGER_SECRET
from src.repositories.trigger import TriggerRepository
from src.schemas.schedule import RunOptions
from src.schemas.signing_secret import SecretRotation, SecretShown
from src.schemas.trigger import TriggerCreate, TriggerCreated, TriggerRead, TriggerUpdate
from src.services.definitions.noun import NounService
from src.services.definitions.saved_source import SavedSource
from src.services.webhooks.signing_secret import SigningSecrets

HOOKS = "/hooks"
"""Under this path, and outside of the API, stand the addresses of triggers."""
_MAX_INPUTS = 200
"""As in schemas.execution.Inputs."""
_SHOWN_AS_GIVEN = frozenset({"crew_id", "flow_id", "request", "mapping"})


def trigger_secrets(key_ring: KeyRing) -> SigningSecrets:
    return SigningSecrets(key_ring, TRIGGER_SECRET, OLD_TRIGGER_SECRET)


class TriggerService(NounService[Trigger, TriggerCreate, TriggerUpdate, TriggerRead]):
    repository = TriggerRepository
    read = TriggerRead

    def __init__(
        self, database: Database, cursors: CursorSigner, clock: Clock, key_ring: KeyRing
    ) -> None:
        super().__init__(database, cursors, clock)
        self._secrets = trigger_secrets(key_ring)

    async def create(self, principal: Principal, body: TriggerCreate) -> TriggerCreated:
        now, id = self._clock.now(), ids.new()
        values = body.model_dump(mode="json")
        source = SavedSource.of(body)
        source.check(body.request)
        _check_mapping(body.request, body.mapping)
        new = self._secrets.first(principal.group_id, id)
        row = Trigger(
            id=id,
            group_id=principal.group_id,
            created_at=now,
            updated_at=now,
            version=1,
            acts_for=principal.email,
            **values,
            **new.columns,
        )
        async with self._database.write() as uow:
            await source.version(uow, principal.group_id, body.request.version)
            shown = self._show(await uow.repo(TriggerRepository).add(row))
        return TriggerCreated(**vars(shown), secret=new.secret.get_secret_value())

    async def update(
        self, principal: Principal, id: str, body: TriggerUpdate, expected_version: int | None
    ) -> TriggerRead:
        values: dict[str, Any] = body.changes() | {
            "acts_for": principal.email,
            "refused_at": None,
            "refused_because": None,
        }
        async with self._database.write() as uow:
            triggers = uow.repo(TriggerRepository)
            row = await triggers.get(principal.group_id, id)
            after = self._show(row).model_copy(
                update={name: getattr(body, name) for name in values.keys() & _SHOWN_AS_GIVEN}
            )
            _check_mapping(after.request, after.mapping)
            if values.keys() & {"crew_id", "flow_id", "request"}:
                source = SavedSource.of(after)
                source.check(after.request)
                await source.version(uow, principal.group_id, after.request.version)
            changed = await triggers.update(
                principal.group_id,
                id,
                values,
                now=self._clock.now(),
                expected_version=expected_version,
            )
            return self._show(changed)

    async def rotate(self, principal: Principal, id: str, body: SecretRotation) -> SecretShown:
        """Of two at the same time one gets VersionConflict: its secret would never have worked."""
        now = self._clock.now()
        async with self._database.write() as uow:
            triggers = uow.repo(TriggerRepository)
            row = await triggers.get(principal.group_id, id)
            new = self._secrets.next(row, now, timedelta(seconds=body.overlap_s))
            changed = await triggers.update(
                principal.group_id, id, new.columns, now=now, expected_version=row.version
            )
        return SecretShown(
            secret=new.secret.get_secret_value(), old_secret_until=changed.old_secret_until
        )

    def _show(self, row: Trigger) -> TriggerRead:
        return TriggerRead(
            id=row.id,
            group_id=row.group_id,
            version=row.version,
            created_at=row.created_at,
            updated_at=row.updated_at,
            name=row.name,
            path=f"{HOOKS}/{row.id}",
            crew_id=row.crew_id,
            flow_id=row.flow_id,
            request=RunOptions.model_validate(row.request),
            mapping=row.mapping,
            enabled=row.enabled,
            acts_for=row.acts_for,
            old_secret_until=row.old_secret_until,
            last_execution_id=row.last_execution_id,
            refused_at=row.refused_at,
            refused_because=row.refused_because,
        )


def _check_mapping(request: RunOptions, mapping: Mapping[str, str]) -> None:
    errors = []
    for name, query in mapping.items():
        try:
            check_query(query)
        except QueryFailed as exc:
            at = f"/mapping/{pointer_step(name)}"
            errors.append(FieldError(at, exc.code, exc.message[:300]))
    names = request.inputs.keys() | mapping.keys()
    if len(names) > _MAX_INPUTS:
        message = (
            f"a run takes {_MAX_INPUTS} inputs; with those of the request these are {len(names)}"
        )
        errors.append(FieldError("/mapping", "too-long", message))
    if errors:
        raise Invalid(
            f"{len(errors)} entries of the mapping do not work; each is listed in errors",
            errors=tuple(errors),
        )
