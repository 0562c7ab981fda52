"""From what a request carries to the Principal it acts as; no header ever means "somebody"."""

import hmac
from dataclasses import dataclass

from pydantic import SecretStr

from src.core.clock import Clock
from src.core.errors import NotFound, Unauthenticated
from src.core.settings import Settings
from src.core.tenancy import AuthMode, Principal, Role
from src.core.unit_of_work import Database
from src.repositories.access_token import AccessTokenRepository
from src.repositories.group import GroupRepository, Membership
from src.services.people.access_token import split_token
from src.services.people.users import ensure_user

LOCAL_EMAIL = "local@localhost"
_LOCAL_CACHE_S = 5.0


@dataclass(frozen=True)
class Caller:
    """Proof of identity as the transport delivered it; at most one kind is set, by the auth mode."""

    bearer_token: SecretStr | None = None
    forwarded_email: str | None = None
    forwarded_token: SecretStr | None = None


def _unauthenticated(reason: str) -> Unauthenticated:
    return Unauthenticated(
        f"{reason}; `kasal token create` makes one", headers={"WWW-Authenticate": "Bearer"}
    )


def _no_such_group(group_id: str | None) -> NotFound:
    return NotFound(f"there is no group {group_id} that you belong to")


class IdentityService:
    def __init__(self, database: Database, settings: Settings, clock: Clock) -> None:
        self._database = database
        self._settings = settings
        self._clock = clock
        self._local: dict[str | None, tuple[float, Principal]] = {}

    async def resolve(self, caller: Caller, group_id: str | None) -> Principal:
        """Raises Unauthenticated without proof, NotFound for a group the caller does not belong to."""
        mode = self._settings.kasal_auth_mode
        if mode is AuthMode.LOCAL:
            return await self._resolve_local(group_id)
        if mode is AuthMode.TOKEN:
            return self._as_principal(await self._token_owner(caller, group_id), None)
        if caller.forwarded_email is None:
            raise _unauthenticated("the proxy named nobody")
        member = await self._membership(caller.forwarded_email, group_id)
        return self._as_principal(member, caller.forwarded_token)

    async def acting_for(self, email: str, group_id: str) -> Principal | None:
        """For work that somebody has ordered for later: with the rights of today, and without a Databricks
        token. None for somebody who is no member any more."""
        async with self._database.read() as uow:
            member = await uow.repo(GroupRepository).membership(email, group_id)
        return None if member is None else self._as_principal(member, None)

    async def _resolve_local(self, group_id: str | None) -> Principal:
        # One user on one machine: membership cannot be revoked by anybody else, so it may be remembered.
        cached = self._local.get(group_id)
        if cached is not None and self._clock.monotonic_s() - cached[0] < _LOCAL_CACHE_S:
            return cached[1]
        principal = self._as_principal(await self._membership(LOCAL_EMAIL, group_id), None)
        self._local[group_id] = (self._clock.monotonic_s(), principal)
        return principal

    async def _token_owner(self, caller: Caller, group_id: str | None) -> Membership:
        if caller.bearer_token is None:
            raise _unauthenticated("send one `Authorization: Bearer <token>`")
        parts = split_token(caller.bearer_token)
        if parts is None:
            raise _unauthenticated("this is not an access token of Kasal")
        token_id, secret_hash = parts
        async with self._database.read() as uow:
            owner = await uow.repo(AccessTokenRepository).owner(
                token_id, group_id, self._clock.now()
            )
        if owner is None or not hmac.compare_digest(owner.token_hash, secret_hash):
            raise _unauthenticated("this token is unknown, expired or revoked")
        if owner.membership is None:
            raise _no_such_group(group_id)
        return owner.membership

    async def _membership(self, email: str, group_id: str | None) -> Membership:
        async with self._database.read() as uow:
            member = await uow.repo(GroupRepository).membership(email, group_id)
        if member is None and group_id is None:
            await ensure_user(self._database, self._clock, email)
            async with self._database.read() as uow:
                member = await uow.repo(GroupRepository).membership(email, None)
        if member is None:
            raise _no_such_group(group_id)
        return member

    def _as_principal(self, member: Membership, forwarded_token: SecretStr | None) -> Principal:
        admins = self._settings.system_admins
        is_local = self._settings.kasal_auth_mode is AuthMode.LOCAL
        return Principal(
            user_id=member.user_id,
            email=member.email,
            group_id=member.group_id,
            role=Role(member.role),
            is_system_admin=is_local or member.email in admins,
            forwarded_token=forwarded_token,
        )
