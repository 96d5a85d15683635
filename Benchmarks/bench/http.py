"""HTTP for the runner itself: single calls to prepare and to check, never to measure."""

import http.client
import json
from dataclasses import dataclass

TIMEOUT_SECONDS = 10


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes

    @property
    def json(self) -> dict:
        return json.loads(self.body)


def call(
    port: int, method: str, path: str, headers: dict[str, str] | None = None, body=None
) -> Answer:
    """One request on a connection of its own; `body` is sent as JSON."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_SECONDS)
    try:
        sent = dict(headers or {})
        text = None
        if body is not None:
            text = json.dumps(body)
            sent["Content-Type"] = "application/json"
        connection.request(method, path, text, sent)
        response = connection.getresponse()
        return Answer(response.status, response.read())
    except http.client.HTTPException as error:
        raise OSError(f"{method} {path}: {error!r}") from error
    finally:
        connection.close()


def visitor(user: str, ticket: str) -> dict[str, str]:
    """The headers that every contestant gets; the peer reads the first only."""
    return {"X-User-Id": user, "Onsale-Ticket": ticket} if ticket else {"X-User-Id": user}
