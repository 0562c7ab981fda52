"""The one way out: every address that a user or a model can name is called through these clients.

A name is resolved once, every address it has is judged, and the connection goes to that very address
while Host and SNI keep the name: a resolver that answers differently the second time gains nothing.
Each redirect hop is a request of its own and is judged again. Proxies and netrc of the environment are
not used. What is refused and why the standard library's `is_private` is not enough: the tables below
(measured on Python 3.11, 2026-11).
"""

import ipaddress
import socket
import ssl
import zlib
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import anyio.to_thread
import httpx

from src.core.errors import AppError, UnsafeUrl

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolver = Callable[[str, int], Sequence[str]]
"""Host and port -> addresses, as text. Raises OSError when there is none."""

_MAX_URL_CHARS = 2000
_MAX_REDIRECTS = 5
_CONNECT_TIMEOUT_S = 10.0
_KNOWN_PORTS = frozenset({80, 443})
_FIRST_FREE_PORT = 1024
_LOCAL_NAMES = ("localhost", "local", "internal", "intranet", "lan", "home.arpa")

# Addresses under which clouds hand out credentials; refused in every mode.
_METADATA = tuple(
    ipaddress.ip_network(network)
    for network in (
        "169.254.0.0/16",  # AWS, Azure, GCP, Tencent, Scaleway; container credentials
        "fe80::/10",
        "100.100.100.200/32",  # Alibaba
        "192.0.0.0/24",  # Oracle uses .192
        "168.63.129.16/32",  # Azure
        "fd00:ec2::254/128",  # AWS
        "fd20:ce::254/128",  # GCP
        "fd00:c1::a9fe:a9fe/128",  # Oracle
        "fd00:42::42/128",  # Scaleway
    )
)
# IPv6 forms that carry an IPv4 address inside: a translator would unpack 127.0.0.1 or the metadata address.
_CARRIERS = tuple(
    ipaddress.ip_network(network)
    for network in (
        "::ffff:0:0/96",  # mapped
        "::ffff:0:0:0/96",  # translated
        "::/96",  # compatible
        "64:ff9b::/96",  # NAT64
        "64:ff9b:1::/48",  # local NAT64
        "2002::/16",  # 6to4
        "2001::/32",  # Teredo
        "192.88.99.0/24",  # 6to4 relays
    )
)
_PRIVATE = tuple(
    ipaddress.ip_network(network)
    for network in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7")
)
_GLOBAL_IPV6 = ipaddress.ip_network("2000::/3")


class ResponseTooLarge(AppError):
    status, code, title = 422, "response-too-large", "The answer is too large"


@dataclass(frozen=True)
class OutboundLimits:
    """How far a call may go. Times are per network operation: bound the whole with your own deadline."""

    allow_private: bool = False
    """Loopback and private networks too (development only); never metadata addresses."""
    timeout_s: float = 30.0
    max_bytes: int = 10_000_000
    """Of one response, after decompression."""
    follow_redirects: bool = True


def base_url(host: str) -> str:
    """`host` with a scheme and without an ending slash: Databricks Apps set DATABRICKS_HOST without one."""
    host = host.rstrip("/")
    return host if "://" in host else f"https://{host}"


def check_url(url: str, allow_private: bool) -> None:
    """Refuses what can be refused without a network, for the moment when an address is configured.

    No name is looked up: names change, so the connection itself decides again. Raises UnsafeUrl.
    """
    if len(url) > _MAX_URL_CHARS:
        raise UnsafeUrl(f"expected at most {_MAX_URL_CHARS} characters of URL, got {len(url)}")
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL as exc:
        raise UnsafeUrl(f"this is not a URL that can be called ({exc})") from exc
    _check_parts(parsed, allow_private)
    host = _host(parsed)
    numeric = _numeric_address(host)
    if numeric is not None:
        _check_address(numeric, host, allow_private)
    elif not allow_private and _is_local_name(host):
        raise UnsafeUrl(
            f"{host} is a name of a private network; use a public name, or set "
            "KASAL_ALLOW_PRIVATE_URLS=true on a development machine"
        )


def open_client(
    limits: OutboundLimits, resolver: Resolver | None = None, headers: dict[str, str] | None = None
) -> httpx.Client:
    return httpx.Client(
        transport=_GuardedTransport(limits, resolver or resolve),
        headers={"Accept-Encoding": "gzip", **(headers or {})},
        timeout=_timeout(limits),
        follow_redirects=limits.follow_redirects,
        max_redirects=_MAX_REDIRECTS,
        trust_env=False,
    )


def open_async_client(
    limits: OutboundLimits, resolver: Resolver | None = None, headers: dict[str, str] | None = None
) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        transport=_GuardedAsyncTransport(limits, resolver or resolve),
        headers={"Accept-Encoding": "gzip", **(headers or {})},
        timeout=_timeout(limits),
        follow_redirects=limits.follow_redirects,
        max_redirects=_MAX_REDIRECTS,
        trust_env=False,
    )


