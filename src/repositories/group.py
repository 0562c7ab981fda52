"""Groups and their members: looked up by who asks, so this is no GroupRepository of a noun."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from src.core.errors import NotFound, VersionConflict
from src.models.base import Base
from src.models.group import Group, GroupMember, User


@dataclass(frozen=True)
class Membership:
    user_id: str
    email: str
    group_id: str
    role: str


class GroupRepository:
    """Every read names the user or the group it is for."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def membership(self, email: str, group_id: str | None) -> Membership | None:
        """The user's place in the group, or in the personal group when none is named."""
        wanted = Group.personal_user_id == User.id if group_id is None else Group.id == group_id
        query = (
            select(User.id, User.email, Group.id, GroupMember.role)
            .join(GroupMember, GroupMember.user_id == User.id)
            .join(Group, Group.id == GroupMember.group_id)
            .where(User.email == email, wanted)
        )
        row = (await self.session.execute(query)).one_or_none()
        return None if row is None else Membership(*row)

    async def user_by_email(self, email: str) -> User | None:
        user: User | None = await self.session.scalar(select(User).where(User.email == email))
        return user

    async def add_user(self, user: User, personal: Group, role: str) -> bool:
        """False when another process added the same user at the same moment."""
        member = GroupMember(
            group_id=personal.id, user_id=user.id, role=role, created_at=user.created_at
        )
        try:
            async with self.session.begin_nested():
                self.session.add(user)
                self.session.add(personal)
                await self.session.flush()
                self.session.add(member)
                await self.session.flush()
        except IntegrityError:
            return False
        return True

    async def add_all(self, rows: Sequence[Base]) -> None:
        """Parents before children."""
        for row in rows:
            self.session.add(row)
            await self.session.flush()

    async def groups_of(
        self, user_id: str, *, limit: int, before: str | None
    ) -> list[tuple[Group, str]]:
        query = (
            select(Group, GroupMember.role)
            .join(GroupMember, GroupMember.group_id == Group.id)
            .where(GroupMember.user_id == user_id)
            .order_by(Group.id.desc())
            .limit(limit)
        )
        if before is not None:
            query = query.where(Group.id < before)
        return [(group, role) for group, role in await self.session.execute(query)]

    async def get(self, user_id: str, group_id: str) -> tuple[Group, str]:
        query = (
            select(Group, GroupMember.role)
            .join(GroupMember, GroupMember.group_id == Group.id)
            .where(GroupMember.user_id == user_id, Group.id == group_id)
        )
        row = (await self.session.execute(query)).one_or_none()
        if row is None:
            raise NotFound(f"there is no group {group_id} that you belong to")
        return row[0], row[1]

    async def add(self, group: Group, owner_id: str, role: str) -> None:
        self.session.add(group)
        await self.session.flush()
        await self.put_member(group.id, owner_id, role, group.created_at)

    async def rename(
        self, group_id: str, name: str, *, now: datetime, expected_version: int | None
    ) -> Group:
        statement = update(Group).where(Group.id == group_id)
        if expected_version is not None:
            statement = statement.where(Group.version == expected_version)
        renamed: Group | None = await self.session.scalar(
            statement.values(name=name, updated_at=now, version=Group.version + 1)
            .returning(Group)
            .execution_options(synchronize_session=False, populate_existing=True)
        )
        if renamed is None:
            raise VersionConflict(
                f"this group is no longer at version {expected_version}; read it again and repeat "
                "the change"
            )
        return renamed

    async def is_personal(self, group_id: str) -> bool:
        group = await self.session.get(Group, group_id)
        if group is None:
            raise NotFound(f"there is no group {group_id}")
        return group.personal_user_id is not None

    async def lock(self, group_id: str) -> None:
        """Until the end of the transaction: two admins who leave at the same moment wait for each other."""
        await self.session.execute(select(Group.id).where(Group.id == group_id).with_for_update())

    async def members(
        self, group_id: str, *, limit: int, before: str | None
    ) -> list[tuple[User, GroupMember]]:
        query = (
            select(User, GroupMember)
            .join(GroupMember, GroupMember.user_id == User.id)
            .where(GroupMember.group_id == group_id)
            .order_by(User.id.desc())
            .limit(limit)
        )
        if before is not None:
            query = query.where(User.id < before)
        return [(user, member) for user, member in await self.session.execute(query)]

    async def member(self, group_id: str, user_id: str) -> tuple[User, GroupMember]:
        query = (
            select(User, GroupMember)
            .join(GroupMember, GroupMember.user_id == User.id)
            .where(GroupMember.group_id == group_id, User.id == user_id)
        )
        row = (await self.session.execute(query)).one_or_none()
        if row is None:
            raise NotFound(f"there is no member {user_id} in this group")
        return row[0], row[1]

    async def add_member(self, group_id: str, user_id: str, role: str, now: datetime) -> bool:
        """False when the user is a member already."""
        member = GroupMember(group_id=group_id, user_id=user_id, role=role, created_at=now)
        try:
            async with self.session.begin_nested():
                self.session.add(member)
                await self.session.flush()
        except IntegrityError:
            return False
        return True

    async def set_role(self, member: GroupMember, role: str) -> None:
        member.role = role
        await self.session.flush([member])

    async def put_member(self, group_id: str, user_id: str, role: str, now: datetime) -> None:
        existing = await self.session.get(GroupMember, (group_id, user_id))
        if existing is None:
            await self.add_member(group_id, user_id, role, now)
        else:
            await self.set_role(existing, role)

    async def remove_member(self, group_id: str, user_id: str) -> None:
        await self.session.execute(
            delete(GroupMember).where(
                GroupMember.group_id == group_id, GroupMember.user_id == user_id
            )
        )

    async def count_admins(self, group_id: str) -> int:
        query = select(func.count()).where(
            GroupMember.group_id == group_id, GroupMember.role == "admin"
        )
        return int(await self.session.scalar(query) or 0)
