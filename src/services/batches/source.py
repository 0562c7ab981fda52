"""What a batch runs for each row: fixed, and tried out on the first one, before anything is stored."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from src.core.tenancy import Principal
from src.core.unit_of_work import Database
from src.engines.base import Catalogue, CrewPlanner, RunRequest
from src.engines.plans import BudgetPlan
from src.repositories.crew import CrewRepository
from src.schemas.batch import BatchOrder
from src.schemas.crew_config import CrewDefinition
from src.schemas.flow import AgentNode, FlowDefinition, Work
from src.services.definitions.catalogue import CatalogueService
from src.services.definitions.saved_source import SavedSource
from src.services.flows.check import FlowCheck, agent_definition

InputsOf = Callable[[CrewDefinition, Catalogue], frozenset[str]]


@dataclass(frozen=True)
class BatchSource:
    version: int
    wanted: frozenset[str]
    """Inputs without which no row can run."""
    rehearse: Callable[[dict[str, Any]], None]
    """With the inputs of a row. Raises what would refuse every row."""


@dataclass(frozen=True)
class BatchSources:
    database: Database
    planner: CrewPlanner
    inputs_of: InputsOf
    catalogues: CatalogueService
    flows: FlowCheck

    async def fix(self, principal: Principal, order: BatchOrder) -> BatchSource:
        """Raises NotFound, and Invalid for a flow that cannot run today."""
        # Rows are started later, without the token that came with this request.
        later = replace(principal, forwarded_token=None)
        async with self.database.read() as uow:
            version = await SavedSource.of(order).version(
                uow, principal.group_id, order.request.version
            )
        number, definition = version.number, version.definition
        if order.flow_id is not None:
            flow = await self.flows.to_run(later, FlowDefinition.model_validate(definition), "")
            return BatchSource(number, await self._inputs_of_flow(later, flow), lambda row: None)
        crew = CrewDefinition.model_validate(definition)
        if order.request.model is not None:
            crew = crew.model_copy(update={"model": order.request.model})
        catalogue = await self.catalogues.of(later, fresh=True)

        def rehearse(inputs: dict[str, Any]) -> None:
            budget = BudgetPlan(**order.request.budget.model_dump())
            self.planner(crew, RunRequest(name=order.name, inputs=inputs, budget=budget), catalogue)

        return BatchSource(number, self.inputs_of(crew, catalogue), rehearse)

    async def _inputs_of_flow(self, principal: Principal, flow: FlowDefinition) -> frozenset[str]:
        """Of the nodes that it begins with: whether others run, and with what, shows only then."""
        catalogue = await self.catalogues.of(principal)
        behind = {edge.target for edge in flow.edges}
        wanted: frozenset[str] = frozenset()
        for key, node in flow.nodes.items():
            if isinstance(node, Work) and key not in behind and node.on_error == "fail":
                crew = await self._crew_of(principal, node)
                wanted |= self.inputs_of(crew, catalogue) - node.inputs.keys()
        return wanted

    async def _crew_of(self, principal: Principal, node: Work) -> CrewDefinition:
        if isinstance(node, AgentNode):
            return agent_definition(node)
        if node.crew_id is None:
            return CrewDefinition.model_validate(node.definition)
        async with self.database.read() as uow:
            _, row = await uow.repo(CrewRepository).version(
                principal.group_id, node.crew_id, node.version
            )
        return CrewDefinition.model_validate(row.definition)
