"""Questions to people, and their answers."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints, model_validator

from src.core.approval import ApprovalKind, ApprovalStatus, Decision
from src.core.tenancy import Role
from src.core.text import SafeText
from src.schemas.common import OwnedRead
from src.schemas.strict import Strict

Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class ApprovalRead(OwnedRead):
    execution_id: str
    crew_name: str = Field(description="of the execution; of its flow where a gate asks")
    run_name: str | None = Field(description="of the execution")
    kind: ApprovalKind
    task: str | None = Field(description="key of the task, or of a flow's node")
    shown: dict[str, Any] = Field(description="what is decided about")
    shown_hash: str
    status: ApprovalStatus
    role: Role = Field(description="the least that may decide")
    expires_at: datetime | None
    on_expiry: Literal["approve", "reject"]
    comment: str | None
    decided_by: str | None = Field(description="null for one that expired")
    decided_at: datetime | None


class ApprovalDecision(Strict):
    decision: Decision
    comment: Annotated[SafeText, StringConstraints(max_length=20_000)] = Field(
        "", description="revise needs one: it is put before the task when it runs again"
    )
    shown_hash: Digest | None = Field(
        None, description="of what you looked at; refused when it is not what is asked"
    )

    @model_validator(mode="after")
    def _says_what_to_change(self) -> "ApprovalDecision":
        if self.decision is Decision.REVISE and not self.comment.strip():
            raise ValueError("revise needs a comment that says what to change")
        return self
