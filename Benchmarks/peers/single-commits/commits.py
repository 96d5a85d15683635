"""The peer of the ledger's entries: one row, one transaction, one commit, as fast as they go.

    commits.py FILE SECONDS

Python's sqlite3 on the same library, with the ledger's pragmas and a table like its `concerts`.
Prints commits and microseconds.
"""

import sqlite3
import sys
import time


def main() -> None:
    file, seconds = sys.argv[1], float(sys.argv[2])
    connection = sqlite3.connect(file, isolation_level=None)
    (mode,) = connection.execute("pragma journal_mode = wal").fetchone()
    connection.execute("pragma synchronous = full")
    (level,) = connection.execute("pragma synchronous").fetchone()
    if (mode, level) != ("wal", 2):
        sys.exit(f"journal_mode {mode}, synchronous {level}: not what the ledger has")
    connection.execute(
        "create table concerts (concert text not null primary key, title text not null)"
    )
    insert = "insert into concerts (concert, title) values (?, ?)"
    commits = 0
    began = now = time.monotonic()
    while now < began + seconds:
        connection.execute("begin immediate")
        connection.execute(insert, (f"e-{commits:08}", "A concert"))
        connection.execute("commit")
        commits += 1
        now = time.monotonic()
    connection.close()
    print(commits, round((now - began) * 1e6))


main()
