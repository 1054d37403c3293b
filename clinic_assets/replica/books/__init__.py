"""The books of the copies, in schema ops: how each stands, what each run did, what is owed.

No row of a copied table is read or written here.
"""
