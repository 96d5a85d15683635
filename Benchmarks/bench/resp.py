"""The one Redis command or two that open a room of the peer."""

import socket
from pathlib import Path

from .failure import Failure


def command(path: Path, *words: str) -> str:
    """Sends one command over a connection of its own. -> the first line of the reply."""
    parts = [f"*{len(words)}\r\n"]
    parts += [f"${len(word.encode())}\r\n{word}\r\n" for word in words]
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(5)
        connection.connect(str(path))
        connection.sendall("".join(parts).encode())
        line = connection.makefile("rb").readline().decode().rstrip()
    if line.startswith("-"):
        raise Failure(f"redis: {words[0]}: {line[1:]}")
    return line
