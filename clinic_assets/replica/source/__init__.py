"""The server that is copied: connections, errors, its catalogue. Nothing else talks to it but by
these sessions, and nothing here knows of Postgres.
"""
