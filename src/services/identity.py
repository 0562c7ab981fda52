"""From what a request carries to the Principal it acts as; no header ever means "somebody"."""

import hashlib
import hmac
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pydantic import SecretStr

from src.core import ids
from src.core.clock import Clock
from src.core.errors import NotFound, Unauthenticated
from src.core.logging import get_logger
from src.core.settings import Settings
from src.core.tenancy import AuthMode, Principal, Role
from src.core.unit_of_work import Database
from src.models.base import Base
from src.models.group import Group, User
from src.repositories.group import GroupRepository, Membership

log = get_logger(__name__)
LOCAL_EMAIL = "local@localhost"
_LOCAL_CACHE_S = 5.0


@dataclass(frozen=True)
class Caller:
    """Proof of identity as the transport delivered it; at most one kind is set, by the auth mode."""

    bearer_token: SecretStr | None = None
    forwarded_email: str | None = None
    forwarded_token: SecretStr | None = None


def new_token(token_id: str) -> SecretStr:
    """`kasal_<id>_<secret>`: the id finds the row, the secret is compared in constant time."""
    return SecretStr(f"kasal_{token_id}_{secrets.token_urlsafe(32)}")


def split_token(token: SecretStr) -> tuple[str, str]:
    """The row's id and the SHA-256 to compare; a malformed token has an id that no row has."""
    text = token.get_secret_value()
    _, _, rest = text.partition("_")
    return rest[:36], hashlib.sha256(text.encode()).hexdigest()


def _unauthenticated(reason: str) -> Unauthenticated:
    return Unauthenticated(
        f"{reason}; `kasal token create` makes one", headers={"WWW-Authenticate": "Bearer"}
    )


class IdentityService:
    def __init__(
        self,
        database: Database,
        settings: Settings,
        clock: Clock,
        welcome_rows: Callable[[str], Sequence[Base]],
    ) -> None:
        """`welcome_rows(group id)` are the example crews that a new personal group starts with."""
        self._database = database
        self._welcome_rows = welcome_rows
        self._settings = settings
        self._clock = clock
        self._local: dict[str | None, tuple[float, Principal]] = {}

    async def resolve(self, caller: Caller, group_id: str | None) -> Principal:
        """Raises Unauthenticated without proof, NotFound for a group the caller does not belong to."""
        if self._settings.kasal_auth_mode is AuthMode.LOCAL:
            return await self._resolve_local(group_id)
        email = await self._email_of(caller)
        return await self._principal(email, group_id, caller.forwarded_token)

    async def _resolve_local(self, group_id: str | None) -> Principal:
        # One user on one machine: membership cannot be revoked by anybody else, so it may be remembered.
        cached = self._local.get(group_id)
        if cached is not None and self._clock.monotonic_s() - cached[0] < _LOCAL_CACHE_S:
            return cached[1]
        principal = await self._principal(LOCAL_EMAIL, group_id, None)
        self._local[group_id] = (self._clock.monotonic_s(), principal)
        return principal

    async def _email_of(self, caller: Caller) -> str:
        if caller.forwarded_email:
            return caller.forwarded_email.lower()
        if caller.bearer_token is None:
            raise _unauthenticated("send `Authorization: Bearer <token>`")
        token_id, secret_hash = split_token(caller.bearer_token)
        async with self._database.read() as uow:
            found = await uow.repo(GroupRepository).live_token(token_id, self._clock.now())
        if found is None or not hmac.compare_digest(found[1], secret_hash):
            raise _unauthenticated("this token is unknown, expired or revoked")
        return found[0]

    async def _principal(
        self, email: str, group_id: str | None, forwarded_token: SecretStr | None
    ) -> Principal:
        async with self._database.read() as uow:
            member = await uow.repo(GroupRepository).membership(email, group_id)
        if member is None and group_id is None:
            await self.ensure_user(email)
            async with self._database.read() as uow:
                member = await uow.repo(GroupRepository).membership(email, None)
        if member is None:
            raise NotFound(f"there is no group {str(group_id)[:60]} that you belong to")
        return self._as_principal(member, forwarded_token)

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

    async def ensure_user(self, email: str) -> str:
        """The user's id; a new user gets a personal group with the example crews. Idempotent."""
        now = self._clock.now()
        async with self._database.write() as uow:
            groups = uow.repo(GroupRepository)
            existing = await groups.user_by_email(email)
            if existing is not None:
                return existing.id
            user = User(id=ids.new(), email=email, created_at=now)
            personal = Group(
                id=ids.random(),
                name=f"Personal: {email}"[:200],
                personal_user_id=user.id,
                created_at=now,
                updated_at=now,
            )
            if not await groups.add_user(user, personal, Role.ADMIN):
                raced = await groups.user_by_email(email)
                return raced.id if raced is not None else user.id
            await groups.add_all(self._welcome_rows(personal.id))
        log.info("new user with personal group {}", personal.id)
        return user.id
