"""The one SSRF guard, attacked with the address table of the security notes."""

import gzip
import socket
import ssl
import threading
from collections.abc import Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from src.core import outbound
from src.core.errors import UnsafeUrl
from src.core.outbound import (
    OutboundLimits,
    ResponseTooLarge,
    check_url,
    open_async_client,
    open_client,
)
from tests.support.certificates import write_certificate

FORBIDDEN_ADDRESSES = [
    "127.0.0.1",
    "127.8.9.1",
    "0.0.0.0",
    "0.1.2.3",
    "10.0.0.1",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "100.64.0.1",
    "169.254.1.1",
    "192.0.2.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "192.88.99.1",
    "::",
    "::1",
    "::7f00:1",
    "::ffff:127.0.0.1",
    "::ffff:8.8.8.8",
    "::ffff:0:7f00:1",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::a9fe:a9fe",
    "2002:7f00:1::",
    "2002:a9fe:a9fe::",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "2001:db8::1",
    "fc00::1",
    "fd12:3456::1",
    "fec0::1",
    "ff02::1",
    "4000::1",
]
METADATA_ADDRESSES = [
    "169.254.169.254",
    "169.254.170.2",
    "100.100.100.200",
    "192.0.0.192",
    "168.63.129.16",
    "fd00:ec2::254",
    "fd20:ce::254",
    "fe80::a9fe:a9fe",
    "64:ff9b::a9fe:a9fe",
    "::ffff:169.254.169.254",
    "2002:a9fe:a9fe::1",
]
DISGUISED_LOOPBACK = [
    "http://2130706433/",
    "http://0x7f.1/",
    "http://0x7f000001/",
    "http://0177.0.0.1/",
    "http://127.1/",
    "http://①②⑦.0.0.1/",
    "http://0/",
    "http://[::1]/",
    "http://[::ffff:7f00:1]/",
    "http://localhost/",
    "http://localhost./",
    "http://LOCALHOST:8000/",
    "http://a.localhost/",
]


