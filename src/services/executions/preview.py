"""What a run of a crew would ask for, for somebody who is about to start it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from pydantic import JsonValue

from src.core.errors import FieldError, Invalid
from src.core.tenancy import Principal
from src.core.unit_of_work import Database
from src.engines.base import Catalogue, CrewPlanner, RunRequest
from src.engines.plans import CrewPlan, ModelPlan
from src.repositories.crew import CrewRepository
from src.repositories.past_run import PastRunRepository
from src.schemas.common import FieldProblem
from src.schemas.crew_config import CrewDefinition
from src.schemas.execution import ExecutionCreate, ModelUse
from src.schemas.run_preview import PreviewInput, RunPreview
from src.seeds.example_crews import example_crews
from src.services.definitions.catalogue import CatalogueService

InputsInOrder = Callable[[CrewDefinition, Catalogue], tuple[str, ...]]


@dataclass(frozen=True)
class _Source:
    definition: CrewDefinition
    last: Mapping[str, JsonValue]
    """Inputs of the newest run of the same crew."""
    example: Mapping[str, JsonValue]


@dataclass(frozen=True)
class RunPreviews:
    database: Database
    planner: CrewPlanner
    inputs_of: InputsInOrder
    catalogues: CatalogueService

    async def of(self, principal: Principal, body: ExecutionCreate) -> RunPreview:
        if body.is_flow:
            message = "only runs of crews are previewed; a flow names its inputs in its nodes"
            at = "/flow_id" if body.flow is None else "/flow"
            raise Invalid(message, errors=(FieldError(at, "not-a-crew", message),))
        source = await self._source(principal, body)
        definition = source.definition
        if body.model is not None:
            definition = definition.model_copy(update={"model": body.model})
        catalogue = await self.catalogues.of(principal, fresh=True)
        wanted = self.inputs_of(definition, catalogue)
        plan, problems = self._plan(definition, wanted, catalogue)
        return RunPreview(
            inputs=[_input(name, source) for name in wanted],
            models=[ModelUse(key=one.key, provider=one.provider) for one in _models(plan)],
            warnings=[] if plan is None else list(plan.warnings),
            problems=problems,
        )

    def _plan(
        self, definition: CrewDefinition, wanted: Sequence[str], catalogue: Catalogue
    ) -> tuple[CrewPlan | None, list[FieldProblem]]:
        # What an input says decides nothing about the models.
        request = RunRequest(name="", inputs={name: name for name in wanted})
        try:
            return self.planner(definition, request, catalogue), []
        except Invalid as exc:
            return None, [
                FieldProblem(pointer=error.pointer, code=error.code, message=error.message)
                for error in exc.errors
            ]

    async def _source(self, principal: Principal, body: ExecutionCreate) -> _Source:
        if body.crew_id is None:
            return _Source(body, {}, {})
        async with self.database.read() as uow:
            crew, version = await uow.repo(CrewRepository).version(
                principal.group_id, body.crew_id, body.version
            )
            last = await uow.repo(PastRunRepository).last_inputs(principal.group_id, crew.id)
        example = example_crews().get(crew.seed_key or "", {}).get("inputs", {})
        return _Source(CrewDefinition.model_validate(version.definition), last, example)


def _models(plan: CrewPlan | None) -> Sequence[ModelPlan]:
    return () if plan is None else plan.model_plans()


def _input(name: str, source: _Source) -> PreviewInput:
    if name in source.last:
        return PreviewInput(name=name, value=source.last[name], source="last_run")
    if name in source.example:
        return PreviewInput(name=name, value=source.example[name], source="example")
    return PreviewInput(name=name)
