import re
from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, Field

from src.core.tenancy import AuthMode, Role
from src.core.text import ShortText
from src.schemas.common import Patch
from src.schemas.strict import Strict

_EMAIL = re.compile(r"[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[a-z0-9.-]{1,255}")


def is_email(text: str) -> bool:
    """Plain lower-case ASCII: look-alikes in other scripts would be other people."""
    return _EMAIL.fullmatch(text) is not None


def _email(text: str) -> str:
    address = text.strip().lower() if text.isascii() else text
    if not is_email(address):
        raise ValueError("expected one e-mail address, such as ada@example.com")
    return address


Email = Annotated[str, Field(max_length=320), AfterValidator(_email)]


class GroupCreate(Strict):
    name: ShortText


class GroupUpdate(Patch):
    name: ShortText | None = None


class GroupRead(BaseModel):
    id: str
    name: str
    personal: bool = Field(description="one person's own group; it takes no members")
    role: Role = Field(description="the caller's own")
    version: int
    created_at: datetime
    updated_at: datetime


class MemberCreate(Strict):
    email: Email
    role: Role = Role.OPERATOR


class MemberUpdate(Strict):
    role: Role


class MemberRead(BaseModel):
    user_id: str
    email: str
    role: Role
    created_at: datetime


class AccessTokenRead(BaseModel):
    id: str
    email: str
    name: str
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None


class ProviderRead(BaseModel):
    name: str
    title: str
    key_name: str | None
    configured: bool = Field(description="a key is stored, set on the server, or none is needed")


class MeRead(BaseModel):
    user_id: str
    email: str
    auth_mode: AuthMode
    group_id: str = Field(description="the group that this request acts for (X-Group-Id)")
    role: Role
    is_system_admin: bool
    groups: list[GroupRead] = Field(description="the first 200; /groups pages through all")
    default_model: str = Field(description="for configurations that name none")
    providers: list[ProviderRead]
