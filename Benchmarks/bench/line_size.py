"""The line at full size: what a million cost, how long Redis is held, a loss of Redis, streams."""

import asyncio
import json
import random
import time
from dataclasses import dataclass, replace
from pathlib import Path

from . import prepare
from .failure import Failure
from .http import call
from .load import Sample, ask_all, measure
from .prepare import Visitors
from .progress import say
from .resp import ask, command
from .servers import Contestant, Onsale
from .streams import Streams, measure_streams

SMALL, LOST = 10_000, 100_000
# Tickets that the load picks from: all of a small line, a sample of a long one.
PICKED = 100_000
ADMITTED = 20_000
SESSION_SECONDS = 10
# Scripts that take longer are noted by Redis, us.
SLOW = 1_000
PATIENCE_SECONDS = 300


@dataclass
class Line:
    """What was measured."""

    small: Sample
    large: Sample
    count: int
    bytes_each: float  # of Redis's memory, a waiting visitor
    admit_seconds: float
    expire_seconds: float
    slowest_ms: dict[str, float]  # of the commands that Redis noted, by phase
    lost_seconds: float
    same_order: int  # visitors of LOST whose place is as before
    streams: Streams | None = None


def run_line(folder: Path, port: int, count: int, seconds: int) -> Line:
    """Each part with a server and a Redis of its own."""
    line = _sized(folder / "size", port, count, seconds)
    lost_seconds, same = _with(folder / "lost", port + 1, _lose)
    line = replace(line, lost_seconds=lost_seconds, same_order=same)
    say(f"{LOST:,} of a lost Redis stood in line after {lost_seconds:.1f} s, {same:,} as before")
    line.streams = _with(folder / "streams", port + 2, measure_streams)
    say(f"{line.streams.count:,} streams grew the server by {line.streams.growth >> 20} MB")
    return line


def _with(folder: Path, port: int, body):
    folder.mkdir()
    contestant = Onsale(folder, port)
    try:
        contestant.start()
        return body(contestant)
    finally:
        contestant.stop()


def _sized(folder: Path, port: int, count: int, seconds: int) -> Line:
    return _with(folder, port, lambda contestant: _measure(contestant, count, seconds))


def _measure(contestant: Contestant, count: int, seconds: int) -> Line:
    small = _measured(contestant, "small", SMALL, seconds)
    before = _memory(contestant)
    command(contestant.socket, "CONFIG", "SET", "slowlog-log-slower-than", str(SLOW))
    command(contestant.socket, "SLOWLOG", "RESET")
    large = _measured(contestant, "large", count, seconds)
    bytes_each = (_memory(contestant) - before) / count
    slowest = {"entering and asking": _slowest(contestant)}
    began = time.monotonic()
    _put(contestant, "large", {"capacity": ADMITTED, "sessionSeconds": SESSION_SECONDS})
    _until(contestant, "large", lambda room: room["admittedTotal"] >= ADMITTED)
    admit = time.monotonic() - began
    slowest["admitting"] = _slowest(contestant)
    _until(contestant, "large", lambda room: room["expiredTotal"] >= ADMITTED)
    expire = time.monotonic() - began - SESSION_SECONDS
    slowest["ending"] = _slowest(contestant)
    return Line(small, large, count, bytes_each, admit, expire, slowest, 0, 0)


def _measured(contestant: Contestant, room: str, count: int, seconds: int) -> Sample:
    contestant.open_room(room, 0)
    began = time.monotonic()
    users = [f"{room[0]}-{number:07}" for number in range(count)]
    pairs = prepare.enter(contestant, room, users, "waiting")
    say(f"{count:,} stand in line after {time.monotonic() - began:.0f} s")
    picked = random.Random(42).sample(pairs, min(PICKED, count))
    file = contestant.folder / f"{room}.tsv"
    file.write_text("".join(f"{user}\t{ticket}\n" for user, ticket in picked))
    visitors = Visitors(room, file, picked)
    # A first question writes a sign of life, and a later one does within 15 s only for who is near
    # the head. Random picks ask all of a short line in the warm-up, and not all of a long one.
    ask_all(contestant, visitors)
    sample = measure(contestant, "status", visitors, seconds, room)
    cost = sample.server_cpu + sample.redis_cpu
    say(f"{count:,} waiting: {sample.requests_per_second:,.0f}/s, {cost:.1f} us a status")
    return sample


def _memory(contestant: Contestant) -> int:
    text = ask(contestant.socket, "INFO", "memory")
    for line in text.splitlines():
        if line.startswith("used_memory:"):
            return int(line.partition(":")[2])
    raise Failure("Redis does not tell its memory")


def _slowest(contestant: Contestant) -> float:
    """ms of the slowest command since the last time; 0: none took `SLOW` us."""
    entries = ask(contestant.socket, "SLOWLOG", "GET", "128")
    command(contestant.socket, "SLOWLOG", "RESET")
    return max((entry[2] / 1000 for entry in entries), default=0.0)


def _put(contestant: Contestant, room: str, change: dict) -> None:
    headers = {"Authorization": f"Bearer {contestant.admin_key()}"}
    answer = call(contestant.port, "PUT", f"/admin/v1/rooms/{room}", headers, change)
    if answer.status != 200:
        raise Failure(f"the room {room}: {answer.status} {answer.body!r}")


def _until(contestant: Contestant, room: str, condition) -> None:
    headers = {"Authorization": f"Bearer {contestant.admin_key()}"}
    end = time.monotonic() + PATIENCE_SECONDS
    while True:
        answer = call(contestant.port, "GET", f"/admin/v1/rooms/{room}", headers)
        if answer.status == 200 and condition(answer.json):
            return
        if time.monotonic() > end:
            raise Failure(f"the room {room} is not where it should be: {answer.body!r}")
        time.sleep(0.02)


def _lose(contestant: Contestant) -> tuple[float, int]:
    """Empties Redis; everybody asks once with the ticket they have."""
    contestant.open_room("lost", 0)
    users = [f"v-{number:07}" for number in range(LOST)]
    pairs = prepare.enter(contestant, "lost", users, "waiting")
    before = asyncio.run(_places(contestant, pairs))
    command(contestant.socket, "FLUSHALL")
    began = time.monotonic()
    asyncio.run(_places(contestant, pairs))
    _until(contestant, "lost", lambda room: room["waiting"] == LOST)
    passed = time.monotonic() - began
    after = asyncio.run(_places(contestant, pairs))
    return passed, sum(before[user] == after[user] for user, _ in pairs)


async def _places(contestant: Contestant, pairs: list[tuple[str, str]]) -> dict[str, int]:
    batches = iter([pairs[i : i + prepare.BATCH] for i in range(0, len(pairs), prepare.BATCH)])
    places: dict[str, int] = {}

    async def connection() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", contestant.port)
        for batch in batches:
            writer.write(b"".join(_question(*pair) for pair in batch))
            for user, _ in batch:
                status, body = await asyncio.wait_for(prepare.response(reader), 60)
                if status != 200:
                    raise Failure(f"a place: {status} {body!r}")
                places[user] = json.loads(body)["position"]
        writer.close()

    await asyncio.gather(*(connection() for _ in range(prepare.CONNECTIONS)))
    return places


def _question(user: str, ticket: str) -> bytes:
    return (
        f"GET /api/v1/rooms/lost/tickets/me HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        f"X-User-Id: {user}\r\nOnsale-Ticket: {ticket}\r\n\r\n"
    ).encode()
