"""Rows of the source into a fresh table, and that table into the place of the copy.

Not here: when a table is loaded, and in whose transaction (actions).
"""
