"""The browser's pages: one document for every path of theirs, and the hashed files that it names.

They are built into frontend/dist; without a build the API works, and `/` says how to make one.
"""

import secrets
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass
from mimetypes import guess_type
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, HTMLResponse, Response

DIST = Path(__file__).resolve().parents[2] / "frontend" / "dist"
PLACEHOLDER = b"__CSP_NONCE__"
"""Where the build (vite.config.ts, html.cspNonce) leaves room for the nonce."""
_NOT_PAGES = ("/api", "/health", "/metrics", "/hooks")
_A_YEAR = "public, max-age=31536000, immutable"
_UNBUILT = b"""<!doctype html>
<html lang="en"><title>Kasal</title>
<h1>Kasal is running, without its browser pages</h1>
<p>They have not been built. With Node.js 20.19 or newer:</p>
<pre>cd frontend
npm ci
npm run build</pre>
<p>The API works without them: <a href="/api/v1/docs">its documentation</a>.</p>
</html>
"""

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


def install_frontend(app: FastAPI, dist: Path = DIST) -> None:
    """Answers what no route does; paths of the API keep their 404, and other methods theirs."""
    # Not a route: one that fits every path would win over 405 and over redirects of trailing slashes.
    app.router.default = Frontend(dist, app.router.default)


@dataclass(frozen=True)
class _Build:
    stamp: int
    """When index.html was written: a build that replaces this one is found by it."""
    page: bytes
    files: Mapping[str, Path]
    """By the path in the URL. Names come from this table and never from a request."""


class Frontend:
    def __init__(
        self, dist: Path, otherwise: Callable[[Scope, Receive, Send], Awaitable[None]]
    ) -> None:
        self._dist = dist
        self._otherwise = otherwise
        self._build: _Build | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not _is_page(scope["path"]):
            await self._otherwise(scope, receive, send)
            return
        if scope["method"] not in ("GET", "HEAD"):
            raise HTTPException(405, headers={"Allow": "GET, HEAD"})
        response = self._answer(scope["path"], Headers(scope=scope))
        await response(scope, receive, send)

    def _answer(self, path: str, headers: Headers) -> Response:
        build = self._current()
        if build is None:
            return _page(_UNBUILT)
        file = build.files.get(path)
        if file is not None:
            return _file(path, file, build, headers)
        if path.startswith("/assets/"):
            # Of an earlier build; a page in its place would be run as a script.
            raise HTTPException(404)
        return _page(build.page)

    def _current(self) -> _Build | None:
        try:
            stamp = (self._dist / "index.html").stat().st_mtime_ns
        except FileNotFoundError:
            return None
        if self._build is None or self._build.stamp != stamp:
            self._build = _read_build(self._dist, stamp)
        return self._build


def _is_page(path: str) -> bool:
    return not any(path == prefix or path.startswith(f"{prefix}/") for prefix in _NOT_PAGES)


def _read_build(dist: Path, stamp: int) -> _Build:
    files = {
        f"/{path.relative_to(dist).as_posix()}": path
        for path in dist.rglob("*")
        if path.is_file() and not path.name.startswith(".") and path.suffix != ".html"
    }
    return _Build(stamp, (dist / "index.html").read_bytes(), files)


def _file(path: str, file: Path, build: _Build, headers: Headers) -> Response:
    hashed = path.startswith("/assets/")
    answer = {"Cache-Control": _A_YEAR if hashed else "no-cache", "Vary": "Accept-Encoding"}
    media_type = guess_type(path)[0] or "application/octet-stream"
    packed = build.files.get(f"{path}.gz")
    if packed is not None and "gzip" in headers.get("accept-encoding", ""):
        answer["Content-Encoding"] = "gzip"
        return FileResponse(packed, headers=answer, media_type=media_type)
    return FileResponse(file, headers=answer, media_type=media_type)


def _page(page: bytes) -> Response:
    nonce = secrets.token_urlsafe(18)
    headers = {"Cache-Control": "no-cache", "Content-Security-Policy": policy(nonce)}
    return HTMLResponse(page.replace(PLACEHOLDER, nonce.encode()), headers=headers)


def policy(nonce: str) -> str:
    """Everything from here, nothing inline but style elements that know the nonce, and in nobody's frame."""
    return "; ".join(
        (
            "default-src 'self'",
            "script-src 'self'",
            f"style-src 'self' 'nonce-{nonce}'",
            "img-src 'self' data:",
            "connect-src 'self'",
            "object-src 'none'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
            "form-action 'self'",
        )
    )
