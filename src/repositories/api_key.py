from src.models.api_key import ApiKey
from src.repositories.base import GroupRepository


class ApiKeyRepository(GroupRepository[ApiKey]):
    model = ApiKey
    noun = "API key"

    async def all(self, group_id: str) -> list[ApiKey]:
        """At most one row for each name, and names are few."""
        return list(await self.session.scalars(self.visible(group_id)))

    async def names(self, group_id: str) -> frozenset[str]:
        query = self.visible(group_id).with_only_columns(ApiKey.name)
        return frozenset(await self.session.scalars(query))
