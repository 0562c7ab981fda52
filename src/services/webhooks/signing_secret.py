"""Secrets that outsiders sign with, or check our signature with: shown once, sealed, changed with an overlap."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from pydantic import SecretStr

from src.core.crypto import KeyRing
from src.core.webhook_signature import new_secret
from src.repositories.sealed_column import SealedColumn


class SecretOwner(Protocol):
    """A row of triggers or webhooks."""

    @property
    def id(self) -> str: ...
    @property
    def group_id(self) -> str: ...
    @property
    def sealed_secret(self) -> str: ...
    @property
    def sealed_old_secret(self) -> str | None: ...
    @property
    def old_secret_until(self) -> datetime | None: ...


@dataclass(frozen=True)
class NewSecret:
    secret: SecretStr
    columns: dict[str, Any]


@dataclass(frozen=True)
class SigningSecrets:
    key_ring: KeyRing
    current: SealedColumn
    old: SealedColumn

    def first(self, group_id: str, id: str) -> NewSecret:
        secret = new_secret()
        sealed = self.key_ring.seal(secret, self.current.place(group_id, id))
        return NewSecret(secret, {"sealed_secret": sealed})

    def next(self, row: SecretOwner, now: datetime, overlap: timedelta) -> NewSecret:
        """The one before stays valid for the overlap, and one before that ends."""
        new = self.first(row.group_id, row.id)
        if not overlap:
            return NewSecret(
                new.secret, new.columns | {"sealed_old_secret": None, "old_secret_until": None}
            )
        before = self.key_ring.open(row.sealed_secret, self.current.place(row.group_id, row.id))
        kept = {
            "sealed_old_secret": self.key_ring.seal(before, self.old.place(row.group_id, row.id)),
            "old_secret_until": now + overlap,
        }
        return NewSecret(new.secret, new.columns | kept)

    def valid(self, row: SecretOwner, now: datetime) -> list[SecretStr]:
        """The newest first."""
        place = self.current.place(row.group_id, row.id)
        found = [self.key_ring.open(row.sealed_secret, place)]
        old, until = row.sealed_old_secret, row.old_secret_until
        if old is not None and until is not None and now < until:
            found.append(self.key_ring.open(old, self.old.place(row.group_id, row.id)))
        return found
