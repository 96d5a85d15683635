"""Counts what one request, one event and one visitor cost the server, for `Benchmarks/scale`.

Instructions under callgrind, for they are the same on a busy machine.
`scale` makes microseconds of them with what the reports measured on a quiet one. The kernel is not
in them, and is taken to grow with them. The ledger is SQLite.
"""

import asyncio
import json
import random
import re
import select
import shutil
import subprocess
import time
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from . import prepare, streams
from .failure import Failure
from .http import call, visitor
from .instructions import until_answered
from .process import Process, require_free_port
from .progress import say
from .resp import ask
from .shop import PRICE, ShopOnSQLite, require_disk

WAITING, ENTERING, POLLING, ADMITTED, STREAMS, BUYERS = 10_000, 640, 512, 320, 320, 320
# Asked one by one, on one connection: each takes a look at the line of its own.
ALONE = 160
CONNECTIONS = 64
SEATS = 50_000
HEAD_BYTES = 250  # of an answer, about
# Visitors far back are told to ask after 30 s; a record older than half of it is written again.
AGE_SECONDS = 17
QUIET_SECONDS = 3
MOVING_SECONDS = 6
PATIENCE_SECONDS = 120
ROOM = "line"
COMMAND = "Benchmarks/scale --measure"


class Counted(ShopOnSQLite):
    """Onsale, natively to fill its line, and then under callgrind on the same Redis."""

    is_counted = False

    def start_server(self) -> None:
        if not self.is_counted:
            return super().start_server()
        # Valgrind gives up on Swift's debugging information.
        stripped = self.folder / "onsale.stripped"
        subprocess.run(["objcopy", "--strip-debug", self.binary, stripped], check=True)
        require_free_port(self.port)
        command = ["valgrind", "--tool=callgrind", "--instr-atstart=no"]
        command += [f"--callgrind-out-file={self.folder}/callgrind.out"]
        command += [str(stripped), *self.command()[1:]]
        self.server = Process(self.name, command, self.folder / "server.log")
        until_answered(self, "/readyz")


@dataclass
class Used:
    """Instructions, and what the server counted meanwhile."""

    count: float
    seconds: float
    counters: dict[str, float]


class Callgrind:
    """Counts the instructions of a process, less those of it at rest."""

    def __init__(self, process: Process, folder: Path):
        self.process, self.folder = process, folder
        self.at_rest = 0.0  # a second
        count, seconds = self.of(lambda: time.sleep(QUIET_SECONDS))
        self.at_rest = count / seconds

    def of(self, body) -> tuple[float, float]:
        """-> instructions, seconds."""
        self._control("-i", "on")
        self._control("-z")
        began = time.monotonic()
        body()
        seconds = time.monotonic() - began
        for old in self.folder.glob("callgrind.out.*"):
            old.unlink()
        self._control("-d", "phase")
        (dump,) = self.folder.glob("callgrind.out.*")
        total = re.search(r"^(?:summary|totals): (\d+)", dump.read_text(), re.M)
        return max(0.0, int(total[1]) - seconds * self.at_rest), seconds

    def _control(self, *arguments: str) -> None:
        command = ["callgrind_control", *arguments, str(self.process.pid)]
        subprocess.run(command, check=True, capture_output=True, timeout=PATIENCE_SECONDS)


class Meter:
    """The same of the server, with what it counted itself meanwhile."""

    def __init__(self, shop: Counted):
        self.shop = shop
        self.callgrind = Callgrind(shop.server, shop.folder)

    def of(self, body) -> Used:
        before = self._counters()
        count, seconds = self.callgrind.of(body)
        after = self._counters()
        counters = {name: value - before.get(name, 0) for name, value in after.items()}
        return Used(count, seconds, counters)

    def _counters(self) -> dict[str, float]:
        text = call(self.shop.port, "GET", "/metrics").body.decode()
        pairs = (line.rsplit(" ", 1) for line in text.splitlines() if line.startswith("onsale_"))
        return {name: float(value) for name, value in pairs if value != "NaN"}


