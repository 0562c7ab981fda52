"""How a command reaches the server, and the options that every command takes."""

from dataclasses import dataclass
from typing import Any, TypeVar

import click

from src.client.client import KasalClient
from src.client.request import KasalError

T = TypeVar("T")


@dataclass
class Session:
    url: str = "http://127.0.0.1:8000"
    token: str | None = None
    group: str | None = None
    json: bool = False

    def client(self) -> KasalClient:
        return KasalClient(self.url, token=self.token, group=self.group)


def _json_option() -> click.Option:
    return click.Option(["--json"], is_flag=True, default=None, help="Print JSON.")


def _connection_options() -> list[click.Parameter]:
    return [
        click.Option(
            ["--url"], envvar="KASAL_URL", help="Server (KASAL_URL; http://127.0.0.1:8000)."
        ),
        click.Option(["--token"], envvar="KASAL_TOKEN", help="Access token (KASAL_TOKEN)."),
        click.Option(["--group"], envvar="KASAL_GROUP", help="Group id; default your own."),
    ]


class LocalCommand(click.Command):
    """Works on this machine; takes --json."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.params += self.shared_options()

    def shared_options(self) -> list[click.Parameter]:
        return [_json_option()]

    def invoke(self, ctx: click.Context) -> Any:
        session = ctx.find_object(Session) or Session()
        ctx.obj = session
        for option in self.shared_options():
            value = ctx.params.pop(str(option.name), None)
            if value is not None:
                setattr(session, str(option.name), value)
        return super().invoke(ctx)


class ClientCommand(LocalCommand):
    """Talks to a server; takes --url, --token, --group and --json."""

    def shared_options(self) -> list[click.Parameter]:
        return [*_connection_options(), _json_option()]

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except KasalError as exc:
            raise Failure(exc) from exc


class ClientGroup(click.Group):
    command_class = ClientCommand


class LocalGroup(click.Group):
    command_class = LocalCommand


class Failure(click.ClickException):
    """What the server refused, for people: exit code 1."""

    def __init__(self, error: KasalError) -> None:
        lines = [error.detail or error.title]
        lines += [f"  {item.pointer}: {item.message}" for item in error.errors]
        if error.status == 0:
            lines.append("Start one with ./run.sh sqlite, or name another with --url.")
        if error.request_id:
            lines.append(f"(request {error.request_id})")
        super().__init__("\n".join(lines))
