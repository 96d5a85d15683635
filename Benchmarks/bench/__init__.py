"""Side-by-side measurements. Standard library only, so that nothing has to be installed.

Where to start reading: main.py (the parts of a run), servers.py (who competes).
Rooms: rooms.py (the order), prepare.py (the line of 100,000), load.py (what is measured), report.py.
Ledgers: rounds.py (rows and their peers), sale_load.py (what is measured), then sales.py and
coupons.py, each with its report; row_report.py is what they print alike.
The long line: line_size.py and its report, streams.py. The rehearsal: rehearsal.py and its report,
journal.py.
The old way: old_way.py and its report; sql_queue.py starts what is in Benchmarks/sql-queue.

`Benchmarks/scale` computes: crowd.py (who comes and asks), carry.py (what that takes, of the costs
in scale.json), scale_table.py; scale_check.py holds them against cases worked by hand. It measures
too: scale_costs.py and scale_redis.py (the costs), scale_rehearsal.py (a crowd on a real server).
"""
