"""From a crew file, or the two files of a CrewAI project, to a crew to be saved."""

from typing import Any

from pydantic import ValidationError

from src.core.documents import check_document, pointer_step
from src.core.errors import FieldError, Invalid
from src.schemas.crew import CrewCreate, CrewImport
from src.schemas.crew_file import BadCrewFile, crew_file_of, load_yaml

_DEFAULT_NAME = "Imported crew"


def crew_from_import(body: CrewImport) -> CrewCreate:
    """Raises Invalid; pointers lead into the field that held the text."""
    if body.document is not None:
        document, prefix = _loaded(body.document, "/document"), "/document"
    else:
        document = {
            "agents_yaml": _loaded(body.agents_yaml, "/agents_yaml"),
            "tasks_yaml": _loaded(body.tasks_yaml, "/tasks_yaml"),
        }
        prefix = ""
    try:
        file = crew_file_of(document, _DEFAULT_NAME)
    except BadCrewFile as exc:
        raise _invalid(prefix, "bad-file", str(exc)) from exc
    try:
        return CrewCreate.model_validate(
            {
                "name": body.name or file.name,
                "description": file.description,
                "definition": file.definition,
                "note": body.note or "imported",
            }
        )
    except ValidationError as exc:
        raise Invalid("the crew is not valid; see errors", errors=_errors(exc, prefix)) from exc


def _loaded(given: Any, pointer: str) -> Any:
    try:
        document = load_yaml(given) if isinstance(given, str) else given
    except BadCrewFile as exc:
        raise _invalid(pointer, "bad-file", str(exc)) from exc
    check_document(document, pointer)
    return document


def _errors(error: ValidationError, prefix: str) -> tuple[FieldError, ...]:
    found = error.errors(include_input=False, include_url=False, include_context=False)
    return tuple(
        FieldError(
            prefix
            + "".join(f"/{pointer_step(step)}" for step in item["loc"] if step != "definition"),
            item["type"].replace("_", "-"),
            item["msg"].removeprefix("Value error, ")[:300],
        )
        for item in found[:50]
    )


def _invalid(pointer: str, code: str, message: str) -> Invalid:
    return Invalid(message, errors=(FieldError(pointer, code, message),))
