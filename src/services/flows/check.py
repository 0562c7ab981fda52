"""Whether a flow can be saved, and whether it can be run today."""

from collections.abc import Iterable

from src.core.errors import FieldError, Invalid, NotAvailable, NotFound
from src.core.tenancy import Principal
from src.core.unit_of_work import Database
from src.engines.base import Catalogue, CrewPlanner, RunRequest
from src.repositories.crew import CrewRepository
from src.schemas.common import FieldProblem
from src.schemas.crew_config import CrewDefinition
from src.schemas.flow import AgentNode, CrewNode, FlowDefinition
from src.services.definitions.catalogue import CatalogueService
from src.services.flows.structure import structure_errors

_COMES_WITH_THE_RUN = "missing-input"


class FlowCheck:
    def __init__(
        self, database: Database, planner: CrewPlanner, catalogues: CatalogueService
    ) -> None:
        self._database = database
        self._planner = planner
        self._catalogues = catalogues

    async def to_save(self, principal: Principal, definition: FlowDefinition) -> list[FieldProblem]:
        """What would keep its crews and agents from running today. Raises Invalid with everything that no
        other day would mend, NotAvailable for what this version cannot do."""
        at = "/definition"
        await self._checked(principal, definition, at)
        found = [
            FieldProblem(pointer=error.pointer, code=error.code, message=error.message)
            for error in await self._plan_errors(principal, definition, at)
        ]
        return found

    async def to_run(
        self, principal: Principal, definition: FlowDefinition, at: str
    ) -> FlowDefinition:
        """With the version of each saved crew fixed. Raises Invalid with everything that keeps it from
        running, except inputs that crews miss: those may come from other nodes."""
        fixed = await self._checked(principal, definition, at)
        errors = await self._plan_errors(principal, fixed, at)
        _raise_if_any(errors)
        return fixed

    async def _checked(
        self, principal: Principal, definition: FlowDefinition, at: str
    ) -> FlowDefinition:
        _raise_if_any(structure_errors(definition, at))
        errors, fixed = [], dict(definition.nodes)
        async with self._database.read() as uow:
            crews = uow.repo(CrewRepository)
            for key, node in definition.nodes.items():
                if not isinstance(node, CrewNode) or node.crew_id is None:
                    continue
                try:
                    _, version = await crews.version(principal.group_id, node.crew_id, node.version)
                except NotFound as exc:
                    errors.append(
                        FieldError(f"{at}/nodes/{key}/crew_id", "unknown-crew", exc.message)
                    )
                else:
                    fixed[key] = node.model_copy(update={"version": version.number})
        _raise_if_any(errors)
        return definition.model_copy(update={"nodes": fixed})

    async def _plan_errors(
        self, principal: Principal, definition: FlowDefinition, at: str
    ) -> list[FieldError]:
        catalogue = await self._catalogues.of(principal, fresh=True)
        found: list[FieldError] = []
        for key, node in definition.nodes.items():
            here = f"{at}/nodes/{key}"
            if isinstance(node, AgentNode):
                errors = self._try(agent_definition(node), catalogue)
                found += _moved(errors, here, _OF_AGENT)
            elif isinstance(node, CrewNode) and node.definition is not None:
                errors = self._try(node.definition, catalogue)
                found += _moved(errors, f"{here}/definition", {})
            elif isinstance(node, CrewNode) and node.crew_id is not None:
                saved = await self._saved(principal, node.crew_id, node.version)
                for error in self._try(saved, catalogue):
                    message = f"{error.message} (in the crew, at {error.pointer})"
                    found.append(FieldError(f"{here}/crew_id", error.code, message))
        return found

    async def _saved(
        self, principal: Principal, crew_id: str, version: int | None
    ) -> CrewDefinition:
        async with self._database.read() as uow:
            _, row = await uow.repo(CrewRepository).version(principal.group_id, crew_id, version)
        return CrewDefinition.model_validate(row.definition)

    def _try(self, definition: CrewDefinition, catalogue: Catalogue) -> list[FieldError]:
        try:
            self._planner(definition, RunRequest(name="", inputs={}), catalogue)
        except Invalid as exc:
            return [error for error in exc.errors if error.code != _COMES_WITH_THE_RUN]
        except NotAvailable as exc:
            return list(exc.errors) or [FieldError("", exc.code, exc.message)]
        return []


AGENT, TASK = "agent", "task"
_OF_AGENT = {
    f"/agents_yaml/{AGENT}": "/agent",
    f"/tasks_yaml/{TASK}/description": "/prompt",
    f"/tasks_yaml/{TASK}": "",
}


def agent_definition(node: AgentNode) -> CrewDefinition:
    """A crew of one agent with one task."""
    task = {
        "description": node.prompt,
        "expected_output": node.expected_output,
        "agent": AGENT,
        "output_json": node.output_json,
    }
    agent = node.agent.model_dump(mode="json", exclude_unset=True)
    given = {"agents_yaml": {AGENT: agent}, "tasks_yaml": {TASK: task}, "model": node.model}
    return CrewDefinition.model_validate(given)


def _moved(errors: Iterable[FieldError], at: str, names: dict[str, str]) -> list[FieldError]:
    return [
        FieldError(at + _renamed(error.pointer, names), error.code, error.message)
        for error in errors
    ]


def _renamed(pointer: str, names: dict[str, str]) -> str:
    for start, other in names.items():
        if pointer == start or pointer.startswith(f"{start}/"):
            return other + pointer.removeprefix(start)
    return pointer


def _raise_if_any(errors: list[FieldError]) -> None:
    if errors:
        first = errors[0]
        message = (
            f"the flow has {len(errors)} problem(s), first at {first.pointer}: {first.message}"
        )
        raise Invalid(message, errors=tuple(errors[:100]))
