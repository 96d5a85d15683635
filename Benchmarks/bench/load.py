"""One measurement: wrk on the load core against one endpoint of one contestant."""

import json
import resource
import subprocess
from dataclasses import dataclass

from .failure import Failure
from .prepare import Visitors
from .process import LOAD_CORE, SERVER_CORE, core_busy_microseconds
from .servers import BENCHMARKS, Contestant

CONNECTIONS = 64
WARM_UP_SECONDS = 2
# At most; it ends when all have asked.
ASK_ALL_SECONDS = 60


@dataclass(frozen=True)
class Sample:
    """What one measured run gave. Times in microseconds."""

    requests_per_second: float
    p50: int
    p99: int
    server_cpu: float  # a request
    redis_cpu: float  # a request
    load_core: float  # share of the run that wrk itself computed; near 1 it is the limit
    foreign: float  # share of the run that others computed on the server's core
    errors: int  # non-2xx answers and broken connections together


def measure(
    contestant: Contestant, endpoint: str, visitors: Visitors, seconds: int, tag: str
) -> Sample:
    """Warms up, measures, and refuses figures of a run in which an answer was not 2xx."""
    _wrk(contestant, endpoint, visitors, WARM_UP_SECONDS, f"{tag}w")
    before = _clocks(contestant)
    result = _wrk(contestant, endpoint, visitors, seconds, f"{tag}m")
    server, redis, core, load = (b - a for a, b in zip(before, _clocks(contestant)))
    requests = result["requests"]
    return Sample(
        requests_per_second=requests * 1e6 / result["microseconds"],
        p50=result["p50"],
        p99=result["p99"],
        server_cpu=server / requests,
        redis_cpu=redis / requests,
        load_core=load / result["microseconds"],
        foreign=max(0.0, core - server - redis) / result["microseconds"],
        errors=result["refused"] + result["broken"],
    )


def ask_all(contestant: Contestant, visitors: Visitors) -> None:
    """Each of the visitors asks for the place once; what that costs is not measured."""
    _wrk(contestant, "once", visitors, ASK_ALL_SECONDS, "once")


def _clocks(contestant: Contestant) -> tuple[float, float, float, float]:
    """CPU time so far: server, its Redis, the server's core, and the load (ended children)."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (
        contestant.server.cpu_microseconds() if contestant.server else 0,
        contestant.redis.cpu_microseconds() if contestant.redis else 0,
        core_busy_microseconds(SERVER_CORE),
        (usage.ru_utime + usage.ru_stime) * 1e6,
    )


def _wrk(
    contestant: Contestant, endpoint: str, visitors: Visitors, seconds: int, tag: str
) -> dict[str, int]:
    command = ["taskset", "-c", str(LOAD_CORE), "wrk", "-t1", f"-c{CONNECTIONS}"]
    command += [f"-d{seconds}s", "--timeout", "5s"]
    command += ["-s", str(BENCHMARKS / "wrk" / f"{endpoint}.lua")]
    command += [f"http://127.0.0.1:{contestant.port}/", "--"]
    command += [visitors.room, str(visitors.file), tag]
    # 60 s more than asked for: wrk reads 100,000 tickets first, which takes below a second.
    run = subprocess.run(command, capture_output=True, text=True, timeout=seconds + 60)
    line = run.stdout.rpartition("BENCH ")[2]
    if run.returncode != 0 or not line.startswith("{"):
        raise Failure(f"wrk failed on {contestant.name}/{endpoint}:\n{run.stdout}{run.stderr}")
    result = json.loads(line)
    if result["refused"] or result["broken"] or not result["requests"]:
        log = contestant.server.log_tail() if contestant.server else ""
        raise Failure(
            f"{contestant.name}/{endpoint}: of {result['requests']} requests"
            f" {result['refused']} were not answered 2xx, {result['broken']} connections broke"
            f" or timed out. These figures are worth nothing.\n{log}"
        )
    return result
