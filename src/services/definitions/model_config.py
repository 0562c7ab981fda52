from typing import Any

from src.core.clock import Clock
from src.core.cursor import CursorSigner
from src.core.errors import FieldError, UnsafeUrl
from src.core.outbound import check_url
from src.core.tenancy import Principal
from src.core.unit_of_work import Database
from src.models.model_config import ModelConfig
from src.repositories.model_config import ModelConfigRepository
from src.schemas.model_config import ModelConfigCreate, ModelConfigRead, ModelConfigUpdate
from src.services.definitions.noun import NounService


class ModelConfigService(
    NounService[ModelConfig, ModelConfigCreate, ModelConfigUpdate, ModelConfigRead]
):
    repository = ModelConfigRepository
    read = ModelConfigRead

    def __init__(
        self,
        database: Database,
        cursors: CursorSigner,
        clock: Clock,
        *,
        allow_private_urls: bool,
    ) -> None:
        super().__init__(database, cursors, clock)
        self._allow_private_urls = allow_private_urls

    async def _new_values(
        self, principal: Principal, id: str, body: ModelConfigCreate
    ) -> dict[str, Any]:
        self._check_url(body.base_url)
        return body.model_dump(mode="json")

    async def _changes(
        self, principal: Principal, id: str, body: ModelConfigUpdate
    ) -> dict[str, Any]:
        self._check_url(body.base_url)
        return body.changes()

    def _check_url(self, url: str | None) -> None:
        if url is not None:
            check_url_at("/base_url", url, allow_private=self._allow_private_urls)


def check_url_at(pointer: str, url: str, *, allow_private: bool) -> None:
    """check_url() with the field named. Raises UnsafeUrl."""
    try:
        check_url(url, allow_private)
    except UnsafeUrl as exc:
        error = FieldError(pointer, UnsafeUrl.code, exc.message)
        raise UnsafeUrl(exc.message, errors=(error,)) from exc
