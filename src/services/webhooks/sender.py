"""Signs what a webhook is told and sends it, once."""

from collections.abc import Mapping
from typing import Any

import orjson

from src.core.clock import Clock
from src.core.crypto import KeyRing
from src.core.webhook_signature import signed_headers
from src.models.trigger import Webhook
from src.repositories.sealed_column import OLD_WEBHOOK_SECRET, WEBHOOK_SECRET
from src.repositories.webhook_client import WebhookAnswer, WebhookClient
from src.services.webhooks.signing_secret import SigningSecrets


class WebhookSender:
    def __init__(self, clock: Clock, key_ring: KeyRing, client: WebhookClient) -> None:
        self.secrets = SigningSecrets(key_ring, WEBHOOK_SECRET, OLD_WEBHOOK_SECRET)
        self._clock = clock
        self._client = client

    async def send(
        self, webhook: Webhook, delivery: str, event: str, at: str, data: Mapping[str, Any]
    ) -> WebhookAnswer:
        """Raises WebhookFailed or UnsafeUrl."""
        told = {"type": event, "at": at, "group_id": webhook.group_id, "data": data}
        body, now = orjson.dumps(told), self._clock.now()
        headers = signed_headers(self.secrets.valid(webhook, now), delivery, now, body)
        return await self._client.post(webhook.url, body, headers)
