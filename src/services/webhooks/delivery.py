"""The job that delivers one event to one webhook."""

from collections.abc import Mapping
from typing import Any

from src.core.clock import Clock
from src.core.errors import AppError, Unavailable
from src.core.unit_of_work import Database
from src.models.trigger import Webhook
from src.repositories.webhook import WebhookRepository
from src.repositories.webhook_client import WebhookFailed
from src.services.jobs.handler import JobOrder, JobProgress, StepStatus
from src.services.webhooks.sender import WebhookSender

_GONE = 410


class WebhookGone(AppError):
    status, code, title = 410, "webhook-gone", "The address wants no more calls"


class WebhookDelivery:
    """services.jobs.handler.JobHandler for WEBHOOK: at least once, under the id of the job."""

    def __init__(self, database: Database, clock: Clock, sender: WebhookSender) -> None:
        self._database = database
        self._clock = clock
        self._sender = sender

    async def run(self, order: JobOrder, progress: JobProgress) -> Mapping[str, Any]:
        webhook, data = await self._read(order)
        if webhook is None or not webhook.enabled:
            return {"sent": False, "because": "the webhook was deleted or disabled"}
        told = order.arguments
        try:
            answer = await self._sender.send(webhook, order.id, told["type"], told["at"], data)
        except WebhookFailed as exc:
            raise Unavailable(exc.message) from exc
        if answer.is_ok:
            await progress.step("send", StepStatus.DONE, f"answered {answer.status}")
            return {"sent": True, "status": answer.status}
        if answer.status == _GONE:
            raise await self._disable(webhook)
        headers = {} if answer.retry_after is None else {"Retry-After": answer.retry_after}
        raise Unavailable(f"expected an answer 2xx, got {answer.status}", headers=headers)

    async def abandoned(self, order: JobOrder, message: str) -> None:
        """Deliveries are shown as jobs: there is no other place that would have to say so."""

    async def _read(self, order: JobOrder) -> tuple[Webhook | None, dict[str, Any]]:
        """Outputs are read when they are sent: what was deleted meanwhile is not told."""
        data = dict(order.arguments["data"])
        async with self._database.read() as uow:
            webhooks = uow.repo(WebhookRepository)
            webhook = await webhooks.find(order.group_id, str(order.subject_id))
            if webhook is not None and webhook.include_outputs and "attempt" in data:
                found = await webhooks.outputs(
                    order.group_id, data["execution_id"], data["attempt"]
                )
                data["result"], message = found or (None, None)
                if data["error"] is not None:
                    data["error"] = {**data["error"], "message": message}
        return webhook, data

    async def _disable(self, webhook: Webhook) -> WebhookGone:
        reason = "the address answered 410 Gone"
        async with self._database.write() as uow:
            await uow.repo(WebhookRepository).disable(
                webhook.group_id, webhook.id, reason, self._clock.now()
            )
        return WebhookGone(f"{reason}; the webhook is disabled")
