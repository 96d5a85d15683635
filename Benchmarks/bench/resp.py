"""The few Redis commands that the run needs itself."""

import socket
from pathlib import Path

from .failure import Failure


class Connection:
    """One that stays, for many commands."""

    def __init__(self, path: Path, seconds: float):
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.settimeout(seconds)
        self._socket.connect(str(path))
        self._file = self._socket.makefile("rb")

    def ask(self, *words: str):
        """-> the whole reply, as `ask` below."""
        self._socket.sendall(_written(words))
        return _value(self._file, words)


def command(path: Path, *words: str) -> str:
    """Sends one command over a connection of its own. -> the first line of the reply."""
    return _ask(path, words, lambda file: _line(file, words))


def ask(path: Path, *words: str):
    """The same. -> the whole reply: a text, a number, None or a list of them."""
    return _ask(path, words, lambda file: _value(file, words))


def _ask(path: Path, words: tuple[str, ...], read):
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(5)
        connection.connect(str(path))
        connection.sendall(_written(words))
        return read(connection.makefile("rb"))


def _written(words: tuple[str, ...]) -> bytes:
    parts = [f"*{len(words)}\r\n"]
    parts += [f"${len(word.encode())}\r\n{word}\r\n" for word in words]
    return "".join(parts).encode()


def _line(file, words: tuple[str, ...]) -> str:
    line = file.readline().decode().rstrip()
    if line.startswith("-"):
        raise Failure(f"redis: {words[0]}: {line[1:]}")
    return line


def _value(file, words: tuple[str, ...]):
    line = _line(file, words)
    kind, rest = line[:1], line[1:]
    if kind == "$":
        return None if rest == "-1" else file.read(int(rest) + 2)[:-2].decode(errors="replace")
    if kind == "*":
        return [_value(file, words) for _ in range(int(rest))]
    return int(rest) if kind == ":" else rest
