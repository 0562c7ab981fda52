"""TLS in front of a PostgreSQL that has none (the embedded one is built without)."""

import asyncio
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.certificates import write_certificate

_REQUEST = b"\0\0\0\x08\x04\xd2\x16\x2f"
"""What a client sends to ask for TLS (PostgreSQL's protocol, "SSLRequest")."""


class TlsFront:
    """Lets in whoever asks for TLS, and nobody else."""

    def __init__(self, behind: int, folder: Path) -> None:
        self._behind = behind
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(*write_certificate(folder, "localhost"))
        self.encrypted = 0
        self.port = 0

    async def serve(self) -> asyncio.Server:
        server = await asyncio.start_server(self._connection, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        return server

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if await reader.readexactly(len(_REQUEST)) != _REQUEST:
            writer.close()
            return
        writer.write(b"S")
        await writer.start_tls(self._context)
        self.encrypted += 1
        there, to_there = await asyncio.open_connection("127.0.0.1", self._behind)
        await asyncio.gather(_copy(reader, to_there), _copy(there, writer))


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()
    except (ConnectionError, ssl.SSLError):
        pass  # the other side has gone; so does this one
    finally:
        writer.close()


@contextmanager
def tls_front(behind: int, folder: Path) -> Iterator[TlsFront]:
    """On a loop of its own, in a thread."""
    front = TlsFront(behind, folder)
    loop = asyncio.new_event_loop()
    server = loop.run_until_complete(front.serve())
    thread = threading.Thread(target=loop.run_forever, name="tls-front")
    thread.start()
    try:
        yield front
    finally:
        loop.call_soon_threadsafe(server.close)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(60)
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.run_until_complete(asyncio.sleep(0))
        loop.close()
