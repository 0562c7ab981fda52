"""The name under which a crew remembers: the same configuration has it again in every run and process."""

import hashlib
from collections.abc import Iterable

_HEX_CHARS = 32
"""128 bits: enough that two crews never meet by accident or on purpose."""


def crew_identity(
    *,
    agent_roles: Iterable[str],
    task_names: Iterable[str],
    crew_name: str,
    model: str,
    run_name: str | None,
    group_id: str,
) -> str:
    """SHA-256 over the six length-delimited parts. Roles and names count without their order; a
    run_name counts only when the caller chose it, so that a repeated run finds its memory again."""
    digest = hashlib.sha256()
    for part in (sorted(agent_roles), sorted(task_names), [crew_name], [model]):
        digest.update(_delimited(part))
    digest.update(_delimited([] if run_name is None else [run_name]))
    digest.update(_delimited([group_id]))
    return digest.hexdigest()[:_HEX_CHARS]


def _delimited(parts: list[str]) -> bytes:
    encoded = [part.encode() for part in parts]
    return b"%d[" % len(encoded) + b"".join(b"%d:%s" % (len(part), part) for part in encoded) + b"]"
