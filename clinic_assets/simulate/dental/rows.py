"""What was made up, spelled in OpenDental's columns. Columns not named here stay at their default.

Only spelling: amounts from cents, texts for codes, the moment each row was last changed.
"""

import numpy as np
import pandas as pd

from clinic_assets.simulate.clock import day_of
from clinic_assets.simulate.dental import appointments as apt
from clinic_assets.simulate.dental.brought import DONE
from clinic_assets.simulate.dental.codes import CODES, Kind, per_code
from clinic_assets.simulate.dental.cover import CARRIERS
from clinic_assets.simulate.dental.insurance import Settled
from clinic_assets.simulate.dental.procedures import amounts
from clinic_assets.simulate.dental.scene import Scene
from clinic_assets.simulate.dental.words import defined
from clinic_assets.simulate.dice import Ints

Tables = dict[str, pd.DataFrame]

SUMMARIES = np.array([kind.name.capitalize().replace("_", " ") for kind in Kind], dtype=object)
SURFACES = np.array(["", "O", "MO", "DO", "MOD", "B"], dtype=object)
NOTES = np.array(
    ["", "Prefers mornings", "Latex allergy!\nSee chart", "Will call back"], dtype=object
)


def diary_rows(scene: Scene, visits: pd.DataFrame) -> pd.DataFrame:
    """Appointments, also as their history repeats them."""
    key = visits["key"].to_numpy()
    ins_plan = scene.people["ins_plan"].to_numpy()[visits["PatNum"] - 1]
    done = (visits["AptStatus"] == apt.COMPLETE).to_numpy()
    changed = np.fmax(visits["created_at"].to_numpy(), visits["DateTimeDismissed"].to_numpy())
    broken = np.where(
        visits["AptStatus"].isin([apt.BROKEN_STATUS, apt.UNSCHEDULED]),
        visits["broken_at"],
        np.datetime64("NaT"),
    )
    stamps = {} if "DateTStamp" in visits else {"DateTStamp": np.fmax(changed, broken)}
    return visits.assign(
        Note=NOTES[scene.lots.which("diary note", (0.85, 0.05, 0.05, 0.05), key)],
        ProcDescript=SUMMARIES[visits["kind"]],
        InsPlan1=np.where(done, ins_plan, 0),
        NextAptNum=visits.get("NextAptNum", 0),
        UnschedStatus=np.where(visits["AptStatus"] == apt.UNSCHEDULED, defined("recall"), 0),
        **stamps,
    )


def procedure_rows(scene: Scene, procs: pd.DataFrame) -> pd.DataFrame:
    """Procedures with teeth, surfaces and prices."""
    key, area = procs["key"].to_numpy(), per_code("area")[procs["CodeNum"]]
    tooth = scene.lots.whole("tooth", 1, 32, key).astype(str).astype(object)
    surface = SURFACES[scene.lots.whole("surface", 0, len(SURFACES) - 1, key)]
    quarter = scene.lots.pick("quarter", ("UR", "UL", "LL", "LR"), key)
    done = (procs["ProcStatus"] == DONE).to_numpy()
    return procs.assign(
        ProcFee=amounts(procs["fee"]),
        ToothNum=np.where(np.isin(area, (1, 2)), tooth, ""),
        Surf=np.select([area == 1, area == 4], [surface, quarter], default=""),
        Priority=np.where(done, 0, defined("priority")),
        Dx=np.where(area > 0, defined("diagnosis") + scene.lots.whole("why", 0, 3, key), 0),
        DateEntryC=np.where(done, day_of(procs["told_on"].to_numpy()), np.datetime64("NaT")),
        SecDateEntry=procs["told_on"],
        SecUserNumEntry=1 + key % 6,
        DateTStamp=procs["told_on"],
    )


def insurance_rows(scene: Scene, settled: Settled) -> Tables:
    """Claims, their lines, and the checks."""
    return {
        "claim": _claims(scene, settled.claims),
        "claimproc": _claim_lines(settled.lines),
        "claimpayment": _checks(settled.checks),
    }


