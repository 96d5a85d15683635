"""Fills the rooms before anything is measured: through HTTP, as visitors do it."""

import asyncio
import json
import time
from dataclasses import dataclass
from pathlib import Path

from .failure import Failure
from .http import call, visitor
from .servers import Contestant

# 8 connections x 32 requests a write: about 60 kB in flight, far below the socket buffers.
CONNECTIONS = 8
BATCH = 32

ADMITTED_SECONDS = 30


@dataclass(frozen=True)
class Visitors:
    """Who may be picked by the load, and the file where it reads them."""

    room: str
    file: Path
    pairs: list[tuple[str, str]]


def line(contestant: Contestant, count: int) -> Visitors:
    """A room with one visitor inside and `count` waiting behind a capacity of one."""
    room = "line"
    _open_full_room(contestant, room)
    return _write(contestant, room, enter(contestant, room, _users("w", count), "waiting"))


def admitted(contestant: Contestant, count: int) -> Visitors:
    """A room that holds `count` visitors, all of them inside."""
    room = "inside"
    contestant.open_room(room, count)
    pairs = enter(contestant, room, _users("a", count), None)
    return _write(contestant, room, [until_admitted(contestant, room, *p) for p in pairs])


def entrance(contestant: Contestant, round_number: int) -> Visitors:
    """A fresh room for newcomers, so that every round fills an equally short line."""
    room = f"enter{round_number}"
    _open_full_room(contestant, room)
    return _write(contestant, room, [])


def synthetic(contestant: Contestant, count: int) -> Visitors:
    """Visitors for the constant answer: nobody enters, the requests only weigh the same."""
    pairs = [(user, user.ljust(103, "0")) for user in _users("w", count)]
    return _write(contestant, "line", pairs)


def enter(
    contestant: Contestant, room: str, users: list[str], expected: str | None
) -> list[tuple[str, str]]:
    """Enters all users. -> (user, ticket) of each; every state must be `expected` if given."""
    return asyncio.run(_enter_all(contestant, room, users, expected))


def _users(prefix: str, count: int) -> list[str]:
    return [f"{prefix}-{number:07}" for number in range(count)]


def _open_full_room(contestant: Contestant, room: str) -> None:
    contestant.open_room(room, 1)
    pairs = enter(contestant, room, ["first"], None)
    until_admitted(contestant, room, *pairs[0])


def until_admitted(contestant: Contestant, room: str, user: str, ticket: str) -> tuple[str, str]:
    """Admission may run by itself a moment after the entry. -> the user with the newest ticket."""
    path = f"/api/v1/rooms/{room}/tickets/me"
    deadline = time.monotonic() + ADMITTED_SECONDS
    while True:
        answer = call(contestant.port, "GET", path, visitor(user, ticket))
        if answer.status != 200:
            raise Failure(f"{contestant.name}: {path}: {answer.status} {answer.body!r}")
        ticket = answer.json["ticket"]
        if answer.json["state"] == "admitted":
            return user, ticket
        if time.monotonic() > deadline:
            raise Failure(f"{contestant.name}: {user} was not admitted: {answer.body!r}")
        time.sleep(0.02)


def _write(contestant: Contestant, room: str, pairs: list[tuple[str, str]]) -> Visitors:
    file = contestant.folder / f"{room}.tsv"
    file.write_text("".join(f"{user}\t{ticket}\n" for user, ticket in pairs))
    return Visitors(room, file, pairs)


async def _enter_all(contestant, room, users, expected) -> list[tuple[str, str]]:
    # All connections take from one iterator: a slow one holds nobody up.
    batches = iter([users[i : i + BATCH] for i in range(0, len(users), BATCH)])
    pairs: list[tuple[str, str]] = []

    async def connection() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", contestant.port)
        for batch in batches:
            writer.write(b"".join(_entry(room, user) for user in batch))
            for user in batch:
                status, body = await asyncio.wait_for(response(reader), 30)
                pairs.append((user, _ticket(contestant.name, status, body, expected)))
        writer.close()

    try:
        await asyncio.gather(*(connection() for _ in range(CONNECTIONS)))
    except (OSError, EOFError, asyncio.TimeoutError) as error:
        raise Failure(f"{contestant.name}: entering broke off: {error!r}") from error
    return pairs


def _entry(room: str, user: str) -> bytes:
    return (
        f"POST /api/v1/rooms/{room}/tickets HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        f"X-User-Id: {user}\r\nContent-Length: 0\r\n\r\n"
    ).encode()


async def response(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    head = await reader.readuntil(b"\r\n\r\n")
    length = head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]
    return int(head[9:12]), await reader.readexactly(int(length or 0))


def _ticket(name: str, status: int, body: bytes, expected: str | None) -> str:
    if status not in (200, 202):
        raise Failure(f"{name} refused an entry: {status} {body!r}")
    answer = json.loads(body)
    if expected and answer["state"] != expected:
        raise Failure(f"{name}: {answer['state']} where {expected} was due: {body!r}")
    return answer["ticket"]
