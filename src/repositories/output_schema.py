from src.core.ids import SYSTEM_GROUP_ID
from src.models.output_schema import OutputSchema
from src.repositories.base import GroupRepository


class OutputSchemaRepository(GroupRepository[OutputSchema]):
    model = OutputSchema
    noun = "output schema"
    shared = True
    shared_by = "name"

    async def by_name(self, group_id: str) -> dict[str, OutputSchema]:
        """Every schema the group may name; its own stand over shipped ones of the same name."""
        rows = list(await self.session.scalars(self.visible(group_id)))
        rows.sort(key=lambda row: row.group_id != SYSTEM_GROUP_ID)
        return {row.name: row for row in rows}
