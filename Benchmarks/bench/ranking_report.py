"""The report of the rankings in Markdown: the bars first, then what they rest on."""

import argparse
import statistics

from .board_lag import Lag, lag_of
from .ranking_boards import LENGTHS, MILLION, SHOWN, THOUSANDS
from .rankings import (
    CONCERTS, FIRST, HALF, LINES, ON_MILLION, ON_SHOP, ON_STORE, PATHS, PAYMENTS,
    POINTS_GIVEN, POPULAR, WARM_UP_SECONDS, Rankings, constant, member_of,
)
from .report import machine
from .rounds import CONNECTIONS, HALF_CONNECTIONS
from .row_report import every_round, median, table, verdict, warnings
from .sale_load import PINNED

CACHED_BAR, PAGE_BAR = 0.8, 0.4
RELAY_BAR = 50_000
LAG_BAR_MS = 100
MEMBER_BAR = 1.3
# A change goes into all windows of its board.
LISTS = 5


def render(rankings: Rankings, options: argparse.Namespace) -> str:
    parts = ["# Rankings", "", _conditions(options), "", *warnings(rankings), _bars(rankings), ""]
    reads = [name for row in PATHS for name in (constant(row), row)]
    parts += ["## Lists", "", _lists_text(rankings), "", table(rankings, reads), ""]
    parts += [_ratios(rankings), "", "## Members", "", _members_text(), ""]
    parts += [table(rankings, [member_of(count) for count in LENGTHS.values()]), ""]
    parts += ["## Relay", "", _relay_text(), "", _relay(rankings), ""]
    parts += ["## How late a board is", "", _lag_text(), ""]
    parts += [table(rankings, [PAYMENTS, HALF]), "", _lags(rankings), ""]
    parts += ["## Every round", "", every_round(rankings), "", "## Machine", "", machine(options)]
    return "\n".join(parts) + "\n"


def _conditions(options: argparse.Namespace) -> str:
    return (
        f"Everything in one run: {options.rounds} rounds, the rows in turns, {WARM_UP_SECONDS} s of"
        f" warm-up for reads, then {options.seconds} s measured; medians. Onsale with one loop and"
        " its Redis (or nginx with one worker) have core 0; wrk has core 1:"
        f" {CONNECTIONS} connections, keep-alive, no pipelining. The ledger is SQLite on a disk;"
        " Redis writes nothing. One answer that is not 2xx fails the run; before and after each row"
        " lists are read and compared with the sums that the run itself keeps."
    )


def _bars(rankings: Rankings) -> str:
    rows = ["| bar | asked | got | |", "|---|--:|--:|---|"]
    bars = {CONCERTS: CACHED_BAR, POPULAR: CACHED_BAR, FIRST: PAGE_BAR}
    for row, bar in bars.items():
        ratio = rankings.ratio(row, constant(row), PINNED)
        met = verdict(ratio >= bar)
        rows.append(f"| {row} / nginx of the same size | {bar} | {ratio:.2f} | {met} |")
    for row in (ON_SHOP, ON_STORE, ON_MILLION):
        rate = LISTS * rankings.rate(row, PINNED)
        met = verdict(rate >= RELAY_BAR)
        rows.append(f"| relay, increments a second, {row} | {RELAY_BAR:,} | {rate:,.0f} | {met} |")
    lag = _all(rankings)
    rows.append(
        f"| a payment is on the board, p99, ms, half load | < {LAG_BAR_MS} | {lag.p99:.0f}"
        f" | {verdict(lag.p99 < LAG_BAR_MS)} |"
    )
    ratio = _cost(rankings, member_of(LENGTHS[MILLION]))
    ratio /= _cost(rankings, member_of(LENGTHS[THOUSANDS]))
    rows.append(
        f"| CPU for a member of {LENGTHS[MILLION]:,} / of {LENGTHS[THOUSANDS]:,} | <= {MEMBER_BAR}"
        f" | {ratio:.2f} | {verdict(ratio <= MEMBER_BAR)} |"
    )
    return "\n".join(rows)


def _lists_text(rankings: Rankings) -> str:
    sizes = ", ".join(f"{row} {size:,}" for row, size in rankings.bytes.items())
    return (
        "Each list beside an nginx that answers `return 200` with one of its bodies; bytes:"
        f" {sizes}. *{CONCERTS.capitalize()}* (of {SHOWN} performances that are sold out) and"
        f" *{POPULAR}* come from the process, which keeps them for 100 ms. Pages of boards are kept"
        " nowhere: every answer was read from Redis after it was asked for, though what is asked"
        " for in one turn of the loop is read together, and the same page once. *Any page* is a"
        " random one of all: hardly two are the same, and few are in the processor's caches. Where"
        " wrk was the limit of nginx, the ratio of CPU times says more."
    )


def _ratios(rankings: Rankings) -> str:
    lines = ["| list / nginx of the same size | by rate | by CPU time |", "|---|--:|--:|"]
    for row in PATHS:
        rate = rankings.ratio(row, constant(row), PINNED)
        cpu = _cost(rankings, constant(row)) / _cost(rankings, row)
        lines.append(f"| {row} | {rate:.2f} | {cpu:.2f} |")
    return "\n".join(lines)


def _members_text() -> str:
    return (
        "A random member's place in the list of the day, as it is answered to who says nothing"
        " more: all members have scores of today. Its cost is CPU time of both programs."
    )


def _relay_text() -> str:
    return (
        f"The server is ended, {LINES:,} changes of scores ({POINTS_GIVEN:,} of the board of a"
        " million) are written into the outbox as sales write them, and it is started again:"
        " measured until the last is on the board, all consumers of the relay at work. A change"
        f" goes into {LISTS} lists: 24 hours, day, week, month, all time. What one member is given by"
        " changes that follow each other reaches Redis as one sum. In a shop of 1,000 products the"
        " n-th sells a share of 1/n. Then the first 1,000 places are compared with the sums."
    )


def _relay(rankings: Rankings) -> str:
    lines = ["| | changes a second | increments of lists | server us | Redis us |"]
    lines.append("|---|--:|--:|--:|--:|")
    for row in (ON_SHOP, ON_STORE, ON_MILLION):
        runs = rankings.runs[row, PINNED.name]
        rate = rankings.rate(row, PINNED)
        programs = ("server", "Redis")
        cpu = [statistics.median(run.cpu[program] for run in runs) for program in programs]
        cells = [f"{rate:,.0f}", f"{LISTS * rate:,.0f}", *(f"{us:.1f}" for us in cpu)]
        lines.append(f"| {row} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _lag_text() -> str:
    return (
        f"Payments from {HALF_CONNECTIONS} connections with pauses, at half of the rate that the"
        " round's payments had; beside them one client pays for a seat, then asks for the"
        " performance's place on the board `concerts` until the seat is there, over and over. From"
        " the answer to the payment to that of the board, of all rounds together."
    )


def _lags(rankings: Rankings) -> str:
    lag = _all(rankings)
    lines = ["| payments looked for | p50 ms | p99 ms | max ms |", "|--:|--:|--:|--:|"]
    lines.append(f"| {lag.count:,} | {lag.p50:.0f} | {lag.p99:.0f} | {lag.max:.0f} |")
    return "\n".join(lines)


def _all(rankings: Rankings) -> Lag:
    return lag_of([ms for lag in rankings.lags for ms in lag.all])


def _cost(rankings: Rankings, row: str) -> float:
    """CPU time of one answer, of all programs."""
    runs = rankings.runs[row, PINNED.name]
    return statistics.median(sum(run.cpu.values()) for run in runs)
