"""A failed run is told by mail, to somebody and without a patient's data, when mail is set up."""

import email
import socket
import socketserver
import threading

import dagster as dg
import pytest

from clinic_assets.settings import settings
from clinic_assets.timing.alert import tell
from clinic_assets.timing.sensors import files_refused, run_failed
from clinic_assets.timing.tags import WATCHED, range_tags
from clinic_assets.warehouse.days import Days
from clinic_assets_tests.desk.rows import DAY, MONDAY

SECRET = "Ada Canary, 0170 5550199"


class _Sink(socketserver.StreamRequestHandler):
    """As much SMTP as a mail needs; what comes is kept."""

    def handle(self):
        self._say("220 sink")
        while line := self.rfile.readline().decode().strip():
            word = line.split()[0].upper()
            if word == "RCPT" and self.server.refuses:
                self._say("550 nobody of that name: " + line)
                continue
            if word == "QUIT":
                return self._say("221 bye")
            if word == "DATA":
                self._say("354 go on")
                self._keep()
            self._say("250 ok")
            self.server.said.append(line)

    def _keep(self):
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line)
        self.server.mails.append(email.message_from_bytes(b"".join(lines)))

    def _say(self, line):
        self.wfile.write(f"{line}\r\n".encode())


@pytest.fixture
def mailbox(monkeypatch):
    """A mail server of the test's own, named in the settings."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Sink) as server:
        server.mails, server.said, server.refuses = [], [], False
        threading.Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setenv("CLINIC_SMTP_URL", f"smtp://127.0.0.1:{server.server_address[1]}")
        monkeypatch.setenv("CLINIC_ALERT_TO", "it@clinic.example")
        settings.cache_clear()
        yield server
        server.shutdown()


@dg.op
def loads_patients():
    raise RuntimeError(f"cannot read {SECRET}")


@dg.job
def doomed():
    loads_patients()


def failed(instance, **tags):
    """A run that failed over two days, and what the sensor is shown of it."""
    ended = doomed.execute_in_process(
        instance=instance,
        raise_on_error=False,
        tags=range_tags(Days(MONDAY, DAY), "test") | tags,
    )
    [event] = [e for e in ended.all_events if e.event_type_value == "PIPELINE_FAILURE"]
    return dg.build_run_status_sensor_context(
        sensor_name="run_failed",
        dagster_event=event,
        dagster_instance=instance,
        dagster_run=ended.dagster_run,
    ).for_run_failure()


def test_a_failed_run_is_mailed_with_its_step_days_and_what_to_do(mailbox):
    with dg.DagsterInstance.ephemeral() as instance:
        context = failed(instance)
        run_failed(context)
    [mail] = mailbox.mails
    assert mail["To"] == "it@clinic.example" and mail["Subject"] == "Clinic run failed: doomed"
    text = mail.get_payload(decode=True).decode()
    assert "failed in: loads_patients" in text
    assert f"Days: {MONDAY} to {DAY}" in text
    assert f"clinic logs {context.dagster_run.run_id[:8]}" in text


def test_a_run_whose_tables_another_sensor_watches_is_not_mailed_twice(mailbox):
    with dg.DagsterInstance.ephemeral() as instance:
        run_failed(failed(instance, **{WATCHED: "yes"}))
    assert mailbox.mails == []


def test_no_mail_holds_what_the_error_said(mailbox):
    with dg.DagsterInstance.ephemeral() as instance:
        run_failed(failed(instance))
    [mail] = mailbox.mails
    assert "Canary" not in mail.as_string() and "5550199" not in mail.as_string()


def look(cursor):
    """What the sensor keeps after it has looked."""
    context = dg.build_sensor_context(cursor=cursor)
    files_refused(context)
    return context.cursor


def refuse(connection, name):
    """An entry of the files' ledger."""
    connection.exec_driver_sql(
        "insert into ops.file_ledger (source, kind, name, sha256, is_accepted, is_current, reason,"
        f" run_id) values ('practice', 'patients', '{name}', '', false, false, '{name} is bad', '')"
    )


def test_a_refused_file_is_mailed_once_with_its_reason(mailbox, clinic):
    cursor = look(None)
    assert mailbox.mails == [] and cursor == "0"
    name = f"daily/{DAY}/patients.csv"
    for text in ("", f"patient;{SECRET}\n"):
        clinic.drop(name, text)
        for _ in range(2):
            clinic.run(str(DAY), str(DAY), "raw.practice_files_patients")
            cursor = look(cursor)
    first, second = (mail.get_payload(decode=True).decode() for mail in mailbox.mails)
    assert f"{DAY}/patients.csv" in first and "it is empty" in first
    assert "header" in second and SECRET not in second
    look(None)
    assert [mail["Subject"][-1] for mail in mailbox.mails] == ["1", "1", "2"]


def test_a_refusal_that_is_seen_after_a_younger_one_is_mailed_too(mailbox, clinic):
    with clinic.engine.connect() as slow:
        assert look(None) == "0"
        refuse(slow, "older")
        assert look(None) is None
        with clinic.engine.begin() as quick:
            refuse(quick, "younger")
        assert look("0") == "0" and mailbox.mails == []
        slow.commit()
    look("0")
    [mail] = mailbox.mails
    assert "older is bad\r\nyounger is bad" in mail.get_payload(decode=True).decode()


def test_a_mail_server_that_cannot_be_reached_is_logged_and_fails_nothing(monkeypatch, capfd):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"smtp://somebody:hidden@127.0.0.1:{taken.getsockname()[1]}"
        monkeypatch.setenv("CLINIC_SMTP_URL", url)
        monkeypatch.setenv("CLINIC_ALERT_TO", "it@clinic.example")
        settings.cache_clear()
        with dg.DagsterInstance.ephemeral() as instance:
            run_failed(failed(instance))
    said = capfd.readouterr().err
    assert "No mail could be sent (ConnectionRefusedError)" in said
    assert "failed in loads_patients" in said and "hidden" not in said


def test_a_mail_server_that_says_no_is_logged_without_what_it_was_given(mailbox, capfd):
    mailbox.refuses = True
    with dg.DagsterInstance.ephemeral() as instance:
        run_failed(failed(instance))
    said = capfd.readouterr().err
    assert "No mail could be sent (SMTP" in said and "it@clinic.example" not in said


def test_without_a_mail_setting_a_failed_run_is_no_further_error(monkeypatch):
    monkeypatch.delenv("CLINIC_SMTP_URL", raising=False)
    settings.cache_clear()
    with dg.DagsterInstance.ephemeral() as instance:
        run_failed(failed(instance))
    assert tell("subject", "body") is False
