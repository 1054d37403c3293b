"""What was wanted and what came out, line by line, and the figures of every way."""

import dataclasses
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.replication.parts import COPIED
from benchmarks.replication.peers import FAST, HELPED
from benchmarks.replication.record import Record, Records, cpu, median, wall
from benchmarks.replication.source import ROWS

Figure = Callable[[Record], float]
FASTEST = 1.7
_ENDS = {2: "with key and statistics", 1: "bare"}
"""Ours ends with both; a tool's bare copy is the lesser work."""
_LIKE = {2: "ours", 1: "ours, bare"}
"""Which of ours does the same work."""
AT_LEAST: dict[tuple[str, Figure], float] = {
    ("pipe", wall): 0.95, ("pipe", cpu): 1.1, ("COPY", wall): 0.75,
}  # fmt: skip


@dataclass(frozen=True)
class Target:
    """One line: what is measured, what is wanted of it, what came out (None: not measured)."""

    what: str
    wanted: float
    got: float | None
    at_most: bool = False

    @property
    def is_met(self) -> bool | None:
        """Whether it came out as wanted; None when it was not measured."""
        if self.got is None:
            return None
        return self.got <= self.wanted if self.at_most else self.got >= self.wanted

    def __str__(self) -> str:
        sign = "<=" if self.at_most else ">="
        got = "-" if self.got is None else f"{self.got:.2f}"
        met = {True: "met", False: "MISSED", None: "not measured"}[self.is_met]
        return f"{self.what:<92} {sign} {self.wanted:<5g} {got:>7}  {met}"


def targets(records: Records) -> Iterator[Target]:
    """All of them, in the order of the parts."""
    for name in ROWS:
        yield from _of_copy(records, name)
    for name in ROWS:
        yield from _of_tools(records, name)
    for what in ("dental.procedurelog", "dental.securitylog"):
        yield _most(records, ("copy", what), 64, f"{what}: client memory, MB", _peak)
    yield _most(records, ("memory", "tenfold.procedurelog"), 64,
                "tenfold.procedurelog: client memory, MB", _peak)  # fmt: skip
    for name in ROWS:
        yield Target(
            f"{name}: every row verified / copied, wall", 1.2,
            _ratio(records, [("verify", f"dental.{name}", "ours")],
                   ("verify", f"dental.{name}", COPIED), wall), at_most=True,
        )  # fmt: skip
    yield _most(records, ("follow", "dental.procedurelog"), 0.5,
                "procedurelog, 1 % changed: followed, s", wall)  # fmt: skip
    yield Target(
        "procedurelog a tenth, 1 % changed: dlt merge / ours, wall", 5,
        _ratio(records, [("follow", "clean.procedurelog", "dlt-pyarrow")],
               ("follow", "tenth.procedurelog", "ours"), wall),
    )  # fmt: skip
    many = "many.446 tables"
    yield _most(records, ("discover", many), 1, "446 tables discovered, s", wall)
    for way, told in (("ours", ""), ("ours, again", " again")):
        yield _most(records, ("tiny", many), 2,
                    f"446 tables of 20 rows copied{told} by the engine, s", wall, way)  # fmt: skip
    yield _most(records, ("dagster", many), 20, "446 tables copied through Dagster, s", wall)


def ways(records: Records) -> Iterator[str]:
    """Every way's medians, with what became of it."""
    seen = dict.fromkeys((r.part, r.what, r.way) for r in records.all)
    for part, what, way in seen:
        found = records.of(part, what, way)
        well = [record for record in found if not record.failure]
        if not well:
            yield f"{part:<8} {what:<24} {way:<26} FAILED: {found[-1].failure}"
            continue
        walls = sorted(map(wall, well))
        parts = [median(well, figure) or 0 for figure in (_client, _mariadb, _postgres)]
        told = next((record.verdict for record in well if record.verdict), "")
        yield (
            f"{part:<8} {what:<24} {way:<26} n={len(well)} {median(well, wall):7.2f} s"
            f" ({walls[0]:.2f}-{walls[-1]:.2f}) {median(well, cpu):7.2f} CPU-s"
            f" ({' + '.join(f'{each:.2f}' for each in parts)}) {median(well, _peak):5.0f} MB"
            f" start {median(well, _start):.2f} s, end {median(well, _end):.2f} s  {told}"
        )


def write(file: Path, records: Records, about: dict[str, Any]) -> None:
    """All of it as JSON."""
    lines = [dataclasses.asdict(t) | {"is_met": t.is_met} for t in targets(records)]
    runs = [dataclasses.asdict(record) | {"cpu": record.cpu} for record in records.all]
    file.write_text(json.dumps({**about, "targets": lines, "runs": runs}, indent=1) + "\n")


def _of_copy(records: Records, name: str) -> Iterator[Target]:
    what = f"dental.{name}"
    for (way, figure), wanted in AT_LEAST.items():
        for steps in (2, 1):
            yield Target(
                f"{name}: {way}, {_ENDS[steps]} / {_LIKE[steps]}, {figure.__name__}", wanted,
                _ratio(records, _keyed("copy", what, way)[:steps], ("copy", what, _LIKE[steps]),
                       figure),
            )  # fmt: skip


def _of_tools(records: Records, name: str) -> Iterator[Target]:
    what = f"dental.{name}"
    for figure, steps in ((wall, 2), (wall, 1), (cpu, 2), (cpu, 1)):
        for peers, told in ((FAST, "fastest that finishes"), (HELPED, "fastest with our query")):
            ratios = {
                peer: ratio for peer in peers
                if (ratio := _ratio(records, _keyed("tools", what, peer)[:steps],
                                    ("tools", what, "ours"), figure))
            }  # fmt: skip
            best = min(ratios, key=lambda peer: ratios[peer], default="no tool")
            yield Target(f"{name}: {best}, {told}, {_ENDS[steps]} / ours, {figure.__name__}",
                         FASTEST, ratios.get(best))  # fmt: skip
    yield Target(
        f"{name} a tenth: pandas to_sql / ours, wall", 20,
        _ratio(records, [("tools", f"tenth.{name}", "pandas")],
               ("tools", f"tenth.{name}", "ours"), wall),
    )  # fmt: skip


def _keyed(part: str, what: str, way: str) -> list[tuple[str, str, str]]:
    """A way and what it needs for the key and the statistics that ours has."""
    return [(part, what, way), (part, what, f"{way}, key")]


def _ratio(
    records: Records,
    other: list[tuple[str, str, str]],
    ours: tuple[str, str, str],
    figure: Figure,
) -> float | None:
    """The other's median over ours; several of the other's steps are added up."""
    steps = [median(records.of(*step), figure) for step in other]
    own = median(records.of(*ours), figure)
    known = [step for step in steps if step is not None]
    return sum(known) / own if own and len(known) == len(steps) else None


def _most(
    records: Records,
    place: tuple[str, str],
    wanted: float,
    what: str,
    figure: Figure,
    way: str = "ours",
) -> Target:
    return Target(what, wanted, median(records.of(*place, way), figure), at_most=True)


def _peak(record: Record) -> float:
    return record.peak_mb


def _start(record: Record) -> float:
    return record.start_wall


def _end(record: Record) -> float:
    return record.end_wall


def _client(record: Record) -> float:
    return record.client


def _mariadb(record: Record) -> float:
    return record.mariadb


def _postgres(record: Record) -> float:
    return record.postgres
