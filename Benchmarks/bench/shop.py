"""Onsale as a shop: on SQLite or on PostgreSQL, with seats to sell, points and coupons."""

import sqlite3
import subprocess
from contextlib import ExitStack, closing
from pathlib import Path

from .failure import Failure
from .http import call
from .postgres import SCALE, Postgres
from .progress import say
from .servers import Onsale

CONCERT = "bench"
PRICE = 70_000
# Nobody runs out of points: 1,000,000 seats.
POINTS = PRICE * 1_000_000

# One call opens so many seats: PostgreSQL gives up an entry that takes longer than 2.5 s.
SEATS_AT_ONCE = 50_000

AUDIT_SECONDS = 300


class Shop(Onsale):
    """The release build with one loop, its own Redis, and a ledger on the disk."""

    postgres: Postgres | None = None

    def start(self) -> None:
        super().start()
        self.put(f"concerts/{CONCERT}", {"title": "Bench"})

    def open(self, performance: str, seats: int, room: str | None = None) -> None:
        """A performance whose holds outlive the run; without a `room` anybody may buy."""
        settings = {"concert": CONCERT, "date": "2030-12-24", "price": PRICE, "room": room}
        settings |= {"holdSeconds": 86_400, "maxSeatsPerUser": 100}
        for opened in [*range(SEATS_AT_ONCE, seats, SEATS_AT_ONCE), seats]:
            self.put(f"performances/{performance}", settings | {"seats": opened})

    def sold(self, performance: str) -> int:
        """How many seats the ledger has sold."""
        path = f"/api/v1/concerts/{CONCERT}/performances"
        for listed in call(self.port, "GET", path).json:
            if listed["performance"] == performance:
                return listed["seats"] - listed["available"]
        raise Failure(f"{self.name}: no performance {performance}")

    def offer(self, coupon: str, quantity: int) -> None:
        """Opens a coupon."""
        settings = {"name": "Bench", "quantity": quantity, "discountAmount": 1000}
        self.put(f"coupons/{coupon}", settings)

    def issued(self, coupon: str) -> int:
        """How many have theirs, by the ledger's rows."""
        return self.number(f"select count(*) from coupon_claims where coupon = '{coupon}'")

    def number(self, query: str) -> int:
        """The one number that the ledger answers."""
        raise NotImplementedError

    def audit(self) -> list[str]:
        """What `onsale audit` says of the live data; every promise must be checked and kept."""
        run = subprocess.run(
            [str(self.binary), "audit", *self.engines()],
            capture_output=True,
            text=True,
            timeout=AUDIT_SECONDS,
        )
        lines = run.stdout.splitlines()
        if run.returncode != 0 or not lines or not all(line.startswith("ok ") for line in lines):
            raise Failure(f"{self.name}: the audit does not hold:\n{run.stdout}{run.stderr}")
        return lines

    def put(self, path: str, body: dict) -> None:
        headers = {"Authorization": f"Bearer {self.admin_key()}"}
        answer = call(self.port, "PUT", f"/admin/v1/{path}", headers, body)
        if answer.status != 200:
            raise Failure(f"{self.name}: PUT {path}: {answer.status} {answer.body!r}")


class ShopOnSQLite(Shop):
    name = "onsale-sqlite"

    def number(self, query: str) -> int:
        file = f"file:{self.folder / 'ledger.sqlite'}?mode=ro"
        with closing(sqlite3.connect(file, uri=True)) as ledger:
            return ledger.execute(query).fetchone()[0]


class ShopOnPostgres(Shop):
    name = "onsale-postgres"
    database = "onsale"

    def __init__(self, folder: Path, port: int, postgres: Postgres):
        super().__init__(folder, port)
        self.postgres = postgres

    def engines(self) -> list[str]:
        return [*super().engines(), "--ledger", self.postgres.url]

    def number(self, query: str) -> int:
        return int(self.postgres.query("onsale", query))


def start_shops(folder: Path, port: int, stack: ExitStack) -> list[Shop]:
    """One on PostgreSQL, beside pgbench's tables, and one on SQLite. `stack` will stop them."""
    require_disk(folder)
    postgres = Postgres(folder)
    stack.callback(postgres.stop)
    say(f"PostgreSQL: filling pgbench's tables, scale {SCALE}, in {folder}")
    postgres.start()
    postgres.fill()
    shops: list[Shop] = [ShopOnPostgres(folder, port, postgres), ShopOnSQLite(folder, port + 1)]
    for shop in shops:
        stack.callback(shop.stop)
        shop.start()
    return shops


def require_disk(folder: Path) -> None:
    """A ledger in memory would be measured with commits that cost nothing."""
    kind = subprocess.run(
        ["stat", "-f", "-c", "%T", str(folder)], capture_output=True, text=True, check=True
    ).stdout.strip()
    if kind in ("tmpfs", "ramfs"):
        raise Failure(f"{folder} is in memory ({kind}): set TMPDIR to a folder on a disk")
