"""A rehearsal on a real server beside a simulation of the same crowd: what both counted."""

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

from .carry import Costs
from .crowd import Night, Room, play
from .failure import Failure
from .http import call
from .progress import say
from .rehearsal import AsRun

TIMEOUT_SECONDS = 240
# A visitor inside who is told no poll asks each second (Visitor.pollAfterDefaultMs).
INSIDE_POLL = 1.0
# One who listens asks this often whether the stream has told everything (Visitor.listenCheckMs).
LISTENER_ASKS = 15


@dataclass(frozen=True)
class Crowd:
    """What both are told."""

    name: str
    people: int
    arrive: int
    capacity: int
    rate: int | None
    stay: int
    leavers: float
    watchers: float


CROWDS = (
    Crowd("polls, by capacity", 3_000, 20, 150, None, 2, 0.3, 0.0),
    Crowd("polls, by rate", 3_000, 20, 1_000, 1_500, 2, 0.3, 0.0),
    Crowd("streams, by rate", 2_000, 20, 1_000, 1_500, 2, 0.0, 1.0),
)


def compare(folder: Path, port: int, binary: Path | None) -> str:
    server = AsRun(folder, port)
    if binary:
        server.binary = binary
    lines = ["| crowd | what | rehearsed | simulated | ratio |", "|---|---|--:|--:|--:|"]
    try:
        server.start()
        for number, crowd in enumerate(CROWDS, 1):
            lines += _rows(crowd, _rehearsed(server, crowd, number), _simulated(crowd))
    finally:
        server.stop()
    return "\n".join(lines) + "\n"


def _rehearsed(server: AsRun, crowd: Crowd, number: int) -> dict:
    file = server.folder / f"crowd{number}.json"
    command = [str(server.binary), "rehearse", "--quiet", "--json", str(file)]
    command += ["--url", f"http://127.0.0.1:{server.port}", "--room", f"crowd{number}"]
    command += ["--admin-key-file", str(server.folder / "admin.key"), "--seed", str(number)]
    values = {
        "visitors": crowd.people, "arrive": crowd.arrive, "capacity": crowd.capacity,
        "rate": crowd.rate or "none", "stay": crowd.stay, "leavers": crowd.leavers,
        "watchers": round(crowd.people * crowd.watchers), "session-seconds": 30,
        "timeout": TIMEOUT_SECONDS, "sleepers": 0, "double-clickers": 0, "liars": 0,
    }
    for name, value in values.items():
        command += [f"--{name}", str(value)]
    say(f"rehearsing {crowd.name} ...")
    before = _signs_of_life(server)
    run = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT_SECONDS + 60)
    if run.returncode != 0:
        raise Failure(f"the rehearsal ended with {run.returncode}:\n{run.stdout}{run.stderr}")
    return json.loads(file.read_text()) | {"seen": _signs_of_life(server) - before}


def _signs_of_life(server: AsRun) -> int:
    text = call(server.port, "GET", "/metrics").body.decode()
    return int(text.partition("\nonsale_line_seen_total ")[2].split()[0])


def _simulated(crowd: Crowd) -> Room:
    return play(
        Night(
            people=crowd.people, early_part=0.0, early=0, spike_part=1.0, spike=crowd.arrive,
            tail=0, rate=crowd.rate, capacity=crowd.capacity, streams=crowd.watchers,
            leavers=crowd.leavers, stay=crowd.stay, session=30, alive_poll=INSIDE_POLL,
            seats=0, admissions_max=Costs.read().value("admissions.max"),
        )
    )


def _rows(crowd: Crowd, report: dict, room: Room) -> list[str]:
    def asked(*kinds: str) -> float:
        return sum(second.asked[kind] for second in room.seconds for kind in kinds)

    def counted(endpoint: str) -> int:
        return report["latency"].get(endpoint, {"count": 0})["count"]

    seconds = next(s.at for s in reversed(room.seconds) if s.asked["done"] > 0.5)
    checks = asked("poll", "told", "alive") + asked("look") / LISTENER_ASKS
    rows = [
        ("enters", counted("enter"), asked("enter")),
        ("status checks", counted("status"), checks),
        ("leave, and done", counted("leave") + counted("done"), asked("leave", "done")),
        ("admitted", report["admitted"], room.admitted - sum(room.ghosts.values())),
        ("most waiting", report["documents"]["waitingMax"], max(s.waiting for s in room.seconds)),
        ("most inside", report["documents"]["insideMax"], max(s.inside for s in room.seconds)),
        ("seconds", report["elapsedMs"] / 1000, seconds),
    ]
    if not crowd.watchers:
        # Each poll comes so long after the last that it is written down.
        rows.insert(2, ("signs of life", report["seen"], asked("poll")))
    return [
        f"| {crowd.name} | {what} | {real:,.0f} | {said:,.0f} | {_ratio(said, real)} |"
        for what, real, said in rows
    ]


def _ratio(said: float, real: float) -> str:
    return f"{said / real:.2f}" if real else "-"
