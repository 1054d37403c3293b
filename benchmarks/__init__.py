"""What is measured, each runnable by one command: `make bench`, or `python -m
benchmarks.<name>`.
"""
