from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from src.models.group import AccessToken, Group, GroupMember, User
from src.repositories.group import Membership


@dataclass(frozen=True)
class TokenOwner:
    email: str
    token_hash: str
    membership: Membership | None
    """None when the owner does not belong to the group that was asked for."""


class AccessTokenRepository:
    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def owner(self, token_id: str, group_id: str | None, now: datetime) -> TokenOwner | None:
        """Who a live token belongs to and their place in the group, or in their personal group."""
        wanted = Group.personal_user_id == User.id if group_id is None else Group.id == group_id
        query = (
            select(AccessToken.token_hash, User.id, User.email, Group.id, GroupMember.role)
            .join(User, AccessToken.user_id == User.id)
            .outerjoin(Group, wanted)
            .outerjoin(
                GroupMember, and_(GroupMember.group_id == Group.id, GroupMember.user_id == User.id)
            )
            .where(
                AccessToken.id == token_id,
                AccessToken.revoked_at.is_(None),
                or_(AccessToken.expires_at.is_(None), AccessToken.expires_at > now),
            )
        )
        row = (await self.session.execute(query)).one_or_none()
        if row is None:
            return None
        token_hash, user_id, email, group, role = row
        is_member: bool = role is not None
        member = Membership(user_id, email, group, role) if is_member else None
        return TokenOwner(email, token_hash, member)

    async def add(self, token: AccessToken) -> None:
        self.session.add(token)
        await self.session.flush()

    async def all(self) -> list[tuple[AccessToken, str]]:
        """With the owner's e-mail address, newest first."""
        query = (
            select(AccessToken, User.email)
            .join(User, User.id == AccessToken.user_id)
            .order_by(AccessToken.id.desc())
        )
        return [(token, email) for token, email in await self.session.execute(query)]

    async def revoke(self, id: str, now: datetime) -> bool:
        """False when there is no such token, or it was revoked before."""
        result = await self.session.execute(
            update(AccessToken)
            .where(AccessToken.id == id, AccessToken.revoked_at.is_(None))
            .values(revoked_at=now)
        )
        return getattr(result, "rowcount", 0) == 1
