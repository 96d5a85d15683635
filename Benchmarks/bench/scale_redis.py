"""Counts what a visitor costs Redis in the slot of their room, for `Benchmarks/scale`.

Instructions under callgrind. Onsale gives a call 750 ms, and such a Redis is 50 times slower: so
onsale fills a line and a Redis of the usual speed writes it down; one under callgrind reads it, and
the scripts are called as onsale calls them.
"""

import time
from pathlib import Path

from . import prepare
from .failure import Failure
from .http import call
from .process import Process
from .resp import Connection
from .scale_costs import Callgrind, Costs
from .servers import until
from .shop import ShopOnSQLite, require_disk

WAITING, ENTERING, ADMITTED = 20_000, 1_400, 1_280
# Visitors of a call: as many as came together at saturation (decision 3).
TOGETHER = 14
SLICE = 128
READ_MAX = 1_000
ROOM = "line"
NAMES = (
    "room", "waiting", "inside", "skipped", "tickets", "recent", "ended", "ended-before",
    "journal", "moves",
)
# As Sources/Rooms/Store/RoomKeys.swift and Sources/Seats/Store/SeatKeys.swift have them.
KEYS = [f"{{r:line}}:{name}" for name in NAMES]
SALE, SEATS = "sale", 50_000
SEAT_KEYS = [
    f"{{p:sale}}:{name}:sale"
    for name in ("seats", "map", "owners", "holds", "hold", "buyers", "cancelled")
] + ["{p:sale}:stock", "{p:sale}:room", "{p:sale}:inside"]
START_SECONDS = 120
# A poll so long that nobody is absent meanwhile, ms, and a sequence beyond any clock.
LONG_POLL, LEASE = 3_600_000, 1 << 51


class Slot:
    """The scripts of one library, called with the keys of one room or performance."""

    def __init__(self, connection: Connection, library: str, keys: list[str]):
        self.connection, self.library, self.keys = connection, library, keys
        (found,) = connection.ask("FUNCTION", "LIST", "LIBRARYNAME", f"{library}_*")
        functions = [row[1] for row in found[found.index("functions") + 1]]
        self.functions = {name.split("_")[1]: name for name in functions}

    def call(self, name: str, *arguments) -> list:
        words = [self.functions[name], str(len(self.keys)), *self.keys, *map(str, arguments)]
        reply = self.connection.ask("FCALL", *words)
        if not isinstance(reply, list) or reply[0] != 1:
            raise Failure(f"{self.library}_{name}: {reply!r}")
        return reply


def measure_redis(folder: Path, port: int, binary: Path | None) -> dict[str, dict]:
    require_disk(folder)
    contestant = ShopOnSQLite(folder, port)
    contestant.binary = binary or contestant.binary
    users = [f"visitor-{number:012}" for number in range(WAITING)]
    try:
        contestant.start()
        contestant.open_room(ROOM, 0)
        prepare.enter(contestant, ROOM, users, "waiting")
        contestant.open(SALE, SEATS)
        if call(port, "GET", f"/api/v1/performances/{SALE}/seats").status != 200:
            raise Failure("the seat map cannot be had")
        Connection(contestant.socket, START_SECONDS).ask("SAVE")
    finally:
        contestant.stop()
    folder = contestant.folder
    command = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={folder}/callgrind.out"]
    command += ["redis-server", "--port", "0", "--unixsocket", str(folder / "counted.sock")]
    command += ["--save", "", "--appendonly", "no", "--dir", str(folder)]
    redis = Process("redis-server", command, folder / "counted.log")
    try:
        until("redis-server", redis, (folder / "counted.sock").exists)
        return _count(redis, folder, users)
    finally:
        redis.stop()


def _count(redis: Process, folder: Path, users: list[str]) -> dict[str, dict]:
    costs = Costs("redis")
    connection = Connection(folder / "counted.sock", START_SECONDS)
    slot, seats = Slot(connection, "room", KEYS), Slot(connection, "seats", SEAT_KEYS)
    slot.call("tick", LEASE)
    callgrind = Callgrind(redis, folder)

    def count(body, times: int) -> float:
        return callgrind.of(body)[0] / times

    newcomers = [f"newcomer-{number:011}" for number in range(ENTERING)]

    def enter() -> None:
        for some in _parts(newcomers, TOGETHER):
            pairs = [word for user in some for word in (user, "")]
            slot.call("enter", 10_000_000, LEASE, *pairs)

    costs.spent("enter", count(enter, ENTERING))
    # A copy that knows nothing reads the line in pieces; one that knows all reads nothing.
    known, highest = -1, 0
    pieces = []

    def read() -> None:
        nonlocal known, highest
        while True:
            reply = slot.call("line", 0 if not pieces else pieces[0], known, highest, 0, 0, 0, 0)
            pieces.append(reply[1])
            known, more, highest = reply[12], reply[14], reply[-1]
            if not more:
                return

    whole = count(read, 1)
    looks = 50
    look = count(lambda: [slot.call("line", pieces[0], known, highest, 0, 0, 0, 0)
                          for _ in range(looks)], looks)
    costs.spent("poll.look", look)
    costs.spent("newcomer", (whole - len(pieces) * look) / (WAITING + ENTERING))

    def seen(group: list[str]) -> None:
        for some in _parts(group, TOGETHER):
            slot.call("seen", *[word for user in some for word in (user, LONG_POLL)])

    costs.spent("poll", count(lambda: seen(users[:ADMITTED]), ADMITTED))
    connection.ask("HSET", KEYS[0], "capacity", str(ADMITTED))

    def admit() -> None:
        for _ in range(ADMITTED // SLICE):
            slot.call("tick", 0)

    costs.spent("admission", count(admit, ADMITTED))
    inside = connection.ask("ZCARD", KEYS[2])
    if inside != ADMITTED:
        raise Failure(f"{inside} are inside, {ADMITTED} were to be")
    seats.call("map", 0, 0)
    costs.spent("map_build", count(lambda: [seats.call("map", 0, 0) for _ in range(20)], 20))
    half = ADMITTED // 2
    # They have not heard of it: room_status sends them to room_recall, which begins the session.
    costs.spent("told", count(lambda: _hear(slot, users[:half]), half))
    connection.ask("HSET", KEYS[0], "capacity", "0")
    costs.spent("done", count(lambda: [slot.call("done", user) for user in users[:half]], half))
    leaving = users[-half:]
    costs.spent("leave", count(lambda: [slot.call("leave", user) for user in leaving], half))
    return costs.found


def _hear(slot: Slot, users: list[str]) -> None:
    for some in _parts(users, TOGETHER):
        sequences = ["0"] * len(some)
        slot.call("status", *some, *sequences)
        slot.call("recall", *[word for user in some for word in (user, "")])


def _parts(words: list[str], size: int) -> list[list[str]]:
    return [words[i : i + size] for i in range(0, len(words), size)]
