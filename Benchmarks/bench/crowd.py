"""A crowd before one room, second by second: who comes, asks, listens, leaves, gets in and buys.

People who come together are a cohort with a place in line; a cohort near the head is divided. So
ten million take no longer than a hundred thousand. What the server decides is written as it decides
it: `poll_after` and `served_by` of Sources/Rooms/redis/lib, the sliding minute of the rate, who
counts as absent.
"""

import math
import random
from collections import defaultdict, deque
from dataclasses import dataclass, field

# As Sources/Rooms/redis/lib/room.lua has them, in seconds.
POLL_MIN, POLL_MAX = 1.0, 30.0
LINE_ASKS_A_SECOND = 20_000
FAR_BACK = 1_000
SLACK = 5.0
WINDOW = 60
# Cohorts of arrivals, before those near the head are divided.
COHORTS_MAX = 150
# A cohort is divided while its ends are told polls that differ by more than this.
POLLS_ALIKE = 0.8
# One who gives up does so after so many answers, as in a rehearsal (VisitorPlan.leaveAfter).
LEAVE_AFTER_MAX = 4


@dataclass(frozen=True)
class Night:
    """What happens before one room. Times are seconds, `early` of them before the opening."""

    people: int
    seed: int = 1
    # The arrival curve: parts that come before the opening, with it, and after it.
    early_part: float = 0.3
    spike_part: float = 0.4
    early: int = 600
    spike: int = 60
    tail: int = 1200
    rate: int | None = 6_000  # admissions in any 60 s
    capacity: int | None = None
    admissions_max: float = math.inf  # a second, what Redis can do
    streams: float = 0.0  # part of the visitors that listen
    leavers: float = 0.2  # part that gives up in line
    stay: float = 90.0  # mean time inside
    session: int = 600  # after which one who never came is out
    alive_poll: float = 30.0  # inside; 0: nobody asks
    seats: int = 50_000  # 0: nothing is sold behind the room
    basket: int = 2
    buyers: float = 0.8  # part of those inside
    page_requests: int = 1  # pages that one visit takes: of the line, and of the sale
    map_poll: float = 4.0  # between two looks at the seat map
    end: int = 7_200  # after the opening; who still waits then is counted


@dataclass
class Second:
    """What one second asked of the server. Requests by kind, and how many there are."""

    at: int
    asked: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    waiting: float = 0.0
    inside: float = 0.0
    streams: float = 0.0


class Cohort:
    """People with neighbouring places. `due` says when they ask: a list by answers that are left
    until they give up, 0 for those who stay."""

    __slots__ = ("due", "present", "streams", "fading", "fading_count", "gone")

    def __init__(self):
        self.due: dict[int, list[float]] = {}
        self.present = 0.0  # they poll
        self.streams = 0.0  # they listen
        # They left without a word: seen too lately to be missed before that second, and missed.
        self.fading: dict[int, float] = {}
        self.fading_count = 0.0
        self.gone = 0.0

    @property
    def count(self) -> float:
        return self.present + self.streams + self.fading_count + self.gone

    def fade(self, missed_at: int, count: float) -> None:
        self.fading[missed_at] = self.fading.get(missed_at, 0.0) + count
        self.fading_count += count

    def miss(self, at: int) -> None:
        """Whoever is missed by now is."""
        for missed_at in [known for known in self.fading if known <= at]:
            count = self.fading.pop(missed_at)
            self.fading_count -= count
            self.gone += count

    def take(self, part: float) -> "Cohort":
        """That part of it, out of it."""
        taken, rest = Cohort(), 1 - part
        taken.due = {at: [part * n for n in stages] for at, stages in self.due.items()}
        self.due = {at: [rest * n for n in stages] for at, stages in self.due.items()}
        taken.fading = {at: part * n for at, n in self.fading.items()}
        self.fading = {at: rest * n for at, n in self.fading.items()}
        for name in ("present", "streams", "fading_count", "gone"):
            setattr(taken, name, part * getattr(self, name))
            setattr(self, name, rest * getattr(self, name))
        return taken


