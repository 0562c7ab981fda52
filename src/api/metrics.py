"""For a Prometheus server: numbers about the whole installation, without a word of what is in it.

Beside /health and /hooks the only route without authenticate(): whoever scrapes belongs to no group.
"""

import hmac

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import PlainTextResponse

from src.api.dependencies import ContainerDep, require_this_machine
from src.core.errors import Unauthenticated
from src.services.operations.metrics import MEDIA_TYPE

router = APIRouter(tags=["health"])

_FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host")


async def authenticate_scrape(request: Request, container: ContainerDep) -> None:
    """The token of KASAL_METRICS_TOKEN; without that setting, this machine itself."""
    token = container.settings.kasal_metrics_token
    if token is None:
        if any(name in request.headers for name in _FORWARDED):
            # A proxy on this machine connects from here on behalf of anybody.
            raise Unauthenticated("/metrics answers over a proxy with KASAL_METRICS_TOKEN only")
        require_this_machine(
            request, "/metrics answers this machine only; set KASAL_METRICS_TOKEN to ask from afar"
        )
        return
    given = request.headers.getlist("authorization")
    expected = f"Bearer {token.get_secret_value()}"
    if len(given) != 1 or not hmac.compare_digest(given[0].encode(), expected.encode()):
        raise Unauthenticated("/metrics needs `Authorization: Bearer` with KASAL_METRICS_TOKEN")


@router.get(
    "/metrics", dependencies=[Depends(authenticate_scrape)], response_class=PlainTextResponse
)
async def read_metrics(container: ContainerDep) -> Response:
    return Response(await container.metrics.text(), media_type=MEDIA_TYPE)
