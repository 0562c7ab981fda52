"""A PostgreSQL database whose clock a test sets forward and back, for everybody who asks it for the time."""

import psycopg

_SHADOWS = ("clock_timestamp", "now", "statement_timestamp", "transaction_timestamp")


class DatabaseClock:
    """Functions that stand before the server's own on the search path of one database. They hold for connections that
    are made after this object."""

    def __init__(self, url: str) -> None:
        self._url = url
        with psycopg.connect(url, autocommit=True) as server:
            name = server.info.dbname
            server.execute("CREATE SCHEMA shifted")
            server.execute("CREATE TABLE shifted.clock (shift_s float8 NOT NULL)")
            server.execute("INSERT INTO shifted.clock VALUES (0)")
            for function in _SHADOWS:
                server.execute(
                    f"CREATE FUNCTION shifted.{function}() RETURNS timestamptz LANGUAGE sql AS "
                    f"'SELECT pg_catalog.{function}() + pg_catalog.make_interval(secs => shift_s) "
                    "FROM shifted.clock'".encode()
                )
            path = "shifted, public, pg_catalog"
            server.execute(f'ALTER DATABASE "{name}" SET search_path = {path}'.encode())

    def set(self, shift_s: float) -> None:
        with psycopg.connect(self._url, autocommit=True) as server:
            server.execute("UPDATE shifted.clock SET shift_s = %s", [shift_s])
