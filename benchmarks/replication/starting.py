"""The word that a measured command in Python waits for, and its own when the work is done. Imports
next to nothing: it runs in other tools' interpreters too.
"""

import os
import time


def begin() -> None:
    """Say that all is imported, and return when the benchmark says go (see measure.py)."""
    said, heard = int(os.environ["BENCH_READY"]), int(os.environ["BENCH_BEGIN"])
    os.write(said, repr(time.process_time()).encode())
    os.close(said)
    os.read(heard, 1)


def end() -> None:
    """Say that the work is done: when, and after how many CPU seconds with those of children."""
    told = f"{time.monotonic()!r} {sum(os.times()[:4])!r}"
    os.write(int(os.environ["BENCH_DONE"]), told.encode())
