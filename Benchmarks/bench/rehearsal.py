"""`onsale rehearse` against a server as `make run` starts it: its report, and the journal."""

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

from . import journal
from .failure import Failure
from .http import call
from .process import LOAD_CORE, require_free_port
from .progress import say
from .servers import Onsale

VISITORS, LEAVERS = 10_000, 0.3
CAPACITY, RATE = 500, 6_000
ARRIVE_SECONDS, STAY_SECONDS, SESSION_SECONDS = 20, 2, 30
TIMEOUT_SECONDS = 300
# Less than that, and the room was hardly ever full: then refills are not what was measured.
REFILLS_LEAST = 1_000


@dataclass(frozen=True)
class Rehearsed:
    """One rehearsal: its own report, and what the room's journal says."""

    report: dict
    finding: journal.Finding

    def latency(self, endpoint: str, part: str) -> float:
        return self.report["latency"][endpoint][part]

    def refill(self, part: float) -> int:
        return journal.quantile(self.finding.refills, part)

    @property
    def most_inside(self) -> int:
        return max(self.finding.most_inside, self.report["documents"]["insideMax"])

    @property
    def most_in_window(self) -> int:
        return max(self.finding.most_in_window, self.report["documents"]["admittedLast60sMax"])

    @property
    def broken(self) -> list[str]:
        return [p["code"] for p in self.report["promises"] if p["verdict"] == "broken"]


class AsRun(Onsale):
    """Onsale with a Redis of its own, which it starts and which writes to the disk."""

    def start(self) -> None:
        if not self.binary.exists():
            raise Failure("no release build of onsale: swift build -c release --product onsale")
        require_free_port(self.port)
        self.start_server()

    def engines(self) -> list[str]:
        return ["--data", str(self.folder)]

    @property
    def socket(self) -> Path:
        found = list(self.folder.rglob("redis.sock"))
        if not found:
            raise Failure("the server's own Redis has no socket in its folder")
        return found[0]


def run_rehearsal(folder: Path, port: int, rounds: int) -> list[Rehearsed]:
    server = AsRun(folder, port)
    try:
        server.start()
        return [_rehearse(server, number) for number in range(1, rounds + 1)]
    finally:
        server.stop()


def flags() -> list[str]:
    """Of `onsale rehearse`, but for the place and the seed."""
    words = ["--visitors", VISITORS, "--leavers", LEAVERS, "--capacity", CAPACITY, "--rate", RATE]
    words += ["--arrive", ARRIVE_SECONDS, "--stay", STAY_SECONDS]
    words += ["--session-seconds", SESSION_SECONDS, "--timeout", TIMEOUT_SECONDS]
    return list(map(str, words))


def _rehearse(server: AsRun, number: int) -> Rehearsed:
    room, file = f"rehearsal{number}", server.folder / f"rehearsal{number}.json"
    command = ["taskset", "-c", str(LOAD_CORE), str(server.binary), "rehearse", "--quiet"]
    command += ["--url", f"http://127.0.0.1:{server.port}", "--room", room, "--seed", str(number)]
    command += [*flags(), "--admin-key-file", str(server.folder / "admin.key"), "--json", str(file)]
    run = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT_SECONDS + 60)
    # 1 is a broken promise: that is told, too.
    if run.returncode not in (0, 1):
        raise Failure(f"the rehearsal ended with {run.returncode}:\n{run.stdout}{run.stderr}")
    finding = journal.examine(journal.read(server.socket, room), CAPACITY, RATE)
    _check(server, room, finding)
    rehearsed = Rehearsed(json.loads(file.read_text()), finding)
    say(
        f"rehearsal {number}: {rehearsed.report['elapsedMs'] / 1000:.0f} s,"
        f" enter p99 {rehearsed.latency('enter', 'p99Ms'):.1f} ms,"
        f" refilled p99 {rehearsed.refill(0.99)} ms"
    )
    return rehearsed


def _check(server: AsRun, room: str, finding: journal.Finding) -> None:
    """The journal must be whole, and the room must have been full."""
    headers = {"Authorization": f"Bearer {server.admin_key()}"}
    told = call(server.port, "GET", f"/admin/v1/rooms/{room}", headers).json["admittedTotal"]
    if told != finding.admissions:
        raise Failure(f"{finding.admissions} admissions in the journal, {told} were made")
    if len(finding.refills) < REFILLS_LEAST:
        raise Failure(f"{len(finding.refills)} slots were refilled: the room was not full")
