"""A real HTTP server on loopback that records what it got and answers from a table."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Answer:
    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str = "text/plain; charset=utf-8"
    wait_for: threading.Event | None = None
    """Answers only when this is set."""


@dataclass(frozen=True)
class Received:
    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass
class HttpRecorder:
    url: str
    answers: dict[str, Answer]
    received: list[Received] = field(default_factory=list)
    arrived: threading.Event = field(default_factory=threading.Event)
    """Set when a request has come in, before it is answered."""


@contextmanager
def http_recorder(answers: Mapping[str, Answer]) -> Iterator[HttpRecorder]:
    """Serves `answers` by path; anything else is a 404."""
    recorder = HttpRecorder("", dict(answers))

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = self.rfile.read(length)
            headers = {name.lower(): value for name, value in self.headers.items()}
            recorder.received.append(Received(self.command, self.path, headers, body))
            recorder.arrived.set()
            answer = recorder.answers.get(self.path, Answer(b"no such page", 404))
            if answer.wait_for is not None:
                answer.wait_for.wait(timeout=30)
            try:
                self._send(answer)
            except ConnectionError:
                self.close_connection = True  # the caller has gone, as some tests want it to

        do_POST = do_GET

        def _send(self, answer: Answer) -> None:
            self.send_response(answer.status)
            self.send_header("Content-Type", answer.content_type)
            self.send_header("Content-Length", str(len(answer.body)))
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer.body)

        def log_message(self, format: str, *args: Any) -> None:
            """Quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        recorder.url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield recorder
        server.shutdown()
        thread.join()
