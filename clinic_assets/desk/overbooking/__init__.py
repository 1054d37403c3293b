"""How many more patients a session may book, a practitioner's half day, and beside whom.

From counting for one session (suggest.py) and the guard of who is doubled (guard.py) to the list of
a day (sessions.py), and what following it would have cost (replay.py). A suggestion adds a patient,
it never takes a slot from anybody.
"""
