"""Side-by-side measurements. Standard library only, so that nothing has to be installed.

Where to start reading: main.py (the order of a run), servers.py (who competes),
prepare.py (the line of 100,000), load.py (what is measured), report.py (what is printed).
"""