def _claims(scene: Scene, claims: pd.DataFrame) -> pd.DataFrame:
    sent, received = claims["sent_on"], claims["paid_on"]
    number = claims["PatNum"].astype(str) + "/" + claims["ClaimNum"].astype(str)
    return claims[["ClaimNum", "PatNum", "ClinicNum", "ClaimType", "ClaimStatus"]].assign(
        DateService=claims["ProcDate"], DateSent=sent, DateSentOrig=sent, DateReceived=received,
        PlanNum=claims["plan"], InsSubNum=claims["ins_sub"], PatRelat=_relation(scene, claims),
        ProvTreat=claims["ProvNum"], ProvBill=claims["ProvNum"], ClaimIdentifier=number,
        ClaimFee=amounts(claims["billed"]), InsPayEst=amounts(claims["estimate"]),
        InsPayAmt=amounts(claims["paid"]), WriteOff=amounts(claims["written_off"]),
        SecDateEntry=claims["ProcDate"], SecDateTEdit=received.fillna(sent),
    )  # fmt: skip


def _claim_lines(lines: pd.DataFrame) -> pd.DataFrame:
    date = lines["paid_on"].fillna(lines["ProcDate"])
    code = np.array(["", *(each.code for each in CODES)], dtype=object)[lines["CodeNum"]]
    estimate = amounts(lines["estimate"])
    allowed = np.where(lines["override"] < 0, -1, amounts(lines["override"]))
    keys = ["ClaimProcNum", "ProcNum", "ClaimNum", "PatNum", "ProvNum", "Status", "ClaimPaymentNum"]
    return lines[[*keys, "ClinicNum", "ProcDate"]].assign(
        FeeBilled=amounts(lines["billed"]), InsPayEst=estimate, InsEstTotal=estimate,
        BaseEst=estimate, InsPayAmt=amounts(lines["paid"]), WriteOff=amounts(lines["written_off"]),
        WriteOffEst=amounts(lines["write_off"]), WriteOffEstOverride=-1, AllowedOverride=allowed,
        Percentage=lines["percent"], DedEst=0, DedEstOverride=-1, InsEstTotalOverride=-1,
        PaidOtherInsOverride=-1, PlanNum=lines["plan"], InsSubNum=lines["ins_sub"], CodeSent=code,
        LineNumber=1, DateCP=date, DateEntry=lines["paid_on"], DateSuppReceived=lines["paid_on"],
        SecDateEntry=lines["ProcDate"], SecDateTEdit=date,
    )  # fmt: skip


def _checks(checks: pd.DataFrame) -> pd.DataFrame:
    name = np.array(["", *CARRIERS], dtype=object)[checks["carrier"]]
    came = checks["paid_on"]
    return checks[["ClaimPaymentNum", "ClinicNum", "PayType"]].assign(
        CheckDate=came, DateIssued=came, CheckAmt=amounts(checks["paid"]), CarrierName=name,
        CheckNum=(70_000 + checks["ClaimPaymentNum"]).astype(str), SecDateEntry=came,
        SecDateTEdit=came,
    )  # fmt: skip


def _relation(scene: Scene, rows: pd.DataFrame) -> Ints:
    """0 the subscriber, 1 the partner, 2 a child."""
    return np.asarray(np.minimum(2, scene.people["place"].to_numpy()[rows["PatNum"] - 1]))


def money_rows(adjustments: pd.DataFrame, payments: pd.DataFrame, splits: pd.DataFrame) -> Tables:
    """Adjustments, payments, and what each payment pays for."""
    adjustment = adjustments[
        ["AdjNum", "AdjType", "PatNum", "ProvNum", "ProcNum", "ClinicNum", "ProcDate"]
    ].assign(
        AdjDate=adjustments["paid_on"],
        AdjAmt=amounts(adjustments["amount"]),
        AdjNote="",
        DateEntry=adjustments["paid_on"],
        SecDateTEdit=adjustments["paid_on"],
        SecUserNumEntry=1,
    )
    payment = payments[["PayNum", "PayType", "PayDate", "PatNum", "ClinicNum"]].assign(
        PayAmt=amounts(payments["amount"]),
        PayNote="",
        Receipt="",
        IsSplit=1,
        DateEntry=payments["paid_on"],
        SecDateTEdit=payments["paid_on"],
        SecUserNumEntry=2,
    )
    keys = ["SplitNum", "PayNum", "PatNum", "ProvNum", "ProcNum", "ClinicNum", "DatePay"]
    paysplit = splits[[*keys, "UnearnedType"]].assign(
        SplitAmt=amounts(splits["amount"]),
        DateEntry=splits["paid_on"],
        ProcDate=np.datetime64("0000-01-01", "s"),
        SecDateTEdit=splits["paid_on"],
        SecUserNumEntry=2,
    )
    return {"adjustment": adjustment, "payment": payment, "paysplit": paysplit}
