"""How each table is best copied and followed, from the catalogue alone; and what a person wants
otherwise. No connection is used here.
"""
