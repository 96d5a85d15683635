"""How late a board is: a seat is paid for, then looked for on the board, over and over.

A client of its own, on the load's core, beside the load: its reading is part of what is measured.
"""

import http.client
import json
import time
from dataclasses import dataclass

from .failure import Failure
from .http import call
from .shop import Shop

BOARD_SECONDS = 10
LOOK_SECONDS = 0.001


@dataclass(frozen=True)
class Lag:
    """From the answer to a payment to the first reading of the board that shows it, in ms."""

    p50: float
    p99: float
    max: float
    count: int
    all: tuple[float, ...] = ()


def lag_of(all_ms: list[float]) -> Lag:
    if not all_ms:
        raise Failure("no payment was looked for on the board")
    sorted_ms = sorted(all_ms)
    p50, p99 = (sorted_ms[int(share * (len(sorted_ms) - 1))] for share in (0.5, 0.99))
    return Lag(p50, p99, sorted_ms[-1], len(sorted_ms), tuple(all_ms))


def measure_lag(shop: Shop, performance: str, seconds: int) -> Lag:
    """Pays for seats of a performance of its own for `seconds`."""
    shop.open(performance, 100 * seconds)
    connection = http.client.HTTPConnection("127.0.0.1", shop.port, timeout=BOARD_SECONDS)
    found: list[float] = []
    end = time.monotonic() + seconds
    try:
        while time.monotonic() < end:
            paid = len(found) + 1
            _buy(shop, performance, paid)
            found.append(_until_shown(connection, performance, paid))
    finally:
        connection.close()
    return lag_of(found)


def _buy(shop: Shop, performance: str, seat: int) -> None:
    # As `sale.user` of wrk/sale.lua: who was given points.
    headers = {"X-User-Id": f"u-{seat * 7919 % 10_000:05}"}
    hold = call(
        shop.port, "POST", f"/api/v1/performances/{performance}/holds", headers, {"seats": [seat]}
    )
    if hold.status != 201:
        raise Failure(f"{shop.name}: a hold: {hold.status} {hold.body!r}")
    headers["Idempotency-Key"] = f"{performance}-{seat}"
    body = {"hold": hold.json["hold"]}
    paid = call(shop.port, "POST", "/api/v1/payments", headers, body)
    if paid.status != 201:
        raise Failure(f"{shop.name}: a payment: {paid.status} {paid.body!r}")


def _until_shown(connection: http.client.HTTPConnection, performance: str, seats: int) -> float:
    path = f"/api/v1/boards/concerts/members/{performance}?window=all"
    began = time.monotonic()
    while True:
        connection.request("GET", path)
        answer = connection.getresponse()
        body = answer.read()
        shown = json.loads(body)["score"] if answer.status == 200 else 0
        passed = time.monotonic() - began
        if shown == seats:
            return 1000 * passed
        if shown > seats or answer.status not in (200, 404) or passed > BOARD_SECONDS:
            raise Failure(f"{performance}: {seats} seats are sold, {answer.status} {body!r}")
        time.sleep(LOOK_SECONDS)
