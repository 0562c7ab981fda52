"""For probes and load balancers; the only routes that ask nobody who they are."""

from fastapi import APIRouter, Response
from pydantic import BaseModel

from src.api.dependencies import ContainerDep

router = APIRouter(tags=["health"])


class Alive(BaseModel):
    status: str = "alive"


class Readiness(BaseModel):
    status: str
    reasons: list[str]


@router.get("/health/live")
async def live() -> Alive:
    return Alive()


@router.get("/health/ready", responses={503: {"model": Readiness}})
async def ready(container: ContainerDep, response: Response) -> Readiness:
    """503 with the reasons until the schema is current and a worker is alive."""
    reasons = await container.health.reasons_not_ready()
    response.status_code = 503 if reasons else 200
    return Readiness(status="not ready" if reasons else "ready", reasons=reasons)
