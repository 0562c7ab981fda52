"""Access tokens for KASAL_AUTH_MODE=token: made, listed and revoked on the command line."""

import hashlib
import re
import secrets
from collections.abc import Sequence
from datetime import timedelta

from pydantic import SecretStr

from src.core import ids
from src.core.clock import Clock
from src.core.errors import Invalid, NotFound
from src.core.tenancy import Role
from src.core.unit_of_work import Database
from src.models.group import AccessToken
from src.repositories.access_token import AccessTokenRepository
from src.repositories.group import GroupRepository
from src.schemas.group import AccessTokenRead, is_email
from src.services.people.users import ensure_user

_TOKEN = re.compile(r"kasal_([0-9a-f-]{36})_[A-Za-z0-9_-]{43}")


def new_token(token_id: str) -> SecretStr:
    """`kasal_<id>_<secret>`: the id finds the row, the hash of the whole is compared in constant time."""
    return SecretStr(f"kasal_{token_id}_{secrets.token_urlsafe(32)}")


def split_token(token: SecretStr) -> tuple[str, str] | None:
    """The row's id and the SHA-256 to compare; None for what cannot be a token of ours."""
    text = token.get_secret_value()
    match = _TOKEN.fullmatch(text)
    return None if match is None else (match.group(1), hashlib.sha256(text.encode()).hexdigest())


class AccessTokenService:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def create(
        self, email: str, name: str, ttl_days: int | None = None, *, admin_of: str | None = None
    ) -> str:
        """The token, which cannot be read again. A new person gets a personal group.

        With `admin_of`, the id of a group, the owner also becomes an admin of that group.
        """
        address = email.strip().lower()
        if not is_email(address):
            raise Invalid("expected one e-mail address, such as ada@example.com")
        user_id = await ensure_user(self._database, self._clock, address)
        now = self._clock.now()
        token_id = ids.new()
        token = new_token(token_id)
        row = AccessToken(
            id=token_id,
            user_id=user_id,
            name=name[:200],
            token_hash=hashlib.sha256(token.get_secret_value().encode()).hexdigest(),
            created_at=now,
            expires_at=None if ttl_days is None else now + timedelta(days=ttl_days),
        )
        async with self._database.write() as uow:
            if admin_of is not None:
                groups = uow.repo(GroupRepository)
                if await groups.is_personal(admin_of):
                    raise Invalid("a personal group has one member; make a group to share")
                await groups.put_member(admin_of, user_id, Role.ADMIN, now)
            await uow.repo(AccessTokenRepository).add(row)
        return token.get_secret_value()

    async def list(self) -> Sequence[AccessTokenRead]:
        """Newest first; never the tokens themselves."""
        async with self._database.read() as uow:
            rows = await uow.repo(AccessTokenRepository).all()
        return [
            AccessTokenRead(
                id=row.id,
                email=email,
                name=row.name,
                created_at=row.created_at,
                expires_at=row.expires_at,
                revoked_at=row.revoked_at,
            )
            for row, email in rows
        ]

    async def revoke(self, id: str) -> None:
        async with self._database.write() as uow:
            if not await uow.repo(AccessTokenRepository).revoke(id, self._clock.now()):
                raise NotFound(f"there is no live token {id}; `kasal token list` shows them")
