"""Brace-style structured logging: `log.info("index {} ready after {:.1f} s", name, dt)`.

Every line carries the request, group and execution it belongs to, taken from context variables, so
that call sites name only what is new.
"""

import json
import logging
import sys
import time
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

request_id_var: ContextVar[str] = ContextVar("request_id", default="")
group_id_var: ContextVar[str] = ContextVar("group_id", default="")
execution_id_var: ContextVar[str] = ContextVar("execution_id", default="")

_CONTEXT = {
    "request_id": request_id_var,
    "group_id": group_id_var,
    "execution_id": execution_id_var,
}


class _BraceMessage:
    """Formats only when a handler asks for the text. The template is ours, never a user's."""

    __slots__ = ("args", "template")

    def __init__(self, template: str, args: tuple[object, ...]) -> None:
        self.template = template
        self.args = args

    def __str__(self) -> str:
        return self.template.format(*self.args) if self.args else self.template


class BraceStyleAdapter(logging.LoggerAdapter[logging.Logger]):
    def log(self, level: int, msg: object, *args: object, **kwargs: Any) -> None:
        if self.isEnabledFor(level):
            message, options = self.process(msg, kwargs)
            options.setdefault("stacklevel", 2)
            self.logger.log(level, _BraceMessage(str(message), args), **options)

    def process(
        self, msg: object, kwargs: MutableMapping[str, Any]
    ) -> tuple[object, MutableMapping[str, Any]]:
        return msg, kwargs


def get_logger(name: str) -> BraceStyleAdapter:
    return BraceStyleAdapter(logging.getLogger(name))


def current_context() -> dict[str, str]:
    return {name: var.get() for name, var in _CONTEXT.items() if var.get()}


@contextmanager
def log_context(*, group_id: str = "", execution_id: str = "") -> Iterator[None]:
    tokens = [
        (var, var.set(value))
        for var, value in ((group_id_var, group_id), (execution_id_var, execution_id))
        if value
    ]
    try:
        yield
    finally:
        for var, token in reversed(tokens):
            var.reset(token)


class _TextFormatter(logging.Formatter):
    converter = staticmethod(time.gmtime)

    def format(self, record: logging.LogRecord) -> str:
        context = " ".join(f"{key}={value}" for key, value in current_context().items())
        stamp = f"{self.formatTime(record, '%H:%M:%S')}.{int(record.msecs):03d}"
        line = f"{stamp} {record.levelname:<7} {record.name}  {record.getMessage()}"
        if context:
            line = f"{line}  [{context}]"
        if record.exc_info:
            line = f"{line}\n{self.formatException(record.exc_info)}"
        return line


class _JsonFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        entry = {
            "at": f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(record.created))}"
            f".{int(record.msecs):03d}Z",
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **current_context(),
        }
        if record.exc_info:
            entry["exception"] = self.formatException(record.exc_info)
        return json.dumps(entry, ensure_ascii=False)


_QUIET = ("httpx", "httpcore", "alembic", "dbos", "LiteLLM", "openai", "asyncio", "mcp", "crewai")


def configure_logging(level: str, log_format: str) -> None:
    """Installs the one handler of the process; libraries are heard from WARNING upwards."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_JsonFormatter() if log_format == "json" else _TextFormatter())
    root = logging.getLogger()
    # Takes the place of its own earlier self and of what libraries put there; leaves other kinds alone.
    others = [one for one in root.handlers if type(one) is not logging.StreamHandler]
    root.handlers[:] = [*others, handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("src").setLevel(level.upper())
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