def poll_after(rank: float, waiting: float, outflow: float, until_opening: float) -> float:
    """Seconds until a visitor before whom `rank` people leave should ask again; `outflow` a second,
    0: not known."""
    poll = POLL_MIN + 0.02 * rank
    if outflow > 0:
        poll = min(poll, rank / outflow / 10)
    if until_opening > 0:
        poll = max(poll, until_opening / 10)
    if rank >= FAR_BACK:
        poll = max(poll, waiting / LINE_ASKS_A_SECOND)
    return max(POLL_MIN, min(POLL_MAX, poll))


def arrivals(night: Night) -> dict[int, int]:
    """Who comes in which second, drawn with the seed: ever more before the opening, at once with
    it, evenly after it."""
    draw = random.Random(night.seed)
    early = round(night.people * night.early_part) if night.early else 0
    spike = round(night.people * night.spike_part) if night.tail else night.people - early
    parts = [(early, -night.early, night.early, True), (spike, 0, night.spike, False)]
    parts.append((night.people - early - spike, night.spike, night.tail, False))
    come: dict[int, int] = {}
    for count, first, seconds, rises in parts:
        weights = [2 * n + 1 if rises else 1 for n in range(seconds)]
        left, weight_left = count, sum(weights)
        for n, weight in enumerate(weights):
            now = _drawn(draw, left, weight / weight_left)
            come[first + n] = come.get(first + n, 0) + now
            left, weight_left = left - now, weight_left - weight
    return come


def _drawn(draw: random.Random, count: int, part: float) -> int:
    """Of `count` people those that do it, each with chance `part`, by the normal law."""
    if part >= 1 or count == 0:
        return count
    mean, deviation = count * part, math.sqrt(count * part * (1 - part))
    return max(0, min(count, round(draw.gauss(mean, deviation))))


