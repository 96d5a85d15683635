"""A private PostgreSQL in a temporary folder, and `pgbench` on it."""

import os
import re
import shutil
import signal
import subprocess
from pathlib import Path

from .failure import Failure
from .process import Process
from .servers import until

SCALE = 50
CLIENTS = 16


class Postgres:
    """One cluster with two databases: `bench` for pgbench, `onsale` for the ledger.

    Stock settings, so `fsync` and `synchronous_commit` are on, and it listens on a Unix socket in
    its folder only.
    """

    settings = ["-c", "listen_addresses="]

    def __init__(self, folder: Path):
        self.folder = folder / "postgres"
        self.socket = self.folder / "socket"
        self.process: Process | None = None

    @property
    def url(self) -> str:
        return f"postgres://postgres@/onsale?host={self.socket}"

    def start(self) -> None:
        data = self.folder / "data"
        # Its user must get through the run's folder, and nobody else needs to look into it.
        self.folder.parent.chmod(0o711)
        for folder in (self.folder, self.socket):
            folder.mkdir()
            folder.chmod(0o700)
            if os.geteuid() == 0:
                shutil.chown(folder, "postgres", "postgres")
        initdb = [program("initdb"), "-D", str(data), "-U", "postgres", "-A", "trust"]
        _run(as_postgres(initdb + ["-E", "UTF8", "--locale=C.UTF-8"]))
        self.process = Process(
            "postgres",
            as_postgres([program("postgres"), "-D", str(data), *self.settings])
            + ["-c", f"unix_socket_directories={self.socket}"],
            self.folder.parent / "postgres.log",
            stop_signal=signal.SIGINT,
        )
        until("postgres", self.process, self._is_ready)
        self.query("postgres", "create database onsale")
        self.query("postgres", "create database bench")
        for name in ("fsync", "synchronous_commit"):
            if self.query("bench", f"show {name}") != "on":
                raise Failure(f"postgres: {name} is not on")

    def fill(self) -> None:
        """Makes pgbench's tables."""
        self._pgbench(["-i", "-q", "-s", str(SCALE)])

    def stop(self) -> None:
        if self.process:
            self.process.stop()

    def query(self, database: str, statement: str) -> str:
        command = [program("psql"), "-h", str(self.socket), "-U", "postgres", "-XAtq"]
        return _run(command + ["-d", database, "-c", statement]).strip()

    def settle(self) -> None:
        """Nothing of it is left to be written."""
        self.query("postgres", "checkpoint")
        os.sync()

    def tpcb(self, protocol: str, seconds: int, cores: set[int]) -> float:
        """Runs the built-in tpcb-like. -> transactions a second."""
        text = self._pgbench(
            ["-n", "-b", "tpcb-like", "-M", protocol, "-c", str(CLIENTS), "-j", "1"]
            + ["-T", str(seconds)],
            cores,
        )
        rate = re.search(r"^tps = ([0-9.]+) \(without initial connection time\)$", text, re.M)
        failed = re.search(r"^number of failed transactions: (\d+)", text, re.M)
        if not rate or not failed or int(failed[1]):
            raise Failure(f"pgbench said:\n{text}")
        return float(rate[1])

    def _pgbench(self, arguments: list[str], cores: set[int] | None = None) -> str:
        where = ["taskset", "-c", ",".join(map(str, cores))] if cores else []
        command = [program("pgbench"), "-h", str(self.socket), "-U", "postgres", *arguments]
        return _run(where + command + ["bench"])

    def _is_ready(self) -> bool:
        try:
            return self.query("postgres", "select 1") == "1"
        except Failure:
            return False


def program(name: str) -> str:
    """A program of PostgreSQL 15 or later, which Debian keeps out of the path."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda f: int(f.parent.name))
    for folder in reversed(folders):
        if (folder / name).exists():
            return str(folder / name)
    found = shutil.which(name)
    if not found:
        raise Failure(f"not installed: {name} of PostgreSQL")
    return found


def as_postgres(command: list[str]) -> list[str]:
    """PostgreSQL does not run as root."""
    if os.geteuid() != 0:
        return command
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", *command]


def _run(command: list[str]) -> str:
    run = subprocess.run(command, capture_output=True, text=True, timeout=300, cwd="/")
    if run.returncode != 0:
        raise Failure(f"{Path(command[0]).name} failed:\n{run.stdout}{run.stderr}")
    return run.stdout
