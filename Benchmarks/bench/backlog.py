"""What the relay finds when it comes back: changes of scores, written into the outbox of a ledger.

Written by the run and not through HTTP: no ledger commits as fast as the relay reads. Sums are kept
here, so that the lists can be compared with them afterwards.
"""

import itertools
import json
import random
import sqlite3
import time
from collections import Counter
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass, field

from .failure import Failure
from .sale_load import Clocks, PINNED, Run
from .servers import until
from .shop import Shop

# Changes of one instant in the outbox: 50 a millisecond, as they would have been committed.
A_MILLISECOND = 50
LOOK_SECONDS = 0.02
PATIENCE_SECONDS = 600


@dataclass
class Backlog:
    """A board that is kept by the relay alone, and what its members must have."""

    shop: Shop
    board: str
    sums: Counter = field(default_factory=Counter)

    def fill(self, changes: Iterable[tuple[str, int]]) -> None:
        """Writes changes down, and waits until the board has them."""
        last = self._write(changes)
        with closing(self._open(read_only=True)) as ledger:
            self._follow(ledger, last)

    def relay(self, changes: Iterable[tuple[str, int]]) -> Run:
        """The same, measured."""
        last = self._write(changes)
        with closing(self._open(read_only=True)) as ledger:
            clocks, began, first = Clocks(self.shop, PINNED), time.monotonic(), _cursor(ledger)
            cursor = self._follow(ledger, last)
            microseconds = (time.monotonic() - began) * 1e6
        done = cursor - first
        if not done:
            raise Failure(f"{self.board}: the relay was done before it could be measured")
        return Run(done * 1e6 / microseconds, done, **clocks.since(done, microseconds))

    def _follow(self, ledger: sqlite3.Connection, last: int) -> int:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while (cursor := _cursor(ledger)) < last:
            self.shop.server.check_alive()
            if time.monotonic() > deadline:
                raise Failure(f"{self.board}: the relay is at {cursor} of {last}")
            time.sleep(LOOK_SECONDS)
        return cursor

    def _write(self, changes: Iterable[tuple[str, int]]) -> int:
        """Writes while the server is away. -> the number of the last one."""
        until_on_boards(self.shop)
        self.shop.server.stop()
        with closing(self._open()) as ledger, ledger:
            number = ledger.execute("select coalesce(max(number), 0) from outbox").fetchone()[0]
            at_ms = round(time.time() * 1000)
            changes = list(changes)
            ledger.executemany(
                "insert into outbox (number, kind, subject, payload, at_ms) values (?, ?, ?, ?, ?)",
                self._rows(changes, number, at_ms),
            )
        self.shop.start_server()
        return number + len(changes)

    def _rows(self, changes: list[tuple[str, int]], number: int, now_ms: int):
        start_ms = now_ms - len(changes) // A_MILLISECOND
        for index, (member, units) in enumerate(changes):
            self.sums[member] += units
            at_ms = start_ms + index // A_MILLISECOND
            row = self._row(index, member, units, at_ms)
            yield (number + 1 + index, *row, at_ms)

    def _row(self, index: int, member: str, units: int, at_ms: int) -> tuple[str, str, str]:
        """Kind, subject and payload, as the server writes them."""
        if self.board != "products":
            payload = {"board": self.board, "member": member, "add": units}
            return "score.changed", self.board, _json(payload)
        payload = {"order": f"o_{index:022}", "product": member, "quantity": units}
        payload |= {"amount": 1000 * units, "user": f"u-{index % 10_000:05}", "paidAtMs": at_ms}
        return "product.sold", member, _json(payload)

    def _open(self, read_only: bool = False) -> sqlite3.Connection:
        mode = "ro" if read_only else "rw"
        file = self.shop.folder / "ledger.sqlite"
        return sqlite3.connect(f"file:{file}?mode={mode}", uri=True, timeout=10)


def uniform(members: int, count: int, seed: int) -> Iterable[tuple[str, int]]:
    """Any of the members, one like the other."""
    chance = random.Random(seed)
    return ((name(chance.randrange(members)), chance.randrange(1, 5)) for _ in range(count))


def few_sell_most(members: int, count: int, seed: int) -> Iterable[tuple[str, int]]:
    """As in shops: the n-th product sells a share of 1/n."""
    chance = random.Random(seed)
    weights = list(itertools.accumulate(1 / n for n in range(1, members + 1)))
    picked = chance.choices(range(members), cum_weights=weights, k=count)
    return ((name(number), chance.randrange(1, 5)) for number in picked)


def each(members: int, seed: int) -> Iterable[tuple[str, int]]:
    """Every member once, in any order."""
    chance = random.Random(seed)
    numbers = list(range(members))
    chance.shuffle(numbers)
    return ((name(number), chance.randrange(1, 1_000_000)) for number in numbers)


def name(number: int) -> str:
    """As `%07d` of read.lua has it."""
    return f"p{number:07}"


def until_on_boards(shop: Shop) -> None:
    """Until the relay has brought all that is committed."""
    file = f"file:{shop.folder / 'ledger.sqlite'}?mode=ro"
    with closing(sqlite3.connect(file, uri=True)) as ledger:
        query = "select count(*) from outbox where number is null or number > ?"
        until(
            shop.name,
            shop.server,
            lambda: ledger.execute(query, (_cursor(ledger),)).fetchone()[0] == 0,
        )


def _cursor(ledger: sqlite3.Connection) -> int:
    row = ledger.execute("select number from cursors where consumer = 'boards'").fetchone()
    return row[0] if row else 0


def _json(value: dict) -> str:
    return json.dumps(value, separators=(",", ":"))
