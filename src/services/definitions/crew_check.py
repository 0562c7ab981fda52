"""Whether a definition could be run today, for somebody who is still drawing it."""

from src.core.errors import Invalid
from src.core.tenancy import Principal
from src.engines.base import CrewPlanner, RunRequest
from src.schemas.common import FieldProblem
from src.schemas.crew_config import CrewDefinition
from src.services.definitions.catalogue import CatalogueService

_COMES_WITH_THE_RUN = "missing-input"


class CrewCheck:
    """services.definitions.crew.Check: what POST /executions would refuse, except inputs, which come with the run."""

    def __init__(self, planner: CrewPlanner, catalogues: CatalogueService) -> None:
        self._planner = planner
        self._catalogues = catalogues

    async def __call__(
        self, principal: Principal, definition: CrewDefinition
    ) -> list[FieldProblem]:
        catalogue = await self._catalogues.of(principal, fresh=True)
        try:
            self._planner(definition, RunRequest(name="", inputs={}), catalogue)
        except Invalid as exc:
            return [
                FieldProblem(pointer=error.pointer, code=error.code, message=error.message)
                for error in exc.errors
                if error.code != _COMES_WITH_THE_RUN
            ]
        return []
