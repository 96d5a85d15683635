"""Holds the arithmetic of `Benchmarks/scale` against cases that were worked by hand."""

import math
import re
import sys
from dataclasses import replace
from pathlib import Path

from .carry import LOOK_MAX, Costs, House, carry
from .crowd import FAR_BACK, LINE_ASKS_A_SECOND, POLL_MAX, POLL_MIN, SLACK, WINDOW
from .crowd import Night, Room, Second, arrivals, play, poll_after

SOURCES = Path(__file__).resolve().parent.parent.parent / "Sources/Rooms"

CALM = Night(0, early=0, early_part=0.0, spike_part=1.0, spike=1, tail=0, rate=None, leavers=0.0)


def main() -> int:
    failed = 0
    for case in CASES:
        for what, got, expected, within in case():
            if not abs(got - expected) <= within:
                failed += 1
                print(f"{case.__name__}: {what}: {got:g}, not {expected:g}", file=sys.stderr)
    print(f"scale: {len(CASES)} cases, {failed} wrong")
    return 1 if failed else 0


def server():
    """The numbers that the server decides by are the ones that are played with here."""
    room = (SOURCES / "redis/lib/room.lua").read_text()
    reader = (SOURCES / "Store/Line/LineReader.swift").read_text()
    live = (SOURCES / "Web/LiveTickets.swift").read_text()
    for what, text, pattern, ours in (
        ("POLL_MIN", room, r"POLL_MIN, POLL_MAX = (\d+),", 1000 * POLL_MIN),
        ("POLL_MAX", room, r"POLL_MIN, POLL_MAX = \d+, (\d+)", 1000 * POLL_MAX),
        ("SLACK", room, r"local SLACK = (\d+)", 1000 * SLACK),
        ("WINDOW", room, r"local WINDOW = (\d+)", 1000 * WINDOW),
        ("far back", room, r"if rank >= (\d+) then poll", FAR_BACK),
        ("ms for each ahead", room, r"POLL_MIN \+ (\d+) \* rank", 20),
        ("part of the wait", room, r"rank / outflow / (\d+)\)", 10),
        ("asks a ms", room, r"waiting\(\) / (\d+)\)", LINE_ASKS_A_SECOND / 1000),
        ("lookMax", reader, r"lookMax = (\d+)", LOOK_MAX),
        ("streamsMax", live, r"streamsMax = (\d+)", House().connections),
    ):
        found = re.search(pattern, text.replace("_", "") if text is live else text)
        yield what, float(found[1]) if found else math.nan, ours, 0


def polls():
    """`poll_after` of Sources/Rooms/redis/lib/room.lua, by hand."""
    yield "the head", poll_after(0, 1, 0, 0), 1, 0
    yield "20 ms for each ahead", poll_after(100, 200, 0, 0), 3, 1e-9
    yield "no more than 30 s", poll_after(5_000, 9_000, 0, 0), 30, 0
    yield "a tenth of the wait", poll_after(900, 900, 10, 0), 9, 1e-9
    yield "a tenth of the time to the opening", poll_after(0, 1, 0, 120), 12, 1e-9
    yield "20,000 a second", poll_after(1_000, 500_000, 1_000, 0), 25, 1e-9
    yield "but near the head", poll_after(999, 500_000, 1_000, 0), 1, 1e-9


