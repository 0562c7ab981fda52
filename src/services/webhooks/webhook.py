from datetime import timedelta
from typing import Any

from src.core import ids
from src.core.clock import Clock
from src.core.cursor import CursorSigner
from src.core.errors import UnsafeUrl
from src.core.tenancy import Principal
from src.core.unit_of_work import Database
from src.models.trigger import Webhook
from src.repositories.webhook import WebhookRepository
from src.repositories.webhook_client import WebhookFailed
from src.schemas.common import ErrorRead
from src.schemas.signing_secret import SecretRotation, SecretShown
from src.schemas.webhook import (
    WebhookCreate,
    WebhookCreated,
    WebhookRead,
    WebhookTest,
    WebhookUpdate,
)
from src.services.definitions.model_config import check_url_at
from src.services.definitions.noun import NounService
from src.services.webhooks.sender import WebhookSender


class WebhookService(NounService[Webhook, WebhookCreate, WebhookUpdate, WebhookRead]):
    repository = WebhookRepository
    read = WebhookRead

    def __init__(
        self,
        database: Database,
        cursors: CursorSigner,
        clock: Clock,
        sender: WebhookSender,
        *,
        allow_private_urls: bool,
    ) -> None:
        super().__init__(database, cursors, clock)
        self._sender = sender
        self._allow_private_urls = allow_private_urls

    async def create(self, principal: Principal, body: WebhookCreate) -> WebhookCreated:
        check_url_at("/url", body.url, allow_private=self._allow_private_urls)
        now, id = self._clock.now(), ids.new()
        new = self._sender.secrets.first(principal.group_id, id)
        row = Webhook(
            id=id,
            group_id=principal.group_id,
            created_at=now,
            updated_at=now,
            version=1,
            created_by=principal.email,
            **body.model_dump(mode="json"),
            **new.columns,
        )
        async with self._database.write() as uow:
            shown = self._show(await uow.repo(WebhookRepository).add(row))
        return WebhookCreated(**vars(shown), secret=new.secret.get_secret_value())

    async def rotate(self, principal: Principal, id: str, body: SecretRotation) -> SecretShown:
        """In the overlap deliveries are signed with both. Of two at the same time one gets VersionConflict."""
        now = self._clock.now()
        async with self._database.write() as uow:
            webhooks = uow.repo(WebhookRepository)
            row = await webhooks.get(principal.group_id, id)
            new = self._sender.secrets.next(row, now, timedelta(seconds=body.overlap_s))
            changed = await webhooks.update(
                principal.group_id, id, new.columns, now=now, expected_version=row.version
            )
        return SecretShown(
            secret=new.secret.get_secret_value(), old_secret_until=changed.old_secret_until
        )

    async def test(self, principal: Principal, id: str) -> WebhookTest:
        """Sends an event of the type `test`; an address that fails is an answer, not an error."""
        async with self._database.read() as uow:
            row = await uow.repo(WebhookRepository).get(principal.group_id, id)
        at = self._clock.now().isoformat()
        began_s = self._clock.monotonic_s()
        try:
            answer = await self._sender.send(row, ids.new(), "test", at, {"webhook_id": id})
        except (WebhookFailed, UnsafeUrl) as exc:
            error = ErrorRead(code=exc.code, message=exc.message)
            return WebhookTest(ok=False, latency_ms=self._since_ms(began_s), error=error)
        return WebhookTest(
            ok=answer.is_ok, status=answer.status, latency_ms=self._since_ms(began_s)
        )

    def _since_ms(self, began_s: float) -> int:
        return round((self._clock.monotonic_s() - began_s) * 1000)

    async def _changes(self, principal: Principal, id: str, body: WebhookUpdate) -> dict[str, Any]:
        if body.url is not None:
            check_url_at("/url", body.url, allow_private=self._allow_private_urls)
        reason = {} if body.enabled is None else {"disabled_because": None}
        return body.changes() | reason
