"""Rows in Markdown: the tables, verdicts and lists that the reports of the ledgers share."""

import statistics

from .report import FOREIGN_LIMIT, LOAD_LIMIT
from .rounds import Rows
from .sale_load import FREE, PINNED, Run


def table(rows: Rows, names: list[str]) -> str:
    lines = [
        "| | cores | a second | p50 ms | p99 ms | server us | Redis us | PostgreSQL us"
        " | load, cores |",
        "|---|---|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for placement in (PINNED, FREE):
        for name in names:
            runs = rows.runs.get((name, placement.name))
            if runs:
                lines.append(f"| {name} | {placement.name} | {_cells(runs)} |")
    return "\n".join(lines)


def _cells(runs: list[Run]) -> str:
    def cpu(program: str) -> str:
        values = [run.cpu[program] for run in runs if program in run.cpu]
        return f"{statistics.median(values):.0f}" if values else ""

    has_latency = any(run.p99 for run in runs)
    latency = [f"{median(runs, name):.2f}" if has_latency else "" for name in ("p50", "p99")]
    share = median(runs, "of_full")
    rate = f"{median(runs, 'rate'):,.0f}" + (f" ({share:.0%} of full)" if share != 1 else "")
    programs = [cpu(name) for name in ("server", "Redis", "PostgreSQL")]
    load = f"{median(runs, 'load'):.2f}" if any(run.load for run in runs) else ""
    return " | ".join([rate, *latency, *programs, load])


def ratios(rows: Rows, kind: str, names: list[str], peers: dict[str, str]) -> str:
    """`peers` are the rows to compare with, by the head of their column."""
    lines = [f"| {kind} / pgbench | cores | {' | '.join(peers)} |"]
    lines.append("|---|---|" + "--:|" * len(peers))
    for placement in (PINNED, FREE):
        for name in names:
            cells = [f"{rows.ratio(name, peer, placement):.2f}" for peer in peers.values()]
            lines.append(f"| {name} | {placement.name} | {' | '.join(cells)} |")
    return "\n".join(lines)


def every_round(rows: Rows) -> str:
    return "\n".join(
        f"- {placement} {name}: {', '.join(f'{run.rate:,.0f}' for run in runs)}"
        for (name, placement), runs in rows.runs.items()
    )


def audits(rows: Rows, when: str) -> str:
    lines = [f"`onsale audit` held {when}:"]
    for name, said in rows.audits.items():
        lines += ["", f"`{name}`", "", *(f"- {line.removeprefix('ok').strip()}" for line in said)]
    return "\n".join(lines)


def warnings(rows: Rows) -> list[str]:
    """What a reader of the figures must know first; each is a paragraph."""
    pinned = {name: runs for (name, where), runs in rows.runs.items() if where == PINNED.name}
    lines = []
    worst = max(run.foreign for runs in pinned.values() for run in runs)
    if worst > FOREIGN_LIMIT:
        lines.append(
            f"**Not a quiet machine:** others took up to {worst:.0%} of the servers' core in a row."
            " Do not quote these figures.\n"
        )
    for name, runs in pinned.items():
        if median(runs, "load") > LOAD_LIMIT:
            lines.append(f"wrk, not the servers, was the limit of {name}.\n")
    return lines


def verdict(is_met: bool) -> str:
    return "met" if is_met else "**missed**"


def median(runs: list[Run], field: str) -> float:
    return statistics.median(getattr(run, field) for run in runs)
