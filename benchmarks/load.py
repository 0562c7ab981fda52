"""A small HTTP load generator: keep-alive connections, one request at a time on each."""

import asyncio
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Report:
    requests: int
    seconds: float
    latencies_ms: list[float]
    failures: int

    @property
    def per_second(self) -> float:
        return self.requests / self.seconds

    def percentile_ms(self, share: float) -> float:
        ordered = sorted(self.latencies_ms)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))]

    @property
    def median_ms(self) -> float:
        return statistics.median(self.latencies_ms)


async def load(
    port: int,
    request: Callable[[int], bytes],
    *,
    connections: int,
    seconds: float,
    expect: int = 200,
) -> Report:
    """`request(n)` gives the bytes of the n-th request; answers other than `expect` are failures."""
    latencies: list[float] = []
    failures = 0
    ends_at = time.perf_counter() + seconds
    numbers = iter(range(10**9))

    async def client() -> None:
        nonlocal failures
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**24)
        while time.perf_counter() < ends_at:
            started = time.perf_counter()
            writer.write(request(next(numbers)))
            status = await _read_answer(reader)
            latencies.append((time.perf_counter() - started) * 1000)
            failures += status != expect
        writer.close()

    began = time.perf_counter()
    await asyncio.gather(*(client() for _ in range(connections)))
    return Report(len(latencies), time.perf_counter() - began, latencies, failures)


async def _read_answer(reader: asyncio.StreamReader) -> int:
    head = await reader.readuntil(b"\r\n\r\n")
    status = int(head[9:12])
    length = 0
    for line in head.split(b"\r\n")[1:]:
        if line[:15].lower() == b"content-length:":
            length = int(line[15:])
    if length:
        await reader.readexactly(length)
    return status


def get(path: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()


def post(path: str, body: bytes) -> bytes:
    head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body
