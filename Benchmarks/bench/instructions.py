"""Counts the instructions of a request in the server's own process, under callgrind.

They do not depend on what else the machine does, so two builds can be compared on a busy one. The
kernel and Redis are not in them.
"""

import argparse
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from . import prepare
from .failure import Failure
from .http import call
from .load import CONNECTIONS
from .process import Process, require_free_port
from .servers import BENCHMARKS, Onsale

ENDPOINTS = ("constant", "status", "enter", "admission")
WAITING = 10_000
ADMITTED = 1_000
WARM_UP_ROUNDS = 10
# The program runs some 50 times slower, and translates what it runs for the first time.
START_SECONDS = 120
ANSWER_SECONDS = 120
# As a status answer, and as libmicrohttpd is told (HTTPConfiguration).
BODY_BYTES = 264
MEMORY_BYTES = 16_384


def under_callgrind(command: list[str], dumps: Path, folder: Path) -> Process:
    valgrind = ["valgrind", "--tool=callgrind", "--instr-atstart=no"]
    valgrind += [f"--callgrind-out-file={dumps}/callgrind.out"]
    return Process("callgrind", [*valgrind, *command], folder / "callgrind.log")


def until_answered(server, path: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        server.server.check_alive()
        try:
            if call(server.port, "GET", path).status == 200:
                return
        except OSError:
            pass
        if time.monotonic() > deadline:
            raise Failure(f"not ready after {START_SECONDS} s:\n{server.server.log_tail()}")
        time.sleep(0.1)


class Constant:
    """libmicrohttpd alone: what no program on it can be without."""

    def __init__(self, folder: Path, port: int, memory: int):
        self.port = port
        program = folder / "mhd-return"
        source = BENCHMARKS / "peers/mhd-return/main.c"
        subprocess.run(["cc", "-O2", "-o", program, source, "-lmicrohttpd"], check=True)
        self.command = [str(program), str(port), str(BODY_BYTES), str(memory)]
        self.folder = folder
        self.server: Process | None = None

    def start(self, dumps: Path) -> None:
        require_free_port(self.port)
        self.server = under_callgrind(self.command, dumps, self.folder)
        until_answered(self, "/")

    def stop(self) -> None:
        if self.server:
            self.server.stop()


class Counted(Onsale):
    """Onsale, natively to fill its rooms, and then under callgrind on the same Redis."""

    def restart_counted(self, dumps: Path) -> None:
        self.server.stop()
        require_free_port(self.port)
        self.server = under_callgrind(self.command(), dumps, self.folder)
        until_answered(self, "/readyz?for=line")


def main() -> int:
    options = _options()
    try:
        with tempfile.TemporaryDirectory(prefix="onsale-instructions-") as folder:
            _run(options, Path(folder))
    except (Failure, OSError, subprocess.SubprocessError) as failure:
        print(f"\nFAILED: {failure}", file=sys.stderr)
        return 1
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="Benchmarks/instructions", description=__doc__)
    parser.add_argument("--rounds", type=int, default=100, help="each asks once a connection")
    parser.add_argument("--connections", type=int, default=CONNECTIONS)
    parser.add_argument("--only", default=",".join(ENDPOINTS), help="endpoints")
    parser.add_argument("--port", type=int, default=18090)
    parser.add_argument("--memory", type=int, default=MEMORY_BYTES, help="a constant's, bytes")
    parser.add_argument("--binary", type=Path, help="the program; default: the release build")
    parser.add_argument("--profiles", type=Path, help="folder for callgrind's files and lists")
    return parser.parse_args()


def _run(options: argparse.Namespace, folder: Path) -> None:
    for program in ("valgrind", "callgrind_control", "callgrind_annotate", "objcopy"):
        if not shutil.which(program):
            raise Failure(f"{program} is missing: install valgrind")
    dumps = options.profiles or folder
    dumps.mkdir(exist_ok=True)
    server = Counted(folder, options.port)
    # Valgrind gives up on Swift's debugging information; the functions' names are elsewhere.
    stripped = folder / "onsale.stripped"
    given = options.binary or server.binary
    if not given.exists():
        raise Failure(f"{given} is missing: swift build -c release --product onsale")
    subprocess.run(["objcopy", "--strip-debug", given, stripped], check=True)
    server.binary = stripped
    constant = Constant(folder, options.port + 1, options.memory)
    asked = options.only.split(",")
    try:
        server.start()
        requests = _requests(server, options)
        print("| endpoint | instructions a request | of them wiping |\n|---|--:|--:|", flush=True)
        if "constant" in asked:
            constant.start(dumps)
            _report(constant, requests["status"], "constant", options, dumps)
            constant.stop()
        server.restart_counted(dumps)
        for endpoint in (name for name in asked if name != "constant"):
            _report(server, requests[endpoint], endpoint, options, dumps)
    finally:
        constant.stop()
        server.stop()


def _report(server, requests, endpoint, options, dumps) -> None:
    """A row. Memory that is set to zero counts a byte an instruction, and costs far less."""
    count, wiping = _count(server, requests, endpoint, options, dumps)
    print(f"| {endpoint} | {count:,.0f} | {wiping:,.0f} |", flush=True)


