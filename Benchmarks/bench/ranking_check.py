"""Are the lists right? The load counts statuses; this reads bodies and compares them with sums."""

import random
from bisect import bisect_left
from collections import Counter

from .check import CHECKS
from .failure import Failure
from .http import call
from .shop import Shop

# Places of one answer at most.
PAGE = 100
# Places of a list that are compared one by one.
COMPARED = 1_000


def check_list(shop: Shop, board: str, sums: Counter) -> None:
    """The first places of a board, and how many there are, are what was written down."""
    path = f"/api/v1/boards/{board}?window=all&limit={PAGE}&offset="
    best = sorted(sums.values(), reverse=True)[:COMPARED]
    for offset in range(0, len(best), PAGE):
        page = _ask(shop, f"{path}{offset}")
        scores = [entry["score"] for entry in page["entries"]]
        if page["total"] != len(sums) or scores != best[offset : offset + PAGE]:
            raise Failure(f"{shop.name}: {board} from place {offset + 1}: {page}")
        _are_sums(shop, page["entries"], sums)


def check_pages(shop: Shop, path: str, sums: Counter) -> None:
    """Pages as the load asks for them."""
    best = sorted(sums.values(), reverse=True)
    for _ in range(CHECKS):
        offset = random.randrange(len(best) - 10)
        page = _ask(shop, path.replace("%d", str(offset)))
        places = [(entry["rank"], entry["score"]) for entry in page["entries"]]
        right = [(rank + 1, best[rank]) for rank in range(offset, offset + 10)]
        if page["total"] != len(sums) or places != right:
            raise Failure(f"{shop.name}: {path} from place {offset + 1}: {page}")
        _are_sums(shop, page["entries"], sums)


def check_member(shop: Shop, path: str, sums: Counter) -> None:
    """A member has its score, and as many before it as have more."""
    ascending = sorted(sums.values())
    for member in random.sample(sorted(sums), CHECKS):
        place = _ask(shop, path.replace("p%07d", member))
        score = sums[member]
        more = len(ascending) - bisect_left(ascending, score + 1)
        equal = bisect_left(ascending, score + 1) - bisect_left(ascending, score)
        if place["score"] != score or not more < place["rank"] <= more + equal:
            raise Failure(f"{shop.name}: {member} has {score}, {more} have more: {place}")


def check_document(shop: Shop, path: str) -> None:
    """Ten entries, ranked from 1 on."""
    answer = _ask(shop, path)
    entries = answer
    if isinstance(answer, dict):
        entries = answer["products" if "products" in answer else "entries"]
    if [entry["rank"] for entry in entries] != list(range(1, 11)):
        raise Failure(f"{shop.name}: {path}: {answer}")


def _are_sums(shop: Shop, entries: list[dict], sums: Counter) -> None:
    for entry in entries:
        if sums[entry["member"]] != entry["score"]:
            raise Failure(f"{shop.name}: {entry}, not {sums[entry['member']]}")


def _ask(shop: Shop, path: str):
    answer = call(shop.port, "GET", path)
    if answer.status != 200:
        raise Failure(f"{shop.name}: {path}: {answer.status} {answer.body!r}")
    return answer.json
