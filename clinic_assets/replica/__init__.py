"""Exact copies of a MySQL or MariaDB database in Postgres: first load, following, verification.

Nothing dental here: which tables matter and what they mean is said by the source that uses it.
Begin with `actions`. Each room knows only those before it (a test of the house holds this):

    source      the server that is copied
    mapping     how its tables, names and types are spelled in Postgres
    planning    how each table is best copied and followed
    books       how each copy stands, and what each run did
    copy        rows across, into a fresh table that takes the copy's place
    sync        a copy that is there is brought up to its source's newer rows
    compare     which parts of a copy differ from their source, and healing them
    actions     load, follow, verify a table; a round over all of them
    downstream  what a copy is to those who read it
"""
