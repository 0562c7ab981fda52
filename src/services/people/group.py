"""Groups and who belongs to them. What a caller may do here depends on their role in the group of the
path, which need not be the group that the request acts for."""

from src.core import ids
from src.core.clock import Clock
from src.core.cursor import CursorSigner, ListScope, Paging
from src.core.errors import Conflict, Forbidden
from src.core.providers import PROVIDERS
from src.core.settings import Settings
from src.core.tenancy import Principal, Role
from src.core.unit_of_work import Database, UnitOfWork
from src.models.group import Group, GroupMember, User
from src.repositories.group import GroupRepository
from src.schemas.common import Page
from src.schemas.group import (
    GroupCreate,
    GroupRead,
    GroupUpdate,
    MemberCreate,
    MemberRead,
    MeRead,
    ProviderRead,
)
from src.services.base import page_of, read_cursor
from src.services.definitions.catalogue import CatalogueService
from src.services.people.users import ensure_user

_GROUPS_OF_ME = 200


class GroupService:
    def __init__(
        self,
        database: Database,
        cursors: CursorSigner,
        clock: Clock,
        settings: Settings,
        catalogues: CatalogueService,
    ) -> None:
        self._database = database
        self._cursors = cursors
        self._clock = clock
        self._settings = settings
        self._catalogues = catalogues

    async def me(self, principal: Principal) -> MeRead:
        catalogue = await self._catalogues.of(principal, fresh=True)
        async with self._database.read() as uow:
            rows = await uow.repo(GroupRepository).groups_of(
                principal.user_id, limit=_GROUPS_OF_ME, before=None
            )
            groups = [_group_read(*row) for row in rows]
        return MeRead(
            user_id=principal.user_id,
            email=principal.email,
            auth_mode=self._settings.kasal_auth_mode,
            group_id=principal.group_id,
            role=principal.role,
            is_system_admin=principal.is_system_admin,
            groups=groups,
            default_model=catalogue.default_model,
            providers=[
                ProviderRead(
                    name=provider.name,
                    title=provider.title,
                    key_name=provider.key_name,
                    configured=provider.key_name is None
                    or provider.key_name in catalogue.key_names,
                )
                for provider in PROVIDERS.values()
            ],
        )

    async def list(self, principal: Principal, paging: Paging) -> Page[GroupRead]:
        # Of the person, not of the group that the request acts for.
        scope = ListScope(principal.user_id, "groups")
        before = read_cursor(self._cursors, paging, scope)
        async with self._database.read() as uow:
            rows = await uow.repo(GroupRepository).groups_of(
                principal.user_id, limit=paging.limit + 1, before=before
            )
            return page_of(
                rows,
                paging.limit,
                lambda row: _group_read(*row),
                lambda row: row[0].id,
                self._cursors,
                scope,
            )

    async def create(self, principal: Principal, body: GroupCreate) -> GroupRead:
        now = self._clock.now()
        group = Group(id=ids.random(), name=body.name, created_at=now, updated_at=now, version=1)
        async with self._database.write() as uow:
            await uow.repo(GroupRepository).add(group, principal.user_id, Role.ADMIN)
            return _group_read(group, Role.ADMIN)

    async def get(self, principal: Principal, id: str) -> GroupRead:
        async with self._database.read() as uow:
            return _group_read(*await uow.repo(GroupRepository).get(principal.user_id, id))

    async def update(
        self, principal: Principal, id: str, body: GroupUpdate, expected_version: int | None
    ) -> GroupRead:
        async with self._database.write() as uow:
            group, role = await _administered(uow, principal, id)
            renamed = await uow.repo(GroupRepository).rename(
                id,
                group.name if body.name is None else body.name,
                now=self._clock.now(),
                expected_version=expected_version,
            )
            return _group_read(renamed, role)

    async def members(self, principal: Principal, id: str, paging: Paging) -> Page[MemberRead]:
        scope = ListScope(id, "members")
        before = read_cursor(self._cursors, paging, scope)
        async with self._database.read() as uow:
            groups = uow.repo(GroupRepository)
            await groups.get(principal.user_id, id)
            rows = await groups.members(id, limit=paging.limit + 1, before=before)
            return page_of(
                rows,
                paging.limit,
                lambda row: _member_read(*row),
                lambda row: row[0].id,
                self._cursors,
                scope,
            )

    async def add_member(self, principal: Principal, id: str, body: MemberCreate) -> MemberRead:
        """By e-mail address; somebody new becomes a user. Adding a member again is a conflict."""
        async with self._database.read() as uow:
            group, _ = await _administered(uow, principal, id)
            _require_shared(group)
        user_id = await ensure_user(self._database, self._clock, body.email)
        async with self._database.write() as uow:
            await _administered(uow, principal, id)
            groups = uow.repo(GroupRepository)
            if not await groups.add_member(id, user_id, body.role, self._clock.now()):
                raise Conflict("this person is a member already; change the role instead")
            return _member_read(*await groups.member(id, user_id))

    async def set_role(self, principal: Principal, id: str, user_id: str, role: Role) -> MemberRead:
        async with self._database.write() as uow:
            await _administered(uow, principal, id)
            groups = uow.repo(GroupRepository)
            await groups.lock(id)
            user, member = await groups.member(id, user_id)
            if role is not Role.ADMIN:
                await _require_another_admin(groups, member)
            await groups.set_role(member, role)
            return _member_read(user, member)

    async def remove_member(self, principal: Principal, id: str, user_id: str) -> None:
        """By an admin, or by the member: everybody but the last admin may leave."""
        async with self._database.write() as uow:
            groups = uow.repo(GroupRepository)
            if user_id != principal.user_id:
                await _administered(uow, principal, id)
            await groups.lock(id)
            _, member = await groups.member(id, user_id)
            await _require_another_admin(groups, member)
            await groups.remove_member(id, user_id)


async def _administered(uow: UnitOfWork, principal: Principal, id: str) -> tuple[Group, str]:
    """The group and the caller's role in it. NotFound for strangers, Forbidden for other members."""
    group, role = await uow.repo(GroupRepository).get(principal.user_id, id)
    if not Role(role).includes(Role.ADMIN):
        raise Forbidden(f"only an admin of this group may do this; your role here is {role}")
    return group, role


def _require_shared(group: Group) -> None:
    if group.personal_user_id is not None:
        raise Conflict("a personal group takes no members; create a group to work together")


async def _require_another_admin(groups: GroupRepository, member: GroupMember) -> None:
    if member.role == Role.ADMIN and await groups.count_admins(member.group_id) == 1:
        raise Conflict("this is the last admin of the group; make somebody else an admin first")


def _group_read(group: Group, role: str) -> GroupRead:
    return GroupRead(
        id=group.id,
        name=group.name,
        personal=group.personal_user_id is not None,
        role=Role(role),
        version=group.version,
        created_at=group.created_at,
        updated_at=group.updated_at,
    )


def _member_read(user: User, member: GroupMember) -> MemberRead:
    return MemberRead(
        user_id=user.id, email=user.email, role=Role(member.role), created_at=member.created_at
    )
