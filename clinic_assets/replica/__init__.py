"""Exact copies of a MySQL or MariaDB database in Postgres: first load, following, verification.

Nothing dental here: which tables matter and what they mean is said by the source that uses it.
"""