@pytest.fixture
def connections(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Every address that a socket of this process was connected to."""
    seen: list[Any] = []
    real = socket.socket.connect

    def spy(self: socket.socket, address: Any) -> None:
        seen.append(address)
        real(self, address)

    monkeypatch.setattr(socket.socket, "connect", spy)
    return seen


class _Answers(BaseHTTPRequestHandler):
    seen: list[tuple[str, str | None]] = []

    def do_GET(self) -> None:
        type(self).seen.append((self.path, self.headers.get("Host")))
        if self.path.startswith("/redirect"):
            self.send_response(302)
            self.send_header("Location", self.path.partition("?to=")[2])
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        body = b"x" * 3_000_000 if self.path.startswith("/large") else b"hello"
        self.send_response(200)
        if self.path.endswith(".gz"):
            body = gzip.compress(body)
            self.send_header("Content-Encoding", "gzip")
        elif self.path.endswith(".br"):
            self.send_header("Content-Encoding", "br")
        elif self.path.endswith(".broken"):
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        try:
            self.wfile.write(body)
        except ConnectionError:
            self.close_connection = True  # the reader had enough, as it should

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""


@pytest.fixture
def server() -> Iterator[int]:
    _Answers.seen = []
    with ThreadingHTTPServer(("127.0.0.1", 0), _Answers) as httpd:
        thread = threading.Thread(target=httpd.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield httpd.server_address[1]
        httpd.shutdown()
        thread.join()


PRIVATE = OutboundLimits(allow_private=True, timeout_s=5)
PUBLIC = OutboundLimits(timeout_s=5)


def answering(*addresses: str) -> Any:
    def resolver(host: str, port: int) -> Sequence[str]:
        return addresses

    return resolver


@pytest.mark.parametrize("address", FORBIDDEN_ADDRESSES + METADATA_ADDRESSES)
def test_a_name_that_leads_to_a_forbidden_address_is_never_connected(
    address: str, connections: list[Any]
) -> None:
    with open_client(PUBLIC, answering(address)) as client, pytest.raises(UnsafeUrl) as caught:
        client.get("http://innocent.example.com/")
    assert "innocent.example.com leads to" in caught.value.message
    assert connections == []


@pytest.mark.parametrize("address", FORBIDDEN_ADDRESSES + METADATA_ADDRESSES)
async def test_the_async_client_refuses_the_same_addresses(
    address: str, connections: list[Any]
) -> None:
    async with open_async_client(PUBLIC, answering(address)) as client:
        with pytest.raises(UnsafeUrl):
            await client.get("https://innocent.example.com/")
    assert connections == []


@pytest.mark.parametrize("address", METADATA_ADDRESSES)
def test_metadata_addresses_are_refused_even_where_private_ones_are_allowed(
    address: str, connections: list[Any]
) -> None:
    with open_client(PRIVATE, answering(address)) as client, pytest.raises(UnsafeUrl):
        client.get("http://innocent.example.com/")
    assert connections == []


@pytest.mark.parametrize("url", DISGUISED_LOOPBACK)
def test_a_disguised_loopback_address_is_refused_when_configured_and_when_called(
    url: str, connections: list[Any]
) -> None:
    with pytest.raises(UnsafeUrl):
        check_url(url, allow_private=False)
    # A resolver may not know such a name at all, which keeps it from being called just as well.
    refused = (UnsafeUrl, httpx.InvalidURL, httpx.ConnectError)
    with open_client(PUBLIC) as client, pytest.raises(refused):
        client.get(url)
    assert connections == []


@pytest.mark.parametrize("address", ["8.8.8.8", "93.184.215.14", "2606:4700:4700::1111"])
def test_a_public_address_passes_the_check(address: str) -> None:
    host = f"[{address}]" if ":" in address else address
    check_url(f"https://{host}/mcp", allow_private=False)


def test_one_forbidden_address_among_public_ones_refuses_the_name(connections: list[Any]) -> None:
    mixed = answering("8.8.8.8", "10.0.0.1")
    with open_client(PUBLIC, mixed) as client, pytest.raises(UnsafeUrl):
        client.get("http://innocent.example.com/")
    assert connections == []


def test_the_connection_goes_to_the_checked_address_however_the_name_answers_later(
    server: int, connections: list[Any]
) -> None:
    asked: list[str] = []

    def rebinding(host: str, port: int) -> Sequence[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["169.254.169.254"]

    with open_client(PRIVATE, rebinding) as client:
        response = client.get(f"http://rebinding.example.com:{server}/page")
        assert response.text == "hello"
        with pytest.raises(UnsafeUrl):
            client.get(f"http://rebinding.example.com:{server}/page")
    assert asked == ["rebinding.example.com"] * 2
    assert connections == [("127.0.0.1", server)]


def test_the_server_sees_the_name_and_not_the_address(server: int) -> None:
    with open_client(PRIVATE, answering("127.0.0.1")) as client:
        response = client.get(f"http://named.example.com:{server}/page")
    assert _Answers.seen == [("/page", f"named.example.com:{server}")]
    assert str(response.url) == f"http://named.example.com:{server}/page"


@pytest.fixture
def tls_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """An HTTPS server whose certificate is for named.example.com only."""
    certificate, key = write_certificate(tmp_path, "named.example.com")
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    outbound._ssl_context.cache_clear()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with ThreadingHTTPServer(("127.0.0.1", 0), _Answers) as httpd:
        httpd.socket = context.wrap_socket(httpd.socket, server_side=True)
        thread = threading.Thread(target=httpd.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield httpd.server_address[1]
        httpd.shutdown()
        thread.join()
    outbound._ssl_context.cache_clear()


async def test_a_certificate_is_checked_against_the_name_and_not_the_address(
    tls_server: int,
) -> None:
    with open_client(PRIVATE, answering("127.0.0.1")) as client:
        assert client.get(f"https://named.example.com:{tls_server}/page").text == "hello"
        with pytest.raises(httpx.ConnectError):
            client.get(f"https://other.example.com:{tls_server}/page")
    async with open_async_client(PRIVATE, answering("127.0.0.1")) as async_client:
        response = await async_client.get(f"https://named.example.com:{tls_server}/page")
        assert response.text == "hello"
        with pytest.raises(httpx.ConnectError):
            await async_client.get(f"https://other.example.com:{tls_server}/page")


def test_the_next_address_is_tried_when_the_first_does_not_answer(server: int) -> None:
    with open_client(PRIVATE, answering("127.0.0.2", "127.0.0.1")) as client:
        response = client.get(f"http://two.example.com:{server}/page")
    assert response.text == "hello"


def test_a_redirect_to_a_forbidden_address_is_not_followed(
    server: int, connections: list[Any]
) -> None:
    refused = (UnsafeUrl, httpx.UnsupportedProtocol)
    for target in ("http://169.254.169.254/latest", "http://[64:ff9b::a9fe:a9fe]/", "ftp://x.y/"):
        with open_client(PRIVATE) as client, pytest.raises(refused):
            client.get(f"http://127.0.0.1:{server}/redirect?to={target}")
    assert set(connections) == {("127.0.0.1", server)}


def test_a_public_server_cannot_redirect_to_loopback(server: int) -> None:
    # The first hop is let through by a private-friendly client; the second is judged like any other.
    hops: list[str] = []

    def resolver(host: str, port: int) -> Sequence[str]:
        hops.append(host)
        return ["127.0.0.1"] if host == "first.example.com" else ["::ffff:127.0.0.1"]

    with open_client(PRIVATE, resolver) as client, pytest.raises(UnsafeUrl):
        client.get(
            f"http://first.example.com:{server}/redirect?to=http://second.example.com:{server}/"
        )
    assert hops == ["first.example.com", "second.example.com"]
    assert len(_Answers.seen) == 1


async def test_endless_redirects_end(server: int) -> None:
    def back(host: str, port: int) -> Sequence[str]:
        return ["127.0.0.1"]

    loop = f"http://loop.example.com:{server}/redirect?to=/redirect?to=/page"
    async with open_async_client(PRIVATE, back) as client:
        response = await client.get(loop)
        assert response.text == "hello"
    endless = f"http://127.0.0.1:{server}/redirect?to=" + "/redirect?to=" * 9
    with open_client(PRIVATE) as sync_client, pytest.raises(httpx.TooManyRedirects):
        sync_client.get(endless)


@pytest.mark.parametrize("path", ["/large", "/large.gz"])
async def test_an_answer_over_the_cap_is_stopped_also_when_it_travels_compressed(
    path: str, server: int
) -> None:
    limits = OutboundLimits(allow_private=True, timeout_s=5, max_bytes=1_000_000)
    with open_client(limits) as client, pytest.raises(ResponseTooLarge):
        client.get(f"http://127.0.0.1:{server}{path}")
    async with open_async_client(limits) as async_client:
        with pytest.raises(ResponseTooLarge):
            await async_client.get(f"http://127.0.0.1:{server}{path}")


def test_a_compressed_answer_within_the_cap_is_read(server: int) -> None:
    with open_client(PRIVATE) as client:
        assert client.get(f"http://127.0.0.1:{server}/page.gz").text == "hello"


@pytest.mark.parametrize("path", ["/page.br", "/page.broken"])
def test_an_encoding_that_cannot_be_metered_is_an_error(path: str, server: int) -> None:
    with open_client(PRIVATE) as client, pytest.raises(httpx.DecodingError):
        client.get(f"http://127.0.0.1:{server}{path}")


@pytest.mark.parametrize(
    ("url", "complaint"),
    [
        ("ftp://example.com/", "http:// or https://"),
        ("file:///etc/passwd", "http:// or https://"),
        ("example.com/path", "http:// or https://"),
        ("https://user:secret@example.com/", "user name or password"),
        ("https:///path", "names no host"),
        ("https://example.com:22/", "port 22"),
        ("https://intranet/", "private network"),
        ("https://db.internal/", "private network"),
        ("http://[::1", "not a URL"),
        ("https://example.com/" + "a" * 3_000, "characters of URL"),
    ],
)
def test_a_url_that_cannot_be_right_says_why(url: str, complaint: str) -> None:
    with pytest.raises(UnsafeUrl) as caught:
        check_url(url, allow_private=False)
    assert complaint in caught.value.message
    assert "secret" not in caught.value.message


def test_credentials_and_odd_ports_are_refused_at_the_call_too(connections: list[Any]) -> None:
    with open_client(PUBLIC, answering("8.8.8.8")) as client:
        for url in ("http://user:pw@example.com/", "http://example.com:25/"):
            with pytest.raises(UnsafeUrl):
                client.get(url)
    assert connections == []


def test_private_addresses_can_be_allowed_for_development() -> None:
    for url in ("http://localhost:11434/v1", "http://192.168.1.5/", "http://[::1]:8000/"):
        check_url(url, allow_private=True)
    with pytest.raises(UnsafeUrl):
        check_url("http://169.254.169.254/", allow_private=True)


def test_proxies_of_the_environment_are_not_used(
    server: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    with open_client(PRIVATE) as client:
        assert client.get(f"http://127.0.0.1:{server}/page").status_code == 200


def test_a_name_without_an_address_is_a_connect_error() -> None:
    def nothing(host: str, port: int) -> Sequence[str]:
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    with open_client(PUBLIC, nothing) as client, pytest.raises(httpx.ConnectError) as caught:
        client.get("http://nowhere.example.com/")
    assert "nowhere.example.com has no address" in str(caught.value)
