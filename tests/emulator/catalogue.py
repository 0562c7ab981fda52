"""The faults of reference §7 by name: `emulator.inject("expired_token")`.

Rules strike requests; option changes alter how the emulator answers from then on.
"""

import json
from dataclasses import dataclass, field
from typing import Any

from tests.emulator.faults import FaultRule
from tests.emulator.serving import chunk_of
from tests.emulator.world import World

INDEX = "/api/2.0/vector-search/*indexes/*"
UPSERT = "*/upsert-data"
QUERY = "*/query"
CHAT = "/serving-endpoints/*"
MIDSTREAM = {"error_code": "REQUEST_LIMIT_EXCEEDED", "message": "Exceeded the token limit."}
HTML = "<html><head><title>502 Bad Gateway</title></head><body><pre>upstream</pre></body></html>"
NO_CHOICES = {"id": "c", "object": "chat.completion", "created": 1, "model": "m", "choices": []}


@dataclass(frozen=True)
class NamedFault:
    rules: tuple[dict[str, Any], ...] = ()
    options: dict[str, Any] = field(default_factory=dict)


def _rule(**fields: Any) -> NamedFault:
    return NamedFault((fields,))


def _option(**options: Any) -> NamedFault:
    return NamedFault(options=options)


CATALOGUE: dict[str, NamedFault] = {
    "expired_token": _rule(
        path="/api/*", status=401, error_code="UNAUTHENTICATED", message="Token is expired"
    ),
    "invalid_token": _rule(path="/api/*", status=403, message="Invalid access token."),
    "permission_denied": _rule(
        path=INDEX, status=403, message="User does not have SELECT on Index.", times=None
    ),
    "missing_scope": _rule(
        path=INDEX,
        status=403,
        message="Provided OAuth token does not have required scopes: vector-search",
        times=None,
    ),
    "missing_index": _rule(path=INDEX, status=404, message="Index not found.", times=None),
    "pending_deletion": _option(pending_deletion_refusals=3),
    "index_not_ready": _option(index_provisioning_polls=3),
    "endpoint_not_ready": _option(endpoint_provisioning_polls=3),
    "throttled": _rule(path=INDEX, status=429, retry_after=1, times=2),
    "throttled_without_retry_after": _rule(path=INDEX, status=429, times=2),
    "throttled_for_long": _rule(path=INDEX, status=429, retry_after=300, times=None),
    "unavailable": _rule(path=INDEX, status=503, times=2),
    "down": _rule(path=INDEX, status=503, times=None),
    "gateway_timeout": _rule(path=INDEX, status=504),
    "internal_error": _rule(path=INDEX, status=500),
    "html_error": _rule(path=INDEX, status=502, body=HTML, content_type="text/html"),
    "slow": _rule(path=INDEX, hold=True),
    "connection_reset": _rule(path=INDEX, connection="reset"),
    "reset_after_write": _rule(path=UPSERT, connection="reset", after_handler=True),
    "half_answer": _rule(path=QUERY, connection="half"),
    "malformed_json": _rule(path=QUERY, malformed=True),
    "upsert_partly_failed": _rule(path=UPSERT, fail_every=2),
    "upsert_failed": _rule(path=UPSERT, fail_every=1),
    "camel_case_data_plane": _option(data_plane_camel_case=True),
    "int64_as_string": _option(int64_as_string=True),
    "no_data_array": _option(omit_empty_data_array=True),
    "wrong_column_count": _option(wrong_column_count=True),
    "empty_next_page": _option(empty_next_page=True),
    "stale_read": _option(stale_first_read=True),
    "short_lived_tokens": _option(token_ttl_s=5.0),
    "empty_choices": _rule(path=CHAT, body=NO_CHOICES),
    "throttled_chat": _rule(
        path=CHAT, status=429, retry_after=1, error_code="REQUEST_LIMIT_EXCEEDED"
    ),
    "throttled_midstream": _rule(
        path=CHAT,
        body_contains='"stream"',
        body=f"{chunk_of('The ')}data: {json.dumps(MIDSTREAM)}\n\n",
        content_type="text/event-stream",
    ),
    "cut_stream": _rule(path=CHAT, body_contains='"stream"', connection="cut"),
}


def inject(world: World, name: str) -> FaultRule | None:
    """Switches the named fault on; returns its rule, if it has one."""
    if name not in CATALOGUE:
        raise KeyError(f"no fault {name!r}; there are {', '.join(sorted(CATALOGUE))}")
    fault = CATALOGUE[name]
    world.options.change(fault.options)
    added = [world.faults.add(FaultRule(name=name, **fields)) for fields in fault.rules]
    return added[-1] if added else None
