"""Ten thousand live streams: what they weigh, and how late an admission is among all the news."""

import json
import select
import socket
import time
from dataclasses import dataclass, field
from pathlib import Path

from . import prepare
from .board_lag import Lag, lag_of
from .failure import Failure
from .http import call
from .servers import Contestant

STREAMS = 10_000
# Beyond them: so many are admitted, a few at once, while the rest are told their new place.
ADMITTED_AT_ONCE = 10
ADMISSIONS = 40
PAUSE_SECONDS = 0.5
ROOM = "live"
OPEN_AT_ONCE = 200
SETTLE_SECONDS = 3
PATIENCE_SECONDS = 60


@dataclass
class Streams:
    """What was measured."""

    count: int
    resident_before: int  # bytes
    resident_open: int
    resident_after: int
    lag: Lag
    events_per_second: float
    cpu: float  # share of the server's core
    redis_cpu: float

    @property
    def growth(self) -> int:
        return max(self.resident_open, self.resident_after) - self.resident_before


@dataclass
class _Stream:
    socket: socket.socket
    is_admitted: bool = False
    events: int = 0
    bytes: int = 0
    rest: bytes = field(default=b"")


def measure_streams(contestant: Contestant) -> Streams:
    """Opens all streams, then admits; the server is pinned as the contestants are."""
    contestant.open_room(ROOM, 0)
    count = STREAMS + ADMITTED_AT_ONCE * ADMISSIONS
    users = [f"s-{number:06}" for number in range(count)]
    pairs = sorted(prepare.enter(contestant, ROOM, users, "waiting"))
    before = resident(contestant)
    poll = select.epoll()
    streams: dict[int, _Stream] = {}
    try:
        for start in range(0, count, OPEN_AT_ONCE):
            for pair in pairs[start : start + OPEN_AT_ONCE]:
                open_stream(contestant.port, pair, poll, streams)
            read_events(poll, streams, 0.01)
        _until(poll, streams, lambda: all(stream.events for stream in streams.values()))
        read_events(poll, streams, SETTLE_SECONDS)
        opened = resident(contestant)
        return _admit(contestant, poll, streams, before, opened)
    finally:
        for stream in streams.values():
            stream.socket.close()
        poll.close()


def resident(contestant: Contestant) -> int:
    """Bytes of memory that the server has now."""
    for line in Path(f"/proc/{contestant.server.pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return 1024 * int(line.split()[1])
    raise Failure("the server's memory cannot be read")


def open_stream(
    port: int,
    pair: tuple[str, str],
    poll: select.epoll,
    streams: dict[int, _Stream],
    room: str = ROOM,
) -> None:
    user, ticket = pair
    connection = socket.create_connection(("127.0.0.1", port), timeout=10)
    connection.sendall(
        f"GET /api/v1/rooms/{room}/tickets/me/events HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        f"X-User-Id: {user}\r\nOnsale-Ticket: {ticket}\r\n\r\n".encode()
    )
    connection.setblocking(False)
    streams[connection.fileno()] = _Stream(connection)
    poll.register(connection, select.EPOLLIN)


def read_events(
    poll: select.epoll, streams: dict[int, _Stream], seconds: float, admitted=None
) -> None:
    """Reads what comes for so long; calls `admitted` with the time at which a stream says so."""
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        for number, _ in poll.poll(left):
            stream = streams[number]
            data = stream.socket.recv(65_536)
            if not data:
                raise Failure("a live stream ended")
            stream.bytes += len(data)
            text = stream.rest + data
            whole, _, stream.rest = text.rpartition(b"\n\n")
            stream.events += whole.count(b"event: ticket")
            if not stream.is_admitted and b'"state":"admitted"' in whole:
                stream.is_admitted = True
                if admitted:
                    admitted(time.monotonic())


def _until(poll, streams, condition) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        if time.monotonic() > end:
            raise Failure("not every live stream has begun")
        read_events(poll, streams, 0.1)


def _admit(contestant, poll, streams, before: int, opened: int) -> Streams:
    lags: list[float] = []
    cpu, redis = contestant.server.cpu_microseconds(), contestant.redis.cpu_microseconds()
    events, began = sum(stream.events for stream in streams.values()), time.monotonic()
    for number in range(1, ADMISSIONS + 1):
        asked = time.monotonic()
        _set_capacity(contestant, number * ADMITTED_AT_ONCE)
        read_events(poll, streams, PAUSE_SECONDS, lambda at: lags.append(1000 * (at - asked)))
        _late(poll, streams, number * ADMITTED_AT_ONCE, lags, asked)
    passed = time.monotonic() - began
    events = sum(stream.events for stream in streams.values()) - events
    return Streams(
        count=len(streams),
        resident_before=before,
        resident_open=opened,
        resident_after=resident(contestant),
        lag=lag_of(lags),
        events_per_second=events / passed,
        cpu=(contestant.server.cpu_microseconds() - cpu) / passed / 1e6,
        redis_cpu=(contestant.redis.cpu_microseconds() - redis) / passed / 1e6,
    )


def _late(poll, streams, expected: int, lags: list[float], asked: float) -> None:
    """Those who have not heard yet."""
    end = time.monotonic() + PATIENCE_SECONDS
    while len(lags) < expected:
        if time.monotonic() > end:
            raise Failure(f"{expected - len(lags)} admissions have not reached their streams")
        read_events(poll, streams, 0.02, lambda at: lags.append(1000 * (at - asked)))


def _set_capacity(contestant: Contestant, capacity: int) -> None:
    headers = {"Authorization": f"Bearer {contestant.admin_key()}"}
    body = {"capacity": capacity}
    answer = call(contestant.port, "PUT", f"/admin/v1/rooms/{ROOM}", headers, body)
    if answer.status != 200:
        raise Failure(f"the room's capacity: {answer.status} {json.dumps(answer.body.decode())}")
