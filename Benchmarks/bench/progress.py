"""What the operator sees meanwhile: on stderr, for stdout holds the reports and nothing else."""

import sys


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
