"""A room's journal: who went in and who came out, as the room's scripts wrote it down."""

from collections import deque
from dataclasses import dataclass
from pathlib import Path

from .failure import Failure
from .resp import ask

WINDOW_MS = 60_000
PAGE = 1_000


@dataclass(frozen=True)
class Entry:
    """An admission, or the end of a session; times are Redis's, ms."""

    is_end: bool
    at: int
    hard_end: int  # of the session
    how: str  # it ended: d done, l left, x expired


@dataclass(frozen=True)
class Finding:
    """What the entries say together."""

    admissions: int
    ends: int
    most_inside: int
    most_in_window: int
    # ms from a slot's release to when the room was as full again as its settings allow
    refills: list[int]


def read(socket: Path, room: str) -> list[Entry]:
    entries: list[Entry] = []
    start = "-"
    while True:
        page = ask(socket, "XRANGE", f"{{r:{room}}}:journal", start, "+", "COUNT", str(PAGE))
        entries += [_entry(words) for _, words in page]
        if len(page) < PAGE:
            return entries
        start = "(" + page[-1][0]


def _entry(words: list[str]) -> Entry:
    kind, _, _, _, _, hard_end, _, at, *end = words
    return Entry(kind == "e", int(at), int(hard_end), end[1] if end else "")


def examine(entries: list[Entry], capacity: int, rate: int) -> Finding:
    """A slot is free when its visitor says so, and else at the hard end of the session.

    Refills are looked at while a line presses: between the first and the last instant at which the
    room was as full as it may be. Who comes late finds it emptier, for nobody waits.
    """
    inside, most_inside, most_in_window = 0, 0, 0
    window: deque[int] = deque()
    free: list[int] = []  # when the slots came free that are not refilled
    refills: list[int] = []
    was_full = False
    for entry in entries:
        while window and window[0] <= entry.at - WINDOW_MS:
            window.popleft()
        if entry.is_end:
            inside -= 1
            # With the rate used up nobody may follow yet.
            if was_full and len(window) < rate:
                free.append(entry.hard_end if entry.how == "x" else entry.at)
        else:
            inside += 1
            window.append(entry.at)
            most_inside, most_in_window = max(most_inside, inside), max(most_in_window, len(window))
        if inside >= capacity or len(window) >= rate:
            was_full = True
            refills += [max(0, entry.at - at) for at in free]
            free.clear()
    ends = sum(entry.is_end for entry in entries)
    return Finding(len(entries) - ends, ends, most_inside, most_in_window, refills)


def quantile(values: list[int], part: float) -> int:
    if not values:
        raise Failure("no slot was refilled while a line pressed")
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))]
