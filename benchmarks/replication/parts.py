"""The parts of the benchmark, in their order: each measures in rounds and keeps records.

What was wanted and what came out is said in report.py.
"""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random

from benchmarks.replication import judge, source
from benchmarks.replication.measure import Run, run
from benchmarks.replication.peers import FAST, HELPED, SLOW, InPython, Peers
from benchmarks.replication.record import Records
from benchmarks.replication.servers import Servers
from benchmarks.replication.source import Table
from benchmarks.replication.ways import (
    CopyAlone,
    CopyBinary,
    OnWhatIsThere,
    Ours,
    OursAll,
    OursBare,
    Pipe,
    ThroughDagster,
    Way,
)

CHANGED = "DateTStamp"
COPIED = "ours, copied"
AGAIN = ("again", "again, all changed")


@dataclass(frozen=True)
class Bench:
    """What every part needs."""

    servers: Servers
    records: Records
    scale: float
    rounds: int
    peer_rounds: int
    limit: float
    peers: Peers | None

    def table(self, database: str, name: str) -> Table:
        """A table of the source, made when it is not there yet."""
        print(f"{database}.{name} ...", flush=True)
        return source.table(self.servers, database, name, self.scale)


def copies(bench: Bench) -> None:
    """Ours, the all-C pipe and COPY alone."""
    ways = [Ours(), OursBare(), Pipe(), CopyAlone()]
    for name in source.ROWS:
        alternate(bench, "copy", bench.table("dental", name), ways, bench.rounds)


def tools(bench: Bench) -> None:
    """Other tools: the faster ones on whole tables, beside what would be left if reading and
    writing cost nothing; the slower on a tenth; those that did not survive the zero dates once more
    on a tenth without any.
    """
    if bench.peers is None:
        return
    for name in source.ROWS:
        _against_ours(bench, "dental", name, FAST + HELPED, CopyBinary())
        _against_ours(bench, "tenth", name, SLOW)
        broken = [
            peer for database, peers in (("dental", FAST), ("tenth", SLOW)) for peer in peers
            if any(r.failure for r in bench.records.of("tools", f"{database}.{name}", peer))
        ]  # fmt: skip
        if broken:
            _against_ours(bench, "clean", name, broken)


def memory(bench: Bench) -> None:
    """Ours on ten times the rows: the peak of its memory is to be the same."""
    if not bench.records.of("memory", "tenfold.procedurelog", "ours"):
        alternate(bench, "memory", bench.table("tenfold", "procedurelog"), [Ours()], 1)
        source.drop(bench.servers, "tenfold")


def verify(bench: Bench) -> None:
    """Every row of both servers compared, after a load each time: in turn, for their ratio."""
    for name in source.ROWS:
        table, copy = bench.table("dental", name), Ours(COPIED)
        for place in range(_done(bench, "verify", table, "ours"), bench.peer_rounds):
            copy.prepare(bench.servers, table)
            _keep(bench, "verify", table, copy, place)
            _keep(bench, "verify", table, OnWhatIsThere(action="verify"), place)


def follow(bench: Bench) -> None:
    """One row in a hundred changed: found by its stamp and brought over. dlt merges for comparison,
    on a tenth of the rows.
    """
    for database, rounds in (("dental", bench.rounds), ("tenth", bench.peer_rounds)):
        table = bench.table(database, "procedurelog")
        _load(bench, table)
        for place in range(_done(bench, "follow", table, "ours"), rounds):
            _change(bench.servers, table, place)
            _keep(bench, "follow", table, OnWhatIsThere(action="follow"), place)
        _keep(bench, "follow", table, OnWhatIsThere("ours, verified", action="verify"), 0)
    if bench.peers is not None:
        _follow_by_dlt(bench, bench.peers)


def discover(bench: Bench) -> None:
    """The catalogue of 446 tables."""
    source.make_many(bench.servers)
    _repeat(bench, "discover", MANY, OnWhatIsThere(action="discover"), bench.rounds)


def tiny(bench: Bench) -> None:
    """446 tables of 20 rows, by the engine alone: for the first time, and then again with nothing
    changed and with a row changed in every table.
    """
    source.make_many(bench.servers)
    _repeat(bench, "tiny", MANY, OursAll(), bench.rounds)
    again, changed = (OnWhatIsThere(f"ours, {word}", action="tiny") for word in AGAIN)
    for place in range(_done(bench, "tiny", MANY, changed.name), bench.rounds):
        _keep(bench, "tiny", MANY, again, place)
        source.change_many(bench.servers, place)
        _keep(bench, "tiny", MANY, changed, place)


def dagster(bench: Bench) -> None:
    """The same through Dagster."""
    source.make_many(bench.servers)
    _repeat(bench, "dagster", MANY, ThroughDagster(), bench.peer_rounds)