def resolve(host: str, port: int) -> Sequence[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(entry[4][0]) for entry in found))


def _timeout(limits: OutboundLimits) -> httpx.Timeout:
    return httpx.Timeout(limits.timeout_s, connect=min(limits.timeout_s, _CONNECT_TIMEOUT_S))


@cache
def _ssl_context() -> ssl.SSLContext:
    # 44 ms of CPU each, so one for the process. SSL_CERT_FILE stays the operator's way to add a company CA.
    return httpx.create_ssl_context(trust_env=True)


def _host(url: httpx.URL) -> str:
    return url.raw_host.decode("ascii").rstrip(".").lower()


def _port(url: httpx.URL) -> int:
    return url.port or (443 if url.scheme == "https" else 80)


def _check_parts(url: httpx.URL, allow_private: bool) -> None:
    if url.scheme not in ("http", "https"):
        raise UnsafeUrl(f"expected an http:// or https:// URL, got scheme {url.scheme!r}")
    if url.userinfo:
        raise UnsafeUrl(
            "the URL carries a user name or password; leave them out and configure a header instead"
        )
    if not url.host:
        raise UnsafeUrl("the URL names no host; expected https://host/path")
    port = _port(url)
    if not allow_private and port not in _KNOWN_PORTS and port < _FIRST_FREE_PORT:
        raise UnsafeUrl(f"port {port} is not for HTTP; expected 80, 443 or one from 1024 upwards")


def _is_local_name(host: str) -> bool:
    return "." not in host or any(
        host == name or host.endswith(f".{name}") for name in _LOCAL_NAMES
    )


def _numeric_address(host: str) -> Address | None:
    """The address a host stands for without asking anybody: 127.1, 2130706433 and 0x7f.1 are 127.0.0.1."""
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
    except (OSError, UnicodeError):
        return None
    return ipaddress.ip_address(found[0][4][0])


def _check_address(address: Address, host: str, allow_private: bool) -> None:
    reason = _refusal(address, allow_private)
    if reason is not None:
        hint = "" if allow_private else "; only public addresses may be called"
        raise UnsafeUrl(f"{host} leads to {address}, which {reason}{hint}")


def _refusal(address: Address, allow_private: bool) -> str | None:
    if any(address in network for network in _METADATA):
        return "is a link-local or cloud metadata address"
    if address.is_loopback:
        return None if allow_private else "is this machine itself"
    if address.is_unspecified:
        return "is no destination"
    if any(address in network for network in _CARRIERS):
        return "hides an IPv4 address inside an IPv6 one"
    if any(address in network for network in _PRIVATE):
        return None if allow_private else "belongs to a private network"
    if address.is_multicast or address.is_reserved or not address.is_global:
        return "is not a public address"
    if address.version == 6 and address not in _GLOBAL_IPV6:
        return "is not a public address"
    return None


class _Guard:
    """Decides where a request may connect, and shapes the request that does."""

    def __init__(self, limits: OutboundLimits, resolver: Resolver) -> None:
        self._limits = limits
        self.resolver = resolver

    def check(self, request: httpx.Request) -> tuple[str, int]:
        _check_parts(request.url, self._limits.allow_private)
        return request.url.raw_host.decode("ascii"), _port(request.url)

    def pin(self, request: httpx.Request, addresses: Sequence[str]) -> list[httpx.Request]:
        """The same request once per address, in the resolver's order, if all of them are allowed."""
        host = request.url.raw_host.decode("ascii")
        for text in addresses:
            _check_address(ipaddress.ip_address(text), host, self._limits.allow_private)
        return [
            httpx.Request(
                request.method,
                request.url.copy_with(host=address),
                headers=request.headers,
                stream=request.stream,
                extensions={**request.extensions, "sni_hostname": host},
            )
            for address in addresses
        ]

    def meter(self, request: httpx.Request, response: httpx.Response) -> "_Meter":
        encoding = response.headers.get("Content-Encoding", "identity").strip().lower()
        if encoding not in ("identity", "", "gzip", "x-gzip"):
            raise httpx.DecodingError(
                f"expected a plain or gzip answer, got encoding {encoding!r}", request=request
            )
        # Decompressed here, within the cap: 200 MB of zeros travel as 194 kB.
        return _Meter(request, self._limits.max_bytes, gzipped="gzip" in encoding)

    @staticmethod
    def decoded_headers(response: httpx.Response) -> httpx.Headers:
        headers = httpx.Headers(response.headers)
        if headers.pop("Content-Encoding", None) is not None:
            headers.pop("Content-Length", None)
        return headers


