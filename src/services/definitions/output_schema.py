from typing import Any

from src.core.errors import FieldError, Invalid
from src.core.json_schema import schema_errors
from src.core.tenancy import Principal
from src.models.output_schema import OutputSchema
from src.repositories.output_schema import OutputSchemaRepository
from src.schemas.output_schema import OutputSchemaCreate, OutputSchemaRead, OutputSchemaUpdate
from src.services.definitions.noun import NounService


class OutputSchemaService(
    NounService[OutputSchema, OutputSchemaCreate, OutputSchemaUpdate, OutputSchemaRead]
):
    repository = OutputSchemaRepository
    read = OutputSchemaRead

    async def _new_values(
        self, principal: Principal, id: str, body: OutputSchemaCreate
    ) -> dict[str, Any]:
        _check(body.json_schema)
        return body.model_dump(mode="json")

    async def _changes(
        self, principal: Principal, id: str, body: OutputSchemaUpdate
    ) -> dict[str, Any]:
        if body.json_schema is not None:
            _check(body.json_schema)
        return body.changes()


def _check(schema: dict[str, Any]) -> None:
    errors = schema_errors(schema, "/json_schema")
    if schema.get("type") != "object":
        message = 'the JSON schema must have "type": "object"'
        errors = (FieldError("/json_schema/type", "not-an-object", message), *errors)
    if errors:
        raise Invalid("this JSON schema cannot be used; see errors", errors=errors)
