from datetime import datetime

from pydantic import BaseModel, Field

from src.schemas.strict import Strict


class SecretRotation(Strict):
    overlap_s: int = Field(
        86_400, ge=0, le=30 * 86_400, description="how long the old secret goes on working"
    )


class SecretShown(BaseModel):
    """The only answer that holds it."""

    secret: str = Field(description="`whsec_…`; it is not shown again")
    old_secret_until: datetime | None