def _requests(server: Counted, options: argparse.Namespace) -> dict[str, list[bytes]]:
    """What is sent, as many as are counted and as many as warm up."""
    total = (options.rounds + WARM_UP_ROUNDS) * options.connections
    line = prepare.line(server, WAITING).pairs
    inside = prepare.admitted(server, ADMITTED).pairs
    prepare.entrance(server, 1)
    status, admission = "/api/v1/rooms/line/tickets/me", "/api/v1/rooms/inside/admission"
    # A prime's steps, so that neighbours in time are not neighbours in line.
    return {
        "status": [_request("GET", status, *line[i * 7919 % WAITING]) for i in range(total)],
        "enter": [
            _request("POST", "/api/v1/rooms/enter1/tickets", f"n-{i:07}") for i in range(total)
        ],
        "admission": [
            _request("GET", admission, *inside[i * 7919 % ADMITTED]) for i in range(total)
        ],
    }


def _request(method: str, path: str, user: str, ticket: str = "") -> bytes:
    """The bytes that wrk sends in the timed runs."""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", f"X-User-Id: {user}"]
    if ticket:
        lines.append(f"Onsale-Ticket: {ticket}")
    if method == "POST":
        lines.append("Content-Length: 0")
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def _count(server, requests, endpoint, options, dumps) -> tuple[float, float]:
    """Instructions of all threads, for each request of the rounds after the warm-up; and those of
    `memset` among them."""
    sockets = [
        socket.create_connection(("127.0.0.1", server.port), ANSWER_SECONDS)
        for _ in range(options.connections)
    ]
    warm = WARM_UP_ROUNDS * options.connections
    _control(server, "-i", "on")
    _ask(sockets, requests[:warm])
    _control(server, "-z")
    _ask(sockets, requests[warm:])
    for old in dumps.glob("callgrind.out.*"):
        old.unlink()
    _control(server, "-d", endpoint)
    _control(server, "-i", "off")
    for connection in sockets:
        connection.close()
    (dump,) = dumps.glob("callgrind.out.*")
    kept = dump.rename(dumps / f"{endpoint}.callgrind")
    text = kept.read_text()
    total = int(re.search(r"^(?:summary|totals): (\d+)", text, re.M).group(1))
    if options.profiles:
        _list(kept, len(requests) - warm)
    return total / (len(requests) - warm), _wiping(text) / (len(requests) - warm)


def _wiping(dump: str) -> int:
    """What `memset` costs in a file of callgrind's: lines of a function follow its name, and a line
    after `calls=` belongs to who was called."""
    names: dict[str, str] = {}
    is_wiping, is_call, total = False, False, 0
    for line in dump.splitlines():
        if match := re.match(r"(c?)fn=(\(\d+\))(?: (.*))?$", line):
            names[match[2]] = match[3] or names.get(match[2], "")
            if not match[1]:
                is_wiping = "memset" in names[match[2]]
        elif line.startswith("calls="):
            is_call = True
        elif re.match(r"[\d+*-]", line):
            if is_wiping and not is_call:
                total += int(line.split()[-1])
            is_call = False
    return total


def _control(server: Counted, *arguments: str) -> None:
    command = ["callgrind_control", *arguments, str(server.server.pid)]
    subprocess.run(command, check=True, capture_output=True)


def _ask(sockets: list[socket.socket], requests: list[bytes]) -> None:
    """Round by round: one request on each connection, then all answers."""
    for start in range(0, len(requests), len(sockets)):
        for connection, request in zip(sockets, requests[start:]):
            connection.sendall(request)
        for connection in sockets:
            _answer(connection)


def _answer(connection: socket.socket) -> None:
    data = b""
    while b"\r\n\r\n" not in data:
        piece = connection.recv(65_536)
        if not piece:
            raise Failure(f"a connection ended: {data!r}")
        data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    if head[9:10] != b"2":
        raise Failure(f"not answered 2xx: {data!r}")
    length = re.search(rb"(?i)content-length: (\d+)", head)
    missing = int(length.group(1)) - len(body) if length else 0
    while missing > 0:
        missing -= len(connection.recv(missing))


def _list(dump: Path, requests: int) -> None:
    """Beside the dump: its functions, by what they cost themselves and with what they call."""
    for name, inclusive in (("own", "no"), ("with-callees", "yes")):
        command = ["callgrind_annotate", f"--inclusive={inclusive}", "--threshold=99", str(dump)]
        text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        lines = []
        for count, what in re.findall(r"^\s*([\d,]+) \(\s*[\d.]+%\)\s+(.*)$", text, re.M):
            each = int(count.replace(",", "")) / requests
            if each >= 5:
                what = re.sub(r" \[[^]]*\]$", "", what)
                lines.append(f"{each:>10,.0f}  {what.rpartition('/')[2] if '/' in what else what}")
        names = subprocess.run(
            ["swift", "demangle", "--compact"], input="\n".join(lines), text=True,
            capture_output=True,
        )
        shown = names.stdout if names.returncode == 0 else "\n".join(lines)
        dump.with_suffix(f".{name}.txt").write_text(shown + "\n")
