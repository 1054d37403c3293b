"""Reminders: to whom, for which visits, and never twice, whatever is run or dies."""

import datetime as dt
import email
import subprocess
import sys

import dagster as dg
import pytest
import sqlalchemy as sa

from clinic_assets.desk.reminders import reminders_job, reminders_schedule, send
from clinic_assets.settings import ROOT
from clinic_assets.timing.partitions import today
from clinic_assets_tests.desk.rows import DAY, MONDAY, at, patient, put, visit

EVENING = at(MONDAY, 19)
NONE = {"sent": 0, "already sent": 0, "no phone": 0, "no consent": 0}


@pytest.fixture(autouse=True)
def _usual_outbox(monkeypatch):
    monkeypatch.delenv("EMAIL_OUTBOX_DIR", raising=False)
    monkeypatch.delenv("CLINIC_OUTBOX", raising=False)


def outbox(clinic):
    folder = clinic.data / "outbox"
    return {path.name: path.read_text() for path in folder.iterdir()} if folder.exists() else {}


def sending(clinic, now=EVENING, dry_run=False):
    return send(clinic.engine, DAY, now, dry_run)


def test_a_reminder_is_a_plain_mail_to_the_patient(clinic):
    patient(clinic)
    put(clinic, "core.practitioner_version", clinic_id="clinic", practitioner_key="pf:T1",
        day=MONDAY, source="pf", full_name="Grace Finch")  # fmt: skip
    visit(clinic, "17", 9)
    assert sending(clinic) == NONE | {"sent": 1}
    [(name, text)] = outbox(clinic).items()
    assert name == "2025-09-02_17_reminder.txt"
    to, subject = text.splitlines()[:2]
    assert to.startswith("To: Ada Canary <") and subject.startswith("Subject: ")
    letter = email.message_from_string(text)
    assert "2025-09-02 at 09:00" in letter["Subject"]
    assert "Grace Finch" in letter.get_payload()


def test_only_those_with_phone_and_consent_are_reminded(clinic):
    patient(clinic, "p")
    patient(clinic, "no phone", phone="12345")
    patient(clinic, "no consent", has_consent=False)
    patient(clinic, "unsaid", has_consent=None)
    for key in ("p", "no phone", "no consent", "unsaid", "unknown"):
        visit(clinic, key, patient=key)
    assert sending(clinic) == {"sent": 1, "already sent": 0, "no phone": 2, "no consent": 2}
    assert list(outbox(clinic)) == ["2025-09-02_p_reminder.txt"]


def test_only_visits_still_ahead_are_reminded_of(clinic):
    patient(clinic)
    for key, status in (("a", "booked"), ("b", "confirmed"), ("c", "cancelled_patient"),
                        ("d", "completed"), ("e", "rescheduled"), ("f", "no_show")):  # fmt: skip
        visit(clinic, key, 11, status=status)
    visit(clinic, "begun", 9)
    visit(clinic, "another day", day=DAY + dt.timedelta(days=1))
    assert sending(clinic, now=at(DAY, 9)) == NONE | {"sent": 2}
    assert len(outbox(clinic)) == 2


def test_a_second_run_sends_none_again_and_a_moved_visit_is_told_of_anew(clinic):
    patient(clinic)
    visit(clinic, "1", 11)
    assert sending(clinic)["sent"] == 1
    assert sending(clinic) == NONE | {"already sent": 1}
    with clinic.engine.begin() as connection:
        connection.execute(sa.text("update core.fct_appointment set start_at = :at, end_at = :at"),
                           {"at": at(DAY, 15)})  # fmt: skip
    assert sending(clinic) == NONE | {"sent": 1}
    assert "15:00" in outbox(clinic)["2025-09-02_1_reminder.txt"]
    assert clinic.one("select count(*) from ops.reminder where sent_at is not null") == 2


def test_a_dry_run_writes_and_claims_nothing(clinic):
    patient(clinic)
    visit(clinic, "1")
    assert sending(clinic, dry_run=True) == NONE | {"sent": 1}
    assert outbox(clinic) == {}
    assert clinic.one("select count(*) from ops.reminder") == 0
    assert sending(clinic)["sent"] == 1


