"""The report of the coupons in Markdown: the bars first, then what they rest on."""

import argparse
import statistics

from .coupons import (
    ALREADY, BURST_QUANTITY, BURST_USERS, BURSTS, FEW, HALF, PLACE, SOLD_OUT, WARM_UP_SECONDS,
    Coupons, claims,
)
from .postgres import CLIENTS, SCALE, program
from .report import machine, version
from .rounds import CONNECTIONS, HALF_CONNECTIONS, PROTOCOLS, tpcb_name
from .row_report import audits, every_round, median, ratios, table, verdict, warnings
from .sale_load import FREE, PINNED

REFUSAL_BAR = 0.8
SQLITE_BAR = 8_000
P99_BAR_MS = 30

# The batch design: claims wait in a sorted set, and a batch of so many is issued every so often.
BATCH = 100
BATCH_SECONDS = 60

ON_POSTGRES = [claims("PostgreSQL", count) for count in (CLIENTS, CONNECTIONS)]
ON_SQLITE = [claims("SQLite", count) for count in (CONNECTIONS, HALF_CONNECTIONS)]


def render(coupons: Coupons, options: argparse.Namespace) -> str:
    peers = {protocol: tpcb_name(protocol) for protocol in PROTOCOLS}
    parts = ["# Coupons", "", _conditions(options), "", *warnings(coupons), _bars(coupons), ""]
    parts += ["## Who is too late", "", _refusal_text(options), ""]
    parts += [table(coupons, [PLACE, SOLD_OUT, ALREADY]), "", "## SQLite", "", _sqlite_text(), ""]
    parts += [table(coupons, ["single commits", *ON_SQLITE, HALF]), ""]
    parts += [_commits(coupons), "", "## PostgreSQL", "", _postgres_text(), ""]
    parts += [table(coupons, [*peers.values(), *ON_POSTGRES]), ""]
    parts += [ratios(coupons, "claims", ON_POSTGRES, peers), ""]
    parts += ["## When the last buyer knows", "", _burst_text(), "", _bursts(coupons), ""]
    parts += ["## Every round", "", every_round(coupons), _every_burst(coupons), ""]
    parts += ["## Audit", "", audits(coupons, "after the last round on both"), ""]
    parts += ["## Machine", "", machine(options), f"- {version(program('postgres'), '--version')}"]
    return "\n".join(parts) + "\n"


def _conditions(options: argparse.Namespace) -> str:
    return (
        f"Everything in one run: {options.rounds} rounds, the rows in turns, {WARM_UP_SECONDS} s of"
        f" warm-up, then {options.seconds} s measured; medians. *Pinned*: Onsale with one loop, its"
        " Redis and PostgreSQL (or the program that makes single commits) have core 0; wrk or"
        " pgbench has core 1. *Free*: all of them have both cores. A claim is by a user of its own"
        " out of ten million, neighbours in time far apart by name, over HTTP with keep-alive,"
        " without pipelining; it is answered 201 after the commit. Every row has a coupon of a"
        " million. The ledgers are on one disk; Redis writes nothing. One answer that is not the"
        " expected one fails the run, and so does a claim that was answered and is not in the"
        " ledger."
    )


def _bars(coupons: Coupons) -> str:
    rows = ["| bar | asked | got | |", "|---|--:|--:|---|"]
    for name in (SOLD_OUT, ALREADY):
        ratio = coupons.ratio(name, PLACE, PINNED)
        met = verdict(ratio >= REFUSAL_BAR)
        rows.append(f"| refusals, {name} / {PLACE} | {REFUSAL_BAR} | {ratio:.2f} | {met} |")
    for name in ON_SQLITE:
        rate = coupons.rate(name, PINNED)
        met = verdict(rate >= SQLITE_BAR)
        rows.append(f"| {name}, a second | {SQLITE_BAR:,} | {rate:,.0f} | {met} |")
    p99 = median(coupons.runs[HALF, PINNED.name], "p99")
    rows.append(f"| {HALF}, p99, ms | < {P99_BAR_MS} | {p99:.1f} | {verdict(p99 < P99_BAR_MS)} |")
    for name in ON_POSTGRES:
        for placement in (PINNED, FREE):
            ratio = coupons.ratio(name, tpcb_name("simple"), placement)
            rows.append(
                f"| {name} / pgbench tpcb-like, {placement.name} | 1.0 | {ratio:.2f}"
                f" | {verdict(ratio >= 1)} |"
            )
    return "\n".join(rows)


