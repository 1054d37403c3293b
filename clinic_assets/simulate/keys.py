"""What tells the rows of each table apart, and the keys the clinic's systems hand out."""

import numpy as np

from clinic_assets.simulate.dice import Texts

KEYS: dict[str, list[str]] = {
    "patients": ["patient_id"],
    "physios": ["physio_id"],
    "appointments": ["appointment_id"],
    "payments": ["payment_id"],
    "shifts": ["practitioner", "start"],
    "stock_logs": ["LOG_DATE", "LOCATION_ID", "ITEM_NAME"],
    "stock_items": ["item_name"],
    "stock_locations": ["location_id"],
    "stock_orders": ["order_id"],
    "service_items": ["service", "item_name"],
}
"""Every table a clinic exports, with the columns that identify a row."""


def numbered(prefix: str, count: int, digits: int) -> Texts:
    """Keys like P00001, P00002, ..."""
    return np.array([f"{prefix}{n:0{digits}d}" for n in range(1, count + 1)], dtype=object)
