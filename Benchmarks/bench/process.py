"""A program that the run started: pinned to a core, watched, and ended by its process id."""

import os
import signal
import socket
import subprocess
from pathlib import Path

from .failure import Failure

SERVER_CORE = 0
LOAD_CORE = 1

# CPU time in /proc/PID/stat comes in ticks of 10 ms: 1 % of a measured second.
MICROSECONDS_PER_TICK = 1_000_000 // os.sysconf("SC_CLK_TCK")

# Onsale finishes what is in flight for up to 10 s after SIGTERM; nothing else needs that long.
STOP_SECONDS = 15


class Process:
    """One started program with its log file."""

    def __init__(
        self,
        name: str,
        command: list[str],
        log: Path,
        stop_signal: signal.Signals = signal.SIGTERM,
    ):
        self.name = name
        self.log = log
        self._stop_signal = stop_signal
        pinned = ["taskset", "-c", str(SERVER_CORE), *command]
        with log.open("wb") as output:
            # A session of its own: Ctrl-C reaches the runner only, which ends all in order.
            self._process = subprocess.Popen(
                pinned,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        return self._process.pid

    def check_alive(self) -> None:
        if self._process.poll() is not None:
            code = self._process.returncode
            raise Failure(f"{self.name} ended with code {code}:\n{self.log_tail()}")

    def log_tail(self) -> str:
        """The last lines of its output, for a message about a failure."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-12:])

    def cpu_microseconds(self) -> int:
        """CPU time of the program, its threads and its children (nginx's worker is a child)."""
        return MICROSECONDS_PER_TICK * sum(_ticks(pid) for pid in self._family())

    def move(self, cores: set[int]) -> None:
        """Lets it run on `cores`, with all that it has started; what it starts inherits that."""
        for pid in self._family():
            for thread in Path(f"/proc/{pid}/task").iterdir():
                try:
                    os.sched_setaffinity(int(thread.name), cores)
                except ProcessLookupError:
                    pass

    def stop(self) -> None:
        if self._process.poll() is not None:
            return
        self._process.send_signal(self._stop_signal)
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _family(self) -> list[int]:
        pid = self.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        return [pid, *map(int, children)]


def _ticks(pid: int) -> int:
    # The program's name may hold blanks; the fields are counted from behind its bracket.
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return 0  # a child that has ended meanwhile
    # With its own ended children: what PostgreSQL's workers used must not be lost.
    return sum(map(int, fields[11:15]))


def cores_busy_microseconds(cores: set[int]) -> int:
    """Time that cores spent in programs and in the kernel for them, whoever they were."""
    return sum(core_busy_microseconds(core) for core in cores)


def core_busy_microseconds(core: int) -> int:
    """The same of one core."""
    for line in Path("/proc/stat").read_text().splitlines():
        fields = line.split()
        if fields[0] == f"cpu{core}":
            user, nice, system = map(int, fields[1:4])
            return (user + nice + system) * MICROSECONDS_PER_TICK
    raise Failure(f"core {core} is not in /proc/stat: two cores are needed")


def require_free_port(port: int) -> None:
    """Somebody else's server on the port would be measured in place of ours."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise Failure(f"port {port} is taken (see --port-base): {error}") from error
