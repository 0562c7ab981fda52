"""Who is asking and for which group: resolved once per request, then passed on, never looked up again."""

from dataclasses import dataclass
from enum import StrEnum

from pydantic import SecretStr


class Role(StrEnum):
    """What a member may do in a group; each role includes the ones before it."""

    OPERATOR = "operator"
    """reads everything, runs and cancels"""
    EDITOR = "editor"
    """designs agents, tasks and crews"""
    ADMIN = "admin"
    """members, provider keys, tool and memory configuration"""

    def includes(self, other: "Role") -> bool:
        order = list(Role)
        return order.index(self) >= order.index(other)


class AuthMode(StrEnum):
    LOCAL = "local"
    TOKEN = "token"
    DATABRICKS_APP = "databricks_app"


@dataclass(frozen=True)
class Principal:
    user_id: str
    email: str
    group_id: str
    role: Role
    is_system_admin: bool = False
    forwarded_token: SecretStr | None = None
    """The user's own Databricks token (databricks_app mode); never stored in clear."""