def _refusal_text(options: argparse.Namespace) -> str:
    return (
        f"One server (on SQLite), {CONNECTIONS} connections, one row after the other. *Place in"
        f" line*: the status of a random one of {options.waiting:,} who wait in a room. *Sold out*:"
        f" claims of a coupon of {FEW:,}, all issued, by another user each time. *Already claimed*:"
        f" claims by a random one of {options.waiting:,} who have the coupon. wrk counts the answers"
        " of all three by status; bodies are looked at before and after each row."
    )


def _sqlite_text() -> str:
    return (
        "`journal_mode = wal`, `synchronous = full`. *Single commits* show the disk: Python's"
        " sqlite3 on the same library with the same pragmas, one row a transaction. *Half load*:"
        f" {HALF_CONNECTIONS} connections with exponential pauses in front of each claim, so long"
        " that half of the rate results that the round's claims had over as many connections;"
        " latency is from the sending of a request, without its pause. A stall holds up at most"
        " those connections."
    )


def _commits(coupons: Coupons) -> str:
    rows = ["| claims / single commits | |", "|---|--:|"]
    for name in ON_SQLITE:
        rows.append(f"| {name} | {coupons.ratio(name, 'single commits', PINNED):.2f} |")
    return "\n".join(rows)


def _postgres_text() -> str:
    return (
        "A private cluster with stock settings: `fsync` and `synchronous_commit` are on. pgbench's"
        f" tables have scale {SCALE}; it runs its built-in tpcb-like with {CLIENTS} clients in one"
        " thread on the same server. The bar is against `simple`, its default protocol; `prepared`"
        " saves the server the parsing, as Onsale does."
    )


def _burst_text() -> str:
    batches = BURST_QUANTITY // BATCH
    return (
        f"{BURST_USERS:,} users claim a coupon of {BURST_QUANTITY:,} at once, {BURSTS} bursts a"
        f" round. wrk sends the claims over {HALF_CONNECTIONS} connections, each the next as soon as"
        " its last is answered, so no more than those are on their way at once; its time and the"
        " opening of the connections are in the figures, from the first request on. *Batches* is"
        f" arithmetic: claims are parked in a sorted set, and a job that runs each {BATCH_SECONDS} s"
        f" issues {BATCH} of them. Claim number {BURST_QUANTITY:,} is in batch {batches}:"
        f" {batches * BATCH_SECONDS} s after a start just behind a run of the job,"
        f" {(batches - 1) * BATCH_SECONDS} s after one just before it."
    )


def _bursts(coupons: Coupons) -> str:
    batches = BURST_QUANTITY // BATCH * BATCH_SECONDS
    rows = [
        f"| | the {BURST_QUANTITY:,}th buyer knows, s | all {BURST_USERS:,} know, s"
        " | batches / this |",
        "|---|--:|--:|--:|",
        f"| batches of {BATCH} each {BATCH_SECONDS} s | {batches} | | |",
    ]
    for shop, bursts in coupons.bursts.items():
        issued = statistics.median(burst.issued for burst in bursts) / 1000
        answered = statistics.median(burst.answered for burst in bursts) / 1000
        rows.append(f"| {shop} | {issued:.3f} | {answered:.3f} | {batches / issued:,.0f} |")
    return "\n".join(rows)


def _every_burst(coupons: Coupons) -> str:
    return "\n".join(
        f"- {shop}, bursts, ms until all were issued:"
        f" {', '.join(f'{burst.issued:.0f}' for burst in bursts)}"
        for shop, bursts in coupons.bursts.items()
    )