class Costs:
    """What is written to the file: each figure with its unit and the command that measured it."""

    def __init__(self, program: str):
        self.found: dict[str, dict] = {}
        self.program = program

    def add(self, name: str, value: float, unit: str) -> None:
        self.found[name] = {"value": round(value, 3), "unit": unit, "by": COMMAND}
        say(f"{name}: {value:,.2f} {unit}")

    def spent(self, kind: str, instructions: float) -> None:
        self.add(f"{kind}.{self.program}", max(0.0, instructions), "instructions")

    def request(self, kind: str, used: Used, count: int, answer_bytes: float = 0) -> None:
        self.spent(kind, used.count / count)
        if answer_bytes:
            self.add(f"{kind}.bytes", answer_bytes, "bytes")


def require_programs() -> None:
    for program in ("valgrind", "callgrind_control", "objcopy", "redis-server", "taskset"):
        if not shutil.which(program):
            raise Failure(f"{program} is missing: the costs are measured with it")


def measure_costs(folder: Path, port: int, binary: Path | None) -> dict[str, dict]:
    require_disk(folder)
    costs = Costs("server")
    shop = Counted(folder, port)
    shop.binary = binary or shop.binary
    try:
        shop.start()
        _measure(shop, costs)
    finally:
        shop.stop()
    return costs.found


def _measure(shop: Counted, costs: Costs) -> None:
    shop.open_room(ROOM, 0)
    users = [f"visitor-{number:012}" for number in range(WAITING)]
    memory = _memory(shop)
    pairs = _enter(shop, ROOM, users)
    entered = time.monotonic()
    costs.add("waiting.redis_memory", (_memory(shop) - memory) / WAITING, "bytes")
    shop.open("sale", SEATS)
    shop.server.stop()
    shop.is_counted = True
    shop.start_server()
    meter = Meter(shop)
    # A loop that has just been started reads the whole line at the first question.
    used = meter.of(lambda: (_ask(shop, [_status(*pairs[0])], 1), time.sleep(2)))
    if used.counters["onsale_line_begun_total"] != 1:
        raise Failure("the copy of the line was not begun once")
    costs.request("newcomer", used, WAITING)
    random.Random(42).shuffle(pairs)
    time.sleep(max(0.0, AGE_SECONDS - (time.monotonic() - entered)))
    _polls(shop, meter, costs, pairs)
    _enters(shop, meter, costs)
    _streams(shop, meter, costs, pairs[:STREAMS])
    _inside(shop, meter, costs)
    _pages(shop, meter, costs)
    _sale(shop, meter, costs)


# -- the line ------------------------------------------------------------------------------------


def _polls(shop: Counted, meter: Meter, costs: Costs, pairs) -> None:
    """Together and one by one: two points give what each poll costs, and each look beside it."""
    points: dict[str, list[tuple[float, float]]] = {"poll": [], "again": []}
    for group, connections in ((pairs[:POLLING], CONNECTIONS), (pairs[-ALONE:], 1)):
        # The second time at once: then no sign of life is due.
        for name, sign in (("poll", 1), ("again", 0)):
            used = meter.of(lambda: _ask(shop, [_status(*p) for p in group], connections))
            looks = used.counters["onsale_line_looks_total"] / len(group)
            seen = used.counters["onsale_line_seen_total"] / len(group)
            say(f"{name}: {looks:.3f} looks, {seen:.2f} signs of life, {used.seconds:.1f} s")
            if abs(seen - sign) > 0.1:
                raise Failure(f"{seen:.2f} signs of life a poll, {sign} were due")
            points[name].append((used.count / len(group), looks))
    for name, ((cost, few), (more, many)) in points.items():
        look = (more - cost) / (many - few)
        costs.spent(f"{name}.look", look)
        costs.spent(name, cost - few * look)
    costs.add("poll.bytes", len(_raw(shop, "GET", _STATUS, *pairs[0])), "bytes")


def _enters(shop: Counted, meter: Meter, costs: Costs) -> None:
    path = f"/api/v1/rooms/{ROOM}/tickets"
    requests = [_request("POST", path, _who(f"newcomer-{n:011}")) for n in range(ENTERING)]
    answer = len(_raw(shop, "POST", path, "visitor-again"))
    # Nobody asks meanwhile, so no copy of the line reads them: that is what `newcomer` costs.
    used = meter.of(lambda: _ask(shop, requests, CONNECTIONS))
    costs.request("enter", used, ENTERING, answer)


