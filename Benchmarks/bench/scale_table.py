"""What `Benchmarks/scale` prints: a table with a column for each size, or the same as JSON."""

import json

from .carry import Carried

# What to do about the part that is full first.
ADVICE = {
    "Redis, the room's one slot": "fewer loops, polls in place of streams, a longer rush (a draw),"
    " several rooms",
    "the server's loops": "more processes",
    "connections of streams": "more processes, or fewer streams",
    "commits of one performance": "a lower rate, or several performances",
    "admissions of one room": "nothing: the line waits some seconds longer",
    "bytes out": "compress at the proxy, fewer inside, performances with fewer seats",
}


def figures(carried: Carried, hours: float, price: float | None) -> dict:
    """Name -> value of one size, in the order of the table."""
    room, night = carried.room, carried.room.night
    asked = {
        kind: max(second.asked[kind] for second in room.seconds)
        for kind in ("enter", "poll", "event", "map", "pay")
    }
    cores = carried.cores
    shown = {
        "people": night.people,
        "most in line": max(second.waiting for second in room.seconds),
        "most inside": max(second.inside for second in room.seconds),
        "admitted": room.admitted,
        "sold out after, s": carried.sold_out_after,
        "requests, all": sum(load.requests for load in carried.loads),
        "requests/s": carried.most("requests"),
        "of them enters/s": asked["enter"],
        "of them polls/s": asked["poll"],
        "of them looks at the map/s": asked["map"],
        "events to streams/s": asked["event"],
        "payments/s": asked["pay"],
        "server, cores busy": carried.server_cores,
        "loops": carried.loops,
        "processes": carried.processes,
        "Redis, core busy": carried.most("redis"),
        "PostgreSQL, cores busy": carried.most("postgres"),
        "Redis, MB": carried.redis_memory / 1e6,
        "each loop, MB": carried.loop_memory / 1e6,
        "MB/s out": carried.most("bytes") / 1e6,
        "of them maps": carried.most("map_bytes") / 1e6,
        "GB out": sum(load.bytes for load in carried.loads) / 1e9,
        "cores to have": cores,
        "core-hours": cores * hours,
    }
    if price is not None:
        shown["price of the night"] = cores * hours * price
    return shown


def as_json(results: list[Carried], hours: float, price: float | None) -> str:
    return json.dumps(
        [
            {
                **figures(carried, hours, price),
                "full": carried.full,
                "first": carried.first,
                "redisParts": carried.redis_parts,
            }
            for carried in results
        ],
        indent=2,
    ) + "\n"


def as_text(results: list[Carried], hours: float, price: float | None) -> str:
    columns = [figures(carried, hours, price) for carried in results]
    lines = ["| |" + "|".join(f" {column['people']:,} " for column in columns) + "|"]
    lines.append("|---|" + "--:|" * len(columns))
    for name in list(columns[0])[1:]:
        lines.append(f"| {name} | " + " | ".join(_number(c[name]) for c in columns) + " |")
    lines += ["", "How full each part is in its busiest second, 100 % is the limit:", ""]
    lines += [lines[0], lines[1]]
    for part in results[0].full:
        lines.append(f"| {part} | " + " | ".join(f"{c.full[part]:.0%}" for c in results) + " |")
    lines += ["", "What Redis does in its busiest second, core:", "", lines[0], lines[1]]
    for part in results[0].redis_parts:
        values = [carried.redis_parts.get(part, 0.0) for carried in results]
        if max(values) >= 0.001:
            lines.append(f"| {part} | " + " | ".join(f"{v:.3f}" for v in values) + " |")
    lines.append("")
    for carried in results:
        lines.append(
            f"- {carried.room.night.people:,}: the fullest is {carried.first}"
            f" ({carried.full[carried.first]:.0%}). {_advice(carried)}"
        )
    return "\n".join(lines) + "\n"


def _advice(carried: Carried) -> str:
    if carried.full[carried.first] <= 1:
        return "All parts carry it."
    return f"What helps: {ADVICE[carried.first]}."


def _number(value: float | None) -> str:
    if value is None:
        return "-"
    if isinstance(value, int) or value == 0 or value >= 10:
        return f"{value:,.0f}"
    return f"{value:.2g}" if value < 1 else f"{value:.1f}"
