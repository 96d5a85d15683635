"""The map of a stadium: built and sent after a change, sent again, and not sent when known.

A client of its own, for the phases of one request matter here and wrk mixes them. It reads into one
buffer, and its time is part of what is measured.
"""

import http.client
import json
import socket
import statistics
import time
from dataclasses import dataclass

from .failure import Failure
from .sale_load import hold
from .shop import Shop

SEATS = 50_000
# A stadium in the middle of its sale: a third of the seats are held.
HELD = SEATS // 3
CHANGES = 300
BUFFER_BYTES = 16 << 20


@dataclass(frozen=True)
class Latency:
    """Of many requests, in ms."""

    p50: float
    p99: float
    max: float


@dataclass(frozen=True)
class MapRun:
    changed: Latency  # first request after a change: built and sent
    unchanged: Latency  # sent as it was built before
    not_modified: Latency  # 304
    bytes: int


class Client:
    """One connection, kept alive."""

    def __init__(self, port: int):
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=10)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._buffer = memoryview(bytearray(BUFFER_BYTES))

    def ask(self, request: bytes) -> tuple[float, int, bytes, memoryview]:
        """-> milliseconds to the last byte, status, head, body (valid until the next call)."""
        began = time.perf_counter()
        self._socket.sendall(request)
        have, end, total = 0, -1, 1 << 60
        while have < total:
            read = self._socket.recv_into(self._buffer[have:])
            if not read:
                raise Failure("the server closed the connection")
            have += read
            if end < 0:
                head = bytes(self._buffer[: min(have, 4096)])
                end = head.find(b"\r\n\r\n")
                if end >= 0:
                    status = int(head[9:12])
                    total = end + 4 + (0 if status == 304 else _length(head[:end]))
        ms = (time.perf_counter() - began) * 1000
        return ms, status, head[:end], self._buffer[end + 4 : total]

    def close(self) -> None:
        self._socket.close()


def measure_map(shop: Shop, performance: str) -> MapRun:
    """Opens a stadium and asks for its map between changes."""
    shop.open(performance, SEATS)
    hold(shop, performance, HELD)
    client = Client(shop.port)
    try:
        return _measure(client, f"/api/v1/performances/{performance}")
    finally:
        client.close()


def _measure(client: Client, path: str) -> MapRun:
    changed, unchanged, not_modified = [], [], []
    tag = ""
    for seat in range(HELD + 1, HELD + 1 + CHANGES):
        _, status, _, body = client.ask(_hold(path, seat))
        if status != 201:
            raise Failure(f"hold of seat {seat}: {status} {bytes(body)!r}")
        ms, status, head, body = client.ask(_get(path, tag))
        last, tag = tag, _tag(head)
        if status != 200 or tag == last or not _is_held(body, seat):
            raise Failure(f"the map after a change: {status}, tag {tag} after {last}")
        changed.append(ms)
        size = len(body)
        ms, status, _, body = client.ask(_get(path, ""))
        if status != 200 or len(body) != size:
            raise Failure(f"the map without a tag: {status}, {len(body)} of {size} bytes")
        unchanged.append(ms)
        ms, status, head, _ = client.ask(_get(path, tag))
        if status != 304 or _tag(head) != tag:
            raise Failure(f"the map that is known: {status}")
        not_modified.append(ms)
    # The whole of the last one, once.
    _, _, _, body = client.ask(_get(path, ""))
    states = [seat["state"] for seat in json.loads(bytes(body))["seats"]]
    if len(states) != SEATS or states.count("held") != HELD + CHANGES:
        raise Failure(f"a map of {len(states)} seats, {states.count('held')} held")
    return MapRun(*map(_latency, (changed, unchanged, not_modified)), size)


def _get(path: str, tag: str) -> bytes:
    known = f"If-None-Match: {tag}\r\n" if tag else ""
    return f"GET {path}/seats HTTP/1.1\r\nHost: 127.0.0.1\r\n{known}\r\n".encode()


def _hold(path: str, seat: int) -> bytes:
    body = json.dumps({"seats": [seat]})
    return (
        f"POST {path}/holds HTTP/1.1\r\nHost: 127.0.0.1\r\nX-User-Id: m-{seat}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}"
    ).encode()


def _is_held(body: memoryview, seat: int) -> bool:
    return f'{{"number":{seat},"state":"held"'.encode() in bytes(body)


def _length(head: bytes) -> int:
    return int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])


def _tag(head: bytes) -> str:
    lines = http.client.parse_headers(_Lines(head))
    return lines["ETag"] or ""


class _Lines:
    """A head as `http.client` reads one, without its first line."""

    def __init__(self, head: bytes):
        self._lines = iter(head.split(b"\r\n")[1:] + [b""])

    def readline(self, _limit: int = -1) -> bytes:
        return next(self._lines, b"") + b"\r\n"


def _latency(values: list[float]) -> Latency:
    cuts = statistics.quantiles(values, n=100, method="inclusive")
    return Latency(p50=cuts[49], p99=cuts[98], max=max(values))