def _streams(shop: Counted, meter: Meter, costs: Costs, pairs) -> None:
    """They are opened, stand still, and then the line moves each second: an event for each."""
    poll, opened = select.epoll(), {}
    try:
        def events() -> int:
            return sum(stream.events for stream in opened.values())

        def open_all() -> None:
            for pair in pairs:
                streams.open_stream(shop.port, pair, poll, opened, ROOM)
            while events() < len(pairs):
                streams.read_events(poll, opened, 0.2)

        costs.request("stream", meter.of(open_all), len(pairs))
        streams.read_events(poll, opened, QUIET_SECONDS)
        before = events()
        still = meter.of(lambda: streams.read_events(poll, opened, MOVING_SECONDS))
        say(f"{events() - before} events while the line stood still")
        listen = still.count / len(pairs) / still.seconds
        costs.spent("listen", listen)
        before, sizes = events(), sum(stream.bytes for stream in opened.values())

        def move() -> None:
            for number in range(MOVING_SECONDS):
                _put(shop, {"capacity": number + 1})
                streams.read_events(poll, opened, 1)

        # What an event costs is mostly the kernel's: docs/reports/line.md has it.
        began = time.monotonic()
        move()
        heard = events() - before
        sizes = sum(stream.bytes for stream in opened.values()) - sizes
        say(f"{heard} events in {time.monotonic() - began:.1f} s of a line that moves")
        costs.add("event.bytes", sizes / heard, "bytes")
        costs.add("stream.bytes", HEAD_BYTES + sizes / heard, "bytes")
    finally:
        for stream in opened.values():
            stream.socket.close()
        poll.close()


def _inside(shop: Counted, meter: Meter, costs: Costs) -> None:
    """A room of its own, whose visitors get in, hear of it, ask once more, and are done."""
    room = "inside"
    path = _STATUS.replace(ROOM, room)
    shop.open_room(room, 0)
    users = [f"buyer-{number:014}" for number in range(ADMITTED)]
    memory = _memory(shop)
    pairs = _enter(shop, room, users)

    def admit() -> None:
        _put(shop, {"capacity": ADMITTED}, room)
        _until(lambda: _room(shop, room)["admittedTotal"] >= ADMITTED)
        # Its journal reaches the ledger within a second.
        time.sleep(2)

    costs.request("admission", meter.of(admit), ADMITTED)
    requests = [_status(*pair, room) for pair in pairs]
    for kind in ("told", "alive"):
        used = meter.of(lambda: _ask(shop, requests, CONNECTIONS))
        costs.request(kind, used, ADMITTED, len(_raw(shop, "GET", path, *pairs[0])))
    costs.add("inside.redis_memory", (_memory(shop) - memory) / ADMITTED, "bytes")
    half = ADMITTED // 2
    key = f"Authorization: Bearer {shop.admin_key()}\r\n"
    ends = f"/admin/v1/rooms/{room}/sessions/"
    done = [_request("POST", f"{ends}{user}/done", key) for user, _ in pairs[:half]]
    leave = [_request("DELETE", path, _who(*pair)) for pair in pairs[half:]]
    for kind, requests in (("done", done), ("leave", leave)):
        used = meter.of(lambda: (_ask(shop, requests, CONNECTIONS), time.sleep(2)))
        costs.request(kind, used, half, 100)


def _pages(shop: Counted, meter: Meter, costs: Costs) -> None:
    path = f"/rooms/{ROOM}"
    page = _raw(shop, "GET", path, "stranger")
    links = re.findall(r'(?:src|href)="([^"]*/assets/[^"]*)"', page.decode())
    assets = [_raw(shop, "GET", link, "stranger") for link in links]
    requests = [_request("GET", path, _who(f"page-{number}")) for number in range(BUYERS)]
    used = meter.of(lambda: _ask(shop, requests, CONNECTIONS))
    costs.request("page", used, BUYERS, len(page))
    costs.add("assets.bytes", sum(map(len, assets)), "bytes")
    costs.add("assets.count", len(assets), "files")


# -- the sale ------------------------------------------------------------------------------------


