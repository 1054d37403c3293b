"""How names, types and definitions of the source are spelled in Postgres: values and SQL texts.

No connection is used here, to neither server.
"""
