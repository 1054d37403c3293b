"""What can be done with a table: load, follow, verify; and a round over all tables of a source.

The doors of the engine: whoever copies calls these and nothing below.
"""
