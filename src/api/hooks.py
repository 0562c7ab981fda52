"""Where triggers are called: by systems that have no login of Kasal, only the secret of one trigger.

Beside /health these are the only routes without authenticate(): a signature over the body takes its place.
"""

from typing import Annotated

from fastapi import APIRouter, Depends, Header, Request, Response

from src.api.dependencies import ContainerDep
from src.core.logging import group_id_var
from src.schemas.trigger import TriggerAnswer
from src.services.triggers.call import SignedCall, TriggerRequest
from src.services.triggers.trigger import HOOKS

router = APIRouter(prefix=HOOKS, tags=["hooks"])

_BODY = {
    "required": True,
    "content": {"application/json": {"schema": {"type": "object"}}},
    "description": "the payload, at most 256 kB; the mapping of the trigger picks inputs from it",
}


async def authenticate_signature(
    request: Request,
    container: ContainerDep,
    id: str,
    webhook_id: Annotated[
        str, Header(description="names the delivery: the same one twice starts one execution")
    ] = "",
    webhook_timestamp: Annotated[
        str, Header(description="seconds since 1970; at most 5 minutes off")
    ] = "",
    webhook_signature: Annotated[
        str,
        Header(
            description="`v1,` and base64 of HMAC-SHA256 over `id.timestamp.body`; several, separated by "
            "spaces, where a secret changes"
        ),
    ] = "",
) -> SignedCall:
    called = TriggerRequest(
        trigger_id=id,
        delivery=webhook_id,
        timestamp=webhook_timestamp,
        signatures=webhook_signature,
        body=await request.body(),
    )
    call = await container.trigger_calls.authenticate(called)
    group_id_var.set(call.principal.group_id)
    return call


@router.post("/{id}", status_code=202, openapi_extra={"requestBody": _BODY})
async def call_trigger(
    container: ContainerDep,
    call: Annotated[SignedCall, Depends(authenticate_signature)],
    response: Response,
) -> TriggerAnswer:
    taken = await container.trigger_calls.take(call)
    if taken.replayed:
        response.headers["Idempotent-Replayed"] = "true"
    return TriggerAnswer(execution_id=taken.execution_id)
