from src.core.ids import SYSTEM_GROUP_ID
from src.models.model_config import ModelConfig
from src.repositories.base import GroupRepository


class ModelConfigRepository(GroupRepository[ModelConfig]):
    model = ModelConfig
    noun = "model"
    shared = True
    shared_by = "key"

    async def by_key(self, group_id: str) -> dict[str, ModelConfig]:
        """Every model the group may name, disabled ones too; its own stand over shipped ones."""
        rows = list(await self.session.scalars(self.visible(group_id)))
        rows.sort(key=lambda row: row.group_id != SYSTEM_GROUP_ID)
        return {row.key: row for row in rows}
