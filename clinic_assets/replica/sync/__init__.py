"""A copy that is there, side by side with its source: newer rows are read and merged into it.

Not here: what following cannot see (compare).
"""
