"""The practice's own word lists, which OpenDental keeps as definitions in categories."""

from functools import cache

import pandas as pd

DEFINITIONS: dict[tuple[int, str], tuple[str, ...]] = {
    (1, "adjustment"): (
        "Courtesy discount -", "Senior discount -", "Small balance written off -",
        "Late charge +", "Correction +",
    ),
    (2, "confirmed"): (
        "Not called", "Unconfirmed", "Left message", "Appointment confirmed", "Confirmed by text",
        "Not confirmed, call again", "Arrived", "In chair", "Done",
    ),
    (4, "billing"): ("Standard", "Payment plan", "Collections"),
    (10, "payment"): ("Check", "Cash", "Card", "Refund"),
    (11, "codes"): ("Examinations", "Prevention", "Restorations", "Gums", "Other"),
    (13, "recall"): ("Texted", "Postcard sent", "Left message", "Will call back"),
    (16, "diagnosis"): ("Caries", "Fracture", "Pain", "Gum disease"),
    (20, "priority"): ("1", "2", "3", "Wait", "Declined"),
    (25, "blockout"): ("Lunch", "Emergencies only", "Meeting"),
    (27, "letter"): ("Appointment", "Insurance", "Money", "Recall", "Other"),
    (29, "unearned"): ("Prepayment", "Treatment plan prepayment"),
    (32, "insurance payment"): ("Check", "Transfer", "Virtual card"),
    (35, "specialty"): ("General", "Hygiene", "Surgery"),
}  # fmt: skip
"""Category, and our name for it, to its items; DefNum counts through all of them from 1."""


@cache
def definitions() -> pd.DataFrame:
    """All items with their numbers."""
    rows = [
        (category, group, order, item)
        for (category, group), items in DEFINITIONS.items()
        for order, item in enumerate(items)
    ]
    table = pd.DataFrame(rows, columns=["Category", "group", "ItemOrder", "ItemName"])
    return table.assign(DefNum=range(1, len(table) + 1))


@cache
def defined(group: str, item: str = "") -> int:
    """The DefNum of an item; of the group's first when none is named."""
    table = definitions()
    mine = table[(table["group"] == group) & (table["ItemName"].str.startswith(item))]
    return int(mine["DefNum"].iloc[0])


def said_to_be_confirmed(item: str) -> bool:
    """Whether the item's name says that the patient will come."""
    name = item.lower()
    return "confirm" in name and "unconfirm" not in name and "not confirm" not in name
