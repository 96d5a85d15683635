"""The queue in SQL as a contestant, and a PostgreSQL that counts what is asked of it."""

import time
from dataclasses import dataclass
from pathlib import Path

from .failure import Failure
from .http import call
from .postgres import Postgres
from .process import Process, require_free_port
from .servers import BENCHMARKS, SESSION_SECONDS, Contestant
from .shop import PRICE, SEATS_AT_ONCE

DATABASE = "old_way"
# A backend tells what it did once a second at most, with its next transaction. Both servers have
# something to do on each of their connections within a second.
COUNTED_AFTER_SECONDS = 2.2


@dataclass(frozen=True)
class Counted:
    """What a database was asked for."""

    transactions: int
    statements: int

    def __sub__(self, other: "Counted") -> "Counted":
        return Counted(
            self.transactions - other.transactions, self.statements - other.statements
        )


class WatchedPostgres(Postgres):
    """With pg_stat_statements, for both servers; otherwise stock."""

    settings = [*Postgres.settings, "-c", "shared_preload_libraries=pg_stat_statements"]

    def start(self) -> None:
        super().start()
        self.query("postgres", "create extension pg_stat_statements")
        self.query("postgres", f"create database {DATABASE}")

    def counted(self, database: str) -> Counted:
        """Since it was made: pg_stat_database's transactions, pg_stat_statements' calls."""
        time.sleep(COUNTED_AFTER_SECONDS)
        text = self.query(
            "postgres",
            "select xact_commit + xact_rollback,"
            " (select coalesce(sum(calls), 0) from pg_stat_statements where dbid = datid)"
            f" from pg_stat_database where datname = '{database}'",
        )
        return Counted(*map(int, text.split("|")))

    def tidy(self, database: str) -> None:
        """Statistics and visibility as they are when a service has run for a while."""
        self.query(database, "vacuum analyze")
        self.settle()


class SqlQueue(Contestant):
    """The queue as it was built before Redis, with one loop, on the same PostgreSQL."""

    name = "sql-queue"
    database = DATABASE
    package = BENCHMARKS / "sql-queue"
    binary = package / ".build/release/sql-queue"

    def __init__(self, folder: Path, port: int, postgres: Postgres):
        super().__init__(folder, port)
        self.postgres = postgres

    def start(self) -> None:
        if not self.binary.exists():
            build = f"swift build -c release --package-path {self.package}"
            raise Failure(f"no release build of the queue in SQL: {build}")
        require_free_port(self.port)
        url = f"postgres://postgres@/{DATABASE}?host={self.postgres.socket}"
        self.server = Process(
            self.name,
            [str(self.binary), "--port", str(self.port), "--postgres", url],
            self.folder / "server.log",
        )
        self.wait_for("/healthz", 200)

    def open_room(self, room: str, capacity: int) -> None:
        self._put(f"rooms/{room}", {"capacity": capacity, "sessionSeconds": SESSION_SECONDS})

    def open(self, performance: str, seats: int, room: str) -> None:
        settings = {"price": PRICE, "room": room, "holdSeconds": 86_400}
        for opened in [*range(SEATS_AT_ONCE, seats, SEATS_AT_ONCE), seats]:
            self._put(f"performances/{performance}", settings | {"seats": opened})

    def clear(self) -> None:
        """Nothing of an earlier row is left: its scheduler would go on with it."""
        tables = "reservations, seats, performances, tokens, rooms"
        self.postgres.query(DATABASE, f"truncate {tables}")

    def _put(self, path: str, body: dict) -> None:
        answer = call(self.port, "PUT", f"/admin/v1/{path}", {}, body)
        if answer.status != 200:
            raise Failure(f"{self.name}: PUT {path}: {answer.status} {answer.body!r}")
