"""What a crowd costs: CPU time, bytes, memory and commits of each second, of measured parts."""

import json
import math
from dataclasses import dataclass, field
from pathlib import Path

from .crowd import Night, Room, Second
from .failure import Failure

FILE = Path(__file__).resolve().parent.parent / "scale.json"
REQUESTS = (
    "page", "enter", "poll", "told", "alive", "leave", "done", "stream",
    "charge", "hold", "pay", "map", "map_known",
)
# What is done without a request.
WORK = ("listen", "event", "admission")
# What asks Redis for nothing of its own: answered from what a loop has, or with a look that others
# share.
WITHOUT_REDIS = (
    "page", "alive", "stream", "listen", "event", "charge", "map", "map_known",
)
LOOK_MAX = 512  # visitors of one look (LineReader.lookMax)
# More loops are added for them, unless it was said how many there are.
LOOPS, STREAMS = SIZED = ("the server's loops", "connections of streams")
# One for its thread, one for what rewrites its append-only file.
REDIS_CORES = 2


class Costs:
    """The table of measured costs. Instructions become us by requests whose time is known."""

    def __init__(self, table: dict):
        self.table = table
        self._us = {program: self._rate(program) for program in ("server", "redis")}

    @staticmethod
    def read(file: Path = FILE) -> "Costs":
        try:
            return Costs(json.loads(file.read_text())["costs"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise Failure(f"{file} is no table of costs: {error!r}") from error

    def _rate(self, program: str) -> float:
        """us an instruction, of all requests of which both were measured."""
        us = instructions = 0.0
        for name, row in self.table.items():
            if name.startswith(f"{program}.us."):
                us += row["value"]
                instructions += self.table[f"{row['kind']}.{program}"]["value"]
        if not instructions:
            raise Failure(f"the table of costs has no time of {program} to compare with")
        return us / instructions

    def us(self, kind: str, program: str) -> float:
        name = f"{kind}.{program}"
        if program == "redis" and kind in WITHOUT_REDIS:
            return 0.0
        if name not in self.table:
            raise Failure(f"the table of costs lacks {name}")
        row = self.table[name]
        return row["value"] * (self._us[program] if row["unit"] == "instructions" else 1.0)

    def value(self, name: str) -> float:
        if name not in self.table:
            raise Failure(f"the table of costs lacks {name}")
        return self.table[name]["value"]


@dataclass
class Load:
    """One second: cores of the server's loops and of Redis, and the rest."""

    at: int
    server: float  # cores, of all loops but for what each of them does
    each_loop: float  # cores, on every loop
    redis: float  # cores, that must be
    redis_looks: float  # cores, that give way when Redis is busy
    postgres: float  # cores
    bytes: float
    map_bytes: float  # of them
    commits: float  # of the one performance
    requests: float
    parts: dict[str, float] = field(default_factory=dict)  # cores of Redis


@dataclass(frozen=True)
class House:
    """What carries it. No loops: as many as it takes."""

    loops: int | None = None
    fill: float = 0.7
    threads: int = 8  # loops of a process
    connections: int = 20_000  # of a loop, streams among them
    out: float = 1.25e9  # bytes a second of a process: 10 Gbit/s


@dataclass
class Carried:
    """The busiest seconds, and how full each part is: 1 is all that it may carry."""

    room: Room
    house: House
    loops: int
    loads: list[Load]
    redis_memory: float
    loop_memory: float
    full: dict[str, float] = field(default_factory=dict)

    def most(self, name: str) -> float:
        return max(getattr(load, name) for load in self.loads)

    @property
    def processes(self) -> int:
        return math.ceil(self.loops / self.house.threads)

    @property
    def redis_parts(self) -> dict[str, float]:
        return max(self.loads, key=lambda load: load.redis).parts

    @property
    def server_cores(self) -> float:
        return max(load.server + self.loops * load.each_loop for load in self.loads)

    @property
    def cores(self) -> int:
        """Of loops, of Redis, and of PostgreSQL."""
        postgres = math.ceil(self.most("postgres") / self.house.fill)
        return self.loops + REDIS_CORES + max(1, postgres)

    @property
    def first(self) -> str:
        """The part that is full first; where loops are as many as it takes, none of theirs."""
        limits = self.full if self.house.loops else set(self.full) - set(SIZED)
        return max(limits, key=self.full.get)

    @property
    def sold_out_after(self) -> int | None:
        return self.room.sold_out_at


def carry(room: Room, costs: Costs, house: House) -> Carried:
    loops = house.loops or _loops(room, costs, house)
    loads = [_load(second, room.night, costs, loops) for second in room.seconds]
    waiting = max(second.waiting for second in room.seconds)
    inside = max(second.inside for second in room.seconds)
    streams = max(second.streams for second in room.seconds) / loops
    memory = waiting * costs.value("waiting.redis_memory")
    memory += inside * costs.value("inside.redis_memory")
    loop_memory = waiting * costs.value("copy.memory") + streams * costs.value("stream.memory")
    carried = Carried(room, house, loops, loads, memory, loop_memory)
    busiest = max(load.server / loops + load.each_loop for load in loads)
    admissions = max(second.asked["admission"] for second in room.seconds)
    carried.full = {
        "Redis, the room's one slot": carried.most("redis") / house.fill,
        LOOPS: busiest / house.fill,
        STREAMS: streams / house.connections,
        "commits of one performance": carried.most("commits") / costs.value("commits.max"),
        "admissions of one room": admissions / costs.value("admissions.max"),
        "bytes out": carried.most("bytes") / carried.processes / house.out,
    }
    return carried


def _loops(room: Room, costs: Costs, house: House) -> int:
    """As few loops as keep each below the fill; what every loop does is no less with more."""
    needed = max(second.streams for second in room.seconds) / house.connections
    for second in room.seconds:
        load = _load(second, room.night, costs, 1)
        left = house.fill - load.each_loop
        if left < house.fill / 10:
            raise Failure(
                f"in second {second.at} what every loop does alone takes {load.each_loop:.1f}"
                " cores: no number of loops carries that"
            )
        needed = max(needed, load.server / left)
    return max(1, math.ceil(needed))


def _load(second: Second, night: Night, costs: Costs, loops: int) -> Load:
    asked = dict(second.asked)
    # Between two looks at the map somebody has changed it, or nobody has.
    changes = asked.get("hold", 0.0) + asked.get("pay", 0.0)
    maps = asked.pop("map", 0.0)
    fresh = min(1.0, changes * night.map_poll)
    asked["map"], asked["map_known"] = maps * fresh, maps * (1 - fresh)
    asked["listen"] = asked.pop("look", 0.0)
    size = night.seats / costs.value("map.seats") if night.seats else 0.0
    server = redis = sent = requests = 0.0
    parts: dict[str, float] = {}
    for kind in (*REQUESTS, *WORK):
        count = asked.get(kind, 0.0)
        scale = size if kind == "map" else 1.0
        server += count * costs.us(kind, "server") * scale
        parts[kind] = count * costs.us(kind, "redis") / 1e6
        if kind in REQUESTS or kind == "event":
            sent += count * costs.value(f"{kind}.bytes") * scale
        requests += count if kind in REQUESTS else 0.0
    sent += asked.get("page", 0.0) * costs.value("assets.bytes")
    # Signs of life of those who listen: one each half poll of 30 s.
    parts["signs of life of streams"] = second.streams / 15 * costs.us("poll", "redis") / 1e6
    # Each loop reads every newcomer into its copy of the line, and builds a map that has changed.
    newcomers = asked.get("enter", 0.0)
    builds = min(changes, maps / loops)
    each_loop = newcomers * costs.us("newcomer", "server")
    each_loop += builds * costs.us("map_build", "server") * size
    parts["newcomers read by each loop"] = loops * newcomers * costs.us("newcomer", "redis") / 1e6
    parts["maps read by each loop"] = loops * builds * costs.us("map_build", "redis") * size / 1e6
    # Looks at the line: one at a time a loop, with all that has come meanwhile.
    polls = (asked.get("poll", 0.0) + asked.get("told", 0.0)) / loops
    rounds = 20 if second.streams else 0
    looks = loops * (polls / (1 + polls * costs.value("look.seconds")) + rounds)
    least = loops * (polls / LOOK_MAX + rounds)
    look = costs.us("poll.look", "redis") / 1e6
    parts["looks"] = least * look
    return Load(
        at=second.at,
        server=server / 1e6,
        each_loop=each_loop / 1e6,
        redis=sum(parts.values()),
        redis_looks=max(0.0, looks - least) * look,
        postgres=(asked.get("pay", 0.0) + asked.get("charge", 0.0))
        * costs.value("pay.postgres") / 1e6,
        bytes=sent,
        map_bytes=asked["map"] * costs.value("map.bytes") * size,
        commits=asked.get("pay", 0.0),
        requests=requests,
        parts=parts,
    )
