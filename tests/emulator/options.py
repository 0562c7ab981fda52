"""What can be switched. Defaults: the service's limits on, every oddity off, nothing takes time."""

from dataclasses import dataclass, field, fields
from typing import Any, Literal, Self


@dataclass
class Limits:
    """Numbers from reference §1.4, §1.5 and §1.7; most are quoted from the product's own page.

    `enforced=False` lifts all but the pages of 1,000 rows and the 10,000 rows of one query.
    """

    enforced: bool = True
    endpoints: int = 500
    indexes_per_endpoint: int = 50
    columns: int = 50
    dimension: int = 4096
    upsert_rows: int = 1000
    delete_keys: int = 100
    row_bytes: int = 100 * 1024
    request_bytes: int = 10 * 1024 * 1024
    response_bytes: int = 10 * 1024 * 1024
    query_text_chars: int = 32_764
    filter_elements: int = 1024
    text_results: int = 200
    embedding_inputs: int = 150
    page_rows: int = 1000
    ann_results: int = 10_000


@dataclass
class Options:
    limits: Limits = field(default_factory=Limits)

    endpoint_provisioning_s: float = 0.0
    endpoint_provisioning_polls: int = 0
    """So many GETs answer PROVISIONING; for clients that wait in real time."""
    index_provisioning_s: float = 0.0
    index_provisioning_polls: int = 0
    pending_deletion_s: float = 0.0
    pending_deletion_refusals: int = 0
    """So many creates are refused after a DELETE, however much time has passed."""

    token_ttl_s: float = 3600.0
    database_password_ttl_s: float = 3600.0
    unknown_token_status: Literal[401, 403] = 401
    latency_s: float = 0.0
    """Real time that every request to an index takes."""

    data_plane_camel_case: bool = False
    index_url_without_scheme: bool = False
    """As the service sends it. The clients then put https:// in front, which nothing here answers."""
    int64_as_string: bool = False
    integers_as_floats: bool = True
    """Cells travel as protobuf Values, whose only number is a double: 3 comes back as 3.0."""
    omit_empty_data_array: bool = False
    wrong_column_count: bool = False
    empty_next_page: bool = False
    """A query announces a second page that turns out to be empty."""
    stale_first_read: bool = False
    """The first read behind a write does not see it."""
    sdk_delete_quirk: bool = False
    """Keys in the query string: only the first is deleted."""
    missing_keys_fail_delete: bool = False
    lenient_filters: bool = False
    """A filter in the other endpoint type's form is ignored instead of refused."""
    filter_string_escapes: Literal["standard", "spark"] = "standard"
    """How a quote inside a string is written: doubled, or behind a backslash."""
    storage_optimized_direct_access: bool = False
    """Allows DIRECT_ACCESS on STORAGE_OPTIMIZED endpoints, which the service is said to refuse."""
    schemas: tuple[str, ...] | None = None
    """The `catalog.schema` names that exist; None: every one."""

    def change(self, values: dict[str, Any]) -> Self:
        """Sets fields by name; `limits` takes a dict of its own fields. Unknown names raise KeyError."""
        for name, value in values.items():
            if name == "limits" and isinstance(value, dict):
                _set(self.limits, value)
            else:
                _set(self, {name: value})
        return self


def _set(target: Any, values: dict[str, Any]) -> None:
    known = {one.name for one in fields(target)}
    for name, value in values.items():
        if name not in known:
            raise KeyError(f"no option {name!r}; there are {', '.join(sorted(known))}")
        setattr(target, name, value)