@pytest.fixture
def sender(clinic):
    """Starts a process that sends as soon as it is told to."""
    started = []

    def start(*more):
        words = [sys.executable, "-W", "ignore", "-m", "clinic_assets_tests.desk.reminding"]
        process = subprocess.Popen([*words, str(DAY), EVENING.isoformat(), *more], cwd=ROOT,
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)  # fmt: skip
        started.append(process)
        assert process.stdout.readline() == "ready\n"
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def test_two_who_send_at_once_send_each_reminder_once(clinic, sender):
    patient(clinic)
    for number in range(40):
        visit(clinic, f"{number:02}", 8 + number % 10)
    both = [sender(), sender()]
    for process in both:
        process.stdin.write("go\n")
        process.stdin.flush()
    counts = [int(process.communicate(timeout=60)[0]) for process in both]
    assert sum(counts) == 40
    assert len(outbox(clinic)) == 40


def test_who_dies_after_the_claim_leaves_a_visit_without_reminder_and_never_one_with_two(
    clinic, sender
):
    patient(clinic)
    visit(clinic, "1")
    process = sender("die")
    process.communicate("go\n", timeout=60)
    assert process.returncode == 9
    assert clinic.rows("select sent_at from ops.reminder") == [(None,)]
    assert sending(clinic) == NONE | {"already sent": 1}
    assert outbox(clinic) == {}


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("Eve\nBcc: all@example.org", "Canary"),
        ("Eve\r\n\r\nForged", "Canary"),
        ("Eve <other@example.org>,", '"Canary"'),
    ],
)
def test_a_name_cannot_add_a_header_or_an_address(clinic, first, last):
    patient(clinic, first_name=first, last_name=last)
    visit(clinic, "1")
    sending(clinic)
    [text] = outbox(clinic).values()
    letter = email.message_from_string(text)
    assert letter.keys() == ["To", "Subject"]
    [(_, address)] = email.utils.getaddresses([letter["To"]])
    assert address == "1@patients.invalid"


def test_an_id_cannot_leave_the_outbox_or_add_a_header(clinic):
    patient(clinic)
    visit(clinic, "../../away\nBcc: x")
    visit(clinic, "a:b")
    assert sending(clinic)["sent"] == 2
    found = outbox(clinic)
    assert len(found) == 2 and "2025-09-02_a%3Ab_reminder.txt" in found
    for text in found.values():
        assert email.message_from_string(text).keys() == ["To", "Subject"]


def test_the_daily_job_over_a_past_month_reminds_nobody(clinic):
    from clinic_assets.definitions import defs

    steps = {node.name for node in defs.resolve_job_def("daily").nodes}
    assert not [name for name in steps if "remind" in name]
    patient(clinic)
    visit(clinic, "1", 11)
    assert clinic.run("2025-09-01", "2025-09-30", "desk.reception_priorities").success
    assert outbox(clinic) == {} and clinic.one("select count(*) from ops.reminder") == 0


def test_the_job_sends_tomorrows_and_logs_counts_only(clinic, capfd):
    tomorrow = today() + dt.timedelta(days=1)
    patient(clinic)
    visit(clinic, "1", day=tomorrow)
    for dry_run, sent in ((True, 0), (False, 1)):
        config = {"ops": {"send_reminders": {"config": {"dry_run": dry_run}}}}
        ended = reminders_job.execute_in_process(
            run_config=config, instance=dg.DagsterInstance.ephemeral()
        )
        assert ended.success and len(outbox(clinic)) == sent
    told = "".join(capfd.readouterr())
    assert f"Reminders for {tomorrow} (dry run): 1 sent" in told
    assert "Canary" not in told and "5550199" not in told


def test_reminders_are_off_until_somebody_turns_them_on():
    assert reminders_schedule.default_status == dg.DefaultScheduleStatus.STOPPED