class Room:
    """The room as it is in this second."""

    def __init__(self, night: Night):
        self.night = night
        self.line: deque[Cohort] = deque()
        self.seconds: list[Second] = []
        self.window: deque[tuple[int, float, float]] = deque()  # at, admitted, passed over
        self.told: dict[int, float] = defaultdict(float)  # when the admitted hear of it
        self.ghosts: dict[int, float] = defaultdict(float)  # admitted who never come: their ends
        self.warned: dict[int, float] = defaultdict(float)  # sold out: when they hear of it
        self.inside = 0.0  # all that count against the capacity
        self.active = 0.0  # those of them who know
        self.streams = 0.0
        self.sold = 0.0
        self.sold_out_at: int | None = None
        self.came = self.left = self.admitted = self.passed = self.turned_away = 0.0
        self.ended = 0.0
        self._spreads: dict[int, list[tuple[int, float]]] = {}

    @property
    def is_sold_out(self) -> bool:
        return self.night.seats > 0 and self.sold >= self.night.seats - 0.5

    @property
    def waiting(self) -> float:
        return sum(cohort.count for cohort in self.line)

    # -- one second ------------------------------------------------------------------------------

    def step(self, at: int, newcomers: int, begins_cohort: bool) -> Second:
        now = Second(at)
        waiting = self.waiting
        self._forget(at)
        outflow = self._outflow(at)
        self._enter(at, now, newcomers, waiting, outflow, begins_cohort)
        warned = self.warned.pop(at, 0.0)
        now.asked["poll"] += warned
        self.turned_away += warned
        moved = self._ask(at, now, outflow) + self._admit(at, now)
        self._live(at, now)
        if self.is_sold_out:
            self.sold_out_at = at if self.sold_out_at is None else self.sold_out_at
            self._send_home(now)
        now.waiting, now.inside = self.waiting, self.inside
        now.streams = self.streams
        now.asked["look"] = self.streams
        now.asked["event"] += self.streams if moved > 0 else 0.0
        self.seconds.append(now)
        return now

    def _forget(self, at: int) -> None:
        while self.window and self.window[0][0] <= at - WINDOW:
            self.window.popleft()

    def _outflow(self, at: int) -> float:
        left = sum(admitted + passed for _, admitted, passed in self.window)
        if left <= 0:
            return 0.0
        return left / max(10, min(WINDOW, at - self.window[0][0]))

    def _enter(self, at, now, count, waiting, outflow, begins_cohort) -> None:
        if count == 0:
            return
        self.came += count
        now.asked["page"] += count * self.night.page_requests
        now.asked["enter"] += count
        if self.is_sold_out:
            self.turned_away += count
            return
        if begins_cohort or not self.line:
            self.line.append(Cohort())
        cohort = self.line[-1]
        listening = count * self.night.streams
        cohort.streams += listening
        self.streams += listening
        now.asked["stream"] += listening
        polling = count - listening
        cohort.present += polling
        if polling == 0:
            return
        quitting = polling * self.night.leavers / LEAVE_AFTER_MAX
        stages = [polling * (1 - self.night.leavers)] + [quitting] * LEAVE_AFTER_MAX
        poll = poll_after(waiting + count / 2, waiting + count, outflow, -at)
        self._plan(cohort, at, stages, poll)

    def _plan(self, cohort: Cohort, at: int, stages: list[float], poll: float) -> None:
        due = cohort.due
        while len(stages) > 1 and stages[-1] == 0:
            stages.pop()
        for after, part in self._spread(poll):
            there = due.get(at + after)
            if there is None:
                due[at + after] = [part * count for count in stages]
                continue
            if len(there) < len(stages):
                there += [0.0] * (len(stages) - len(there))
            for stage, count in enumerate(stages):
                there[stage] += part * count

    def _spread(self, poll: float) -> list[tuple[int, float]]:
        """In how many whole seconds those are due who asked at any time of this one and were told
        `poll`, 10 % more or less."""
        key = round(poll * 20)
        if key not in self._spreads:
            counts: dict[int, float] = defaultdict(float)
            for begin in range(20):
                for spread in range(21):
                    due = (begin + 0.5) / 20 + key / 20 * (0.9 + 0.01 * spread)
                    counts[max(1, int(due))] += 1 / 420
            self._spreads[key] = sorted(counts.items())
        return self._spreads[key]

    def _ask(self, at: int, now: Second, outflow: float) -> float:
        """Those whose poll is due ask, or give up. Answers how many went."""
        waiting, before, gone = self.waiting, 0.0, 0.0
        self._divide(at, waiting, outflow)
        for cohort in self.line:
            count = cohort.count
            stages = cohort.due.pop(at, None)
            if stages:
                poll = poll_after(before + count / 2, waiting, outflow, -at)
                quitting = stages[1] if len(stages) > 1 else 0.0
                asking = sum(stages) - quitting
                now.asked["poll"] += asking
                if quitting:
                    # Every second one says so.
                    now.asked["leave"] += quitting / 2
                    self.left += quitting / 2
                    cohort.present -= quitting
                    cohort.miss(at)
                    cohort.fade(at + math.ceil(1.75 * poll + SLACK), quitting / 2)
                    gone += quitting / 2
                self._plan(cohort, at, [stages[0], *stages[2:]], poll)
            before += count
        return gone

    def _divide(self, at: int, waiting: float, outflow: float) -> None:
        divided: list[Cohort] = []
        before, line = 0.0, self.line
        while line:
            cohort = line.popleft()
            count = cohort.count
            if at not in cohort.due:
                divided.append(cohort)
                before += count
                continue
            first = poll_after(before, waiting, outflow, -at)
            last = poll_after(before + count, waiting, outflow, -at)
            if count > 2 + before / 20 and first < POLLS_ALIKE * last:
                line.appendleft(cohort)
                line.appendleft(cohort.take(0.5))
                continue
            divided.append(cohort)
            before += count
        self.line = deque(divided)

    # -- getting in ------------------------------------------------------------------------------

    def _free(self, at: int) -> float:
        night = self.night
        if at < 0 or self.is_sold_out:
            return 0.0
        free = night.admissions_max
        if night.rate is not None:
            free = min(free, night.rate - sum(admitted for _, admitted, _ in self.window))
        if night.capacity is not None:
            free = min(free, night.capacity - self.inside)
        if night.seats:
            free = min(free, math.ceil((night.seats - self.sold) / night.basket) - self.inside)
        return max(0.0, free)

    def _admit(self, at: int, now: Second) -> float:
        free, admitted, passed = self._free(at), 0.0, 0.0
        while self.line and (free - admitted > 1e-6 or self.line[0].count <= 1e-6):
            head = self.line[0]
            head.miss(at)
            gone = head.gone
            entering = head.count - gone
            part = min(1.0, (free - admitted) / entering) if entering > 1e-6 else 1.0
            taken = head.take(part)
            if part >= 1.0:
                self.line.popleft()
            admitted += part * entering
            passed += part * gone
            self._let_in(at, now, taken)
        if admitted + passed > 0:
            self.window.append((at, admitted, passed))
        now.asked["admission"] += admitted
        self.admitted += admitted
        self.passed += passed
        self.inside += admitted
        return admitted + passed

    def _let_in(self, at: int, now: Second, taken: Cohort) -> None:
        for due, stages in taken.due.items():
            self.told[max(due, at)] += sum(stages)
        # Streams say so at once, with an event.
        now.asked["event"] += taken.streams
        self.streams -= taken.streams
        self._begin(now, taken.streams)
        for missed_at, count in taken.fading.items():
            self.ghosts[missed_at + self.night.session] += count

    def _begin(self, now: Second, count: float) -> None:
        self.active += count
        now.asked["page"] += count * self.night.page_requests

    # -- inside ----------------------------------------------------------------------------------

    def _live(self, at: int, now: Second) -> None:
        night = self.night
        ghosts = self.ghosts.pop(at, 0.0)
        self.inside -= ghosts
        told = self.told.pop(at, 0.0)
        now.asked["told"] += told
        self._begin(now, told)
        ending = self.active * (1 - math.exp(-1 / night.stay))
        if night.alive_poll:
            # Of those that stay exponentially long, polls that come before the end.
            now.asked["alive"] += ending / (math.exp(night.alive_poll / night.stay) - 1)
        if night.seats:
            now.asked["map"] += self.active / night.map_poll
            buying = min(ending * night.buyers, (night.seats - self.sold) / night.basket)
            for kind in ("charge", "hold", "pay"):
                now.asked[kind] += buying
            self.sold += buying * night.basket
            now.asked["leave"] += ending - buying
        else:
            now.asked["done"] += ending
        self.active -= ending
        self.inside -= ending
        self.ended += ending + ghosts
        now.asked["end"] += ending + ghosts

    def _send_home(self, now: Second) -> None:
        """The room is sold out: streams say so at once, the others hear it when they ask."""
        for cohort in self.line:
            now.asked["event"] += cohort.streams
            self.streams -= cohort.streams
            self.turned_away += cohort.streams + cohort.fading_count + cohort.gone
            for due, stages in cohort.due.items():
                self.warned[due] += sum(stages)
        self.line.clear()

    @property
    def is_over(self) -> bool:
        return not (self.line or self.told or self.warned) and self.active < 0.5


def play(night: Night) -> Room:
    """The whole night."""
    come = arrivals(night)
    first, last = min(come), max(come)
    cohort_seconds = max(1, math.ceil((last - first + 1) / COHORTS_MAX))
    room = Room(night)
    for at in range(first, night.end):
        room.step(at, come.get(at, 0), (at - first) % cohort_seconds == 0)
        if at >= last and room.is_over:
            break
    return room
