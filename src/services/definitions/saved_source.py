"""The saved crew or flow that a schedule, a trigger or a batch starts."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from src.core.errors import FieldError, Invalid
from src.core.unit_of_work import UnitOfWork
from src.models.crew import CrewVersion
from src.models.flow import FlowVersion
from src.repositories.crew import CrewRepository
from src.repositories.flow import FlowRepository
from src.schemas.execution import OF_A_FLOW, ExecutionCreate
from src.schemas.run_options import Budget

IN_REQUEST = "/request"


class Sourced(Protocol):
    """A row, or a body."""

    @property
    def crew_id(self) -> str | None: ...

    @property
    def flow_id(self) -> str | None: ...


class Options(Protocol):
    @property
    def model(self) -> str | None: ...

    @property
    def budget(self) -> Budget: ...


@dataclass(frozen=True)
class SavedSource:
    """One of them is None."""

    crew_id: str | None
    flow_id: str | None

    @classmethod
    def of(cls, owner: Sourced) -> "SavedSource":
        return cls(owner.crew_id, owner.flow_id)

    @property
    def noun(self) -> str:
        return "crew" if self.flow_id is None else "flow"

    async def version(
        self, uow: UnitOfWork, group_id: str, number: int | None
    ) -> CrewVersion | FlowVersion:
        """The current one for None. Raises NotFound."""
        if self.flow_id is not None:
            return (await uow.repo(FlowRepository).version(group_id, self.flow_id, number))[1]
        assert self.crew_id is not None
        return (await uow.repo(CrewRepository).version(group_id, self.crew_id, number))[1]

    def check(self, options: Options, at: str = IN_REQUEST) -> None:
        """Raises Invalid for what only crews are started with; `at` points at the options."""
        if self.flow_id is None:
            return
        given = [] if options.model is None else ["model"]
        given += [name for name, limit in options.budget if limit is not None]
        if given:
            message = "cannot be given for a flow; set it in the nodes of the flow"
            errors = tuple(
                FieldError(f"{at}/{_place(name, at)}", "not-of-a-flow", f"{name} {message}")
                for name in given
            )
            raise Invalid(f"{', '.join(given)} {message}", errors=errors)

    def body(self, request: Mapping[str, Any]) -> ExecutionCreate:
        """What POST /executions gets; `request` is as it was stored, and checked."""
        if self.flow_id is None:
            return ExecutionCreate.model_validate({"crew_id": self.crew_id, **request})
        own = {name: value for name, value in request.items() if name in OF_A_FLOW}
        return ExecutionCreate.model_validate({"flow_id": self.flow_id, **own})


def _place(name: str, at: str) -> str:
    """A form has the limits of the budget beside the rest."""
    return f"budget/{name}" if at and name != "model" else name
