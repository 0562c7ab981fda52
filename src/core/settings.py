"""Every setting of the product, read once at start from the environment (and `.env` in development)."""

import ipaddress
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Literal
from urllib.parse import parse_qs, parse_qsl, quote, urlencode, urlsplit

import platformdirs
from pydantic import Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from src.core.crypto import KeyRing
from src.core.database_login import ENDPOINT, INSTANCE, DatabaseLogin, ServicePrincipal
from src.core.errors import UnsafeUrl
from src.core.outbound import base_url, check_url
from src.core.tenancy import AuthMode

_SSL_WORDS = {"true": "require", "false": "disable"}


class Environment(StrEnum):
    DEVELOPMENT = "development"
    PRODUCTION = "production"


class DatabaseType(StrEnum):
    POSTGRES = "postgres"
    SQLITE = "sqlite"


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_file=".env", extra="ignore", hide_input_in_errors=True)

    database_url: SecretStr | None = None
    database_type: DatabaseType | None = None
    sqlite_path: Path | None = None
    use_nullpool: bool = False
    database_pool_size: int = Field(10, ge=1, le=200)
    kasal_lakebase: str = ""
    """The Lakebase database whose password is minted for each login: an instance or projects/…/endpoints/…"""
    pghost: str = ""
    """This and its like count with KASAL_LAKEBASE and without DATABASE_URL: a Databricks App has them."""
    pgport: int = Field(5432, ge=1, le=65535)
    pguser: str = ""
    pgdatabase: str = ""
    pgsslmode: str = ""

    kasal_data_dir: Path = Field(default_factory=lambda: Path(platformdirs.user_data_dir("kasal")))
    kasal_env: Environment = Environment.DEVELOPMENT
    port: int = Field(8000, ge=1, le=65535)
    host: str = "127.0.0.1"

    kasal_auth_mode: AuthMode = AuthMode.LOCAL
    kasal_trusted_proxies: str = ""
    """Comma-separated networks whose X-Forwarded-* headers are believed in databricks_app mode."""
    kasal_system_admins: str = ""
    """Comma-separated e-mail addresses."""
    kasal_encryption_keys: SecretStr | None = None
    kasal_metrics_token: SecretStr | None = Field(None, min_length=16)
    """Who scrapes /metrics presents it; without it only this machine may."""
    kasal_log_format: Literal["text", "json"] = "text"
    kasal_log_level: Literal["debug", "info", "warning", "error"] = "info"

    kasal_worker_concurrency: int = Field(50, ge=1, le=500)
    kasal_group_concurrency: int = Field(5, ge=1, le=500)
    kasal_group_max_queued: int = Field(10_000, ge=1, le=1_000_000)
    kasal_embedded_workers: int = Field(1, ge=0, le=16)
    kasal_lease_ttl_s: float = Field(15.0, ge=1.0, le=600.0)
    kasal_default_model: str = ""
    """Used where a configuration names no model; empty picks the first provider that has a key, else demo/demo."""
    kasal_max_body_bytes: int = Field(1_048_576, ge=1024)
    kasal_max_document_bytes: int = Field(20_971_520, ge=1024, le=1_073_741_824)
    kasal_max_batch_bytes: int = Field(20_971_520, ge=1024, le=1_073_741_824)
    kasal_keep_executions_days: int = Field(0, ge=0, le=36_500)
    kasal_keep_events_days: int = Field(0, ge=0, le=36_500)
    kasal_keep_jobs_days: int = Field(30, ge=0, le=36_500)
    kasal_llm_timeout_s: float = Field(120.0, gt=0, le=3600)
    kasal_llm_max_retries: int = Field(2, ge=0, le=10)
    kasal_llm_outage_s: float = Field(30.0, ge=0, le=3600)
    kasal_allow_private_urls: bool = False
    """Lets tools and model base URLs reach loopback and private networks. For development only."""

    databricks_host: str = ""
    databricks_token: SecretStr | None = None
    databricks_api_key: SecretStr | None = None
    databricks_client_id: str = ""
    databricks_client_secret: SecretStr | None = None
    databricks_app_port: int | None = None
    openai_api_key: SecretStr | None = None
    openai_base_url: str = ""
    anthropic_api_key: SecretStr | None = None
    gemini_api_key: SecretStr | None = None
    gemini_base_url: str = ""
    """Of embeddings: where Gemini's OpenAI-compatible API is reached, when not at its public address."""
    deepseek_api_key: SecretStr | None = None
    ollama_api_base: str = ""
    hosted_vllm_api_base: str = ""

    @model_validator(mode="after")
    def _fit_together(self) -> "Settings":
        if self.kasal_auth_mode is AuthMode.LOCAL and not _is_loopback(self.host):
            raise ValueError(
                f"KASAL_AUTH_MODE=local serves one user on loopback only, but HOST is {self.host}; "
                "choose KASAL_AUTH_MODE=token (then `kasal token create`) or HOST=127.0.0.1"
            )
        if self.kasal_env is Environment.PRODUCTION and self.kasal_encryption_keys is None:
            raise ValueError(
                "KASAL_ENCRYPTION_KEYS is required in production, so that stored keys survive a "
                "redeploy; set it to a fresh ring such as the one `kasal doctor --new-key` prints"
            )
        for network in self.trusted_proxies:
            ipaddress.ip_network(network)
        if self.kasal_lakebase:
            self._check_lakebase()
        return self

    def _check_lakebase(self) -> None:
        if not INSTANCE.fullmatch(self.kasal_lakebase) and not ENDPOINT.fullmatch(
            self.kasal_lakebase
        ):
            raise ValueError(
                "KASAL_LAKEBASE must be the name of an instance, or projects/…/branches/…/endpoints/…"
            )
        if self.is_sqlite:
            raise ValueError("KASAL_LAKEBASE is set, but the database is SQLite; unset one of them")
        principal = ("databricks_host", "databricks_client_id", "databricks_client_secret")
        address = ("pghost", "pgdatabase") if self.database_url is None else ()
        missing = [name.upper() for name in (*principal, *address) if not getattr(self, name)]
        if missing:
            raise ValueError(
                f"KASAL_LAKEBASE needs {', '.join(missing)}; a Databricks App has them when the "
                "database is one of its resources"
            )
        try:
            check_url(self.workspace_url, allow_private=True)
        except UnsafeUrl as exc:
            raise ValueError(f"DATABRICKS_HOST is no address of a workspace: {exc}") from exc
        parts = urlsplit(self.sqlalchemy_url)
        if parts.password or "password" in parse_qs(parts.query):
            raise ValueError(
                "DATABASE_URL holds a password, but with KASAL_LAKEBASE each login gets a fresh one; "
                "take it out, or unset KASAL_LAKEBASE"
            )
        if not parts.username:
            raise ValueError(
                "DATABASE_URL must name the role, which is the client id of the service principal"
            )

    @property
    def is_sqlite(self) -> bool:
        if self.database_type is not None:
            return self.database_type is DatabaseType.SQLITE
        if self.database_url is None:
            return not self.kasal_lakebase
        return self.database_url.get_secret_value().startswith("sqlite")

    @cached_property
    def sqlalchemy_url(self) -> str:
        """The application database as an async SQLAlchemy URL."""
        if self.is_sqlite:
            path = self.sqlite_path or self._path_in_url() or self.kasal_data_dir / "kasal.db"
            path.parent.mkdir(parents=True, exist_ok=True)
            return f"sqlite+inline:///{path.absolute()}"
        scheme, _, rest = self._postgres_url().partition("://")
        if scheme.split("+")[0] not in ("postgres", "postgresql"):
            raise ValueError(
                f"DATABASE_URL must start with postgresql:// or sqlite://, got {scheme}://"
            )
        return f"postgresql+asyncpg://{_with_sslmode(rest, self._usual_sslmode)}"

    def _postgres_url(self) -> str:
        if self.database_url is not None:
            return self.database_url.get_secret_value()
        if not self.kasal_lakebase:
            raise ValueError("DATABASE_TYPE=postgres needs DATABASE_URL=postgresql://…")
        user = quote(self.pguser or self.databricks_client_id, safe="")
        return f"postgresql://{user}@{self.pghost}:{self.pgport}/{quote(self.pgdatabase, safe='')}"

    @property
    def _usual_sslmode(self) -> str:
        """Of an address that says nothing: a credential of the workspace must not go out in clear."""
        return (self.pgsslmode or "require") if self.kasal_lakebase else ""

    def _path_in_url(self) -> Path | None:
        url = self.database_url.get_secret_value() if self.database_url else ""
        scheme, _, path = url.partition(":///")
        return Path(path) if scheme.startswith("sqlite") and path else None

    @property
    def sync_database_url(self) -> str:
        """The same database for the synchronous drivers of migrations, leases and the run engine."""
        return self.sqlalchemy_url.replace("+inline", "").replace("+asyncpg", "+psycopg")

    @property
    def postgres_dsn(self) -> str:
        """For a bare asyncpg connection."""
        return self.sqlalchemy_url.replace("+asyncpg", "")

    @cached_property
    def database_login(self) -> DatabaseLogin | None:
        """Mints the password for each connection; None where DATABASE_URL holds it, or none is needed."""
        if not self.kasal_lakebase or self.databricks_client_secret is None:
            return None
        principal = ServicePrincipal(
            self.workspace_url, self.databricks_client_id, self.databricks_client_secret
        )
        return DatabaseLogin(self.kasal_lakebase, principal)

    @property
    def workspace_url(self) -> str:
        return base_url(self.databricks_host)

    @property
    def idle_transaction_s(self) -> float:
        """A process that stands still inside a transaction loses its locks before its lease: those who take
        its work over would wait for them."""
        return min(max(self.kasal_lease_ttl_s * 2 / 3, 5.0), 20.0)

    @property
    def trusted_proxies(self) -> list[str]:
        return _split(self.kasal_trusted_proxies)

    @property
    def system_admins(self) -> frozenset[str]:
        return frozenset(address.lower() for address in _split(self.kasal_system_admins))

    @cached_property
    def key_ring(self) -> KeyRing:
        """From KASAL_ENCRYPTION_KEYS; in development else from a key file made once in the data directory."""
        if self.kasal_encryption_keys is not None:
            return KeyRing.parse(self.kasal_encryption_keys.get_secret_value())
        path = self.kasal_data_dir / "encryption.key"
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            _write_once(path, KeyRing.generate())
        return KeyRing.parse(path.read_text().strip())


def _with_sslmode(address: str, usual: str) -> str:
    """`sslmode` is what both drivers read; addresses that were made for asyncpg alone say `ssl`."""
    place, _, query = address.partition("?")
    options = parse_qsl(query, keep_blank_values=True)
    named = [
        ("sslmode", _SSL_WORDS.get(value, value)) if name in ("ssl", "sslmode") else (name, value)
        for name, value in options
    ]
    if usual and "sslmode" not in dict(named):
        named.append(("sslmode", usual))
    return address if named == options else f"{place}?{urlencode(named)}"


def _write_once(path: Path, text: str) -> None:
    # API and workers start together on a fresh directory: only one of them may create the key.
    try:
        path.touch(mode=0o600, exist_ok=False)
    except FileExistsError:
        return
    path.write_text(text + "\n")


def _split(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def explain(error: ValidationError) -> str:
    """The settings that are wrong, one a line, without their values."""
    lines = []
    for item in error.errors(include_input=False, include_url=False):
        name = ".".join(str(part) for part in item["loc"]).upper()
        lines.append(f"{name or 'settings'}: {item['msg']}")
    return "\n".join(lines)
