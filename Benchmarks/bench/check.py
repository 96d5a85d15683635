"""Is the answer right? A fast wrong answer wins every benchmark, so each run is checked."""

import random

from .failure import Failure
from .http import Answer, call, visitor
from .prepare import Visitors
from .servers import Contestant

CHECKS = 20


def check(contestant: Contestant, endpoint: str, visitors: Visitors, tag: str) -> None:
    """Asks the endpoint as the load does, and looks at what comes back."""
    {"status": _status, "enter": _enter, "admission": _admission}[endpoint](
        contestant, visitors, tag
    )


def _status(contestant: Contestant, visitors: Visitors, tag: str) -> None:
    path = f"/api/v1/rooms/{visitors.room}/tickets/me"
    for user, ticket in random.sample(visitors.pairs, min(CHECKS, len(visitors.pairs))):
        answer = call(contestant.port, "GET", path, visitor(user, ticket))
        place = _place(contestant, answer, 200)
        if not 1 <= place <= len(visitors.pairs):
            raise Failure(f"{contestant.name}: position {place} of {len(visitors.pairs)}")


def _enter(contestant: Contestant, visitors: Visitors, tag: str) -> None:
    path = f"/api/v1/rooms/{visitors.room}/tickets"
    headers = visitor(f"{tag}-check", "")
    first = _place(contestant, call(contestant.port, "POST", path, headers), 202)
    # Entering twice must give the same place; whoever came in between stands behind.
    call(contestant.port, "POST", path, visitor(f"{tag}-behind", ""))
    again = _place(contestant, call(contestant.port, "POST", path, headers), 202)
    if first != again:
        raise Failure(f"{contestant.name}: entered twice, place {first}, then {again}")


def _admission(contestant: Contestant, visitors: Visitors, tag: str) -> None:
    path = f"/api/v1/rooms/{visitors.room}/admission"
    for user, ticket in random.sample(visitors.pairs, min(CHECKS, len(visitors.pairs))):
        _expect(contestant, call(contestant.port, "GET", path, visitor(user, ticket)), 204)
    _expect(contestant, call(contestant.port, "GET", path, visitor("nobody", "")), 401)


def _place(contestant: Contestant, answer: Answer, status: int) -> int:
    _expect(contestant, answer, status)
    body = answer.json
    if body["state"] != "waiting" or body["ahead"] != body["position"] - 1:
        raise Failure(f"{contestant.name}: not a waiting ticket: {answer.body!r}")
    return body["position"]


def _expect(contestant: Contestant, answer: Answer, status: int) -> None:
    if answer.status != status:
        raise Failure(f"{contestant.name}: {answer.status} where {status} was due: {answer.body!r}")