def comings():
    night = Night(100_000)
    come = arrivals(night)
    early = sum(count for at, count in come.items() if at < 0)
    spike = sum(count for at, count in come.items() if 0 <= at < night.spike)
    yield "everybody comes", sum(come.values()), 100_000, 0
    yield "before it opens", early, 30_000, 0
    yield "with it", spike, 40_000, 0
    # Seconds weigh 1, 3, 5, ...: the later half has three quarters.
    late = sum(count for at, count in come.items() if -night.early // 2 <= at < 0)
    yield "ever more of them", late / early, 0.75, 0.01
    yield "the same with the same seed", arrivals(night) == come, True, 0
    yield "others with another", arrivals(replace(night, seed=2)) == come, False, 0


def standing():
    """Nobody gets in: who has r ahead asks each 1 + r/50 s, 30 s at most."""
    night = replace(CALM, people=2_000, rate=0, end=300)
    room = play(night)
    asked = sum(second.asked["poll"] for second in room.seconds if second.at >= 100) / 200
    expected = sum(1 / min(30, 1 + rank / 50) for rank in range(2_000))
    yield "polls a second", asked, expected, expected / 20
    yield "nobody is lost", room.waiting, 2_000, 1e-6
    far = play(replace(night, people=300_000))
    yield "polls of a long line", far.seconds[-1].asked["poll"] / LINE_ASKS_A_SECOND, 1, 0.05


def minute():
    """The rate is of any 60 s: what goes in at once opens again 60 s later."""
    room = play(replace(CALM, people=1_500, rate=600, seats=0))
    admitted = {second.at: second.asked["admission"] for second in room.seconds}
    for at, expected in ((0, 600), (1, 0), (59, 0), (60, 600), (119, 0), (120, 300)):
        yield f"admitted in second {at}", admitted[at], expected, 1e-6
    windows = [
        sum(admitted.get(at - ago, 0) for ago in range(WINDOW)) for at in admitted
    ]
    yield "most in 60 s", max(windows), 600, 1e-6


def places():
    room = play(replace(CALM, people=3_000, capacity=100, stay=5.0, seats=0, leavers=0.3))
    yield "most inside", max(second.inside for second in room.seconds), 100, 1e-6
    kept = room.admitted + room.passed + room.left + room.turned_away + room.waiting
    yield "nobody is lost", kept, 3_000, 1e-3
    # Who left without a word shortly before their turn holds a place to the end of a session.
    yield "inside in the end", room.inside, sum(room.ghosts.values()), 1
    yield "no faster than the sessions", room.ended / room.seconds[-1].at <= 100 / 5, True, 0


def stock():
    room = play(replace(CALM, people=5_000, seats=400, basket=2, buyers=1.0, stay=5.0))
    yield "sold", room.sold, 400, 1
    yield "no more inside than can be served", max(s.inside for s in room.seconds), 200, 1e-6
    yield "all others are sent away", room.turned_away, 4_800, 5


def leavers():
    """Half of those who give up say so; the others are passed over at their turn."""
    night = replace(CALM, people=1_000, rate=0, leavers=0.4, end=300)
    room = play(night)
    yield "say that they leave", sum(s.asked["leave"] for s in room.seconds), 200, 0.5
    yield "are still counted in line", room.waiting, 800, 0.5
    room.night = replace(night, rate=None, seats=0)
    room.step(300, 0, False)
    yield "are let in at their turn", room.admitted, 600, 0.5
    yield "are passed over", room.passed, 200, 0.5


def costs_of():
    """10,000 polls at 20 + 5 us, a look of 100 us for each 512 of them."""
    table = {
        "poll.server": _us(20), "poll.redis": _us(5), "poll.look.redis": _us(100),
        "newcomer.redis": _us(1), "newcomer.server": _us(1),
        "enter.server": _us(33), "enter.redis": _us(10),
        "server.us.enter": _us(33, "enter"), "redis.us.enter": _us(10, "enter"),
        "look.seconds": _us(0), "pay.postgres": _us(200), "commits.max": _us(1_000),
        "admissions.max": _us(1_000), "waiting.redis_memory": _us(200),
        "inside.redis_memory": _us(0), "copy.memory": _us(12), "stream.memory": _us(1_000),
        "assets.bytes": _us(0), "map.seats": _us(50_000), "map.bytes": _us(0),
    }
    kinds = ("page", "told", "alive", "leave", "done", "stream", "charge", "hold", "pay")
    table |= {f"{kind}.bytes": _us(0) for kind in (*kinds, "event", "map_known")}
    for kind in (*kinds, "event", "map", "map_known", "map_build", "listen", "admission"):
        table |= {f"{kind}.{program}": _us(0) for program in ("server", "redis")}
    table |= {"poll.bytes": _us(400), "enter.bytes": _us(600)}
    night = Night(10_000, seats=0)
    second = Second(0)
    second.asked["poll"], second.waiting = 10_000, 10_000
    room = Room(night)
    room.seconds = [second]
    one = carry(room, Costs(table), House(loops=1))
    yield "server", one.server_cores, 0.2, 1e-9
    yield "Redis", one.most("redis"), 0.05 + 10_000 / 512 * 100e-6, 1e-9
    yield "bytes", one.most("bytes"), 4_000_000, 0
    yield "Redis's memory", one.redis_memory, 2_000_000, 0
    # 100,000 enters a second: 3.3 cores, and 0.1 on each loop; Redis 1 and 0.1 for each loop.
    second.asked["poll"], second.asked["enter"] = 0, 100_000
    many = carry(room, Costs(table), House(fill=0.7))
    yield "loops", many.loops, 6, 0
    yield "Redis with that many", many.most("redis"), 1 + 6 * 0.1, 1e-9
    yield "Redis is first", many.first == "Redis, the room's one slot", True, 0
    few = carry(room, Costs(table), House(loops=1))
    yield "one loop", few.full["the server's loops"], 3.4 / 0.7, 1e-9
    yield "bytes of a process", few.full["bytes out"], 60e6 / 1.25e9, 1e-9


def _us(value: float, kind: str = "") -> dict:
    return {"value": value, "unit": "us", "kind": kind}


CASES = (server, polls, comings, standing, minute, places, stock, leavers, costs_of)
