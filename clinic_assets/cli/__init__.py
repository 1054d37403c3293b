"""The `clinic` command: everything Dagster can do for one clinic, in words and with errors one
can read.
"""
