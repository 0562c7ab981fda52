"""People become users the first time they are seen or named."""

from src.core import ids
from src.core.clock import Clock
from src.core.logging import get_logger
from src.core.tenancy import Role
from src.core.unit_of_work import Database
from src.models.group import Group, User
from src.repositories.group import GroupRepository
from src.seeds.example_crews import example_crew_rows

log = get_logger(__name__)


async def ensure_user(database: Database, clock: Clock, email: str) -> str:
    """The user's id; a new user gets a personal group with the example crews. Idempotent."""
    now = clock.now()
    async with database.write() as uow:
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
        await groups.add_all(example_crew_rows(personal.id, clock))
    log.info("new user with personal group {}", personal.id)
    return user.id
