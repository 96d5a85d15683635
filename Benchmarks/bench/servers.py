"""Who competes. Each contestant starts what it needs, opens rooms and stops all of it."""

import os
import time
from collections.abc import Callable
from pathlib import Path

from .failure import Failure
from .http import Answer, call
from .process import Process, require_free_port
from .resp import command

BENCHMARKS = Path(__file__).resolve().parent.parent
START_SECONDS = 20

# Nobody may leave a room because the run takes long: a session outlives all rounds.
SESSION_SECONDS = 7200

# Stands in for Onsale's answer when Onsale itself does not take part.
SAMPLE_BODY = (
    '{"ticket":"' + "0" * 103 + '","room":"line","state":"waiting","position":50000,'
    '"ahead":49999,"estimatedWaitSeconds":{"min":3999,"max":6249},"pollAfterMs":60000,'
    '"sessionExpiresAt":null,"pass":null}'
)


class Contestant:
    """What the run needs of every server. `redis` is None for one that uses none."""

    name = ""
    has_rooms = True
    body = ""  # a status answer: all contestants' answers should weigh about the same

    def __init__(self, folder: Path, port: int):
        self.folder = folder / self.name
        self.folder.mkdir()
        self.port = port
        self.server: Process | None = None
        self.redis: Process | None = None

    @property
    def socket(self) -> Path:
        return self.folder / "redis.sock"

    def start(self) -> None:
        raise NotImplementedError

    def open_room(self, room: str, capacity: int) -> None:
        """Makes an empty room. Only contestants with rooms are asked."""
        raise NotImplementedError

    def stop(self) -> None:
        # The server first: it must not see its Redis go.
        for process in (self.server, self.redis):
            if process:
                process.stop()

    def start_redis(self) -> None:
        """The same Redis for all: private, on a Unix socket, nothing written to disk."""
        self.redis = Process(
            "redis-server",
            ["redis-server", "--port", "0", "--unixsocket", str(self.socket)]
            + ["--unixsocketperm", "700", "--save", "", "--appendonly", "no"]
            + ["--dir", str(self.folder), "--loglevel", "warning"],
            self.folder / "redis.log",
        )
        until("redis-server", self.redis, self.socket.exists)

    def start_nginx(self, configuration: Path, values: dict[str, str]) -> None:
        require_free_port(self.port)
        # Started by root, nginx would give its worker to a user that cannot enter the folder.
        user = "user root;" if os.geteuid() == 0 else ""
        values = {"FOLDER": str(self.folder), "PORT": str(self.port), "USER": user} | values
        text = configuration.read_text()
        for name, value in values.items():
            text = text.replace(f"@{name}@", value)
        (self.folder / "nginx.conf").write_text(text)
        self.server = Process(
            self.name,
            # "nginx/" finds the modules of Debian's package below its own prefix.
            ["nginx", "-c", str(self.folder / "nginx.conf"), "-e", str(self.folder / "error.log")],
            self.folder / "server.log",
        )
        self.wait_for("/")

    def wait_for(self, path: str, status: int | None = None) -> None:
        """Until the server answers `path`, with `status` if one is given."""

        def answers() -> bool:
            try:
                answer = call(self.port, "GET", path)
            except OSError:
                return False
            return status is None or answer.status == status

        until(self.name, self.server, answers)


class NginxReturn(Contestant):
    """The ceiling: a constant answer."""

    name = "nginx-return"
    has_rooms = False
    body = SAMPLE_BODY

    def start(self) -> None:
        configuration = BENCHMARKS / "peers/nginx-return/nginx.conf"
        self.start_nginx(configuration, {"BODY": self.body})


class Constant(NginxReturn):
    """The same with an answer of the run's own."""

    def __init__(self, folder: Path, port: int, name: str, body: str):
        self.name = name
        super().__init__(folder, port)
        self.body = body


class NginxLua(Contestant):
    """The peer: a waiting room in nginx, Lua and Redis."""

    name = "nginx-lua"

    def start(self) -> None:
        self.start_redis()
        peer = BENCHMARKS / "peers/nginx-lua"
        self.start_nginx(peer / "nginx.conf", {"PEER": str(peer), "REDIS": str(self.socket)})

    def open_room(self, room: str, capacity: int) -> None:
        settings = ["capacity", str(capacity), "sessionMs", str(SESSION_SECONDS * 1000)]
        command(self.socket, "HSET", f"{{r:{room}}}:settings", *settings)
        command(self.socket, "SADD", "rooms", room)


class Onsale(Contestant):
    """Ours, with one loop and an outside Redis, as the peer has it."""

    name = "onsale"
    binary = BENCHMARKS.parent / ".build/release/onsale"

    def start(self) -> None:
        if not self.binary.exists():
            raise Failure("no release build of onsale: swift build -c release --product onsale")
        self.start_redis()
        self.start_server()

    def start_server(self) -> None:
        """Its Redis is there; after `server.stop()` it starts once more."""
        require_free_port(self.port)
        self.server = Process(self.name, self.command(), self.folder / "server.log")
        self.wait_for("/readyz?for=line", 200)

    def command(self) -> list[str]:
        """The server's program with its flags."""
        serve = [str(self.binary), "serve", "--port", str(self.port), "--threads", "1"]
        # A few users stand for all: what is measured is the server, not its limits.
        serve += ["--auth", "dev", "--rates-per-user", "off", "--drain-seconds", "0"]
        return [*serve, *self.engines()]

    def engines(self) -> list[str]:
        """The flags that name its Redis and its data; `onsale audit` takes them too."""
        return ["--redis", f"unix:{self.socket}", "--data", str(self.folder)]

    def admin_key(self) -> str:
        return (self.folder / "admin.key").read_text().strip()

    def open_room(self, room: str, capacity: int) -> None:
        settings: dict[str, object] = {"capacity": capacity, "rate": None}
        settings |= {"sessionSeconds": SESSION_SECONDS, "idleSeconds": None}
        headers = {"Authorization": f"Bearer {self.admin_key()}"}
        answer: Answer = call(self.port, "PUT", f"/admin/v1/rooms/{room}", headers, settings)
        if answer.status != 200:
            raise Failure(f"onsale refused the room: {answer.status} {answer.body!r}")


ALL: dict[str, type[Contestant]] = {c.name: c for c in (NginxReturn, NginxLua, Onsale)}


def until(name: str, process: Process | None, condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not condition():
        if process:
            process.check_alive()
        if time.monotonic() > deadline:
            raise Failure(f"{name} was not ready after {START_SECONDS} s")
        time.sleep(0.01)