class _Meter:
    """Counts a response while it passes and stops it at the cap."""

    def __init__(self, request: httpx.Request, max_bytes: int, *, gzipped: bool) -> None:
        self._request = request
        self._max_bytes = max_bytes
        self._left = max_bytes
        self._inflate = zlib.decompressobj(31) if gzipped else None

    def take(self, chunk: bytes) -> bytes:
        if self._inflate is not None:
            try:
                chunk = self._inflate.decompress(chunk, self._left + 1)
            except zlib.error as exc:
                raise httpx.DecodingError(
                    f"the answer is not gzip as announced: {exc}", request=self._request
                ) from exc
        self._left -= len(chunk)
        if self._left < 0:
            raise ResponseTooLarge(
                f"{self._request.url.host} answered with more than {self._max_bytes} bytes; "
                "ask for less, or raise the limit of this tool"
            )
        return chunk


class _MeteredStream(httpx.SyncByteStream):
    def __init__(self, stream: httpx.SyncByteStream, meter: _Meter) -> None:
        self._stream = stream
        self._meter = meter

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._stream:
            yield self._meter.take(chunk)

    def close(self) -> None:
        self._stream.close()


class _MeteredAsyncStream(httpx.AsyncByteStream):
    def __init__(self, stream: httpx.AsyncByteStream, meter: _Meter) -> None:
        self._stream = stream
        self._meter = meter

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in self._stream:
            yield self._meter.take(chunk)

    async def aclose(self) -> None:
        await self._stream.aclose()


# Connections are never reused: the pool below keys them by address, and two names may share one.
_NO_REUSE = httpx.Limits(max_connections=None, max_keepalive_connections=0)


class _GuardedTransport(httpx.BaseTransport):
    def __init__(self, limits: OutboundLimits, resolver: Resolver) -> None:
        self._guard = _Guard(limits, resolver)
        self._inner = httpx.HTTPTransport(verify=_ssl_context(), trust_env=False, limits=_NO_REUSE)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        host, port = self._guard.check(request)
        try:
            addresses = self._guard.resolver(host, port)
        except (OSError, UnicodeError) as exc:
            raise _unknown_host(request, exc) from exc
        failure: httpx.TransportError = _unknown_host(request, None)
        for pinned in self._guard.pin(request, addresses):
            try:
                response = self._inner.handle_request(pinned)
            except (httpx.ConnectError, httpx.ConnectTimeout) as exc:
                failure = exc  # nothing was sent yet, so the next address may be tried
                continue
            return self._metered(request, response)
        raise failure

    def _metered(self, request: httpx.Request, response: httpx.Response) -> httpx.Response:
        assert isinstance(response.stream, httpx.SyncByteStream)
        try:
            meter = self._guard.meter(request, response)
        except httpx.DecodingError:
            response.close()
            raise
        return httpx.Response(
            response.status_code,
            headers=self._guard.decoded_headers(response),
            stream=_MeteredStream(response.stream, meter),
            extensions=response.extensions,
        )

    def close(self) -> None:
        self._inner.close()


class _GuardedAsyncTransport(httpx.AsyncBaseTransport):
    def __init__(self, limits: OutboundLimits, resolver: Resolver) -> None:
        self._guard = _Guard(limits, resolver)
        self._inner = httpx.AsyncHTTPTransport(
            verify=_ssl_context(), trust_env=False, limits=_NO_REUSE
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        host, port = self._guard.check(request)
        try:
            addresses = await anyio.to_thread.run_sync(
                self._guard.resolver, host, port, abandon_on_cancel=True
            )
        except (OSError, UnicodeError) as exc:
            raise _unknown_host(request, exc) from exc
        failure: httpx.TransportError = _unknown_host(request, None)
        for pinned in self._guard.pin(request, addresses):
            try:
                response = await self._inner.handle_async_request(pinned)
            except (httpx.ConnectError, httpx.ConnectTimeout) as exc:
                failure = exc  # nothing was sent yet, so the next address may be tried
                continue
            return await self._metered(request, response)
        raise failure

    async def _metered(self, request: httpx.Request, response: httpx.Response) -> httpx.Response:
        assert isinstance(response.stream, httpx.AsyncByteStream)
        try:
            meter = self._guard.meter(request, response)
        except httpx.DecodingError:
            await response.aclose()
            raise
        return httpx.Response(
            response.status_code,
            headers=self._guard.decoded_headers(response),
            stream=_MeteredAsyncStream(response.stream, meter),
            extensions=response.extensions,
        )

    async def aclose(self) -> None:
        await self._inner.aclose()


def _unknown_host(request: httpx.Request, cause: Exception | None) -> httpx.ConnectError:
    detail = f" ({cause})" if cause else ""
    return httpx.ConnectError(f"{request.url.host} has no address{detail}", request=request)
