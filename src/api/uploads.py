"""Files in multipart forms, read only after the caller is known to be allowed to send one."""

from typing import Any, TypeVar

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError
from starlette.datastructures import UploadFile

from src.core.errors import BadRequest, FieldError, Invalid
from src.services.knowledge.knowledge import UploadedFile

F = TypeVar("F", bound=BaseModel)
_MAX_FIELDS = 20
_MAX_FIELD_BYTES = 16_384


def form_of(fields: type[BaseModel]) -> dict[str, Any]:
    """For `openapi_extra`: FastAPI would read the whole body before it asks who sends it."""
    schema = fields.model_json_schema()
    file = {"type": "string", "format": "binary", "description": "the document"}
    whole = {
        **schema,
        "title": "Upload",
        "properties": {"file": file, **schema["properties"]},
        "required": ["file"],
    }
    return {
        "requestBody": {"required": True, "content": {"multipart/form-data": {"schema": whole}}}
    }


async def read_form(request: Request, fields: type[F]) -> tuple[UploadedFile, F]:
    """One file under `file`, and the fields. Large files are on disk while they arrive."""
    if not request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
        raise BadRequest("send the document as multipart/form-data, in the part `file`")
    async with request.form(
        max_files=1, max_fields=_MAX_FIELDS, max_part_size=_MAX_FIELD_BYTES
    ) as form:
        parts = form.multi_items()
        files = [value for name, value in parts if name == "file" and isinstance(value, UploadFile)]
        if len(files) != 1:
            message = "send exactly one file in the part `file`, with its name"
            raise Invalid(message, errors=(FieldError("/file", "missing", message),))
        others = {name: value for name, value in parts if value is not files[0]}
        file = UploadedFile(files[0].filename or "", await files[0].read())
    try:
        return file, fields.model_validate(others)
    except ValidationError as exc:
        errors = [{**error, "loc": ("body", *error["loc"])} for error in exc.errors()]
        raise RequestValidationError(errors) from exc
