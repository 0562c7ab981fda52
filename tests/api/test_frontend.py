"""The browser's pages, as a browser asks for them."""

import gzip
import os
import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from src.api.frontend import PLACEHOLDER, install_frontend
from src.bootstrap import Container
from src.main import create_app

SCRIPT = b"console.log('kasal')" * 100
PAGE = b'<!doctype html><meta property="csp-nonce" nonce="' + PLACEHOLDER + b'"><p>first</p>'


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    folder = tmp_path / "dist"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_bytes(PAGE)
    (folder / "favicon.svg").write_text("<svg/>")
    (folder / ".built-from").write_text("state")
    (folder / "assets" / "index-abc.js").write_bytes(SCRIPT)
    (folder / "assets" / "index-abc.js.gz").write_bytes(gzip.compress(SCRIPT))
    (folder / "assets" / "index-abc.css").write_text("p{}")
    (tmp_path / "secret.txt").write_text("not yours")
    return folder


@pytest.fixture
async def browser(container: Container, dist: Path) -> AsyncIterator[httpx.AsyncClient]:
    app = create_app(container)
    install_frontend(app, dist)
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://localhost"
    ) as client:
        yield client


async def test_every_load_of_the_page_has_a_nonce_of_its_own(browser: httpx.AsyncClient) -> None:
    nonces = set()
    for _ in range(3):
        answer = await browser.get("/")
        assert answer.headers["Cache-Control"] == "no-cache"
        policy = answer.headers["Content-Security-Policy"]
        nonce = re.search(r"style-src 'self' 'nonce-([A-Za-z0-9_-]{20,})'", policy)
        assert nonce is not None
        assert f'nonce="{nonce[1]}"' in answer.text
        nonces.add(nonce[1])
    assert len(nonces) == 3


async def test_the_policy_lets_in_no_inline_script_and_no_other_host(
    browser: httpx.AsyncClient,
) -> None:
    policy = (await browser.get("/")).headers["Content-Security-Policy"]
    parts = dict(part.split(" ", 1) for part in policy.split("; "))
    assert parts["script-src"] == parts["connect-src"] == parts["default-src"] == "'self'"
    assert parts["object-src"] == parts["base-uri"] == parts["frame-ancestors"] == "'none'"
    assert "unsafe" not in policy and "http" not in policy


async def test_hashed_files_are_kept_for_a_year_and_come_compressed(
    browser: httpx.AsyncClient,
) -> None:
    answer = await browser.get("/assets/index-abc.js")
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.content == SCRIPT
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["Vary"] == "Accept-Encoding"
    plain = await browser.get("/assets/index-abc.js", headers={"Accept-Encoding": "identity"})
    assert plain.content == SCRIPT and "Content-Encoding" not in plain.headers
    assert (await browser.get("/assets/index-abc.css")).text == "p{}"


async def test_files_without_a_hash_are_asked_for_again(browser: httpx.AsyncClient) -> None:
    answer = await browser.get("/favicon.svg")
    assert answer.headers["Cache-Control"] == "no-cache"
    assert answer.headers["Content-Type"] == "image/svg+xml"
    again = await browser.get("/favicon.svg", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code in (200, 304)


@pytest.mark.parametrize("path", ["/crews", "/crews/4f/versions", "/runs?status=FAILED", "/apis"])
async def test_a_deep_link_gives_the_page(browser: httpx.AsyncClient, path: str) -> None:
    answer = await browser.get(path)
    assert answer.status_code == 200
    assert "first" in answer.text
    assert (await browser.head(path)).status_code == 200


@pytest.mark.parametrize(
    "path", ["/api/v1/nothing", "/api", "/api/v2", "/health/x", "/metrics/x", "/hooks", "/hooks/"]
)
async def test_paths_of_the_api_never_give_the_page(browser: httpx.AsyncClient, path: str) -> None:
    answer = await browser.get(path)
    assert answer.status_code in (404, 405)
    assert answer.headers["Content-Type"] == "application/problem+json"


async def test_methods_and_slashes_of_the_api_stay_as_they_were(browser: httpx.AsyncClient) -> None:
    assert (await browser.put("/api/v1/crews")).status_code == 405
    assert (await browser.get("/api/v1/crews/")).status_code == 307
    assert (await browser.post("/crews")).status_code == 405
    assert (await browser.get("/api/v1/crews")).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.txt",
        "/assets/../../secret.txt",
        "/assets/%2e%2e/%2e%2e/secret.txt",
        "/assets/..%2f..%2fsecret.txt",
        "//etc/passwd",
        "/.built-from",
    ],
)
async def test_nothing_beside_the_build_can_be_read(browser: httpx.AsyncClient, path: str) -> None:
    answer = await browser.get(path)
    assert "not yours" not in answer.text and "root:" not in answer.text
    assert "state" not in answer.text


async def test_a_file_of_an_earlier_build_is_missing_and_not_a_page(
    browser: httpx.AsyncClient,
) -> None:
    answer = await browser.get("/assets/index-old.js")
    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "application/problem+json"


async def test_a_new_build_is_served_without_a_restart(
    browser: httpx.AsyncClient, dist: Path
) -> None:
    assert "first" in (await browser.get("/")).text
    (dist / "index.html").write_bytes(PAGE.replace(b"first", b"second"))
    os.utime(dist / "index.html", (1, 1))
    assert "second" in (await browser.get("/")).text


async def test_without_a_build_the_api_works_and_the_page_says_how_to_build(
    container: Container, tmp_path: Path
) -> None:
    app = create_app(container)
    install_frontend(app, tmp_path / "none")
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        page = await client.get("/")
        assert page.status_code == 200
        assert "npm run build" in page.text
        assert page.headers["Content-Security-Policy"].startswith("default-src 'self'")
        assert (await client.get("/api/v1/me")).status_code == 200