def _sale(shop: Counted, meter: Meter, costs: Costs) -> None:
    """What the reports of the sales lack: a charge, a map that is known, and what answers weigh."""
    users = [f"buyer-{number:06}" for number in range(BUYERS)]

    def post(path: str, user: str, body: dict, key: str) -> bytes:
        lines = f"{_who(user)}Content-Type: application/json\r\nIdempotency-Key: {key}-{user}\r\n"
        return _request("POST", path, lines, json.dumps(body))

    def weigh(kind: str, bodies: list[bytes]) -> None:
        costs.add(f"{kind}.bytes", HEAD_BYTES + sum(map(len, bodies)) / len(bodies), "bytes")

    path = "/api/v1/users/me/points/charges"
    charges = [post(path, user, {"amount": 4 * PRICE}, "c") for user in users]
    bodies: list[bytes] = []
    used = meter.of(lambda: bodies.extend(_ask(shop, charges, CONNECTIONS)))
    costs.request("charge", used, BUYERS)
    weigh("charge", bodies)
    path = "/api/v1/performances/sale/holds"
    seats = [[2 * number + 1, 2 * number + 2] for number in range(BUYERS)]
    bodies = _ask(shop, [post(path, u, {"seats": s}, "h") for u, s in zip(users, seats)], 1)
    weigh("hold", bodies)
    holds = [json.loads(body)["hold"] for body in bodies]
    payments = [post("/api/v1/payments", u, {"hold": h}, "p") for u, h in zip(users, holds)]
    weigh("pay", _ask(shop, payments, 1))
    path = "/api/v1/performances/sale/seats"
    head, _, body = _raw(shop, "GET", path, "").partition(b"\r\n\r\n")
    tag = re.search(rb"(?i)etag: (\S+)", head)[1].decode()
    known = [_request("GET", path, f"If-None-Match: {tag}\r\n")] * BUYERS
    used = meter.of(lambda: _ask(shop, known, CONNECTIONS))
    costs.request("map_known", used, BUYERS, len(head) + 4)
    costs.add("map.gzipped", len(zlib.compress(body, 6)), "bytes")


# -- asking --------------------------------------------------------------------------------------

_STATUS = f"/api/v1/rooms/{ROOM}/tickets/me"


def _who(user: str, ticket: str = "") -> str:
    lines = f"X-User-Id: {user}\r\n" if user else ""
    return lines + (f"Onsale-Ticket: {ticket}\r\n" if ticket else "")


def _request(method: str, path: str, headers: str, body: str = "") -> bytes:
    length = f"Content-Length: {len(body)}\r\n" if method == "POST" else ""
    return f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{headers}{length}\r\n{body}".encode()


def _status(user: str, ticket: str, room: str = ROOM) -> bytes:
    return _request("GET", _STATUS.replace(ROOM, room), _who(user, ticket))


def _raw(shop, method: str, path: str, user: str, ticket: str = "") -> bytes:
    """One answer with its head, as it comes over the wire."""

    async def one() -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", shop.port, limit=1 << 23)
        writer.write(_request(method, path, _who(user, ticket) + "Connection: close\r\n"))
        data = await asyncio.wait_for(reader.read(), PATIENCE_SECONDS)
        writer.close()
        return data

    return asyncio.run(one())


def _ask(shop, requests: Iterable[bytes], connections: int) -> list[bytes]:
    """Each connection asks again when it has its answer. -> the bodies, in order."""
    requests = list(requests)
    left = iter(enumerate(requests))
    bodies = [b""] * len(requests)

    async def connection() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", shop.port, limit=1 << 23)
        for number, request in left:
            writer.write(request)
            status, body = await asyncio.wait_for(prepare.response(reader), PATIENCE_SECONDS)
            if status not in (200, 201, 202, 204, 304):
                raise Failure(f"{request[:60]!r}: {status} {body[:300]!r}")
            bodies[number] = body
        writer.close()

    async def all_of_them() -> None:
        await asyncio.gather(*(connection() for _ in range(connections)))

    asyncio.run(all_of_them())
    return bodies


def _enter(shop, room: str, users: list[str]) -> list[tuple[str, str]]:
    path = f"/api/v1/rooms/{room}/tickets"
    bodies = _ask(shop, [_request("POST", path, _who(user)) for user in users], CONNECTIONS)
    return [(user, json.loads(body)["ticket"]) for user, body in zip(users, bodies)]


def _memory(shop) -> int:
    text = ask(shop.socket, "INFO", "memory")
    return int(text.partition("used_memory:")[2].split()[0])


def _put(shop, change: dict, room: str = ROOM) -> None:
    shop.put(f"rooms/{room}", change)


def _room(shop, room: str) -> dict:
    headers = {"Authorization": f"Bearer {shop.admin_key()}"}
    return call(shop.port, "GET", f"/admin/v1/rooms/{room}", headers).json


def _until(condition) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        if time.monotonic() > end:
            raise Failure("the room is not where it should be")
        time.sleep(0.1)
