"""A practice at work: random writes to a source by several hands, some of which take long."""

import random
import threading
import time

import MySQLdb

from clinic_assets_tests.replica.practice import Practice

SCHEMA = """
create table visit (
    id bigint auto_increment primary key, day date, note varchar(60), fee double,
    stamp timestamp not null default current_timestamp on update current_timestamp);
create table log (id bigint auto_increment primary key, said varchar(60), at datetime);
create table code (id bigint auto_increment primary key, word varchar(60));
create table plan (a int, b varchar(20), note varchar(60), primary key (a, b));
create table tally (note varchar(60), n int);
insert into visit (day, note, fee, stamp) select '2025-01-01' + interval seq % 300 day,
    concat('visit ', seq), seq / 3, now() - interval 400 day + interval seq minute
    from seq_1_to_3000;
insert into log (said, at) select concat('said ', seq), now() from seq_1_to_2000;
insert into code (word) select concat('word ', seq) from seq_1_to_200;
insert into plan select seq % 9, concat('p', seq), 'n' from seq_1_to_300;
insert into tally select concat('t', seq % 5), seq % 3 from seq_1_to_200
"""
TABLES = ("visit", "log", "code", "plan", "tally")
CROWDED = {1205, 1213, 1062}
"""Lock waits, deadlocks and equal keys: what happens when several write at once."""


class Writer:
    """Writes by chance until told to stop; every tenth transaction is left open for a while."""

    def __init__(self, practice: Practice, seed: int) -> None:
        self.practice, self.dice = practice, random.Random(seed)
        self.stop = threading.Event()
        self.done = 0
        self.thread = threading.Thread(target=self._write)

    def __enter__(self) -> "Writer":
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop.set()
        self.thread.join()

    def _write(self) -> None:
        hand, open_hands = self._hand(), []
        while not self.stop.is_set():
            try:
                if self.dice.random() < 0.1:
                    late = self._hand()
                    late.query("begin")
                    open_hands.append((late, time.monotonic() + self.dice.uniform(0.1, 1.5)))
                    self._do(late)
                self._do(hand)
            except MySQLdb.Error as error:
                if error.args[0] not in CROWDED:
                    raise
            open_hands = [pair for pair in open_hands if not self._ended(*pair)]
            time.sleep(0.01)
        for late, _ in open_hands:
            self._ended(late, 0)
        hand.close()

    def _hand(self) -> MySQLdb.Connection:
        hand = self.practice.mariadb.connect(self.practice.name)
        hand.query("set session innodb_lock_wait_timeout = 1")
        return hand

    def _ended(self, late: MySQLdb.Connection, until: float) -> bool:
        if time.monotonic() < until:
            return False
        late.query("rollback" if self.dice.random() < 0.2 else "commit")
        late.close()
        return True

    def _do(self, hand: MySQLdb.Connection) -> None:
        hand.query(self._statement())
        self.done += 1

    def _statement(self) -> str:
        pick, row, word = self.dice.choice, self.dice.randint(1, 3500), self.dice.random()
        second = f"now() - interval {pick([0, 0, 0, 1, 5])} second"
        return pick([
            f"insert into visit (day, note, fee) values ('2025-03-01', 'new {word}', {word})",
            f"insert into visit (note, stamp) values ('a {word}', {second}), ('b', {second})",
            f"update visit set note = 'moved {word}', day = day + interval 1 day where id = {row}",
            f"update visit set fee = {word}, stamp = stamp where id = {row}",
            f"delete from visit where id = {row}",
            f"insert into log (said, at) values ('{word}', now())",
            f"update log set said = '{word}' where id = {row}",
            f"delete from log where id = {row}",
            f"insert into code (word) values ('{word}')",
            f"update code set word = '{word}' where id = {row % 200}",
            f"delete from code where id = {row % 300}",
            f"replace into plan values ({row % 9}, 'p{row % 400}', '{word}')",
            f"delete from plan where a = {row % 9} and b = 'p{row % 300}'",
            f"insert into tally values ('t{row % 5}', null)",
            f"delete from tally where note = 't{row % 5}' limit 1",
        ])  # fmt: skip