PARTS = {
    part.__name__: part for part in (copies, tools, memory, verify, follow, discover, tiny, dagster)
}
MANY = Table("many", f"{source.MANY} tables", (), "")


def alternate(bench: Bench, part: str, table: Table, ways: Sequence[Way], rounds: int) -> None:
    """Run the ways in rounds, each in another order, for what a way leaves to be written out costs
    the next one; the first round's is theirs. One that fails is not run again.
    """
    what = f"{table.database}.{table.name}"
    for place in range(rounds):
        for way in Random(place).sample(ways, len(ways)) if place else ways:
            known = bench.records.of(part, what, way.name)
            if len(known) <= place and not any(record.failure for record in known):
                _one(bench, part, table, way, place)


def _one(bench: Bench, part: str, table: Table, way: Way, place: int) -> None:
    what, servers = f"{table.database}.{table.name}", bench.servers
    servers.settle()
    way.prepare(servers, table)
    servers.settle()
    done = _run(bench, table, way)
    verdict = ""
    if not done.failure:
        try:
            verdict = judge.verdict(servers, table, way.schema, whole=place == 0)
        except LookupError as missing:
            done = replace(done, failure=f"{missing}, and it ended with 0")
    _tell(what, way.name, done, verdict)
    bench.records.add(part, what, way.name, place, done, verdict)
    if not done.failure and (finish := way.finish(servers, table)):
        keyed = run(finish, way.variables(servers, table), servers, limit=bench.limit)
        bench.records.add(part, what, f"{way.name}, key", place, keyed)


def _against_ours(bench: Bench, database: str, name: str, peers: Sequence[str], *more: Way) -> None:
    assert bench.peers is not None
    ways = [Ours(), *more, *map(bench.peers.way, peers)]
    alternate(bench, "tools", bench.table(database, name), ways, bench.peer_rounds)


def _load(bench: Bench, table: Table) -> None:
    """Our copy of the table, made anew: another part may have copied another database's."""
    way = Ours()
    way.prepare(bench.servers, table)
    _run(bench, table, way)


def _repeat(bench: Bench, part: str, table: Table, way: Way, rounds: int) -> None:
    for place in range(_done(bench, part, table, way.name), rounds):
        way.prepare(bench.servers, table)
        _keep(bench, part, table, way, place)


def _keep(bench: Bench, part: str, table: Table, way: Way, place: int, name: str = "") -> None:
    """Run it on what is there, and keep the record."""
    what, name = f"{table.database}.{table.name}", name or way.name
    bench.servers.settle()
    done = _run(bench, table, way)
    _tell(f"{part} {what}", name, done, "")
    bench.records.add(part, what, name, place, done)


def _run(bench: Bench, table: Table, way: Way) -> Run:
    return run(
        way.command(bench.servers, table), way.variables(bench.servers, table), bench.servers,
        limit=bench.limit, waits=way.waits,
    )  # fmt: skip


def _done(bench: Bench, part: str, table: Table, way: str) -> int:
    return len(bench.records.of(part, f"{table.database}.{table.name}", way))


def _change(servers: Servers, table: Table, place: int) -> None:
    """Another hundredth of the rows, stamped after all others in the course of an hour."""
    stamp = f"'2025-01-01' + interval {place} day + interval {table.key} div 100 % 3600 second"
    with servers.source(table.database) as connection, connection.cursor() as cursor:
        cursor.execute(
            f"update {table.name} set ProcFee = ProcFee + 1, {CHANGED} = {stamp}"
            f" where {table.key} % 100 = {place % 100}"
        )


def _follow_by_dlt(bench: Bench, peers: Peers) -> None:
    table = bench.table("clean", "procedurelog")
    options = ("--key", table.key, "--changed", CHANGED)
    way = replace(peers.way("dlt-pyarrow"), schema="peer_dlt_merge", options=options)
    assert isinstance(way, InPython)
    names = [f"{way.name}, first load"] + [way.name] * bench.peer_rounds
    known = sum(_done(bench, "follow", table, name) for name in set(names))
    if known == 0:
        shutil.rmtree(bench.servers.folder / "pipelines", ignore_errors=True)
        way.prepare(bench.servers, table)
    for place, name in list(enumerate(names))[known:]:
        if place:
            _change(bench.servers, table, place)
        _keep(bench, "follow", table, way, place, name)


def _tell(what: str, way: str, done: Run, verdict: str) -> None:
    told = f"FAILED: {done.failure}" if done.failure else verdict
    print(f"  {what} {way}: {done.wall:.2f} s, {done.cpu:.2f} CPU-s, {done.peak_mb:.0f} MB {told}",
          flush=True)  # fmt: skip
