"""The old way beside the new: a queue in SQL and Onsale, in turns, on one PostgreSQL."""

from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from . import prepare
from .failure import Failure
from .http import Answer, call, visitor
from .rounds import CONNECTIONS, Round, Rows
from .sale_load import COUNTED_SECONDS, PINNED, Run, measure
from .shop import ShopOnPostgres, require_disk
from .sql_queue import Counted, SqlQueue, WatchedPostgres

OLD, NEW = "old way", "Onsale"
STEADY, SATURATED, OPEN = "100/s", "saturated", "saturated, all get in"
# Who is inside before a row. Where all get in, visitors hold so many places after they entered:
# more than the connections, and than enter in two rounds of the old way's scheduler.
INSIDE = 2_000
OPEN_CAPACITY = 1_000_000
STEADY_RATE = 100
# Each enters and one holds: 1,000 responses, in 10 s.
STEADY_VISITORS = 500
# A saturated row is as long, for the line grows meanwhile.
SECONDS = 10
# Visitors of the warm-up: so many wait when a row begins.
WARM_UP = 1_000
# Seats are for the warm-up and for so many visitors a second.
HELD_A_SECOND = 16_000


@dataclass
class OldWay(Rows):
    """What was measured, and what PostgreSQL was asked for meanwhile."""

    counted: dict[str, list[Counted]] = field(default_factory=dict)


def run_old_way(folder: Path, port: int, rounds: int) -> OldWay:
    """Starts both on one PostgreSQL and measures them in turns."""
    rows = OldWay()
    with ExitStack() as stack:
        require_disk(folder)
        postgres = WatchedPostgres(folder)
        stack.callback(postgres.stop)
        postgres.start()
        old = SqlQueue(folder, port, postgres)
        new = ShopOnPostgres(folder, port + 1, postgres)
        for server in (old, new):
            stack.callback(server.stop)
            server.start()
        for number in range(1, rounds + 1):
            bench = _Round(rows, number, rounds, SECONDS)
            for kind in (STEADY, SATURATED, OPEN):
                old.clear()
                bench.row(row(OLD, kind), old, kind)
                bench.row(row(NEW, kind), new, kind)
            bench.audit(new)
    return rows


def row(who: str, kind: str) -> str:
    return f"{who}, {kind}"


class _Round(Round):
    def row(self, name: str, server: SqlQueue | ShopOnPostgres, kind: str) -> None:
        count = STEADY_VISITORS if kind == STEADY else HELD_A_SECOND * self.seconds
        room = self.named(f"line-{len(self.rows.runs)}")
        # Onsale lets in no more than there are seats.
        _fill(server, room, kind, seats=INSIDE + WARM_UP + count)
        _check_refusal(server, room)
        server.postgres.tidy(server.database)
        options = {"room": room, "first": 0, "seat": 1, "newcomer": INSIDE, "count": WARM_UP}
        options["holders"] = OPEN_CAPACITY if kind == OPEN else INSIDE
        _run(server, options, COUNTED_SECONDS)
        options |= {"seat": 1 + WARM_UP, "newcomer": INSIDE + WARM_UP, "count": count}
        if kind == OPEN:
            options["first"] = WARM_UP
        if kind == STEADY:
            # Exponential pauses. Not of more connections: a server closes one that does not send
            # anything in its first 10 s.
            options["think"] = CONNECTIONS * 1000 / STEADY_RATE
        before = server.postgres.counted(server.database)
        run = _run(server, options, COUNTED_SECONDS if kind == STEADY else self.seconds)
        counted = server.postgres.counted(server.database) - before
        _check_held(server, room, WARM_UP + run.done)
        if kind != OPEN:
            _check_line(server, room, WARM_UP + run.done)
        self.add(name, PINNED, run)
        self.rows.counted.setdefault(name, []).append(counted)


def _run(server, options: dict, seconds: int) -> Run:
    """The rate is that of visitors: one has entered, one has held."""
    both = {"entered", "held"}
    return measure(server, "queue", "held", options, seconds, CONNECTIONS, only=both)


def _fill(server, room: str, kind: str, seats: int) -> None:
    """A room with who is inside, and seats; it is full unless all are to get in."""
    server.open_room(room, OPEN_CAPACITY if kind == OPEN else INSIDE)
    server.open(room, seats, room=room)
    users = [f"v-{number:07}" for number in range(INSIDE)]
    for user, ticket in prepare.enter(server, room, users, None):
        prepare.until_admitted(server, room, user, ticket)


def _check_refusal(server, room: str) -> None:
    """Who has not entered may not hold a seat."""
    path = f"/api/v1/performances/{room}/holds"
    answer = call(server.port, "POST", path, visitor("stranger", ""), {"seats": [1]})
    if answer.status != 403 or answer.json["code"] != "not_admitted":
        raise Failure(f"{server.name}: {answer.status} {answer.body!r} where 403 was due")


def _check_line(server, room: str, entered: int) -> None:
    """A newcomer stands behind all who entered, and behind no more than were on their way."""
    path = f"/api/v1/rooms/{room}/tickets"
    answer: Answer = call(server.port, "POST", path, visitor("newcomer", ""))
    ahead = answer.json["ahead"] if answer.status == 202 else None
    if ahead is None or abs(ahead - entered) > CONNECTIONS:
        raise Failure(f"{server.name}: {answer.status} {answer.body!r} behind {entered}")


def _check_held(server, room: str, held: int) -> None:
    """The seats that were answered are held, and no more than were on their way at the end."""
    seats = call(server.port, "GET", f"/api/v1/performances/{room}/seats").json["seats"]
    found = sum(seat["state"] == "held" for seat in seats)
    if not held <= found <= held + CONNECTIONS:
        raise Failure(f"{server.name}: {held} holds were answered, {found} seats are held")
